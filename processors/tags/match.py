"""Finding many names in one scan of folded text, as whole words or with their Arabic proclitics.

Every overlapping hit is reported, and only then are words looked at: a hit inside a
word must not shadow the true name behind it. Rules, measured on planted names:

- a name stands between characters that are not letters, marks or digits, save in scripts that
  write no spaces (Han, kana, Thai, Lao, Khmer, Myanmar), where the neighbours say nothing;
- an Arabic name may carry the proclitics و ف ب ل ك and their pairs; a name that begins with the
  article ال is stored without it and must carry it, alone or behind a proclitic, or as لل;
- a Hebrew name may carry ו ה ב ל מ ש כ and a few pairs;
- of names that overlap the longest wins, then the one with the shortest prefix.

Scanning and choosing are linear in the text and the hits, and hits are at most a few a
character, however odd the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import ahocorasick_rs
import msgspec

from processors.tags.coded import Page, page
from processors.tags.fold import fold
from processors.tags.glue import (
    FIRST_UNSPACED,
    REACH,
    glued_before,
    goes_on,
    has_article,
    may_stand,
    prefix_before,
    stored_of,
)
from processors.tags.scan import (
    ALPHABETS,
    Scanned,
    alphabet_of,
    home_of,
    is_word,
    scanned,
    spaced,
)

_FIRST_GLUED = 2
"""The first alphabet that has letters with something glued to words (see ``scan``)."""
_AUTOMATON = ahocorasick_rs.Implementation.ContiguousNFA
_NONE, _SEVERAL = -1, -2
_REMEMBERED = 16_384
"""Names with what stands before them, that are remembered of an alphabet."""
_UNKNOWN = "?", False
# Length negated, length of the prefix, start, end, number, prefix: the order of preference.
_Candidate = tuple[int, int, int, int, int, str]


class Match(msgspec.Struct, frozen=True, gc=False):
    """One name found: the half-open span in folded text, proclitics left out, and its number."""

    start: int
    end: int
    name: int
    prefix: str = ""


class Matcher:
    """An index over keys (see ``key_of``); ``name`` of a match is the number of the key given here.

    Keys are given once each. Matchers may search as one, see ``search_together``.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self._search = Search((keys,))
        self._number = 0

    def find(self, text: str) -> list[Match]:
        """The names in folded text, in its order, none overlapping another."""
        return self.find_in(scanned(text))

    def find_in(self, text: Scanned) -> list[Match]:
        """The same, of text that is made ready already."""
        return _longest(self._search.candidates(text)[self._number], text.text)

    def follow(self, search: Search, number: int) -> None:
        """From now on let a search of several find this one's names, the keys of that number."""
        self._search, self._number = search, number


def search_together(matchers: Sequence[Matcher]) -> None:
    """Lets matchers find their names in one scan of each text; what each finds is the same."""
    search = Search([matcher.keys for matcher in matchers])
    for number, matcher in enumerate(matchers):
        matcher.follow(search, number)


class Search:
    """One scan for the keys of several tables.

    The names of each alphabet have an index of their own, made when a text first has such letters:
    a desk that reads two languages pays for two.
    """

    def __init__(self, tables: Sequence[Sequence[str]]) -> None:
        self._tables = tables
        self._members: list[list[list[int]]] = []
        self._indexes: list[_Index | None] = [None] * ALPHABETS

    def candidates(self, text: Scanned) -> list[list[_Candidate]]:
        """Names of each table that may stand in a text, remembered with it."""
        known: list[list[_Candidate]] | None = text.found.get(self)
        if known is not None:
            return known
        if not self._members:
            self._members = self._by_alphabet()
        found: list[list[_Candidate]] = [[] for _ in self._tables]
        for alphabet in text.alphabets:
            if not any(self._members[alphabet]):
                continue
            index = self._indexes[alphabet]
            if index is None:
                index = _Index(self._tables, self._members[alphabet], alphabet)
                self._indexes[alphabet] = index
            index.find(text, found)
        text.found[self] = found
        return found

    def _by_alphabet(self) -> list[list[list[int]]]:
        """The numbers of the keys, by alphabet and table: not at once, a table may be joined."""
        members: list[list[list[int]]] = [[[] for _ in self._tables] for _ in range(ALPHABETS)]
        for at, keys in enumerate(self._tables):
            for number, alphabet in enumerate(map(alphabet_of, keys)):
                members[alphabet][at].append(number)
        return members


class _Index:
    """The names of one alphabet: an automaton, and what each of its words stands for."""

    def __init__(
        self, tables: Sequence[Sequence[str]], members: Sequence[Sequence[int]], alphabet: int
    ) -> None:
        # Nothing is glued to a name in small Latin letters, Greek or Cyrillic ones.
        stored_as = stored_of if alphabet >= _FIRST_GLUED else " ".__add__
        stored = [
            [stored_as(keys[number]) for number in numbers]
            for keys, numbers in zip(tables, members, strict=True)
        ]
        order = {name: 0 for names in stored for name in names}
        self._names = list(order)
        order.update(zip(self._names, range(len(order)), strict=True))
        self._tables = len(tables)
        # Of each word, without the article and with it: the key's number times the tables, and the
        # table. What several tables have is told beside it: there are few such.
        self._meant = [_NONE] * len(order), [_NONE] * len(order)
        self._shared: dict[tuple[bool, int], list[int]] = {}
        self._glued: dict[tuple[int, str], tuple[str, bool] | None] = {}
        for table, (keys, numbers, names) in enumerate(zip(tables, members, stored, strict=True)):
            for number, name in zip(numbers, names, strict=True):
                article = name[0] != " " and has_article(keys[number])
                self._mean(article, order[name], number * self._tables + table)
        home = home_of(alphabet)
        self._home = page(home) if home else None
        self._of_text: ahocorasick_rs.AhoCorasick | None = None
        self._of_bytes: ahocorasick_rs.BytesAhoCorasick | None = None

    def _mean(self, article: bool, word: int, packed: int) -> None:  # noqa: FBT001 - an index
        meant = self._meant[article]
        known = meant[word]
        if known == _NONE:
            meant[word] = packed
            return
        if known != _SEVERAL:
            self._shared[article, word] = [known]
            meant[word] = _SEVERAL
        self._shared[article, word].append(packed)

    def find(self, text: Scanned, found: list[list[_Candidate]]) -> None:
        """Adds the names of each table that are whole words."""
        if text.coded is not None and self._home is not None:
            if self._of_bytes is None:
                self._of_bytes = self._made_for(self._home)
            data = text.coded.data.translate(text.coded.page.into(self._home))
            hits = self._of_bytes.find_matches_as_indexes(data, overlapping=True)
        else:
            if self._of_text is None:
                self._of_text = ahocorasick_rs.AhoCorasick(self._names, implementation=_AUTOMATON)
            hits = self._of_text.find_matches_as_indexes(text.spaced, overlapping=True)
        self._whole_words(text.spaced, hits, found)

    def _made_for(self, home: Page) -> ahocorasick_rs.BytesAhoCorasick:
        """The automaton over a page. A name with letters that the page has not is in no text on
        one, and spelt with a sign there that spaced text has not.
        """
        return ahocorasick_rs.BytesAhoCorasick(
            home.encode_all(self._names), implementation=_AUTOMATON
        )

    def _whole_words(
        self, text: str, hits: Sequence[tuple[int, int, int]], found: list[list[_Candidate]]
    ) -> None:
        """The hits that are whole words, with their proclitics, as sort keys of the choice.

        Places are those of the text without the blank that was put before it.
        """
        length, tables, known = len(text), self._tables, self._glued
        for name, start, end in hits:
            if end < length and (following := text[end]) != " ":
                spaced_script = text[end - 1] < FIRST_UNSPACED
                if spaced_script and following.isalpha():
                    continue
                if is_word(following) and not goes_on(text[end - 1], following):
                    continue
            if text[start] == " ":  # its name begins behind the blank
                start, before, article = start + 1, "", False  # noqa: PLW2901
            else:
                low = start - REACH if start > REACH else 0
                asked = name, text[text.rfind(" ", low, start) + 1 or low : start]
                glued = known.get(asked, _UNKNOWN)
                if glued is _UNKNOWN:
                    glued = self._glue(asked, text, start, end)
                if glued is None:
                    continue
                before, article = glued
                if article and before.endswith("ال"):
                    start -= 2  # noqa: PLW2901 - the article is the name's
            packed = self._meant[article][name]
            if packed == _NONE:
                continue
            all_packed = (packed,) if packed >= 0 else self._shared[article, name]
            for each in all_packed:
                place = (start - end, len(before), start - 1, end - 1, each // tables, before)
                found[each % tables].append(place)

    def _glue(
        self, asked: tuple[int, str], text: str, start: int, end: int
    ) -> tuple[str, bool] | None:
        """What is glued to a name, remembered by the name and what stands before it."""
        if len(self._glued) >= _REMEMBERED:
            self._glued.clear()
        glued = self._glued[asked] = glued_before(text, start, end)
        return glued


def key_of(name: str) -> str:
    """A name as it is sought: folded, its hyphens, quotes and brackets made blanks."""
    return " ".join(spaced(fold(name)).split())


def keys_of(names: Sequence[str]) -> list[str]:
    """The same of many names at once, which is many times faster. No name holds a NUL."""
    if not names:
        return []
    return [" ".join(key.split()) for key in spaced(fold("\0".join(names))).split("\0")]


def has_word(text: str, word: str) -> bool:
    """Whether a key stands in folded text, as a whole word or behind proclitics."""
    text = spaced(text)
    key = word[2:] if has_article(word) else word
    at = text.find(key) if key else -1
    while at >= 0:
        end = at + len(key)
        if end == len(text) or not is_word(text[end]) or goes_on(text[end - 1], text[end]):
            prefix = prefix_before(text, at)
            if prefix is not None and may_stand(prefix, key, article=has_article(word)):
                return True
        at = text.find(key, end)
    return False


def _longest(candidates: list[_Candidate], text: str) -> list[Match]:
    """The longest of overlapping names, then the one with the shortest prefix, in text order."""
    candidates.sort()
    covered = bytearray(len(text))
    taken: list[Match] = []
    for _, _, start, end, number, prefix in candidates:
        if covered[start] or covered[end - 1]:
            continue
        words = text[start:end]
        if "\n" in words or ", " in words:  # two lines or members of a list are no one name
            continue
        covered[start:end] = b"\1" * (end - start)
        taken.append(Match(start, end, number, prefix))
    taken.sort(key=lambda match: match.start)
    return taken
