"""One article's account: its audit records, the texts of its paragraphs, and what changed."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from consumers import lookups
from consumers.errors import CopydeskError
from consumers.settings import Settings
from processors import html
from processors.audit import Audit, original_body
from processors.revisions import Change, Version, changes, counts


class Account(msgspec.Struct, frozen=True):
    """An audit, its paragraphs as a reader sees them (None where the item is gone), and the last
    audit before it of another record of the same uri, else of the same family, with what changed
    between the two.
    """

    audit: Audit
    texts: tuple[str, ...] | None
    before: Audit | None = None
    changed: tuple[Change, ...] | None = None


class Delta(msgspec.Struct, frozen=True):
    """What changed, as data. ``before`` and ``changes`` are null where there is nothing before, or
    where a body can no longer be rebuilt.
    """

    uri: str
    origin: str
    version: str | None
    before: dict[str, str | None] | None
    counts: dict[str, int] | None
    changes: tuple[Change, ...] | None


#: How many records before its latest one an article's last version is looked for, unasked; and
#: how many for one under another uri, which may stand in any partition.
REACH = 50_000


def every(settings: Settings, uri: str, reach: int | None = None) -> Iterator[Audit]:
    """Every audit record of a uri, the newest first; ``reach`` as in ``consumers.lookups``.

    Raises:
        CopydeskError: there is none.
    """
    found = False
    for _, audit in lookups.audits_of(settings, uri, reach):
        found = True
        yield audit
    if not found:
        raise CopydeskError(
            f"the topic {settings.audit!r} holds no record of {uri!r}: it was never processed, "
            "its record is gone by the topic's retention, or the uri is written otherwise"
        )


def account(settings: Settings, uri: str, reach: int | None = None) -> Account:
    """The latest record of a uri, against the version before. Raises as ``every`` does."""
    found = every(settings, uri, reach)
    latest = next(found)
    texts = texts_of(settings, latest)
    if not latest.paragraphs:
        return Account(latest, texts)
    before = next((each for each in found if _is_another(each, latest)), None)
    if before is None and latest.family != latest.uri:
        others = lookups.family_before(settings, latest, REACH)
        before = next((each for each in others if _is_another(each, latest)), None)
    if before is None or texts is None or (texts_before := texts_of(settings, before)) is None:
        return Account(latest, texts, before)
    changed = changes(_versions(before, texts_before), _versions(latest, texts))
    return Account(latest, texts, before, changed)


def delta(told: Account) -> Delta:
    """An account's changes as data."""
    audit, before, changed = told.audit, told.before, told.changed
    was = None
    if before is not None:
        was = {
            "uri": before.uri,
            "version": before.version,
            "origin": before.origin,
            "record_time": before.record_time,
        }
    number = counts(changed) if changed is not None else None
    return Delta(audit.uri, audit.origin, audit.version, was, number, changed)


def texts_of(settings: Settings, audit: Audit) -> tuple[str, ...] | None:
    """What a reader sees of each paragraph, dropped or not; None where it is no longer kept."""
    if not audit.digest or not audit.paragraphs:
        return None
    item = None
    if audit.original is None:
        item = lookups.item_of(settings, audit.uri, audit.origin)
    try:
        body = original_body(audit, item)
    except ValueError:
        return None
    return texts_in(audit, body)


def texts_in(audit: Audit, body: str) -> tuple[str, ...]:
    """The same, with the judged body in hand."""
    if audit.body_type == "text/html":
        spans = html.split_html(body).spans
        if len(spans) == len(audit.paragraphs):
            return tuple(span.text for span in spans)
    return tuple(body[each.start : each.end] for each in audit.paragraphs)


def _is_another(audit: Audit, latest: Audit) -> bool:
    """Not the same record judged again, and not the same text delivered again."""
    if audit.origin == latest.origin or not audit.digest:
        return False
    return audit.version != latest.version or audit.digest != latest.digest


def _versions(audit: Audit, texts: tuple[str, ...]) -> list[Version]:
    return [
        Version(each.fingerprint or text, text)
        for each, text in zip(audit.paragraphs, texts, strict=True)
    ]
