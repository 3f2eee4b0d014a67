"""The verdicts, by numbered rules: the first predicate that holds decides.

A threshold on lag says nothing: a thousand unread records are a second's work, or a dead reader.
So these look at how the readings moved, as Burrow's evaluator does (linkedin/Burrow,
core/internal/evaluator), with the clock as an argument. Where a rule differs it says why.

1. out of date: nobody has looked for a while, so nobody knows: **unknown**.
2. Nothing to judge by. The partition is empty: **ok**; its end or the commit is not known, or the
   commit is past the end: **unknown**.
3. went back: a commit lower than an earlier one, and not recovered: **rewound**. Asked before
   "nothing unread lately", since it is a group that had caught up that gets moved back.
4. nothing unread: **ok**.
5. no reader: records wait, no member has the partition, and no commit has moved lately (a reader
   may take partitions by hand, without being a member): **stopped**. Burrow infers it from missing
   commits alone; the coordinator knows more.
6. fresh: the oldest unread record has only just come: **ok**.
7. caught up lately: nothing was unread a moment ago: **ok**. Burrow forgives for the whole window;
   then a reader that hangs is seen late.
8. stands still: the commit has not moved for two of Kafka's usual commit intervals: **stalled**.
9. expired: retention deleted records before the group read them: **warning**.
10. does not shrink: commits move, but the least lag of the later half of the stretch is not below
    that of the earlier: **warning**. Burrow lets one dip in a whole window pass for recovery.
11. shrinks: **ok**.
12. Otherwise it was watched for too short a time: **unknown**.
"""
# ruff: noqa: ARG001 - predicates of one table have one shape: window, clock, patience

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from processors.lag.window import (
    Window,
    behind_from,
    highest,
    lag_of,
    lags,
    last_moved,
    unmoved_since,
)

Verdict = Literal["ok", "unknown", "warning", "stalled", "stopped", "rewound"]
#: The worst last: a group's verdict is the worst of its partitions'.
VERDICTS: tuple[Verdict, ...] = ("ok", "unknown", "warning", "stalled", "stopped", "rewound")


class Patience(msgspec.Struct, frozen=True):
    """How long what may last, in milliseconds."""

    out_of_date: int = 60_000
    fresh: int = 10_000
    still: int = 10_000
    trend: int = 10_000


def is_out_of_date(w: Window, now: int, p: Patience) -> bool:
    """Rule 1."""
    return not w.times or now - w.times[-1] > p.out_of_date


def is_empty(w: Window, now: int, p: Patience) -> bool:
    """Rule 2: nothing was committed, and there is nothing to read."""
    return w.commit is None and lag_of(w) == 0


def is_untold(w: Window, now: int, p: Patience) -> bool:
    """Rule 2: the end or the commit is not known."""
    return w.commit is None or w.end is None


def is_past_the_end(w: Window, now: int, p: Patience) -> bool:
    """Rule 2: the commit lies where no record has been."""
    return w.commit is not None and w.end is not None and w.commit > w.end


def went_back(w: Window, now: int, p: Patience) -> bool:
    """Rule 3."""
    return w.commit != highest(w)


def has_nothing_unread(w: Window, now: int, p: Patience) -> bool:
    """Rule 4."""
    return lag_of(w) == 0


def has_no_reader(w: Window, now: int, p: Patience) -> bool:
    """Rule 5."""
    moved = last_moved(w)
    return w.taken is False and (moved is None or now - moved >= p.still)


def is_fresh(w: Window, now: int, p: Patience) -> bool:
    """Rule 6."""
    return w.oldest is not None and now - w.oldest < p.fresh


def caught_up_lately(w: Window, now: int, p: Patience) -> bool:
    """Rule 7."""
    first = behind_from(w)
    return first > 0 and now - w.times[first - 1] < p.still


def stands_still(w: Window, now: int, p: Patience) -> bool:
    """Rule 8. Only what was seen counts: the age of a record says nothing of its reader."""
    return lag_of(w) != 0 and bool(w.times) and now - unmoved_since(w) >= p.still


def has_expired(w: Window, now: int, p: Patience) -> bool:
    """Rule 9."""
    return w.start is not None and w.commit is not None and w.commit < w.start


def does_not_shrink(w: Window, now: int, p: Patience) -> bool:
    """Rule 10."""
    first = behind_from(w)
    seen = lags(w, first)
    if len(seen) < 2 or w.times[-1] - w.times[first] < p.trend:
        return False
    half = len(seen) // 2
    return min(seen[half:]) >= min(seen[:half])


def shrinks(w: Window, now: int, p: Patience) -> bool:
    """Rule 11. A short look will do where the lag went down in it; after a longer one the least
    lag of its later half tells, though it may rise again just now.
    """
    seen = lags(w, behind_from(w))
    half = len(seen) // 2
    return len(seen) > 1 and (seen[-1] < seen[0] or min(seen[half:]) < min(seen[:half]))


#: In the order in which they are asked.
RULES: tuple[tuple[Callable[[Window, int, Patience], bool], Verdict], ...] = (
    (is_out_of_date, "unknown"),
    (is_empty, "ok"),
    (is_untold, "unknown"),
    (is_past_the_end, "unknown"),
    (went_back, "rewound"),
    (has_nothing_unread, "ok"),
    (has_no_reader, "stopped"),
    (is_fresh, "ok"),
    (caught_up_lately, "ok"),
    (stands_still, "stalled"),
    (has_expired, "warning"),
    (does_not_shrink, "warning"),
    (shrinks, "ok"),
)


def decide(w: Window, now: int, p: Patience) -> tuple[Verdict, str]:
    """The verdict, and the name of the rule that gave it (``too_short`` for the last)."""
    for holds, verdict in RULES:
        if holds(w, now, p):
            return verdict, holds.__name__
    return "unknown", "too_short"
