"""What ``copydesk replay`` shows: plans, what was moved, and how two runs differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click
from rich import box
from rich.table import Table

from consumers.cli.output import console, shown
from consumers.kafka_client.words import Place
from consumers.replay.inplace import Plan
from consumers.replay.undo import UndoFile
from consumers.settings.table import duration_text
from processors.replay import Claims
from processors.times import text_of

_CLAIMS: dict[Claims, str] = {
    "live": "live: what is read again comes out as it did, under the same settings and taxonomies",
    "partly": "those of the oldest records may be over: such records are judged as if they came "
    "for the first time, so what was another's may come out as theirs",
    "over": "over, or may be: records are judged as if they came for the first time, so what was "
    "another's may come out as theirs",
    "unknown": "nothing is read again",
}


def table(*columns: str) -> Table:
    """An empty table; columns whose name begins with a dot are of numbers."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        made.add_column(name.lstrip("."), justify="right" if name.startswith(".") else "left")
    return made


def in_place(planned: Plan) -> None:
    """The plan of a replay in place."""
    out = console()
    click.echo(f"group {shown(planned.group)} goes back to {shown(planned.target)}")
    rows = table("partition", ".from", ".to", ".records", "time of the first", "and of the last")
    for each in planned.moves:
        rows.add_row(
            shown(f"{each.topic}/{each.partition}"),
            _offset(each.before),
            "stays" if not each.moves else _offset(each.after),
            f"{each.records:,}" if each.moves else "",
            _time(each.after_time) if each.moves else "",
            _time(each.before_time) if each.moves else "",
        )
    out.print(rows)
    total = sum(each.records for each in planned.moves)
    click.echo(f"{total:,} records at most are read again (markers of transactions count)")
    lives = duration_text(planned.claims_live_ms / 1000)
    click.echo(
        f"claims in {shown(planned.namespace)} (they live {lives}): {_CLAIMS[planned.claims]}"
    )
    for each in planned.moves:
        for warning in each.warnings:
            click.echo(f"copydesk: {each.topic}/{each.partition}: {warning}", err=True)
    if planned.members:
        who = ", ".join(sorted({m.instance or m.client_id for m in planned.members}))
        click.echo(f"copydesk: the group is live ({who}): stop it before `replay run`", err=True)


def undone(content: UndoFile, before: Mapping[Place, int | None]) -> None:
    """Where a group stands after an undo."""
    rows = table("partition", ".from", ".back to")
    for each in content.offsets:
        rows.add_row(
            shown(f"{each.topic}/{each.partition}"),
            _offset(before[Place(each.topic, each.partition)]),
            _offset(each.offset),
        )
    console().print(rows)
    click.echo(f"group {shown(content.group)} stands where it stood before {content.moved_at}")


def lines(texts: Iterable[str]) -> None:
    """Sentences, one a line."""
    for text in texts:
        click.echo(shown(text))


def _offset(offset: int | None) -> str:
    return "none" if offset is None else f"{offset:,}"


def _time(time: int | None) -> str:
    return "" if time is None else text_of(time)
