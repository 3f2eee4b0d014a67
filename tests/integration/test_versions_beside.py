"""The next version of copydesk beside this one, and the way back: nothing is lost, for real.

The next version is a copy of the code, made here, that differs as versions do: another name in its
audits, a field and a setting more, and in the second case another version of the profiles.
Workers of one group are rolled from one to the other and back while articles come.
"""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tree import ROOT
from tools.campaign import load
from tools.campaign.checker import check
from tools.campaign.publisher import Publisher
from tools.campaign.run import Campaign, Shape
from tools.campaign.stories import Findings

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(600)]

#: File, what stands there, and what stands there in the next version.
NEXT = [
    ("consumers/assembly.py", "f\"copydesk/{version('copydesk')}\"", '"copydesk/99.0.0"'),
    ("processors/audit.py", '    software: str = ""\n', '    software: str = ""\n    added_later: str = ""\n'),
    ("processors/announce.py", "software=core.software,", 'software=core.software, added_later="x",'),
    ("consumers/settings/record.py", "    cloudevents: bool = False\n", "    cloudevents: bool = False\n    added_later: bool = True\n"),
    ("consumers/settings/words.py", '        "cloudevents":', '        "added_later": "New.",\n        "cloudevents":'),
]  # fmt: skip
PROFILES = [
    ("processors/compare.py", '"ar-1"', '"ar-2"'),
    ("processors/compare.py", '"und-1"', '"und-2"'),
]
#: What a new profile may do for one window: let a repeat through. It may lose nothing.
ONCE_MORE = {
    "a paragraph is published by two stories",
    "a copy and its original both have a paragraph",
}


def next_version(folder: Path, changes: list[tuple[str, str, str]]) -> Path:
    for package in ("consumers", "processors"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    for name, old, new in changes:
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1, (name, old)
        (folder / name).write_text(text.replace(old, new), "utf-8")
    return folder


class Rolled:
    """A campaign whose workers are rolled by hand, and whose articles come a portion a step."""

    COUNT, PORTION = 2500, 500

    def __init__(self, folder: Path, other: Path) -> None:
        self.campaign, self._other = Campaign(folder, 11, Shape(next=other)), other
        self._portions = threading.Semaphore(0)
        names, bootstrap = self.campaign.names, self.campaign.services.bootstrap
        self.campaign.publisher = Publisher(bootstrap, names.raw, self._rows(), 1000)

    def _rows(self) -> Iterator[load.Row]:
        for number, row in enumerate(load.rows(self.COUNT, 11)):
            if number % self.PORTION == 0:
                self._portions.acquire()
            yield row

    def step(self, worker: str = "", to: Path | None = None, how: int = signal.SIGTERM) -> None:
        """Publish a portion, roll a worker while it comes, and wait until it is committed."""
        commits, publisher = self.campaign.commits, self.campaign.publisher
        due = publisher.published + self.PORTION // 2
        self._portions.release()
        self._wait(lambda: publisher.published >= due or not publisher.busy)
        if worker:
            self.campaign.workers.change_version(worker, to, how)
        seen = time.monotonic()
        self._wait(lambda: commits.lag == 0 and commits.looked > seen)

    def finish(self) -> Findings:
        """Publish what is left; what the checker says of it all."""
        while self.campaign.publisher.busy:
            self.step()
        self.campaign.publisher.check()
        self.campaign.workers.stop()
        return check(self.campaign.services.bootstrap, self.campaign.names, self.COUNT)

    def _wait(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 200
        while not holds():
            assert time.monotonic() < deadline, self.campaign.folder
            self.campaign.workers.watch()
            time.sleep(0.1)


@pytest.mark.parametrize(
    ("changes", "profiles", "may"),
    [
        (NEXT, {"und-1"}, set()),
        ([*NEXT, *PROFILES], {"und-1", "und-2"}, ONCE_MORE),
    ],
    ids=["the same profiles", "new profiles"],
)
def test_workers_rolled_to_the_next_version_and_back_lose_nothing(
    tmp_path: Path, changes: list[tuple[str, str, str]], profiles: set[str], may: set[str]
) -> None:
    other = next_version(tmp_path / "next", changes)
    made = Rolled(tmp_path, other)
    try:
        made.step("worker-0", to=other)
        made.step("worker-1", to=other, how=signal.SIGKILL)
        made.step("worker-0", how=signal.SIGKILL)
        made.step("worker-1")
        found = made.finish()
    finally:
        made.campaign.close()
    assert set(found.violations) <= may, found.examples
    judged_by = [name.removeprefix("audits by ") for name in found.seen if "audits by" in name]
    assert {name.partition(", ")[0] for name in judged_by} > {"copydesk/99.0.0"}, "both worked"
    assert {name.partition(", ")[2] for name in judged_by} >= profiles
