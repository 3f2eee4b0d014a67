"""``copydesk lag --serve``: the lag of every group as a page, as JSON and for Prometheus.

The names of the metrics are those that existing dashboards ask for: kafka_exporter's, and
kafka-lag-exporter's for the seconds. What is not known is left out, never zero.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

import click
import msgspec

from consumers import metrics
from consumers.errors import CopydeskError, Denied, Unreachable
from consumers.kafka_client import connection
from consumers.lag.desk import Desk
from consumers.lag.report import Report, summary, told, total
from consumers.lag.series import series
from consumers.lag.watch import Watch
from consumers.settings import Settings
from consumers.web.page_files import page_files
from consumers.web.server import Query, Reply, start, text

#: Looks without an answer after which the exporter says that it is not ready.
_STALE = 3
#: Minutes of a series, at most.
_LONGEST = 24 * 60.0
_NO_MINUTES = text(400, "minutes takes a number, such as 15")

Row = tuple[str, str, dict[str, str], float]


class Exporter:
    """Looks at the cluster every few seconds and remembers the last answer."""

    def __init__(
        self, settings: Settings, names: Collection[str], topics: Collection[str], every: float
    ) -> None:
        self._settings, self._every = settings, every
        self._watch = Watch(names, topics, every_topic=not topics)
        self._desk = Desk(settings, self._away)
        self._lock = threading.Lock()
        self._seen = 0.0
        self._fault = "it has not looked yet"
        # Whether Kafka answered last: a group that is not there yet is no fault of Kafka's.
        self._up: bool | None = None

    def run(self) -> None:
        """Look until the process ends; Kafka away is said, and tried again."""
        self._desk.start(self._every)
        while True:
            try:
                with connection.connect(self._settings) as kafka:
                    while True:
                        seen = self._watch.ask(kafka)
                        with self._lock:
                            self._watch.note(seen)
                            self._seen, self._fault, self._up = time.time(), "", True
                        time.sleep(self._every)
            except CopydeskError as fault:
                self._fault, self._up = (
                    str(fault),
                    isinstance(fault, Denied) or not isinstance(fault, Unreachable),
                )
                time.sleep(self._every)

    def ready(self, _: Query) -> Reply:
        """503 with the reason in words while Kafka does not answer."""
        trouble = self._trouble()
        return text(503, trouble) if trouble else text(200, "ready")

    def _trouble(self) -> str:
        """Why what was seen is old; empty where it is not."""
        old = time.time() - self._seen
        if self._fault or old <= self._every * _STALE:
            return self._fault
        return f"no answer for {old:.0f} s"

    def _away(self) -> str:
        """Why Kafka does not answer; empty where it does."""
        return "" if self._up and self._fault else self._trouble()

    def groups(self, _: Query) -> Reply:
        """``/api/groups``: a line a group, without its partitions: what the page lists."""
        return self._told([summary(report) for report in self._reports()])

    def api(self, query: Query) -> Reply:
        """``/api/lag``: the groups as ``copydesk lag --json`` has them; ``?group=G`` that one."""
        name = query.get("group")
        reports = self._reports()
        return self._told([told(each) for each in reports if name in (None, each.group)])

    def _told(self, groups: list[dict[str, Any]]) -> Reply:
        """With when they were seen (seconds), how often is looked, and the settings' own group."""
        return _json(
            {
                "seen": self._seen,
                "now": time.time(),
                "every": self._every,
                "up": not self._away(),
                "fault": self._trouble() or None,
                "own": self._settings.group,
                "groups": groups,
            }
        )

    def series(self, query: Query) -> Reply:
        """``/api/series?group=G&minutes=M``: one group over time."""
        since = _since(query)
        if since is None:
            return _NO_MINUTES
        group = query.get("group", "")
        try:
            with self._lock:
                found = series(self._watch.history, group, since)
        except KeyError:
            return text(404, f"there is no group {group!r} here; /api/lag names them all")
        return _json(found)

    def desk(self, query: Query) -> Reply:
        """``/api/desk?minutes=M``: drops, dead letters and the store over time."""
        since = _since(query)
        if since is None:
            return _NO_MINUTES
        with self._lock:
            seen = self._watch.history.last
        held = [
            end - seen.starts.get(place, 0)
            for place, end in (seen.ends if seen else {}).items()
            if seen and place.topic == self._settings.dead
        ]
        value = self._desk.told(since)
        value["totals"]["held"] = sum(held) if held and not self._away() else None
        return _json({**value, "topics": [self._settings.audit, self._settings.dead]})

    def exposed(self, _: Query) -> Reply:
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
    exporter = Exporter(settings, names, topics, every)
    pages: dict[str, Callable[[Query], Reply]] = {
        "/metrics": exporter.exposed,
        "/api/groups": exporter.groups,
        "/api/lag": exporter.api,
        "/api/series": exporter.series,
        "/api/desk": exporter.desk,
        "/livez": lambda _: text(200, "alive"),
        "/readyz": exporter.ready,
    }
    # The page's own files tell nothing, and a browser cannot bear a token when it opens a page: the
    # page asks its reader for it.
    files = page_files()
    pages |= {path: _given(reply) for path, reply in files.items()}
    server = start(address, pages, "--serve", settings.web_token, files)
    host, port = server.server_address[:2]
    shown = f"[{host!s}]" if ":" in str(host) else str(host)
    click.echo(f"lag page at http://{shown}:{port}/ , metrics at /metrics")
    exporter.run()


def _given(reply: Reply) -> Callable[[Query], Reply]:
    return lambda _: reply


def _json(value: object) -> Reply:
    return 200, "application/json", msgspec.json.encode(value)


def _since(query: Query) -> int | None:
    """Milliseconds of the time from which on series are asked for; None for no number."""
    try:
        minutes = min(float(query.get("minutes", "15")), _LONGEST)
    except ValueError:
        return None
    return round((time.time() - minutes * 60) * 1000) if minutes > 0 else None
