"""The ledger: a commit can only name what was settled, and a hole ends the process."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.badruns import BadRuns, TooManyBad
from consumers.ledger import Hole, Ledger, Partition

ONE, TWO = Partition("raw", 0), Partition("raw", 1)


def _ledger(start: int = 10) -> Ledger:
    ledger = Ledger()
    ledger.begin({ONE: start}, epoch=1)
    return ledger


def test_only_a_settled_run_may_be_committed() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 15)
    assert ledger.committable() == {}
    ledger.settled(ONE, 10, 15, epoch=1)
    assert ledger.committable() == {ONE: 15}
    ledger.committed({ONE: 15}, epoch=1)
    assert ledger.committable() == {}
    assert ledger.behind() == 0


def test_a_ledger_is_at_rest_when_all_that_was_read_is_settled() -> None:
    ledger = Ledger()
    assert ledger.at_rest(), "nothing is ours"
    ledger.begin({ONE: 10, TWO: 0}, epoch=1)
    assert ledger.at_rest(), "nothing is read"
    ledger.arrived(ONE, 10, 15)
    ledger.arrived(TWO, 0, 3)
    ledger.settled(ONE, 10, 15, epoch=1)
    assert not ledger.at_rest(), "one of two is in hand"
    ledger.settled(TWO, 0, 3, epoch=1)
    assert ledger.at_rest(), "settled, though nothing is committed"


def test_a_run_that_does_not_follow_what_came_before_is_a_hole() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 15)
    with pytest.raises(Hole, match="follows offset 16"):
        ledger.arrived(ONE, 16, 20)


def test_missing_integers_inside_a_run_are_no_hole() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 400)
    ledger.arrived(ONE, 400, 401)
    ledger.settled(ONE, 10, 400, epoch=1)
    assert ledger.committable() == {ONE: 400}


def test_a_run_of_a_partition_that_is_not_ours_is_a_hole() -> None:
    with pytest.raises(Hole, match="no assignment"):
        _ledger().arrived(TWO, 0, 1)


def test_runs_settled_out_of_order_are_a_hole() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 15)
    ledger.arrived(ONE, 15, 20)
    with pytest.raises(Hole, match="stands at 10"):
        ledger.settled(ONE, 15, 20, epoch=1)


def test_what_was_started_before_a_revoke_moves_nothing_after_it() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 15)
    ledger.end()
    ledger.settled(ONE, 10, 15, epoch=1)
    ledger.begin({ONE: 10}, epoch=2)
    ledger.settled(ONE, 10, 15, epoch=1)
    ledger.committed({ONE: 15}, epoch=1)
    assert ledger.committable() == {}


def test_a_held_run_is_not_committed_until_it_is_let_go() -> None:
    ledger = _ledger()
    ledger.arrived(ONE, 10, 20)
    ledger.hold(ONE, 13)
    ledger.settled(ONE, 10, 20, epoch=1)
    assert ledger.committable() == {ONE: 13}
    ledger.hold(ONE, None)
    assert ledger.committable() == {ONE: 20}


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(0, 30))
def test_no_commit_passes_over_an_unsettled_run(lengths: list[int], settled: int) -> None:
    ledger = _ledger(0)
    runs, at = [], 0
    for length in lengths:
        ledger.arrived(ONE, at, at + length)
        runs.append((at, at + length))
        at += length
    for after, end in runs[:settled]:
        ledger.settled(ONE, after, end, epoch=1)
    upto = runs[min(settled, len(runs)) - 1][1] if runs and settled else 0
    assert ledger.committable() == ({ONE: upto} if upto else {})


def test_more_bad_records_in_a_row_than_allowed_stop_the_worker_and_name_the_cause() -> None:
    bad = BadRuns(in_a_row=3, share=0.5)
    for offset in range(5, 8):
        bad.bad(ONE, offset, "not-json")
    assert bad.start(ONE) == 5
    with pytest.raises(TooManyBad, match=r"from offset 5, all 'not-json': most likely"):
        bad.bad(ONE, 8, "not-json")


def test_a_good_record_ends_a_run_of_bad_ones() -> None:
    bad = BadRuns(in_a_row=3, share=1.0)
    for offset in range(30):
        (bad.good(ONE) if offset % 3 == 0 else bad.bad(ONE, offset, "no-body"))
    assert bad.start(ONE) == 28
    bad.good(ONE)
    assert bad.start(ONE) is None


def test_too_large_a_share_of_bad_records_stops_the_worker_too() -> None:
    bad = BadRuns(in_a_row=4, share=0.5)
    for offset in range(2):
        bad.good(ONE)
        bad.bad(ONE, 3 * offset + 1, "no-body")
        bad.bad(ONE, 3 * offset + 2, "no-body")
    bad.good(ONE)
    with pytest.raises(TooManyBad, match=r"5 of the last 8 records up to offset 7 are bad"):
        bad.bad(ONE, 7, "no-body")


def test_partitions_are_counted_apart() -> None:
    bad = BadRuns(in_a_row=2, share=1.0)
    for offset in range(2):
        bad.bad(ONE, offset, "no-body")
        bad.bad(TWO, offset, "no-body")
    assert (bad.start(ONE), bad.start(TWO)) == (0, 0)
