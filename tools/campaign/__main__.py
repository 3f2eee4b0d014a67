"""python -m tools.campaign: run a campaign, or show that the checker sees planted bugs."""

from __future__ import annotations

import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from tools.campaign.faults import FAULTS
from tools.campaign.planted import BUGS
from tools.campaign.run import Campaign, Shape


@click.command()
@click.option("--articles", default=20_000, show_default=True, help="Articles to publish.")
@click.option("--faults", default=40, show_default=True, help="Faults to inject.")
@click.option(
    "--next",
    "other",
    type=click.Path(path_type=Path, exists=True),
    help="Another version's folder, to roll workers to and back.",
)
@click.option("--only", multiple=True, type=click.Choice(sorted(FAULTS)), help="Just these faults.")
@click.option(
    "--brokers",
    type=click.Choice(["1", "3"]),
    default="1",
    show_default=True,
    help="Three: each record has three copies, two of them before it counts.",
)
@click.option("--workers", default=2, show_default=True)
@click.option("--rate", default=400.0, show_default=True, help="Articles a second.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same campaign.")
@click.option("--planted", type=click.Choice(sorted(BUGS)), help="Break the worker on purpose.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where logs and data go.")
def main(  # noqa: PLR0913 - one parameter an option
    *,
    articles: int,
    faults: int,
    other: Path | None,
    only: tuple[str, ...],
    brokers: str,
    workers: int,
    rate: float,
    seed: int,
    planted: str | None,
    folder: Path | None,
) -> None:
    """Run a fault campaign and print its report as JSON. Exit code 1 where anything was wrong.

    With --planted it is the other way round: 1 where the planted bug was not seen.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="copydesk-campaign-"))
    place.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    # A SIGTERM takes down what was started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shape = Shape(int(brokers), workers, bug=planted or "", next=other)
    campaign = Campaign(place, seed, shape)
    try:
        found = campaign.run(articles, faults, list(only), rate)
    finally:
        campaign.close()
    report: dict[str, Any] = {
        "seed": seed,
        "brokers": shape.brokers,
        "workers": workers,
        "articles": articles,
        "seconds": round(time.monotonic() - started),
        "faults": dict(campaign.injected),
        "faults_injected": sum(campaign.injected.values()),
        "faults_left_out": campaign.services.left_out,
        "worker_starts": dict(campaign.workers.starts),
        "seconds_to_recover": _spread(campaign.recovery),
        "seen": dict(found.seen + campaign.seen),
        "violations": dict(found.violations),
        "examples": found.examples,
        "logs": str(place),
    }
    click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    if planted:
        sys.exit(0 if any(kind in found.violations for kind in BUGS[planted][1]) else 1)
    sys.exit(1 if found.violations else 0)


def _spread(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 1),
        "p90": round(ordered[int(len(ordered) * 0.9)], 1),
        "max": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    main()
