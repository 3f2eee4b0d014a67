"""The checker: reads every topic from its beginning and says what is wrong.

It shares no code with the pipeline: it has its own reader, its own way of putting a body together,
and takes what should be there from ``load`` alone.

What it holds every run to:

1. every valid record is in the output, or in the audit as a duplicate or withdrawn;
2. every bad record is in the dead letters, as it was, and no good one is;
3. no paragraph is missing from all of the output that had no living owner, and (unless Redis was
   made to forget just then) none is published by two stories;
4. items of one uri come first in the order of their records, and the newest, by its origin, is the
   newest version; a redelivery repeats an earlier record exactly, unless a withdrawal came between,
   or Redis was made to forget;
5. audit and output of one origin give the source's body back; a duplicate's audit alone does;
6. the group's committed offsets are the topic's ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

from tools.campaign import load
from tools.campaign.reading import Names, Told, read
from tools.campaign.stories import Findings, Item, Lapses, check_stories


def check(
    kafka: str, names: Names, count: int, forgotten: Sequence[tuple[int, int]] = ()
) -> Findings:
    """Check one run. ``forgotten``: from when until when Redis lost its writes, in milliseconds."""
    found = Findings()
    lapses = Lapses(forgotten)
    bad = _check_dead(kafka, names, found)
    bodies = _check_sources(kafka, names, bad, found)
    edits = _check_audits(kafka, names, bodies, lapses, found)
    latest = _check_outputs(kafka, names, bodies, edits, found)
    duplicates = {a.uri: a.time for a in edits.values() if a.verdict == "duplicate"}
    check_stories(latest, duplicates, count, lapses, found)
    _check_offsets(kafka, names, found)
    return found


def _print_of(value: bytes | None) -> bytes:
    return blake2b(value or b"", digest_size=8).digest()


def _check_dead(kafka: str, names: Names, found: Findings) -> dict[str, tuple[str, bytes]]:
    """Origins of the dead letters, their keys and the prints of their values."""
    dead: dict[str, tuple[str, bytes]] = {}
    for told in read(kafka, names.dead):
        found.seen["dead letters"] += 1
        origin = told.headers["copydesk-origin"].decode()
        dead[origin] = told.key, _print_of(told.value)
        if not told.key.startswith("urn:bad:"):
            found.wrong("a good record died", (told.key, told.headers))
    return dead


def _check_sources(
    kafka: str, names: Names, dead: dict[str, tuple[str, bytes]], found: Findings
) -> dict[str, tuple[str, int, bytes]]:
    """Of every good record's origin: its uri, version (0: withdrawal) and its body's print."""
    bodies: dict[str, tuple[str, int, bytes]] = {}
    for told in read(kafka, names.raw):
        found.seen["records"] += 1
        origin = f"{names.raw}/{told.partition}/{told.offset}"
        if told.key.startswith("urn:bad:"):
            if dead.get(origin) != (told.key, _print_of(told.value)):
                found.wrong("a bad record is not among the dead letters as it was", told.key)
        elif told.value is None:
            bodies[origin] = told.key, 0, b""
        else:
            article = json.loads(told.value)
            bodies[origin] = told.key, article["version"], _print_of(article["body"].encode())
    return bodies


class Audited(NamedTuple):
    """What the checker keeps of an audit record; ``lost`` has what went, and in whose favour."""

    uri: str
    verdict: str
    value: bytes
    edits: tuple[tuple[int, str], ...]
    lost: frozenset[tuple[int, str]]
    time: int
    #: Version of the software and profile: only the same ones must judge a record the same.
    made_by: tuple[str, str]
    guards: tuple[str, ...] = ()
    before: Audited | None = None


def _lost(audit: dict[str, Any]) -> frozenset[tuple[int, str]]:
    return frozenset(
        (each["index"], each.get("owner", {}).get("uri", ""))
        for each in audit.get("paragraphs", ())
        if each["verdict"] == "dropped"
    )


def _may_differ(one: Audited, other: Audited, lapses: Lapses) -> bool:
    """Whether a redelivery may be judged anew: a withdrawal came between the two judgements.

    Its mark voids the claims that the first judgement found, or withdraws the article itself. What
    was lost to it may be another's by the time of the second. Or Redis has forgotten what the first
    one claimed. Another version of the software says so in its audit, and judges the same all the
    same, unless by another profile.
    """
    if one.value == other.value or "withdrawn" in (one.verdict, other.verdict):
        return True
    if lapses.near(one.time) or one.made_by[1] != other.made_by[1]:
        return True
    if one.made_by[0] != other.made_by[0] and (one.verdict, one.lost, one.edits) == (
        other.verdict, other.lost, other.edits,
    ):  # fmt: skip
        return True
    changed = one.lost ^ other.lost
    voided = {index for index, owner in changed if _is_withdrawn(owner)}
    if (one.verdict, one.guards) != (other.verdict, other.guards):
        # One claim less may make a duplicate an article again, or a remnant: then all rulings move.
        return bool(voided)
    return voided == {index for index, _ in changed}


def _is_withdrawn(owner: str) -> bool:
    number = owner.removeprefix("urn:c:")
    return number.isdigit() and load.is_withdrawn(int(number))


def _apart(one: Audited, other: Audited) -> str:
    """How two judgements differ, for a person."""
    first, then = sorted(one.lost - other.lost), sorted(other.lost - one.lost)
    return (
        f"{one.verdict} {one.guards} {first} at {one.time}, "
        f"{other.verdict} {other.guards} {then} at {other.time}"
    )


def _check_audits(
    kafka: str,
    names: Names,
    bodies: dict[str, tuple[str, int, bytes]],
    lapses: Lapses,
    found: Findings,
) -> dict[str, Audited]:
    audits: dict[str, Audited] = {}
    for told in read(kafka, names.audit):
        found.seen["audits"] += 1
        audit = json.loads(told.value or b"{}")
        origin = audit["origin"]
        edits = tuple((e["offset"], e["text"]) for e in audit.get("edits", ()))
        print_ = _print_of(told.value)
        before = audits.get(origin)
        found.seen["audits repeated"] += before is not None
        made_by = audit.get("software", ""), audit.get("profile", "")
        found.seen[f"audits by {made_by[0]}, {made_by[1]}"] += 1
        now = Audited(
            told.key, audit["verdict"], print_, edits, _lost(audit), told.time, made_by,
            tuple(audit.get("guards", ())), before,
        )  # fmt: skip
        if before is not None and not _may_differ(before, now, lapses):
            found.wrong("one record was judged in two ways", f"{origin}: {_apart(before, now)}")
        audits[origin] = now if before is None or before.value != print_ else before
        original = audit.get("original")
        known = bodies.get(origin)
        if known is None:
            found.wrong("an audit of no record", origin)
        elif original is None and now.verdict == "duplicate":
            found.wrong("a duplicate's audit lacks its original", origin)
        elif original is not None and _print_of(original.encode()) != known[2]:
            found.wrong("the audit's original is not the source's body", origin)
    for origin in bodies:
        if origin not in audits:
            found.wrong("a record was never judged", (origin, bodies[origin][0]))
    return audits


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
        found.seen["items repeated"] += origin in values
        text = next((b["value"] for b in item.get("bodies", ())), "")
        known, audit = bodies.get(origin), audits.get(origin)
        if known is None or audit is None:
            found.wrong("an item of no record or without an audit", origin)
        elif item["pubStatus"] == "usable" and not _fits(text, audit, known[2]):
            found.wrong("item and audit do not give the source's body back", origin)
        same = values.setdefault(origin, print_) == print_ or item["pubStatus"] == "canceled"
        if not same and (audit is None or audit.before is None):
            found.wrong("a redelivery gave another item", origin)
        if known is not None and known[0] != told.key:
            found.wrong("an item bears another key than its record", origin)
        _take_newest(latest, told, origin, item, text, found)
    for origin, audit in audits.items():
        if origin not in values and audit.verdict != "duplicate":
            found.wrong("judged as published and not in the output", origin)
    return latest


def _fits(text: str, audit: Audited | None, print_: bytes) -> bool:
    """Whether one of the judgements of this record gives the source's body back with the item."""
    while audit is not None:
        if _print_of(_together(text, audit.edits).encode()) == print_:
            return True
        audit = audit.before
    return False


def _take_newest(
    latest: dict[str, Item],
    told: Told,
    origin: str,
    item: dict[str, Any],
    text: str,
    found: Findings,
) -> None:
    """What a reader holds who goes by the origin: a worker that was frozen may repeat old items.

    Repeat only: what comes after a newer one must have come before it, too.
    """
    offset, before = int(origin.rsplit("/", 1)[1]), latest.get(told.key)
    if before is not None and offset < before.offset:
        found.seen["older items after newer ones"] += 1
        if offset not in before.seen:
            found.wrong("items of one uri came out of their order", origin)
        latest[told.key] = before._replace(times=(*before.times, told.time))
        return
    lines = tuple(hash(line) for line in text.split("\n"))
    times, seen = (before.times, before.seen) if before else ((), ())
    latest[told.key] = Item(
        int(item.get("version", 0)), item["pubStatus"], lines, offset,
        (*times, told.time), (*seen, offset),
    )  # fmt: skip


def _together(text: str, edits: tuple[tuple[int, str], ...]) -> str:
    body = text
    for offset, piece in edits:
        body = body[:offset] + piece + body[offset:]
    return body


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
