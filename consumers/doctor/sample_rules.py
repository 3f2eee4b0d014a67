"""Rules about the records that came last: their keys, their times, and whether they can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from consumers.doctor.findings import Finding, ok, problem, warning
from consumers.outbox import Decode, milliseconds
from consumers.settings import Settings
from processors.errors import BadRecord
from processors.formats.wire import key_text
from processors.records import Record

_MINUTE, _DAY = 60_000, 86_400_000
#: How far ahead of this machine's clock a record may be dated, and how far from its own date.
_AHEAD, _APART = 5 * _MINUTE, _DAY


class Looked(msgspec.Struct, frozen=True):
    """One record as its decoder sees it: the uri and own date it found, or why it is bad."""

    record: Record
    uri: str | None = None
    published: int | None = None
    source: str | None = None
    reason: str | None = None


def look(records: Sequence[Record], decode: Decode) -> list[Looked]:
    """Decode each, as a worker would."""
    return [_look(record, decode) for record in records]


def _look(record: Record, decode: Decode) -> Looked:
    try:
        article = decode(record)
    except BadRecord as bad:
        return Looked(record, reason=bad.reason)
    return Looked(record, article.uri, milliseconds(article.published), article.source)


def judge(looked: Sequence[Looked], settings: Settings, now: int) -> Iterator[Finding]:
    """Every rule on the sample; ``now`` is milliseconds since 1970."""
    if not looked:
        yield ok("input", "no records to look at yet")
        return
    yield from rule_11_readable(looked)
    yield from rule_12_keys_are_uris(looked)
    yield from rule_13_times_are_true(looked, now)
    yield from rule_14_times_are_the_articles_own(looked, settings)


def rule_11_readable(looked: Sequence[Looked]) -> Iterator[Finding]:
    """What came last can be read."""
    reasons = Counter(each.reason for each in looked if each.reason)
    if not reasons:
        yield ok("input", f"the last {len(looked):,} records can be read")
        return
    said = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(4))
    bad = sum(reasons.values())
    make = problem if bad * 2 > len(looked) else warning
    yield make(
        "input",
        f"{bad:,} of the last {len(looked):,} records cannot be read ({said})",
        "see what they hold: `copydesk dead list`, and mend their sender",
    )


def rule_12_keys_are_uris(looked: Sequence[Looked]) -> Iterator[Finding]:
    """Keys are uris: order holds only within a key, so versions of one story need one key."""
    known = [each for each in looked if each.uri is not None]
    wrong = [each for each in known if key_text(each.record.key) != each.uri]
    if not wrong:
        if known:
            yield ok("keys", "records are keyed by their uri")
        return
    feeds = Counter(each.source or each.record.topic for each in wrong)
    named = ", ".join(f"{feed} ({count})" for feed, count in feeds.most_common(5))
    without = sum(each.record.key is None for each in wrong)
    how = "have no key" if without == len(wrong) else "have another key than their uri"
    yield warning(
        "keys",
        f"{len(wrong):,} of the last {len(known):,} records {how}: {named}",
        "let those feeds key records by uri: versions of a story keep their order only so",
    )


def rule_13_times_are_true(looked: Sequence[Looked], now: int) -> Iterator[Finding]:
    """No record comes from the future: a clock is wrong, here or at the sender."""
    newest = max(each.record.timestamp for each in looked)
    if newest > now + _AHEAD:
        ahead = sum(each.record.timestamp > now + _AHEAD for each in looked)
        yield problem(
            "clock",
            f"{ahead:,} records are dated up to {(newest - now) / _MINUTE:,.0f} minutes ahead of "
            "this machine's clock",
            "set the clocks of senders and of this machine by NTP; claims go by record time",
        )
    else:
        yield ok("clock", "no record is dated ahead of this machine's clock")


def rule_14_times_are_the_articles_own(
    looked: Sequence[Looked], settings: Settings
) -> Iterator[Finding]:
    """Record times are near the articles' own, so that windows are those of the news."""
    dated = [each for each in looked if each.published is not None]
    apart = [each for each in dated if abs(each.record.timestamp - (each.published or 0)) > _APART]
    if len(apart) * 2 > len(dated) > 0:
        days = max(abs(each.record.timestamp - (each.published or 0)) for each in apart) / _DAY
        yield warning(
            "record times",
            f"{len(apart):,} of the last {len(dated):,} dated records bear a time more than a day "
            f"from the article's own (up to {days:,.0f} days): their claims begin there, and the "
            f"window is {settings.window / 86400:g} days",
            "for an archive, publish with `--dated`",
        )
