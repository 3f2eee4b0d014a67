"""The Faust app: its settings, its agent, and what it does when partitions come and go.

Rules (section 9 of the contract): the topic is subscribed with ``acks=False`` and the stream with
``noack()``, so that Faust keeps no books; one agent, concurrency 1; no tables, no leader topic, no
topic is ever made here. An exception in an agent makes Faust carry on behind the failed record, so
none leaves it: whatever is unforeseen ends the process before anything more is committed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faust
from faust.tables import TableManager
from yarl import URL

from consumers import memory
from consumers.badruns import BadRuns
from consumers.engine import Engine
from consumers.faust_worker.books import Books
from consumers.faust_worker.reading import Runs, Transport
from consumers.faust_worker.sending import FaustSender
from consumers.meter import Meter
from consumers.pipe import Pipe
from consumers.settings import Settings

log = logging.getLogger("copydesk.worker")

#: What is settled is committed so often, and as soon as a look finds nothing in hand any more: so
#: that a worker that has caught up shows no lag, and one that works is not kept from it.
_LOOK_EVERY, _COMMIT_EVERY = 0.1, 0.3
#: A run of bad records with nothing behind it for so long is no flood: it is committed.
_QUIET = 5.0
#: A worker that cannot commit for so long starts afresh.
_COMMIT_PATIENCE = 120.0
#: So does one that has partitions and no books open for them.
_ADRIFT_PATIENCE = 120.0
#: In ms. A leader that lost its connections as the group was dealt anew knows of no partition, and
#: gives none to anybody until it looks again: five minutes later, by aiokafka's own default.
_METADATA_AGE = 15_000


def run(
    settings: Settings,
    build_engine: Callable[[], Engine],
    meter: Meter,
    fatal: Callable[[BaseException], None],
    done: Callable[[], None],
    largest_batch: int,
) -> None:
    """Run the worker until it is told to stop (SIGTERM, SIGINT), and then call ``done``.

    ``done`` may end the process. ``largest_batch``: bytes that one produced batch may have, below
    every output topic's ``max.message.bytes``.
    """
    books = Books(settings, fatal)
    app = _app(settings, largest_batch)
    app.copydesk = books
    books.app = app
    _agent(app, books, build_engine, meter, done)
    _committing(app, books, meter)
    worker = faust.Worker(
        app,
        quiet=True,
        redirect_stdouts=False,
        override_logging=False,
        loglevel=None,
        console_port=0,
    )
    worker.spinner = None
    sys.exit(worker.execute_from_commandline())


class _NoTables(TableManager):
    """Faust gives tables a second to be declared before it subscribes; here there are none.

    Leans on ``TableManager.on_start`` of faust-streaming 0.15.3, which does the same but the wait.
    """

    async def on_start(self) -> None:
        """See ``mode.Service``."""
        await self._update_channels()
        await self.recovery.start()


def _app(settings: Settings, largest_batch: int) -> Any:
    urls = [URL(f"kafka://{server.strip()}") for server in settings.kafka.split(",")]
    data = Path(tempfile.gettempdir()) / f"copydesk-{os.getuid()}" / "faust"
    data.parent.mkdir(mode=0o700, exist_ok=True)
    app = faust.App(
        settings.group,
        broker=urls,
        broker_credentials=_credentials(settings),
        datadir=data,
        autodiscover=False,
        web_enabled=False,
        TableManager=_NoTables,
        topic_disable_leader=True,
        topic_allow_declare=False,
        table_standby_replicas=0,
        stream_wait_empty=False,
        stream_buffer_maxsize=8,
        agent_supervisor="mode.CrashingSupervisor",
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=_METADATA_AGE,
        consumer_group_instance_id=settings.instance or None,
        consumer_max_fetch_size=settings.fetch_bytes,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=min(3.0, settings.session_timeout / 5),
        broker_rebalance_timeout=max(30.0, settings.session_timeout),
        broker_request_timeout=max(30.0, settings.session_timeout),
        producer_acks=-1,
        producer_linger=settings.linger,
        producer_max_batch_size=largest_batch,
        producer_request_timeout=60.0,
    )
    app.transport = Transport(urls, app, loop=app.loop)
    return app


def _credentials(settings: Settings) -> Any:
    context: ssl.SSLContext | None = None
    if settings.kafka_security in ("ssl", "sasl_ssl"):
        context = ssl.create_default_context(cafile=settings.kafka_ca or None)
        if settings.kafka_cert:
            context.load_cert_chain(settings.kafka_cert, settings.kafka_key or None)
    if settings.kafka_security in ("sasl_plaintext", "sasl_ssl"):
        return faust.SASLCredentials(
            username=settings.kafka_user,
            password=settings.kafka_password,
            ssl_context=context,
            mechanism=settings.kafka_sasl,
        )
    return faust.SSLCredentials(context) if context is not None else None


def _agent(
    app: Any,
    books: Books,
    build_engine: Callable[[], Engine],
    meter: Meter,
    done: Callable[[], None],
) -> None:
    settings = books.settings
    topic = app.topic(*settings.input, schema=Runs(), acks=False)

    @app.agent(topic, concurrency=1)
    async def clean(stream: Any) -> None:
        bad = BadRuns(settings.bad_in_a_row, settings.bad_share)
        books.bad_runs = bad
        books.pipe = Pipe(
            build_engine(),
            FaustSender(app, settings),
            books.ledger,
            bad,
            meter,
            books.stop,
            settings.in_flight,
        )
        books.pipe.start()
        # Here and not beside the committer, which Faust starts when reading has begun.
        books.watch(_ADRIFT_PATIENCE)
        memory.settle()
        try:
            async for event in stream.noack().events():
                await books.take(event.message)
            books.ended(RuntimeError("Faust has ended the agent's stream"))
        except (asyncio.CancelledError, GeneratorExit) as exc:
            books.ended(exc)
            raise
        except BaseException as exc:  # noqa: BLE001 - Faust would carry on behind what failed
            books.fatal(exc)

    @app.on_partitions_revoked.connect
    async def revoked(*args: Any, **kwargs: Any) -> None:
        await books.release()

    @app.on_before_shutdown.connect
    async def stopping(*args: Any, **kwargs: Any) -> None:
        await books.release()
        # All in hand is settled and committed; what is left of Faust's shutdown may take as long
        # as a rebalance.
        done()


def _committing(app: Any, books: Books, meter: Meter) -> None:
    @app.task
    async def committer() -> None:
        refused = waited = 0.0
        while not app.should_stop:
            await asyncio.sleep(_LOOK_EVERY)
            waited += _LOOK_EVERY
            if waited < _COMMIT_EVERY and not books.ledger.at_rest():
                continue
            books.let_go(_QUIET)
            books.feel(meter)
            if not app.rebalancing:
                refused = 0.0 if await books.commit() else refused + waited
            waited = 0.0
            meter.progress(books.ledger.behind())
            if refused > _COMMIT_PATIENCE:
                books.fatal(RuntimeError("Kafka has refused every commit for two minutes"))
