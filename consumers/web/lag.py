"""``copydesk lag --serve``: the lag of every group as a page, as JSON and for Prometheus.

The names of the metrics are those that existing dashboards ask for: kafka_exporter's, and
kafka-lag-exporter's for the seconds. What is not known is left out, never zero.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from typing import Any

import click
import msgspec

from consumers import metrics, resources
from consumers.errors import CopydeskError, Unreachable
from consumers.kafka_client import connection
from consumers.lag.report import Report, told, total
from consumers.lag.watch import Watch
from consumers.settings import Settings
from consumers.web.server import Reply, start, text

#: Looks without an answer after which the exporter says that it is not ready.
_STALE = 3
_PAGES = {
    "/": ("lag.html", "text/html; charset=utf-8"),
    "/lag.css": ("lag.css", "text/css; charset=utf-8"),
    "/lag.js": ("lag.js", "text/javascript; charset=utf-8"),
}

Row = tuple[str, str, dict[str, str], float]


class Exporter:
    """Looks at the cluster every few seconds and remembers the last answer."""

    def __init__(self, settings: Settings, names: Collection[str], topics: Collection[str]) -> None:
        self._settings = settings
        self._watch = Watch(names, topics, every_topic=not topics)
        self._lock = threading.Lock()
        self._seen = 0.0
        self._fault = "it has not looked yet"
        # Whether Kafka answered last: a group that is not there yet is no fault of Kafka's.
        self._up: bool | None = None

    def run(self, every: float) -> None:
        """Look until the process ends; Kafka away is said, and tried again."""
        while True:
            try:
                with connection.connect(self._settings) as kafka:
                    while True:
                        with self._lock:
                            self._watch.look(kafka)
                            self._seen, self._fault, self._up = time.time(), "", True
                        time.sleep(every)
            except CopydeskError as fault:
                self._fault, self._up = str(fault), not isinstance(fault, Unreachable)
                time.sleep(every)

    def ready(self, every: float) -> Reply:
        """503 with the reason in words while Kafka does not answer."""
        if self._fault:
            return text(503, self._fault)
        old = time.time() - self._seen
        return (
            text(503, f"no answer for {old:.0f} s") if old > every * _STALE else text(200, "ready")
        )

    def api(self) -> Reply:
        """``/api/lag``: the groups as ``copydesk lag --json`` has them, and when they were seen."""
        value: dict[str, Any] = {
            "seen": self._seen,
            "fault": self._fault or None,
            "groups": [told(report) for report in self._reports()],
        }
        return 200, "application/json", msgspec.json.encode(value)

    def exposed(self) -> Reply:
        """``/metrics``; without an answer from Kafka there are no figures, rather than old ones."""
        rows: list[Row] = []
        if self._up is not None:
            rows.append(("copydesk_lag_up", "1 where Kafka answered last.", {}, float(self._up)))
        if not self._fault:
            rows += self._rows()
        return 200, metrics.CONTENT_TYPE, metrics.table(rows)

    def _reports(self) -> list[Report]:
        with self._lock:
            return self._watch.reports(int(time.time() * 1000))

    def _rows(self) -> Iterator[Row]:
        for report in self._reports():
            yield from rows_of(report)
        with self._lock:
            seen = self._watch.history.last
        if seen is None:
            return
        for place, end in seen.ends.items():
            where = {"topic": place.topic, "partition": str(place.partition)}
            yield "kafka_topic_partition_current_offset", "The end of a partition.", where, end
        for place, first in seen.starts.items():
            where = {"topic": place.topic, "partition": str(place.partition)}
            yield "kafka_topic_partition_oldest_offset", "Its oldest offset.", where, first


def rows_of(report: Report) -> Iterator[Row]:
    """One group's figures; what is not known is left out."""
    by_topic: dict[str, list[int | None]] = {}
    for each in report.standings:
        by_topic.setdefault(each.place.topic, []).append(each.judged.lag)
        where = {
            "consumergroup": report.group,
            "topic": each.place.topic,
            "partition": str(each.place.partition),
        }
        if each.judged.lag is not None:
            yield "kafka_consumergroup_lag", "Unread offsets.", where, each.judged.lag
        if each.judged.committed is not None:
            told_by = "The committed offset."
            yield "kafka_consumergroup_current_offset", told_by, where, each.judged.committed
        if each.judged.lag_seconds is not None:
            told_by = "The age of the oldest unread record, in seconds."
            named = {"group": report.group} | {k: where[k] for k in ("topic", "partition")}
            yield "kafka_consumergroup_group_lag_seconds", told_by, named, each.judged.lag_seconds
    for topic, lags in by_topic.items():
        if (lag := total(lags)) is not None:
            where = {"consumergroup": report.group, "topic": topic}
            yield "kafka_consumergroup_lag_sum", "Unread offsets of a topic.", where, lag
    if report.members is not None:
        where = {"consumergroup": report.group}
        yield "kafka_consumergroup_members", "Members of a group.", where, report.members
    if report.lag_seconds is not None:
        told_by = "The age of the oldest unread record of all partitions, in seconds."
        where = {"group": report.group}
        yield "kafka_consumergroup_group_max_lag_seconds", told_by, where, report.lag_seconds
    yield (
        "copydesk_group_verdict",
        "1; the label says which.",
        {
            "group": report.group,
            "verdict": report.verdict,
        },
        1.0,
    )


def serve(
    settings: Settings,
    address: str,
    names: Collection[str],
    topics: Collection[str],
    every: float,
) -> None:
    """Serve until the process ends.

    Raises:
        UsageFault: the address cannot be listened on.
    """
    exporter = Exporter(settings, names, topics)
    pages: dict[str, Any] = {
        "/metrics": exporter.exposed,
        "/api/lag": exporter.api,
        "/livez": lambda: text(200, "alive"),
        "/readyz": lambda: exporter.ready(every),
    }
    for path, (name, kind) in _PAGES.items():
        body = resources.page(name)
        pages[path] = lambda kind=kind, body=body: (200, kind, body)
    server = start(address, pages, "--serve")
    host, port = server.server_address[:2]
    click.echo(f"lag page at http://{host!s}:{port}/ , metrics at /metrics")
    exporter.run(every)
