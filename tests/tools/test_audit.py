"""What is installed is what is pinned; and the audit that says so sees what is planted."""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path

from tools.audit import audit


def install(folder: Path, name: str, version: str, licence: str, *requires: str) -> Path:
    """A distribution of one file, as an installer leaves it."""
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir()
    module = folder / f"{name}.py"
    module.write_text("x = 1\n")
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    lines += [f"License-Expression: {licence}"] if licence else []
    lines += [f"Requires-Dist: {each}" for each in requires]
    (about / "METADATA").write_text("\n".join(lines) + "\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(module.read_bytes()).digest()).rstrip(b"=")
    (folder / f"{name}.pyc").write_bytes(b"made anew")
    record = f"{name}.py,sha256={digest.decode()},6\n{name}.pyc,sha256={digest.decode()},6\n"
    (about / "RECORD").write_text(record)
    return module


def test_what_is_installed_here_is_what_is_pinned_licensed_and_unchanged():
    assert audit(sys.path) == []


def test_the_audit_sees_what_is_planted(tmp_path: Path):
    lock = tmp_path / "lock.txt"
    lock.write_text("good==1.0\nolder==1.0\nodd==1.0\nchanged==1.0\nelsewhere==1.0\n")
    install(tmp_path, "app", "1.0", "MIT", "good", "older", "stray", "odd", "changed", "gone")
    install(tmp_path, "good", "1.0", "MIT", 'never; python_version < "3"')
    install(tmp_path, "older", "2.0", "MIT")
    install(tmp_path, "stray", "1.0", "MIT")
    install(tmp_path, "odd", "1.0", "")
    install(tmp_path, "changed", "1.0", "BSD-3-Clause").write_text("x = 2\n")
    found = audit([str(tmp_path)], lock, root="app")
    assert {(each.kind, each.name) for each in found} == {
        ("unpinned", "older"),
        ("unpinned", "stray"),
        ("licence", "odd"),
        ("changed", "changed"),
        ("missing", "gone"),
    }
