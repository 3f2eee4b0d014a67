"""A server that can be started, stopped, killed, paused and started again on its port and data."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from consumers.embedded.process import Process, spawn, wait_until_ready
from consumers.errors import CopydeskError

_NOT_INHERITED = (
    "CLASSPATH",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "KAFKA_OPTS",
)


class Recipe(msgspec.Struct, frozen=True):
    """How a server is run: the same each time, so that a restart meets its port and its data.

    ``answers`` tells, without waiting, whether the server on that port serves requests; it is given
    the process and the log, since a stranger may be listening there.
    """

    name: str
    command: tuple[str, ...]
    directory: Path
    port: int
    answers: Callable[[Process, Path], bool]
    environment: Mapping[str, str] = {}
    patience: float = 90.0

    @property
    def log(self) -> Path:
        """Where the server's output goes."""
        return self.directory / f"{self.name.lower()}.log"


class Server:
    """A running (or ended) server, by its recipe and its process."""

    def __init__(self, recipe: Recipe, process: Process) -> None:
        self.recipe = recipe
        self.process = process

    @property
    def address(self) -> str:
        """``127.0.0.1:port``."""
        return f"127.0.0.1:{self.recipe.port}"

    @property
    def pid(self) -> int:
        """The pid of the process, which may have ended."""
        return self.process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives (paused ones do)."""
        return self.process.find() is not None

    def answers(self) -> bool:
        """Whether the process lives and serves requests now."""
        return self.running and self.recipe.answers(self.process, self.recipe.log)

    def wait(self) -> None:
        """Return when it serves requests. Raises CopydeskError, with its last words, otherwise."""
        recipe = self.recipe
        wait_until_ready(
            recipe.name,
            self.process,
            recipe.log,
            lambda: recipe.answers(self.process, recipe.log),
            recipe.patience,
        )

    def stop(self, patience: float = 30.0) -> None:
        """End it in order (SIGTERM, SIGKILL after ``patience`` seconds); its data stays.

        The last brokers of a cluster wait for each other in vain: give those little patience.
        """
        self.process.end(patience)

    def kill(self) -> None:
        """End it at once (SIGKILL), as a crash would; its data stays."""
        self.process.send(signal.SIGKILL)
        self.process.wait(10.0)

    def pause(self) -> None:
        """Freeze it (SIGSTOP): connections stay open and nothing is answered."""
        self.process.freeze()

    def resume(self) -> None:
        """Let a frozen server go on (SIGCONT)."""
        self.process.send(signal.SIGCONT)

    def restart(self, *, wait: bool = True) -> None:
        """Start it again on its old port with its data, ending it first where it still runs."""
        self.stop()
        self.process = launch(self.recipe)
        if wait:
            self.wait()


def launch(recipe: Recipe) -> Process:
    """Start the process of a recipe, without waiting until it serves requests."""
    environment = inherited_environment(recipe.environment)
    return spawn(recipe.command, recipe.directory, recipe.log, environment)


def inherited_environment(own: Mapping[str, str]) -> dict[str, str]:
    """The environment without what would change a Java program unseen, and with ``own``."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {**kept, **own}


def start(recipe: Recipe) -> Server:
    """Start a server and wait until it serves requests; ended again where it does not get there."""
    server = Server(recipe, launch(recipe))
    try:
        server.wait()
    except BaseException:
        server.kill()
        raise
    return server


def own_directory(directory: Path) -> Path:
    """The directory, made for its owner's eyes only. Raises CopydeskError if it cannot be."""
    path = directory.expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CopydeskError(f"the directory {path} cannot be made: {error.strerror}") from error
    return path
