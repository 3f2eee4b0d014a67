"""One partition's figures and verdict, and a group's."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from processors.lag.rules import VERDICTS, Patience, Verdict, decide
from processors.lag.window import Window, age_of_oldest, catch_up, lag_of, rate
from processors.lag.words import reason

_DEFAULT = Patience()


class Judgement(msgspec.Struct, frozen=True):
    """What is to be said of one group at one partition.

    ``rule`` names the predicate that decided, ``reason`` says it in words. Lag is in offsets, as
    Kafka's own tools count it; ``lag_seconds`` is the age of the oldest unread record; rates are
    offsets a second over the window; ``catch_up`` is seconds until nothing is unread if the rates
    stay, None where that will never be.
    """

    verdict: Verdict
    rule: str
    reason: str
    committed: int | None
    end: int | None
    lag: int | None
    lag_seconds: float | None
    rate_in: float | None
    rate_out: float | None
    catch_up: float | None


def judge(window: Window, now: int, patience: Patience = _DEFAULT) -> Judgement:
    """The verdict on one partition, with its figures."""
    verdict, rule = decide(window, now, patience)
    lag = lag_of(window)
    rate_in, rate_out = rate(window.times, window.ends), rate(window.times, window.committed)
    return Judgement(
        verdict=verdict,
        rule=rule,
        reason=reason(rule, window, now),
        committed=window.commit,
        end=window.end,
        lag=lag,
        lag_seconds=age_of_oldest(window, now),
        rate_in=rate_in,
        rate_out=rate_out,
        catch_up=catch_up(lag, rate_in, rate_out),
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """A group's verdict: the worst of its partitions'. Of none of them nothing is known."""
    return max(verdicts, key=VERDICTS.index, default="unknown")
