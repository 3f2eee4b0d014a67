"""How many letters, marks and digits texts hold, and how many words, for a row of them in one pass.

A text is taken as it stands: this is for those who compare bytes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

import numpy as np

from processors import scripts
from processors.rows import Row

#: Bytes of a row from which on this pays.
FEW = 1_000

_BYTE = np.dtype("u1")
_CODES = 1 << 16


def weighed(row: Row) -> tuple[list[int], list[int]]:
    """The letters, marks and digits of each text, a Han character as three; and its words.

    Words are what ``str.split`` finds.
    """
    wide, narrow = _weights()
    found = row.coded(wide, narrow)
    found[row.edges] = 0
    starts = row.edges[:-1]
    seen = found > 0
    words: list[int] = np.add.reduceat(
        (seen[1:] > seen[:-1]).view(_BYTE), starts, dtype=np.int32
    ).tolist()
    lengths: list[int] = np.add.reduceat(found >> 1, starts, dtype=np.int32).tolist()
    return lengths, words


@cache
def _weights() -> tuple[Any, bytes]:
    """By UTF-16 and by ASCII: twice what ``scripts.weight`` says, and one unless it is white."""
    chars = "".join(map(chr, range(_CODES)))
    found = np.array([2 * (unicodedata.category(char)[0] in "LMN") for char in chars], _BYTE)
    for pattern, weight in ((scripts.LATER, 0), (scripts.HAN, 3)):
        for run in re.finditer(f"[{pattern}]+", chars):
            found[run.start() : run.end()] = 2 * weight
    found += np.array([not char.isspace() for char in chars])
    return found, found[:256].tobytes()
