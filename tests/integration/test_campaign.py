"""A short fault campaign, and the checker's own test: it must see what is broken on purpose.

``make campaign`` runs a long one; docs/proof.md has its reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.campaign.planted import BUGS
from tools.campaign.run import Campaign, Shape

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@contextmanager
def _campaign(folder: Path, bug: str = "") -> Iterator[Campaign]:
    made = Campaign(folder, 7, Shape(bug=bug))
    try:
        yield made
    finally:
        made.close()


def test_faults_of_every_kind_lose_nothing_and_drop_nothing_wrongly(tmp_path: Path) -> None:
    chosen = [
        "kill-worker",
        "cut-redis",
        "kill-redis",
        "cut-kafka",
        "kill-broker",
        "redis-forgets",
        "skew-clock",
        "join-and-leave",
    ]
    with _campaign(tmp_path) as campaign:
        found = campaign.run(8000, 8, chosen, rate=300)
    assert found.violations == {}, found.examples
    assert sum(campaign.injected.values()) >= 5
    assert found.seen["records"] > 8000


#: Those that real systems have had most; the others by hand (docs/proof.md).
NAMED = ("commit-before-publish", "lost-tail", "no-owner", "swallowed-exception")


@pytest.mark.parametrize("bug", NAMED)
def test_a_worker_that_is_broken_on_purpose_is_caught(bug: str, tmp_path: Path) -> None:
    with _campaign(tmp_path, bug) as campaign:
        found = campaign.run(2000, 3, ["kill-worker"], rate=400)
    assert set(BUGS[bug][1]) & set(found.violations), found.violations
