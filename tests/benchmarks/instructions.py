"""How many machine instructions the pure core takes for one article, counted by callgrind.

Unlike time, that number is the same whatever else the machine does. ``python -m
tests.benchmarks.instructions`` counts and writes ``instructions.json``; a test holds later counts
to it. Two runs over loads of different size are subtracted, so that imports are not counted.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from tools.load import articles

RECORDED = Path(__file__).with_name("instructions.json")
FEW, MANY = 10, 60
_COLLECTED = re.compile(r"Collected : (\d+)")


class Counts(msgspec.Struct, frozen=True):
    """Instructions an article by mode, and for what they hold: other Pythons take others."""

    python: str
    machine: str
    msgspec: str
    instructions: dict[str, int]


def here() -> Counts:
    """This interpreter and machine, nothing counted."""
    python = ".".join(platform.python_version_tuple()[:2])
    return Counts(python, platform.machine(), msgspec.__version__, {})


def count(*modes: str) -> dict[str, int]:
    """Count anew, all modes at once; needs valgrind."""
    root = Path(__file__).parents[2]
    environment = os.environ | {
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(root),
        "OPENBLAS_NUM_THREADS": "1",  # its idle threads spin, and that is counted too
    }
    with tempfile.TemporaryDirectory() as folder:
        runs: dict[tuple[str, int], subprocess.Popen[str]] = {}
        for size in (FEW, MANY):
            load = Path(folder) / f"{size}.jsonl"
            load.write_bytes(b"\n".join(articles(size)))
            for mode in modes:
                command = [
                    "valgrind",
                    "--tool=callgrind",
                    f"--callgrind-out-file={folder}/{mode}.{size}.out",
                    sys.executable,
                    "-m",
                    "tests.benchmarks.core_run",
                    mode,
                    str(load),
                ]
                runs[mode, size] = subprocess.Popen(
                    command, cwd=root, env=environment, stderr=subprocess.PIPE, text=True
                )
        taken = {key: _collected(run) for key, run in runs.items()}
    return {mode: (taken[mode, MANY] - taken[mode, FEW]) // (MANY - FEW) for mode in modes}


def _collected(run: subprocess.Popen[str]) -> int:
    said = run.communicate()[1]
    found = _COLLECTED.search(said)
    if run.returncode or found is None:
        raise RuntimeError(f"valgrind ended with {run.returncode}: {said[-800:]}")
    return int(found.group(1))


if __name__ == "__main__":
    counted = msgspec.structs.replace(here(), instructions=count("transport", "whole"))
    RECORDED.write_bytes(msgspec.json.format(msgspec.json.encode(counted)) + b"\n")
    print(RECORDED.read_text())
