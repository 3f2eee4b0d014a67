"""``copydesk lag``: how far consumer groups are behind, and whether they catch up."""

from __future__ import annotations

import time

import click

from consumers.cli.options import json_option, settings_of
from consumers.errors import UsageFault
from consumers.settings import Settings
from consumers.settings.checks import is_address

#: Seconds between two looks, and how long a single call looks where it cannot tell sooner.
_BETWEEN, _LONGEST = 1.0, 12.0


@click.command()
@click.option("--group", "names", multiple=True, metavar="G", help="Only this group (repeatable).")
@click.option("--topic", "topics", multiple=True, metavar="T", help="Only this topic (repeatable).")
@json_option
@click.option("--watch", is_flag=True, help="Go on looking, and show a live table.")
@click.option("--serve", metavar="HOST:PORT", help="Serve the page, JSON and Prometheus metrics.")
@click.option(
    "--every",
    type=click.FloatRange(0.2, 3600),
    default=None,
    metavar="SECONDS",
    help="Between two looks of --watch (2) and --serve (5).",
)
@click.option("--once", is_flag=True, help="Look once only: at once, without rates.")
@click.pass_context
def command(
    ctx: click.Context,
    names: tuple[str, ...],
    topics: tuple[str, ...],
    as_json: bool,
    watch: bool,
    serve: str | None,
    every: float | None,
    once: bool,
) -> None:
    """Show how far groups are behind: any group and topic of the cluster, all by default.

    A call looks for a second, and for up to twelve where it takes that to tell a reader that
    stands still from one that is slow.

    \b
    Examples:
      copydesk lag
      copydesk lag --group copydesk --json
      copydesk lag --topic articles.raw --watch
      copydesk lag --serve 127.0.0.1:8322
    """
    settings = settings_of(ctx)
    if serve is not None:
        if as_json or watch or once:
            raise UsageFault("--serve goes without --json, --watch and --once")
        if not is_address(serve, lowest=0):
            raise UsageFault(f"--serve is {serve!r}, but takes HOST:PORT, such as 127.0.0.1:8322")
        from consumers.web.lag import serve as run

        run(settings, serve, names, topics, every or 5.0)
    elif watch:
        _watch(settings, names, topics, as_json, every or 2.0)
    else:
        _tell(settings, names, topics, as_json, once)


def _tell(
    settings: Settings, names: tuple[str, ...], topics: tuple[str, ...], as_json: bool, once: bool
) -> None:
    from consumers.cli.lag_view import show
    from consumers.cli.output import print_json
    from consumers.kafka_client import connection
    from consumers.lag.report import told
    from consumers.lag.watch import Watch

    watched = Watch(names, topics)
    with connection.connect(settings) as kafka:
        until = time.monotonic() + (0 if once else _LONGEST)
        watched.look(kafka)
        reports = watched.reports(_now())
        while time.monotonic() < until and any(each.standings for each in reports):
            time.sleep(_BETWEEN)
            watched.look(kafka)
            reports = watched.reports(_now())
            if not any(s.judged.rule == "too_short" for r in reports for s in r.standings):
                break
    if as_json:
        for report in reports:
            print_json(told(report))
        return
    show(reports, topics)


def _watch(
    settings: Settings,
    names: tuple[str, ...],
    topics: tuple[str, ...],
    as_json: bool,
    every: float,
) -> None:
    import contextlib

    from rich.live import Live

    from consumers.cli.lag_view import away, tables
    from consumers.cli.output import console, print_json
    from consumers.errors import Unreachable
    from consumers.kafka_client import connection
    from consumers.lag.report import told
    from consumers.lag.watch import Watch

    watched = Watch(names, topics)
    screen = Live(console=console(), auto_refresh=False, screen=False, vertical_overflow="visible")
    with contextlib.nullcontext() if as_json else screen:
        while True:
            try:
                with connection.connect(settings) as kafka:
                    while True:
                        watched.look(kafka)
                        reports = watched.reports(_now())
                        for report in reports if as_json else ():
                            print_json(told(report))
                        if not as_json:
                            screen.update(tables(reports, topics), refresh=True)
                        time.sleep(every)
            except Unreachable as gone:
                if watched.history.last is None:
                    raise
                if as_json:
                    click.echo(str(gone), err=True)
                else:
                    shown = away(str(gone), watched.history.last.time, _now())
                    screen.update(shown, refresh=True)
                time.sleep(every)


def _now() -> int:
    return round(time.time() * 1000)
