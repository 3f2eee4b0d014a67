"""A worker that is broken on purpose: python -m tools.campaign.planted BUG.

Each bug is one that real systems have had; the checker must name what it does.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from consumers import worker_process
from consumers.engine import Engine
from consumers.ledger import Ledger
from consumers.pipe import Pipe
from consumers.redis_store import RedisStore
from processors import audit as audits
from processors.claims import Claim

#: One record in so many of a partition fails, whoever has it.
_FAILING = 500


def commit_before_publish() -> None:
    """Offsets are committed when records arrive, as Faust's ordinary acknowledgement may do."""
    arrived, settled = Ledger.arrived, Ledger.settled
    send = Pipe._send  # noqa: SLF001 - what is broken is private

    def early(self: Ledger, partition: Any, after: int, end: int) -> None:
        arrived(self, partition, after, end)
        settled(self, partition, after, end, self.epoch)

    async def late(self: Pipe, run: Any, outcomes: list[Any]) -> None:
        # A kill is to fall between the two however fast the machine is: commits come every 0.3 s.
        await asyncio.sleep(0.4)
        await send(self, run, outcomes)

    Ledger.arrived = early  # type: ignore[method-assign]
    Ledger.settled = lambda *_: None  # type: ignore[method-assign]
    Pipe._send = late  # type: ignore[method-assign]  # noqa: SLF001 - what is broken is private


def set_if_absent_without_owner() -> None:
    """A claim says only "seen": whoever asks again, the same story too, finds it taken."""
    ask = RedisStore.ask

    async def seen(self: RedisStore, asks: Sequence[Any]) -> Any:
        strangers = [_stranger(each) if isinstance(each, Claim) else each for each in asks]
        return await ask(self, strangers)

    RedisStore.ask = seen  # type: ignore[method-assign]


def _stranger(claim: Claim) -> Claim:
    name = f"{claim.uri}#{uuid.uuid4().hex}"
    return msgspec.structs.replace(claim, uri=name, family=name)


def swallowed_exception() -> None:
    """A record that fails is left out, and its offset is committed with the others."""
    prepare = Engine.prepare

    async def careless(self: Engine, records: Sequence[Any]) -> Any:
        # The same ones each time, so that none is saved by being delivered again, and some always.
        return await prepare(self, [r for r in records if r.offset % _FAILING])

    Engine.prepare = careless  # type: ignore[method-assign]


def lost_batch_tail() -> None:
    """The last record of a batch is never handed to the producer."""
    send = Pipe._send  # noqa: SLF001 - what is broken is private

    async def short(self: Pipe, run: Any, outcomes: list[Any]) -> None:
        await send(self, run, outcomes[:-1] if len(outcomes) > 3 else outcomes)

    Pipe._send = short  # type: ignore[method-assign]  # noqa: SLF001 - likewise


def nobody_owns() -> None:
    """Claims that meet nobody's: every story keeps everything, and repeats come through."""
    ask = RedisStore.ask

    async def alone(self: RedisStore, asks: Sequence[Any]) -> Any:
        return await ask(self, [_apart(a) if isinstance(a, Claim) else a for a in asks])

    RedisStore.ask = alone  # type: ignore[method-assign]


def _apart(claim: Claim) -> Claim:
    prints = tuple(
        blake2b(f + claim.uri.encode(), digest_size=16).digest() for f in claim.fingerprints
    )
    return msgspec.structs.replace(claim, fingerprints=prints)


def torn_audit() -> None:
    """The last of what was cut is missing from the audit: the original cannot be put back."""
    encode = audits.encode

    def torn(audit: audits.Audit) -> bytes:
        return encode(msgspec.structs.replace(audit, edits=audit.edits[:-1]))

    audits.encode = torn


#: Each bug, and the violations of which at least one must be found.
BUGS: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "commit-before-publish": (commit_before_publish, ("a record was never judged",)),
    "no-owner": (
        set_if_absent_without_owner,
        ("an article lost its own paragraph", "one record was judged in two ways"),
    ),
    "swallowed-exception": (swallowed_exception, ("a record was never judged",)),
    "nobody-owns": (
        nobody_owns,
        (
            "a paragraph is published by two stories",
            "a copy and its original both have a paragraph",
        ),
    ),
    "torn-audit": (torn_audit, ("item and audit do not give the source's body back",)),
    "lost-tail": (lost_batch_tail, ("a record was never judged",)),
}


if __name__ == "__main__":
    BUGS[sys.argv[1]][0]()
    worker_process.main()
