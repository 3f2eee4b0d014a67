"""Starts racers and reads what they say; for the tests and for the benchmark of the store."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]


def race(url: str, namespace: str, articles: int, batch: int, *, racers: int = 4) -> list[bytes]:
    """What each of ``racers`` processes says of every paragraph's owner, all claiming at once.

    Half of them begin in the middle, so that everyone wins something.
    """
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.consumers.racer", url, namespace]
            + [str(n) for n in (me, articles, batch, articles // 2 * (me % 2))],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for me in range(racers)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
        said = [process.communicate()[0] for process in started]
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert all(process.returncode == 0 for process in started)
    return said


def wins(said: list[bytes]) -> Counter[int]:
    """Paragraphs won by each racer. Every racer must name the same owner of every paragraph."""
    assert len(set(said)) == 1, "two processes took one paragraph for their own"
    return Counter(said[0])
