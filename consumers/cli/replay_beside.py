"""``copydesk replay ... --beside NAME``: a run of its own, and how it differs from the live one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from consumers.cli import bars
from consumers.cli.options import settings_of
from consumers.cli.output import print_json
from consumers.errors import UsageFault
from consumers.replay import job as jobs
from consumers.replay.job import Job
from consumers.settings import Settings

if TYPE_CHECKING:
    from consumers.replay.targets import Target


def plan(
    ctx: click.Context, target: Target | None, given: dict[str, Any], *, as_json: bool
) -> None:
    """Plan a run and keep the plan."""
    from consumers.cli import replay_report

    file = jobs.file_of(given["beside"], given["job"])
    if jobs.read(file) is not None:
        raise UsageFault(f"{file} holds the plan of {given['beside']!r} already: run it")
    made = _made(ctx, target, given)
    jobs.write(file, made)
    if as_json:
        print_json({"job": str(file), "plan": made})
        return
    replay_report.plan(made)
    click.echo(f"the plan is kept in {file}: `copydesk replay run --beside {made.name}`")


def run(
    ctx: click.Context,
    target: Target | None,
    given: dict[str, Any],
    *,
    details: int,
    forget: bool,
    as_json: bool,
) -> None:
    """Carry a run out or go on with it, and compare."""
    from consumers.cli import replay_report
    from consumers.replay import running

    file = jobs.file_of(given["beside"], given["job"])
    made = jobs.read(file)
    if made is None:
        made = _made(ctx, target, given)
        jobs.write(file, made)
    elif target is not None or given["changes"] or given["file"] or given["topics"]:
        raise UsageFault(
            f"{file} holds the plan of {made.name!r} already: run it without a target and other "
            "settings, or `copydesk replay forget` it"
        )
    live = settings_of(ctx)
    own = _own(ctx, made, live)
    if not as_json:
        replay_report.plan(made)
    try:
        with bars.of_records("replaying", made.lead + made.records, quiet=as_json) as moved:
            done = running.run(live, own, made, moved)
    except KeyboardInterrupt:
        click.echo(
            f"paused; `copydesk replay run --beside {made.name}` goes on where it stopped", err=True
        )
        raise
    if not as_json:
        replay_report.done(made, done)
    _compare(live, made, details, as_json=as_json)
    if forget:
        _forget(live, own, made, file, quiet=as_json)


def report(
    ctx: click.Context, name: str, file: Path | None, details: int, *, as_json: bool
) -> None:
    """Compare once more."""
    _compare(settings_of(ctx), _there(name, file), details, as_json=as_json)


def forget(ctx: click.Context, name: str, file: Path | None) -> None:
    """Delete all that a run made."""
    made = _there(name, file)
    live = settings_of(ctx)
    _forget(live, _own(ctx, made, live), made, jobs.file_of(name, file), quiet=False)


def _made(ctx: click.Context, target: Target | None, given: dict[str, Any]) -> Job:
    from consumers.kafka_client import connection
    from consumers.replay import planning, targets

    if given["group"] is not None or given["skip"]:
        raise UsageFault("--group and --skip go without --beside")
    if target is None:
        raise UsageFault("say from where: --to-time, --by, --to-uri, --to-offset or --to-earliest")
    live = settings_of(ctx)
    wish = planning.Wish(
        name=given["beside"],
        scope=targets.by_settings(live, given["topics"], given["partitions"]),
        target=target,
        until=given["until"],
        lead_in=given["lead_in"],
        changes=jobs.changes(given["changes"], given["file"]),
    )
    with connection.connect(live) as kafka:
        return planning.plan(kafka, wish, os.environ, _config(ctx))


def _there(name: str, file: Path | None) -> Job:
    found = jobs.read(jobs.file_of(name, file))
    if found is None:
        raise UsageFault(
            f"{jobs.file_of(name, file)} is not there: call it where the replay was planned, or "
            "name its plan by --job"
        )
    return found


def _own(ctx: click.Context, made: Job, live: Settings) -> Settings:
    return jobs.settings_of(made, live, os.environ, _config(ctx))


def _config(ctx: click.Context) -> Path | None:
    config = ctx.find_root().obj
    return config if isinstance(config, Path) else None


def _compare(live: Settings, made: Job, details: int, *, as_json: bool) -> None:
    from consumers.cli import replay_report
    from consumers.replay import comparing

    with bars.of_records("comparing", comparing.sizes(live, made), quiet=as_json) as moved:
        found = comparing.report(live, made, details, moved)
    if as_json:
        print_json(found)
    else:
        replay_report.report(made, found)


def _forget(live: Settings, own: Settings, made: Job, file: Path, *, quiet: bool) -> None:
    from consumers.replay.forgetting import forget as forget_all

    keys = forget_all(live, own, made)
    file.unlink(missing_ok=True)
    if not quiet:
        click.echo(
            f"forgotten: {keys:,} keys of {made.namespace}, the group {made.group}, the topics "
            f"{made.output}, {made.audit} and {made.dead}"
        )
