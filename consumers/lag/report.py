"""What is told of a group: the words of ``copydesk lag --json``, and a little more for the page."""

from __future__ import annotations

from typing import Any

import msgspec

from consumers.kafka_client.words import Place
from processors.lag import Judgement, Verdict, worst


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


def total(numbers: list[int | None]) -> int | None:
    """The sum; None for none, or where one is not known."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def told(report: Report) -> dict[str, Any]:
    """The group as the contract writes it, unknown values null; docs/lag.md has the fields."""
    return {
        "group": report.group,
        "state": report.state,
        "members": report.members,
        "verdict": report.verdict,
        "lag": report.lag,
        "lag_seconds": report.lag_seconds,
        "partitions": [_told(each) for each in report.standings],
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
        "catch_up_seconds": _short(judged.catch_up),
        "owner": standing.owner,
        "verdict": judged.verdict,
        "reason": judged.reason,
    }


def _short(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 3)
