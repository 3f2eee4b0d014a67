"""One campaign: services, workers, a steady stream, faults drawn from a seed, and the check."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from tools.campaign import load
from tools.campaign.checker import check
from tools.campaign.commits import Commits
from tools.campaign.faults import FAULTS, drawn_from
from tools.campaign.publisher import Publisher
from tools.campaign.reading import Names
from tools.campaign.services import Services
from tools.campaign.stories import Findings
from tools.campaign.workers import Workers

PARTITIONS = 4


class Shape(NamedTuple):
    """What a campaign runs: brokers, workers, a planted bug, more settings for the workers.

    ``session`` is the workers' session with the group, in seconds; ``next`` a folder with another
    version of the code.
    """

    brokers: int = 1
    workers: int = 2
    session: int = 10
    bug: str = ""
    next: Path | None = None
    settings: Mapping[str, str] = {}


class Campaign:
    """Everything of one run; ``close`` ends what was started, by its ids."""

    def __init__(self, folder: Path, seed: int, shape: Shape = Shape()) -> None:  # noqa: B008 - frozen
        self.folder, self.seed, self.shape = folder, seed, shape
        self.session = shape.session
        self.publisher: Publisher
        self.injected: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.recovery: list[float] = []
        #: When Redis was put back to and until when it had written, in milliseconds.
        self.forgotten: list[tuple[int, int]] = []
        self.names = Names("raw", "clean", "audit", "dead", "campaign")
        self.services = Services(folder, shape.brokers)
        self.services.make_topics(self.names, PARTITIONS)
        self.commits = Commits(self.services.bootstrap, self.names, PARTITIONS)
        self.workers = Workers(folder, self._environ(), shape.bug)
        for number in range(shape.workers):
            self.workers.add(f"worker-{number}")

    def run(self, count: int, faults: int, chosen: list[str], rate: float) -> Findings:
        """Publish ``count`` articles while ``faults`` faults come, then wait and check."""
        rnd = random.Random(self.seed)  # noqa: S311 - faults must be drawn the same again
        names = chosen or drawn_from(self.shape.brokers, other_version=self.shape.next is not None)
        names = [name for name in names if name not in self.services.left_out]
        rows = load.rows(count, self.seed)
        self.publisher = Publisher(self.services.bootstrap, self.names.raw, rows, rate)
        self._until(lambda: self.commits.lag < self.publisher.published, 120)
        for number in range(faults):
            while self.publisher.busy and self.publisher.published < number * count / faults:
                self.workers.watch()
                time.sleep(0.2)
            name = rnd.choice(names)
            started = time.monotonic()
            FAULTS[name].inject(self, rnd)
            self.injected[name] += 1
            mended = time.monotonic() - started
            stood = self.commits.standstill(started, 120, self.workers.watch)
            if stood is None:
                self.seen["nothing was committed for two minutes"] += 1
            else:
                self.recovery.append(stood)
            self._say(
                f"{number + 1}/{faults} {name}, mended after {mended:.1f} s, no commit for "
                f"{stood or 120:.1f} s, {self.publisher.published:,} published"
            )
            time.sleep(rnd.uniform(0.2, 2.0))
            if not self.publisher.busy and self.commits.lag == 0:
                break
        while self.publisher.busy:
            self.workers.watch()
            time.sleep(0.5)
        self.publisher.check()
        self._until(lambda: self.commits.lag == 0, 900)
        self.workers.stop()
        self._say("all is committed; checking")
        return check(self.services.bootstrap, self.names, count, self.forgotten)

    def close(self) -> None:
        """End everything."""
        self.workers.stop()
        self.commits.close()
        self.services.close()

    def _until(self, holds: Callable[[], bool], patience: float) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            self.workers.watch()
            if holds():
                return
            time.sleep(0.3)
        raise TimeoutError(
            f"lag {self.commits.lag} after {patience:.0f} s; see the logs in {self.folder}"
        )

    def _environ(self) -> dict[str, str]:
        outside = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
        return {
            **outside,
            "COPYDESK_KAFKA": self.services.proxied,
            "COPYDESK_REDIS": f"redis://{self.services.redis_proxy.address}",
            "COPYDESK_INPUT": self.names.raw,
            "COPYDESK_OUTPUT": self.names.clean,
            "COPYDESK_AUDIT": self.names.audit,
            "COPYDESK_DEAD": self.names.dead,
            "COPYDESK_GROUP": self.names.group,
            "COPYDESK_TAGGERS": "",
            "COPYDESK_BATCH": "50",
            "COPYDESK_SESSION_TIMEOUT": f"{self.session}s",
            **self.shape.settings,
        }

    def _say(self, what: str) -> None:
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} [campaign {self.seed}] {what}\n")
