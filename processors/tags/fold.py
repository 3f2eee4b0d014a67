r"""Text folded for matching names, with the way back to the characters it was made from.

Folding is for finding, never for publishing: case, Arabic letter variants, tatweel, vowel
marks, direction marks and presentation forms no longer matter, and evidence still points at
the characters of the original. Lines are folded as one string with ``\\n`` between, so that
an article costs one scan.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec

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
    """Folded lines. ``starts[i]`` is where line i begins in ``text``; ``back`` gives, for each
    character of ``text``, its place in ``original`` (the lines joined), or is None where the two
    run character for character.
    """

    text: str
    original: str
    starts: tuple[int, ...]
    line_starts: tuple[int, ...]
    back: array[int] | None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of ``original`` that a half-open span of ``text`` was made from."""
        if self.back is None:
            return start, end
        return self.back[start], self.back[end - 1] + 1

    def line(self, start: int) -> int:
        """The index of the line in which a character of ``text`` stands."""
        return bisect_right(self.starts, start) - 1


def fold(text: str) -> str:
    """One string folded, without the way back: how names are stored."""
    return fold_lines((text,)).text


def fold_lines(lines: Sequence[str]) -> Folded:
    """The lines folded and joined. Characters in: any; a line break inside a line is kept."""
    original = "\n".join(lines)
    line_starts = _starts(lines)
    if original.isascii():
        return Folded(original.lower(), original, line_starts, line_starts, None)
    plain = original
    back: array[int] | None = None
    for alike, plainer in _ALIKE:
        plain = plain.replace(alike, plainer)
    if _UNUSUAL.search(plain):
        plain, back = _normalised(plain)
    if _DROP.search(plain):
        plain, back = _without_marks(plain, back)
    cased = plain.casefold()
    if len(cased) != len(plain):
        cased, back = _casefolded(plain, back)
    if _ARABIC.search(cased):
        for variant, letter in _ARABIC_ALIKE:
            cased = cased.replace(variant, letter)
    starts = line_starts if back is None else _moved(line_starts, back)
    return Folded(cased, original, starts, line_starts, back)


def _starts(lines: Sequence[str]) -> tuple[int, ...]:
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    return tuple(starts)


def _moved(line_starts: tuple[int, ...], back: array[int]) -> tuple[int, ...]:
    # A line whose first characters were dropped begins at the next one that was kept.
    return tuple(bisect_left(back, start) for start in line_starts)


def _normalised(text: str) -> tuple[str, array[int]]:
    # Only the unusual pieces are made anew, each knowing the characters it came from.
    pieces: list[str] = []
    back = array("l")
    at = 0
    for unusual in _UNUSUAL.finditer(text):
        first, end = unusual.span()
        made = unicodedata.normalize("NFKC", unusual.group())
        pieces += (text[at:first], made)
        back.extend(range(at, first))
        back.extend(min(first + i, end - 1) for i in range(len(made)))
        at = end
    pieces.append(text[at:])
    back.extend(range(at, len(text)))
    return "".join(pieces), back


def _without_marks(text: str, back: array[int] | None) -> tuple[str, array[int]]:
    kept: list[str] = []
    moved = array("l")
    at = 0
    for gap in _DROP.finditer(text):
        kept.append(text[at : gap.start()])
        moved.extend(range(at, gap.start()) if back is None else back[at : gap.start()])
        at = gap.end()
    kept.append(text[at:])
    moved.extend(range(at, len(text)) if back is None else back[at:])
    return "".join(kept), moved


def _casefolded(text: str, back: array[int] | None) -> tuple[str, array[int]]:
    # Every character folds to one or more, so a character at a time is exact.
    pieces: list[str] = []
    moved = array("l")
    for at, char in enumerate(text):
        piece = char.casefold()
        pieces.append(piece)
        moved.extend((at if back is None else back[at],) * len(piece))
    return "".join(pieces), moved
