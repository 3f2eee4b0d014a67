"""The supervisor: starts worker processes, starts again whichever ends, and stops them all.

Rules (section 9 of the contract): pauses between starts grow, and shrink back when a worker has
held for a while; a worker that says a person must mend something is not started again; a
SIGTERM is passed on, and workers are given time to finish what they have in hand; every process has
a name that stays the same over restarts, so that its partitions wait for it and nobody else moves.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import IO

from consumers.exits import HELPLESS

log = logging.getLogger("copydesk.supervisor")

_FIRST_PAUSE, _LAST_PAUSE = 0.5, 30.0
#: A worker that ran so long has held: the next pause is the first one again.
_HELD = 60.0
#: How long workers may take to finish, before they are killed: they lose nothing by it.
_FINISH = 15.0


class _Child:
    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        self.name = name
        # numpy would keep a thread a core for what no tagger asks of it.
        single = {"OPENBLAS_NUM_THREADS": "1"}
        self._environ = {**single, **environ, "COPYDESK_INSTANCE": name}
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.started = self.due = 0.0
        self.pause = _FIRST_PAUSE

    def start(self) -> None:
        command = [sys.executable, "-m", "consumers.worker_process", str(os.getpid())]
        self.process = subprocess.Popen(command, env=self._environ)  # noqa: S603 - our own module
        self.started = time.monotonic()
        self.starts += 1
        said = {"instance": self.name}
        log.info("worker %s started, process %d", self.name, self.process.pid, extra=said)

    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def put_off(self, code: int) -> None:
        if time.monotonic() - self.started > _HELD:
            self.pause = _FIRST_PAUSE
        cause, said = _cause(code), {"instance": self.name}
        log.warning(
            "worker %s ended (%s), again in %.1f s", self.name, cause, self.pause, extra=said
        )
        self.due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, _LAST_PAUSE)
        self.process = None


class Supervisor:
    """Keeps workers running. ``environ`` holds their settings; ``gone`` hears of each that ends."""

    def __init__(
        self,
        names: list[str],
        environ: Mapping[str, str],
        gone: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._children = [_Child(name, environ) for name in names]
        self._gone = gone
        self._stopping = False
        #: Whether every worker was still waiting for Kafka or Redis when it was told to stop.
        self.waited = False

    def starts(self) -> dict[str, int]:
        """How often each worker was started."""
        return {child.name: child.starts for child in self._children}

    def run(self) -> int:
        """Until SIGTERM or SIGINT, or until a worker says that a person must mend something.

        Returns the exit code: 0 stopped as told, 1 a person must act.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        helpless = False
        while not self._stopping and not helpless:
            for child in self._children:
                code = child.ended()
                if child.process is None:
                    if time.monotonic() >= child.due:
                        child.start()
                elif code == HELPLESS:
                    helpless = True
                elif code is not None:
                    self._gone(child.name)
                    child.put_off(code)
            time.sleep(0.1)
        self._finish()
        return 1 if helpless else 0

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal's shape
        self._stopping = True

    def _finish(self) -> None:
        running = [c.process for c in self._children if c.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _FINISH
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("process %d does not finish, killing it: nothing is lost", process.pid)
                process.kill()
                process.wait()
        # Once at work, a worker settles what it has in hand and ends by itself.
        self.waited = all(process.returncode == -signal.SIGTERM for process in running)


def names(instance: str, group: str, count: int) -> tuple[list[str], IO[str] | None]:
    """Names for ``count`` workers that stay the same when this is started again on this machine.

    ``instance`` is the newsroom's own choice (a pod's name). Without one, the first free number
    among the copydesks of this machine and group is taken, by a lock that ends with the process
    (the open file is the second value: keep it open).
    """
    if instance:
        return [instance if count == 1 else f"{instance}-{i}" for i in range(count)], None
    folder = Path(tempfile.gettempdir()) / f"copydesk-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(1000):
        lock = (folder / f"{_plain(group)}-{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        base = f"{_plain(group)}-{_plain(socket.gethostname())}-{number}"
        return [f"{base}-{i}" for i in range(count)], lock
    message = f"a thousand copydesks of group {group!r} run here; set COPYDESK_INSTANCE"
    raise RuntimeError(message)


def _plain(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in text)[:80]


def _cause(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
