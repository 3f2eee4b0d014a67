"""Resolve the dependencies in pyproject.toml and write requirements/*.txt with their hashes.

Run by hand (``make pins``) when a dependency changes; needs ``uv`` on the PATH or beside this
Python, and a package index. Rules of what it writes: every transitive dependency, each at one
version a Python, with the sha256 of every file of that version, so that one lock serves Python
3.11 to 3.13 on Linux and macOS; the locks agree with each other; no address, host or path, so
that any index or mirror serves them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
WIDEST = "dev"
#: name of the lock -> what it is for, and where its packages are asked for. The widest comes
#: first, and holds the others to its versions.
CONTENTS = {
    "dev": (
        "Everything: to run, build, test and lint.",
        ["pyproject.toml", "--all-extras", "--group", "dev"],
    ),
    "runtime": ("What the worker needs, and nothing else.", ["pyproject.toml"]),
    "build": ("What makes the wheel.", ["--group", "build"]),
    "tables": ("What tools/ makes the data files from.", ["--group", "tables"]),
}
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--quiet"),
)
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|^-[if]\s|\s@\s", re.MULTILINE)


def compiler() -> str:
    """The path of uv; exits with a sentence where there is none."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        sys.exit("pin: uv resolves the versions, and is not here: pip install uv")
    return found


def resolve(name: str, wanted: list[str], *, upgrade: bool) -> str:
    """The text of one lock. Versions pinned before stay, unless ``upgrade``."""
    lock = LOCKS / f"{name}.txt"
    command = [compiler(), "pip", "compile", *wanted, *OPTIONS, "--output-file", str(lock)]
    if name != WIDEST:
        command += ["--constraints", str(LOCKS / f"{WIDEST}.txt")]
    if upgrade:
        command.append("--upgrade")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"pin: cannot resolve {name}:\n{done.stderr}")
    return lock.read_text(encoding="utf-8")


def main() -> None:
    """Write the locks; refuse one that names an address."""
    parser = argparse.ArgumentParser(description="Write requirements/*.txt from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    arguments = parser.parse_args()
    LOCKS.mkdir(exist_ok=True)
    for name, (purpose, wanted) in CONTENTS.items():
        text = resolve(name, wanted, upgrade=arguments.upgrade)
        body = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
        found = ADDRESS.search(body)
        if found:
            sys.exit(f"pin: {name} would name an address: {found.group()!r}")
        head = f"# {purpose}\n# Written by 'make pins' from pyproject.toml, not by hand.\n"
        (LOCKS / f"{name}.txt").write_text(head + body, encoding="utf-8")
        packages = sum(1 for line in body.splitlines() if line[:1].isalnum())
        print(f"pin: requirements/{name}.txt: {packages} packages")


if __name__ == "__main__":
    main()
