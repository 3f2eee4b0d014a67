"""Prometheus scrapes a worker and the exporter under load; panels have data, faults fire alerts."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator

import pytest

from consumers.embedded import start_redis
from consumers.embedded.process import free_port
from consumers.embedded.server import Server
from tests.conftest import Addresses, Topics
from tests.integration.harness import Desk, desk
from tests.integration.prometheus import Prometheus, alerts, exporter, panels, prometheus

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no prometheus here"),
]

LINE = "A paragraph of a story that is long enough to be dropped where it comes a second time in it, whole, and from its first word to the last one."
LOAD = 400


class Watched:
    """A desk with a worker, the exporter, and Prometheus over both."""

    def __init__(self, here: Desk, redis: Server, prometheus: Prometheus, exporter_at: str) -> None:
        self.here, self.redis, self.prometheus = here, redis, prometheus
        self.exporter_at = exporter_at
        self.exporter = exporter(here, exporter_at)
        self.worker = here.start()
        self._numbers = itertools.count()

    def load(self, count: int, start: int | None = None) -> None:
        """Publish articles, each with a paragraph twice."""
        self.here.publish(
            (
                {"uri": f"urn:{i}", "source": "paper", "body": f"{i} {LINE}\n{i} {LINE}"}
                for i in itertools.islice(self._numbers, count)
            ),
            start=start,
        )


@pytest.fixture(scope="module")
def watched(services: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """See ``Watched``; the load has passed, and Prometheus has seen it go through."""
    own = uuid.uuid4().hex[:12]
    names = Topics(f"raw.{own}", f"clean.{own}", f"audit.{own}", f"dead.{own}", f"group-{own}")
    folder = tmp_path_factory.mktemp("watched")
    redis = start_redis(folder / "redis")
    web, lag = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    with contextlib.ExitStack() as stack:
        stack.callback(redis.stop)
        own_services = Addresses(services.kafka, f"redis://{redis.address}")
        more = {"COPYDESK_TAGGERS": "places", "COPYDESK_WEB": web}
        here = stack.enter_context(desk(own_services, names, f"test:{own}:", folder, **more))
        here.make_topics()
        asked = stack.enter_context(
            contextlib.contextmanager(prometheus)(
                tmp_path_factory.mktemp("prometheus"), {"copydesk": web, "copydesk-lag": lag}
            )
        )
        made = Watched(here, redis, asked, lag)
        stack.callback(lambda: _end(made.exporter))
        # Counters count from what was seen before the load, so the worker must be there first.
        asked.comes(lambda: asked.figure("copydesk_store_up") == 1)
        made.load(LOAD)
        here.drained()
        yield made


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def test_every_query_of_every_panel_and_alert_has_data(watched: Watched) -> None:
    asked = watched.prometheus
    asked.comes(lambda: asked.figure('sum(copydesk_articles_total{verdict="published"})') == LOAD)
    rate = "sum(rate(copydesk_articles_total[1m]))"
    asked.comes(lambda: (asked.figure(rate) or 0.0) > 0)
    group = watched.here.names.group
    asked.comes(
        lambda: asked.figure(f'sum(kafka_consumergroup_lag{{consumergroup="{group}"}})') == 0
    )
    assert len(panels()) > 12
    assert [title for title, query in panels() if not asked.ask(query)] == []
    # The verdicts that fire are there only while a group stands: the next test has them.
    silent = {name for name, query in alerts() if not asked.ask(query)}
    assert silent == {"CopydeskGroupStands"}
    assert asked.figure("sum(copydesk_paragraphs_dropped_total)") == LOAD
    for stage in ("decode", "tag", "claim", "judge", "publish"):
        assert (asked.figure(f'sum(copydesk_stage_seconds_count{{stage="{stage}"}})') or 0) > 0
    assert asked.firing() == set()


def test_a_stall_fires_the_alerts_and_they_end_with_it(watched: Watched) -> None:
    here, asked = watched.here, watched.prometheus
    stopped = here.children(watched.worker)
    for child in stopped:
        os.kill(child, signal.SIGSTOP)
    try:
        # Written by a source that had been away: a record's age is by its own time.
        watched.load(8, start=round(time.time() * 1000) - 3_600_000)
        asked.comes(lambda: asked.firing() == {"CopydeskGroupStands", "CopydeskTimeLag"})
        (stands,) = asked.ask('ALERTS{alertname="CopydeskGroupStands",alertstate="firing"}')
        assert stands["metric"]["group"] == here.names.group
        assert stands["metric"]["verdict"] in ("stalled", "stopped")
    finally:
        for child in stopped:
            os.kill(child, signal.SIGCONT)
    here.drained()
    asked.comes(lambda: asked.firing() == set())


def test_a_feed_that_breaks_and_servers_that_are_gone_fire_their_alerts(watched: Watched) -> None:
    here, asked = watched.here, watched.prometheus
    here.publish({"uri": f"urn:bad:{i}", "body": ""} for i in range(40))
    asked.comes(lambda: "CopydeskDeadLettersRise" in asked.firing())
    watched.redis.kill()
    watched.load(8)
    asked.comes(lambda: "CopydeskStoreAway" in asked.firing())
    watched.redis.restart()
    here.drained()
    asked.comes(lambda: "CopydeskStoreAway" not in asked.firing())
    _end(watched.exporter)
    assert here.stop(watched.worker) == 0
    asked.comes(lambda: {"CopydeskWorkerDown", "CopydeskLagUnseen"} <= asked.firing())
    watched.exporter = exporter(here, watched.exporter_at)
    watched.worker = here.start()
    asked.comes(lambda: not {"CopydeskWorkerDown", "CopydeskLagUnseen"} & asked.firing())
