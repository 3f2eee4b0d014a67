"""Time and memory of one record are bounded, whatever it holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processors.hostile import VALUES

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", VALUES)
def test_a_record_made_to_hurt_is_done_within_hard_limits(name):
    done = subprocess.run(
        [sys.executable, "-m", "tests.processors.hostile", name],
        cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{name}: {done.stderr[-2000:] or done.returncode}"
    print(f"{name}: {done.stdout}")
