"""The project's own files, read for the tests that hold them to the rules of the house."""

from __future__ import annotations

import ast
import functools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("consumers", "processors", "tests", "tools")


def modules(*rooms: str) -> list[Path]:
    """Every Python file of these rooms, relative to the root."""
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    assert found, f"no Python files under {rooms}: is this run from a checkout?"
    return [path.relative_to(ROOT) for path in found]


@functools.cache
def parsed(module: Path) -> ast.Module:
    """The syntax tree of a file given relative to the root."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


def imports(module: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that a file imports, at its top or inside functions."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def tracked() -> list[Path]:
    """What git keeps, relative to the root; skips the test where this is not a checkout."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed, so nobody knows which files are kept")
    done = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a git checkout, so there are no tracked files to look at")
    return [Path(name) for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
