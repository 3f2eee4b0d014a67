"""What the page's tests share: an exporter, the groups that it is asked of, and the page opened."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from consumers.embedded.process import free_port
from consumers.kafka_client.writing import writer
from consumers.settings import Settings
from tests.integration.hands import wait_for
from tests.integration.page.browser import Browser

#: The partitions' rows, each by the names of its cells.
ROWS = """[...document.querySelectorAll('#partitions tbody tr')].map(row =>
  Object.fromEntries([...row.cells].map(cell => [cell.dataset.name, cell.textContent])))"""
#: A name that would run if it were ever taken for markup.
HOSTILE = '<img src="/stolen" onerror="window.hit = 1"><script>window.hit = 1</script>'
ARABIC = "غرفة الأخبار"


class Scene(msgspec.Struct):
    """An exporter, and the groups that it is asked of, all of them behind on one topic."""

    address: str
    settings: Settings
    topic: str
    group: str
    hostile: str
    arabic: str


@contextlib.contextmanager
def served(settings: Settings, *arguments: str, **more: str) -> Iterator[str]:
    """The address of ``copydesk lag --serve`` with these settings."""
    own = {
        f"COPYDESK_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
        for name in (
            "kafka",
            "redis",
            "input",
            "output",
            "audit",
            "dead",
            "group",
            "web",
            "web_token",
        )
        if (value := getattr(settings, name))
    }
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    address = f"127.0.0.1:{free_port()}"
    exporter = subprocess.Popen(
        [sys.executable, "-m", "consumers", "lag", "--serve", address, "--every", "1", *arguments],
        env={**clean, **own, **more},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: fetch(f"http://{address}/livez")[0] == 200)
        yield f"http://{address}"
    finally:
        exporter.kill()
        exporter.wait()


def fetch(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def write(settings: Settings, topic: str, count: int) -> None:
    with writer(settings) as out:
        for number in range(count):
            out.send(topic, b"%d" % number, b"value")


def show(page: Browser, address: str, group: str, rows: int = 1) -> None:
    """Open the page at a group, and wait until its partitions are there."""
    page.open("about:blank")
    page.requests.clear()
    page.faults.clear()
    page.open(f"{address}/#group={quote(group)}")
    page.wait_for(
        f"document.getElementById('group-title').textContent.includes({json.dumps(group)})"
    )
    page.wait_for(f"document.querySelectorAll('#partitions tbody tr').length >= {rows}")
