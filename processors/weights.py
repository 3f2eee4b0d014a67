"""How many letters, marks and digits texts hold, counted for all texts of an article in one pass.

A pass over an array of UTF-16 codes takes a third of the time that it takes to count text by text
by a code page. It pays from a few hundred characters on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import Any

import numpy as np

from processors import scripts

_CODE = np.dtype("<u2")
_CODES = 1 << 16
#: Below this many characters arrays cost more than they save.
_FEW = 600


def weighed(texts: Sequence[str]) -> list[int] | None:
    """The letters, marks and digits of each text, a Han character as three.

    None where the texts are short, or hold characters beyond 16 bits.
    """
    ends = list(accumulate(map(len, texts), initial=0))
    if ends[-1] < _FEW or not all(texts):
        return None
    data = "".join(texts).encode("utf-16-le", "surrogatepass")
    if len(data) != 2 * ends.pop():
        return None
    weights = _weights().take(np.frombuffer(data, _CODE))
    counts: list[int] = np.add.reduceat(weights, ends, dtype=np.int64).tolist()
    return counts


@cache
def _weights() -> Any:
    """What each UTF-16 code counts, as ``scripts.weight`` says."""
    chars = "".join(map(chr, range(_CODES)))
    found = np.array([unicodedata.category(char)[0] in "LMN" for char in chars], np.uint8)
    for pattern, weight in ((scripts.LATER, 0), (scripts.HAN, 3)):
        for run in re.finditer(f"[{pattern}]+", chars):
            found[run.start() : run.end()] = weight
    return found
