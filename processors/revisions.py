"""What changed in an article against the version before: paragraphs kept, added, removed, changed.

It is the source's text that is compared, before anything was dropped. Rules:

1. A paragraph whose fingerprint stood in the version before is kept, wherever it stands now.
2. Between two that are kept, a new paragraph that is more than half like one that went is that one
   changed; the likest first.
3. The rest was added or removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

Kind = Literal["kept", "added", "removed", "changed"]
#: How alike two texts are, word for word (difflib's ratio), that are one paragraph changed.
_ALIKE = 0.5
#: Pairs that are compared in one place; a text rewritten from end to end has too many to look at.
_PAIRS = 2_500


class Version(msgspec.Struct, frozen=True):
    """One paragraph of one version: its fingerprint (or text, where it has none) and its text."""

    name: str
    text: str


class Change(msgspec.Struct, frozen=True):
    """One paragraph. ``index`` is its place now, ``before`` its place in the version before."""

    kind: Kind
    index: int | None = None
    before: int | None = None
    text: str = ""
    text_before: str = ""


def changes(before: Sequence[Version], after: Sequence[Version]) -> tuple[Change, ...]:
    """Every paragraph of both, in the order of the new version; what went stands where it stood."""
    names_before, names = [v.name for v in before], [v.name for v in after]
    steps = SequenceMatcher(None, names_before, names, autojunk=False).get_opcodes()
    apart = [step for step in steps if step[0] != "equal"]
    moved = _moved(
        names_before,
        names,
        [b for _, b0, b1, _, _ in apart for b in range(b0, b1)],
        [a for _, _, _, a0, a1 in apart for a in range(a0, a1)],
    )
    left = set(moved.values())
    found: list[Change] = []
    for kind, b0, b1, a0, a1 in steps:
        if kind == "equal":
            pairs = zip(range(b0, b1), range(a0, a1), strict=True)
            found += [Change("kept", a, b, after[a].text) for b, a in pairs]
        else:
            old = [b for b in range(b0, b1) if b not in left]
            found += _gap(before, after, old, range(a0, a1), moved)
    return tuple(found)


def _moved(
    names_before: Sequence[str], names: Sequence[str], old: Sequence[int], new: Sequence[int]
) -> dict[int, int]:
    """The places before of paragraphs that stand elsewhere now, by their places now."""
    places: dict[str, list[int]] = {}
    for b in reversed(old):
        places.setdefault(names_before[b], []).append(b)
    return {a: places[names[a]].pop() for a in new if places.get(names[a])}


def counts(found: Iterable[Change]) -> dict[str, int]:
    """How many there are of each kind; all four are named."""
    by_kind = Counter(each.kind for each in found)
    return {kind: by_kind[kind] for kind in ("kept", "added", "removed", "changed")}


def _gap(
    before: Sequence[Version],
    after: Sequence[Version],
    old: Sequence[int],
    new: Sequence[int],
    moved: Mapping[int, int],
) -> list[Change]:
    """What stands between two paragraphs that are kept."""
    pairs = _pairs(before, after, old, [a for a in new if a not in moved])
    taken = set(pairs.values())
    found = [Change("removed", None, b, "", before[b].text) for b in old if b not in taken]
    for a in new:
        if a in pairs:
            was = pairs[a]
            found.append(Change("changed", a, was, after[a].text, before[was].text))
        elif a in moved:
            found.append(Change("kept", a, moved[a], after[a].text))
        else:
            found.append(Change("added", a, None, after[a].text))
    return found


def _pairs(
    before: Sequence[Version], after: Sequence[Version], old: Sequence[int], new: Sequence[int]
) -> dict[int, int]:
    """The likest pairs of old and new, by the new one's place."""
    if len(old) * len(new) > _PAIRS:
        return {}
    words = {b: before[b].text.split() for b in old}
    alike: list[tuple[float, int, int]] = []
    for a in new:
        matcher = SequenceMatcher(None, [], after[a].text.split(), autojunk=False)
        for b in old:
            matcher.set_seq1(words[b])
            if matcher.quick_ratio() > _ALIKE and (ratio := matcher.ratio()) > _ALIKE:
                alike.append((-ratio, a, b))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, a, b in sorted(alike):
        if a not in pairs and b not in taken:
            pairs[a] = b
            taken.add(b)
    return pairs
