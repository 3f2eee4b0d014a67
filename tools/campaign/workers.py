"""The worker processes of a campaign: what a supervisor does, with a hand on each."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import IO


class Workers:
    """Starts them, starts them again, and sends them signals; ``stop`` ends all, by their ids."""

    def __init__(self, folder: Path, environ: dict[str, str], bug: str = "") -> None:
        self._folder, self._environ = folder, environ
        module = ["tools.campaign.planted", bug] if bug else ["consumers.worker_process"]
        self._command = [sys.executable, "-m", *module]
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        #: Where the code of each is, where that is not here.
        self._versions: dict[str, Path] = {}
        self._frozen: set[int] = set()
        self.starts: Counter[str] = Counter()

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each that runs, by its name."""
        return {name: each.pid for name, each in self._running.items()}

    def add(self, name: str) -> None:
        """Start one more."""
        log: IO[bytes]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._command,
                cwd=self._versions.get(name),
                env={**self._environ, "COPYDESK_INSTANCE": name},
                stdout=log,
                stderr=log,
            )
        self.starts[name] += 1

    def remove(self, name: str, number: int) -> None:
        """End one for good."""
        process = self._running.pop(name)
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        if process.poll() is None:
            process.kill()
            process.wait()

    def version(self, name: str) -> Path | None:
        """Where the code of one is, where that is not here."""
        return self._versions.get(name)

    def change_version(self, name: str, other: Path | None, number: int) -> None:
        """End one of them, and start it from another folder of code; ``None``: from here."""
        self._versions.pop(name, None)
        if other is not None:
            self._versions[name] = other
        self.remove(name, number)
        self.add(name)

    def signal(self, rnd: random.Random, number: int) -> int:
        """Send a signal to one of them, chosen by chance; its process id."""
        self.watch()
        process = self._running[rnd.choice(sorted(self._running))]
        process.send_signal(number)
        if number == signal.SIGSTOP:
            self._frozen.add(process.pid)
        return process.pid

    def resume(self, pid: int) -> None:
        """Let a frozen one go on."""
        self._frozen.discard(pid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    def watch(self) -> None:
        """Start again whoever has ended."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.add(name)

    def stop(self) -> None:
        """End all."""
        for pid in list(self._frozen):
            self.resume(pid)
        for name in list(self._running):
            self.remove(name, signal.SIGTERM)
