"""A small batch that unfolds into one huge record: it ends as a dead letter, and delays nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaProducer

from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MEGABYTES = 50


@pytest.fixture
def made(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as one:
        one.make_topics(1)
        yield one


def test_one_paragraph_of_50_mb_in_a_compressed_batch_is_a_dead_letter(made: Desk) -> None:
    """The broker measures batches as they are compressed: what they unfold to it lets through."""
    body = "word and " * (MEGABYTES * 1_000_000 // 9)
    worker = made.start()
    made.publish([{"uri": "urn:before", "body": "An article that came before."}])
    sending = KafkaProducer(
        bootstrap_servers=made.settings.kafka, compression_type="gzip",
        max_request_size=1 << 30, max_block_ms=120_000,
    )  # fmt: skip
    value = json.dumps({"uri": "urn:bomb", "body": body}).encode()
    sending.send(made.names.input, key=b"urn:bomb", value=value).get(120)
    sending.close()
    made.publish([{"uri": "urn:after", "body": "An article that came after."}])
    made.drained(150)
    assert [record.key for record in made.outputs()] == [b"urn:before", b"urn:after"]
    (dead,) = made.dead()
    told = dict(dead.headers)
    assert (dead.key, told["copydesk-reason"]) == (b"urn:bomb", b"too-large")
    assert told["copydesk-left-out"] == b"%d" % len(value), (
        "it does not fit the dead letters' topic"
    )
    (child,) = made.children(worker)
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{child}/status").read_text())
    print(f"peak {int(peak) >> 10} MB")
    assert int(peak) >> 10 < 12 * MEGABYTES
    assert made.stop(worker) == 0
