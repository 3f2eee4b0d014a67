"""One server process: started apart from its parent, known by more than a pid, surely ended.

A pid alone names nobody, because pids are used again. A process is known here by pid, start time
and its program in its command line; only one that fits all three is ever sent a signal.
"""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import psutil

from consumers.errors import CopydeskError

LAST_WORDS = 15
# A line of a Java stack trace: the reason stands above it, and would be pushed out of sight.
_STACK = re.compile(r"\s+(at \S+\(|\.\.\. \d+ more)")
_FIRST_PORT, _LAST_PORT = 20_000, 32_700
# The start time follows the machine's clock, which may be set while the process runs.
_CLOCK_SLACK = 5.0


class Process(msgspec.Struct, frozen=True):
    """A process as remembered: pid, start time (seconds since the epoch), its program's name."""

    pid: int
    started: float
    program: str

    def find(self) -> psutil.Process | None:
        """The living process that this is, or None: ended, a zombie, or a stranger with its pid."""
        try:
            process = self._of_pid()
            if process is None or process.status() == psutil.STATUS_ZOMBIE:
                return None
            line = _command_line(process)
            return process if not line or self.program in line else None
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None

    def _of_pid(self) -> psutil.Process | None:
        """What has the pid, a zombie perhaps, if it started when this one did."""
        process = psutil.Process(self.pid)
        return process if abs(process.create_time() - self.started) <= _CLOCK_SLACK else None

    def send(self, signal_number: int) -> None:
        """Send a signal, if the process is still the one that was started."""
        if process := self.find():
            try:
                process.send_signal(signal_number)
            except psutil.NoSuchProcess:
                return

    def freeze(self, seconds: float = 10.0) -> None:
        """SIGSTOP, and wait until each of its threads has stopped: until then one may answer."""
        self.send(signal.SIGSTOP)
        _come_true(lambda: (process := self.find()) is None or _is_stopped(process), seconds)

    def wait(self, seconds: float) -> bool:
        """Whether the process is gone within so many seconds."""
        return _come_true(lambda: not self._lives(), seconds)

    def _lives(self) -> bool:
        if self.find() is not None:
            return True
        # After the look, not before: what ended in between would stay a zombie under its pid.
        return self._is_zombie() and not _reap(self.pid)

    def _is_zombie(self) -> bool:
        """Whether it has ended and nobody has asked how; a stranger with its pid is none."""
        try:
            process = self._of_pid()
            return process is not None and process.status() == psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False

    def end(self, patience: float = 30.0) -> None:
        """SIGTERM, and SIGKILL when that is not answered within ``patience`` seconds."""
        self.send(signal.SIGCONT)
        self.send(signal.SIGTERM)
        if not self.wait(patience):
            self.send(signal.SIGKILL)
            self.wait(10.0)


def _come_true(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether something comes to hold within so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_stopped(process: psutil.Process) -> bool:
    """Whether all threads are; where a thread has no number of its own, the process as a whole."""
    try:
        numbers = [each.id for each in process.threads()] if psutil.LINUX else [process.pid]
        return all(psutil.Process(each).status() == psutil.STATUS_STOPPED for each in numbers)
    except psutil.NoSuchProcess:  # a thread that has ended meanwhile
        return False


def _command_line(process: psutil.Process) -> str:
    """The command line; while a program is being loaded there is none, and the pid must do."""
    try:
        return " ".join(process.cmdline())
    except psutil.ZombieProcess:
        return ""


def _reap(pid: int) -> bool:
    """Collect the exit status where the process is this one's own child, so it is no zombie.

    False where there is none yet: the first thread of a server may be a zombie while its others
    still end and hold its port.
    """
    try:
        return os.waitpid(pid, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return True


def spawn(
    command: Sequence[str], directory: Path, log: Path, environment: Mapping[str, str]
) -> Process:
    """Start a program in its own session, its output going to a fresh log; the old log is kept."""
    if log.exists():
        log.replace(log.with_suffix(".previous.log"))
    try:
        with log.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 -- a program of ours, no shell, no user text
                list(command),
                cwd=directory,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise CopydeskError(f"{command[0]} cannot be started: {error}") from error
    # It is to live on after its parent, and is waited for by pid: the warning would be wrong.
    child.returncode = 0
    try:
        started = psutil.Process(child.pid).create_time()
    except psutil.NoSuchProcess:
        started = time.time()
    return Process(child.pid, started, Path(command[0]).name)


def wait_until_ready(
    name: str, process: Process, log: Path, ready: Callable[[], bool], seconds: float
) -> None:
    """Return when the server answers. Raises CopydeskError, with its last words, otherwise."""
    deadline = time.monotonic() + seconds
    while True:
        alive = process.find() is not None
        if alive and ready():
            return
        if not alive:
            _reap(process.pid)
            raise CopydeskError(f"{name} ended while starting. {last_words(log)}")
        if time.monotonic() > deadline:
            raise CopydeskError(
                f"{name} was not ready within {seconds:.0f} seconds. {last_words(log)}"
            )
        time.sleep(0.05)


def last_words(log: Path, lines: int = LAST_WORDS) -> str:
    """The end of a server's log, as a clause for an error message."""
    try:
        text = log.read_text("utf-8", errors="replace")
    except OSError:
        return f"It left no log at {log}."
    found = [line for line in text.splitlines() if line.strip() and not _STACK.match(line)]
    if not found:
        return f"It wrote nothing to {log}."
    return f"Its last words, from {log}:\n" + "\n".join(f"  {line}" for line in found[-lines:])


def free_port(taken: frozenset[int] = frozenset(), beside: int = 0) -> int:
    """A loopback port nobody listens on, and (with ``beside``) the one that many above it too.

    Taken from below the range that systems hand out for outgoing connections, so that a server
    which is down for a moment finds its port free again.
    """
    for _ in range(200):
        port = random.randint(_FIRST_PORT, _LAST_PORT)  # noqa: S311 -- not a secret
        wanted = {port, port + beside}
        if not wanted & taken and all(port_is_free(each) for each in wanted):
            return port
    raise CopydeskError(f"no free port between {_FIRST_PORT} and {_LAST_PORT} on 127.0.0.1")


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def exchange(
    port: int, request: bytes, enough: Callable[[bytes], bool], seconds: float = 1.0
) -> bytes:
    """Send bytes to a loopback port and read until ``enough``; what came, or b"" on any failure."""
    answer = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
            connection.sendall(request)
            while not enough(answer):
                part = connection.recv(65536)
                if not part:
                    return b""
                answer += part
    except OSError:
        return b""
    return answer
