"""What a store's servers say of themselves, gathered over whatever client runs the commands."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from consumers.store import StoreFacts

#: Runs one command on one server.
Run = Callable[..., Awaitable[Any]]


async def introduced(run: Run) -> Mapping[str, Any]:
    """What a server says of itself (INFO), before it is used.

    One of a cluster is asked for its slots too: a cluster's client takes it for one of no cluster
    where it may not tell them, which reads as a fault that passes.
    """
    info: Mapping[str, Any] = await run("INFO")
    if int(info.get("cluster_enabled", 0)):
        await run("CLUSTER", "SLOTS")
    return info


async def gather(runs: Sequence[Run], forbidden: type[Exception], *, cluster: bool) -> StoreFacts:
    """The facts of one server, or of all primaries of a cluster as one.

    ``forbidden`` is what the client raises where CONFIG is not allowed, as on hosted servers.
    """
    started = time.perf_counter()
    await runs[0]("PING")
    latency = time.perf_counter() - started
    found = [_facts(_alone(await run("INFO")), await _settings(run, forbidden)) for run in runs]
    worst = found[0]
    for facts in found[1:]:
        worst = _worse(worst, facts)
    return msgspec.structs.replace(worst, cluster=cluster, nodes=len(runs), latency=latency)


async def _settings(run: Run, forbidden: type[Exception]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for pattern in ("append*", "hash-max-*"):
        try:
            pairs = _alone(await run("CONFIG GET", pattern))
        except forbidden:
            return {}
        settings |= {_text(name): _text(value) for name, value in pairs.items()}
    return settings


def _facts(info: Mapping[str, Any], settings: Mapping[str, str]) -> StoreFacts:
    valkey = info.get("valkey_version")
    appendonly = settings.get("appendonly")
    return StoreFacts(
        server="valkey" if valkey else "redis",
        version=str(valkey or info.get("redis_version", "")),
        maxmemory=_number(info.get("maxmemory")),
        policy=str(info.get("maxmemory_policy", "")),
        used_memory=_number(info.get("used_memory")),
        appendonly=None if appendonly is None else appendonly == "yes",
        fsync=settings.get("appendfsync", ""),
        listpack_entries=_packed(settings, "entries"),
        listpack_value=_packed(settings, "value"),
    )


def _worse(one: StoreFacts, other: StoreFacts) -> StoreFacts:
    """Two nodes as one: memory adds up; of each setting, the one that loses more."""
    evicts = other if other.maxmemory and other.policy != "noeviction" else one
    return msgspec.structs.replace(
        one,
        maxmemory=evicts.maxmemory,
        policy=evicts.policy,
        used_memory=(one.used_memory or 0) + (other.used_memory or 0),
        appendonly=other.appendonly if one.appendonly else one.appendonly,
        listpack_entries=_least(one.listpack_entries, other.listpack_entries),
        listpack_value=_least(one.listpack_value, other.listpack_value),
    )


def _least(one: int | None, other: int | None) -> int | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)


def _alone(answer: Any) -> Any:
    """A cluster's client wraps the answer of one node in a table of nodes."""
    if len(answer) == 1 and isinstance(inner := next(iter(answer.values())), dict):
        return inner
    return answer


def _packed(settings: Mapping[str, str], what: str) -> int | None:
    """Redis 7 renamed ziplists to listpacks, the settings too."""
    for name in ("listpack", "ziplist"):
        found = settings.get(f"hash-max-{name}-{what}")
        if found is not None:
            return int(found)
    return None


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
