"""Texts of few characters as bytes, one a character: what folding and cutting are fast on.

Most articles are written with ASCII, the letters of one more script and some signs. Such a text is
encoded with a page of at most 256 characters; what is asked of it is then a table of bytes each,
looked up in C.

A page says nothing of its own. Its tables are made by asking the long way of each character alone,
which is exact because a page holds no character that joins a neighbour; a text with any other
character is not for it, and goes the long way. Tests hold the two to one another.
"""

from __future__ import annotations

import codecs
import functools
from collections.abc import Callable, Sequence

import msgspec

from processors import pages

_UNUSED = "\ufffe"
_ASCII = tuple(map(chr, range(128)))
# Where other pages have room: a text with control characters is not for them.
_FREE = (*range(1, 9), *range(14, 32), *range(127, 256))
_SIGNS = (
    "\xa0\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202f\ufeff"
    "،؛؟«»‘’“”„‹›‐‑–—…•·°€£©®²½\ufd3e\ufd3f"
)
_LETTERS = {name: pages.LETTERS[name] for name in ("arabic", "western", "cyrillic")}
_NAMES = ("arabic", "western", "cyrillic")


class Page:
    """A page: ``letters`` are its characters besides ASCII, none for plain ASCII."""

    def __init__(self, letters: str) -> None:
        self._ascii = not letters
        layout = [*_ASCII, *[_UNUSED] * 128]
        if letters:
            for byte in _FREE:
                layout[byte] = _UNUSED
        for byte, char in zip(_FREE, dict.fromkeys(letters), strict=False):
            layout[byte] = char
        self._decoding = "".join(layout)
        self._encoding = codecs.charmap_build(self._decoding)
        self._places = {char: at for at, char in enumerate(layout) if char != _UNUSED}

    @property
    def characters(self) -> frozenset[str]:
        """The characters that are on the page."""
        return frozenset(self._places)

    def encode(self, text: str) -> bytes:
        """A text as bytes. Raises ``UnicodeEncodeError`` for a character not on the page."""
        if self._ascii:
            return text.encode("ascii")
        return codecs.charmap_encode(text, "strict", self._encoding)[0]

    def encode_all(self, names: Sequence[str]) -> list[bytes]:
        """Names of one line each as bytes. What is not on the page is spelt ``&#322;``."""
        whole = codecs.charmap_encode("\n".join(names), "xmlcharrefreplace", self._encoding)[0]
        return whole.split(b"\n")

    def decode(self, data: bytes) -> str:
        """What bytes of the page say."""
        if self._ascii:
            return data.decode("ascii")
        return codecs.charmap_decode(data, "strict", self._decoding)[0]

    def table(self, becomes: Callable[[str], str]) -> bytes:
        """For ``bytes.translate``: what each character becomes, one of the page; those that become
        nothing stay themselves here.
        """
        made = bytearray(range(256))
        for char, at in self._places.items():
            made[at] = self._places[becomes(char) or char]
        return bytes(made)

    def into(self, other: Page) -> bytes:
        """For ``bytes.translate``: the same text on another page, NUL for what is not on it."""
        return _into(self, other)

    def where(self, holds: Callable[[str], bool]) -> bytes:
        """The bytes of the characters of which something holds."""
        return bytes(at for char, at in self._places.items() if holds(char))


class Coded(msgspec.Struct, frozen=True):
    """A text on its page."""

    page: Page
    data: bytes


@functools.cache
def _into(one: Page, other: Page) -> bytes:
    made = bytearray(256)
    for char in one.characters & other.characters:
        made[one.encode(char)[0]] = other.encode(char)[0]
    return bytes(made)


@functools.cache
def page(name: str) -> Page:
    """The page of that name: ``ascii``, ``arabic``, ``western`` or ``cyrillic``."""
    if name == "ascii":
        return Page("")
    # A table gives one for one: what folds to several, as ß does, is on no page.
    return Page("".join(c for c in _SIGNS + _LETTERS[name] if len(c.casefold()) == 1))


def coded(text: str) -> Coded | None:
    """A text on the first page that has all its characters, None where there is no such page."""
    if text.isascii():
        return Coded(page("ascii"), text.encode("ascii"))
    for name in _NAMES:
        of_script = page(name)
        try:
            return Coded(of_script, of_script.encode(text))
        except UnicodeEncodeError:
            continue
    return None
