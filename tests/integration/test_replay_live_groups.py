"""A live group is never moved: of a plain consumer, and of Java's in both of its protocols."""

from __future__ import annotations

import shutil
import subprocess
import threading

import pytest
from kafka import KafkaConsumer

from consumers.embedded.kafka_jars import cache_directory, class_path
from consumers.kafka_client import connection, groups
from tests.integration.hands import wait_for
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


READER = """
import java.time.Duration; import java.util.List; import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
class Reader { public static void main(String[] given) throws Exception {
  Properties p = new Properties();
  p.put("bootstrap.servers", given[0]); p.put("group.id", given[2]); p.put("client.id", "java-desk");
  p.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
  p.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
  p.put("group.protocol", given[3]);
  KafkaConsumer<byte[], byte[]> c = new KafkaConsumer<>(p);
  c.subscribe(List.of(given[1]));
  while (System.in.available() == 0) c.poll(Duration.ofMillis(100));
  c.close();
} }
"""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("javac") is None, reason="a Java consumer is compiled here, and there is no javac"
)
@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        ("classic", "java-desk on 127.0.0.1"),
        ("consumer", "is live (its state is "),
    ],
)
def test_a_live_group_of_a_java_consumer_is_refused_until_it_is_gone(
    filled, settings, topics, raw, tmp_path, protocol, said
):
    (tmp_path / "Reader.java").write_text(READER)
    jars = ":".join(map(str, class_path(cache_directory())))
    process = subprocess.Popen(
        ["java", "-cp", jars, tmp_path / "Reader.java", settings.kafka, raw, topics.group, protocol],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:

        def joined():
            with connection.connect(settings) as kafka:
                return groups.group_states(kafka).get(topics.group) == "Stable"

        wait_for(joined, 90)
        move = ("replay", "run", "--to-earliest", "--undo-file", tmp_path / "undo.json")
        done = filled(*move)
        assert done.returncode == 1
        assert said in done.stderr
        process.communicate(b"enough", timeout=60)
    finally:
        process.kill()
        process.wait(30)
    done = filled(*move, "--wait", "60s")
    assert done.returncode == 0, done.stderr
    assert {n: o for n, (o, _) in stands(settings, topics.group).items()} == {0: 0, 1: 0, 2: 0}
