"""An outside client, Debian's kcat, publishes to the input topic and reads the clean one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed here"),
]


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        yield made


def test_what_kcat_publishes_is_cleaned_and_what_is_cleaned_kcat_reads(here: Desk) -> None:
    block = "A paragraph of a story from another program altogether, long enough to be dropped."
    body = f"{block}\nSecond {block}\n{block}\nSecond {block}"
    value = json.dumps({"uri": "urn:kcat:1", "body": body})
    _kcat(
        here,
        ["-P", "-t", here.names.input, "-K", "\t", "-H", "traceparent=00-aa-bb-01"],
        f"urn:kcat:1\t{value}\nurn:kcat:2\tplain text, not JSON at all\n",
    )
    here.start()
    here.drained()
    out = _kcat(here, ["-C", "-e", "-q", "-t", here.names.output, "-f", "%k\t%h\t%s\n"], "")
    rows = {
        key: (headers, json.loads(item)) for key, headers, item in map(_split, out.splitlines())
    }
    headers, item = rows["urn:kcat:1"]
    assert item["bodies"][0]["value"] == f"{block}\nSecond {block}"
    assert "traceparent=00-aa-bb-01" in headers
    assert "copydesk-dropped=2" in headers
    assert rows["urn:kcat:2"][1]["bodies"][0]["value"] == "plain text, not JSON at all"


def _split(line: str) -> tuple[str, str, str]:
    key, headers, item = line.split("\t", 2)
    return key, headers, item


def _kcat(here: Desk, options: list[str], given: str) -> str:
    command = ["kcat", "-b", here.settings.kafka, *options]
    done = subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout
