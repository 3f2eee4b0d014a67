"""``copydesk tail``: cleaned items as they come."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Iterable, Iterator
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from consumers.cli.options import json_option, settings_of
from consumers.cli.output import console, print_json, safe, shown
from consumers.errors import Unreachable
from consumers.settings import Settings
from processors.records import Record

#: Fields of an item whose names are its tags.
_TAGS = ("subjects", "places", "people", "organisations")
_TITLE, _BEGINNING = 200, 300
#: After so many seconds without an item it is looked whether Kafka is there at all.
_LOOK_AFTER = 20.0


@click.command()
@click.option("--topic", help="Another topic than COPYDESK_OUTPUT.")
@click.option("--from-start", is_flag=True, help="Begin with the oldest item that is kept.")
@click.option("--count", type=click.IntRange(min=1), metavar="N", help="End after N items.")
@click.option("--end", is_flag=True, help="End where the topic ends now; implies --from-start.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    topic: str | None,
    from_start: bool,
    count: int | None,
    end: bool,
    as_json: bool,
) -> None:
    """Show cleaned items as they come, until Ctrl-C.

    \b
    Examples:
      copydesk tail
      copydesk tail --from-start --count 10 --json
      copydesk tail --topic articles.dead --end
    """
    settings = settings_of(ctx)
    name = topic or settings.output
    came = _all(settings, name) if end else _coming(settings, name, from_start=from_start)
    out = console()
    for record in itertools.islice(came, count):
        if as_json:
            print_json(as_object(record))
        else:
            show(out, record)


def _coming(settings: Settings, topic: str, *, from_start: bool) -> Iterator[Record]:
    """Records for ever. Kafka may go away and come back meanwhile: that is said, once each time."""
    from consumers.kafka_client.connection import connect
    from consumers.kafka_client.reading import follow

    quiet_since, away = time.monotonic(), False
    for batch in follow(settings, [topic], from_start=from_start):
        yield from batch
        if batch:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > _LOOK_AFTER:
            try:
                with connect(settings):
                    away = False
            except Unreachable as error:
                if not away:
                    click.echo(f"copydesk: waiting: {safe(str(error))}", err=True)
                away = True
            quiet_since = time.monotonic()


def _all(settings: Settings, topic: str) -> Iterator[Record]:
    from consumers.kafka_client.connection import connect
    from consumers.kafka_client.reading import merged, stretches

    with connect(settings) as kafka:
        ranges = stretches(kafka, [topic])
    return merged(settings, ranges)


def as_object(record: Record) -> dict[str, Any]:
    """One record for ``--json``; ``item`` is its value where that is JSON, ``text`` where not."""
    told: dict[str, Any] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": _text(record.key),
        "headers": {name: _text(value) for name, value in record.headers},
    }
    if record.value is None:
        return {**told, "item": None}
    item = parsed(record.value)
    return {**told, "item": item} if item is not None else {**told, "text": _text(record.value)}


def parsed(value: bytes | None) -> dict[str, Any] | None:
    """The JSON object that a value is, or None."""
    try:
        found = msgspec.json.decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def show(out: Console, record: Record) -> None:
    """Print one item for a person: title, tags, what was dropped, how it begins."""
    item = parsed(record.value) or {}
    head = Text(_moment(record.timestamp), style="dim")
    head.append(f"  {_title(item, record)}", style="bold")
    out.print(head, soft_wrap=True)
    facts = [shown(_text(record.key) or ""), *_facts(item, record)]
    out.print(Text("  " + ", ".join(fact for fact in facts if fact), style="dim"), soft_wrap=True)
    tags = [shown(str(tag["name"])) for field in _TAGS for tag in _named(item.get(field))]
    if tags:
        out.print(Text("  " + " · ".join(tags), style="cyan"), soft_wrap=True)
    beginning = " ".join(_body(item, record).split())[:_BEGINNING]
    if beginning:
        out.print(Text(f"  {shown(beginning)}"), soft_wrap=True)
    out.print()


def _title(item: dict[str, Any], record: Record) -> str:
    titles = [str(each["value"]) for each in _objects(item.get("headlines")) if each.get("value")]
    if titles:
        return shown(titles[0][:_TITLE])
    if record.value is None or item.get("pubStatus") == "canceled":
        return "withdrawn"
    return "without a title"


def _facts(item: dict[str, Any], record: Record) -> Iterator[str]:
    if item.get("language"):
        yield shown(str(item["language"]))
    kept, dropped = record.header("copydesk-kept"), record.header("copydesk-dropped")
    if kept is not None and dropped is not None:
        yield f"{shown(_text(kept) or '')} kept, {shown(_text(dropped) or '')} dropped"
    if record.header("copydesk-dedupe") == b"skipped":
        yield "not deduplicated: the store was away"
    if item.get("pubStatus") not in (None, "usable"):
        yield shown(str(item["pubStatus"]))
    if reason := record.header("__connect.errors.exception.message"):
        yield shown(_text(reason) or "")


def _body(item: dict[str, Any], record: Record) -> str:
    bodies = _objects(item.get("bodies"))
    plain = [each for each in bodies if each.get("contentType") == "text/plain"]
    for each in plain or bodies:
        return str(each.get("value", ""))
    return "" if item else _text(record.value) or ""


def _named(found: Any) -> Iterable[dict[str, Any]]:
    return (each for each in _objects(found) if each.get("name"))


def _objects(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace")


def _moment(timestamp: int) -> str:
    try:
        moment = dt.datetime.fromtimestamp(timestamp / 1000, dt.UTC).astimezone()
    except (OverflowError, ValueError, OSError):
        return "no time"
    return moment.strftime("%Y-%m-%d %H:%M:%S")
