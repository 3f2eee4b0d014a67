"""python -m tools.soak: run a soak, print what it saw, draw it."""

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

from tools.soak.desk import Desk
from tools.soak.plots import draw
from tools.soak.samples import Claims, Sample, claims

Report = dict[str, Any]


@click.command()
@click.option(
    "--minutes", default=60.0, show_default=True, help="Steady load for so long; 0: none."
)
@click.option("--share", default=0.8, show_default=True, help="Of the measured ceiling.")
@click.option("--ceiling", "size", default=3000, show_default=True, help="Articles a round of it.")
@click.option(
    "--rate",
    default=0.0,
    help="The steady rate, a second: no ceiling is measured, for a burst or a backlog alone.",
)
@click.option("--burst", default=10.0, show_default=True, help="Times the steady rate.")
@click.option("--burst-seconds", default=20.0, show_default=True)
@click.option("--backlog", default=100_000, show_default=True, help="Articles to catch up with.")
@click.option("--short", is_flag=True, help="Backlog of articles of 1 KB, one or two paragraphs.")
@click.option("--check/--no-check", default=True, help="Read all topics again at the end.")
@click.option("--processes", default=2, show_default=True)
@click.option("--partitions", default=12, show_default=True)
@click.option("--taggers", default=None, help="COPYDESK_TAGGERS; empty for none.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw what was seen into this file.")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where logs and data go.")
def main(  # noqa: PLR0913 - one parameter an option
    *,
    minutes: float,
    share: float,
    size: int,
    rate: float,
    burst: float,
    burst_seconds: float,
    backlog: int,
    short: bool,
    check: bool,
    processes: int,
    partitions: int,
    taggers: str | None,
    plot: Path | None,
    folder: Path | None,
) -> None:
    """Measure the ceiling, hold a share of it for an hour, send a burst, catch up a backlog.

    \b
    Each alone:
      python -m tools.soak --burst-seconds 0 --backlog 0 --plot soak.png
      python -m tools.soak --rate 600 --minutes 0 --backlog 0
      python -m tools.soak --rate 1 --minutes 0 --burst-seconds 0 --backlog 1000000 --short
    """  # noqa: D301 - click's own mark for lines to be left as they are
    place = folder or Path(tempfile.mkdtemp(prefix="copydesk-soak-"))
    place.mkdir(parents=True, exist_ok=True)
    # A SIGTERM takes down what was started, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = {} if taggers is None else {"COPYDESK_TAGGERS": taggers}
    desk = Desk(place, partitions, processes, settings)
    report: Report = {"processes": processes, "partitions": partitions}
    try:
        if not rate:
            report["ceiling"] = ceiling = _ceiling(desk, size)
            rate = ceiling["articles_a_second"] * share
        elif minutes or burst_seconds:
            desk.start()
            _warm_up(desk, size)
        if minutes:
            report["steady"] = _steady(desk, rate, minutes)
        if burst_seconds:
            report["burst"] = _burst(desk, rate, burst, burst_seconds)
        if backlog:
            report["backlog"] = _backlog(desk, backlog, short=short)
        if check:
            report["came_out"] = desk.came_out()
        samples = desk.sampler.samples if desk.sampler else []
    finally:
        desk.close()
        click.echo(json.dumps(report, indent=2))
    if plot:
        draw(samples, plot)


def _ceiling(desk: Desk, size: int, rounds: int = 3) -> Report:
    """Drain backlogs with warm workers; the median of the rounds."""
    desk.start()
    _warm_up(desk, size)
    rates = []
    for _ in range(rounds):
        desk.phase("ceiling")
        rates.append(size / desk.wait(desk.publish(size, 1e9, ready=True), 1200))
    return {"articles_a_second": round(statistics.median(rates)), "rounds": [*map(round, rates)]}


def _warm_up(desk: Desk, size: int) -> None:
    desk.phase("warming up")
    desk.wait(desk.publish(size // 2, 1e9), 1200)


def _steady(desk: Desk, rate: float, minutes: float) -> Report:
    desk.phase("steady")
    before = _claims(desk)
    publisher = desk.publish(int(rate * minutes * 60), rate)
    desk.wait(publisher, minutes * 60 + 1800)
    after = _claims(desk)
    seen = _of(desk, "steady")
    first, last = seen[len(seen) // 12 :][:24], seen[-24:]  # two minutes each, the first one warm
    took = seen[-1].at - seen[0].at
    count = seen[-1].published - seen[0].published
    return {
        "articles": publisher.published,
        "articles_a_second": round(rate),
        "minutes": round(took / 60, 1),
        "lag_seconds": _spread([s.lag / rate for s in seen if s.lag < 1 << 30]),
        "worker_mb": _first_and_last([s.worker_mb for s in first], [s.worker_mb for s in last]),
        "worker_files": _first_and_last(
            [s.worker_files for s in first], [s.worker_files for s in last]
        ),
        "broker_mb": _first_and_last([s.broker_mb for s in first], [s.broker_mb for s in last]),
        "cpu_seconds_per_1000": _cpu(seen, count),
        "machine_load": _spread([s.machine for s in seen]),
        "fingerprints": [before.fingerprints, after.fingerprints],
        "redis_mb": [before.used_mb, after.used_mb],
        "redis_bytes_a_new_fingerprint": round(
            (after.used_mb - before.used_mb)
            * 1e6
            / max(1, after.fingerprints - before.fingerprints),
            1,
        ),
        "redis_keys": after.keys,
        "redis_keys_without_end": after.without_end,
    }


def _burst(desk: Desk, rate: float, times: float, seconds: float) -> Report:
    """The steady stream goes on; on top of it comes the burst, made beforehand."""
    desk.phase("burst, made")
    made = list(desk.batches(int(rate * (times - 1) * seconds)))
    desk.phase("burst")
    steady = desk.publish(int(rate * 600), rate)
    time.sleep(5)
    before, worst = steady.published, 0
    more = desk.send(made, rate * (times - 1))
    began = time.monotonic()
    while more.busy:
        worst = max(worst, _known(desk))
        time.sleep(0.1)
    sent = time.monotonic() - began
    more.check()
    reached = (more.published + steady.published - before) / sent
    # The lag is looked at four times a second: what was sent last is in it after one look more.
    time.sleep(1)
    while (worst := max(worst, _known(desk))) and _behind(desk, rate) and steady.busy:
        time.sleep(0.1)
    caught = time.monotonic() - began
    held = not _behind(desk, rate)
    steady.stop()
    desk.published += steady.published + more.published
    desk.wait(None, 1200)
    seen = _of(desk, "burst")
    return {
        "articles": more.published, "asked_for_times": times, "sent_in_seconds": round(sent, 1),
        "articles_a_second": round(reached), "reached_times": round(reached / rate, 1),
        "longest_lag": worst, "caught_up_after_seconds": round(caught, 1) if held else None,
        "peak_worker_mb": max((s.worker_mb for s in seen), default=0.0),
        "machine_load": _spread([s.machine for s in seen]) if seen else {},
    }  # fmt: skip


def _known(desk: Desk) -> int:
    return desk.commits.lag if desk.commits.lag < 1 << 30 else 0


def _behind(desk: Desk, rate: float) -> bool:
    """More than two seconds of the steady stream."""
    return desk.commits.lag > rate * 2


def _backlog(desk: Desk, count: int, *, short: bool) -> Report:
    """Everything stands still, ``count`` articles come, and the workers start anew."""
    desk.stop()
    desk.phase("backlog, published")
    before = _claims(desk)
    began = time.monotonic()
    publisher = desk.send(desk.batches(count, short=short), 1e9)
    while publisher.busy:
        time.sleep(0.5)
    publisher.check()
    published = time.monotonic() - began
    desk.published += count
    desk.start()
    desk.phase("backlog")
    began = time.monotonic()
    while desk.commits.lag > count * 0.999:
        time.sleep(0.1)
    first = time.monotonic() - began
    desk.wait(None, 7200)
    took = time.monotonic() - began
    seen, after = _of(desk, "backlog"), _claims(desk)
    fresh = after.fingerprints - before.fingerprints
    return {
        "articles": count, "published_in_seconds": round(published, 1),
        "first_commit_seconds": round(first, 1), "seconds": round(took, 1),
        "articles_a_second": round(count / took), "cpu_seconds_per_1000": _cpu(seen, count),
        "peak_worker_mb": max((s.worker_mb for s in seen), default=0.0),
        "peak_broker_mb": max((s.broker_mb for s in seen), default=0.0),
        "new_fingerprints": fresh, "redis_mb": [before.used_mb, after.used_mb],
        "redis_bytes_a_new_fingerprint": round(
            (after.used_mb - before.used_mb) * 1e6 / max(1, fresh), 1
        ),
        "redis_keys": [before.keys, after.keys], "redis_keys_without_end": after.without_end,
        "machine_load": _spread([s.machine for s in seen]) if seen else {},
    }  # fmt: skip


def _claims(desk: Desk) -> Claims:
    return claims(desk.services.redis.recipe.port)


def _of(desk: Desk, phase: str) -> list[Sample]:
    return [s for s in (desk.sampler.samples if desk.sampler else []) if s.phase == phase]


def _cpu(seen: list[Sample], count: int) -> dict[str, float]:
    if not seen:  # too short to be looked at
        return {}
    first, last = seen[0], seen[-1]
    spent = {
        "worker": last.worker_cpu - first.worker_cpu,
        "redis": last.redis_cpu - first.redis_cpu,
        "broker": last.broker_cpu - first.broker_cpu,
    }
    return {name: round(value / count * 1000, 3) for name, value in spent.items()}


def _first_and_last(first: list[float] | list[int], last: list[float] | list[int]) -> list[float]:
    return [round(statistics.median(first), 1), round(statistics.median(last), 1)]


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": round(statistics.median(ordered), 2),
        "p99": round(ordered[int(len(ordered) * 0.99)], 2),
        "max": round(ordered[-1], 2),
    }


if __name__ == "__main__":
    main()
    sys.exit(0)
