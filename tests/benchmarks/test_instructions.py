"""The core does not become slower unnoticed: instructions an article, against those on record.

A count, not a time: it does not depend on what else the machine does. Where a change is worth its
price, record it with ``python -m tests.benchmarks.instructions`` and say so in the commit.
"""

from __future__ import annotations

import platform
import shutil

import msgspec
import pytest

from tests.benchmarks.instructions import RECORDED, Counts, count, here

TOLERANCE = 0.10


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["transport", "whole"])
def test_an_article_takes_no_more_instructions_than_on_record(mode: str):
    recorded = msgspec.json.decode(RECORDED.read_bytes(), type=Counts)
    now = here()
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed; it counts the instructions")
    if (now.python, now.machine, now.msgspec) != (
        recorded.python,
        recorded.machine,
        recorded.msgspec,
    ):
        pytest.skip(
            f"recorded on Python {recorded.python}, {recorded.machine}, msgspec "
            f"{recorded.msgspec}; this is Python {platform.python_version()}"
        )
    taken = count(mode)[mode]
    limit = recorded.instructions[mode]
    print(f"{mode}: {taken:,} instructions an article, {limit:,} on record")
    assert taken <= limit * (1 + TOLERANCE), (
        f"{mode} takes {taken / limit - 1:.0%} more than before"
    )
