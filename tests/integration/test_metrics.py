"""Metrics and health of a real worker, and the lag exporter beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers import metrics
from consumers.embedded import start_kafka, start_redis
from consumers.embedded.process import free_port
from tests.conftest import Addresses, Topics
from tests.integration.harness import TAGLESS, Desk, desk, fetched
from tests.leash import Leash

pytestmark = pytest.mark.integration

LAG = [sys.executable, "-m", "consumers", "lag"]
TEXT = "A paragraph of a story that is long enough to be dropped where it comes a second time in it, whole, and from its first word to the last one."


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose worker serves its metrics."""
    web = f"127.0.0.1:{free_port()}"
    with desk(services, topics, namespace, tmp_path, **TAGLESS, COPYDESK_WEB=web) as made:
        made.make_topics()
        yield made


def test_metrics_add_up_over_processes_and_over_one_that_was_killed(
    here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = _install_broken_tagger(tmp_path / "package")
    supervisor = here.start(processes=2, TMPDIR=str(tmp_path), **broken)
    # Partitions that change hands may bring what is not committed twice: so they have all joined.
    here.wait_for(lambda: _get(here, "/readyz") == (200, "ready\n"))
    here.publish({"uri": f"urn:{i}", "body": f"{i} {TEXT}\n{i} {TEXT}"} for i in range(40))
    here.publish([{"uri": "urn:bad", "body": ""}])
    here.drained()
    (folder,) = (tmp_path / f"copydesk-{os.getuid()}/metrics").iterdir()
    files = sorted(folder.iterdir())
    os.kill(here.children(supervisor)[0], signal.SIGKILL)
    here.wait_for(lambda: "again in" in here.logs())
    here.wait_for(lambda: _get(here, "/readyz") == (200, "ready\n"))
    here.publish([{"uri": "urn:more", "body": TEXT}])
    here.drained()
    figures = _figures(_get(here, "/metrics")[1])
    assert figures['copydesk_articles_total{verdict="published"}'] == 41
    assert figures['copydesk_paragraphs_dropped_total{rule="within-single"}'] == 40
    assert figures['copydesk_dead_letters_total{reason="no-body"}'] == 1
    assert figures['copydesk_stage_seconds_count{stage="claim"}'] > 0
    assert figures['copydesk_tagger_failures_total{tagger="broken"}'] == 41, "and all published"
    starts = [v for k, v in figures.items() if k.startswith("copydesk_worker_starts")]
    assert sum(starts) == 3
    assert _get(here, "/livez") == (200, "alive\n")
    assert sorted(folder.iterdir()) == files, "a worker that came back goes on in its files"
    supervisor.kill()
    supervisor.wait()
    assert folder.exists(), "nobody was left to delete it"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv(metrics.FOLDER, "")
    with metrics.begin():
        assert not folder.exists(), "the next one does"
        assert len(list(folder.parent.iterdir())) == 1
    assert list(folder.parent.iterdir()) == []


def _install_broken_tagger(folder: Path) -> dict[str, str]:
    """What a worker's environment needs to find a newsroom's package with a tagger that raises."""
    information = folder / "our_desk-1.2.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: our-desk\nVersion: 1.2\n")
    (information / "entry_points.txt").write_text("[copydesk.taggers]\nbroken = our_desk:make\n")
    (folder / "our_desk.py").write_text("def make():\n    return lambda text: text.nothing\n")
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {"COPYDESK_TAGGERS": "broken", "PYTHONPATH": path}


def test_a_worker_that_waits_for_redis_lives_and_is_not_ready(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path
) -> None:
    redis = start_redis(tmp_path / "redis")
    web = {"COPYDESK_WEB": f"127.0.0.1:{free_port()}"}
    own = Addresses(services.kafka, f"redis://{redis.address}")
    try:
        with desk(own, topics, namespace, tmp_path, **TAGLESS, **web) as here:
            here.make_topics()
            redis.kill()
            here.start()
            here.wait_for(lambda: "waits for Redis" in _get(here, "/readyz")[1])
            redis.restart()
            here.wait_for(lambda: _get(here, "/readyz")[0] == 200)
            redis.kill()
            here.publish([{"uri": "urn:1", "body": TEXT}])
            here.wait_for(lambda: _get(here, "/readyz")[0] == 503)
            assert "waits for Redis" in _get(here, "/readyz")[1]
            assert _get(here, "/livez")[0] == 200
            redis.restart()
            here.wait_for(lambda: _get(here, "/readyz")[0] == 200)
    finally:
        redis.stop()


@pytest.mark.slow
def test_a_worker_that_kafka_has_left_lives_and_is_not_ready_even_with_nothing_in_hand(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path, leash: Leash
) -> None:
    (tmp_path / "kafka").mkdir()
    broker = start_kafka(tmp_path / "kafka")
    leash.hold(broker)
    web = {"COPYDESK_WEB": f"127.0.0.1:{free_port()}"}
    own = Addresses(broker.address, services.redis)
    try:
        with desk(own, topics, namespace, tmp_path, **TAGLESS, **web) as here:
            here.make_topics()
            here.start()
            here.wait_for(lambda: _get(here, "/readyz")[0] == 200)
            broker.kill()
            here.wait_for(lambda: "waits for Kafka" in _get(here, "/readyz")[1])
            assert _get(here, "/livez")[0] == 200
            broker.restart()
            leash.hold(broker)
            here.wait_for(lambda: _get(here, "/readyz")[0] == 200)
            here.publish([{"uri": "urn:1", "body": TEXT}])
            here.drained()
    finally:
        broker.kill()


def test_a_port_that_is_taken_is_one_clear_sentence(here: Desk) -> None:
    here.start()
    here.wait_for(lambda: _get(here, "/livez")[0] == 200)
    second = here.start()
    assert second.wait(20) == 2
    assert "COPYDESK_WEB" in here.logs()
    assert "cannot be listened on" in here.logs()


def test_the_exporter_tells_the_brokers_figures_and_the_page_shows_them(here: Desk) -> None:
    here.publish({"uri": f"urn:{i}", "body": f"{i} {TEXT}"} for i in range(30))
    worker = here.start()
    here.drained()
    here.stop(worker)
    here.publish({"uri": f"urn:late:{i}", "body": f"{i} {TEXT}"} for i in range(12))
    address = f"127.0.0.1:{free_port()}"
    exporter = subprocess.Popen(
        [*LAG, "--group", here.names.group, "--serve", address, "--every", "1"],
        env={**os.environ, **here.environ},
        stdout=subprocess.DEVNULL,
    )
    try:
        here.wait_for(lambda: fetched(f"http://{address}/readyz")[0] == 200)
        figures = _figures(fetched(f"http://{address}/metrics")[1])
        group = f'{{consumergroup="{here.names.group}",topic="{here.names.input}"}}'
        assert figures[f"kafka_consumergroup_lag_sum{group}"] == 12 == here.lag()
        told = json.loads(fetched(f"http://{address}/api/lag")[1])
        (mine,) = told["groups"]
        assert sum(p["lag"] for p in mine["partitions"]) == 12
        if shutil.which("chromium"):
            page = _page(f"http://{address}/")
            assert here.names.group in page
            lags = re.findall(r'data-name="lag">(\d+)<', page)
            assert sum(map(int, lags)) == 12
    finally:
        exporter.kill()
        exporter.wait()


def _page(url: str) -> str:
    """The page as a real browser has it after a few seconds."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=6000", url], capture_output=True, text=True, check=True
    )
    return done.stdout


def _get(here: Desk, path: str) -> tuple[int, str]:
    return fetched(f"http://{here.environ['COPYDESK_WEB']}{path}")


def _figures(text: str) -> dict[str, float]:
    rows = (line.rsplit(" ", 1) for line in text.splitlines() if line and line[0] != "#")
    return {name: float(value) for name, value in rows}
