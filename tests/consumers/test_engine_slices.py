"""How a run of records is cut into what is worked on before the event loop has its turn."""

from __future__ import annotations

import pytest

from consumers.engine import SLICE, SLICE_BYTES, slices
from processors.records import Record


@pytest.mark.parametrize(
    ("sizes", "expected", "why"),
    [
        ((), (), "no records, no slices"),
        ((10,) * 3, (3,), "a few small ones go at once"),
        ((10,) * (2 * SLICE + 1), (SLICE, SLICE, 1), "many go by their number"),
        ((SLICE_BYTES,) * 3, (1, 1, 1), "large ones go one by one"),
        ((10, 2 * SLICE_BYTES, 10), (1, 1, 1), "a huge one does not wait for its neighbours"),
        ((SLICE_BYTES // 2,) * 5, (2, 2, 1), "what is large together is parted"),
        ((None, None), (2,), "a withdrawal has no value"),
    ],
)
def test_slices_are_bound_by_number_and_by_size(
    sizes: tuple[int | None, ...], expected: tuple[int, ...], why: str
):
    records = [
        Record("raw", 0, at, 0, b"k", None if size is None else b"x" * size)
        for at, size in enumerate(sizes)
    ]
    cut = list(slices(records))
    assert tuple(map(len, cut)) == expected, why
    assert [record for some in cut for record in some] == records
