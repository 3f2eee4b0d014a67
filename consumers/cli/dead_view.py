"""What ``copydesk dead`` shows: counts, letters, one letter whole, and what a redrive does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from rich.table import Table
from rich.text import Text

from consumers.cli.output import console, safe, shown
from consumers.cli.replay_view import table
from consumers.dead import Group, Plan
from processors.deadletter import PREFIX
from processors.records import Record
from processors.redrive import Letter
from processors.times import text_of


def groups(topic: str, found: Sequence[Group]) -> None:
    """A row a reason and source."""
    if not found:
        click.echo(f"{topic} holds no such letter")
        return
    rows = _narrow("reason, from", ".letters", "first and last", "such as")
    for each in found:
        times = dict.fromkeys((text_of(each.first), text_of(each.last)))
        often = [f"sent back up to {_times(each.most_redriven)}"] if each.most_redriven else []
        rows.add_row(
            f"{shown(each.reason)}\n{_source(each.topic, each.partition, None)}",
            f"{each.count:,}",
            "\n".join([*times, *often]),
            each.example,
        )
    console().print(rows)
    total = sum(each.count for each in found)
    click.echo(f"{_letters(total)} in {topic}; `copydesk dead show {found[0].example}` shows one")


def letters(topic: str, found: Iterable[Letter]) -> None:
    """A row a letter."""
    rows = _narrow("letter", "record of, reason", "from, key", ".bytes")
    for each in found:
        told = [text_of(each.time), shown(each.reason)]
        told += [f"sent back {_times(each.redriven)}"] if each.redriven else []
        rows.add_row(
            each.place,
            "\n".join(told),
            "\n".join(
                (
                    _source(each.topic, each.partition, each.offset),
                    shown(_readable(each.key or b"", 60)),
                )
            ).rstrip(),
            f"{each.size:,}",
        )
    if rows.row_count:
        console().print(rows)
    click.echo(f"{_letters(rows.row_count)} in {topic}")


def letter(each: Letter, record: Record, size: int) -> None:
    """One letter: its reason, its headers, and its value as far as it can be read."""
    out = console()
    text = Text()
    text.append(f"letter {each.place}", style="bold")
    text.append(f"  {shown(each.reason)}", style="yellow")
    text.append(f"  {shown(each.message)}")
    out.print(text)
    came = _source(each.topic, each.partition, each.offset)
    facts = [f"from {came}", f"record of {text_of(each.time)}"]
    facts += [f"failed in {shown(each.stage)}"] if each.stage else []
    if each.redriven:
        facts.append(f"sent back {each.redriven} times before, first stood at {shown(each.origin)}")
    out.print(Text("  " + ", ".join(facts), style="dim"))
    if each.key is not None:
        out.print(Text(f"  key: {shown(_readable(each.key, 200))}", style="dim"))
    for name, value in record.headers:
        if not name.startswith((PREFIX, "copydesk-")):
            out.print(Text(f"  {shown(name)}: {shown(_readable(value, 200))}", style="dim"))
    out.print(Text(_value(record.value, size)))


def fates(planned: Plan) -> None:
    """What a redrive does with the letters."""
    if not planned.fates:
        click.echo("no such letter")
        return
    rows = table("letters", ".")
    for fate, count in planned.fates.items():
        rows.add_row(fate, f"{count:,}")
    console().print(rows)
    if "too old to tell whether it did" in planned.fates or "went back before" in planned.fates:
        click.echo("--again sends those of them too that went back before")
    where = sorted({_source(each.topic, each.partition, None) for each in planned.going})
    if where:
        click.echo(f"to {', '.join(where[:20])}{' and others' if len(where) > 20 else ''}")


def _narrow(*columns: str) -> Table:
    """A table that stays readable at 80 columns: names may be folded, nothing is cut off."""
    made = table(*columns)
    for column in made.columns:
        column.overflow = "fold"
        column.no_wrap = column.header not in ("reason, from", "from, key")
    return made


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _value(value: bytes | None, size: int) -> str:
    if value is None:
        return "(null: a withdrawal)"
    if not value:
        return "(empty)"
    told = []
    try:
        value.decode()
    except UnicodeDecodeError as error:
        told.append(f"not UTF-8 from byte {error.start:,} on")
    text = value.decode("utf-8", "backslashreplace")
    body = shown(text[:size], lines=True)
    if len(text) > size:
        # What is cut off shows it at its end.
        told.append(f"{len(value):,} bytes: the first {size:,} characters and the last")
        body += f"\n[...]\n{shown(text[max(size, len(text) - 200) :], lines=True)}"
    return f"{body}\n({'; '.join(told)})" if told else body


def _letters(count: int) -> str:
    return f"{count:,} {'letter' if count == 1 else 'letters'}"


def _readable(value: bytes, size: int) -> str:
    text = value[:size].decode("utf-8", "backslashreplace")
    return f"{text}..." if len(value) > size else text


def _source(topic: str | None, partition: int | None, offset: int | None) -> str:
    if topic is None:
        return "unknown"
    parts = [topic, *(str(n) for n in (partition, offset) if n is not None)]
    return safe("/".join(parts))
