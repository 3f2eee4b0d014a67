"""A browser and an exporter for all tests of the page."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from kafka import KafkaConsumer

from consumers.kafka_client import connection, groups, offsets, topics
from consumers.kafka_client.words import Plan
from consumers.settings import Settings
from tests.conftest import Addresses
from tests.integration.hands import wait_for
from tests.integration.page.browser import ABSENT, PROGRAM, Browser, browser
from tests.integration.page.scenes import ARABIC, HOSTILE, Scene, fetch, served, write


@pytest.fixture(scope="package")
def page() -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip(ABSENT)
    with browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def scene(services: Addresses) -> Iterator[Scene]:
    own = uuid.uuid4().hex[:8]
    settings = Settings(kafka=services.kafka, redis=services.redis, input=(f"raw.{own}",),
                        audit=f"audit.{own}", dead=f"dead.{own}")  # fmt: skip
    topic = settings.input[0]
    names = [f"calm-{own}", f"{own} {HOSTILE}", f"{ARABIC} {own}"]
    with connection.connect(settings) as kafka:
        topics.create(kafka, Plan(topic, 3, 1, {}))
        write(settings, topic, 1200)
        ends = offsets.latest(kafka, offsets.places(kafka, [topic]))
        for group in names:
            groups.move(kafka, group, {place: end - 7 for place, end in ends.items()})
    reader = KafkaConsumer(
        bootstrap_servers=services.kafka, group_id=names[1], client_id=HOSTILE,
        enable_auto_commit=False,
    )  # fmt: skip
    try:
        # One that joins before it knows the topic is given nothing.
        wait_for(lambda: reader.partitions_for_topic(topic))
        reader.subscribe([topic])
        wait_for(lambda: reader.poll(100) or reader.assignment())
        with served(settings, *(part for name in names for part in ("--group", name))) as address:
            wait_for(lambda: fetch(f"{address}/readyz")[0] == 200)
            yield Scene(address, settings, topic, *names)
    finally:
        reader.close()
