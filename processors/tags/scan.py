"""Folded text made ready for the search of names, once for all tables.

What commonly stands before a name becomes a blank, one for one, and it is seen which alphabets the
text has letters of, so that the names of others need not be sought.
"""

from __future__ import annotations

import msgspec

_MARKS = "\n\t\"'()[]{}-/*#&|,."
_ALL_MARKS = _MARKS + "“”„‘’«»‹›–—…¿¡•·،؛"
# First bytes of letters in UTF-8, an alphabet a row: small Latin; Greek, Cyrillic, Armenian; Hebrew
# and Arabic; all others. No letter of these, but much punctuation, begins with 0xE2.
_LEADING = (
    bytes((*range(0x61, 0x7B), *range(0xC3, 0xCA))),
    bytes(range(0xCA, 0xD7)),
    bytes(range(0xD6, 0xDC)),
    bytes((*range(0xDC, 0xE2), *range(0xE3, 0xF8))),
)
_NOT_LEADING = tuple(bytes(sorted(set(range(256)) - set(leads))) for leads in _LEADING)
ANY = len(_LEADING)
ALPHABETS = ANY + 1


class Scanned(msgspec.Struct, frozen=True):
    """Folded text as every table of names looks at it: ``spaced`` with a blank before it, and the
    alphabets whose letters are in it (numbers of ``_LEADING``).
    """

    text: str
    spaced: str
    alphabets: tuple[int, ...]


def scanned(text: str) -> Scanned:
    """Folded text made ready for ``Matcher.find_in``, once for all tables."""
    padded = " " + spaced(text)
    if padded.isascii():
        return Scanned(text, padded, (0, ANY))
    leads = padded.encode("utf-8", "replace")
    there = [at for at, others in enumerate(_NOT_LEADING) if leads.translate(None, others)]
    return Scanned(text, padded, (*there, ANY))


def spaced(text: str) -> str:
    """Folded text with what commonly stands before a name made a blank, one for one.

    Russian ё, which most print as е, is one with it here.
    """
    if text.isascii():
        marks = _MARKS
    else:
        marks, text = _ALL_MARKS, text.replace("ё", "е")
    for mark in marks:
        text = text.replace(mark, " ")
    return text


def alphabet_of(key: str) -> int:
    """The alphabet by which a name is sought: one that every text with the name has letters of."""
    for byte in key.encode("utf-8", "replace"):
        for at, leads in enumerate(_LEADING):
            if byte in leads:
                return at
    return ANY
