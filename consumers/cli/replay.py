"""``copydesk replay``: a range read again, in place or beside the live run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from consumers.cli.moments import Duration, Moment
from consumers.cli.options import json_option, settings_of
from consumers.errors import UsageFault

if TYPE_CHECKING:
    from consumers.replay.targets import Target

_F = TypeVar("_F", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


def _options(function: _F) -> _F:
    """What ``plan`` and ``run`` take alike, in the order in which --help shows it."""
    for option in reversed((
        click.option("--to-time", type=Moment(), help="From the first record of this time on."),
        click.option("--by", "duration", type=Duration(), help="From so long before now on."),
        click.option("--to-uri", metavar="URI", help="From the first record of this article on."),
        click.option("--to-offset", type=click.IntRange(min=0), metavar="N", help="From offset N."),
        click.option("--to-earliest", is_flag=True, help="From the oldest record that is kept."),
        click.option("--group", metavar="G", help="Another group than COPYDESK_GROUP."),
        click.option("--topic", "topics", multiple=True, metavar="T",
                     help="Another topic than COPYDESK_INPUT (repeatable)."),
        click.option("--partition", "partitions", multiple=True, metavar="[T:]N",
                     help="Only this partition (repeatable)."),
        click.option("--skip", is_flag=True,
                     help="Also move partitions forward: what lies between is never read."),
        click.option("--beside", metavar="NAME",
                     help="Not in place: a run of this name beside the live one."),
        click.option("--until", type=Moment(), help="Beside: up to this time, not up to the end."),
        click.option("--lead-in", type=Duration(), default=None,
                     help="Beside: also judge, and not publish, what came so long before, so that "
                     "its claims are there (default: the window)."),
        click.option("--set", "changes", multiple=True, metavar="NAME=VALUE",
                     help="Beside: another value of a setting (repeatable)."),
        click.option("--with", "file", type=_FILE, metavar="FILE",
                     help="Beside: a TOML file of other values of settings."),
        click.option("--job", type=_FILE, metavar="FILE",
                     help="Beside: where the plan is kept (default: copydesk-replay-NAME.json)."),
    )):  # fmt: skip
        function = option(function)
    return function


@click.group()
def command() -> None:
    """Read a range again.

    In place, the group's offsets go back, and its workers read and publish the range again. Beside,
    with --beside NAME, the range is judged by other settings or taxonomies into topics of its own,
    and compared with what the live run published. `plan` shows what `run` would do.
    """


@command.command()
@_options
@json_option
@click.pass_context
def plan(ctx: click.Context, /, *, as_json: bool, **given: Any) -> None:
    """Show what a replay would do. In place nothing is changed; beside, the plan is kept.

    \b
    Examples:
      copydesk replay plan --by 12h
      copydesk replay plan --to-uri urn:newsml:agency.example:20261123:storm
      copydesk replay plan --beside stricter --by 7d --set drop_from=40
    """
    if given["beside"] is not None:
        from consumers.cli import replay_beside

        replay_beside.plan(ctx, target_of(given), given, as_json=as_json)
        return
    from consumers.cli import replay_view
    from consumers.cli.output import print_json
    from consumers.kafka_client import connection

    with connection.connect(settings_of(ctx)) as kafka:
        planned = _planned(kafka, given)
    if as_json:
        print_json(planned)
    else:
        replay_view.in_place(planned)


@command.command()
@_options
@click.option(
    "--undo-file",
    type=_FILE,
    metavar="FILE",
    help="In place: where to write what undoes it (default: by group and time, here).",
)
@click.option(
    "--wait",
    type=Duration(),
    default=0,
    help="In place: wait so long for the group's members to go.",
)
@click.option(
    "--details",
    type=click.IntRange(min=0),
    default=20,
    metavar="N",
    help="Beside: show so many of the articles that differ.",
)
@click.option(
    "--forget",
    is_flag=True,
    help="Beside: when it is done and compared, delete its claims, group and topics.",
)
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    /,
    *,
    undo_file: Path | None,
    wait: int,
    details: int,
    forget: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Carry a replay out. In place a live group is refused, and a file that undoes it is written.

    Beside, it goes on where an earlier run of the same name was interrupted.

    \b
    Examples:
      copydesk replay run --by 12h
      copydesk replay run --to-offset 1200 --partition 3
      copydesk replay run --beside stricter
    """  # fmt: skip
    if given["beside"] is not None:
        from consumers.cli import replay_beside

        replay_beside.run(
            ctx, target_of(given), given, details=details, forget=forget, as_json=as_json
        )
        return
    from consumers.cli import replay_view
    from consumers.cli.output import print_json
    from consumers.kafka_client import connection
    from consumers.replay import inplace, undo
    from consumers.replay.quiet import wait_until_quiet

    settings = settings_of(ctx)
    with connection.connect(settings) as kafka:
        wait_until_quiet(kafka, given["group"] or settings.group, wait / 1000)
        planned = _planned(kafka, given)
        if not as_json:
            replay_view.in_place(planned)
        moved = any(each.moves for each in planned.moves)
        file = undo_file or undo.default_file(planned.group, Path())
        if moved:
            inplace.carry_out(kafka, planned, file)
    if as_json:
        print_json({"plan": planned, "undo_file": str(file) if moved else None})
    elif moved:
        click.echo(f"moved. `copydesk replay undo {file}` puts it back")
    else:
        click.echo("nothing to move")


@command.command()
@click.argument("file", type=_FILE)
@click.option("--wait", type=Duration(), default=0, help="Wait so long for the members to go.")
@json_option
@click.pass_context
def undo(ctx: click.Context, file: Path, wait: int, as_json: bool) -> None:
    """Put a group back where it stood before a replay in place, by the file that the run wrote.

    \b
    Example:
      copydesk replay undo copydesk-undo-copydesk-20261123T094500Z.json
    """
    from consumers.cli import replay_view
    from consumers.cli.output import print_json
    from consumers.kafka_client import connection
    from consumers.replay import undo as undoing
    from consumers.replay.quiet import wait_until_quiet

    content = undoing.read(file)
    with connection.connect(settings_of(ctx)) as kafka:
        wait_until_quiet(kafka, content.group, wait / 1000)
        before = undoing.undo(kafka, content)
    if as_json:
        print_json({"group": content.group, "offsets": content.offsets})
    else:
        replay_view.undone(content, before)


def _planned(kafka: Any, given: dict[str, Any]) -> Any:
    from consumers.replay import inplace, targets

    for name in ("until", "lead_in", "changes", "file", "job"):
        if given[name] not in (None, ()):
            raise UsageFault("--until, --lead-in, --set, --with and --job go with --beside")
    target = target_of(given)
    if target is None:
        raise UsageFault("say where to: --to-time, --by, --to-uri, --to-offset or --to-earliest")
    settings = kafka.settings
    scope = targets.by_settings(settings, given["topics"], given["partitions"])
    group = given["group"] or settings.group
    return inplace.plan(kafka, group, scope, target, skip=given["skip"])


def target_of(given: dict[str, Any]) -> Target | None:
    """The target that the options name; None where they name none. Raises UsageFault for two."""
    from consumers.replay.targets import Target

    found = [
        target
        for target in (
            Target("time", given["to_time"]) if given["to_time"] is not None else None,
            Target("duration", given["duration"]) if given["duration"] is not None else None,
            Target("uri", uri=given["to_uri"]) if given["to_uri"] is not None else None,
            Target("offset", given["to_offset"]) if given["to_offset"] is not None else None,
            Target("earliest") if given["to_earliest"] else None,
        )
        if target is not None
    ]
    if len(found) > 1:
        raise UsageFault("--to-time, --by, --to-uri, --to-offset and --to-earliest exclude another")
    return found[0] if found else None


_name = click.argument("name")
_job = click.option("--job", type=_FILE, metavar="FILE", help="The plan, if it is not here.")


@command.command()
@_name
@_job
@click.option(
    "--details",
    type=click.IntRange(min=0),
    default=20,
    metavar="N",
    help="Show so many of the articles that differ.",
)
@json_option
@click.pass_context
def report(ctx: click.Context, name: str, job: Path | None, details: int, as_json: bool) -> None:
    """Compare what the run NAME beside published with what the live run did.

    Equal articles, changed ones (which paragraphs, which tags), and those of one run only.
    """  # fmt: skip
    from consumers.cli import replay_beside

    replay_beside.report(ctx, name, job, details, as_json=as_json)


@command.command()
@_name
@_job
@click.pass_context
def forget(ctx: click.Context, name: str, job: Path | None) -> None:
    """Delete what the run NAME beside made: its claims, its group, its topics and its plan."""
    from consumers.cli import replay_beside

    replay_beside.forget(ctx, name, job)
