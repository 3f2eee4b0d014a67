"""The checker's rules on stories: who should have which paragraph, by what the load put there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tools.campaign import load


class Findings:
    """What is wrong, by kind, with an example of each; and what was seen."""

    def __init__(self) -> None:
        self.violations: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.seen: Counter[str] = Counter()

    def wrong(self, kind: str, example: object) -> None:
        """Count a violation."""
        self.violations[kind] += 1
        self.examples.setdefault(kind, str(example)[:600])


class Lapses:
    """When Redis was made to forget: claims of that time may be gone, so that repeats come through.

    An item is published some time after its claim, the longer the more else is broken.
    """

    BEFORE, AFTER = 2_000, 60_000

    def __init__(self, forgotten: Sequence[tuple[int, int]]) -> None:
        self._spans = [(a - self.BEFORE, b + self.AFTER) for a, b in forgotten]

    def near(self, *times: int) -> bool:
        """Whether anything published at one of these times may have lost its claims."""
        return any(start <= time <= end for time in times for start, end in self._spans)


class Item(NamedTuple):
    """The last item of a uri; its lines by their hashes, since a million articles must fit.

    ``times``: when any item of the uri was published, by the broker's clock; ``seen``: the offsets
    of their records.
    """

    version: int
    status: str
    lines: tuple[int, ...]
    offset: int
    times: tuple[int, ...]
    seen: tuple[int, ...]


def check_stories(
    latest: dict[str, Item],
    duplicates: dict[str, int],
    count: int,
    lapses: Lapses,
    found: Findings,
) -> None:
    """Rules 3 and 4, story by story: what each should still have, and who has what is shared.

    ``duplicates``: uris judged as copies, and when.
    """
    story = _Story(latest, duplicates, lapses, found)
    holders = story.holders
    carriers: dict[int, set[str]] = defaultdict(set)
    unsure: set[int] = set()
    for number in range(count):
        uri = f"urn:c:{number}"
        for each in load.wires(number - 1 if load.is_copy(number) else number):
            carriers[each].add(uri)
            if load.is_withdrawn(number):
                unsure.add(each)
        story.check(number, uri, latest.get(uri))
    for each, uris in carriers.items():
        have = holders[hash(load.wire(each))] & uris
        if not have and each not in unsure:
            found.wrong("a paragraph is missing from all of the output", (each, sorted(uris)))
        if len(have) > 1 and each not in unsure:
            kind = "a paragraph is published by two stories"
            story.wrong_unless_forgotten(kind, have, (each, sorted(have)))


class _Story:
    """What one story should have: its version, its own paragraphs, and no more than those."""

    def __init__(
        self,
        latest: dict[str, Item],
        duplicates: dict[str, int],
        lapses: Lapses,
        found: Findings,
    ) -> None:
        self._latest, self._duplicates, self._lapses, self._found = (
            latest, duplicates, lapses, found,
        )  # fmt: skip
        self.holders: dict[int, set[str]] = defaultdict(set)
        for uri, item in latest.items():
            for line in item.lines:
                self.holders[line].add(uri)

    def wrong_unless_forgotten(self, kind: str, uris: Iterable[str], example: object) -> None:
        """Count a violation, unless one of them may have lost its claims when Redis forgot."""
        times = [t for uri in uris if uri in self._latest for t in self._latest[uri].times]
        times += [self._duplicates[uri] for uri in uris if uri in self._duplicates]
        if self._lapses.near(*times):
            self._found.seen[f"{kind}, as Redis forgot"] += 1
        else:
            self._found.wrong(kind, example)

    def check(self, number: int, uri: str, item: Item | None) -> None:
        """Check one of them."""
        found = self._found
        version = 2 if load.is_revised(number) else 1
        twin = f"urn:c:{number - 1}" if load.is_copy(number) else f"urn:c:{number + 1}"
        twinned = load.is_copy(number) or load.is_copy(number + 1)
        if item is None:
            if uri not in self._duplicates or not twinned:
                found.wrong("an article is missing from the output", uri)
            return
        if load.is_withdrawn(number):
            if item.status != "canceled":
                found.wrong("a withdrawn article is still published", uri)
            return
        if item.version != version:
            found.wrong("the last item is not the newest version", (uri, item.version))
            return
        mine = number - 1 if load.is_copy(number) else number
        parts = 4 if version == 2 else 3
        for part in range(parts):
            line = hash(load.own(mine, part))
            times = item.lines.count(line)
            shared = twinned and twin in self.holders[line]
            if times == 0 and not shared:
                found.wrong("an article lost its own paragraph", (uri, part))
            if times > 1:
                found.wrong("a repeat was left inside an article", (uri, part))
            # Both may keep the lead: that is what its guard is for.
            if times and part and shared:
                kind = "a copy and its original both have a paragraph"
                self.wrong_unless_forgotten(kind, (uri, twin), (uri, part))
