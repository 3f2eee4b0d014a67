"""A live group is never moved: of a plain consumer, and of Java's in both of its protocols."""

from __future__ import annotations

import threading

import pytest
from kafka import KafkaConsumer

from consumers.kafka_client import connection, groups
from tests.integration.hands import wait_for
from tests.integration.java import console_consumer
from tests.integration.replays import fill_three, stands

pytestmark = pytest.mark.integration


@pytest.fixture
def filled(raw, settings, topics, copydesk):
    """Three partitions of ten records, a second apart, and a group that has read eight of each."""
    fill_three(settings, raw, topics.group)
    return copydesk


def test_a_live_group_of_a_plain_consumer_is_refused_by_name_until_it_is_gone(
    filled, settings, topics, raw, tmp_path
):
    before = stands(settings, topics.group)
    consumer = KafkaConsumer(
        raw, bootstrap_servers=settings.kafka, group_id=topics.group, client_id="the-night-desk",
        enable_auto_commit=False,
    )  # fmt: skip
    stop = threading.Event()

    def poll():
        while not stop.is_set():
            consumer.poll(timeout_ms=100)

    polling = threading.Thread(target=poll)
    polling.start()
    try:
        wait_for(lambda: len(consumer.assignment()) == 3)
        done = filled("replay", "run", "--to-earliest", "--undo-file", tmp_path / "undo.json")
        assert done.returncode == 1
        assert "is live (1 in it: the-night-desk on 127.0.0.1" in done.stderr
        assert f"{raw}/0, {raw}/1, {raw}/2" in done.stderr
        assert not (tmp_path / "undo.json").exists()
        shown = filled("replay", "plan", "--to-earliest")
        assert (shown.returncode, "the group is live (the-night-desk)" in shown.stderr) == (0, True)
    finally:
        stop.set()
        polling.join()
        consumer.close(autocommit=False)
    assert stands(settings, topics.group) == before
    done = filled(
        "replay", "run", "--to-earliest", "--undo-file", tmp_path / "undo.json", "--wait", "20s"
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_live_group_of_a_java_consumer_is_refused_until_it_is_gone(
    filled, settings, topics, raw, tmp_path, protocol
):
    move = ("replay", "run", "--to-earliest", "--undo-file", tmp_path / "undo.json")
    log = tmp_path / "java.log"
    with console_consumer(settings.kafka, raw, topics.group, protocol, log) as process:

        def has_read_all():
            # Not before: a group is Stable before its member has taken its partitions, and what
            # it commits when it ends would come from there.
            with connection.connect(settings) as kafka:
                told = groups.groups(kafka, [topics.group])[topics.group]
                done = groups.committed(kafka, [topics.group])[topics.group]
            held = [len(each.places) for each in told.members]
            return held == [3] and {each.offset for each in done.values()} == {10}

        wait_for(has_read_all, 90)
        done = filled(*move)
        assert done.returncode == 1, done.stderr
        assert "is live (1 in it: java-desk on 127.0.0.1" in done.stderr
        assert f"{raw}/0, {raw}/1, {raw}/2" in done.stderr
        assert not (tmp_path / "undo.json").exists()
        process.terminate()
        assert process.wait(60) == 143, log.read_text()[-2000:]
    done = filled(*move, "--wait", "60s")
    assert done.returncode == 0, done.stderr + log.read_text()[-2000:]
    assert {n: o for n, (o, _) in stands(settings, topics.group).items()} == {0: 0, 1: 0, 2: 0}
    undone = filled("replay", "undo", tmp_path / "undo.json")
    assert undone.returncode == 0, undone.stderr
    assert {n: o for n, (o, _) in stands(settings, topics.group).items()} == {0: 10, 1: 10, 2: 10}
