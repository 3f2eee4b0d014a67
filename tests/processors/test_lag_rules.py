"""Every rule of ``processors.lag`` on one table: each row has every predicate's answer, and why."""

from __future__ import annotations

import pytest

from processors.lag import Judgement, Patience, Window, judge
from processors.lag.rules import RULES

NOW = 1_000_000
P = Patience()
#: One letter a predicate, in the order of the rules.
LETTERS = "AEUPBZNFLSXGD"


def seen(commits, ends, *, step=5_000, ago=0, start=0, oldest=None, taken=True):
    """Readings ``step`` ms apart, the last of them ``ago`` ms before now."""
    last = NOW - ago
    times = [last - step * (len(commits) - 1 - i) for i in range(len(commits))]
    return Window(times, commits, ends, start, None if oldest is None else NOW - oldest, taken)


# name, window, which predicates hold, verdict, the rule that decides, why this row
CASES = [
    ("nothing seen", Window((), (), ()), "AU", "unknown", "is_out_of_date", "without readings there is no verdict, and none of the later rules may fall over it"),
    ("all read", seen([5, 9], [5, 9]), "ZL", "ok", "has_nothing_unread", "lag zero is never at fault"),
    ("all read, no member", seen([9, 9], [9, 9], taken=False), "ZNL", "ok", "has_nothing_unread", "a group that is done may leave"),
    ("looked too long ago", seen([9, 9], [9, 9], ago=61_000), "AZ", "unknown", "is_out_of_date", "the collector may be down: then old figures prove nothing"),
    ("empty, never committed", seen([None], [7], start=7), "EUZ", "ok", "is_empty", "nothing to read, so nothing unread"),
    ("never committed", seen([None, None], [7, 7]), "U", "unknown", "is_untold", "where it would begin is the reader's setting: lag is not 7, and not 0"),
    ("end not told", seen([4, 4], [7, None], step=4_000), "U", "unknown", "is_untold", "no leader just now: the last known end would be a guess"),
    ("commit past the end", seen([4, 40], [7, 9], step=4_000), "P", "unknown", "is_past_the_end", "a topic made anew: lag would be negative"),
    ("moved back after it had caught up", seen([9, 9, 2], [9, 9, 9], oldest=99_000), "BL", "rewound", "went_back", "Burrow says ok for a window, since lag was zero in it"),
    ("moved back, then past the old place", seen([9, 2, 10], [9, 10, 12], oldest=20_000), "D", "ok", "shrinks", "recovered: what was read again is read"),
    ("moved back and reading on", seen([50, 20, 30, 40], [60, 60, 60, 60], oldest=99_000), "BG", "rewound", "went_back", "until it is where it was, a person should know"),
    ("stopped with records waiting", seen([5, 5, 5], [9, 9, 9], taken=False, oldest=99_000), "NSG", "stopped", "has_no_reader", "no member, no movement"),
    ("stopped, one look only", seen([5], [9], taken=False, oldest=99_000), "N", "stopped", "has_no_reader", "the coordinator knows it at once"),
    ("no member, but commits move", seen([5, 7, 8], [9, 9, 9], taken=False, oldest=99_000), "D", "ok", "shrinks", "partitions taken by hand: no member, and yet a reader"),
    ("no member, commits moved until a while ago", seen([5, 8, 8, 8], [9, 9, 9, 9], taken=False, oldest=99_000), "NSGD", "stopped", "has_no_reader", "it left after its last commit"),
    ("a rebalance: nobody can tell who reads", seen([5, 5, 5], [9, 9, 9], taken=None, oldest=99_000), "SG", "stalled", "stands_still", "not known is not stopped"),
    ("just come", seen([5, 5, 5], [5, 5, 8], oldest=3_000), "FL", "ok", "is_fresh", "any reader is behind by its commit interval"),
    ("just come, and nobody reads", seen([5, 5, 5], [5, 5, 8], oldest=3_000, taken=False), "NFL", "stopped", "has_no_reader", "fresh records do not make a reader"),
    ("old records, published just now", seen([5, 5, 5], [5, 5, 8], oldest=99_000), "L", "ok", "caught_up_lately", "record times may lie years back: a re-sent archive is no lag of years"),
    ("read all six seconds ago", seen([4, 5, 7, 7], [9, 9, 7, 8], step=6_000), "L", "ok", "caught_up_lately", "times not known: movement decides"),
    ("hangs since it had caught up", seen([9, 9, 9, 9, 9], [9, 10, 11, 12, 13], oldest=15_000), "SG", "stalled", "stands_still", "Burrow says ok for a window, since lag was zero in it"),
    ("hangs, nothing comes in", seen([5, 5, 5], [9, 9, 9], oldest=99_000), "SG", "stalled", "stands_still", "two commit intervals without one"),
    ("hangs after some work", seen([3, 5, 5, 5], [9, 9, 9, 9], oldest=99_000), "SGD", "stalled", "stands_still", "movement before it hung does not count"),
    ("one commit interval without one", seen([5, 5], [9, 9], oldest=99_000), "", "unknown", "too_short", "an unmoved commit proves nothing yet"),
    ("one look only", seen([5], [9], oldest=99_000), "", "unknown", "too_short", "one reading has no direction"),
    ("records lost to retention", seen([2, 3, 4], [90, 90, 90], start=50, oldest=99_000), "XD", "warning", "has_expired", "it moves and shrinks, and has lost records all the same"),
    ("does not keep up", seen([5, 6, 7, 8], [20, 30, 40, 50], oldest=99_000), "G", "warning", "does_not_shrink", "Burrow's warning: commits move, lag never drops"),
    ("keeps its distance", seen([5, 15, 25, 35], [20, 30, 40, 50], oldest=99_000), "G", "warning", "does_not_shrink", "the same lag for ever is no catching up"),
    ("one dip does not make recovery", seen([5, 16, 17, 18], [30, 30, 40, 50], oldest=99_000), "G", "warning", "does_not_shrink", "Burrow calls this ok"),
    ("catches up", seen([5, 25, 55, 85], [90, 95, 100, 105], oldest=99_000), "D", "ok", "shrinks", "behind, but on its way"),
    ("a saw's teeth", seen([5, 10, 25, 30], [20, 30, 35, 45], oldest=99_000), "D", "ok", "shrinks", "the least lag went down, though just now it is no less than at first"),
    ("catches up, seen for a second", seen([5, 25], [90, 91], step=1_000, oldest=99_000), "D", "ok", "shrinks", "a second is enough to see lag go down"),
    ("grows, seen for a second", seen([5, 6], [90, 99], step=1_000, oldest=99_000), "", "unknown", "too_short", "a second is not enough to say that it does not catch up"),
    ("a gap in what was told", seen([5, 5, 5], [9, None, 9], oldest=99_000), "SG", "stalled", "stands_still", "a reading without an end is left out, not taken for zero"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("window", "holding", "verdict", "rule"), [c[1:5] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_predicate_gives_its_answer_and_the_first_that_holds_decides(
    window, holding, verdict, rule
):
    found = {
        letter for letter, (holds, _) in zip(LETTERS, RULES, strict=True) if holds(window, NOW, P)
    }
    assert found == set(holding)
    judged = judge(window, NOW, P)
    assert (judged.verdict, judged.rule) == (verdict, rule)
    assert judged.reason
    assert not judged.reason.endswith(".")


FIGURES = [
    # window, lag, lag_seconds, rate_in, rate_out, catch_up
    (seen([10, 30], [50, 60], step=10_000, oldest=4_000), 30, 4.0, 1.0, 2.0, 30.0),
    (seen([10, 10], [50, 60], step=10_000, oldest=4_000), 50, 4.0, 1.0, 0.0, None),
    (seen([60, 60], [60, 60]), 0, 0.0, 0.0, 0.0, 0.0),
    (seen([10], [50]), 40, None, None, None, None),
    (seen([None, None], [50, 60], step=10_000), None, None, 1.0, None, None),
    (seen([None], [50], start=50), 0, 0.0, None, None, 0.0),
    (seen([70, 70], [60, 60]), None, None, 0.0, 0.0, None),
    (seen([30, 10], [50, 60], step=10_000, oldest=4_000), 50, 4.0, 1.0, None, None),
    (seen([10, 30], [50, 60], step=10_000, oldest=-4_000), 30, 0.0, 1.0, 2.0, 30.0),
    (Window((), (), ()), None, None, None, None, None),
]


@pytest.mark.parametrize(("window", "lag", "seconds", "rate_in", "rate_out", "left"), FIGURES)
def test_figures_are_told_where_they_can_be_and_unknown_is_never_zero(
    window, lag, seconds, rate_in, rate_out, left
):
    judged: Judgement = judge(window, NOW, P)
    assert (judged.lag, judged.lag_seconds) == (lag, seconds)
    assert (judged.rate_in, judged.rate_out, judged.catch_up) == (rate_in, rate_out, left)


def test_the_clock_alone_turns_a_verdict():
    window = seen([5, 5], [9, 9], oldest=99_000)
    turned = [judge(window, NOW + later, P).verdict for later in (0, 4_999, 5_000, 60_000, 60_001)]
    assert turned == ["unknown", "unknown", "stalled", "stalled", "unknown"]
