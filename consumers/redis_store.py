"""Claims in Redis or Valkey, alone or as a cluster. The only file that knows the Redis client.

Rules:

1. The layout is ``consumers/store_layout.py``'s; what happens to it is ``consumers/claims.lua``'s,
   atomically: all claims of a call on one server, those under one tag on a cluster.
2. A batch is one round trip on one server where no family needs looking up, else two
   (docs/store.md). A cluster takes one more for names, and one for owners of what is another's.
3. Families are settled here, from what the first trip read. If another worker records a family for
   one of these uris in between, nothing is claimed yet: the batch starts anew.
4. Constructing connects to nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib import resources
from typing import Any, NoReturn
from urllib.parse import urlsplit

import msgspec
from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from consumers.errors import UsageFault
from consumers.store import (
    StoreAway,
    StoreFacts,
    StoreFault,
    StoreRefused,
    in_words,
    refuses,
    waits,
    without_password,
)
from consumers.store_batch import Batch, Call, Sheaf, parts
from consumers.store_facts import gather, introduced
from consumers.store_layout import Layout, arguments, tags
from consumers.store_straight import straight
from consumers.store_sweep import sweep
from processors.claims import Answer, Ask

#: Servers that are not there, or cannot serve now; what the client has no class for, the text says.
_LOST = (
    exceptions.ConnectionError, exceptions.TimeoutError, asyncio.TimeoutError, OSError,
    exceptions.RedisClusterException, exceptions.ClusterError, exceptions.AskError,
    exceptions.TryAgainError, exceptions.ReadOnlyError, exceptions.OutOfMemoryError,
)  # fmt: skip
_DENIED = (
    exceptions.AuthenticationError, exceptions.AuthorizationError, exceptions.NoPermissionError
)  # fmt: skip
_FAILURES = (exceptions.RedisError, exceptions.RedisClusterException, OSError, asyncio.TimeoutError)
#: A ``Redis`` or a ``RedisCluster``, which are half typed; None until connected.
Client = Any
Trip = tuple[list[Call], list[Any]]
#: Another worker can record a family in between only once a uri; more is a fault.
_STARTS = 20


class RedisStore:
    """A ``ClaimStore`` in Redis; see ``consumers.store`` for what it keeps.

    ``url`` is ``redis://``, ``rediss://`` or ``unix://``. Several with commas between them are
    nodes of one cluster, or a primary and its replicas: whichever takes writes is used, and looked
    for anew when it does not answer. ``username`` and ``password`` beat those of the URL; ``ca`` is
    a file of certificates for ``rediss``. Times are seconds.

    Raises:
        UsageFault: a URL that is none.
    """

    def __init__(
        self,
        url: str,
        layout: Layout,
        *,
        username: str = "",
        password: str = "",
        ca: str = "",
        timeout: float = 10.0,
        connect_timeout: float = 3.0,
    ) -> None:
        self._urls = tuple(part.strip() for part in url.split(",") if part.strip())
        self._where = ", ".join(without_password(part) for part in self._urls)
        self._options: dict[str, Any] = {
            "socket_timeout": timeout,
            "socket_connect_timeout": connect_timeout,
            "retry": Retry(NoBackoff(), 1),
            "protocol": 2,
        }
        given = {"username": username, "password": password}
        self._options |= {name: value for name, value in given.items() if value}
        self._tls = {"ssl_ca_certs": ca} if ca else {}
        self._client: Client | None = None
        self._opening = asyncio.Lock()
        self._layout = layout
        self._signature = f"{layout.namespace}{{{tags()[0]}}}:layout"
        self._sign_again = 0.0
        self._script = resources.files("consumers").joinpath("claims.lua").read_bytes()
        self._sha = hashlib.sha1(self._script, usedforsecurity=False).hexdigest()
        self._head = arguments(layout)

    async def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        """One answer an ask, in order; see ``consumers.store``."""
        answers: list[Answer] = []
        for part in parts(asks):
            answers.extend(await self._ask(part))
        return answers

    async def ping(self) -> None:
        """Return if the server answers."""
        async with self._served() as client:
            await client.execute_command("PING")

    async def close(self) -> None:
        """Close connections."""
        client, self._client = self._client, None
        if client is not None:
            with suppress(*_FAILURES):
                await client.aclose()

    async def forget(self) -> int:
        """Delete all that stands under the namespace; how many keys. Raises as ``ask`` does."""
        async with self._served() as client:
            return await sweep(client, self._layout.namespace)

    async def describe(self) -> StoreFacts:
        """Ask the server, or all primaries of a cluster, what it is and how it is set."""
        async with self._served() as client:
            cluster = isinstance(client, RedisCluster)
            run = client.execute_command
            found = await run("GET", self._signature)  # a cluster's client knows its nodes by then
            nodes = client.get_primaries() if cluster else ()
            runs = [partial(run, target_nodes=node) for node in nodes] or [run]
            facts = await gather(runs, exceptions.ResponseError, cluster=cluster)
        if not found or found.decode() == self._layout.signature:
            return facts
        return msgspec.structs.replace(facts, laid_out=found.decode())

    async def _sign(self, client: Client) -> None:
        """Say once a day by which settings claims are laid out, unless others stand there."""
        if time.monotonic() < self._sign_again:
            return
        ours, life = self._layout.signature, self._layout.names_live
        if await client.execute_command("GET", self._signature) in (None, ours.encode()):
            await client.execute_command("SET", self._signature, ours, "PX", life)
        self._sign_again = time.monotonic() + 86400.0

    async def _ask(self, asks: Sequence[Ask]) -> list[Answer]:
        async with self._served() as client:
            await self._sign(client)
            answers = await self._ask_straight(client, asks)
            if answers is not None:
                return answers
            for _ in range(_STARTS):
                batch = Batch(self._layout, asks)
                if await self._run(client, batch):
                    return batch.answers()
        raise StoreFault(
            f"The store at {self._where} was changed under a batch {_STARTS} times in a row;"
            " are two versions of copydesk at work in one namespace?"
        )

    async def _ask_straight(self, client: Client, asks: Sequence[Ask]) -> list[Answer] | None:
        """In one trip; None where something on record says that it takes more."""
        if isinstance(client, RedisCluster) or not (batch := straight(self._layout, asks)):
            return None
        (reply,) = await self._send(client, [batch.call()], whole=True)
        return None if reply == b"again" else batch.answers(reply)

    async def _run(self, client: Client, batch: Batch) -> bool:
        """Carry a batch out; False where it has to start anew."""
        split = isinstance(client, RedisCluster)
        calls, replies = await self._trip(client, batch.look, split=split)
        batch.learn(calls, replies)
        sheaf = Sheaf(split=split)
        for wave in range(batch.settle()):
            batch.redirect(sheaf, wave)
            if split and b"again" in await self._send(client, sheaf.calls(), whole=False):
                return False
        batch.record(sheaf)
        if split:
            await self._send(client, sheaf.calls(), whole=False)
        batch.claim(sheaf)
        calls = sheaf.calls()
        replies = await self._send(client, calls, whole=not split)
        if b"again" in replies:
            return False
        batch.claimed(calls, replies)
        if split:
            calls, replies = await self._trip(client, batch.resolve, split=True)
            batch.resolved(calls, replies)
        return True

    async def _trip(self, client: Client, fill: Any, *, split: bool) -> Trip:
        sheaf = Sheaf(split=split)
        fill(sheaf)
        calls = sheaf.calls()
        return calls, await self._send(client, calls, whole=False)

    async def _send(self, client: Client, calls: Sequence[Call], *, whole: bool) -> list[Any]:
        """Call the script; one command on one server, a pipeline a node on a cluster."""
        if not calls:
            return []
        commands = [self._command(call, whole=whole) for call in calls]
        if isinstance(client, RedisCluster):
            replies = await _pipeline(client, [("EVALSHA", self._sha, *c) for c in commands])
            missing = [i for i, r in enumerate(replies) if isinstance(r, exceptions.NoScriptError)]
            again = [("EVAL", self._script, *commands[i]) for i in missing]
            for i, reply in zip(missing, await _pipeline(client, again), strict=True):
                replies[i] = reply
            if failures := [reply for reply in replies if isinstance(reply, Exception)]:
                raise failures[0]
            return replies
        (command,) = commands
        try:
            return [await client.execute_command("EVALSHA", self._sha, *command)]
        except exceptions.NoScriptError:
            return [await client.execute_command("EVAL", self._script, *command)]

    def _command(self, call: Call, *, whole: bool) -> tuple[Any, ...]:
        key = f"{self._layout.namespace}{{{tags()[call.tag]}}}"
        return (1, key, *self._head, int(whole), call.ops, *call.generations)

    @asynccontextmanager
    async def _served(self) -> AsyncIterator[Client]:
        """A client that is connected; what goes wrong with it is said in the store's own words."""
        try:
            async with self._opening:
                if self._client is None:
                    self._client = await self._connect()
            yield self._client
        except _FAILURES as error:
            await self.close()
            self._raise(error)

    async def _connect(self) -> Client:
        """The client for the first server that answers and is no replica, else for a replica."""
        last: Exception | None = None
        replica: Client = None
        for url in self._urls:
            options = self._options | (self._tls if url.startswith("rediss:") else {})
            try:
                single: Client = Redis.from_url(url, **options)
            except ValueError as error:
                raise UsageFault(
                    f"COPYDESK_REDIS is no Redis URL: {without_password(url)}"
                ) from error
            try:
                info = await introduced(single.execute_command)
            except _FAILURES as error:
                last = error
                await single.aclose()
                continue
            if int(info.get("cluster_enabled", 0)):
                await single.aclose()
                return RedisCluster.from_url(url, **options, startup_nodes=self._nodes())
            if info.get("role") != "slave":
                return single
            replica = single
        if replica is not None:
            return replica
        if last is None:
            raise UsageFault("COPYDESK_REDIS is empty")
        raise last

    def _nodes(self) -> list[ClusterNode]:
        urls = map(urlsplit, self._urls)
        return [ClusterNode(url.hostname or "127.0.0.1", url.port or 6379) for url in urls]

    def _raise(self, error: BaseException) -> NoReturn:
        text = str(error).partition(" script: ")[0].rstrip(".") or type(error).__name__
        said = f"Redis at {self._where}: {in_words(text)}"
        if isinstance(error, _DENIED) or refuses(text):
            message = f"{said}. Check user, password and rights in COPYDESK_REDIS"
            message += " (docs/security.md lists the keys and commands that a worker needs)."
            if "SSL" in text:
                message = f"{said}. Check COPYDESK_REDIS_CA, and that COPYDESK_REDIS speaks TLS."
            raise StoreRefused(message) from error
        if isinstance(error, _LOST) or waits(text):
            raise StoreAway(f"{said}. COPYDESK_REDIS names it") from error
        message = f"{said}. Is the namespace {self._layout.namespace} copydesk's alone?"
        raise StoreFault(message) from error


async def _pipeline(client: RedisCluster, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
    if not commands:
        return []
    pipe = client.pipeline()
    for command in commands:
        pipe.execute_command(*command)
    return list(await pipe.execute(raise_on_error=False))
