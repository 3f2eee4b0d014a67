"""What a run beside is told to differ in from the live run, and that it can be forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from redis import Redis

from consumers.kafka_client import connection, groups, topics
from consumers.kafka_client.writing import writer
from processors.times import text_of
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk
from tests.integration.replays import content, copydesk, report_of, self_made, wire

pytestmark = pytest.mark.integration


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        yield made


@pytest.fixture
def one(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with topics of one partition, so that its worker goes by record time too."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(partitions=1)
        yield made


def test_a_new_rule_is_seen_in_what_it_would_have_done(one: Desk) -> None:
    here = one
    self_made(here)
    before = [content(r) for r in (*here.outputs(), *here.audits())]
    same = report_of(copydesk(here, "replay", "run", "--beside", "same", "--to-earliest", "--json"))
    assert same["items"]["equal"] == 60
    assert not any(v for k, v in same["items"].items() if k != "equal")
    other = copydesk(
        here, "replay", "run", "--beside", "lower", "--to-earliest", "--set", "drop_from=30",
        "--set", "claim_from=20", "--json", "--details", "100",
    )  # fmt: skip
    found = report_of(other)
    assert found["items"]["changed"] == 59, "the first of all owns the line"
    assert found["items"]["equal"] == 1
    assert found["items"]["dropped_only_here"] == 59
    each = found["differences"][0]
    assert each["uri"] == "urn:1"
    (paragraph,) = each["paragraphs"]
    assert paragraph["dropped"] == "here"
    assert paragraph["owner"] == "urn:0"
    assert paragraph["text"].startswith("Middling wire line")
    shown = copydesk(here, "replay", "report", "lower", "--details", "2").stdout
    assert "dropped only in the replay: Middling wire line" in shown
    assert "another source published it before, urn:0" in shown
    assert "57 more: `copydesk replay report lower --details 157`" in shown
    assert [content(r) for r in (*here.outputs(), *here.audits())] == before


def test_what_one_run_alone_publishes_is_told_with_what_became_of_it_in_the_other(
    here: Desk,
) -> None:
    start = round(time.time() * 1000) - 7_200_000
    body = "\n".join(wire(i) for i in range(3))
    here.publish([{"uri": "urn:a", "body": body}, {"uri": "urn:b", "body": body}], start=start)
    with writer(here.settings) as out:
        large = msgspec.json.encode({"uri": "urn:c", "body": "y" * 3000})
        out.send(here.names.input, b"urn:c", large, timestamp=start + 10_000)
    worker = here.start()
    here.drained()
    here.stop(worker)
    done = copydesk(
        here, "replay", "run", "--beside", "loud", "--to-earliest", "--set", "duplicates=publish",
        "--set", "max_body=2000", "--json",
    )  # fmt: skip
    found = report_of(done)
    by_uri = {each["uri"]: each for each in found["differences"]}
    assert by_uri["urn:b"]["kind"] == "only_here"
    assert by_uri["urn:b"]["there"] == "a duplicate of urn:a"
    assert by_uri["urn:c"]["kind"] == "only_there"
    assert by_uri["urn:c"]["here"] == "a dead letter (too-large)"
    assert (found["items"]["equal"], found["dead_here"], found["dead_there"]) == (1, 1, 0)


def test_what_came_before_the_range_is_judged_for_its_claims_and_not_published(
    one: Desk,
) -> None:
    here = one
    self_made(here)
    times = sorted(r.timestamp for r in here.read(here.names.input))
    # From the second article of a pair on: its wire paragraph is the first one's, before the range.
    begin = times[31]
    done = copydesk(
        here, "replay", "run", "--beside", "half", "--to-time", text_of(begin), "--json"
    )
    found = report_of(done)
    assert found["items"]["equal"] == 29
    assert found["items"]["changed"] == 0
    done = copydesk(
        here, "replay", "run", "--beside", "bare", "--to-time", text_of(begin), "--lead-in", "0",
        "--json", "--forget",
    )  # fmt: skip
    assert report_of(done)["items"]["changed"] > 0, "without a lead-in, claims are missing"


def test_forgetting_takes_away_all_that_is_the_replays_and_nothing_else(
    here: Desk, services: Addresses
) -> None:
    self_made(here)
    redis = Redis.from_url(services.redis)
    live = sorted(redis.scan_iter(f"{here.settings.namespace}{{*"))
    done = copydesk(here, "replay", "run", "--beside", "gone", "--to-earliest")
    assert done.returncode == 0, done.stderr
    mine = f"{here.settings.namespace}replay:gone:"
    assert len(list(redis.scan_iter(f"{mine}*"))) > 10
    done = copydesk(here, "replay", "forget", "gone")
    assert done.returncode == 0, done.stderr
    assert list(redis.scan_iter(f"{mine}*")) == []
    assert sorted(redis.scan_iter(f"{here.settings.namespace}{{*")) == live
    redis.close()
    with connection.connect(here.settings) as kafka:
        assert f"{here.names.group}.replay.gone" not in groups.group_names(kafka)
        there = topics.topics(kafka, [f"{here.names.output}.replay.gone", here.names.output])
    assert list(there) == [here.names.output]
    assert not list(here.folder.glob("copydesk-replay-*"))
