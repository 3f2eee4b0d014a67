"""What the page of ``lag --serve`` tells of what its user may not read."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.error
import urllib.request

import msgspec

from consumers.embedded.process import free_port
from tests.integration.prometheus import LAG

NEEDS = {"group": "DESCRIBE", "input": "READ", "audit": "READ", "dead": "READ"}
_PATIENCE = 60.0


def told(environ: dict[str, str], group: str, where: str) -> str:
    """What it says of a part that it cannot know; empty where it knows all."""
    address = f"127.0.0.1:{free_port()}"
    command = [*LAG, "--group", group, "--serve", address, "--every", "1"]
    serving = subprocess.Popen(command, env=os.environ | environ, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + _PATIENCE
    try:
        while (said := _said(address, where)) is None:
            assert serving.poll() is None, "the page has ended"
            assert time.monotonic() < deadline, f"the page says nothing of {where!r}"
            time.sleep(0.1)
    finally:
        serving.terminate()
        serving.wait(20)
    return said


def _said(address: str, where: str) -> str | None:
    try:
        if where == "ready":
            said = _read(address, "/readyz")
            return said if "allow" in said else None
        desk = msgspec.json.decode(_read(address, "/api/desk?since=0"))
    except OSError:
        return None  # it does not listen yet
    if where:
        found: str | None = desk["unknown"].get(where)
        return found if found and "allow" in found else None
    knows = None not in (desk["totals"]["paragraphs"], desk["totals"]["dead"])
    return "" if knows and not {"dropped", "dead"} & desk["unknown"].keys() else None


def _read(address: str, path: str) -> str:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as answer:
            read: bytes = answer.read()
    except urllib.error.HTTPError as error:
        read = error.read()
    return read.decode()
