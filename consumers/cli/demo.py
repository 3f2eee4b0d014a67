"""``copydesk demo``: the seed article through a real Kafka, Faust and Redis, and what became of it.

It starts embedded services in a folder of its own, runs a worker as a newsroom would, shows the
result and ends all it started.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from consumers import resources
from consumers.errors import CopydeskError

if TYPE_CHECKING:
    from rich.console import Console

    from consumers.settings import Settings

URI = "urn:newsml:copydesk.example:20170314:astana"
_PATIENCE = 60.0


@click.command()
@click.option("--keep", is_flag=True, help="Leave Kafka and Redis running, to look around.")
@click.pass_context
def command(ctx: click.Context, keep: bool) -> None:
    """Send one Arabic article through Kafka, Faust and Redis, and show the result.

    \b
    The article comes as a broken page gave it: paragraphs 1 to 5, then 2 to 5 again.
    Starts its own Kafka and Redis, and ends them.
    """
    from consumers.cli.output import console
    from consumers.cli.services import progress_shown
    from consumers.embedded import down, up

    out = console()
    home = Path(tempfile.mkdtemp(prefix="copydesk-demo-"))
    try:
        out.print("Starting a real Kafka and a real Redis ...", style="dim")
        with progress_shown() as progress:
            pair = up(home, progress=progress)
        out.print(f"Kafka {pair.kafka}, Redis {pair.redis}\n", style="dim")
        settings = _settings(pair.kafka, pair.redis)
        item, audit = _through(settings, out)
        _show(out, item, audit, pair, keep=keep)
    finally:
        if not keep:
            down(home, purge=True)
            shutil.rmtree(home, ignore_errors=True)
    ctx.exit(0)


def _settings(kafka: str, redis: str) -> Settings:
    from consumers.settings import load

    return load({"COPYDESK_KAFKA": kafka, "COPYDESK_REDIS": redis, "COPYDESK_LOG": "warning"})


def _through(settings: Settings, out: Console) -> tuple[dict[str, Any], Any]:
    from consumers import lookups
    from consumers.cli.topics import create_all
    from consumers.kafka_client.writing import writer

    create_all(settings)
    body = resources.read("seed.txt").decode()
    article = {
        "uri": URI,
        "title": "فصائل المعارضة السورية تقاطع مشاورات الأستانة",
        "source": "desk.example",
        "language": "ar",
        "published": "2017-03-14T09:00:00Z",
        "body": body,
    }
    started = time.monotonic()
    with _worker(settings):
        with writer(settings) as sending:
            value = msgspec.json.encode(article)
            sent = sending.send(
                settings.input[0],
                URI.encode(),
                value,
                headers=[("content-type", b"application/json")],
            ).wait()
        out.print(
            f"Published one article of {len(body.splitlines())} paragraphs to "
            f"{settings.input[0]}, partition {sent.partition}, offset {sent.offset}.",
            style="dim",
        )
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            found = next(lookups.audits_of(settings, URI), None)
            if found is not None:
                item = lookups.item_of(settings, URI, found[1].origin)
                if item is not None:
                    took = time.monotonic() - started
                    out.print(
                        f"Clean after {took:.1f} s, the worker's start included.\n", style="dim"
                    )
                    return item, found[1]
            time.sleep(0.2)
    raise CopydeskError(
        "the worker has published nothing for a minute; run `copydesk doctor`, "
        "or `copydesk services up` and `copydesk work` to see what it says"
    )


@contextlib.contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")},
        "COPYDESK_KAFKA": settings.kafka,
        "COPYDESK_REDIS": settings.redis,
        "COPYDESK_LOG": settings.log,
    }
    command = [sys.executable, "-m", "consumers", "work"]
    process = subprocess.Popen(command, env=environ)  # noqa: S603 - our own command
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _show(out: Console, item: dict[str, Any], audit: Any, pair: Any, *, keep: bool) -> None:
    from consumers.cli import article_view
    from consumers.cli.output import shown
    from processors.audit import original_body

    article_view.show(out, audit, original_body(audit, item))
    out.print("\nThe cleaned item, as readers of articles.clean get it:\n", style="bold")
    for line in item["bodies"][0]["value"].splitlines():
        out.print(shown(line) + "\n")
    out.print("Nothing is lost: item and audit together gave the original back, letter for letter.")
    out.print("\nWhat to try next", style="bold")
    run = "copydesk" if keep else ".venv/bin/copydesk"
    if keep:
        out.print(f"  export COPYDESK_KAFKA={pair.kafka} COPYDESK_REDIS={pair.redis}")
        out.print(f"  {run} explain {URI}")
    else:
        out.print(f"  {run} services up          a Kafka and a Redis that stay")
        out.print(f'  eval "$({run} services env)"   where they are, for this shell')
        out.print(f"  {run} topics create        the four topics")
        out.print(f"  {run} work &               the agent")
        out.print(f"  {run} publish FILE...      your own articles")
        out.print(f"  {run} tail --from-start    the cleaned items, as they come")
        out.print(f"  {run} explain URI          what was dropped, and why")
