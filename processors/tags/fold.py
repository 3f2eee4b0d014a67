r"""Text folded for matching names, with the way back to the characters it was made from.

Folding is for finding, never for publishing: case, Arabic letter variants, tatweel, vowel
marks, direction marks and presentation forms no longer matter, and evidence still points at
the characters of the original. Lines are folded as one string with ``\\n`` between, so that
an article costs one scan.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from processors.scripts import LONGEST_ROW, has_long_row
from processors.tags.coded import Coded, Page, coded

_DROP = re.compile(
    "[\u00ad\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
)
# Decomposed letters, presentation forms, full- and half-width forms, compatibility ideographs:
# all that NFKC changes inside a word. What it changes between words cannot matter here.
_UNUSUAL = re.compile(
    "[^\\s\u0300-\u036f][\u0300-\u036f\u3099\u309a]+|[\uf900-\ufb4f\ufb50-\ufdff\ufe70-\ufefc\uff01-\uffdc]"
)
_ALIKE = (
    ("\u00a0", " "), ("\u202f", " "), ("\u2019", "'"), ("\u2010", "-"), ("\u2011", "-"),
)  # fmt: skip
_ARABIC_ALIKE = (
    ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ی", "ي"), ("ة", "ه"),
    ("ۀ", "ه"), ("ہ", "ه"), ("ھ", "ه"), ("ک", "ك"),
)  # fmt: skip
_ARABIC = re.compile("[\u0600-\u06ff]")


class Folded(msgspec.Struct, frozen=True):
    """Folded lines. ``starts[i]`` is where line i begins in ``text``, ``line_starts[i]`` where it
    begins in ``original``, the lines joined. From ``points[i]`` on, a character of ``text`` at p
    was made from the one of ``original`` at p + ``shifts[i]``. ``coded`` is ``text`` on a page of
    bytes, None where there is none for it.
    """

    text: str
    original: str
    starts: tuple[int, ...]
    line_starts: tuple[int, ...]
    points: tuple[int, ...] = ()
    shifts: tuple[int, ...] = ()
    coded: Coded | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of ``original`` that a half-open span of ``text`` was made from."""
        if not self.points:
            return start, end
        return self._place(start), self._place(end - 1) + 1

    def line(self, start: int) -> int:
        """The index of the line in which a character of ``text`` stands."""
        return bisect_right(self.starts, start) - 1

    def _place(self, at: int) -> int:
        point = bisect_right(self.points, at)
        return at + self.shifts[point - 1] if point else at


def fold(text: str) -> str:
    """One string folded, without the way back: how names are stored."""
    if text.isascii():
        return text.lower()
    for alike, plainer in _ALIKE:
        text = text.replace(alike, plainer)
    if has_long_row(text) or not unicodedata.is_normalized("NFKC", text):
        text = _UNUSUAL.sub(lambda unusual: _composed(unusual.group()), text)
    return _arabic_alike(_DROP.sub("", text).casefold())


def _arabic_alike(folded: str) -> str:
    if _ARABIC.search(folded):
        for variant, letter in _ARABIC_ALIKE:
            folded = folded.replace(variant, letter)
    return folded


def fold_lines(lines: Sequence[str]) -> Folded:
    """The lines folded and joined. Characters in: any; a line break inside a line is kept."""
    original = "\n".join(lines)
    line_starts = _starts(lines)
    on_page = coded(original)
    if on_page is not None:
        return _by_table(original, line_starts, on_page)
    return fold_at_length(original, line_starts)


def fold_at_length(original: str, line_starts: tuple[int, ...]) -> Folded:
    """Lines joined by line breaks, folded with any characters in them."""
    plain = original
    for alike, plainer in _ALIKE:
        plain = plain.replace(alike, plainer)
    back: array[int] | None = None
    # To ask whether a long row of marks is in order takes time by its square, too.
    if (has_long_row(plain) or not unicodedata.is_normalized("NFKC", plain)) and _UNUSUAL.search(
        plain
    ):
        plain, back = _normalised(plain)
    points: list[int] = []
    shifts: list[int] = []
    if _DROP.search(plain):
        plain, back, points, shifts = _without_marks(plain, back)
    cased = plain.casefold()
    if len(cased) != len(plain):
        cased, back = _casefolded(plain, back, points, shifts)
    cased = _arabic_alike(cased)
    if back is not None:
        points, shifts = _turning_points(back)
    folded = Folded(cased, original, (), line_starts, tuple(points), tuple(shifts))
    return msgspec.structs.replace(folded, starts=_moved(line_starts, folded))


def _by_table(original: str, line_starts: tuple[int, ...], source: Coded) -> Folded:
    table, dropped, gap = _tables(source.page)
    data = source.data.translate(table, dropped)
    text = source.page.decode(data)
    made = Coded(source.page, data)
    if len(data) == len(source.data):
        return Folded(text, original, line_starts, line_starts, coded=made)
    begins: list[int] = []
    points: list[int] = []
    shifts: list[int] = []
    shift = 0
    for found in gap.finditer(source.data):
        first, end = found.span()
        shift += end - first
        begins.append(first)
        points.append(end - shift)
        shifts.append(shift)
    before = [0, *shifts]
    starts = tuple(at - before[bisect_left(begins, at)] for at in line_starts)
    return Folded(text, original, starts, line_starts, tuple(points), tuple(shifts), made)


@functools.cache
def _tables(page: Page) -> tuple[bytes, bytes, re.Pattern[bytes]]:
    """What a page's characters fold to, which of them are dropped, and a row of these."""
    dropped = page.where(lambda char: not fold(char))
    row = re.compile(b"[" + re.escape(dropped) + b"]+") if dropped else re.compile(b"(?!)")
    return page.table(fold), dropped, row


def _starts(lines: Sequence[str]) -> tuple[int, ...]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return tuple(starts)


def _moved(line_starts: tuple[int, ...], folded: Folded) -> tuple[int, ...]:
    # A line whose first characters were dropped begins at the next one that was kept.
    if not folded.points:
        return line_starts
    starts, at = [0] if line_starts else [], 0
    for begin, end in pairwise(line_starts):
        for _ in range(folded.original.count("\n", begin, end)):
            at = folded.text.index("\n", at) + 1
        starts.append(at)
    return tuple(starts)


def _normalised(text: str) -> tuple[str, array[int]]:
    # Only the unusual pieces are made anew, each knowing the characters it came from.
    pieces: list[str] = []
    back = array("l")
    at = 0
    for unusual in _UNUSUAL.finditer(text):
        first, end = unusual.span()
        made = _composed(unusual.group())
        pieces += (text[at:first], made)
        back.extend(range(at, first))
        back.extend(min(first + i, end - 1) for i in range(len(made)))
        at = end
    pieces.append(text[at:])
    back.extend(range(at, len(text)))
    return "".join(pieces), back


def _composed(piece: str) -> str:
    # By parts where no language writes so many marks: ordering a row takes time by its square.
    size = LONGEST_ROW
    parts = (
        [piece] if len(piece) <= size else [piece[i : i + size] for i in range(0, len(piece), size)]
    )
    return "".join(unicodedata.normalize("NFKC", part) for part in parts)


def _without_marks(
    text: str, back: array[int] | None
) -> tuple[str, array[int] | None, list[int], list[int]]:
    # The common case, marks dropped and nothing else changed, needs only the turning points.
    kept: list[str] = []
    moved = None if back is None else array("l")
    points: list[int] = []
    shifts: list[int] = []
    at = dropped = 0
    for gap in _DROP.finditer(text):
        first, end = gap.span()
        kept.append(text[at:first])
        if moved is not None and back is not None:
            moved.extend(back[at:first])
        dropped += end - first
        points.append(end - dropped)
        shifts.append(dropped)
        at = end
    kept.append(text[at:])
    if moved is not None and back is not None:
        moved.extend(back[at:])
        return "".join(kept), moved, [], []
    return "".join(kept), None, points, shifts


def _casefolded(
    text: str, back: array[int] | None, points: list[int], shifts: list[int]
) -> tuple[str, array[int]]:
    # Every character folds to one or more, so a character at a time is exact.
    if back is None:
        before = Folded(text, "", (), (), tuple(points), tuple(shifts))
        back = array("l", (before.source(at, at + 1)[0] for at in range(len(text))))
    pieces: list[str] = []
    moved = array("l")
    for char, place in zip(text, back, strict=True):
        piece = char.casefold()
        pieces.append(piece)
        moved.extend((place,) * len(piece))
    return "".join(pieces), moved


def _turning_points(back: array[int]) -> tuple[list[int], list[int]]:
    points, shifts, shift = [], [], 0
    for at, place in enumerate(back):
        if place - at != shift:
            shift = place - at
            points.append(at)
            shifts.append(shift)
    return points, shifts
