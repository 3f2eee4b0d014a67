"""``copydesk explain`` and ``copydesk restore`` over what a real worker published."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, body_of, desk, value_of

pytestmark = pytest.mark.integration

WIRE = (
    "A wire paragraph that both papers carry, long enough to be claimed and dropped, word by word."
)
FIRST = f"The first paper has a lead of its own, and a long one too, so that it counts as its own text.\n\n{WIRE}\n"
SECOND = f"\n The second paper leads in another way, and it is long as well, longer than a heading.\r\n\r\n{WIRE}\r\n\r\nAnd it has an ending of its own that nobody else has, in as many words as it takes. \n"


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk that has published two articles which share a paragraph, and a copy of the first."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(partitions=1)
        made.publish(
            [
                {"uri": "urn:first", "source": "paper-1", "body": FIRST},
                {"uri": "urn:second", "source": "paper-2", "title": "T", "body": SECOND},
                {"uri": "urn:copy", "source": "paper-3", "body": FIRST},
            ]
        )
        made.start()
        made.drained()
        yield made


def test_what_was_dropped_is_explained_and_comes_back_byte_for_byte(here: Desk) -> None:
    told = _run(here, "explain", "urn:second").stdout.decode()
    assert "1 dropped" in " ".join(told.split())
    assert "urn:first" in told
    audit = json.loads(_run(here, "explain", "urn:second", "--json").stdout)
    (gone,) = [p for p in audit["paragraphs"] if p["verdict"] == "dropped"]
    assert gone["owner"]["uri"] == "urn:first"
    assert SECOND[gone["start"] : gone["end"]] == WIRE
    assert _run(here, "restore", "urn:second").stdout == SECOND.encode()


def test_a_suppressed_duplicate_is_explained_and_comes_back_too(here: Desk) -> None:
    assert b"urn:copy" not in {r.key for r in here.outputs()}
    assert "a duplicate of another article" in _run(here, "explain", "urn:copy").stdout.decode()
    assert _run(here, "restore", "urn:copy").stdout == FIRST.encode()


def test_a_restored_item_goes_to_the_output_topic_whole_and_marked(here: Desk) -> None:
    _run(here, "restore", "--publish", "urn:second")
    _run(here, "restore", "--publish", "urn:copy")
    restored = {r.key: r for r in here.outputs() if r.header("copydesk-restored")}
    assert body_of(restored[b"urn:second"]) == SECOND
    assert value_of(restored[b"urn:second"])["headlines"][0]["value"] == "T"
    assert body_of(restored[b"urn:copy"]) == FIRST


def test_an_article_that_was_withdrawn_since_is_sent_on_only_where_that_is_said(here: Desk) -> None:
    origin = json.loads(_run(here, "explain", "urn:second", "--json").stdout)["origin"]
    here.publish([{"uri": "urn:second", "pubStatus": "canceled"}])
    here.drained()
    refused = _run(here, "restore", "--publish", "urn:second", "--origin", origin, check=False)
    assert refused.returncode == 1
    assert b"'urn:second' was withdrawn at 2" in refused.stderr
    assert value_of(here.outputs()[-1])["pubStatus"] == "canceled", "nothing was sent"
    assert _run(here, "restore", "urn:second", "--origin", origin).stdout == SECOND.encode()
    _run(
        here, "restore", "--publish", "--though-withdrawn", "urn:second", "--origin", origin,
    )  # fmt: skip
    assert body_of(here.outputs()[-1]) == SECOND
    here.publish([{"uri": "urn:second", "source": "paper-2", "version": "2", "body": SECOND}])
    here.drained()
    sent = len(here.outputs())
    _run(here, "restore", "--publish", "urn:second")
    assert len(here.outputs()) == sent + 1, "what came after the withdrawal stands"


def test_an_article_that_was_never_there_is_said_to_be_so_in_a_sentence(here: Desk) -> None:
    for verb in ("explain", "restore"):
        done = _run(here, verb, "urn:never", check=False)
        assert done.returncode == 1
        assert b"never processed" in done.stderr
        assert b"Traceback" not in done.stderr


def _run(here: Desk, *words: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "consumers", *words]
    done = subprocess.run(
        command,
        env={**here.environ, "PATH": "", "COLUMNS": "120"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stderr
    return done
