"""Ends what the tests started, also when pytest itself is killed.

A small process of its own reads one line for each thing to end and waits for the end of its input,
which comes when pytest closes the pipe, and just as well when pytest is gone. Then it ends them all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from consumers.embedded import Server, down
from consumers.embedded.process import Process


class Held(msgspec.Struct, frozen=True):
    """What is to be ended: the pair in a directory, a process, or a folder to delete after them."""

    pair: str | None = None
    process: Process | None = None
    folder: str | None = None


class Leash:
    """The pytest side: tell it what to hold; ``let_go`` ends everything and waits until it is done."""

    def __init__(self) -> None:
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.leash"],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def _tell(self, held: Held) -> None:
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(msgspec.json.encode(held) + b"\n")
        self._keeper.stdin.flush()

    def hold_pair(self, directory: Path) -> None:
        """End the pair that ``up`` starts in this directory, and delete the directory."""
        self._tell(Held(pair=str(directory), folder=str(directory)))

    def hold(self, *servers: Server) -> None:
        """End these servers, as they are now: tell again after a restart."""
        for server in servers:
            self._tell(Held(process=server.process))

    def let_go(self) -> int:
        """End everything held, now. The keeper's exit code: 0 when all of it ended."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        return self._keeper.wait(120)


def keep() -> None:
    """The keeper's side: read what to end, wait for the end of the input, end it."""
    everything = [msgspec.json.decode(line, type=Held) for line in sys.stdin.buffer]
    for held in everything:
        if held.process:
            held.process.end(10.0)
        if held.pair:
            down(Path(held.pair), purge=True)
    for held in everything:
        if held.folder:
            shutil.rmtree(held.folder, ignore_errors=True)


if __name__ == "__main__":
    keep()
