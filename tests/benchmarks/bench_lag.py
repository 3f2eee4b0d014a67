"""What it costs to judge many groups, whatever looking at them costs: printed, not asserted.

Run by ``make bench``. No broker: the looks are made up here, half of the groups behind.
"""

from __future__ import annotations

import resource
import time

import pytest

from consumers.kafka_client.words import Place
from consumers.lag.look import GroupLook, Look
from consumers.lag.watch import WINDOW, Watch
from consumers.web.lag import rows_of

pytestmark = pytest.mark.benchmark

GROUPS, PARTITIONS = 200, 500
EVERY = 5_000


def look(number: int) -> Look:
    """The cluster at its n-th look: a topic of 500 partitions, which 200 groups read."""
    places = [Place("articles.raw", n) for n in range(PARTITIONS)]
    ends = {place: 1_000 + 50 * number + place.partition for place in places}
    groups = {
        f"group-{g}": GroupLook(
            state="Stable",
            members=10,
            owners={place: f"member-{place.partition % 10}" for place in places},
            committed={place: ends[place] - (g % 2) * (10 + number % 3) for place in places},
        )
        for g in range(GROUPS)
    }
    return Look(number * EVERY, groups, dict.fromkeys(places, 0), ends)


def test_judging_two_hundred_groups_of_five_hundred_partitions() -> None:
    watch = Watch()
    looks = WINDOW // EVERY
    spent = 0.0
    for number in range(looks):
        seen = look(number)
        started = time.process_time()
        watch.history.add(seen)
        spent += time.process_time() - started
    started = time.process_time()
    reports = watch.reports(looks * EVERY)
    judged = time.process_time() - started
    started = time.process_time()
    rows = sum(1 for report in reports for _ in rows_of(report))
    told = time.process_time() - started
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{GROUPS} groups by {PARTITIONS} partitions, {looks} looks in the window: "
        f"CPU: keeping a look {spent / looks * 1000:,.0f} ms, judging all {judged:,.2f} s "
        f"({judged / GROUPS / PARTITIONS * 1e6:,.1f} us a partition), {rows:,} rows of metrics "
        f"{told:,.2f} s; {size:,.0f} MB resident"
    )
