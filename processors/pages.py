"""The short way to a comparison text: a paragraph as bytes of a code page of our own.

Most paragraphs are written with the letters of one script, ASCII and a few dozen signs. Such a
paragraph is encoded with a page of at most 256 characters, folded by one table of bytes, and
decoded, all in C; that is some twenty times faster than going through it in Python.

Rules:

1. A page says nothing of its own: its tables are worked out from ``processors.scripts``, so that
   it gives what ``processors.compare`` gives by the long way, which tests hold it to.
2. A page holds no character that NFKC joins to a neighbour or puts in another order. Those that
   become several, such as … and ß, are spelt out first. A paragraph with any other character is
   not for it, and takes the long way.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from collections.abc import Callable

import msgspec

from processors import scripts

_ASCII = "".join(map(chr, range(128)))
#: Bytes for what is not ASCII; those that ``bytes.split`` takes for white space are left out.
_FREE = (*range(1, 9), *range(14, 32), *range(127, 256))
_UNUSED = "\ufffe"
#: What ``bytes.split`` takes for white space.
_SPACE = " \t\n\r\v\f"
_SIGNS = "\xa0\u202f\u2009\xad\u200b\u200c\u200d\u200e\u200f\ufeff«»‘’‚“”„‹›–—―‐‑…•·§°€£©®"
#: The characters of each page besides ASCII and the signs.
LETTERS = {
    "arabic": (
        "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱٹپچڈڑژکگںھہۂۃۆیۍێےۓەڤڕڵټډړښږڼڭ"
        "ـ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670،؛؟٪٫٬٭۔"
        "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ),
    "hebrew": (
        "אבגדהוזחטיךכלםמןנסעףפץצקרשת־׀׃׳״₪\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7"
        "\u05b8\u05b9\u05ba\u05bb\u05bc\u05bd\u05bf\u05c1\u05c2\u05c7\u202a\u202b\u202c\u202d\u202e"
    ),
    "cyrillic": "".join(map(chr, range(0x400, 0x460))) + "ґҐәӘғҒқҚңҢөӨұҰүҮһҺ№",
    "greek": "ΆΈΉΊΌΎΏΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫάέήίαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ",
    "western": "ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞœŒğĞşŞıŸ¿¡",
    "central": (
        "áâäçéëíîóôöúüýÁÂÄÇÉËÍÎÓÔÖÚÜÝßąćęłńśźżĄĆĘŁŃŚŹŻčďěňřšťůžČĎĚŇŘŠŤŮŽľĺŕĽĹŔ"
        "đĐőűŐŰășțĂȘȚāēģīķļņūĀĒĢĪĶĻŅŪėįųĖĮŲţŢşŞ"
    ),
}


#: Where a script's letters stand: the page to try for the first of them, by the block's end.
_BLOCKS = (("ɐ", "western"), ("Ѐ", "greek"), ("\u0530", "cyrillic"), ("\u0600", "hebrew"))
#: Pages of scripts that have a profile of their own, and may be mixed with Latin letters.
TWO_SCRIPTS = ("arabic", "hebrew")
_LETTER = re.compile("[\xc0-\u06ff]")
_DIGITS = b"0123456789"
_AFTER_DIGIT = frozenset(b"%d" % digit for digit in range(10))
_POINT, _MINUS = b".-"


class Folded(msgspec.Struct, frozen=True, gc=False):
    """A comparison text by the short way: its length, and its letters by script.

    ``letters`` is 0 where the page has neither Arabic nor Hebrew ones.
    """

    text: str
    length: int
    letters: int = 0
    arabic: int = 0
    hebrew: int = 0


class Page:
    """The tables of one page, all made from its characters, and the fold that they do.

    ``letters`` are the characters besides ASCII; ``turkic`` folds I to ı and İ to i.
    """

    def __init__(self, letters: str, *, turkic: bool = False) -> None:
        self._ascii = not letters
        self._decoding = _layout(letters)
        self._encoding = codecs.charmap_build(self._decoding)
        self._spelt: list[tuple[bytes, bytes]] = []
        bare, punctuated, deleted = bytearray(range(256)), bytearray(range(256)), bytearray()
        for byte, char in enumerate(self._decoding):
            if char == _UNUSED:
                continue
            if char in _SPACE:
                bare[byte] = punctuated[byte] = 32
                continue
            folded = fold_of(char, turkic=turkic)
            if not folded:
                deleted.append(byte)
            elif len(folded) > 1:
                self._spelt.append((bytes((byte,)), self._encode(folded)))
            else:
                punctuated[byte] = self._encode(folded)[0]
                bare[byte] = 32 if scripts.is_punctuation(folded) else punctuated[byte]
        self._bare, self._punctuated, self._deleted = bytes(bare), bytes(punctuated), bytes(deleted)
        signs = re.escape(self._where(scripts.is_punctuation))
        self._before_digit = re.compile(b"[" + signs + b"](?=\\.?[0-9])")
        self._tatweel = self._where(lambda char: char == scripts.TATWEEL)
        self._dash = self._dash_of_tatweel() if self._tatweel else None
        self._uncounted = self._where(lambda char: not scripts.weight(char))
        self._nonletters = self._where(lambda char: not scripts.is_letter(char))
        self._is_arabic = bool(self._where(scripts.is_arabic_letter))
        self._is_hebrew = bool(self._where(scripts.is_hebrew_letter))
        self._usual = b" " + self._where(self._is_usual)

    @property
    def characters(self) -> frozenset[str]:
        """The characters that are on the page."""
        return frozenset(self._decoding) - {_UNUSED}

    def fold(self, text: str) -> Folded:
        """The comparison text. Raises ``UnicodeEncodeError`` for a character not on the page."""
        data = self._encode(text)
        for sign, spelt in self._spelt:
            data = data.replace(sign, spelt)
        if self._dash and self._tatweel in data:
            data = self._dash.sub(rb"\1-", data)
        folded = data.translate(self._bare, self._deleted)
        rest = folded.translate(None, self._usual)
        usual = len(folded) - len(rest) - folded.count(b" ")
        length = usual + len(rest.translate(None, self._uncounted))
        if len(rest.translate(None, _DIGITS)) != len(rest):
            folded = self._with_figures(folded, data.translate(self._punctuated, self._deleted))
        while b"  " in folded:  # whatever is white is a space by now
            folded = folded.replace(b"  ", b" ")
        folded = folded.strip(b" ")
        if self._ascii:
            return Folded(folded.decode("ascii"), length)
        decoded = codecs.charmap_decode(folded, "strict", self._decoding)[0]
        if not self._is_arabic and not self._is_hebrew:
            return Folded(decoded, length)
        letters = usual + len(rest.translate(None, self._nonletters))
        return Folded(
            decoded,
            length,
            letters,
            usual if self._is_arabic else 0,
            usual if self._is_hebrew else 0,
        )

    def length_of(self, text: str) -> int:
        """Letters, marks and digits of a text as it stands. Raises as ``fold`` does."""
        return len(self._encode(text).translate(None, self._uncounted))

    def _encode(self, text: str) -> bytes:
        if self._ascii:
            return text.encode("ascii")
        return codecs.charmap_encode(text, "strict", self._encoding)[0]

    def _where(self, holds: Callable[[str], bool]) -> bytes:
        return bytes(b for b, char in enumerate(self._decoding) if char != _UNUSED and holds(char))

    def _is_usual(self, char: str) -> bool:
        """Whether a letter is of the page's own script: most of a paragraph is such."""
        if not scripts.is_letter(char):
            return False
        if self._is_arabic:
            return scripts.is_arabic_letter(char)
        return scripts.is_hebrew_letter(char) or not self._is_hebrew

    def _dash_of_tatweel(self) -> re.Pattern[bytes]:
        digits = self._where(str.isdecimal)
        unseen = re.escape(self._deleted.replace(self._tatweel, b""))
        tatweel = re.escape(self._tatweel)
        return re.compile(
            b"([%b][%b]*+)%b[%b%b]*+(?=[%b])" % (digits, unseen, tatweel, tatweel, unseen, digits)
        )

    def _with_figures(self, bare: bytes, punctuated: bytes) -> bytes:
        """``bare`` with the signs put back that belong to a figure."""
        kept = bytearray(bare)
        for match in self._before_digit.finditer(punctuated):
            at = match.start()
            before, after = punctuated[at - 1 : at], punctuated[at + 1]
            if (before in _AFTER_DIGIT and after != _POINT) or self._begins_figure(
                punctuated[at], before, after
            ):
                kept[at] = punctuated[at]
        return bytes(kept)

    def _begins_figure(self, sign: int, before: bytes, after: int) -> bool:
        if after == _POINT and sign != _MINUS:
            return False
        return scripts.belongs_to_figure(
            self._decoding[sign], self._decoding[before[0]] if before else ""
        )


@functools.cache
def page(name: str) -> Page:
    """The page of a script: ``ascii``, ``turkish``, or one of the names in ``LETTERS``."""
    if name == "ascii":
        return Page("")
    if name == "turkish":
        return Page(_SIGNS + LETTERS["western"] + "İəƏ", turkic=True)
    return Page(_SIGNS + LETTERS[name])


def pages_for(text: str, *, turkic: bool = False) -> tuple[str, ...]:
    """The names of the pages that may have all characters of a text, the likeliest first."""
    if text.isascii():
        return ("turkish",) if turkic else ("ascii",)
    letter = _LETTER.search(text)
    if letter is None:
        return ("turkish",) if turkic else ("western",)
    first = letter.group()
    block = "arabic"
    if first < "\u0600":
        block = next(name for end, name in _BLOCKS if first < end)
    if turkic:
        return (block,) if block in TWO_SCRIPTS else ("turkish",)
    return ("western", "central") if block == "western" else (block,)


def _layout(letters: str) -> str:
    """256 characters, each at its byte: ASCII at its own, the rest where there is room."""
    if not letters:
        return _ASCII.ljust(256, _UNUSED)
    table = [_UNUSED] * 256
    for char in "\0\t\n\r" + _ASCII[32:127]:
        table[ord(char)] = char
    for byte, char in zip(_FREE, letters, strict=False):
        table[byte] = char
    return "".join(table)


def fold_of(char: str, *, turkic: bool = False) -> str:
    """What a character of a page becomes: one, none, or several that have still to be folded."""
    if turkic and char in "Iİ":
        return "ı" if char == "I" else "i"
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) > 1 else scripts.fold(plain)
