"""topics create and list on a real broker."""

from __future__ import annotations

import json

import pytest

from consumers.kafka_client import connection
from consumers.kafka_client import topics as kafka_topics
from consumers.kafka_client.words import Plan

pytestmark = pytest.mark.integration


def test_topics_are_created_once_with_what_keeps_records_safe(copydesk, settings, topics):
    first = json.loads(copydesk("topics", "create", "--json").stdout)
    assert [(each["topic"], each["created"], each["differs"]) for each in first["topics"]] == [
        (name, True, []) for name in (topics.input, topics.output, topics.audit, topics.dead)
    ]
    again = copydesk("topics", "create")
    assert (again.returncode, again.stdout.count("is there already")) == (0, 4)
    with connection.connect(settings) as kafka:
        found = kafka_topics.configs(kafka, [topics.input, topics.dead])
    assert found[topics.input]["cleanup.policy"] == "delete"
    assert found[topics.input]["compression.type"] == "zstd"
    assert found[topics.input]["retention.ms"] == str(30 * 86_400_000)
    assert found[topics.input]["message.timestamp.after.max.ms"] == "3600000"
    assert int(found[topics.dead]["max.message.bytes"]) > int(
        found[topics.input]["max.message.bytes"]
    )


def test_partitions_and_retention_are_settings(copydesk, topics):
    more = {"COPYDESK_PARTITIONS": "2", "COPYDESK_RETENTION": "1d", "COPYDESK_WINDOW": "3d"}
    assert copydesk("topics", "create", **more).returncode == 0
    rows = json.loads(copydesk("topics", "list", "--json").stdout)["topics"]
    days = {row["topic"]: row["retention_ms"] / 86_400_000 for row in rows}
    assert {row["partitions"] for row in rows} == {2}
    assert days == {topics.input: 3, topics.output: 1, topics.audit: 3, topics.dead: 1}


def test_topics_of_others_are_told_from_and_mended_when_asked(copydesk, settings, topics):
    with connection.connect(settings) as kafka:
        kafka_topics.create(kafka, Plan(topics.input, 1, 1, {"retention.ms": "3600000"}))
    told = copydesk("topics", "create")
    assert told.returncode == 0
    assert "retention.ms is 3600000" in told.stdout
    assert "--mend" in told.stdout
    assert "retention.ms: set" in copydesk("topics", "create", "--mend").stdout
    assert "retention.ms" not in copydesk("topics", "create").stdout


def test_list_says_which_topics_are_missing(copydesk, topics):
    done = copydesk("topics", "list")
    assert done.returncode == 0
    assert f"Not there: {topics.input}" in done.stdout
    assert json.loads(copydesk("topics", "list", "--json").stdout)["missing"][0] == topics.input


def test_the_table_of_topics_names_each_with_its_part(made, topics):
    shown = made("topics", "list").stdout
    for name, part in ((topics.input, "input"), (topics.dead, "dead")):
        assert any(name in line and part in line and "30d" in line for line in shown.splitlines())
    assert topics.input in made("topics", "list", "--all").stdout
