"""The judgement: which paragraphs of an article go, by which rule, in whose favour.

Rules, in this order (sections 4 and 5 of the contract):

1. A repeat inside the article goes by ``processors.repeats``, whoever owns it.
2. A paragraph that another family owns is a repeat across articles. It goes where the policy for
   its kind says ``drop``, it is long enough, and it is no line of a list.
3. An article of which nothing claimable is its own is a duplicate, and goes as a whole.
4. The lead, the first paragraph long enough to be dropped, stays in any other article.
5. A paragraph stays with a line that announces it, or for the name of whoever goes on speaking
   after it (``processors.ties``).
6. An article that would keep too small a share of its letters stays whole. The share is of what is
   left when its own repeats are gone: a page that repeats itself is mended, never spared.

Nothing is dropped without a rule and, across articles, an owner that is on record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from processors.claims import Answer, Owner
from processors.policy import Action, Policy
from processors.repeats import Within
from processors.text import Paragraph
from processors.ties import ties

Verdict = Literal["published", "duplicate", "withdrawn"]
Rule = Literal[
    "own",
    "short",
    "listed",
    "within-single",
    "within-block",
    "same-source",
    "cross-source",
    "duplicate",
    "lead",
    "announced",
    "speaker",
    "remnant",
    "orphan",
    "unresolved",
    "unasked",
]
#: The rules that drop a paragraph; by the others one stays.
DROPPING: tuple[Rule, ...] = (
    "within-single",
    "within-block",
    "same-source",
    "cross-source",
    "duplicate",
)


class Ruling(msgspec.Struct, frozen=True, gc=False):
    """What becomes of one paragraph. A kept one of another's says by ``rule`` why it stays.

    ``marked``: a policy of ``mark`` keeps it and says so. ``first`` is the index of the paragraph
    of the same article that this one repeats; ``owner`` the other family's claim.
    """

    kept: bool
    rule: Rule
    owner: Owner | None = None
    first: int | None = None
    marked: bool = False


class Judgement(msgspec.Struct, frozen=True):
    """The whole article's verdict; ``guards`` names those of rules 4 to 6 that changed it."""

    verdict: Verdict
    rulings: tuple[Ruling, ...]
    duplicate_of: Owner | None = None
    guards: tuple[str, ...] = ()

    @property
    def dropped(self) -> tuple[int, ...]:
        """Indexes of the paragraphs that go, ascending."""
        return tuple([i for i, ruling in enumerate(self.rulings) if not ruling.kept])


_OWN = Ruling(True, "own")
_SHORT = Ruling(True, "short")
_UNRESOLVED = Ruling(True, "unresolved")
_UNASKED = Ruling(True, "unasked")


def claimable(
    paragraphs: Sequence[Paragraph], within: Mapping[int, Within], policy: Policy
) -> tuple[bytes, ...]:
    """The fingerprints to be claimed, each once, in order: long enough, and not repeated here."""
    least = policy.claim_from
    long = [p for p in paragraphs if p.length >= least]
    return tuple(dict.fromkeys([p.fingerprint for p in long if p.index not in within]))


def judge(
    paragraphs: Sequence[Paragraph],
    within: Mapping[int, Within],
    asked: Sequence[bytes],
    answer: Answer | None,
    source: str,
    policy: Policy,
) -> Judgement:
    """Judge one article. ``asked`` are the fingerprints that ``answer.owners`` answers, in order.

    ``answer`` is None where the store was away and the newsroom has chosen to publish all the same.
    """
    standing: dict[bytes, Owner | str] = {}
    if answer is not None and answer.owners:
        standing = dict(zip(asked, answer.owners, strict=True))
    rulings: list[Ruling] = []
    theirs = False
    for p in paragraphs:
        stands = standing.get(p.fingerprint)
        repeat = within.get(p.index)
        if repeat is None and stands == "mine":
            rulings.append(_OWN)
            continue
        ruling = _ruling(p, repeat, stands, source, policy)
        if ruling.owner is not None and answer is not None and answer.orphan:
            ruling = Ruling(True, "orphan", ruling.owner)
        theirs = theirs or not (ruling.kept or ruling.owner is None)
        rulings.append(ruling)
    if not theirs:
        return Judgement("published", tuple(rulings))
    other = _duplicate_of(paragraphs, rulings, policy)
    if other is not None:
        return Judgement("duplicate", _whole(rulings, other, policy), other)
    return _guarded(paragraphs, rulings, policy)


def _ruling(
    paragraph: Paragraph,
    within: Within | None,
    standing: Owner | str | None,
    source: str,
    policy: Policy,
) -> Ruling:
    if within is not None and policy.within != "keep":
        rule: Rule = "within-block" if within.rule == "block" else "within-single"
        marked = policy.within == "mark"
        return Ruling(marked, rule, first=within.first, marked=marked)
    if isinstance(standing, Owner):
        return _across(paragraph, standing, source, policy)
    if standing == "mine":
        return _OWN
    if standing == "unresolved":
        return _UNRESOLVED
    return _SHORT if paragraph.length < policy.claim_from else _UNASKED


def _across(paragraph: Paragraph, owner: Owner, source: str, policy: Policy) -> Ruling:
    kind: Rule = "same-source" if source and owner.source == source else "cross-source"
    action = _action(kind, source, policy)
    if action != "drop":
        return Ruling(True, kind, owner, marked=action == "mark")
    if paragraph.length < policy.drop_from:
        return Ruling(True, "short", owner)
    if paragraph.span.listed:
        return Ruling(True, "listed", owner)
    return Ruling(False, kind, owner)


def _action(kind: Rule, source: str, policy: Policy) -> Action:
    usual = policy.same_source if kind == "same-source" else policy.cross_source
    return policy.by_source.get(source, usual)


def _duplicate_of(
    paragraphs: Sequence[Paragraph], rulings: Sequence[Ruling], policy: Policy
) -> Owner | None:
    """The owner of most of its letters, where nothing claimable is the article's own."""
    letters: dict[Owner, int] = {}
    rest = total = 0
    for paragraph, ruling in zip(paragraphs, rulings, strict=True):
        if ruling.first is not None:
            continue
        total += paragraph.length
        if paragraph.length < policy.claim_from:
            rest += paragraph.length
        elif ruling.owner is None or (ruling.kept and ruling.rule not in ("short", "listed")):
            return None
        else:
            letters[ruling.owner] = letters.get(ruling.owner, 0) + paragraph.length
    if not letters or rest > total * policy.duplicate_rest:
        return None
    return max(letters, key=lambda owner: letters[owner])


def _whole(rulings: Sequence[Ruling], other: Owner, policy: Policy) -> tuple[Ruling, ...]:
    """A duplicate's rulings: it goes as a whole, or stays so where the newsroom wants it."""
    if policy.duplicates == "publish":
        return tuple(
            r if r.first is not None else Ruling(True, "duplicate", r.owner or other)
            for r in rulings
        )
    return tuple(r if not r.kept else Ruling(False, "duplicate", r.owner or other) for r in rulings)


def _guarded(paragraphs: Sequence[Paragraph], rulings: list[Ruling], policy: Policy) -> Judgement:
    guards: list[str] = []
    if policy.lead_guard:
        lead = next((p.index for p in paragraphs if p.length >= policy.drop_from), None)
        if lead is not None and not rulings[lead].kept and rulings[lead].first is None:
            rulings[lead] = Ruling(True, "lead", rulings[lead].owner)
            guards.append("lead")
    if policy.context_guard and _tie(paragraphs, rulings, policy):
        guards.append("context")
    if policy.keep_whole_below and _keeps_less(paragraphs, rulings, policy.keep_whole_below):
        rulings = [
            Ruling(True, "remnant", r.owner) if not r.kept and r.first is None else r
            for r in rulings
        ]
        guards.append("remnant")
    return Judgement("published", tuple(rulings), None, tuple(guards))


def _keeps_less(paragraphs: Sequence[Paragraph], rulings: Sequence[Ruling], share: float) -> bool:
    """Whether less than that share of the letters is kept of what is no repeat of its own."""
    own = kept = 0
    for p, r in zip(paragraphs, rulings, strict=True):
        if r.first is None:
            own += p.length
            kept += p.length if r.kept else 0
    return kept < own * share


def _tie(paragraphs: Sequence[Paragraph], rulings: list[Ruling], policy: Policy) -> bool:
    """Keep what belongs to a neighbour that stays. Whether there was any."""
    away = {i for i, r in enumerate(rulings) if not r.kept and r.first is None}
    gone = {i for i, r in enumerate(rulings) if not r.kept and r.first is not None}
    others = {i for i, r in enumerate(rulings) if r.owner is not None}
    found = ties(paragraphs, away, gone, others, policy.drop_from)
    for index, rule in found.items():
        rulings[index] = Ruling(True, rule, rulings[index].owner)
    return bool(found)
