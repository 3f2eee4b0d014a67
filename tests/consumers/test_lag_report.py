"""What is told of a group: sums that know when they do not know, and its verdict in words."""

from __future__ import annotations

import pytest

from consumers.kafka_client.words import Place
from consumers.lag.report import Report, Standing, summary, told
from processors.lag import Judgement, Verdict


def standing(
    number: int, verdict: Verdict = "ok", lag: int | None = 0, age: float | None = 0.0
) -> Standing:
    judged = Judgement(
        verdict=verdict, rule="", reason=f"reason {number}", committed=5, end=5 + (lag or 0),
        lag=lag, lag_seconds=age, rate_in=1.5, rate_out=2.0, catch_up=4.0,
    )  # fmt: skip
    return Standing(Place("t", number), "me", judged)


#: standings, lag, seconds, why, what the row shows
GROUPS = [
    ((), None, None, "no partitions: it has neither members nor commits", "nothing to judge"),
    ((standing(0), standing(1)), 0, 0.0, "nothing is unread", "all read"),
    ((standing(0, lag=3, age=2.0), standing(1)), 3, 2.0, "it keeps up", "ok, with something unread"),
    ((standing(0, "stalled", 3, 9.0),), 3, 9.0, "t / 0: reason 0", "one partition speaks for itself"),
    ((standing(0), standing(1, "stopped", 3, 9.0), standing(2, "warning", 1, 1.0)), 4, 9.0,
     "1 of 3 partitions stopped; t / 1: reason 1", "the worst decides"),
    ((standing(0, lag=3, age=2.0), standing(1, "unknown", None, None)), None, None,
     "1 of 2 partitions unknown; t / 1: reason 1", "a sum with an unknown part is unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("standings", "lag", "seconds", "words", "row"), GROUPS)
def test_a_group_is_summed_up(standings, lag, seconds, words, row):
    report = Report("g", "Stable", 1, standings)
    line = summary(report)
    assert (line["lag"], line["lag_seconds"], line["why"]) == (lag, seconds, words), row
    assert line["partitions"] == len(standings) == len(told(report)["partitions"])
    assert line["rate_in"] == (1.5 * len(standings) or None)
