r"""Batches of records whose headers have names that are not UTF-8.

Kafka's protocol calls the name of a header a string, but no broker looks at it, and clients in C
send whatever bytes they are given. aiokafka 0.14.0 then fails to read the whole batch, at every
start anew. Here such a name is read with its odd bytes escaped (``\xef``), and its record and
neighbours go on. Batches are read by aiokafka's fast reader, and only what that cannot read again
by its slow one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy

_MAGIC_OFFSET = 16


def install() -> None:
    """Let every consumer of this process read so."""
    fetcher.MemoryRecords = Batches


class Batches(_MemoryRecordsPy):
    """The batches of one fetch."""

    def next_batch(self, *args: Any, **kwargs: Any) -> Any:
        """See aiokafka's ``MemoryRecords``."""
        piece = self._next_slice
        batch = super().next_batch(*args, **kwargs)
        if piece is None or piece[_MAGIC_OFFSET] < 2:
            return batch
        return _Batch(batch, piece)


class _Batch:
    """One batch as the fast reader has it; its records again by the slow one where that fails."""

    def __init__(self, batch: Any, piece: memoryview) -> None:
        self._batch, self._piece = batch, piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        done = 0
        try:
            for record in self._batch:
                yield record
                done += 1
        except UnicodeDecodeError:
            yield from islice(_SlowBatch(self._piece), done, None)


class _SlowBatch(_DefaultRecordBatchPy):
    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _Escaping(self._buffer)


class _Escaping(bytearray):
    """Bytes whose pieces decode, whatever they hold."""

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        return _Escaping(found) if isinstance(at, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return bytes(self).decode(encoding, errors)
