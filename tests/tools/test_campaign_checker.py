"""When the campaign's checker lets a record be judged in two ways, and when it does not."""

from __future__ import annotations

import itertools

import pytest

from tools.campaign import load
from tools.campaign.checker import Audited, _may_differ
from tools.campaign.stories import Lapses


def _story(*, withdrawn: bool) -> str:
    number = next(n for n in itertools.count() if load.is_withdrawn(n) is withdrawn)
    return f"urn:c:{number}"


#: What was lost and in whose favour, the verdict, and the guards that changed it.
Ruled = tuple[tuple[tuple[int, str], ...], str, tuple[str, ...]]

GONE, LIVE = _story(withdrawn=True), _story(withdrawn=False)
TWO: Ruled = (((1, GONE), (2, LIVE)), "duplicate", ())

CASES: list[tuple[Ruled, Ruled, bool, str]] = [
    ((((1, LIVE),), "published", ()), ((), "withdrawn", ()), True, "it was withdrawn itself"),
    ((((1, GONE),), "published", ()), ((), "published", ()), True, "its owner was withdrawn"),
    (
        (((1, GONE),), "published", ()),
        (((1, LIVE),), "published", ()),
        True,
        "its owner was withdrawn, and another story claimed it before the record came again",
    ),
    ((((1, LIVE),), "published", ()), ((), "published", ()), False, "its owner still stands"),
    (((), "published", ()), (((1, LIVE),), "published", ()), False, "it lost what was its own"),
    (
        (((1, GONE),), "published", ()),
        (((2, LIVE),), "published", ()),
        False,
        "a withdrawal explains one paragraph and not the other",
    ),
    (TWO, ((), "published", ()), True, "no duplicate any more without it: all may move"),
    (
        (((1, GONE), (2, LIVE)), "published", ()),
        ((), "published", ("remnant",)),
        True,
        "a guard that came in moves all as well",
    ),
    (
        (((1, LIVE), (2, LIVE)), "duplicate", ()),
        ((), "published", ()),
        False,
        "the verdict changed, and nobody was withdrawn",
    ),
]


@pytest.mark.parametrize(("first", "then", "may", "why"), CASES)
def test_a_record_is_judged_in_two_ways_only_for_a_withdrawal(
    first: Ruled, then: Ruled, may: bool, why: str
) -> None:
    assert _may_differ(_audited(b"1", first), _audited(b"2", then), Lapses(())) is may, why


def test_what_redis_forgot_may_be_judged_anew() -> None:
    first, then = (
        _audited(b"1", (((1, LIVE),), "published", ())),
        _audited(b"2", ((), "published", ())),
    )
    assert _may_differ(first, then, Lapses([(0, 1)]))
    assert not _may_differ(first, then, Lapses([(10_000, 10_001)]))


def _audited(value: bytes, ruled: Ruled) -> Audited:
    lost, verdict, guards = ruled
    return Audited("urn:c:x", verdict, value, (), frozenset(lost), 0, ("v", "p"), guards)
