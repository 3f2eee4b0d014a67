"""The linear model of subjects: its file, and the score of a bag of words.

The file is one line of JSON (what the model is), then, deflated, three arrays in the order of
their keys: 32-bit keys of words, beginnings and ends (little-endian, ascending), a float16
scale and 17 signed bytes of weight for each. ``tools/train_subjects.py`` writes it;
``docs/models/subjects.md`` says from what.
"""

from __future__ import annotations

import math
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise, repeat
from zlib import crc32

import msgspec
import numpy as np
import numpy.typing as npt

from processors.errors import BadTaxonomy
from processors.tags.subject_words import LONGEST, entries_of, key_of

FORMAT = "copydesk-subjects-1"
REMEMBERED = 50_000
"""Words whose rows are remembered: those of some days of news, in a few languages."""
_HALF = 32
_LOW = (1 << _HALF) - 1
MOST_SAID = 1000
"""A word said more often counts as if it were said so many times."""

_KNOWN = (1, 2, 3, 5, 7, 9, 13, 16)
_OF_FEW = (0.42, 0.56, 0.69, 0.80, 0.86, 0.91, 0.96, 1.0)
"""What is left of a confidence where few words are known: it was measured on whole articles. Fitted
on cut headlines and leads of outlets never trained on, every other one; checked on the rest."""

Floats = npt.NDArray[np.floating]
Indices = npt.NDArray[np.intp]
Told = npt.NDArray[np.float32]


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
    """A judged bag of words. ``shares``: a topic's share of belief, summing to one; in ``gains``
    what each word spoke for each topic, above all of them together, a row each; ``known``, how many
    of them the model knows.
    """

    shares: Floats
    gains: Floats
    known: int


class SubjectModel(msgspec.Struct, frozen=True):
    """The model in memory. ``keys`` ascend; ``rows``, a float16 scale and the weights of each, has
    one more, an empty one at 0 for what is not found: a word is one place in memory to go to.
    ``damped``: what a word said so many times counts.

    Logarithms come from a rounded table and exponents from the C library, not from numpy's
    vector code, which answers a little differently from one processor to the next.
    """

    head: Head
    keys: npt.NDArray[np.uint32]
    rows: npt.NDArray[np.int8]
    bias: Floats
    damped: Floats
    remembered: dict[str, int] = {}

    def score(self, counts: Mapping[str, int]) -> Scored | None:
        """Judges words by how often they are said; None where too little is known."""
        often = np.fromiter(counts.values(), np.int64, len(counts))
        told = self._told(self._remembered_rows(list(counts)))
        return self.judge(told, often, (0, len(counts)))[0]

    def judge(self, told: Told, often: Indices, bounds: Sequence[int]) -> list[Scored | None]:
        """The same of the words of several texts, of which it is at hand what ``tell`` tells.

        ``bounds``: where those of each begin, and their end.
        """
        said = self.damped.take(often, mode="clip")
        parts = told.astype(np.float64)
        parts *= said[:, None]
        found: list[Scored | None] = []
        for first, end in pairwise(bounds):
            own = parts[first:end]
            sums = np.add.reduce(own, axis=0)
            total = float(sums[-1])
            if not total:
                found.append(None)
                continue
            sums /= total**self.head.damping
            sums[:-1] += self.bias
            *beliefs, _ = sums.tolist()
            highest = max(beliefs)
            shares = np.array([math.exp(each - highest) for each in beliefs])
            shares /= np.add.reduce(shares)
            known = int(np.count_nonzero(own[:, -1]))
            found.append(Scored(shares, own[:, :-1], known))
        return found

    def tell(self, words: list[str]) -> Told:
        """What each of some words, of at most ``LONGEST`` letters, gives to each topic, less what
        it gives to all: shares and evidence are the same. At the end of a row 1 for a word that
        the model knows, else 0.
        """
        return self._told(np.array(self.learn(words), np.int64))

    def _told(self, rows: Indices) -> Told:
        first, second = rows & _LOW, rows >> _HALF
        known = (rows > 0).astype(np.float32)
        given = self._weights(first) + self._weights(second)
        given -= np.add.reduce(given, axis=1, keepdims=True) / given.shape[1]
        return np.column_stack((given, known))

    def _weights(self, rows: Indices) -> Told:
        found = self.rows.take(rows, axis=0)
        scales = found[:, :2].copy().view("<f2")[:, 0].astype(np.float32)
        return found[:, 2:] * scales[:, None]

    def _remembered_rows(self, words: list[str]) -> Indices:
        """What ``learn`` tells of words; of those met before, as it is remembered."""
        known = self.remembered
        rows = list(map(known.get, words))
        if None in rows:
            new = [word for word, row in zip(words, rows, strict=True) if row is None]
            if len(known) + len(new) > REMEMBERED:
                known.clear()
                new = words
            new = [word for word in new if len(word) <= LONGEST]
            known.update(zip(new, self.learn(new), strict=True))
            rows = list(map(known.get, words, repeat(0)))
        return np.fromiter(rows, np.int64, len(rows))

    def learn(self, words: list[str]) -> list[int]:
        """The rows of words of at most ``LONGEST`` letters: the first, 0 where there is none, and
        shifted by ``_HALF`` bits the second one of those that are looked up by their parts.

        One search for all words, and one for the parts of those that have no row.
        """
        keys = np.fromiter(
            map(crc32, "\n".join(words).encode().split(b"\n")), np.uint32, len(words)
        )
        first = self._find(keys)
        at = np.flatnonzero(first == 0)
        parts = [key_of(part) for i in at.tolist() for part in entries_of(words[i])[1:]]
        found = self._find(np.array(parts, np.uint32)).reshape(-1, 3)
        bare, start, end = found[:, 0], found[:, 1], found[:, 2]
        first[at] = np.where(bare, bare, start)
        second = np.zeros(len(words), np.int64)
        second[at] = np.where(bare, 0, end)
        rows: list[int] = (first | second << _HALF).tolist()
        return rows

    def _find(self, keys: npt.NDArray[np.uint32]) -> Indices:
        at = self.keys.searchsorted(keys)
        at[at == len(self.keys)] = 0
        return np.where((self.keys[at] == keys) & (keys != 0), at + 1, 0)

    def confidence(self, share: float, known: int) -> float:
        """How often a topic with this share is right, 0 to 1, where so many words are known."""
        sure = _between(share, self.head.said, self.head.right)
        return sure * _between(known, _KNOWN, _OF_FEW)


def _between(at: float, places: Sequence[float], values: Sequence[float]) -> float:
    """A value at a place, on straight lines between those known; the outer ones hold beyond."""
    if at >= places[-1]:
        return values[-1]
    behind = bisect_right(places, at)
    if not behind:
        return values[0]
    before = behind - 1
    rise = (values[behind] - values[before]) / (places[behind] - places[before])
    return rise * (at - places[before]) + values[before]


def parse(data: bytes) -> SubjectModel:
    """Reads a model file. Raises ``BadTaxonomy`` for one that is broken or of another format."""
    line, _, packed = data.partition(b"\n")
    try:
        head = msgspec.json.decode(line, type=Head)
        body = zlib.decompress(packed)
    except (msgspec.MsgspecError, zlib.error) as error:
        raise BadTaxonomy(f"the model of subjects cannot be read: {error}") from error
    rows, topics = head.rows, len(head.codes)
    if (
        head.format != FORMAT
        or not rows
        or len(body) != rows * (4 + 2 + topics)
        or len(head.bias) != topics
    ):
        raise BadTaxonomy(f"the model of subjects is no whole {FORMAT} file")
    keys = np.frombuffer(body, "<u4", rows)
    table = np.zeros((rows + 1, 2 + topics), np.int8)
    table[1:, :2] = np.frombuffer(body, np.int8, 2 * rows, 4 * rows).reshape(rows, 2)
    table[1:, 2:] = np.frombuffer(body, np.int8, rows * topics, 6 * rows).reshape(rows, topics)
    return SubjectModel(
        head=head,
        keys=keys,
        rows=table,
        bias=np.array(head.bias),
        damped=np.array([0.0, *(round(1 + math.log(n), 6) for n in range(1, MOST_SAID + 1))]),
    )


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
