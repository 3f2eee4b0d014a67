"""The steps that one record takes, and nothing of how it came or where it goes.

Two calls frame the only question that is asked of anyone: ``prepare`` takes records up to the
question for the store of claims, ``finish`` takes the answer to what is published.

Rules:

1. Order: decode, validate, split, fingerprint, tag, measure; then the claim; then the output.
2. Nothing that one record holds changes what becomes of another that is prepared with it.
3. A record becomes a dead letter in ``prepare`` or never, so that one that does owns nothing.
4. The same record, core and answer give the same publications, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import msgspec

from processors import announce, deadletter, families, fingerprint, item, judge, measure, owners
from processors.article import Article
from processors.body import Judged, judged_body
from processors.claims import Answer, Claim, Withdrawal
from processors.core import Core, Dead, Prepared, TagAll, Tagged, ToTag, declared, untagged
from processors.edits import Edit
from processors.errors import BadRecord
from processors.formats import decode
from processors.records import Outcome, Record
from processors.repeats import within
from processors.text import Paragraph
from processors.times import milliseconds_of

__all__ = [
    "Core",
    "Dead",
    "Outcome",
    "Prepared",
    "TagAll",
    "Tagged",
    "ToTag",
    "bury",
    "finish",
    "prepare",
    "prepare_all",
    "untagged",
]

_LENGTH = attrgetter("length")


def prepare(record: Record, core: Core) -> Prepared | Dead:
    """Take one record up to its question. Never raises for what the record holds."""
    return prepare_all((record,), core)[0]


def prepare_all(records: Sequence[Record], core: Core) -> list[Prepared | Dead]:
    """Take records up to their questions, in order. Never raises for what they hold."""
    begun = [_begin(record, core) for record in records]
    split = [each for each in begun if isinstance(each, _Split)]
    if not split:
        return begun  # type: ignore[return-value]  # there is no other kind in it
    if core.tag_all is untagged:  # which needs no texts
        tagged = [declared(each.article.language) for each in split]
    else:
        tagged = core.tag_all([_to_tag(each) for each in split])
    compared = [e.judged.compared(t.language.tag) for e, t in zip(split, tagged, strict=True)]
    made = zip(tagged, fingerprint.of_articles(compared, core.policy.compare), strict=True)
    return [_complete(e, *next(made), core) if isinstance(e, _Split) else e for e in begun]


class _Split(msgspec.Struct, frozen=True):
    """A text on its way: split, and not tagged."""

    record: Record
    article: Article
    judged: Judged


def _begin(record: Record, core: Core) -> _Split | Prepared | Dead:
    article = None
    try:
        article = decode(record, core.limits, core.formats)
        if article.kind == "text":
            return _Split(record, article, judged_body(article, core.limits))
        ready = _prepare_other(record, article, core)
        measure.check(ready, core, finish)
    except BadRecord as fault:
        return _dead(record, article, fault, core)
    return ready


def _to_tag(split: _Split) -> ToTag:
    article = split.article
    given = article.extra.get("subjects", ())
    subjects = [each.get("uri") or each.get("name", "") for each in given] if given else ()
    # A paste twice over does not weigh twice in tags.
    firsts: dict[str, int] = {}
    texts = [
        span.text if firsts.setdefault(span.text, at) == at else ""
        for at, span in enumerate(split.judged.spans)
    ]
    return ToTag(article.title or "", texts, article.language, subjects)


def _complete(
    split: _Split, tagged: Tagged, paragraphs: tuple[Paragraph, ...], core: Core
) -> Prepared | Dead:
    try:
        ready = _prepare_text(split, tagged, paragraphs, core)
        measure.check(ready, core, finish)
    except BadRecord as fault:
        return _dead(split.record, split.article, fault, core)
    return ready


def _dead(record: Record, article: Article | None, fault: BadRecord, core: Core) -> Dead:
    letter = deadletter.letter(record, fault)
    if measure.cost(letter) > core.limits.max_dead:
        letter = deadletter.without_value(letter, record)
    redriven = deadletter.redrives(record) > 0
    uri = article.uri if article is not None else None
    return Dead(record, fault.reason, str(fault), letter, redriven, uri)


def _prepare_other(record: Record, article: Article, core: Core) -> Prepared:
    family, explicit = families.suggested(article)
    if article.kind != "withdrawal":
        notes = _foreign(article, core)
        return Prepared(record, article, _claim(record, article, (), notes), notes=notes)
    # A null value has no room for its source; CloudEvents has a header for it.
    source = article.source or (record.header("ce_source") or b"").decode("utf-8", "replace")
    name = owners.foreign_name(article, source, core.policy.uri_owners)
    if name is not None:
        raise owners.refusal(article, name, source)
    return Prepared(record, article, Withdrawal(article.uri, family, record.timestamp, explicit))


def _prepare_text(
    split: _Split, tagged: Tagged, paragraphs: tuple[Paragraph, ...], core: Core
) -> Prepared:
    record, article = split.record, split.article
    repeats = within(paragraphs, core.policy) if core.policy.within != "keep" else {}
    profile = _profile(paragraphs)
    fingerprints: tuple[bytes, ...] = ()
    notes = (*_silences(record, article), *_foreign(article, core))
    if not notes:
        fingerprints = judge.claimable(paragraphs, repeats, core.policy)
    ask = _claim(record, article, fingerprints, notes)
    return Prepared(record, article, ask, split.judged, paragraphs, repeats, profile, tagged, notes)


def _profile(paragraphs: tuple[Paragraph, ...]) -> str:
    """The profile of the longest paragraph, which is that of all in most articles."""
    if len({paragraph.profile for paragraph in paragraphs}) > 1:
        return max(paragraphs, key=_LENGTH).profile
    return paragraphs[0].profile if paragraphs else ""


def _words(paragraphs: tuple[Paragraph, ...]) -> list[int]:
    """The words of each paragraph; empty where they were not counted of all."""
    counted = [paragraph.words for paragraph in paragraphs if paragraph.words is not None]
    return counted if len(counted) == len(paragraphs) else []


def _silences(record: Record, article: Article) -> tuple[str, ...]:
    """Why an article is judged within itself only and claims nothing; empty where it is not."""
    if article.pub_status != "withheld" and not article.embargoed_until:
        return ()
    notes = []
    if article.pub_status == "withheld":
        notes.append("withheld")
    if article.embargoed_until:
        ends = milliseconds_of(article.embargoed_until)
        if ends is None or ends > record.timestamp:
            notes.append("embargoed")
    return tuple(notes)


def _foreign(article: Article, core: Core) -> tuple[str, ...]:
    """The note on an article that speaks of another source's story; empty for any other."""
    if not core.policy.uri_owners:
        return ()
    name = owners.foreign_name(article, article.source or "", core.policy.uri_owners)
    return () if name is None else (owners.NOTE,)


def _claim(
    record: Record, article: Article, fingerprints: tuple[bytes, ...], notes: tuple[str, ...]
) -> Claim:
    source = article.source or ""
    if owners.NOTE in notes:
        name = owners.alias(article, source)
        return Claim(name, name, source, article.version or "", record.timestamp, ())
    family, explicit = families.suggested(article)
    return Claim(
        uri=article.uri,
        family=family,
        source=source,
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
        record = announce.audit(ready, answer, family, core, "withdrawn")
        return announce.outcome(ready, core, answer, value, record, "withdrawn")
    if answer is not None and answer.withdrawn is not None:
        value = item.encode(item.canceled(ready.article, ready.record.timestamp))
        record = announce.audit(ready, answer, family, core, "withdrawn")
        return announce.outcome(ready, core, answer, value, record, "withdrawn")
    if ready.article.kind == "other":
        record = announce.audit(ready, answer, family, core, "published")
        return announce.outcome(ready, core, answer, ready.record.value, record, "passed")
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
    dropped = judgement.dropped
    value: bytes | None = None
    edits: tuple[Edit, ...] = ()
    time, language = ready.record.timestamp, tagged.language.tag
    if not duplicate or whole:
        counted = _words(ready.paragraphs)
        bodies, edits = judged.without(dropped, told=core.audit_records, words=counted)
        article = ready.article
        value = item.encode(item.clean(article, family, time, language, bodies, tagged.tags))
    elif core.policy.duplicates == "stub" and judgement.duplicate_of is not None:
        value = item.encode(item.stub(ready.article, time, language, judgement.duplicate_of))
    record = None
    if core.audit_records:
        original = ready.article.body if duplicate and not whole else None
        cut = announce.Cut(edits, original, len(ready.paragraphs) - len(dropped), len(dropped))
        record = announce.audit(ready, answer, family, core, judgement.verdict, judgement, cut)
    return announce.outcome(
        ready, core, answer, value, record, judgement.verdict, judgement, dropped
    )
