"""What is told of a group: the words of ``copydesk lag --json``, and a little more for the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from consumers.kafka_client.words import Place
from processors.lag import Judgement, Verdict, worst

Number = TypeVar("Number", int, float)


class Standing(msgspec.Struct, frozen=True):
    """One group at one partition. ``owner`` is the member that has it, None where none is known."""

    place: Place
    owner: str | None
    judged: Judgement


class Report(msgspec.Struct, frozen=True):
    """One group. ``state`` is Kafka's word, ``members`` their number; None where it is not told."""

    group: str
    state: str | None
    members: int | None
    standings: tuple[Standing, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its partitions'."""
        return worst(each.judged.verdict for each in self.standings)

    @property
    def lag(self) -> int | None:
        """Unread offsets in all; None where a partition's are not known."""
        return total([each.judged.lag for each in self.standings])

    @property
    def lag_seconds(self) -> float | None:
        """The age of the oldest unread record; None where a partition's is not known."""
        ages = [each.judged.lag_seconds for each in self.standings]
        return max((a for a in ages if a is not None), default=None) if None not in ages else None


def total(numbers: Sequence[Number | None]) -> Number | None:
    """The sum; None for none, or where one is not known."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def why(report: Report) -> str:
    """A group's verdict in words: how many partitions it is true of, and the first one's reason."""
    if not report.standings:
        return "no partitions: it has neither members nor commits"
    if all(each.judged.verdict == "ok" for each in report.standings):
        return "nothing is unread" if report.lag == 0 else "it keeps up"
    like = [each for each in report.standings if each.judged.verdict == report.verdict]
    count = len(report.standings)
    of = f"{len(like)} of {count} partitions {report.verdict}; " if count > 1 else ""
    return f"{of}{like[0].place.topic} / {like[0].place.partition}: {like[0].judged.reason}"


def summary(report: Report) -> dict[str, Any]:
    """The group without its partitions; ``partitions`` is their number, rates their sum."""
    judged = [each.judged for each in report.standings]
    return {
        "group": report.group,
        "state": report.state,
        "members": report.members,
        "verdict": report.verdict,
        "why": why(report),
        "partitions": len(judged),
        "lag": report.lag,
        "lag_seconds": report.lag_seconds,
        "rate_in": total([each.rate_in for each in judged]),
        "rate_out": total([each.rate_out for each in judged]),
    }


def told(report: Report) -> dict[str, Any]:
    """The group as the contract writes it, then what else is known; unknown values null."""
    return {
        "group": report.group,
        "state": report.state,
        "verdict": report.verdict,
        "partitions": [_told(each) for each in report.standings],
        "members": report.members,
        "lag": report.lag,
        "lag_seconds": report.lag_seconds,
    }


def _told(standing: Standing) -> dict[str, Any]:
    judged = standing.judged
    return {
        "topic": standing.place.topic,
        "partition": standing.place.partition,
        "committed": judged.committed,
        "end": judged.end,
        "lag": judged.lag,
        "lag_seconds": judged.lag_seconds,
        "rate_in": _short(judged.rate_in),
        "rate_out": _short(judged.rate_out),
        "verdict": judged.verdict,
        "reason": judged.reason,
        "catch_up_seconds": _short(judged.catch_up),
        "owner": standing.owner,
    }


def _short(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 3)
