"""The steps that one record takes, and nothing of how it came or where it goes.

Two calls frame the only question that is asked of anyone: ``prepare`` takes a record up to the
question for the store of claims, ``finish`` takes the answer to what is published.

Rules:

1. Order: decode, validate, split, fingerprint, tag, measure; then the claim; then the output.
2. A record becomes a dead letter in ``prepare`` or never, so that one that does owns nothing.
3. The same record, core and answer give the same publications, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from processors import audit as audits
from processors import deadletter, families, item, judge, measure
from processors.article import Article
from processors.body import Judged, judged_body
from processors.claims import Answer, Ask, Claim, Withdrawal
from processors.edits import Edit
from processors.errors import BadRecord
from processors.formats import BUILTIN, Formats, decode
from processors.policy import Limits, Policy
from processors.records import Header, Publication, Record
from processors.repeats import Within, within
from processors.text import Paragraph, Tag
from processors.times import milliseconds_of, text_of


class Tagged(msgspec.Struct, frozen=True):
    """What the taggers said of one article, ``failures`` naming those that raised."""

    language: audits.AuditLanguage
    tags: tuple[Tag, ...] = ()
    failures: tuple[str, ...] = ()


#: Title, paragraphs' texts, declared language, subjects of the source -> tags and language.
TagAll = Callable[[str, Sequence[str], str | None, Sequence[str]], Tagged]


def untagged(
    title: str, texts: Sequence[str], declared: str | None, subjects: Sequence[str]
) -> Tagged:
    """The tagger of a newsroom that wants none: the declared language, nothing else."""
    del title, texts, subjects
    return Tagged(audits.AuditLanguage(declared or "und", declared))


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """All that the judgement depends on besides record and store; fixed for a worker's life."""

    policy: Policy = Policy()
    limits: Limits = Limits()
    formats: Formats = BUILTIN
    tag_all: TagAll = untagged
    software: str = ""
    taxonomies: dict[str, str] = {}
    audit_records: bool = True


class Prepared(msgspec.Struct, frozen=True):
    """A good record, with the question that it puts to the store."""

    record: Record
    article: Article
    ask: Ask
    judged: Judged | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    within: dict[int, Within] = {}
    profile: str = ""
    tagged: Tagged | None = None
    notes: tuple[str, ...] = ()


class Dead(msgspec.Struct, frozen=True):
    """A bad record: its reason, and the letter that keeps it. ``redriven``: it died before."""

    record: Record
    reason: str
    message: str
    letter: Publication
    redriven: bool


class Outcome(msgspec.Struct, frozen=True):
    """What one record led to. ``rules`` has one rule a dropped paragraph, for the metrics."""

    publications: tuple[Publication, ...]
    verdict: Literal["published", "duplicate", "withdrawn", "passed", "dead"]
    reason: str = ""
    rules: tuple[str, ...] = ()
    kept: int = 0
    failures: tuple[str, ...] = ()


def prepare(record: Record, core: Core) -> Prepared | Dead:
    """Take a record up to its question. Never raises for what the record holds."""
    try:
        article = decode(record, core.limits, core.formats)
        if article.kind == "text":
            ready = _prepare_text(record, article, core)
        else:
            ready = _prepare_other(record, article)
        measure.check(ready, core, finish)
    except BadRecord as fault:
        letter = deadletter.letter(record, fault)
        redriven = deadletter.redrives(record) > 0
        return Dead(record, fault.reason, str(fault), letter, redriven)
    return ready


def _prepare_other(record: Record, article: Article) -> Prepared:
    family, explicit = families.suggested(article)
    if article.kind == "withdrawal":
        ask: Ask = Withdrawal(article.uri, family, record.timestamp, explicit)
    else:
        ask = _claim(record, article, ())
    return Prepared(record, article, ask)


def _prepare_text(record: Record, article: Article, core: Core) -> Prepared:
    judged = judged_body(article, core.limits)
    texts = [span.text for span in judged.spans]
    subjects = [s.get("uri") or s.get("name", "") for s in article.extra.get("subjects", ())]
    tagged = core.tag_all(article.title or "", texts, article.language, subjects)
    paragraphs = judged.paragraphs(tagged.language.tag, core.policy.compare)
    repeats = dict(within(paragraphs, core.policy)) if core.policy.within != "keep" else {}
    profile = max(paragraphs, key=lambda p: p.length).profile if paragraphs else ""
    fingerprints: tuple[bytes, ...] = ()
    notes = _silences(record, article)
    if not notes:
        fingerprints = judge.claimable(paragraphs, repeats, core.policy)
    ask = _claim(record, article, fingerprints)
    return Prepared(record, article, ask, judged, paragraphs, repeats, profile, tagged, notes)


def _silences(record: Record, article: Article) -> tuple[str, ...]:
    """Why an article is judged within itself only and claims nothing; empty where it is not."""
    notes = []
    if article.pub_status == "withheld":
        notes.append("withheld")
    if article.embargoed_until:
        ends = milliseconds_of(article.embargoed_until)
        if ends is None or ends > record.timestamp:
            notes.append("embargoed")
    return tuple(notes)


def _claim(record: Record, article: Article, fingerprints: tuple[bytes, ...]) -> Claim:
    family, explicit = families.suggested(article)
    return Claim(
        uri=article.uri,
        family=family,
        source=article.source or "",
        version=article.version or "",
        time=record.timestamp,
        fingerprints=fingerprints,
        explicit=explicit,
        predecessor=article.predecessor,
        predecessor_families=families.of_predecessor(article),
    )


def bury(dead: Dead) -> Outcome:
    """The outcome of a bad record."""
    return Outcome((dead.letter,), "dead", dead.reason)


def finish(ready: Prepared, answer: Answer | None, core: Core) -> Outcome:
    """Judge and build what is published.

    ``answer`` is None where the store was away, and the settings say to publish all the same:
    nothing is then dropped across articles, and the item's header and audit say ``skipped``.
    """
    family = answer.family if answer is not None else ready.ask.family
    if isinstance(ready.ask, Withdrawal):
        value = item.encode(item.canceled(ready.article, ready.record.timestamp))
        record = _audit(ready, answer, family, core, "withdrawn")
        return _outcome(ready, core, answer, value, record, "withdrawn")
    if answer is not None and answer.withdrawn is not None:
        value = item.encode(item.canceled(ready.article, ready.record.timestamp))
        record = _audit(ready, answer, family, core, "withdrawn")
        return _outcome(ready, core, answer, value, record, "withdrawn")
    if ready.article.kind == "other":
        record = _audit(ready, answer, family, core, "published")
        return _outcome(ready, core, answer, ready.record.value, record, "passed")
    if ready.judged is None or ready.tagged is None:
        message = "a text that was not split and tagged"
        raise TypeError(message)
    return _finish_text(ready, ready.judged, ready.tagged, answer, family, core)


def _finish_text(
    ready: Prepared,
    judged: Judged,
    tagged: Tagged,
    answer: Answer | None,
    family: str,
    core: Core,
) -> Outcome:
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    judgement = judge.judge(
        ready.paragraphs, ready.within, asked, answer, ready.article.source or "", core.policy
    )
    duplicate = judgement.verdict == "duplicate"
    whole = duplicate and core.policy.duplicates == "publish"
    if whole:
        dropped = tuple(
            i for i, r in enumerate(judgement.rulings) if r.first is not None and not r.marked
        )
    else:
        dropped = judgement.dropped
    value: bytes | None = None
    edits: tuple[Edit, ...] = ()
    time, language = ready.record.timestamp, tagged.language.tag
    if not duplicate or whole:
        bodies, edits = judged.without(dropped)
        article = ready.article
        value = item.encode(item.clean(article, family, time, language, bodies, tagged.tags))
    elif core.policy.duplicates == "stub" and judgement.duplicate_of is not None:
        value = item.encode(item.stub(ready.article, time, language, judgement.duplicate_of))
    record = None
    if core.audit_records:
        record = _audit(ready, answer, family, core, judgement.verdict, judgement)
        record = msgspec.structs.replace(
            record,
            edits=edits,
            original=ready.article.body if duplicate and not whole else None,
            kept=len(ready.paragraphs) - len(dropped),
            dropped=len(dropped),
        )
    return _outcome(ready, core, answer, value, record, judgement.verdict, judgement, dropped)


def _audit(
    ready: Prepared,
    answer: Answer | None,
    family: str,
    core: Core,
    verdict: judge.Verdict,
    judgement: judge.Judgement | None = None,
) -> audits.Audit:
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
        digest=audits.digest_of(article.body) if text else "",
        guards=judgement.guards if judgement is not None else (),
        notes=notes,
        duplicate_of=audits.owner_of(judgement.duplicate_of) if judgement is not None else None,
        withdrawn_at=text_of(withdrawn) if withdrawn is not None else None,
        paragraphs=(
            audits.paragraphs_of(ready.paragraphs, judgement, ready.profile)
            if judgement is not None
            else ()
        ),
        original=article.body if text and judgement is None else None,
        language=tagged.language if tagged is not None else None,
        tags=tagged.tags if tagged is not None else (),
        failed_taggers=tagged.failures if tagged is not None else (),
        software=core.software,
        taxonomies=core.taxonomies,
    )


def _outcome(
    ready: Prepared,
    core: Core,
    answer: Answer | None,
    value: bytes | None,
    record: audits.Audit | None,
    verdict: Literal["published", "duplicate", "withdrawn", "passed"],
    judgement: judge.Judgement | None = None,
    dropped: tuple[int, ...] = (),
) -> Outcome:
    key = ready.article.uri.encode("utf-8", "replace")
    kept = len(ready.paragraphs) - len(dropped) if judgement is not None else 0
    headers = _headers(ready, answer, kept, len(dropped), passed=verdict == "passed")
    time = ready.record.timestamp
    out: list[Publication] = []
    if value is not None:
        out.append(Publication("clean", key, value, time, headers))
    if record is not None and core.audit_records:
        encoded = audits.encode(record)
        if len(encoded) > core.limits.max_audit:
            encoded = audits.encode(audits.compact(record))
        out.append(Publication("audit", key, encoded, time, headers))
    rules = tuple(judgement.rulings[i].rule for i in dropped) if judgement is not None else ()
    failures = ready.tagged.failures if ready.tagged is not None else ()
    return Outcome(tuple(out), verdict, "", rules, kept, failures)


def _headers(
    ready: Prepared, answer: Answer | None, kept: int, dropped: int, *, passed: bool
) -> tuple[Header, ...]:
    """The source's own headers, then ours; what claims to be ours or Connect's is not passed on."""
    theirs = [
        h
        for h in ready.record.headers
        if not h[0].lower().startswith(("copydesk-", deadletter.PREFIX))
        and (passed or h[0].lower() != "content-type")
    ]
    ours = [
        ("copydesk-dropped", b"%d" % dropped),
        ("copydesk-kept", b"%d" % kept),
        ("copydesk-profile", ready.profile.encode()),
        (deadletter.ORIGIN, deadletter.origin(ready.record).encode()),
        ("copydesk-dedupe", b"ok" if answer is not None else b"skipped"),
    ]
    if not passed:
        ours.append(("content-type", b"application/json"))
    return (*theirs, *ours)
