"""``copydesk work``: run the agent."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from consumers import logs
from consumers.cli.options import settings_of
from consumers.errors import CopydeskError
from consumers.settings import Settings

if TYPE_CHECKING:
    from consumers.supervisor import Supervisor

log = logging.getLogger("copydesk.work")

#: How long Kafka is asked to let go of workers that were still waiting, in milliseconds: they are
#: members only where they were at work shortly before, and Kafka is what they waited for.
_IN_PASSING = 500


@click.command()
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Worker processes; more than there are partitions help nobody.",
)
@click.pass_context
def command(ctx: click.Context, processes: int) -> None:
    """Run the agent that cleans articles, until SIGTERM or Ctrl-C.

    \b
    Waits for Kafka and Redis where they are away. Starts again what ends, with growing pauses.
    Example:
      copydesk work --processes 2
    """
    try:
        _work(ctx, processes)
    except CopydeskError as fault:
        if not logs.in_json() and os.environ.get("COPYDESK_LOG_FORMAT") != "json":
            raise
        # A pipeline of logs reads what a worker writes, to its last line.
        logs.configure("info", "json")
        log.error("%s", fault)  # noqa: TRY400 - the sentence is for people, a traceback is not
        ctx.exit(fault.exit_code)


def _work(ctx: click.Context, processes: int) -> None:
    from consumers.supervisor import names

    settings = settings_of(ctx)
    logs.configure(settings.log, settings.log_format)
    environ = dict(os.environ)
    if (config := ctx.find_root().obj) is not None:
        environ["COPYDESK_CONFIG"] = str(config)
    workers, lock = names(settings.instance, settings.group, processes)
    with _supervisor(settings, workers, environ) as supervisor:
        code = supervisor.run()
    if lock is not None:
        lock.close()
    leave_group(ctx, workers, _IN_PASSING if supervisor.waited else None)
    ctx.exit(code)


@contextlib.contextmanager
def _supervisor(
    settings: Settings, workers: list[str], environ: dict[str, str]
) -> Iterator[Supervisor]:
    """The supervisor, with metrics and health served where COPYDESK_WEB says so."""
    from consumers.supervisor import Supervisor

    if not settings.web:
        yield Supervisor(workers, environ)
        return
    from consumers import metrics
    from consumers.web.work import serve

    with metrics.begin() as told:
        supervisor = Supervisor(workers, environ | told, metrics.gone)
        server = serve(settings.web, workers, supervisor.starts, settings.web_token)
        try:
            yield supervisor
        finally:
            server.shutdown()
            server.server_close()


def leave_group(ctx: click.Context, workers: list[str], patience: int | None = None) -> None:
    """Take the workers out of the group, so that their partitions are free at once.

    A static member sends no LeaveGroup when it stops (KIP-345); without this the group would wait
    for a session. Where Kafka cannot be reached within ``patience`` milliseconds (else as long as
    any connection may take), it does.
    """
    from consumers.kafka_client import connection, groups
    from consumers.kafka_client.opening import CONNECT_MS

    settings, patience = settings_of(ctx), patience or CONNECT_MS
    with contextlib.suppress(CopydeskError), connection.connect(settings, patience) as kafka:
        groups.leave(kafka, settings.group, workers)
