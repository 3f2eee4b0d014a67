"""What the desk does beside reading: paragraphs dropped, dead letters, how long its store takes.

It needs no settings but the worker's: drops are read in the audit topic, dead letters in their own,
a round trip to the store is timed from here; the workers' own times of claims come from their
metrics where an address is known. What cannot be known is None, and ``unknown`` says why.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from consumers.lag.following import KEPT, Follower, paragraphs, reasons
from consumers.lag.series import POINTS
from consumers.lag.store_times import StoreTimes
from consumers.settings import Settings
from processors.lag import flow

#: How far a share or a count looks back.
SPAN = 60_000
#: A shorter look tells nothing of a minute.
_LEAST = 10_000
_KEEP = 720
Counts = Mapping[str, int]


class Sample(msgspec.Struct, frozen=True):
    """What was known at one moment: counters so far; ``trip`` in seconds, ``claims`` by seconds."""

    time: int
    paragraphs: Counts | None
    dead: Counts | None
    trip: float | None
    claims: dict[float, int] | None


class Desk:
    """Samples every few seconds. ``away`` says why Kafka does not answer, empty where it does."""

    def __init__(self, settings: Settings, away: Callable[[], str]) -> None:
        self._audits = Follower(settings, settings.audit, paragraphs)
        self._dead = Follower(settings, settings.dead, reasons)
        self._store = StoreTimes(settings)
        self._audited, self._away = settings.audit_records, away
        self._samples: deque[Sample] = deque(maxlen=_KEEP)
        self._lock = threading.Lock()

    def start(self, every: float) -> None:
        """Begin, in threads of its own, until the process ends."""
        self._audits.start()
        self._dead.start()
        threading.Thread(target=self._run, args=(every,), daemon=True).start()

    def told(self, since: int) -> dict[str, Any]:
        """All series since a time; see docs/lag.md."""
        with self._lock:
            seen = [each for each in self._samples if each.time >= since - SPAN]
        first = next((at for at, each in enumerate(seen) if each.time >= since), len(seen))
        times = [each.time for each in seen]
        runs = [
            run if run is None else range(run.start + first, run.stop + first)
            for run in flow.cuts(times[first:], POINTS)
        ]
        texts = [each.paragraphs for each in seen]
        dead = [each.dead for each in seen]
        claims = [_named(each.claims) for each in seen]
        trips = flow.tops([each.trip for each in seen], runs)

        def claimed(share: float, at: int) -> float | None:
            return _quantile(share, flow.grown(times, claims, at, SPAN))

        return {
            "times": flow.axis(times, runs),
            "dropped": _shares(times, texts, runs),
            "dead": _each(times, dead, runs),
            "store": {
                "round_trip": trips,
                "claim_median": flow.lasts(lambda at: claimed(0.5, at), runs),
                "claim_95": flow.lasts(lambda at: claimed(0.95, at), runs),
            },
            "totals": {"paragraphs": _last(texts), "dead": _last(dead)},
            "unknown": self._unknown(),
        }

    def _run(self, every: float) -> None:
        while True:
            claims = self._store.claims()
            sample = Sample(
                time=round(time.time() * 1000),
                paragraphs=None if self._away() else self._audits.counts(),
                dead=None if self._away() else self._dead.counts(),
                trip=self._store.trip(),
                claims=None if claims is None else claims.buckets,
            )
            with self._lock:
                self._samples.append(sample)
            time.sleep(every)

    def _unknown(self) -> dict[str, str]:
        away = self._away()
        silent = "" if self._audited else "audit records are switched off (COPYDESK_AUDIT_RECORDS)"
        said = {
            "dropped": silent or away or self._audits.fault,
            "dead": away or self._dead.fault,
            "round_trip": self._store.store_fault,
            "claim": self._store.workers_fault,
        }
        return {what: why for what, why in said.items() if why}


def _shares(
    times: Sequence[int], counts: Sequence[Counts | None], runs: Sequence[range | None]
) -> dict[str, list[float | None]]:
    """By rule, its share of the paragraphs of the minute before; None where there were none."""
    names = sorted({name for each in counts if each for name in each} - {KEPT})
    told = [
        None if run is None else flow.shares(flow.grown(times, counts, run[-1], SPAN), names)
        for run in runs
    ]
    return {name: [None if each is None else each[name] for each in told] for name in names}


def _each(
    times: Sequence[int], counts: Sequence[Counts | None], runs: Sequence[range | None]
) -> dict[str, list[float | None]]:
    """By name, how many a minute came lately; none at all is a line of zeros without a name."""
    names = sorted({name for each in counts if each for name in each})
    told = [None if run is None else _a_minute(times, counts, run[-1]) for run in runs]
    found: dict[str, list[float | None]] = {
        name: [None if each is None else each.get(name, 0.0) for each in told]
        for name in names or [""]
    }
    return found


def _a_minute(
    times: Sequence[int], counts: Sequence[Counts | None], at: int
) -> dict[str, float] | None:
    first = flow.back(times, counts, at, SPAN)
    grew = flow.grown(times, counts, at, SPAN)
    if first is None or grew is None or times[at] - times[first] < _LEAST:
        return None
    return {name: count * SPAN / (times[at] - times[first]) for name, count in grew.items()}


def _named(claims: dict[float, int] | None) -> Counts | None:
    return None if claims is None else {repr(bound): count for bound, count in claims.items()}


def _quantile(share: float, grew: Counts | None) -> float | None:
    buckets = sorted((float(bound), count) for bound, count in (grew or {}).items())
    return flow.quantile(share, buckets)


def _last(counts: Sequence[Counts | None]) -> Counts | None:
    return counts[-1] if counts else None
