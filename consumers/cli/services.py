"""``copydesk services``: an embedded Kafka and Redis, for people without Docker.

The pair lives on after the command that started it, until ``down`` or the end of the machine's day.
What was started fetches and runs real servers; see ``consumers.embedded``.
"""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from consumers.cli.options import json_option
from consumers.cli.output import console, on_terminal, print_json, safe
from consumers.embedded import Progress, Status, default_directory, down, status, up
from consumers.errors import CopydeskError

_dir_option = click.option(
    "--dir",
    "directory",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where their data is (else copydesk/services in your state directory).",
)


def _in_lines(verb: Callable[..., None]) -> Callable[..., None]:
    """Print an error over several lines, since it quotes a server's log."""

    @functools.wraps(verb)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            verb(*arguments, **options)
        except CopydeskError as error:
            click.echo(f"copydesk: {safe(str(error), lines=True)}", err=True)
            click.get_current_context().exit(error.exit_code)

    return run


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Progress on standard error: a bar on a terminal, else a line for each thing done."""
    if not on_terminal():
        yield _line_each()
        return
    from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Bars(*columns, console=console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                for task in tasks.values():
                    bars.update(task, visible=False)
                tasks[what] = bars.add_task(what, total=total or None)
            bars.update(tasks[what], completed=done)

        yield show


def _line_each() -> Progress:
    said: set[str] = set()

    def show(what: str, _done: int, total: int) -> None:
        if what not in said:
            said.add(what)
            size = f" ({total / 1e6:.0f} MB)" if total else ""
            click.echo(f"{what}{size} ...", err=True)

    return show


@click.group(name="services")
def command() -> None:
    """Start or stop an embedded Apache Kafka and Redis, without Docker, Java or root.

    The first start fetches Kafka (45 MB) into your cache directory, or COPYDESK_CACHE; later
    ones need no network. To use servers that run elsewhere, set COPYDESK_KAFKA and COPYDESK_REDIS.
    """


@command.command("up")
@_dir_option
@json_option
@_in_lines
def up_command(directory: Path | None, as_json: bool) -> None:
    """Start both, or what of them does not run, and print their addresses.

    A pair that runs already is used as it is. Both listen on this machine alone.
    """
    place = directory or default_directory()
    with progress_shown() as progress:
        pair = up(place, progress=progress)
    if as_json:
        print_json({"kafka": pair.kafka, "redis": pair.redis})
        return
    click.echo(f"Kafka  {pair.kafka}  (pid {pair.kafka_pid})")
    click.echo(f"Redis  {pair.redis}  (pid {pair.redis_pid})")
    click.echo(f"data   {pair.directory}\n")
    click.echo("For the other commands, in this shell:\n")
    click.echo(f"  export COPYDESK_KAFKA={pair.kafka}\n  export COPYDESK_REDIS={pair.redis}\n")
    click.echo(f"To end them: copydesk services down{_dir_words(directory)}")


@command.command("down")
@_dir_option
@click.option("--purge", is_flag=True, help="Delete their data too.")
@json_option
@_in_lines
def down_command(directory: Path | None, purge: bool, as_json: bool) -> None:
    """End what `up` started, and nothing else. The data stays for the next `up`."""
    place = directory or default_directory()
    ended = down(place, purge=purge)
    if as_json:
        print_json({"ended": ended, "purged": purge})
        return
    pids = " and ".join(str(pid) for pid in ended)
    click.echo(f"Ended {pids}." if ended else f"Nothing was running in {place}.")
    if purge:
        click.echo(f"Their data in {place} is deleted.")


@command.command("status")
@_dir_option
@json_option
@_in_lines
def status_command(directory: Path | None, as_json: bool) -> None:
    """Show whether they run, where, and as which processes."""
    found = status(directory or default_directory())
    if as_json:
        print_json(_record(found))
        return
    if found.kafka is None:
        click.echo(f"Nothing was started in {found.directory}.")
        return
    click.echo(f"Kafka  {found.kafka}  {_state(found.kafka_running, found.kafka_pid)}")
    click.echo(f"Redis  {found.redis}  {_state(found.redis_running, found.redis_pid)}")
    click.echo(f"data   {found.directory}")
    if not found.running:
        click.echo(f"To start what does not run: copydesk services up{_dir_words(directory)}")


@command.command("env")
@_dir_option
@_in_lines
def env_command(directory: Path | None) -> None:
    """Print what a shell must know to use them: eval "$(copydesk services env)"."""
    found = status(directory or default_directory())
    if not found.running:
        raise CopydeskError(
            f"nothing runs in {found.directory}; start them with "
            f"`copydesk services up{_dir_words(directory)}`"
        )
    click.echo(f"export COPYDESK_KAFKA={found.kafka}\nexport COPYDESK_REDIS={found.redis}")


def _record(found: Status) -> dict[str, Any]:
    return {
        "running": found.running,
        "kafka": found.kafka,
        "redis": found.redis,
        "kafka_pid": found.kafka_pid,
        "redis_pid": found.redis_pid,
        "kafka_running": found.kafka_running,
        "redis_running": found.redis_running,
        "directory": str(found.directory),
    }


def _state(running: bool, pid: int | None) -> str:
    return f"running (pid {pid})" if running else "not running"


def _dir_words(directory: Path | None) -> str:
    return f" --dir {shlex.quote(str(directory))}" if directory else ""
