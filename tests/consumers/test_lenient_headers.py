"""Headers with names that are not UTF-8: a record like that, and its neighbours, are read."""

from __future__ import annotations

from typing import Any

import pytest
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from consumers.faust_worker.lenient import Batches

CODECS = [(0, "none"), (1, "gzip"), (4, "zstd")]


class _Odd(str):
    """A name that a client in C sends as it is."""

    __slots__ = ()

    def encode(self, *_: Any, **__: Any) -> bytes:
        return b"na\xefve"


def _batch(codec: int, names: list[str]) -> bytes:
    builder = _DefaultRecordBatchBuilderPy(
        2, codec, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=0,
        batch_size=1 << 20,
    )  # fmt: skip
    for at, name in enumerate(names):
        builder.append(at, 1000 + at, b"key", b"value %d" % at, [(name, b"1"), ("own", None)])
    return bytes(builder.build())


@pytest.mark.parametrize(("codec", "why"), CODECS)
def test_a_header_with_an_odd_name_is_read_with_its_neighbours(codec: int, why: str) -> None:
    batches = Batches(_batch(codec, ["a", _Odd(), "c"]) + _batch(codec, ["d"]))
    found = []
    while batches.has_next():
        batch = batches.next_batch()
        assert batch.validate_crc(), why
        assert not batch.is_control_batch, why
        found += [(r.offset, r.timestamp, r.value, r.headers[0][0]) for r in batch]
    assert found == [
        (0, 1000, b"value 0", "a"),
        (1, 1001, b"value 1", "na\\xefve"),
        (2, 1002, b"value 2", "c"),
        (0, 1000, b"value 0", "d"),
    ], why
