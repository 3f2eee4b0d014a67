"""Who lost paragraphs to one article, out of the audit topic.

After a withdrawal, or where a desk finds that a story should not have owned what it owned, these
are the articles to restore. What counts is the latest record of each: an article that was judged
again, and lost nothing this time, is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from consumers import lookups
from consumers.kafka_client import connection, reading
from consumers.settings import Settings
from processors import audit as audits
from processors.audit import Audit, AuditOwner


class Lost(msgspec.Struct, frozen=True):
    """One paragraph: its place (from 0), by which rule it went, and its source."""

    index: int
    rule: str
    letters: int
    first_seen: str
    text: str


class Loser(msgspec.Struct, frozen=True):
    """One article that lost paragraphs, by its latest record. ``origin`` is where that stands."""

    uri: str
    version: str
    source: str
    origin: str
    record_time: str
    verdict: str
    paragraphs: tuple[Lost, ...]


def held(settings: Settings) -> int:
    """How many offsets the audit topic holds, for a progress bar."""
    with connection.connect(settings) as kafka:
        return sum(each.end - each.start for each in reading.stretches(kafka, [settings.audit]))


def losers(settings: Settings, uri: str, moved: Callable[[int], None]) -> list[Loser]:
    """All of them, by time. ``moved`` hears how many more records were read.

    Raises:
        Unreachable, MissingTopic: see ``consumers.kafka_client``.
    """
    names = _names(settings, uri)
    marks = [msgspec.json.encode(name)[1:-1] for name in names]
    with connection.connect(settings) as kafka:
        stretches = reading.stretches(kafka, [settings.audit])
    latest: dict[bytes, Loser] = {}
    for count, record in enumerate(reading.records(settings, stretches), 1):
        if count % 1_000 == 0:
            moved(1_000)
        value, key = record.value or b"", record.key or b""
        loser = _loser(value, names) if any(mark in value for mark in marks) else None
        if loser is not None:
            latest[key] = loser
        else:
            latest.pop(key, None)
    return sorted(latest.values(), key=lambda each: (each.record_time, each.uri))


def _names(settings: Settings, uri: str) -> frozenset[str]:
    """The uri, and the family that it had: claims are the family's, whichever version made them."""
    found = next(lookups.audits_of(settings, uri), None)
    return frozenset((uri,)) if found is None else frozenset((uri, found[1].family))


def _loser(value: bytes, names: Iterable[str]) -> Loser | None:
    try:
        audit = audits.decode(value)
    except ValueError:
        return None
    lost = tuple(
        Lost(each.index, each.rule, each.length, each.owner.first_seen, _text(audit, each))
        for each in audit.paragraphs
        if each.verdict == "dropped" and each.owner is not None and _is(each.owner, names)
    )
    if not lost:
        return None
    return Loser(
        audit.uri,
        audit.version or "",
        audit.source or "",
        audit.origin,
        audit.record_time,
        audit.verdict,
        lost,
    )


def _is(owner: AuditOwner, names: Iterable[str]) -> bool:
    return owner.uri in names or owner.family in names


def _text(audit: Audit, each: audits.AuditParagraph) -> str:
    return audits.dropped_text(audit, each)
