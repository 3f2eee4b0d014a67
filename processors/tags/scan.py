"""Folded text made ready for the search of names, once for all tables.

What commonly stands before a name becomes a blank, one for one, and it is seen which alphabets the
text has letters of, so that the names of others need not be sought.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import Any

import msgspec

from processors.tags.coded import Coded, Page

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
_HOMES = {0: "western", 1: "cyrillic", 2: "arabic"}
_BEGIN = 200
ANY = len(_LEADING)
ALPHABETS = ANY + 1


class Scanned(msgspec.Struct, frozen=True):
    """Folded text as every table of names looks at it: ``spaced`` with a blank before it, and the
    alphabets whose letters are in it (numbers of ``_LEADING``). ``coded`` is ``spaced`` on a page,
    where it has one; ``found`` what was found, by who sought it.
    """

    text: str
    spaced: str
    alphabets: tuple[int, ...]
    coded: Coded | None = None
    found: dict[Any, Any] = {}


def scanned(text: str, coded: Coded | None = None) -> Scanned:
    """Folded text made ready for ``Matcher.find_in``, once for all tables.

    ``coded`` is the same text on a page, where it has one.
    """
    if coded is not None:
        return _by_tables(text, coded)
    padded = " " + spaced(text)
    return Scanned(text, padded, (*_alphabets(padded), ANY))


def _alphabets(text: str) -> list[int]:
    leads = text.encode("utf-8", "replace")
    return [at for at, others in enumerate(_NOT_LEADING) if leads.translate(None, others)]


def _by_tables(text: str, coded: Coded) -> Scanned:
    to_spaced, others = _tables(coded.page)
    padded = b" " + coded.data.translate(to_spaced)
    begin = padded[:_BEGIN]  # where most texts have letters of all their alphabets
    there = [
        at
        for at, of_others in others
        if begin.translate(None, of_others) or padded.translate(None, of_others)
    ]
    made = Coded(coded.page, padded)
    return Scanned(text, coded.page.decode(padded), (*there, ANY), made)


@functools.cache
def _tables(page: Page) -> tuple[bytes, tuple[tuple[int, bytes], ...]]:
    """For a page: what spaces its text, and for each alphabet the bytes that are not of it."""
    alphabets = {char: _alphabets(spaced(char)) for char in page.characters}
    others = tuple(
        (at, page.where(lambda char, at=at: at not in alphabets[char]))  # type: ignore[misc]
        for at in range(ANY)
        if any(at in there for there in alphabets.values())
    )
    return page.table(spaced), others


def is_word(char: str) -> bool:
    """Whether a character belongs to words: letters, digits and the marks that sit on them."""
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


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
    """The alphabet by which a name is sought: one that every text with the name has letters of. Of
    several the last, whose page has small Latin letters too.
    """
    if key.isascii():
        return 0 if key.islower() else ANY
    if "\u0600" <= key[0] < "\u0700":  # most keys by far are one of these
        return 2
    data = key.encode("utf-8", "replace")
    for at in reversed(range(ANY)):
        if data.translate(None, _NOT_LEADING[at]):
            return at
    return ANY


def home_of(alphabet: int) -> str | None:
    """The page of an alphabet: a text on any page has no other letters of it than this one has."""
    return _HOMES.get(alphabet)
