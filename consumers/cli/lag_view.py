"""Lag on the terminal: a table a group, worst partitions first in colour, reasons in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consumers.cli.output import console, safe
from consumers.lag.report import Report, Standing
from processors.lag.words import span

_COLOURS = {
    "ok": "green",
    "unknown": "dim",
    "warning": "yellow",
    "stalled": "red",
    "stopped": "red",
    "rewound": "magenta",
}
_UNKNOWN = "?"


def show(reports: Sequence[Report], topics: Sequence[str]) -> None:
    """Print the tables."""
    console().print(tables(reports, topics))


def tables(reports: Sequence[Report], topics: Sequence[str]) -> RenderableType:
    """A table for each group, or what there is none of."""
    if not reports:
        what = f"No group has read {', '.join(topics)}." if topics else "There are no groups."
        return Text(safe(what))
    return Group(*(_group(report) for report in reports))


def away(sentence: str, last: int, now: int) -> RenderableType:
    """What is shown while Kafka does not answer."""
    return Text(f"{safe(sentence)}\nLast seen {span(now - last)} ago; trying again.", style="red")


def _group(report: Report) -> RenderableType:
    title = Text()
    title.append(safe(report.group), style="bold")
    title.append(f"  {report.verdict}", style=_COLOURS[report.verdict])
    state = report.state or "state unknown"
    members = "" if report.members is None else f", {_plural(report.members, 'member')}"
    title.append(f"  {state}{members}", style="dim")
    if not report.standings:
        return Group(title, Text("  no partitions: it has neither members nor commits"), Text())
    wide = console().width >= _WIDE
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading, right, narrow in _HEADINGS:
        if wide or narrow:
            table.add_column(heading, justify="right" if right else "left", overflow="fold")
    for standing in report.standings:
        cells = zip(_row(standing), _HEADINGS, strict=True)
        table.add_row(*(cell for cell, (_, _, narrow) in cells if wide or narrow))
    return Group(title, table, Text())


#: Columns of a terminal that has room for all of it.
_WIDE = 130
# Heading, whether it stands to the right, whether a narrow terminal shows it.
_HEADINGS = (
    ("Topic", False, True),
    ("Part", True, True),
    ("Committed", True, False),
    ("End", True, False),
    ("Lag", True, True),
    ("Time lag", True, True),
    ("In/s", True, False),
    ("Out/s", True, False),
    ("Done in", True, False),
    ("Member", False, False),
    ("Verdict", False, True),
)


def _row(standing: Standing) -> list[Text]:
    judged = standing.judged
    cells = [
        standing.place.topic,
        str(standing.place.partition),
        _number(judged.committed),
        _number(judged.end),
        _number(judged.lag),
        _time(judged.lag_seconds),
        _rate(judged.rate_in),
        _rate(judged.rate_out),
        _time(judged.catch_up),
        standing.owner or "-",
    ]
    verdict = Text(judged.verdict, style=_COLOURS[judged.verdict])
    verdict.append(f": {safe(judged.reason)}", style="default")
    return [*(Text(safe(cell)) for cell in cells), verdict]


def _number(number: int | None) -> str:
    return _UNKNOWN if number is None else f"{number:,}"


def _rate(rate: float | None) -> str:
    return _UNKNOWN if rate is None else f"{rate:,.1f}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return _UNKNOWN
    return "0" if seconds == 0 else span(round(seconds * 1000))


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
