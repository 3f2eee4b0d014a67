"""One Kafka and one Redis that belong together in one directory: brought up, shown, taken down.

``services.json`` in the directory remembers the ports and the processes. It is written before a
server is waited for, so that whatever happens later, ``down`` knows what to end. One ``up`` or
``down`` works in a directory at a time; others wait for the lock.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from consumers.embedded import kafka_server, redis_server
from consumers.embedded.kafka_jars import Progress
from consumers.embedded.kafka_server import Ports
from consumers.embedded.process import Process, free_port, port_is_free
from consumers.embedded.server import Recipe, Server, launch, own_directory
from consumers.errors import CopydeskError

_STATE = "services.json"
_OURS = ("kafka", "redis", _STATE)
# Seconds that a living server is given to answer before it is taken for hung and ended.
_PATIENCE = 15.0


class Services(msgspec.Struct, frozen=True):
    """A running pair: ``host:port`` of Kafka, the URL of Redis, their pids and their directory."""

    kafka: str
    redis: str
    kafka_pid: int
    redis_pid: int
    directory: Path


class Status(msgspec.Struct, frozen=True):
    """What is known of the pair in a directory; None stands for what was not started.

    ``running`` is true only if both servers answer.
    """

    running: bool
    directory: Path
    kafka: str | None = None
    redis: str | None = None
    kafka_pid: int | None = None
    redis_pid: int | None = None
    kafka_running: bool = False
    redis_running: bool = False


class State(msgspec.Struct, frozen=True):
    """What ``services.json`` holds. Ports outlive the processes: a restart keeps the addresses."""

    kafka_ports: Ports
    redis_port: int
    kafka: Process | None = None
    redis: Process | None = None

    def both(self) -> tuple[Process, ...]:
        """The processes that were started."""
        return tuple(process for process in (self.kafka, self.redis) if process)


def default_directory(environment: Mapping[str, str] | None = None) -> Path:
    """``copydesk/services`` in the user's state directory (XDG)."""
    env = os.environ if environment is None else environment
    state = env.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state).absolute() / "copydesk" / "services"


def up(directory: Path, *, progress: Progress | None = None) -> Services:
    """Start Kafka and Redis in ``directory``, or what of them does not run, and wait for both.

    What runs is reused; what died is started again on its old port with its data. Raises
    CopydeskError, with the server's last words, where one cannot be started; then what this call
    started is ended again.
    """
    home = own_directory(directory)
    with _locked(home):
        state = _with_ports(_read(home))
        started: list[Server] = []
        try:
            # Kafka first: it takes longer, and while its jars are fetched nothing should run.
            if not _kafka_serves(state, _PATIENCE):
                recipe = kafka_server.prepare(home / "kafka", state.kafka_ports, progress=progress)
                started.append(_begin(recipe, state.kafka, progress))
                state = msgspec.structs.replace(state, kafka=started[-1].process)
                _write(home, state)
            if not _redis_serves(state, _PATIENCE):
                recipe = redis_server.prepare(home / "redis", state.redis_port)
                started.append(_begin(recipe, state.redis, progress))
                state = msgspec.structs.replace(state, redis=started[-1].process)
                _write(home, state)
            for server in started:
                server.wait()
        except BaseException:
            for server in started:
                server.process.end(5.0)
            raise
        return _services(home, state)


def down(directory: Path, *, purge: bool = False) -> tuple[int, ...]:
    """End what ``up`` started in ``directory``, and nothing else; the pids that were ended.

    The data stays, unless ``purge``: then the servers' folders are deleted, and nothing else.
    """
    home = directory.expanduser().absolute()
    if not home.is_dir():
        return ()
    with _locked(home):
        state = _read(home)
        alive = tuple(each for each in (state.both() if state else ()) if each.find())
        for process in alive:
            process.end()
        if left := [each.pid for each in alive if each.find()]:
            raise CopydeskError(
                f"the processes {left} did not end, not even when killed; end them by hand"
            )
        if state:
            _write(home, msgspec.structs.replace(state, kafka=None, redis=None))
        if purge:
            _purge(home)
    return tuple(each.pid for each in alive)


def status(directory: Path) -> Status:
    """What runs in ``directory`` now."""
    home = directory.expanduser().absolute()
    state = _read(home)
    if state is None:
        return Status(running=False, directory=home)
    kafka = bool(state.kafka and kafka_server.answers_kafka(state.kafka, state.kafka_ports.client))
    redis = bool(state.redis and redis_server.answers_redis(state.redis, state.redis_port))
    return Status(
        running=kafka and redis,
        directory=home,
        kafka=_kafka_address(state),
        redis=_redis_url(state),
        kafka_pid=state.kafka.pid if state.kafka and kafka else None,
        redis_pid=state.redis.pid if state.redis and redis else None,
        kafka_running=kafka,
        redis_running=redis,
    )


def _begin(recipe: Recipe, old: Process | None, progress: Progress | None) -> Server:
    """Start a server, ending the old one first where it hangs on to the port and the data."""
    if old:
        old.end()
    if progress:
        progress(f"starting {recipe.name}", 0, 0)
    return Server(recipe, launch(recipe))


def _kafka_serves(state: State, seconds: float) -> bool:
    kafka, port = state.kafka, state.kafka_ports.client
    return kafka is not None and _in_time(
        kafka, lambda: kafka_server.answers_kafka(kafka, port), seconds
    )


def _redis_serves(state: State, seconds: float) -> bool:
    redis, port = state.redis, state.redis_port
    return redis is not None and _in_time(
        redis, lambda: redis_server.answers_redis(redis, port), seconds
    )


def _in_time(process: Process, answers: Callable[[], bool], seconds: float) -> bool:
    """Whether a process that lives answers in time; a machine at work may be slow to."""
    deadline = time.monotonic() + seconds
    while process.find():
        if answers():
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return False


def _with_ports(old: State | None) -> State:
    """The remembered ports, save those of a server that ended and whose port another took since."""
    if old is None:
        return State(kafka_server.pick_ports(), free_port())
    kafka, redis = old.kafka_ports, old.redis_port
    if not (old.kafka and old.kafka.find()) and not (
        port_is_free(kafka.client) and port_is_free(kafka.controller)
    ):
        kafka = kafka_server.pick_ports()
    if not (old.redis and old.redis.find()) and not port_is_free(redis):
        redis = free_port()
    return msgspec.structs.replace(old, kafka_ports=kafka, redis_port=redis)


def _services(home: Path, state: State) -> Services:
    if not (state.kafka and state.redis):
        raise CopydeskError(f"the services in {home} were not started")
    return Services(
        _kafka_address(state), _redis_url(state), state.kafka.pid, state.redis.pid, home
    )


def _kafka_address(state: State) -> str:
    return f"127.0.0.1:{state.kafka_ports.client}"


def _redis_url(state: State) -> str:
    return f"redis://127.0.0.1:{state.redis_port}/0"


def _read(home: Path) -> State | None:
    """The remembered state; None where there is none, or none that can be read."""
    try:
        return msgspec.json.decode((home / _STATE).read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return None


def _write(home: Path, state: State) -> None:
    new = home / f".{_STATE}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
    new.replace(home / _STATE)


def _purge(home: Path) -> None:
    for name in _OURS:
        path = home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    try:
        with (home / ".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise CopydeskError(f"the directory {home} cannot be used for services: {error}") from error
