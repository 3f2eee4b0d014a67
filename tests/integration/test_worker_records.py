"""What records may hold: bad ones between good ones, too large ones, transactions, withdrawals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from consumers.kafka_client import connection, groups
from consumers.kafka_client.writing import writer
from processors.records import Record
from tests.conftest import Addresses, Topics
from tests.integration.bad_records import BAD
from tests.integration.harness import TAGLESS, Desk, body_of, desk, value_of

pytestmark = pytest.mark.integration

GOOD = "A paragraph of quite ordinary length that stands for the article number"


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made and small limits, its workers without taggers."""
    limits = {"COPYDESK_MAX_BODY": "5000", "COPYDESK_MAX_PARAGRAPHS": "50"}
    with desk(services, topics, namespace, tmp_path, **TAGLESS, **limits) as made:
        yield made


def test_twenty_kinds_of_bad_record_die_with_a_reason_and_every_neighbour_is_published(
    here: Desk,
) -> None:
    here.make_topics()
    own = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    with writer(here.settings) as sending:
        for i, (value, headers, _, _) in enumerate(BAD):
            for number, what in ((f"urn:bad:{i}", value), (f"urn:good:{i}", _good(i))):
                sending.send(
                    here.names.input, number.encode(), what, headers=(*headers, own) if what is value else (own,),
                    partition=i % 4,
                )  # fmt: skip
    here.start()
    here.drained()
    letters = {(r.key or b"").decode(): r for r in here.dead()}
    for i, (value, headers, reason, why) in enumerate(BAD):
        letter = letters[f"urn:bad:{i}"]
        assert letter.header("copydesk-reason") == reason.encode(), (why, letter.headers)
        assert letter.value == value, why
        assert letter.headers[: len(headers) + 1] == (*headers, own), why
        assert letter.partition == i % 4, why
        assert letter.header("__connect.errors.topic") == here.names.input.encode()
        assert letter.header("__connect.errors.partition") == str(i % 4).encode()
        assert len(letter.header("__connect.errors.exception.message") or b"") > 20, why
    assert len(letters) == len(BAD) == 20
    assert {r.key for r in here.outputs()} == {f"urn:good:{i}".encode() for i in range(20)}
    assert all(r.header("traceparent") == own[1] for r in here.outputs())


def test_a_record_whose_item_would_be_too_large_dies_and_owns_nothing(here: Desk) -> None:
    here.environ["COPYDESK_MAX_BODY"] = "5000000"
    here.environ["COPYDESK_MAX_PARAGRAPHS"] = "5000"
    here.make_topics(max_message_bytes="20000")
    shared = "A wire paragraph that both articles carry, long enough to be claimed by whoever comes first."
    large = [shared, *(f"{i} {GOOD}" for i in range(400))]
    here.publish([{"uri": "urn:large", "body": "\n".join(large)}])
    here.publish([{"uri": "urn:small", "body": f"{GOOD} small\n{shared}"}])
    here.start()
    here.drained()
    (letter,) = here.dead()
    assert letter.key == b"urn:large"
    assert letter.header("copydesk-reason") in (b"too-large-output", b"too-large-audit")
    assert b"max.message.bytes" in (letter.header("__connect.errors.exception.message") or b"")
    (item,) = here.outputs()
    assert shared in body_of(item), "the dead record owns nothing"


def test_aborted_records_are_never_read_and_their_gaps_hold_nothing_up(here: Desk) -> None:
    kafka = pytest.importorskip("kafka")
    here.make_topics(partitions=1)
    producer = kafka.KafkaProducer(
        bootstrap_servers=here.settings.kafka, transactional_id=here.names.group
    )
    producer.init_transactions()
    for i in range(30):
        producer.begin_transaction()
        for k in range(3):
            uri = f"urn:{'kept' if i % 3 else 'aborted'}:{i}:{k}"
            value = msgspec.json.encode({"uri": uri, "body": f"{GOOD} {i} {k}"})
            producer.send(here.names.input, key=uri.encode(), value=value)
        producer.flush()
        (producer.commit_transaction if i % 3 else producer.abort_transaction)()
    producer.close()
    here.start()
    wanted = {f"urn:kept:{i}:{k}".encode() for i in range(30) if i % 3 for k in range(3)}
    here.wait_for(lambda: {r.key for r in here.outputs()} == wanted)
    here.drained()


def test_a_withdrawal_takes_the_article_back_and_frees_its_paragraphs(here: Desk) -> None:
    here.make_topics(partitions=1)
    body = "\n".join(f"{i} {GOOD} of the withdrawn story" for i in range(4))
    lead = f"The second story has a lead of its own. {GOOD}"
    with writer(here.settings) as sending:

        def send(uri: str, value: bytes | None, time: int) -> None:
            sending.send(here.names.input, uri.encode(), value, timestamp=time)

        send("urn:gone", msgspec.json.encode({"uri": "urn:gone", "body": body}), 1_700_000_000_000)
        send("urn:gone", None, 1_700_000_010_000)
        other = {"uri": "urn:other", "body": f"{lead}\n{body}"}
        send("urn:other", msgspec.json.encode(other), 1_700_000_020_000)
        late = {"uri": "urn:gone", "body": body}
        send("urn:gone", msgspec.json.encode(late), 1_700_000_005_000)
    here.start()
    here.drained()
    items = here.outputs()
    statuses = [(r.key, value_of(r)["pubStatus"]) for r in items]
    assert statuses == [
        (b"urn:gone", "usable"),
        (b"urn:gone", "canceled"),
        (b"urn:other", "usable"),
        (b"urn:gone", "canceled"),
    ]
    assert body_of(items[2]) == f"{lead}\n{body}", "the withdrawn story's claims are void"
    assert "bodies" not in value_of(items[1])


def test_a_flood_of_bad_records_stops_the_worker_and_is_left_uncommitted(here: Desk) -> None:
    here.make_topics(partitions=1)
    here.environ["COPYDESK_BAD_IN_A_ROW"] = "10"
    here.environ["COPYDESK_BATCH"] = "8"
    here.publish({"uri": f"urn:good:{i}", "body": f"{GOOD} {i}"} for i in range(5))
    with writer(here.settings) as sending:
        for i in range(40):
            sending.send(here.names.input, b"k%d" % i, b'{"broken": ')
    worker = here.start()
    assert worker.wait(40) == 1
    assert "more than 10 bad records in a row from offset 5" in here.logs()
    assert "'cut-off'" in here.logs()
    with connection.connect(here.settings) as kafka:
        done = groups.committed(kafka, [here.names.group])[here.names.group]
    assert done[here.place(0)].offset == 5
    assert {r.key for r in here.outputs()} == {f"urn:good:{i}".encode() for i in range(5)}


def test_publishing_without_the_store_drops_only_within_the_article_and_says_so(here: Desk) -> None:
    here.make_topics()
    here.environ["COPYDESK_REDIS"] = "redis://127.0.0.1:1"
    here.environ["COPYDESK_STORE_DOWN"] = "publish"
    block = "\n".join(
        f"{i} {GOOD} of a repeated block, long enough to be dropped" for i in range(3)
    )
    here.publish({"uri": f"urn:{i}", "body": f"{block}\n{block}"} for i in range(3))
    here.start()
    here.drained()
    for record in here.outputs():
        assert record.header("copydesk-dedupe") == b"skipped"
        assert body_of(record) == block
    assert all(value_of(r)["dedupe"] == "skipped" for r in here.audits())


def _good(i: int) -> bytes:
    return json.dumps({"uri": f"urn:good:{i}", "body": f"{GOOD} {i}"}).encode()


def _keys(records: list[Record]) -> set[bytes | None]:
    return {record.key for record in records}
