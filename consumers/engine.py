"""The agent's core: raw records in, outcomes out, with one question a batch to the store.

It knows nothing of Faust: how records are handed over can change without it.

Rules:

1. Redis away is never "repeat" and never "own": the batch waits, with growing pauses, for as long
   as its partitions are ours; or, where the newsroom has chosen so, it is published undeduplicated
   and marked so.
2. Asking twice is harmless: a claim carries its owner.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec

from consumers import log_places
from consumers.meter import Meter
from consumers.store import ClaimStore, StoreAway
from processors.claims import Answer
from processors.pipeline import (
    Core,
    Dead,
    Outcome,
    Prepared,
    TagAll,
    Tagged,
    ToTag,
    bury,
    finish,
    prepare_all,
    untagged,
)
from processors.records import Record

log = logging.getLogger("copydesk.engine")

#: Records, and bytes of them, worked on in one go before the event loop gets its turn: some five
#: milliseconds, with all taggers fifty. More at once are faster, and a few large ones take long.
SLICE, SLICE_BYTES = 50, 400_000
_FIRST_PAUSE, _LAST_PAUSE = 0.1, 5.0

#: One a good record, in order; None where it is judged without the store.
Answers = Sequence[Answer | None]


class GivenUp(Exception):
    """The partitions may be another worker's now: the batch is left as it is, uncommitted."""


class Engine:
    """Judges batches of records, in order."""

    def __init__(
        self, core: Core, store: ClaimStore, when_away: Literal["wait", "publish"], meter: Meter
    ) -> None:
        self._tagging = 0.0
        self._core = core
        if core.tag_all is not untagged:
            self._core = msgspec.structs.replace(core, tag_all=self._timed(core.tag_all))
        self._store = store
        self._when_away = when_away
        self._meter = meter
        self._skip_until = 0.0

    async def prepare(self, records: Sequence[Record]) -> list[Prepared | Dead]:
        """Decode, split, fingerprint and tag; bad records become ``Dead``."""
        spent = self._tagging = 0.0
        ready: list[Prepared | Dead] = []
        for some in slices(records):
            started = time.perf_counter()
            ready.extend(prepare_all(some, self._core))
            spent += time.perf_counter() - started
            await asyncio.sleep(0)
        for each in ready:
            if isinstance(each, Dead):
                place = log_places.of_record(each.record, each.uri)
                log.warning("a dead letter (%s): %s", each.reason, each.message, extra=place)
        self._meter.stage("decode", spent - self._tagging, len(records))
        self._meter.stage("tag", self._tagging, len(records))
        return ready

    def _timed(self, tag_all: TagAll) -> TagAll:
        def tagging(articles: Sequence[ToTag]) -> list[Tagged]:
            started = time.perf_counter()
            found = tag_all(articles)
            self._tagging += time.perf_counter() - started
            return found

        return tagging

    async def claim(self, ready: Sequence[Prepared | Dead], alive: Callable[[], bool]) -> Answers:
        """Ask the store about every good record, claiming what is nobody's.

        Raises:
            GivenUp: the store was away until the batch was no longer ours.
        """
        good = [each for each in ready if isinstance(each, Prepared)]
        started = time.perf_counter()
        answers = await self._answers(good, alive) if good else ()
        self._meter.stage("claim", time.perf_counter() - started, len(good))
        return answers

    async def judge(self, ready: Sequence[Prepared | Dead], answers: Answers) -> list[Outcome]:
        """Decide, and build what is to be published: one outcome a record, in order.

        ``answers``: what ``claim`` has returned for the same records.
        """
        spent = 0.0
        waiting = iter(answers)
        outcomes: list[Outcome] = []
        for at in range(0, len(ready), SLICE):
            started = time.perf_counter()
            for each in ready[at : at + SLICE]:
                if isinstance(each, Dead):
                    outcomes.append(bury(each))
                else:
                    outcomes.append(finish(each, next(waiting), self._core))
            spent += time.perf_counter() - started
            await asyncio.sleep(0)
        self._meter.stage("judge", spent, len(ready))
        if log.isEnabledFor(logging.DEBUG):
            _tell(ready, outcomes)
        return outcomes

    async def _answers(self, good: Sequence[Prepared], alive: Callable[[], bool]) -> Answers:
        asks = [each.ask for each in good]
        pause = _FIRST_PAUSE
        while True:
            if not alive():
                raise GivenUp
            if self._when_away == "publish" and time.monotonic() < self._skip_until:
                return [None] * len(asks)
            try:
                answers = await self._store.ask(asks)
            except StoreAway as away:
                self._meter.store(up=False)
                place = log_places.of_records([each.record for each in good])
                if self._when_away == "publish":
                    log.warning(
                        "publishing without dropping across articles: %s", away, extra=place
                    )
                    self._skip_until = time.monotonic() + _LAST_PAUSE
                    continue
                log.warning("waiting for Redis, again in %.1f s: %s", pause, away, extra=place)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)
            else:
                self._meter.store(up=True)
                return answers


def slices(records: Sequence[Record]) -> Iterator[list[Record]]:
    """The records in order, so many and so large at once, a larger one by itself."""
    some: list[Record] = []
    size = 0
    for record in records:
        bytes_of = len(record.value or b"")
        if some and (len(some) == SLICE or size + bytes_of > SLICE_BYTES):
            yield some
            some, size = [], 0
        some.append(record)
        size += bytes_of
    if some:
        yield some


def _tell(ready: Sequence[Prepared | Dead], outcomes: Sequence[Outcome]) -> None:
    """One line a good record, for who looks for an article; bad ones were told already."""
    for each, outcome in zip(ready, outcomes, strict=True):
        if isinstance(each, Prepared):
            place = log_places.of_record(each.record, each.article.uri)
            log.debug(
                "%s (%s): %d paragraphs kept, %d dropped",
                outcome.verdict,
                each.article.format,
                outcome.kept,
                len(outcome.rules),
                extra=place,
            )
