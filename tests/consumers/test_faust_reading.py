"""How Faust's consumer is held to what a worker needs, where no broker is."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock

import faust
import pytest
from faust.tables import TableManager
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from yarl import URL

from consumers.faust_worker.app import _NoTables
from consumers.faust_worker.reading import Transport


async def _nothing(*_: Any, **__: Any) -> None:
    """Whatever happens is nobody's concern here."""


@pytest.mark.parametrize(
    ("transport", "fetches_on", "why"),
    [
        (Transport, True, "with all buffers full, what is fetched next is there when they empty"),
        (driver.Transport, False, "Faust's own sleeps for a second then: else ours is not needed"),
    ],
)
def test_partitions_whose_buffers_are_full_are_fetched_on(
    transport: type[Any], fetches_on: bool, why: str
) -> None:
    urls = [URL("kafka://127.0.0.1:1")]
    app = faust.App("none", broker=urls, autodiscover=False, web_enabled=False)
    consumer = transport(urls, app).create_consumer(
        _nothing, on_partitions_revoked=_nothing, on_partitions_assigned=_nothing
    )
    partitions = {TP("articles.raw", number) for number in range(2)}
    consumer._active_partitions = set(partitions)
    for each in partitions:
        consumer.on_buffer_full(each)
    assert (consumer._get_active_partitions() == partitions) is fetches_on, why


@pytest.mark.parametrize(
    ("transport", "kept", "why"),
    [
        (Transport, 100, "what is asked behind a fetch of empty partitions must not wait long"),
        (driver.Transport, 1500, "Faust's own waits for a second and a half: else ours is not needed"),
    ],
)  # fmt: skip
def test_a_broker_keeps_a_fetch_that_finds_nothing_for_a_tenth_of_a_second(
    transport: type[Any], kept: int, why: str
) -> None:
    async def wait() -> int:
        urls = [URL("kafka://127.0.0.1:1")]
        app = faust.App("none", broker=urls, autodiscover=False, web_enabled=False)
        ours = transport(urls, app)
        consumer = ours.create_consumer(
            _nothing, on_partitions_revoked=_nothing, on_partitions_assigned=_nothing
        )
        client = consumer._new_consumer_thread()._create_worker_consumer(ours)
        await client.stop()
        return int(client._fetch_max_wait_ms)

    assert asyncio.run(wait()) == kept, why


@pytest.mark.parametrize(
    ("manager", "waits", "why"),
    [
        (_NoTables, 0, "no table is ever declared"),
        (TableManager, 1, "Faust's own waits for a second: else ours is not needed"),
    ],
)
def test_a_worker_waits_for_no_tables(manager: type[Any], waits: int, why: str) -> None:
    async def slept() -> int:
        app = faust.App("none", broker="kafka://127.0.0.1:1", autodiscover=False, web_enabled=False)
        tables = manager(app)
        tables.sleep = AsyncMock()
        tables._update_channels = AsyncMock()
        tables._recovery = AsyncMock()
        await tables.on_start()
        tables._update_channels.assert_awaited_once()
        tables._recovery.start.assert_awaited_once()
        return int(tables.sleep.await_count)

    assert asyncio.run(slept()) == waits, why
