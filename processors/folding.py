"""The comparison texts of a row of paragraphs at once: the short way for nearly all news.

What ``processors.pages`` does to one paragraph with the characters of one script is done here with
those of all pages and more, each step in one pass over an array.

Rules:

1. Nothing is said here of any character: codes are worked out from ``processors.scripts``, so that
   a row gives what ``processors.compare`` gives for each paragraph, which tests hold it to.
2. A character that is compared by itself has for its code its UTF-8, two bytes, the first with its
   highest bit flipped, so that the codes below 64 are free: they are for what may give way.
3. A paragraph is not for this way where it holds a character without a code, as one that is spelt
   out in letters, or where what is deleted stands behind anything but a letter: there it may hide
   that two spaces are one, or that a tatweel between digits is a dash.
"""

from __future__ import annotations

import contextlib
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from processors import pages, scripts
from processors.rows import Row

#: Bytes of a row from which on this pays.
FEW = 8_000

_CODE = np.dtype("<u2")
_BYTE = np.dtype("u1")
#: Codes of what folds to a space: white space, the edge of a paragraph, a sign that never stays,
#: three points. Signs that stay in a figure follow, then those that always do.
_WHITE, _EDGE, _QUOTE, _POINTS, _SIGNS = range(5)
#: Codes of what is not for this way, and of what is deleted.
_STRANGE, _TATWEEL, _UNSEEN = 61, 62, 63
#: From here on: letters and digits, which are what is counted.
_SOLID = 64
_FLIPPED = 128
_ZERO = ord("0") ^ _FLIPPED
_SPACE, _LINE_FEED = ord(" "), ord("\n")
#: First bytes in UTF-8 of the letters of two scripts, flipped, and the bits that tell them.
_ARABIC, _ARABIC_BITS = 0xD8 ^ _FLIPPED, 0xFC
_HEBREW, _HEBREW_BITS = 0xD7 ^ _FLIPPED, 0xFF
#: Letters from here on are not for this way: Syriac, more of Arabic, then those of three bytes.
_LETTERS_END = 0x700


class Folded(NamedTuple):
    """Of each paragraph of a row: comparison text in UTF-8, with a space behind it perhaps; what it
    counts; its words, as ``str.split`` finds them; its letters, and those of two scripts.

    ``strange`` are the indexes of those that are not for this way.
    """

    texts: list[bytes]
    lengths: list[int]
    words: list[int]
    letters: list[int]
    arabic: list[int]
    hebrew: list[int]
    strange: set[int]


class _Codes(NamedTuple):
    """Codes by UTF-16 and by ASCII; that of all signs of three bytes, which is the last of those
    that may give way; the last of a symbol; two signs; and for each code that of it where it stays.
    """

    wide: Any
    narrow: bytes
    last_sign: int
    last_symbol: int
    minus: int
    point: int
    staying: Any


def folded(row: Row) -> Folded:
    """Fold all paragraphs of a row."""
    table, edges = _codes(), row.edges
    codes = row.coded(table.wide, table.narrow)
    codes[edges] = _EDGE
    white = codes < _QUOTE
    words = _counted(white[:-1] > white[1:], edges)
    solid, digit = codes >= _SOLID, (codes - _ZERO) < 10
    lengths = _counted(solid, edges)
    letters = arabic = hebrew = [0] * len(lengths)
    if not row.is_ascii:
        letters = _counted(solid ^ digit, edges)
        arabic = _counted((codes & _ARABIC_BITS) == _ARABIC, edges)
        hebrew = _counted((codes & _HEBREW_BITS) == _HEBREW, edges)
    strange = codes == _STRANGE
    strange[1:] |= ((codes[1:] - _TATWEEL) < 2) & (digit[:-1] | (codes[:-1] < _TATWEEL))
    blank = codes <= table.last_sign
    figures = _in_figures(codes, digit)
    blank[figures] = False
    strange[figures] |= codes[figures] == table.last_sign
    symbols = (codes > table.last_sign) & (codes <= table.last_symbol)
    for staying in (symbols.nonzero()[0], figures):
        codes[staying] = table.staying[codes[staying]]
    texts = _texts(codes, edges, blank)
    return Folded(texts, lengths, words, letters, arabic, hebrew, _holders(edges, strange))


def _counted(which: Any, edges: Any) -> list[int]:
    """How many places of each paragraph are such."""
    counts: list[int] = np.add.reduceat(which.view(_BYTE), edges[:-1], dtype=np.int32).tolist()
    return counts


def _holders(edges: Any, which: Any) -> set[int]:
    """The paragraphs that hold such a place: few, or none."""
    if not which.any():
        return set()
    return set((np.searchsorted(edges, which.nonzero()[0], "right") - 1).tolist())


def _in_figures(codes: Any, digit: Any) -> Any:
    """The places of signs that stay, by ``scripts.belongs_to_figure``."""
    table = _codes()
    signs = (codes - _SIGNS) <= (table.last_sign - _SIGNS)
    at = (signs[:-1] & (digit[1:] | signs[1:])).nonzero()[0]
    sign, before, after = codes[at], codes[at - 1], codes[at + 1]
    is_minus = sign == table.minus
    begins = (sign == table.point) & (before != table.point) & (before != _POINTS)
    begins &= before < _TATWEEL
    stays = digit[at + 1] & (digit[at - 1] | is_minus | begins)
    stays |= is_minus & (after == table.point) & digit.take(at + 2, mode="clip")
    return at[stays]


def _texts(codes: Any, edges: Any, blank: Any) -> list[bytes]:
    """The texts in UTF-8: of blanks in a row one, none where a text begins."""
    written = (codes ^ _FLIPPED) * (codes >= _SOLID)
    written[1:] += (blank[1:] > blank[:-1]) * written.dtype.type(_SPACE)
    written[edges] = _LINE_FEED
    little_endian = written.astype(written.dtype.newbyteorder("<"), copy=False)
    texts: list[bytes] = little_endian.tobytes().translate(None, b"\0").split(b"\n")
    return texts[1:-1]


@cache
def _codes() -> _Codes:
    """The codes of all characters that are for this way."""
    folds = _folds()
    single = [fold for fold in dict.fromkeys(folds.values()) if len(fold) == 1 and fold != " "]
    signs = list(filter(scripts.is_punctuation, single))
    short = [sign for sign in signs if _size(sign) < 3]
    always = [fold for fold in single if _stays(fold)]
    long = _SIGNS + len(short)
    code_of = dict.fromkeys(signs, long) | {"": _UNSEEN, " ": _QUOTE, "...": _POINTS}
    code_of |= {sign: code for code, sign in enumerate(short, _SIGNS)}
    code_of |= {fold: code for code, fold in enumerate(always, long + 1)}
    code_of |= {fold: _flipped(fold) for fold in single if scripts.weight(fold) and _size(fold) < 3}
    wide = np.full(1 << 16, _STRANGE, _CODE)
    for char, fold in folds.items():
        wide[ord(char)] = _WHITE if char.isspace() else code_of.get(fold, _STRANGE)
    wide[ord(scripts.TATWEEL)] = _TATWEEL
    staying = np.zeros(_SOLID, _CODE)
    for fold in (*short, *always):
        staying[code_of[fold]] = _flipped(fold)
    narrow = bytes(wide[:128].tolist()).ljust(256, b"\0")
    return _Codes(wide, narrow, long, long + len(always), code_of["-"], code_of["."], staying)


def _folds() -> dict[str, str]:
    """What each character becomes: those of the pages, Latin-1, all general punctuation, and the
    letters of two bytes, of which none joins another.
    """
    characters = set(map(chr, (*range(0x80, 0x100), *range(0x2000, 0x2070))))
    characters |= {char for char in map(chr, range(0x100, _LETTERS_END)) if scripts.is_letter(char)}
    folds: dict[str, str] = {}
    for char in sorted(characters):
        with contextlib.suppress(KeyError):
            folds[char] = scripts.fold_alone(char)
    for name in ("ascii", *pages.LETTERS):
        folds |= {char: pages.fold_of(char) for char in sorted(pages.page(name).characters)}
    return folds


def _size(char: str) -> int:
    return len(char.encode())


def _stays(fold: str) -> bool:
    """Whether a folded character is a symbol that stays wherever it stands."""
    if scripts.weight(fold) or scripts.is_punctuation(fold):
        return False
    return _size(fold) < 3 and scripts.category(fold) != "Cc"


def _flipped(char: str) -> int:
    """The code of a character that is compared."""
    return int.from_bytes(char.encode()[:2], "little") ^ _FLIPPED
