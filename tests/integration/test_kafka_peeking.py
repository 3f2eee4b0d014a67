"""Times of single records, however large the batches are in which they stand."""

from __future__ import annotations

import random

import pytest

from consumers.kafka_client import peeking
from consumers.kafka_client.words import Place
from consumers.kafka_client.writing import writer

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("size", [10, 2_000, 40_000], ids=["small", "medium", "large"])
def test_every_partition_tells_its_times_in_one_call(kafka, settings, raw, size):
    chance = random.Random(1)
    with writer(settings) as out:
        for partition in range(3):
            for i in range(30):
                out.send(
                    raw, b"k", chance.randbytes(size), partition=partition,
                    timestamp=1_700_000_000_000 + 1000 * i + partition,
                )  # fmt: skip
    for offset in (0, 7, 29):
        found = peeking.times_at(kafka, {Place(raw, n): offset for n in range(3)})
        assert found == {Place(raw, n): 1_700_000_000_000 + 1000 * offset + n for n in range(3)}
    assert peeking.times_at(kafka, {Place(raw, 0): 30, Place(raw, 1): 0}) == {
        Place(raw, 1): 1_700_000_000_001
    }
