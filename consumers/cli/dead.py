"""``copydesk dead list|show|redrive``: the records that could not be read."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from consumers.cli import bars
from consumers.cli.moments import Duration, Moment
from consumers.cli.options import json_option, settings_of
from consumers.errors import UsageFault

if TYPE_CHECKING:
    from consumers.dead import Filter
    from processors.records import Record
    from processors.redrive import Letter

_F = TypeVar("_F", bound=Callable[..., Any])
_LIST_LIMIT = 100


def _filters(function: _F) -> _F:
    for option in reversed((
        click.option("--reason", "reasons", multiple=True, metavar="R",
                     help="Only of this reason (repeatable)."),
        click.option("--since", type=Moment(), help="Only records from this time on."),
        click.option("--until", type=Moment(), help="Only records before this time."),
        click.option("--within", type=Duration(), help="Only records of the last so long."),
        click.option("--topic", metavar="T", help="Only from this input topic."),
        click.option("--partition", type=click.IntRange(min=0), metavar="N",
                     help="Only from this partition of the input."),
        click.option("--offset", "places", multiple=True, metavar="P/O",
                     help="Only this letter, by its place in the dead-letter topic (repeatable)."),
    )):  # fmt: skip
        function = option(function)
    return function


@click.group()
def command() -> None:
    """List, show and redrive the records that could not be read."""


@command.command(name="list")
@_filters
@click.option("--each", is_flag=True, help="A row a letter, not a row a reason and source.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_LIST_LIMIT,
    metavar="N",
    help="With --each: the last N.",
)
@json_option
@click.pass_context
def list_(ctx: click.Context, /, *, each: bool, limit: int, as_json: bool, **given: Any) -> None:
    """List dead letters by reason and by where they came from, with counts.

    \b
    Examples:
      copydesk dead list
      copydesk dead list --within 24h --reason cut-off --each
    """  # fmt: skip
    from collections import deque

    from consumers import dead
    from consumers.cli import dead_view
    from consumers.cli.output import print_json

    settings = settings_of(ctx)
    with bars.of_records("reading", dead.held(settings), quiet=as_json) as moved:
        letters = (letter for letter, _ in dead.records(settings, filter_of(given), moved))
        if each:
            last = deque(letters, limit)
        else:
            groups = dead.grouped(letters)
    if each:
        if as_json:
            for letter in last:
                print_json(as_object(letter))
        else:
            dead_view.letters(settings.dead, last)
    elif as_json:
        for group in groups:
            print_json(group)
    else:
        dead_view.groups(settings.dead, groups)


@command.command()
@click.argument("named", nargs=-1, metavar="PARTITION/OFFSET...")
@_filters
@click.option(
    "--length",
    type=click.IntRange(min=16),
    default=2000,
    metavar="N",
    help="Show so many characters of the value.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=5,
    metavar="N",
    help="Without a place: the last N that the filters take.",
)
@json_option
@click.pass_context
def show(
    ctx: click.Context,
    /,
    *,
    named: tuple[str, ...],
    length: int,
    limit: int,
    as_json: bool,
    **given: Any,
) -> None:
    """Show dead letters as far as they can be read, and the reason of each.

    \b
    Examples:
      copydesk dead show 2/118
      copydesk dead show --reason not-utf8 --limit 1
    """  # fmt: skip
    from collections import deque

    from consumers import dead
    from consumers.cli import dead_view
    from consumers.cli.output import print_json

    settings = settings_of(ctx)
    wanted = filter_of(given | {"places": (*named, *given["places"])})
    count = len(wanted.places) or limit
    found = deque(dead.records(settings, wanted, lambda _count: None), count)
    if not found:
        raise UsageFault(f"{settings.dead} holds no such letter: `copydesk dead list` shows them")
    for letter, record in found:
        if as_json:
            print_json(as_object(letter) | _content(record))
        else:
            dead_view.letter(letter, record, length)


@command.command()
@_filters
@click.option("--go", is_flag=True, help="Do it. Without it, only what would be done is shown.")
@click.option("--again", is_flag=True, help="Also send letters that went back before.")
@json_option
@click.pass_context
def redrive(ctx: click.Context, /, *, go: bool, again: bool, as_json: bool, **given: Any) -> None:
    """Send records back to the topics they came from, once what was wrong is mended.

    They keep key, value, headers and time, and name as their origin where they stood first. One
    that fails again becomes a dead letter again, which says how often.

    \b
    Examples:
      copydesk dead redrive --reason too-large
      copydesk dead redrive --reason too-large --go
    """
    from consumers import dead
    from consumers.cli import dead_view
    from consumers.cli.output import print_json

    settings, wanted = settings_of(ctx), filter_of(given)
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(dead.redriving(settings)) if go else None
        with bars.of_records("reading", dead.held(settings), quiet=as_json) as moved:
            planned = dead.plan(settings, wanted, moved, again=again)
        sent = 0
        if out is not None:
            with bars.of_records("sending", len(planned.going), quiet=as_json) as moved:
                sent = dead.redrive(settings, planned, out, moved)
    if as_json:
        print_json({"sent": sent, "dry_run": not go, "letters": planned.fates})
        return
    dead_view.fates(planned)
    if go:
        click.echo(f"{sent:,} sent back")
    elif planned.going:
        click.echo("nothing was sent: --go sends what goes back")


def filter_of(given: dict[str, Any]) -> Filter:
    """The filter that the options make. Raises UsageFault."""
    import time

    from consumers.dead import Filter, place_of

    since = given["since"]
    if given["within"] is not None:
        if since is not None:
            raise UsageFault("--since and --within exclude one another")
        since = round(time.time() * 1000) - given["within"]
    return Filter(
        reasons=given["reasons"],
        since=since,
        until=given["until"],
        topic=given["topic"],
        partition=given["partition"],
        places=frozenset(map(place_of, given["places"])),
    )


def as_object(letter: Letter) -> dict[str, Any]:
    """A letter as JSON has it: the key as text where it is one."""
    import msgspec

    found: dict[str, Any] = msgspec.structs.asdict(letter)
    del found["key"]
    return found | _told("key", letter.key)


def _content(record: Record) -> dict[str, Any]:
    headers = {name: value.decode("utf-8", "backslashreplace") for name, value in record.headers}
    return _told("value", record.value) | {"headers": headers}


def _told(name: str, value: bytes | None) -> dict[str, Any]:
    """Bytes as text, or, where they are none, in base64 under another name."""
    if value is None:
        return {name: None}
    try:
        return {name: value.decode()}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(value).decode()}
