"""What the page of ``lag --serve`` tells of what its user may not read."""

from __future__ import annotations

import os
import time

import msgspec

from consumers.embedded.process import free_port
from tests.integration.harness import fetched
from tests.integration.prometheus import serving

NEEDS = {"group": "DESCRIBE", "input": "READ", "audit": "READ", "dead": "READ"}
_PATIENCE = 60.0


def told(environ: dict[str, str], group: str, where: str) -> str:
    """What it says of a part that it cannot know; empty where it knows all."""
    address = f"127.0.0.1:{free_port()}"
    page = serving(os.environ | environ, group, address)
    deadline = time.monotonic() + _PATIENCE
    try:
        while (said := _said(address, where)) is None:
            assert page.poll() is None, "the page has ended"
            assert time.monotonic() < deadline, f"the page says nothing of {where!r}"
            time.sleep(0.1)
    finally:
        page.terminate()
        page.wait(20)
    return said


def _said(address: str, where: str) -> str | None:
    if where == "ready":
        _, said = fetched(f"http://{address}/readyz")
        return said if "allow" in said else None
    status, said = fetched(f"http://{address}/api/desk?since=0")
    if status != 200:
        return None  # it does not listen yet
    desk = msgspec.json.decode(said)
    if where:
        found: str | None = desk["unknown"].get(where)
        return found if found and "allow" in found else None
    knows = None not in (desk["totals"]["paragraphs"], desk["totals"]["dead"])
    return "" if knows and not {"dropped", "dead"} & desk["unknown"].keys() else None
