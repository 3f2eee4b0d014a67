"""The checker: reads every topic from its beginning and says what is wrong.

It shares no code with the pipeline: it has its own reader, its own way of putting a body together,
and takes what should be there from ``load`` alone.

What it holds every run to:

1. every valid record is in the output, or in the audit as a duplicate or withdrawn;
2. every bad record is in the dead letters, as it was, and no good one is;
3. no paragraph is missing from all of the output that had no living owner, and (unless a fault made
   Redis forget) none is published by two stories;
4. the last item of a uri is its newest version; a redelivery repeats an earlier record exactly;
5. audit and output of one origin give the source's body back;
6. the group's committed offsets are the topic's ends.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from hashlib import blake2b
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from tools.campaign import load
from tools.campaign.reading import Names, read


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


def check(kafka: str, names: Names, count: int, *, forgot: bool) -> Findings:
    """Check one run. ``forgot``: Redis lost writes by a fault, so that repeats may get through."""
    found = Findings()
    bad = _check_dead(kafka, names, found)
    bodies = _check_sources(kafka, names, bad, found)
    edits = _check_audits(kafka, names, bodies, found)
    latest = _check_outputs(kafka, names, bodies, edits, found)
    _check_stories(latest, edits, count, found, forgot=forgot)
    _check_offsets(kafka, names, found)
    return found


def _print_of(value: bytes | None) -> bytes:
    return blake2b(value or b"", digest_size=8).digest()


def _check_dead(kafka: str, names: Names, found: Findings) -> dict[str, bytes]:
    """Origins of the dead letters and the prints of their values."""
    dead: dict[str, bytes] = {}
    for told in read(kafka, names.dead):
        found.seen["dead letters"] += 1
        origin = told.headers["copydesk-origin"].decode()
        dead[origin] = _print_of(told.value)
        if not told.key.startswith("urn:bad:"):
            found.wrong("a good record died", (told.key, told.headers))
    return dead


def _check_sources(
    kafka: str, names: Names, dead: dict[str, bytes], found: Findings
) -> dict[str, tuple[str, int, bytes]]:
    """Of every good record's origin: its uri, version (0: withdrawal) and its body's print."""
    bodies: dict[str, tuple[str, int, bytes]] = {}
    for told in read(kafka, names.raw):
        found.seen["records"] += 1
        origin = f"{names.raw}/{told.partition}/{told.offset}"
        if told.key.startswith("urn:bad:"):
            if dead.get(origin) != _print_of(told.value):
                found.wrong("a bad record is not among the dead letters as it was", told.key)
        elif told.value is None:
            bodies[origin] = told.key, 0, b""
        else:
            article = json.loads(told.value)
            bodies[origin] = told.key, article["version"], _print_of(article["body"].encode())
    return bodies


class Audited(NamedTuple):
    """What the checker keeps of an audit record."""

    uri: str
    verdict: str
    value: bytes
    edits: tuple[tuple[int, str], ...]


def _check_audits(
    kafka: str, names: Names, bodies: dict[str, tuple[str, int, bytes]], found: Findings
) -> dict[str, Audited]:
    audits: dict[str, Audited] = {}
    for told in read(kafka, names.audit):
        found.seen["audits"] += 1
        audit = json.loads(told.value or b"{}")
        origin = audit["origin"]
        edits = tuple((e["offset"], e["text"]) for e in audit.get("edits", ()))
        print_ = _print_of(told.value)
        before = audits.get(origin)
        if before is not None:
            found.seen["audits repeated"] += 1
            if before.value != print_ and "withdrawn" not in (before.verdict, audit["verdict"]):
                found.wrong("one record was judged in two ways", origin)
        audits[origin] = Audited(told.key, audit["verdict"], print_, edits)
        original = audit.get("original")
        known = bodies.get(origin)
        if known is None:
            found.wrong("an audit of no record", origin)
        elif original is not None and _print_of(original.encode()) != known[2]:
            found.wrong("the audit's original is not the source's body", origin)
    for origin in bodies:
        if origin not in audits:
            found.wrong("a record was never judged", (origin, bodies[origin][0]))
    return audits


class Item(NamedTuple):
    """The last item of a uri; its lines by their hashes, since a million articles must fit."""

    version: int
    status: str
    lines: tuple[int, ...]


def _check_outputs(
    kafka: str,
    names: Names,
    bodies: dict[str, tuple[str, int, bytes]],
    audits: dict[str, Audited],
    found: Findings,
) -> dict[str, Item]:
    latest: dict[str, Item] = {}
    values: dict[str, bytes] = {}
    for told in read(kafka, names.clean):
        found.seen["items"] += 1
        origin = told.headers["copydesk-origin"].decode()
        item = json.loads(told.value or b"{}")
        print_ = _print_of(told.value)
        if origin in values:
            found.seen["items repeated"] += 1
            if values[origin] != print_ and item["pubStatus"] != "canceled":
                found.wrong("a redelivery gave another item", origin)
        values[origin] = print_
        text = next((b["value"] for b in item.get("bodies", ())), "")
        latest[told.key] = Item(
            int(item.get("version", 0)),
            item["pubStatus"],
            tuple(hash(line) for line in text.split("\n")),
        )
        known, audit = bodies.get(origin), audits.get(origin)
        if known is None or audit is None:
            found.wrong("an item of no record or without an audit", origin)
        elif audit.verdict == "published" and item["pubStatus"] == "usable":
            whole = _together(text, audit.edits)
            if _print_of(whole.encode()) != known[2]:
                found.wrong("item and audit do not give the source's body back", origin)
    for origin, audit in audits.items():
        if origin not in values and audit.verdict != "duplicate":
            found.wrong("judged as published and not in the output", origin)
    return latest


def _together(text: str, edits: tuple[tuple[int, str], ...]) -> str:
    body = text
    for offset, piece in edits:
        body = body[:offset] + piece + body[offset:]
    return body


def _check_stories(
    latest: dict[str, Item],
    audits: dict[str, Audited],
    count: int,
    found: Findings,
    *,
    forgot: bool,
) -> None:
    duplicates = {a.uri for a in audits.values() if a.verdict == "duplicate"}
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


def _check_offsets(kafka: str, names: Names, found: Findings) -> None:
    consumer = KafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    parts = [TopicPartition(names.raw, p) for p in consumer.partitions_for_topic(names.raw)]
    ends = consumer.end_offsets(parts)
    consumer.close()
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    told: dict[str, Any] = admin.list_group_offsets({names.group: None})
    admin.close()
    committed = {p: o.offset for p, o in told.get(names.group, {}).items()}
    for part in parts:
        if committed.get(part, 0) != ends[part]:
            found.wrong(
                "the committed offset is not the end", (part, committed.get(part), ends[part])
            )
