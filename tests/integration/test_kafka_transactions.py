"""Writing in transactions on a real broker: one name, one writer."""

from __future__ import annotations

import time

import pytest

from consumers.errors import CopydeskError
from consumers.kafka_client.transactions import transactions
from tests.integration.hands import all_of

pytestmark = pytest.mark.integration


def test_a_writer_that_was_shut_out_does_not_shut_out_its_successor(kafka, raw, settings):
    def send(writing, value):
        writing.send(raw, b"key", value, headers=(), timestamp=5)
        writing.settle()

    def take_over(stale):
        send(stale, b"undone")
        with transactions(settings, raw) as others, others.begin() as fresh:
            send(fresh, b"kept")
            with pytest.raises(CopydeskError, match="has taken over"):
                send(stale, b"too late")
            time.sleep(1)  # in which the client of the first would take the name back
            send(fresh, b"kept too")

    def write():
        with transactions(settings, raw) as mine, mine.begin() as stale:
            take_over(stale)

    with pytest.raises(CopydeskError, match="has taken over"):
        write()
    assert [record.value for record in all_of(kafka, raw)] == [b"kept", b"kept too"]
