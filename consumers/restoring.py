"""Giving an article back as its source sent it: its body, or the whole item to the output topic.

Rules: the body comes from output and audit, so that it can be had as long as they are kept; the
item comes from the source's own record, judged again with nothing dropped, and says in its header
``copydesk-restored`` that a person asked for it. Claims are not touched: a paragraph restored here
is still the other family's. What its source has withdrawn since is sent on only where a person says
that it is to be so all the same.
"""

from __future__ import annotations

import msgspec

from consumers import assembly, lookups
from consumers.errors import CopydeskError
from consumers.kafka_client import connection, offsets, reading
from consumers.kafka_client.words import Sent, Stretch
from consumers.kafka_client.writing import writer
from consumers.settings import Settings
from processors.audit import Audit, original_body
from processors.claims import Answer, Claim, Standing
from processors.pipeline import Prepared, finish, prepare
from processors.policy import Policy
from processors.records import Publication, Record

HEADER = "copydesk-restored"
_NOT_TEXT = "it is not text, and passed through as it came"
_WITHDRAWAL = (
    "its latest record is a withdrawal; `copydesk explain --all URI` lists those before it, and "
    "--origin names one of them"
)
#: No claim is asked for and nothing inside goes: the item as if copydesk had only tagged it.
_WHOLE = Policy(within="keep", same_source="keep", cross_source="keep")


def audit_of(settings: Settings, uri: str, origin: str | None = None) -> Audit:
    """The latest audit of a uri, or that of one origin.

    Raises:
        CopydeskError: there is none.
    """
    for _, audit in lookups.audits_of(settings, uri):
        if origin is None or audit.origin == origin:
            return audit
    which = f" from {origin}" if origin else ""
    raise CopydeskError(
        f"the topic {settings.audit!r} holds no record of {uri!r}{which}: it was never processed, "
        "its record is gone by the topic's retention, or the uri is written otherwise"
    )


def body_of(settings: Settings, audit: Audit) -> str:
    """The judged body, letter for letter.

    Raises:
        CopydeskError: what it takes is no longer kept.
    """
    if not audit.digest:
        what = _NOT_TEXT if audit.kind == "other" else _WITHDRAWAL
        raise CopydeskError(f"{audit.uri!r} has no body to restore: {what}")
    item = None
    if audit.original is None:
        item = lookups.item_of(settings, audit.uri, audit.origin)
    try:
        return original_body(audit, item)
    except ValueError as fault:
        raise CopydeskError(f"{fault}; is the item still in {settings.output!r}?") from fault


def publish(settings: Settings, audit: Audit, *, though_withdrawn: bool = False) -> Sent:
    """Send the whole item to the output topic.

    Raises:
        CopydeskError: the source's record is no longer kept, or is not what the audit says; or its
            uri was withdrawn after it, and ``though_withdrawn`` does not say to send it anyway.
    """
    if audit.kind != "text":
        what = _NOT_TEXT if audit.kind == "other" else _WITHDRAWAL
        raise CopydeskError(f"{audit.uri!r} cannot be sent on: {what}")
    if not though_withdrawn and (at := withdrawn_at(settings, audit)) is not None:
        raise CopydeskError(
            f"{audit.uri!r} was withdrawn at {at}, after the record {audit.origin}: to send it on "
            "would publish it again; --though-withdrawn does so all the same"
        )
    record = _source(settings, audit)
    whole = _whole(settings, record)
    with writer(settings) as sending:
        return sending.send(
            settings.output,
            whole.key,
            whole.value,
            headers=(*whole.headers, (HEADER, b"true")),
            timestamp=whole.timestamp,
        ).wait()


def withdrawn_at(settings: Settings, audit: Audit) -> str | None:
    """When the uri was withdrawn, if it was so no earlier than the article's record: by the record
    times, as the worker judges it (the contract's section 5), whichever of the two came first.
    """
    if audit.withdrawn_at is not None:
        return audit.withdrawn_at
    for _, each in lookups.audits_of(settings, audit.uri):
        if each.origin == audit.origin:
            return None
        if each.kind == "withdrawal" and each.record_time >= audit.record_time:
            return each.record_time
    return None


def _source(settings: Settings, audit: Audit) -> Record:
    topic, partition, offset = audit.origin.rsplit("/", 2)
    with connection.connect(settings) as kafka:
        offsets.places(kafka, [topic], "READ")
    stretch = Stretch(topic, int(partition), int(offset), int(offset) + 1)
    for record in reading.records(settings, [stretch]):
        if record.origin == audit.origin:
            return record
    raise CopydeskError(
        f"the source's record {audit.origin} is gone by its topic's retention; "
        f"`copydesk restore {audit.uri}` still prints the body"
    )


def _whole(settings: Settings, record: Record) -> Publication:
    limit = 1 << 62
    core = msgspec.structs.replace(
        assembly.core(settings, limit, limit), policy=_WHOLE, audit_records=False
    )
    ready = prepare(record, core)
    if not isinstance(ready, Prepared) or not isinstance(ready.ask, Claim):
        raise CopydeskError(f"{record.origin} is not an article that can be published")
    mine: Standing = "mine"
    answer = Answer(ready.ask.family, (mine,) * len(ready.ask.fingerprints))
    return finish(ready, answer, core).publications[0]
