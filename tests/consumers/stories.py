"""A stream of stories judged in memory: what the tests of orders and batches share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from consumers.memory_store import MemoryStore
from consumers.store_layout import layout
from processors import audit as audits
from processors.audit import Audit
from processors.pipeline import Core, Outcome, Prepared, finish, prepare
from processors.records import Record

DAY = 86_400_000
#: The beginning of a generation of the default window, so that days after it lie where they seem.
NOON = 2811 * 7 * DAY
CORE = Core(software="copydesk/test")


class Came(msgspec.Struct, frozen=True):
    """What one record led to: its outcome, its audit, and its item or None."""

    record: Record
    outcome: Outcome
    audit: Audit
    item: dict[str, Any] | None

    @property
    def body(self) -> str | None:
        """The body published, None where none was."""
        bodies = (self.item or {}).get("bodies", ())
        return bodies[0]["value"] if bodies else None

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs published."""
        return [line for line in (self.body or "").split("\n") if line]

    @property
    def original(self) -> str:
        """The body rebuilt from output and audit."""
        return audits.original_body(self.audit, self.item)


class Stream:
    """A namespace's claims, and records judged against them in the order of their coming."""

    def __init__(self, window: float = 7 * 86_400, core: Core = CORE) -> None:
        self._store = MemoryStore(layout("t:", window, 30 * 86_400))
        self._core = core

    def judge(self, records: Sequence[Record], cuts: Iterable[int] = ()) -> list[Came]:
        """Judge records, one question to the store for each piece between ``cuts``."""
        ends = sorted({*(cut for cut in cuts if 0 < cut < len(records)), len(records)})
        found: list[Came] = []
        start = 0
        for end in ends:
            found += asyncio.run(self._batch(records[start:end]))
            start = end
        return found

    async def _batch(self, records: Sequence[Record]) -> list[Came]:
        ready = [prepare(record, self._core) for record in records]
        good = [each for each in ready if isinstance(each, Prepared)]
        assert len(good) == len(ready), ready
        answers = await self._store.ask([each.ask for each in good])
        return [
            came(each, finish(each, answer, self._core))
            for each, answer in zip(good, answers, strict=True)
        ]


def came(ready: Prepared, outcome: Outcome) -> Came:
    """An outcome with its parts taken out."""
    by_role = {p.role: p.value for p in outcome.publications}
    item = json.loads(by_role["clean"] or b"null") if "clean" in by_role else None
    return Came(ready.record, outcome, audits.decode(by_role["audit"] or b""), item)


def article(uri: str, body: str, at: int = NOON, offset: int = 0, **more: Any) -> Record:
    """One article's record; the same arguments give the same record."""
    value = json.dumps({"uri": uri, "body": body, **more}).encode()
    return Record("articles.raw", 0, offset, at, uri.encode(), value)


def withdrawal(uri: str, at: int, offset: int = 0) -> Record:
    """A record that takes a uri back."""
    return Record("articles.raw", 0, offset, at, uri.encode(), None)
