"""The sentence that goes with each rule: what was seen, in a person's words."""

from __future__ import annotations

from collections.abc import Callable

from processors.lag.window import (
    Window,
    age_of_oldest,
    behind_from,
    catch_up,
    highest,
    lag_of,
    rate,
    unmoved_since,
)


def reason(rule: str, w: Window, now: int) -> str:
    """Why the rule holds, said without a full stop."""
    return _SENTENCES[rule](w, now)


def span(milliseconds: int) -> str:
    """``42 s``, ``3 min``, ``2 h 5 min``, ``4 d 3 h``: two units at most."""
    seconds = max(0, milliseconds) / 1000
    if seconds < 10:
        return f"{seconds:.1f} s"
    for size, unit, part, small in ((86400, "d", 3600, "h"), (3600, "h", 60, "min")):
        if seconds >= size:
            whole, rest = divmod(int(seconds), size)
            return f"{whole} {unit} {rest // part} {small}" if rest >= part else f"{whole} {unit}"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def count(number: int) -> str:
    """``1 record``, ``1,200 records``."""
    return "1 record" if number == 1 else f"{number:,} records"


def _unread(w: Window, now: int) -> str:
    age = age_of_oldest(w, now)
    old = f", the oldest {span(round(age * 1000))} old" if age is not None else ""
    return f"{count(lag_of(w) or 0)} unread{old}"


def _out_of_date(w: Window, now: int) -> str:
    return f"last seen {span(now - w.times[-1])} ago" if w.times else "never seen"


def _empty(_w: Window, _now: int) -> str:
    return "nothing was committed, and there is nothing to read"


def _untold(w: Window, _now: int) -> str:
    if w.end is None:
        return "the partition's end is not known: no broker leads it just now, or it is gone"
    held = count(w.end - w.start) if w.start is not None else "its records"
    return f"the group has never committed here; {held} to be read, if it begins at the start"


def _past_the_end(w: Window, _now: int) -> str:
    return f"the commit {w.commit} is past the end {w.end}: the topic lost records, or is a new one"


def _went_back(w: Window, now: int) -> str:
    return f"the commit went back from {highest(w)} to {w.commit}; {_unread(w, now)}"


def _nothing_unread(_w: Window, _now: int) -> str:
    return "nothing is unread"


def _no_reader(w: Window, now: int) -> str:
    return f"no member of the group reads it; {_unread(w, now)}"


def _fresh(w: Window, now: int) -> str:
    return f"{_unread(w, now)}: just come"


def _lately(w: Window, now: int) -> str:
    return f"{_unread(w, now)}; all was read {span(now - w.times[behind_from(w) - 1])} ago"


def _still(w: Window, now: int) -> str:
    return f"no commit for {span(now - unmoved_since(w))}; {_unread(w, now)}"


def _expired(w: Window, now: int) -> str:
    gone = (w.start or 0) - (w.commit or 0)
    return f"{count(gone)} deleted by retention before they were read; {_unread(w, now)}"


def _no_shrinking(w: Window, now: int) -> str:
    return f"it reads, but does not catch up; {_unread(w, now)}"


def _shrinking(w: Window, now: int) -> str:
    left = catch_up(lag_of(w), rate(w.times, w.ends), rate(w.times, w.committed))
    until = f", done in about {span(round(left * 1000))}" if left else ""
    return f"catching up{until}; {_unread(w, now)}"


def _too_short(w: Window, now: int) -> str:
    return f"watched for {span(w.times[-1] - w.times[0])}, too short to tell; {_unread(w, now)}"


_SENTENCES: dict[str, Callable[[Window, int], str]] = {
    "is_out_of_date": _out_of_date,
    "is_empty": _empty,
    "is_untold": _untold,
    "is_past_the_end": _past_the_end,
    "went_back": _went_back,
    "has_nothing_unread": _nothing_unread,
    "has_no_reader": _no_reader,
    "is_fresh": _fresh,
    "caught_up_lately": _lately,
    "stands_still": _still,
    "has_expired": _expired,
    "does_not_shrink": _no_shrinking,
    "shrinks": _shrinking,
    "too_short": _too_short,
}
