"""Servers for the tests of the stores, each started when first asked for, and short pauses."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consumers.embedded import Server
from consumers.embedded.redis_server import start_cluster, start_redis
from tests.consumers import desks
from tests.consumers.desks import Desk
from tests.leash import Leash

REAL = ("redis", "redis-6.2", "valkey", "cluster", "valkey-cluster")
KINDS = ("memory", *REAL)

Address = Callable[[str], str]


@pytest.fixture(scope="session")
def address(leash: Leash, tmp_path_factory: pytest.TempPathFactory) -> Address:
    """The URL of a server of a kind ("" for memory), started once; skips where there is none."""
    running: dict[str, str] = {}

    def of(kind: str) -> str:
        if kind == "memory":
            return ""
        if kind not in running:
            program = desks.program(kind)
            if program is None:
                pytest.skip(f"no server for {kind} on this machine")
            home = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
            if "cluster" in kind:
                servers = start_cluster(home, program=program)
            else:
                servers = (start_redis(home, program=program),)
            leash.hold(*servers)
            running[kind] = ",".join(f"redis://{server.address}" for server in servers)
        return running[kind]

    return of


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for a test."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture(params=KINDS)
def desk(
    request: pytest.FixtureRequest, address: Address, runner: asyncio.Runner, namespace: str
) -> Iterator[Desk]:
    """An empty store of every kind in turn."""
    opened = desks.desk(address(request.param), namespace, runner)
    yield opened
    opened.close()


@pytest.fixture(params=REAL)
def real(
    request: pytest.FixtureRequest, address: Address, runner: asyncio.Runner, namespace: str
) -> Iterator[Desk]:
    """An empty store on every kind of server in turn."""
    opened = desks.desk(address(request.param), namespace, runner)
    yield opened
    opened.close()


@pytest.fixture
def own(leash: Leash, tmp_path: Path) -> Iterator[Server]:
    """A server that the test may kill."""
    server = start_redis(tmp_path / "redis")
    leash.hold(server)
    yield server
    server.kill()


@pytest.fixture
def own_desk(own: Server, runner: asyncio.Runner, namespace: str) -> Iterator[Desk]:
    """An empty store on that server."""
    opened = desks.desk(f"redis://{own.address}", namespace, runner)
    yield opened
    opened.close()


@pytest.fixture
def quick_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipe's and the engine's pauses between tries are milliseconds."""
    monkeypatch.setattr("consumers.pipe._FIRST_PAUSE", 0.001)
    monkeypatch.setattr("consumers.pipe._LAST_PAUSE", 0.002)
    monkeypatch.setattr("consumers.engine._FIRST_PAUSE", 0.001)
