"""Words of texts on a page, counted and looked up as numbers, those of several texts at once.

A text of four hundred words costs a string, a hash and two searches in a large table for each of
them, each search waiting for memory. Here each word is a number of 64 bits, worked out for all of
them in a few passes over the bytes, and the table is asked for all in one go.

Rules: it is a memory, never a state: what a word is, is asked of who knows when it is first met.
Two words of one number are one word, which befalls one memory of fifty thousand in ten thousand
million. Words longer than ``LONGEST`` are nothing to anybody, and are not told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from itertools import accumulate

import msgspec
import numpy as np
import numpy.typing as npt

from processors.tags.coded import Page
from processors.tags.subject_words import LONGEST, parted

REMEMBERED = 50_000
"""Words remembered of a page: those of some days of news, in a few languages."""
_BITS = 18
"""Of the places for words: a fifth of them is taken at most, and few words want another's."""
# A place holds the lower bits of a hash and the word's number, so that one look tells both.
_NUMBER, _LAST = np.uint64(16), np.uint64((1 << 16) - 1)
_LOW = (1 << 48) - 1
_BLANK = 32

Numbers = npt.NDArray[np.signedinteger]
Ids = npt.NDArray[np.integer]
Told = npt.NDArray[np.float32]


class Counted(msgspec.Struct, frozen=True):
    """The words of texts, those of each once, in the order in which they are first said: their
    numbers in the vocabulary, how often each is said, and what the vocabulary was told of it, a
    row each. ``bounds``: where those of each text begin, and their end.
    """

    ids: Ids
    often: Numbers
    known: Told
    bounds: list[int]


class Vocabulary:
    """The words met on one page. ``learn`` tells what is to be known of words, in so many numbers
    each as ``width`` says.
    """

    def __init__(self, page: Page, learn: Callable[[list[str]], Told], width: int) -> None:
        self._page = page
        self._learn = learn
        self._width = width
        self._table = page.table(_blank_or_letter)
        self._random = _random()
        self._clear()

    def count(self, texts: Sequence[tuple[bytes, bytes]], twice: int) -> Counted:
        """The words of texts of two parts; those of the first part count twice, and so do as many
        of the second one as ``twice`` says.
        """
        # A blank at either end, so that every word begins and ends at an edge inside.
        spaced = [b" %b %b " % parts for parts in texts]
        text = b"".join(spaced).translate(self._table)
        codes = np.frombuffer(text, np.uint8)
        letters = codes != _BLANK
        edges = (letters[1:] != letters[:-1]).nonzero()[0] + 1
        if not len(edges):
            return Counted(edges, edges, self._known[:0], [0] * (len(texts) + 1))
        starts, ends = edges[::2], edges[1::2]
        ids = self._ids(text, starts, ends, self._hashes(codes, starts, ends))
        at = list(accumulate(map(len, spaced), initial=0))
        behind = [len(first) + 1 for first, _ in texts]
        begin = starts.searchsorted(at)
        second = starts.searchsorted(list(map(int.__add__, at, behind)))
        weights = np.ones(len(ids), np.int64)
        for first, last, end in zip(begin[:-1], second, begin[1:], strict=True):
            weights[first : min(last + twice, end)] = 2
        order = ids.argsort(kind="stable")
        text_of = np.repeat(np.arange(len(texts), dtype=np.int32), begin[1:] - begin[:-1])
        firsts = _firsts(ids.take(order), text_of.take(order))
        begins = order.take(firsts)
        often = np.zeros(len(ids), np.int64)
        often[begins] = np.add.reduceat(weights.take(order), firsts)
        said = often.nonzero()[0]
        each = ids.take(said)
        bounds = said.searchsorted(begin).tolist()
        return Counted(each, often.take(said), self._known.take(each, axis=0), bounds)

    def word(self, number: int) -> str:
        """A word by its number in the vocabulary."""
        return self._words[number]

    def among(self, ids: Ids, name: str, bits_of: Mapping[str, int], wanted: int) -> list[str]:
        """Those of some words that have any of the ``wanted`` bits in a mapping, which always goes
        by the same name.
        """
        flags = self._flags.get(name)
        if flags is None:
            flags = self._flags[name] = (np.zeros(REMEMBERED + 1, np.int32), bits_of)
            flags[0][: len(self._words)] = [bits_of.get(word, 0) for word in self._words]
        found = ids[(flags[0].take(ids) & wanted).nonzero()[0]]
        return [self._words[number] for number in found.tolist()]

    def _clear(self) -> None:
        self._places = np.zeros(1 << _BITS, np.uint64)
        self._displaced: dict[int, int] = {}
        self._known = np.zeros((REMEMBERED + 1, self._width), np.float32)
        self._words = [""]
        self._flags: dict[str, tuple[npt.NDArray[np.int32], Mapping[str, int]]] = {}

    def _hashes(
        self, codes: npt.NDArray[np.uint8], starts: Numbers, ends: Numbers
    ) -> npt.NDArray[np.uint64]:
        """A polynomial of the bytes of each word, modulo 2^64."""
        powers, inverse = _powers(1 << len(codes).bit_length())
        # What is before a place, since each text begins with a blank that counts for nothing.
        sums = (self._random.take(codes) * powers[: len(codes)]).cumsum()
        found: npt.NDArray[np.uint64] = sums.take(ends - 1) - sums.take(starts - 1)
        found *= inverse.take(starts)
        return found

    def _ids(
        self, text: bytes, starts: Numbers, ends: Numbers, hashes: npt.NDArray[np.uint64]
    ) -> npt.NDArray[np.uint16]:
        """The numbers of words; new ones are learnt, over-long ones are 0."""
        ids = self._found(hashes)
        missing = (ids == 0).nonzero()[0]
        if len(missing):
            missing = missing[(ends - starts).take(missing) <= LONGEST]
        if not len(missing):
            return ids
        new = {
            int(hashes[at]): self._page.decode(text[starts[at] : ends[at]])
            for at in missing.tolist()
        }
        if len(self._words) + len(new) > REMEMBERED:
            self._clear()
            return self._ids(text, starts, ends, hashes)
        added = self._add(new)
        ids[missing] = [added[number] for number in hashes[missing].tolist()]
        return ids

    def _found(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
        """The numbers of words that are remembered, 0 for others."""
        places = (hashes >> np.uint64(64 - _BITS)).astype(np.intp)
        differing = self._places.take(places) ^ (hashes << _NUMBER)
        ids = differing.astype(np.uint16)
        elsewhere = (differing > _LAST).nonzero()[0]
        if len(elsewhere):
            displaced = self._displaced
            ids[elsewhere] = [displaced.get(each, 0) for each in hashes.take(elsewhere).tolist()]
        return ids

    def _add(self, new: dict[int, str]) -> dict[int, int]:
        words = list(new.values())
        added: dict[int, int] = {}
        for number, told, word in zip(new, self._learn(words), words, strict=True):
            at = added[number] = len(self._words)
            place = number >> (64 - _BITS)
            if self._places[place]:
                self._displaced[number] = at
            else:
                self._places[place] = (number & _LOW) << 16 | at
            self._known[at] = told
            for flags, bits_of in self._flags.values():
                flags[at] = bits_of.get(word, 0)
            self._words.append(word)
        return added


def _firsts(ids: Ids, texts: Numbers) -> Numbers:
    """Where each word of each text begins, in order of words and then of texts."""
    new = np.ones(len(ids), np.bool_)
    np.not_equal(ids[1:], ids[:-1], out=new[1:])
    new[1:] |= texts[1:] != texts[:-1]
    return new.nonzero()[0]


def _blank_or_letter(char: str) -> str:
    plain = parted(char)
    return " " if not plain or plain.isspace() else plain


@cache
def _random() -> npt.NDArray[np.uint64]:
    """An odd number for each byte, the same ones everywhere."""
    stream = b"".join(blake2b(b"%d" % block, digest_size=64).digest() for block in range(32))
    return np.frombuffer(stream, "<u8").astype(np.uint64) | np.uint64(1)


@cache
def _powers(size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The powers of an odd number modulo 2^64, and those of its inverse."""
    base = 0x9E3779B97F4A7C15
    return tuple(
        np.multiply.accumulate(np.array([1, *[each] * (size - 1)], np.uint64))
        for each in (base, pow(base, -1, 1 << 64))
    )  # type: ignore[return-value]  # it is two
