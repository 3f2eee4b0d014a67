"""What tests share: a real Kafka and a real Redis, started when first asked for, and names of their own.

``COPYDESK_TEST_KAFKA`` and ``COPYDESK_TEST_REDIS`` name a pair that runs already, for fast rounds at
home. Nothing is flushed between tests: each has topics, a group and a namespace nobody else uses.
"""

from __future__ import annotations

import os
import signal
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

# Loaded now, or its plugin loads it when a session ends: on CPython 3.11 that may meet another
# thread's traceback in the parser, which is not made for two (python/cpython#106905).
import hypothesis
import msgspec
import pytest

from consumers.embedded import up
from consumers.errors import CopydeskError
from tests.leash import Leash

# No time is asserted: on a busy machine an example may take many times as long as on another.
hypothesis.settings.register_profile("copydesk", deadline=None)
hypothesis.settings.load_profile("copydesk")


class Addresses(msgspec.Struct, frozen=True):
    """Where the test's Kafka (``host:port``) and Redis (a URL) are."""

    kafka: str
    redis: str


class Topics(msgspec.Struct, frozen=True):
    """Names that no other test uses. Only names: the test makes what it needs."""

    input: str
    output: str
    audit: str
    dead: str
    group: str


def pytest_configure(config: pytest.Config) -> None:
    """A SIGTERM ends the session as Ctrl-C does, so that fixtures are taken down."""
    signal.signal(signal.SIGTERM, _interrupt)
    # A shell starts what runs in the background with Ctrl-C ignored, and what tests start would
    # inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def leash() -> Iterator[Leash]:
    """Holds what tests start, and ends it with the session, however that ends."""
    held = Leash()
    try:
        yield held
    finally:
        code = held.let_go()
    assert code == 0, "something that the tests started could not be ended"


@pytest.fixture(scope="session")
def services(leash: Leash) -> Addresses:
    """A real Kafka and a real Redis for the whole session."""
    kafka, redis = os.environ.get("COPYDESK_TEST_KAFKA"), os.environ.get("COPYDESK_TEST_REDIS")
    if kafka and redis:
        return Addresses(kafka, redis)
    if kafka or redis:
        pytest.fail("set both COPYDESK_TEST_KAFKA and COPYDESK_TEST_REDIS, or neither")
    home = Path(tempfile.mkdtemp(prefix="copydesk-tests-"))
    leash.hold_pair(home)
    try:
        pair = up(home)
    except CopydeskError as error:
        if "Maven Central" in str(error) and os.environ.get("CI") != "true":
            pytest.skip(f"no real services here: {error}")
        raise
    return Addresses(pair.kafka, pair.redis)


@pytest.fixture
def topics() -> Topics:
    """Topic names and a group of this test's own."""
    own = uuid.uuid4().hex[:12]
    return Topics(f"raw.{own}", f"clean.{own}", f"audit.{own}", f"dead.{own}", f"group-{own}")


@pytest.fixture
def namespace() -> str:
    """A prefix of this test's own for every key in Redis."""
    return f"test:{uuid.uuid4().hex[:12]}:"
