"""What the worker's tests share: topics, a worker as a newsroom starts it, and what came out."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from consumers.kafka_client import connection, groups, offsets, reading, topics, writing
from consumers.kafka_client.words import Place, Plan
from consumers.settings import Settings, load
from processors.records import Record
from tests.conftest import Addresses, Topics
from tests.integration.hands import FOR_EVER

PARTITIONS = 4
TAGLESS = {"COPYDESK_TAGGERS": ""}


class Desk:
    """One test's topics and settings on the session's services, and the workers it started."""

    def __init__(
        self, services: Addresses, names: Topics, namespace: str, folder: Path, **more: str
    ) -> None:
        self.names, self.folder = names, folder
        self.environ = {
            "COPYDESK_KAFKA": services.kafka,
            "COPYDESK_REDIS": services.redis,
            "COPYDESK_INPUT": names.input,
            "COPYDESK_OUTPUT": names.output,
            "COPYDESK_AUDIT": names.audit,
            "COPYDESK_DEAD": names.dead,
            "COPYDESK_GROUP": names.group,
            "COPYDESK_NAMESPACE": namespace,
            **more,
        }
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def settings(self) -> Settings:
        """The settings as the commands see them."""
        return load(self.environ)

    def make_topics(self, partitions: int = PARTITIONS, **configs: str) -> None:
        """Make the four topics; ``configs`` are for output and audit, names with _ for dots."""
        own = FOR_EVER | {name.replace("_", "."): value for name, value in configs.items()}
        with connection.connect(self.settings) as kafka:
            for name in (self.names.input, self.names.output, self.names.audit, self.names.dead):
                written = name in (self.names.output, self.names.audit)
                plan = Plan(name, partitions, 1, own if written else FOR_EVER)
                topics.create(kafka, plan)

    def publish(
        self,
        articles: Iterable[dict[str, Any]],
        *,
        start: int | None = None,
        headers: tuple[tuple[str, bytes], ...] = (),
    ) -> int:
        """Publish articles keyed by uri; with ``start``, record times a second apart from there."""
        count = 0
        with writing.writer(self.settings) as sending:
            for count, article in enumerate(articles, 1):
                time_of = None if start is None else start + 1000 * count
                sending.send(
                    self.names.input,
                    article["uri"].encode(),
                    msgspec.json.encode(article),
                    timestamp=time_of,
                    headers=headers,
                )
        return count

    def start(self, processes: int = 1, **more: str) -> subprocess.Popen[bytes]:
        """Start ``copydesk work``."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "consumers", "work", "--processes", str(processes)],
            env={**environ, **self.environ, **more},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.workers.append(process)
        return process

    def children(self, process: subprocess.Popen[bytes]) -> list[int]:
        """The worker processes that a supervisor has started and that still run."""
        task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]

    def stop(self, process: subprocess.Popen[bytes], patience: float = 40.0) -> int:
        """SIGTERM, as an operator does. The exit code."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        return process.wait(patience)

    def stop_all(self) -> None:
        """End whatever still runs, by its id."""
        for process in self.workers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.stop(process, 20)
            if process.poll() is None:
                process.kill()
                process.wait()

    def logs(self) -> str:
        """What the workers said."""
        return "\n".join(p.read_text(errors="replace") for p in sorted(self.folder.glob("*.log")))

    def lag(self) -> int | None:
        """Records not yet committed over all input partitions, None while nobody has committed."""
        with connection.connect(self.settings) as kafka:
            places = offsets.places(kafka, [self.names.input])
            ends = offsets.latest(kafka, places)
            done = groups.committed(kafka, [self.names.group]).get(self.names.group, {})
        return sum(ends[p] - (done[p].offset if p in done else 0) for p in places)

    def wait_for(self, what: Callable[[], bool], patience: float = 60.0) -> None:
        """Wait until something holds, or fail with what the workers said."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if what():
                return
            time.sleep(0.2)
        raise AssertionError(
            f"it did not come in {patience:.0f} s; the workers said:\n{self.logs()[-6000:]}"
        )

    def drained(self, patience: float = 60.0) -> None:
        """Wait until every input record is committed."""
        self.wait_for(lambda: self.lag() == 0, patience)

    def read(self, topic: str) -> list[Record]:
        """All that a topic holds, in the order of its partitions."""
        with connection.connect(self.settings) as kafka:
            stretches = reading.stretches(kafka, [topic])
        found = list(reading.records(self.settings, stretches))
        return sorted(found, key=lambda r: (r.partition, r.offset))

    def outputs(self) -> list[Record]:
        """Records of the output topic."""
        return self.read(self.names.output)

    def audits(self) -> list[Record]:
        """Records of the audit topic."""
        return self.read(self.names.audit)

    def dead(self) -> list[Record]:
        """Records of the dead-letter topic."""
        return self.read(self.names.dead)

    def place(self, number: int) -> Place:
        """One partition of the input topic."""
        return Place(self.names.input, number)


@contextlib.contextmanager
def desk(
    services: Addresses, names: Topics, namespace: str, folder: Path, **more: str
) -> Iterator[Desk]:
    """A desk whose workers are ended when the test is over."""
    made = Desk(services, names, namespace, folder, **more)
    try:
        yield made
    finally:
        made.stop_all()


def value_of(record: Record) -> dict[str, Any]:
    """A record's JSON."""
    found: dict[str, Any] = msgspec.json.decode(record.value or b"{}")
    return found


def body_of(record: Record) -> str:
    """The plain text body of an item."""
    bodies = [
        b["value"] for b in value_of(record).get("bodies", []) if b["contentType"] == "text/plain"
    ]
    return bodies[0] if bodies else ""


def fetched(url: str) -> tuple[int, str]:
    """Status and text of a page; 0 and why where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)
