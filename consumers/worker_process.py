"""One worker process: what ``copydesk work`` starts, watches and starts again.

Run as ``python -m consumers.worker_process``. It waits for Kafka and Redis and says for which; then
it runs the agent until SIGTERM. Its exit code tells the supervisor whether starting again can help:

- 0: told to stop, and everything in hand is settled and committed;
- 64: a person must mend something first (settings, a missing topic, a feed of bad records, a
  refusal by the broker);
- anything else: start again; nothing is lost, since nothing unsettled is committed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec

from consumers import log_places, logs
from consumers.errors import CopydeskError, Denied, Unreachable
from consumers.exits import AGAIN, HELPLESS
from consumers.meter import Meter, Silent
from consumers.settings import Settings, describe, load

if TYPE_CHECKING:
    from consumers.taggers import Taggers

log = logging.getLogger("copydesk.worker")

_FIRST_PAUSE, _LAST_PAUSE = 0.5, 10.0
#: How long Kafka has before it is said to be waited for, in milliseconds.
_SAID_AFTER = 1_000
_LARGEST_BATCH = 512 << 10


def main() -> NoReturn:
    """Run one worker process by the environment's settings."""
    config = os.environ.get("COPYDESK_CONFIG")
    try:
        settings = load(os.environ, Path(config) if config else None)
        logs.configure(settings.log, settings.log_format, settings.instance)
        _end_with_parent(_parent())
        log.info("settings in force: %s", msgspec.json.encode(describe(settings)).decode())
        _run(settings)
    except CopydeskError as fault:
        log.error("%s", fault)  # noqa: TRY400 - the sentence is for people, a traceback is not
        _leave(HELPLESS)
    except KeyboardInterrupt:
        _leave(0)
    _leave(0)


def _run(settings: Settings) -> None:
    log.info("connecting to Kafka at %s", settings.kafka)
    meter = _meter(settings)
    # Beside it, since both take a second, of which Kafka's is spent waiting.
    aside = ThreadPoolExecutor(1)
    loading = aside.submit(_load, settings)
    sizes = _wait_for_kafka(settings, meter)
    # Only now, since they take half a second, in which Kafka may be said to be away.
    from consumers import assembly
    from consumers.engine import Engine
    from consumers.faust_worker.app import run

    asyncio.run(_wait_for_redis(settings, meter))
    loaded = loading.result()
    warming = aside.submit(assembly.warmed, loaded)
    written = (settings.output, settings.audit, settings.dead)

    def engine() -> Engine:
        core = assembly.core(settings, *(sizes[w] for w in written), loaded=warming.result())
        return Engine(core, assembly.redis_store(settings), settings.store_down, meter)

    run(
        settings,
        engine,
        meter,
        _fatal,
        lambda: _leave(0),
        min(_LARGEST_BATCH, int(min(sizes.values()) * 0.9)),
    )


def _load(settings: Settings) -> Taggers | None:
    from consumers import assembly

    return assembly.loaded_taggers(settings)


def _meter(settings: Settings) -> Meter:
    """Counts for the supervisor's page, where it has one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return Silent()
    from consumers.metrics import Metrics

    own = ("own",) if settings.tag_files else ()
    return Metrics(settings.instance, (*settings.taggers, *own))


def _wait_for_kafka(settings: Settings, meter: Meter) -> dict[str, int]:
    """``max.message.bytes`` of the topics that are written to.

    Raises:
        CopydeskError: a topic is missing.
    """
    from consumers.kafka_client import connection, rights, topics
    from consumers.kafka_client.opening import CONNECT_MS

    pause, patience = _FIRST_PAUSE, _SAID_AFTER
    written = (settings.output, settings.audit, settings.dead)
    needed = (*settings.input, *written)
    while True:
        try:
            with connection.connect(settings, patience) as kafka:
                rights.check(kafka, _rights(settings), settings.group)
                there = topics.topics(kafka, needed)
                missing = [name for name in needed if name not in there]
                if missing:
                    raise CopydeskError(
                        f"the topic {missing[0]!r} does not exist at {settings.kafka}; "
                        "make the topics with `copydesk topics create`"
                    )
                found = topics.configs(kafka, written)
                meter.producer(up=True)
                return {name: int(found[name]["max.message.bytes"]) for name in written}
        except Denied:
            raise
        except Unreachable as away:
            meter.producer(up=False)
            log.warning("waiting for Kafka, again in %.1f s: %s", pause, away)
            time.sleep(pause)
            pause, patience = min(pause * 2, _LAST_PAUSE), CONNECT_MS


def _rights(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What a worker needs of Kafka, by topic."""
    written = (settings.output, settings.audit, settings.dead)
    return dict.fromkeys(settings.input, ("READ",)) | dict.fromkeys(
        written, ("WRITE", "DESCRIBE_CONFIGS")
    )


async def _wait_for_redis(settings: Settings, meter: Meter) -> None:
    from consumers import assembly
    from consumers.store import StoreAway, warnings

    store = assembly.redis_store(settings)
    pause = _FIRST_PAUSE
    try:
        while True:
            try:
                await store.ping()
                meter.store(up=True)
                for warning in warnings(await store.describe()):
                    log.warning("%s", warning)
            except StoreAway as away:
                meter.store(up=False)
                if settings.store_down == "publish":
                    log.warning("Redis is away, publishing without it: %s", away)
                    return
                log.warning("waiting for Redis, again in %.1f s: %s", pause, away)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LAST_PAUSE)
            else:
                return
    finally:
        await store.close()


def _fatal(exc: BaseException) -> NoReturn:
    """End the process before anything more is committed."""
    if isinstance(exc, Denied) or (
        isinstance(exc, CopydeskError) and not isinstance(exc, Unreachable)
    ):
        log.error("stopping: %s", exc, extra=log_places.of_failure(exc))
        _leave(HELPLESS)
    place = log_places.of_failure(exc)
    log.error("ending, to be started again: %r", exc, exc_info=exc, extra=place)
    _leave(AGAIN)


def _leave(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)


def _parent() -> int:
    """The supervisor's process, by its own word: it may have ended before this line is reached."""
    told = sys.argv[1] if len(sys.argv) > 1 else ""
    return int(told) if told.isdecimal() else os.getppid()


def _end_with_parent(parent: int) -> None:
    """A worker without its supervisor ends like one that was killed.

    Its place is taken by the next start under the same name, and two must never run at once.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(AGAIN)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
