"""Where a group would stand after a replay, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.replay import Standing, claims_of, move

#: Earliest, end, committed, wanted; then after, records, a word of each warning; and why.
CASES: list[tuple[int, int, int | None, int | None, int | None, int, tuple[str, ...], str]] = [
    (0, 100, 80, 20, 20, 60, (), "back"),
    (0, 100, 80, 80, 80, 0, (), "stands there already"),
    (30, 100, 80, 20, 30, 50, ("no longer kept",), "the wanted offset is gone"),
    (0, 100, 80, 120, 80, 0, ("past the end", "stays"), "an offset not there yet"),
    (0, 100, 80, None, 80, 0, ("past the end", "stays"), "a time past the end"),
    (0, 100, 100, None, 100, 0, ("past the end",), "a time past the end, and the group is there"),
    (0, 100, 80, 90, 80, 0, ("10 are not skipped",), "forward would lose what lies between"),
    (0, 100, None, 40, None, 0, ("40 are not skipped",), "never read: forward too"),
    (0, 100, None, 0, None, 0, (), "never read: begins there anyway"),
    (50, 100, 20, 10, 50, 0, ("no longer kept", "30 offsets"), "retention overtook the group"),
    (0, 0, None, 0, None, 0, (), "an empty partition"),
]


@pytest.mark.parametrize(("earliest", "end", "committed", "wanted", "after", "records", "said", "why"), CASES)  # fmt: skip
def test_a_partition_goes_back_or_stays_and_says_why(
    earliest, end, committed, wanted, after, records, said, why
):
    found = move(Standing("raw", 1, earliest, end, committed), wanted)
    assert (found.before, found.after, found.records) == (committed, after, records), why
    assert len(found.warnings) == len(said), found.warnings
    for word, warning in zip(said, found.warnings, strict=True):
        assert word in warning, why


def test_what_is_skipped_on_purpose_is_said():
    found = move(Standing("raw", 1, 0, 100, 80), 90, skip=True)
    assert (found.after, found.records) == (90, -10)
    assert "10 offsets are skipped and will never be read" in found.warnings[0]


@given(st.integers(0, 50), st.integers(0, 50), st.none() | st.integers(0, 120), st.none() | st.integers(0, 150))  # fmt: skip
def test_without_being_asked_nothing_is_ever_skipped(earliest, length, committed, wanted):
    end = earliest + length
    found = move(Standing("raw", 0, earliest, end, committed), wanted)
    stands = earliest if committed is None else max(committed, earliest)
    goes = stands if found.after is None else max(found.after, earliest)
    assert goes <= stands
    assert found.records == (stands - goes if found.moves else 0)
    if found.moves:
        assert found.after is not None
        assert earliest <= found.after <= end


@pytest.mark.parametrize(
    ("oldest", "youngest", "state"),
    [
        (900, 990, "live"),
        (400, 990, "partly"),
        (100, 400, "over"),
        (None, None, "unknown"),
        (500, 990, "partly"),
    ],
)
def test_claims_live_for_as_long_as_they_surely_do(oldest, youngest, state):
    assert claims_of(oldest, youngest, now=1000, live=500) == state
