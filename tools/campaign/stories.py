"""The checker's rules on stories: who should have which paragraph, by what the load put there."""

from __future__ import annotations

from collections import Counter, defaultdict
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
        self.examples.setdefault(kind, str(example)[:200])


class Item(NamedTuple):
    """The last item of a uri; its lines by their hashes, since a million articles must fit."""

    version: int
    status: str
    lines: tuple[int, ...]
    offset: int


def check_stories(
    latest: dict[str, Item],
    duplicates: set[str],
    count: int,
    found: Findings,
    *,
    forgot: bool,
) -> None:
    """Rules 3 and 4, story by story: what each should still have, and who has what is shared."""
    holders: dict[int, set[str]] = defaultdict(set)
    for uri, item in latest.items():
        for line in item.lines:
            holders[line].add(uri)
    carriers: dict[int, set[str]] = defaultdict(set)
    unsure: set[int] = set()
    for number in range(count):
        uri = f"urn:c:{number}"
        for each in load.wires(number - 1 if load.is_copy(number) else number):
            carriers[each].add(uri)
            if load.is_withdrawn(number):
                unsure.add(each)
        _check_story(number, uri, latest.get(uri), duplicates, holders, found, forgot=forgot)
    for each, uris in carriers.items():
        have = holders[hash(load.wire(each))] & uris
        if not have and each not in unsure:
            found.wrong("a paragraph is missing from all of the output", (each, sorted(uris)))
        if len(have) > 1 and each not in unsure:
            kind = "a paragraph is published by two stories"
            if forgot:
                found.seen[f"{kind}, after Redis forgot"] += 1
            else:
                found.wrong(kind, (each, sorted(have)))


def _check_story(
    number: int,
    uri: str,
    item: Item | None,
    duplicates: set[str],
    holders: dict[int, set[str]],
    found: Findings,
    *,
    forgot: bool,
) -> None:
    version = 2 if load.is_revised(number) else 1
    twin = f"urn:c:{number - 1}" if load.is_copy(number) else f"urn:c:{number + 1}"
    twinned = load.is_copy(number) or load.is_copy(number + 1)
    if item is None:
        if uri not in duplicates or not twinned:
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
        shared = twinned and twin in holders[line]
        if times == 0 and not shared:
            found.wrong("an article lost its own paragraph", (uri, part))
        if times > 1:
            found.wrong("a repeat was left inside an article", (uri, part))
        # Both may keep the lead: that is what its guard is for.
        if times and part and shared and not forgot:
            found.wrong("a copy and its original both have a paragraph", (uri, part))
