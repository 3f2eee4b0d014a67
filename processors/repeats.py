"""Repeats inside one article.

Rules (DESIGN, section 4; the thresholds are settings, measured on real news):

1. A repeated block, two or more paragraphs in a row that come again in the same order, is dropped
   whole where it holds ``block_from`` letters or more and ``block_average`` a paragraph. The block
   is the longest stretch that comes again; it is judged whole, never in part, so that a poem, a
   market table or a recipe is not dropped for the sake of one long line in it.
2. A single paragraph said before is dropped from ``single_from`` up, unless it is in a list.
3. What is dropped makes neighbours of the paragraphs on either side. They are judged as
   neighbours, so that judging the result again drops nothing.
4. The first of each text always stays, and nothing changes its place.
5. Ornaments (``***``), which have nothing to compare, are alike where their characters are. They
   go with a block and count neither for nor against it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import accumulate, pairwise
from typing import Literal

import msgspec

from processors.policy import Policy
from processors.text import Paragraph

#: Rounds after which neighbours made by dropping are no longer looked at. Real articles need two;
#: each more takes blocks nested in one another like brackets, which only an attacker writes.
ROUNDS = 64


class Within(msgspec.Struct, frozen=True, gc=False):
    """Why a paragraph is a repeat: where its text stands first in the article, by which rule."""

    first: int
    rule: Literal["single", "block"]


def within(paragraphs: Sequence[Paragraph], policy: Policy) -> dict[int, Within]:
    """The repeats of an article, by the position of each in ``paragraphs``, ascending.

    Says what is a repeat, whatever ``policy.within`` does about it. The time grows with the number
    of paragraphs, however many of them are alike.
    """
    names = [paragraph.fingerprint or paragraph.span.text for paragraph in paragraphs]
    if len(set(names)) == len(names):
        return {}
    firsts: dict[Hashable, int] = {}
    again: list[int] = []
    for index, name in enumerate(names):
        if firsts.setdefault(name, index) != index:
            again.append(index)
    if _are_long_singles(again, paragraphs, policy):
        return {index: Within(firsts[names[index]], "single") for index in again}
    kept = list(range(len(names)))
    rules: dict[int, Literal["single", "block"]] = {}
    for _ in range(ROUNDS):
        if len(kept) == len(firsts):  # each text once
            break
        found = _round([names[i] for i in kept], [paragraphs[i] for i in kept], policy)
        if not found:
            break
        rules.update((kept[at], rule) for at, rule in found.items())
        kept = [index for at, index in enumerate(kept) if at not in found]
    return {index: Within(firsts[names[index]], rules[index]) for index in sorted(rules)}


def _are_long_singles(
    again: Sequence[int], paragraphs: Sequence[Paragraph], policy: Policy
) -> bool:
    """Whether all that comes again goes by itself: no two are neighbours, so there is no block."""
    before = -1
    for index in again:
        if index == before + 1 or not _is_long_single(paragraphs[index], policy):
            return False
        before = index
    return True


def _round(
    names: Sequence[Hashable], paragraphs: Sequence[Paragraph], policy: Policy
) -> dict[int, Literal["single", "block"]]:
    dropped = _blocks(names, paragraphs, policy) if _may_hold_blocks(names) else {}
    seen: set[Hashable] = set()
    for index, name in enumerate(names):
        if name in seen and index not in dropped and _is_long_single(paragraphs[index], policy):
            dropped[index] = "single"
        seen.add(name)
    return dropped


def _may_hold_blocks(names: Sequence[Hashable]) -> bool:
    """Whether any two neighbours come again as neighbours: without such there is no block."""
    return len(set(pairwise(names))) < len(names) - 1


def _blocks(
    names: Sequence[Hashable], paragraphs: Sequence[Paragraph], policy: Policy
) -> dict[int, Literal["single", "block"]]:
    dropped: dict[int, Literal["single", "block"]] = {}
    letters = list(accumulate((each.length for each in paragraphs), initial=0))
    said = list(accumulate((each.length > 0 for each in paragraphs), initial=0))
    repeated = _Repeated(names)
    judged = at = 0
    while at < len(names):
        end = repeated.end_from(at)
        if end > judged and _is_long_block(
            letters[end] - letters[at], said[end] - said[at], policy
        ):
            dropped.update(dict.fromkeys(range(at, end), "block"))
            at = end
            continue
        judged = max(judged, end)
        at += 1
    return dropped


def _is_long_block(letters: int, said: int, policy: Policy) -> bool:
    return said > 1 and letters >= policy.block_from and letters >= policy.block_average * said


def _is_long_single(paragraph: Paragraph, policy: Policy) -> bool:
    return not paragraph.span.listed and paragraph.length >= max(policy.single_from, 1)


class _Repeated:
    """For each place in a sequence, how far the sequence from there on has been said before it.

    A suffix automaton (Blumer et al. 1985) of the whole sequence, whose states know where their
    words first end; the window moves right only, so all answers together take linear time.
    """

    def __init__(self, names: Sequence[Hashable]) -> None:
        self._names = names
        self._next: list[dict[Hashable, int]] = [{}]
        self._link = [-1]
        self._length = [0]
        self._first_end = [0]
        last = 0
        for at, name in enumerate(names):
            last = self._extend(last, name, at + 1)
        self._state = self._start = self._end = 0

    def end_from(self, start: int) -> int:
        """The end of the longest run from ``start`` that stands wholly before ``start`` too.

        To be asked with growing ``start``.
        """
        if start >= self._end:
            self._state, self._end = 0, start
        while self._start < start < self._end:
            self._start += 1
            if self._end - self._start == self._length[self._link[self._state]]:
                self._state = self._link[self._state]
        self._start = start
        while self._end < len(self._names):
            state = self._next[self._state].get(self._names[self._end])
            if state is None or self._first_end[state] > start:
                break
            self._state = state
            self._end += 1
        return self._end

    def _extend(self, last: int, name: Hashable, end: int) -> int:
        state = self._add({}, self._length[last] + 1, end)
        while last != -1 and name not in self._next[last]:
            self._next[last][name] = state
            last = self._link[last]
        if last == -1:
            self._link[state] = 0
            return state
        known = self._next[last][name]
        if self._length[known] == self._length[last] + 1:
            self._link[state] = known
            return state
        clone = self._add(dict(self._next[known]), self._length[last] + 1, self._first_end[known])
        self._link[clone] = self._link[known]
        while last != -1 and self._next[last].get(name) == known:
            self._next[last][name] = clone
            last = self._link[last]
        self._link[known] = self._link[state] = clone
        return state

    def _add(self, following: dict[Hashable, int], length: int, end: int) -> int:
        self._next.append(following)
        self._link.append(-1)
        self._length.append(length)
        self._first_end.append(end)
        return len(self._next) - 1
