"""How Faust's consumer is held to what a worker needs, where no broker is."""

from __future__ import annotations

from typing import Any

import faust
import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types.tuples import TP
from yarl import URL

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
