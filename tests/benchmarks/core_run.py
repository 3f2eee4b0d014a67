"""The pure core over a fixed load, and nothing else: what ``instructions`` counts.

``python -m tests.benchmarks.core_run transport|whole FILE``; FILE has an article a line.
"""

from __future__ import annotations

import gc
import sys
from itertools import chain
from pathlib import Path

from processors.claims import Answer, Owner, Standing
from processors.pipeline import Core, Dead, finish, prepare_all
from processors.policy import Policy
from processors.records import Record
from tools.load import as_record

OTHER = Owner("another", "urn:bench:other", "wire-1", "1", 1_600_000_000_000)
#: Records that a worker prepares at once.
SLICE = 50
CORES = {
    "transport": Core(
        policy=Policy(compare="exact", lead_guard=False, keep_whole_below=0), audit_records=False
    ),
    "whole": Core(policy=Policy(lead_guard=False, keep_whole_below=0), software="copydesk/bench"),
}


def judge(load: list[Record], core: Core) -> int:
    """Take every record through; the second who says something loses it. How many bytes came."""
    seen: set[bytes] = set()
    size = 0
    sliced = [prepare_all(load[at : at + SLICE], core) for at in range(0, len(load), SLICE)]
    for ready in chain.from_iterable(sliced):
        if isinstance(ready, Dead):
            raise TypeError(ready.message)
        owners: list[Owner | Standing] = []
        for fingerprint in getattr(ready.ask, "fingerprints", ()):
            owners.append(OTHER if fingerprint in seen else "mine")
            seen.add(fingerprint)
        outcome = finish(ready, Answer(ready.ask.family, tuple(owners)), core)
        size += sum(len(each.value or b"") for each in outcome.publications)
    return size


if __name__ == "__main__":
    with Path(sys.argv[2]).open("rb") as file:
        lines = list(file)  # ``splitlines`` takes a twentieth of what is counted
    gc.disable()
    judge([as_record(at, line) for at, line in enumerate(lines)], CORES[sys.argv[1]])
