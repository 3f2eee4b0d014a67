"""The store of claims: what every store must do, what it says of itself, and how it fails.

Rules that both stores (``consumers/redis_store.py`` and its in-memory twin) keep:

1. Answers come in the order of the asks, each as if it had been asked alone; how a stream is cut
   into sequences never changes an answer. A withdrawal inside a sequence holds from its place on.
2. Asking twice is harmless: what was claimed is claimed, and answers as before. So a call that
   broke off is simply made again.
3. Everything transient is ``StoreAway``; what a person must mend is another ``CopydeskError``.

Calls in flight at the same time are answered in some order: await one before the next where order
between them matters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec

from consumers.errors import CopydeskError, Denied, Unreachable
from processors.claims import Answer, Ask

_WAITS = re.compile(
    r"\b(LOADING|MASTERDOWN|READONLY|OOM|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF|NOREPLICAS|NOGOODSLAVE"
    r"|UNKILLABLE|max number of clients)\b"
)
_NO_CONNECTION = re.compile(r"Error .* connecting to \S+\. (.*?)\.?", re.DOTALL)
_REFUSES = re.compile(
    r"\b(NOAUTH|WRONGPASS|NOPERM|AUTH|ACL failure in script|CERTIFICATE_VERIFY_FAILED"
    r"|WRONG_VERSION_NUMBER|The user executing the script can't)\b"
)


class StoreAway(Unreachable):
    """The store cannot answer now: no connection, a time-out, loading, failing over, out of memory.

    Waiting and asking again is right. The message names the address, never a password.
    """


class StoreRefused(Denied):
    """The store is there and does not let us in: wrong user, password, certificate or rights."""


class StoreFault(CopydeskError):
    """The store holds something else under our keys, or answers what no supported server does."""


class StoreFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a store says of itself. Sizes are bytes, ``latency`` seconds of one round trip.

    ``listpack_entries`` is the number of fields up to which the server packs a hash, and
    ``listpack_value`` the size of a value. None, like an empty text, means that the server did not
    say. ``laid_out`` is set where the namespace was laid out by other settings than ours.
    """

    server: str
    version: str = ""
    cluster: bool = False
    nodes: int = 1
    maxmemory: int | None = None
    policy: str = ""
    used_memory: int | None = None
    appendonly: bool | None = None
    fsync: str = ""
    listpack_entries: int | None = None
    listpack_value: int | None = None
    latency: float = 0.0
    laid_out: str = ""


class ClaimStore(Protocol):
    """A place where claims are kept; rules above."""

    async def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        """One answer an ask, in order.

        Raises:
            StoreAway: nothing is known; some of the claims may have been made. Ask again.
            StoreRefused: the server does not let us in.
            StoreFault: what stands under our keys is not ours.
        """
        ...

    async def ping(self) -> None:
        """Return if the store answers; raise as ``ask`` does."""
        ...

    async def close(self) -> None:
        """Give connections back. Asking again opens new ones."""
        ...

    async def describe(self) -> StoreFacts:
        """What the store is and how it is set; raises as ``ask`` does."""
        ...


def warnings(facts: StoreFacts) -> tuple[str, ...]:
    """Sentences for doctor and for the worker's start: settings under which claims get lost."""
    said = []
    if facts.maxmemory and facts.policy not in ("", "noeviction"):
        said.append(
            f"The store may throw claims away: it has a memory limit ({facts.maxmemory:,} bytes)"
            f" and the eviction policy {facts.policy}. Set maxmemory-policy to noeviction:"
            " copydesk then waits when memory is full, instead of letting repeats through."
        )
    if facts.appendonly is False:
        said.append(
            "The store keeps claims in memory only: after a crash of its server repeats of the last"
            " days come through once. Set appendonly to yes."
        )
    if facts.listpack_entries is not None and facts.listpack_entries < 512:
        said.append(
            f"The store packs hashes up to {facts.listpack_entries} fields only; claims will take"
            " two to three times the memory. Set hash-max-listpack-entries"
            " (hash-max-ziplist-entries before Redis 7) to 512."
        )
    if facts.listpack_value is not None and facts.listpack_value < 64:
        said.append(
            f"The store packs hashes with values up to {facts.listpack_value} bytes only; set"
            " hash-max-listpack-value (hash-max-ziplist-value before Redis 7) to 64."
        )
    if facts.laid_out:
        said.append(
            f"Claims in this namespace were made with other settings ({facts.laid_out}): what was"
            " claimed so is not seen. Set COPYDESK_WINDOW and COPYDESK_SHARDS back, the same for"
            " every worker, or choose another COPYDESK_NAMESPACE."
        )
    return tuple(said)


def without_password(url: str) -> str:
    """A URL that may be shown."""
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://{tail}" if at else url


def waits(text: str) -> bool:
    """Whether a server says by its error that it cannot serve now (Redis 6.2 hides the prefix)."""
    return _WAITS.search(text) is not None


def in_words(text: str) -> str:
    """What the client says of a failed connection, without numbers and tuples; else as it is."""
    found = _NO_CONNECTION.fullmatch(text)
    if found is None:
        return text
    refused = "Connect call failed" in found.group(1)
    return f"no connection ({'refused' if refused else found.group(1)})"


def refuses(text: str) -> bool:
    """Whether a server says by its error that it does not let us in."""
    return _REFUSES.search(text) is not None
