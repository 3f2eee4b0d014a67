"""What is published of one record once it is judged: its item, its audit, their headers."""

from __future__ import annotations

from typing import Literal, NamedTuple

from processors import audit as audits
from processors import deadletter, events, judge, measure
from processors.claims import Answer
from processors.core import Core, Prepared
from processors.edits import Edit
from processors.records import Header, Outcome, Publication
from processors.times import text_of


class Cut(NamedTuple):
    """What was taken from a judged body: pieces, or the whole; paragraphs that stayed and went."""

    edits: tuple[Edit, ...] = ()
    original: str | None = None
    kept: int = 0
    dropped: int = 0


def audit(
    ready: Prepared,
    answer: Answer | None,
    family: str,
    core: Core,
    verdict: judge.Verdict,
    judgement: judge.Judgement | None = None,
    cut: Cut | None = None,
) -> audits.Audit:
    """The audit record. Only a judged text has a ``judgement`` and a ``cut``."""
    article, tagged = ready.article, ready.tagged
    withdrawn = answer.withdrawn if answer is not None else None
    text = article.kind == "text"
    notes = ready.notes
    if answer is not None and answer.orphan:
        notes = (*notes, "unknown-predecessor")
    return audits.Audit(
        schema_version=audits.SCHEMA_VERSION,
        uri=article.uri,
        family=family,
        version=article.version,
        source=article.source,
        origin=deadletter.origin(ready.record),
        record_time=text_of(ready.record.timestamp),
        kind=article.kind,
        format=article.format,
        verdict=verdict,
        dedupe="ok" if answer is not None else "skipped",
        profile=ready.profile,
        body_type=article.body_type if text else "",
        length=len(article.body) if text else 0,
        digest=audits.digest_of(ready.judged.in_utf8()) if ready.judged is not None else "",
        guards=judgement.guards if judgement is not None else (),
        notes=notes,
        duplicate_of=audits.owner_of(judgement.duplicate_of) if judgement is not None else None,
        withdrawn_at=text_of(withdrawn) if withdrawn is not None else None,
        paragraphs=(
            audits.paragraphs_of(ready.paragraphs, judgement, ready.profile)
            if judgement is not None
            else ()
        ),
        edits=cut.edits if cut is not None else (),
        original=cut.original if cut is not None else article.body if text else None,
        kept=cut.kept if cut is not None else 0,
        dropped=cut.dropped if cut is not None else 0,
        language=tagged.language if tagged is not None else None,
        tags=tagged.tags if tagged is not None else (),
        failed_taggers=tagged.failures if tagged is not None else (),
        software=core.software,
        taxonomies=core.taxonomies,
    )


def outcome(
    ready: Prepared,
    core: Core,
    answer: Answer | None,
    value: bytes | None,
    record: audits.Audit | None,
    verdict: Literal["published", "duplicate", "withdrawn", "passed"],
    judgement: judge.Judgement | None = None,
    dropped: tuple[int, ...] = (),
) -> Outcome:
    """The outcome of a good record: ``value`` for the output topic, ``record`` for the audit's."""
    key = ready.article.uri.encode("utf-8", "replace")
    kept = len(ready.paragraphs) - len(dropped) if judgement is not None else 0
    headers = _headers(ready, answer, kept, len(dropped), passed=verdict == "passed")
    time = ready.record.timestamp
    out: list[Publication] = []
    if value is not None:
        own = headers
        if core.cloudevents:
            ours = events.event(ready.record, ready.article, verdict)
            own = events.replaced(headers, ours)
        out.append(Publication("clean", key, value, time, own))
    if record is not None and core.audit_records:
        full = Publication("audit", key, audits.encode(record), time, headers)
        if measure.cost(full) > core.limits.max_audit:
            full = Publication("audit", key, audits.encode(audits.compact(record)), time, headers)
        out.append(full)
    rules = tuple([judgement.rulings[i].rule for i in dropped]) if judgement is not None else ()
    failures = ready.tagged.failures if ready.tagged is not None else ()
    return Outcome(tuple(out), verdict, "", rules, kept, failures)


def _headers(
    ready: Prepared, answer: Answer | None, kept: int, dropped: int, *, passed: bool
) -> tuple[Header, ...]:
    """The source's own headers, then ours; what claims to be ours or Connect's is not passed on."""
    ours: tuple[Header, ...]
    ours = (
        ("copydesk-dropped", b"%d" % dropped),
        ("copydesk-kept", b"%d" % kept),
        ("copydesk-profile", ready.profile.encode()),
        (deadletter.ORIGIN, deadletter.origin(ready.record).encode()),
        ("copydesk-dedupe", b"ok" if answer is not None else b"skipped"),
    )
    if not passed:
        ours = (*ours, ("content-type", b"application/json"))
    if not ready.record.headers:
        return ours
    theirs = [
        h
        for h in ready.record.headers
        if not h[0].lower().startswith(("copydesk-", deadletter.PREFIX))
        and (passed or h[0].lower() != "content-type")
    ]
    return (*theirs, *ours)
