"""A replay in place: planned, refused, carried out and undone, on a real broker with real groups."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk
from tests.integration.replays import content, fill_three, put, stands
from tests.integration.replays import copydesk as command

pytestmark = pytest.mark.integration

GOOD = "A paragraph of quite ordinary length that stands for the article number"


@pytest.fixture
def filled(raw, settings, topics, copydesk):
    """Three partitions of ten records, a second apart, and a group that has read eight of each."""
    fill_three(settings, raw, topics.group)
    return copydesk


def test_a_plan_changes_nothing_and_says_from_where_to_where(filled, settings, topics):
    before = stands(settings, topics.group)
    done = filled("replay", "plan", "--to-time", "2023-11-14T22:13:25Z", "--json")
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert [(m["before"], m["after"], m["records"]) for m in plan["moves"]] == [(8, 5, 3)] * 3
    assert {m["after_time"] for m in plan["moves"]} == {1_700_000_005_000}
    assert {m["before_time"] for m in plan["moves"]} == {1_700_000_007_000}
    assert plan["claims"] == "over", "these records are years old"
    shown = filled("replay", "plan", "--to-time", "2023-11-14T22:13:25Z").stdout
    assert "9 records at most are read again" in shown
    assert "2023-11-14T22:13:25.000Z" in shown
    assert stands(settings, topics.group) == before


@pytest.mark.parametrize(
    ("arguments", "offsets"),
    [
        (("--to-earliest",), {0: 0, 1: 0, 2: 0}),
        (("--to-offset", "3", "--partition", "1"), {0: 8, 1: 3, 2: 8}),
        (("--to-time", "2023-11-14T22:13:24.500Z"), {0: 5, 1: 5, 2: 5}),
        (("--to-uri", "urn:1:4"), {0: 4, 1: 4, 2: 4}),
        (("--by", "40000d"), {0: 0, 1: 0, 2: 0}),
    ],
)
def test_run_moves_the_group_and_undo_restores_it_exactly(
    filled, settings, topics, tmp_path, arguments, offsets
):
    before = stands(settings, topics.group)
    file = tmp_path / "undo.json"
    done = filled("replay", "run", *arguments, "--undo-file", file)
    assert done.returncode == 0, done.stderr
    assert {n: offset for n, (offset, _) in stands(settings, topics.group).items()} == offsets
    assert f"copydesk replay undo {file}" in done.stdout
    done = filled("replay", "undo", file)
    assert done.returncode == 0, done.stderr
    assert stands(settings, topics.group) == before, "the notes of the commits too"


def test_a_group_that_had_never_read_a_partition_has_not_read_it_after_undo(
    raw, settings, topics, copydesk, tmp_path
):
    with writer(settings) as out:
        for i in range(4):
            out.send(raw, b"k", b"v%d" % i, partition=0)
    file = tmp_path / "undo.json"
    done = copydesk("replay", "run", "--to-offset", "2", "--skip", "--undo-file", file)
    assert done.returncode == 0, done.stderr
    assert "2 offsets are skipped and will never be read" in done.stderr
    assert stands(settings, topics.group)[0][0] == 2
    assert copydesk("replay", "undo", file).returncode == 0
    assert stands(settings, topics.group) == {}


def test_a_time_past_the_end_is_said_and_moves_nothing(filled, settings, topics):
    before = stands(settings, topics.group)
    done = filled("replay", "run", "--to-time", "2030-01-01")
    assert done.returncode == 0
    assert done.stderr.count("no record is that young: past the end of the partition") == 3
    assert "nothing to move" in done.stdout
    assert stands(settings, topics.group) == before


def test_an_offset_that_is_no_longer_kept_is_said(filled, settings, raw, topics, tmp_path):
    from kafka import KafkaAdminClient
    from kafka.structs import TopicPartition

    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    admin.delete_records({TopicPartition(raw, 0): 4})
    admin.close()
    done = filled("replay", "run", "--to-offset", "1", "--undo-file", tmp_path / "undo.json")
    assert f"{raw}/0: offset 1 is no longer kept: the first that is, is 4" in done.stderr
    assert {n: o for n, (o, _) in stands(settings, topics.group).items()} == {0: 4, 1: 1, 2: 1}


def test_a_uri_without_a_record_is_a_sentence(filled):
    done = filled("replay", "plan", "--to-uri", "urn:nowhere")
    assert done.returncode == 1
    assert "no record of 'urn:nowhere' is kept" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say where to"),
        (("--to-earliest", "--to-offset", "1"), "exclude another"),
        (("--to-earliest", "--partition", "9"), "there is no partition"),
        (("--to-earliest", "--partition", "x"), "takes a number"),
        (("--to-time", "yesterday"), "is not a time"),
        (("--by", "a while"), "is not a duration"),
        (("--to-earliest", "--set", "drop_from=3"), "go with --beside"),
    ],
)
def test_a_wrong_use_is_said(filled, arguments, said):
    done = filled("replay", "plan", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_an_undo_file_of_another_cluster_or_kind_moves_nothing(filled, settings, topics, tmp_path):
    file = tmp_path / "undo.json"
    assert filled("replay", "run", "--to-earliest", "--undo-file", file).returncode == 0
    moved = stands(settings, topics.group)
    content = json.loads(file.read_text())
    for change, said in (({"cluster_id": "other"}, "cluster 'other'"), ({"copydesk": "x"}, "kind")):
        other = tmp_path / "other.json"
        other.write_text(json.dumps(content | change))
        done = filled("replay", "undo", other)
        assert done.returncode in (1, 2)
        assert said in done.stderr
    other.write_text("{}")
    assert "is no undo file" in filled("replay", "undo", other).stderr
    again = filled("replay", "run", "--to-offset", "0", "--undo-file", file)
    assert "nothing to move" in again.stdout
    put(settings, topics.group, {Place(settings.input[0], 0): 5})
    again = filled("replay", "run", "--to-offset", "0", "--undo-file", file)
    assert again.returncode == 2, "an undo file is never written over"
    assert stands(settings, topics.group)[0][0] == 5
    assert moved[1][0] == 0


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made, its workers without taggers."""
    with desk(services, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics()
        yield made


def test_a_replay_in_the_live_namespace_reproduces_the_live_output_while_its_claims_live(
    here: Desk, tmp_path: Path
) -> None:
    start = round(time.time() * 1000) - 3_600_000
    wire = [f"Wire paragraph {i} {GOOD}, sent to every paper of the land." for i in range(12)]
    here.publish(
        [
            {
                "uri": f"urn:{i // 2}",
                "version": str(i % 2),
                "source": f"paper-{i % 3}",
                "body": "\n".join([f"{i // 2} {GOOD}, own", *wire[i % 7 : i % 7 + 4]]),
            }
            for i in range(80)
        ],
        start=start,
    )
    worker = here.start()
    here.drained()
    assert here.stop(worker) == 0
    outputs, audits = here.outputs(), here.audits()
    assert any(r.header("copydesk-dropped") != b"0" for r in outputs)
    done = command(here, "replay", "run", "--to-earliest", "--undo-file", tmp_path / "u.json")
    assert done.returncode == 0, done.stderr
    assert "claims in" in done.stdout
    assert ": live: what is read again comes out as it did" in done.stdout
    assert here.lag() == 80
    here.start()
    here.drained()
    assert sorted(map(content, here.outputs())) == sorted(2 * list(map(content, outputs)))
    assert sorted(map(content, here.audits())) == sorted(2 * list(map(content, audits)))
