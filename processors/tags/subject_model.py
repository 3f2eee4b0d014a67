"""The linear model of subjects: its file, and the score of a bag of words.

The file is one line of JSON (what the model is), then, deflated, three arrays in the order of
their keys: 32-bit keys of words, beginnings and ends (little-endian, ascending), a float16
scale and 17 signed bytes of weight for each. ``tools/train_subjects.py`` writes it;
``docs/models/subjects.md`` says from what.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from processors.errors import BadTaxonomy
from processors.tags.subject_words import entries_of, key_of

FORMAT = "copydesk-subjects-1"
REMEMBERED = 1 << 15
"""Words whose place in the table is kept at hand; the rest cost a search."""

Floats = npt.NDArray[np.float32]


class Head(msgspec.Struct, frozen=True):
    """What the first line of the file says. ``codes``: the top-level topics, in the order of
    the weights. ``bias``: one a topic. ``damping``: the power of the number of words by which
    a score is divided. ``said`` and ``right``: a score's share among all topics, and how often
    a topic with that share was the right one, both rising.
    """

    format: str
    version: str
    codes: tuple[str, ...]
    rows: int
    bias: tuple[float, ...]
    damping: float
    said: tuple[float, ...]
    right: tuple[float, ...]


class Scored(msgspec.Struct, frozen=True):
    """A judged bag of words. ``shares``: a topic's share of belief, summing to one;
    ``words`` and ``parts``: the known words, and what each gave to each topic.
    """

    shares: Floats
    words: tuple[str, ...]
    parts: Floats


class SubjectModel(msgspec.Struct, frozen=True):
    """The model in memory; ``rows_of`` finds a word's two rows, 0 being the empty one."""

    head: Head
    scales: Floats
    weights: npt.NDArray[np.int8]
    bias: Floats
    rows_of: Callable[[str], tuple[int, int]]

    def score(self, counts: Mapping[str, float]) -> Scored | None:
        """Judges words by how often they are said; None where too little is known."""
        found = [(word, *rows) for word in counts if (rows := self.rows_of(word)) != (0, 0)]
        if not found:
            return None
        words, first, second = zip(*found, strict=True)
        said = 1 + np.log(np.fromiter(map(counts.__getitem__, words), np.float32, len(words)))
        said /= said.sum() ** self.head.damping
        one, two = list(first), list(second)
        parts: Floats = self.weights[one] * (self.scales[one] * said)[:, None]
        parts += self.weights[two] * (self.scales[two] * said)[:, None]
        sums = parts.sum(axis=0) + self.bias
        shares = np.exp(sums - sums.max())
        return Scored(shares / shares.sum(), words, parts)

    def confidence(self, share: float) -> float:
        """How often a topic with this share is right, 0 to 1."""
        return float(np.interp(share, self.head.said, self.head.right))


def parse(data: bytes) -> SubjectModel:
    """Reads a model file. Raises ``BadTaxonomy`` for one that is broken or of another format."""
    line, _, packed = data.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=Head)
        body = zlib.decompress(packed)
    except (msgspec.MsgspecError, zlib.error) as error:
        raise BadTaxonomy(f"the model of subjects cannot be read: {error}") from error
    rows, topics = head.rows, len(head.codes)
    if head.format != FORMAT or len(body) != rows * (4 + 2 + topics) or len(head.bias) != topics:
        raise BadTaxonomy(f"the model of subjects is no whole {FORMAT} file")
    keys = np.frombuffer(body, "<u4", rows)
    scales = np.frombuffer(body, "<f2", rows, 4 * rows).astype(np.float32)
    weights = np.frombuffer(body, np.int8, rows * topics, 6 * rows).reshape(rows, topics)
    return SubjectModel(
        head=head,
        scales=np.concatenate([np.zeros(1, np.float32), scales]),
        weights=np.concatenate([np.zeros((1, topics), np.int8), weights]),
        bias=np.array(head.bias, np.float32),
        rows_of=_finder(keys),
    )


def _finder(keys: npt.NDArray[Any]) -> Callable[[str], tuple[int, int]]:
    def row(entry: str) -> int:
        if not entry:
            return 0
        key = key_of(entry)
        at = int(keys.searchsorted(np.uint32(key)))
        return at + 1 if at < len(keys) and keys[at] == key else 0

    # A memo of a pure function: the same answers in the same order, only sooner.
    @lru_cache(maxsize=REMEMBERED)
    def rows_of(word: str) -> tuple[int, int]:
        whole, bare, start, end = entries_of(word)
        exact = row(whole) or row(bare)
        return (exact, 0) if exact else (row(start), row(end))

    return rows_of


def pack(head: Head, table: Mapping[str, Floats]) -> bytes:
    """A model file from a head (``rows`` and ``format`` are set here) and weights by entry."""
    by_key = {key_of(entry): weight for entry, weight in sorted(table.items())}
    keys = np.array(sorted(by_key), "<u4")
    weights = np.stack([by_key[int(key)] for key in keys])
    scales = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-6).astype("<f2")
    small = np.rint(weights / scales.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8)
    whole = msgspec.structs.replace(head, format=FORMAT, rows=len(keys))
    body = keys.tobytes() + scales.tobytes() + small.tobytes()
    return msgspec.json.encode(whole) + b"\n" + zlib.compress(body, 9)
