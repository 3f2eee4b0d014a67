"""Readings as charts want them: what is not known stays unknown, and no spike is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.lag import flow

INF = float("inf")
readings = st.lists(st.none() | st.integers(0, 10**6), min_size=1, max_size=80)


@given(st.lists(st.integers(1, 60_000), max_size=80), st.integers(1, 40))
def test_every_reading_lies_in_one_run_in_order(pauses, most):
    times = [sum(pauses[:at]) for at in range(len(pauses) + 1)]
    runs = flow.cuts(times, most)
    assert [at for run in runs if run is not None for at in run] == list(range(len(times)))
    drawn = flow.axis(times, runs)
    assert drawn == sorted(set(drawn)), "a chart's times only rise"


@given(readings, st.integers(1, 40))
def test_thinning_keeps_the_highest_and_no_unknown_becomes_a_number(column, most):
    runs = flow.cuts([1000 * at for at in range(len(column))], most)
    thinned = flow.tops(column, runs)
    known = [value for value in column if value is not None]
    assert max((v for v in thinned if v is not None), default=None) == max(known, default=None)
    if not known:
        assert set(thinned) == {None}


#: times in seconds, number of runs at most, what comes of them, why the row is here
CUTS = [
    ([], 10, [], "nothing was seen"),
    ([0], 10, [(0, 1)], "one look"),
    ([0, 5, 10, 15], 10, [(0, 1), (1, 2), (2, 3), (3, 4)], "few looks stay as they are"),
    ([0, 5, 10, 15], 2, [(0, 2), (2, 4)], "many are joined"),
    ([0, 5, 10, 90, 95], 10, [(0, 1), (1, 2), (2, 3), None, (3, 4), (4, 5)], "nobody looked"),
    ([0, 5, 10, 90, 95], 2, [(0, 3), None, (3, 5)], "a gap cuts a run"),
]


@pytest.mark.parametrize(("times", "most", "wanted", "why"), CUTS)
def test_runs(times, most, wanted, why):
    found = flow.cuts([1000 * each for each in times], most)
    assert [None if run is None else (run.start, run.stop) for run in found] == wanted, why


#: column, reading, growth a second over 30 s, why the row is here
RATES = [
    ([0, 50, 100], 2, 10.0, "steady"),
    ([0], 0, None, "one reading tells no rate"),
    ([None, 50, 100], 2, 10.0, "the oldest known is compared with"),
    ([None, None, 100], 2, None, "none is known"),
    ([0, 50, None], 2, None, "now is not known"),
    ([100, 50, 20], 2, None, "what fell was begun anew, or moved back"),
    ([0, 0, 0], 2, 0.0, "nothing moved: that is known"),
    ([0, *[100] * 9], 9, 0.0, "what lies further back than the span is over"),
]


@pytest.mark.parametrize(("column", "at", "wanted", "why"), RATES)
def test_rates(column, at, wanted, why):
    times = [5000 * each for each in range(len(column))]
    assert flow.rate(times, column, at, 30_000) == wanted, why


def test_a_counter_that_was_not_there_yet_began_at_zero():
    counts = [{"kept": 5}, {"kept": 8, "duplicate": 1}]
    grew = flow.grown([0, 5000], counts, 1, 60_000)
    assert grew == {"kept": 3, "duplicate": 1}
    assert flow.shares(grew, ["duplicate"]) == {"duplicate": 0.25}


def test_no_share_is_told_of_nothing_nor_growth_of_counters_begun_anew():
    assert flow.shares({"kept": 0}, ["duplicate"]) is None
    assert flow.shares(None, ["duplicate"]) is None
    assert flow.grown([0, 5000], [{"kept": 5}, {"kept": 1}], 1, 60_000) is None


#: share, buckets, the quantile, why the row is here
QUANTILES = [
    (0.5, [], None, "no histogram"),
    (0.5, [(1.0, 0), (INF, 0)], None, "an empty one"),
    (0.5, [(1.0, 4), (INF, 4)], 0.5, "evenly spread in its bucket"),
    (0.5, [(1.0, 0), (2.0, 10), (INF, 10)], 1.5, "in the second one"),
    (1.0, [(1.0, 5), (2.0, 10), (INF, 10)], 2.0, "the whole"),
    (0.95, [(1.0, 5), (INF, 10)], 1.0, "beyond the last bound: that bound, as Prometheus says"),
]


@pytest.mark.parametrize(("share", "buckets", "wanted", "why"), QUANTILES)
def test_quantiles(share, buckets, wanted, why):
    assert flow.quantile(share, buckets) == wanted, why
