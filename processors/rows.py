"""Texts laid end to end, so that one pass over an array does for many of them.

A call on an array costs about a microsecond whatever it holds, and a look at each character next to
nothing: what has to be found out about paragraphs is found out for a row of them. Rows are as long
as a processor's caches like them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, compress
from typing import Any, NamedTuple

import numpy as np

#: Characters of a row, so that its arrays stay in the caches.
_MANY = 131_072
_EDGE = "\n"
_CODE = np.dtype("<u2")
_BYTE = np.dtype("u1")


class Row(NamedTuple):
    """Texts of a sequence, by their positions in it, with an edge before, between and after them.

    ``edges`` are the places of the edges, one more than there are texts. ``data`` is ASCII, or
    UTF-16 of a text that has no character beyond 16 bits.
    """

    positions: Sequence[int]
    edges: Any
    data: bytes
    is_ascii: bool

    def coded(self, wide: Any, narrow: bytes) -> Any:
        """The code of each character, by a table of all of 16 bits and one of all bytes.

        An array that may be written to; what an edge has for its code says nothing.
        """
        if self.is_ascii:
            return np.frombuffer(bytearray(self.data).translate(narrow), _BYTE)
        return wide.take(np.frombuffer(self.data, _CODE))


def rows(texts: Sequence[str], chosen: Iterable[int], few: int) -> tuple[list[Row], list[int]]:
    """The texts at the ``chosen`` positions, in rows; and the positions of those in none.

    They are better taken one by one: of fewer than ``few`` bytes together, below which arrays cost
    more than they save, or with a character beyond 16 bits.
    """
    narrow: list[int] = []
    wide: list[int] = []
    for at in chosen:
        (narrow if texts[at].isascii() else wide).append(at)
    found: list[Row] = []
    alone: list[int] = []
    for kind, width in ((narrow, 1), (wide, 2)):
        for positions, size in _divided(texts, kind):
            if size * width < few:
                alone += positions
                continue
            row = _row(texts, positions)
            if len(row.data) != width * (row.edges[-1] + 1):
                fits = [_fits(texts[at]) for at in positions]
                alone += [at for at, fit in zip(positions, fits, strict=True) if not fit]
                row = _row(texts, list(compress(positions, fits)))
            found.append(row)
    return found, alone


def _fits(text: str) -> bool:
    """Whether no character is beyond 16 bits."""
    return len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)


def _divided(texts: Sequence[str], positions: list[int]) -> Iterator[tuple[list[int], int]]:
    """Positions in rows that are not too long, a text that is making one by itself; their sizes."""
    ends = list(accumulate([len(texts[at]) for at in positions]))
    first = before = 0
    while first < len(positions):
        last = max(first + 1, bisect_right(ends, before + _MANY))
        yield positions[first:last], ends[last - 1] - before
        first, before = last, ends[last - 1]


def _row(texts: Sequence[str], positions: Sequence[int]) -> Row:
    chosen = [texts[at] for at in positions]
    joined = _EDGE.join(("", *chosen, ""))
    edges = np.array(list(accumulate([len(text) + 1 for text in chosen], initial=0)))
    if joined.isascii():
        return Row(positions, edges, joined.encode(), is_ascii=True)
    return Row(positions, edges, joined.encode("utf-16-le", "surrogatepass"), is_ascii=False)
