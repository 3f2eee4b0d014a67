"""The comparison text: what of a paragraph must be the same for two to be the same.

Rules, in the order in which they act (DESIGN, section 4; the sets are in ``processors.scripts``):

1. Quotes and apostrophes of every kind become spaces. Format characters, tatweel, Arabic vowel
   marks and Hebrew points go, before NFKC so that one between a letter and its hamza or accent
   cannot keep the two apart. A tatweel between two digits was typed for a dash, and becomes one:
   ٢ـ١ is not 21.
2. NFKC. A superscript or fraction that follows a digit is set off by a space first: 10² is not 102.
3. Alef variants become bare alef, hamza and madda without a letter go, digits of every script
   become ASCII, the rest is casefolded. Digits are never masked. In Turkish and Azerbaijani
   (``language``) I becomes ı, and İ and i with a dot above i, in paragraphs that are neither Arabic
   nor Hebrew.
4. Punctuation becomes a space, except between two digits, a minus before a digit, a decimal point
   that begins a number, and percent signs wherever they stand.
5. White space is collapsed.

The profile is named by the script that most of the letters are of. A change to any rule is a new
profile version: fingerprints of different profiles never meet.
"""

from __future__ import annotations

import contextlib
import functools
import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import msgspec

from processors import pages, scripts

ARABIC = "ar-1"
HEBREW = "he-1"
TURKISH = "tr-1"
OTHER = "und-1"
EXACT = "exact-1"

_QUOTE = scripts.matcher(scripts.QUOTES)
_DELETED = scripts.matcher(scripts.FORMAT + scripts.ARABIC_MARKS + scripts.HEBREW_POINTS)
_NUMBER = scripts.matcher(scripts.NUMBERS)
_SEAM = re.compile(
    f"(?:{scripts.AFTER_DIGIT}|(?<=[{scripts.NUMBERS}]))(?=[{scripts.NUMBERS}])"
    f"|(?<=[{scripts.NUMBERS}]){scripts.DIGIT_AHEAD}"
)
_DIGIT = re.compile(r"\d")
_DASH = re.compile(f"{scripts.AFTER_DIGIT}{scripts.TATWEEL}+{scripts.DIGIT_AHEAD}")
_FIGURE = re.compile(r"(?:(?<=-)\.)?[0-9]")
_SIGN = re.compile(r"[^\w\s]|_")
_HAN = re.compile(f"[{scripts.HAN}]+")
_ARABIC_LETTER = scripts.matcher(scripts.ARABIC_LETTERS)
_HEBREW_LETTER = scripts.matcher(scripts.HEBREW_LETTERS)
_DOTTED_I = re.compile("i\u0307+")
_TURKIC_I = str.maketrans({"I": "ı", "İ": "i"})

V = TypeVar("V")


class Comparison(msgspec.Struct, frozen=True, gc=False):
    """A comparison text, the profile that made it, and its length.

    ``length`` counts letters, marks and digits (Unicode L, M, N), a Han character as three.
    """

    profile: str
    text: str
    length: int


class _Table(dict[str, V]):
    """A function of one character, its answers remembered: a memory, never a state."""

    def __init__(self, answer: Callable[[str], V]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, char: str) -> V:
        answer = self._answer(char)
        if len(self) < 70_000:  # rare characters without end must not fill the memory
            self[char] = answer
        return answer


_FOLDS = _Table(scripts.fold)
_WITHOUT = scripts.without_punctuation
#: For a text that NFKC leaves as it is or not, and with figures or without.
_TABLES = {
    (True, True): _Table(scripts.fold_steady),
    (True, False): _Table(lambda char: _WITHOUT(scripts.fold_steady(char))),
    (False, True): _Table(scripts.fold_alone),
    (False, False): _Table(lambda char: _WITHOUT(scripts.fold_alone(char))),
}
_WEIGHTS = _Table(scripts.weight)
_LETTERS = _Table(scripts.is_letter)


def comparison(text: str, language: str | None = None) -> Comparison:
    """The comparison of one paragraph. ``language`` is BCP 47, and matters for Turkish I alone."""
    turkic = language is not None and is_turkic(language)
    for name in pages.pages_for(text, turkic=turkic):
        try:
            folded = pages.page(name).fold(text)
        except UnicodeEncodeError:
            continue
        if name not in pages.TWO_SCRIPTS:
            return Comparison(TURKISH if turkic else OTHER, folded.text, folded.length)
        profile = profile_of(folded.letters, folded.arabic, folded.hebrew)
        if turkic and profile == OTHER:
            break
        return Comparison(profile, folded.text, folded.length)
    return _the_long_way(text, turkic=turkic)


def exact(text: str) -> Comparison:
    """The paragraph as it is, for those who compare bytes; ``fingerprint`` has a shorter way."""
    return Comparison(EXACT, text, length_of(text))


@functools.lru_cache(1024)
def is_turkic(language: str) -> bool:
    """Whether a language (BCP 47) writes i with and without a dot: Turkish and Azerbaijani."""
    return re.split("[-_]", language, maxsplit=1)[0].lower() in ("tr", "az")


def length_of(text: str) -> int:
    """Letters, marks and digits of a text as it stands, a Han character as three."""
    for name in pages.pages_for(text):
        try:
            return pages.page(name).length_of(text)
        except UnicodeEncodeError:
            continue
    return _weighed(text)


def _the_long_way(text: str, *, turkic: bool) -> Comparison:
    folded = _folded(text)
    profile = _profile_of(folded)
    if turkic and profile == OTHER:
        profile, folded = TURKISH, _folded_in_full(text, turkic=True)
    return Comparison(profile, folded, _weighed(folded))


def _folded(text: str) -> str:
    """The comparison text, without the rules in full where no character minds its neighbours.

    That is so where NFKC would leave the text as it is, or changes single characters only, as it
    does the full-width signs of Chinese and Japanese.
    """
    if scripts.has_long_row(text):
        return _folded_in_full(text)
    figures = _DIGIT.search(text) is not None
    steady = unicodedata.is_normalized("NFKC", text)
    with contextlib.suppress(KeyError):
        folded = "".join(map(_TABLES[steady, figures].__getitem__, text))
        if not steady or unicodedata.is_normalized("NFKC", folded):
            return _finished(folded, figures=figures)
    return _folded_in_full(text)


def _folded_in_full(text: str, *, turkic: bool = False) -> str:
    text = _DELETED.sub("", _QUOTE.sub(" ", text))
    if scripts.TATWEEL in text:
        text = _DASH.sub("-", text).replace(scripts.TATWEEL, "")
    text = scripts.stream_safe(text)
    if _NUMBER.search(text):
        text = _SEAM.sub(" ", text)
    text = scripts.nfkc(text)
    if turkic:
        text = text.translate(_TURKIC_I)
    text = "".join(map(_FOLDS.__getitem__, text))
    if turkic:
        text = _DOTTED_I.sub("i", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = "".join(map(_FOLDS.__getitem__, scripts.nfkc(text)))
    return _finished(text, figures=True)


def _finished(text: str, *, figures: bool) -> str:
    return " ".join((_SIGN.sub(_sign, text) if figures else text).split())


def _weighed(text: str) -> int:
    rest = _HAN.sub("", text)
    return 3 * (len(text) - len(rest)) + sum(map(_WEIGHTS.__getitem__, rest))


def _sign(match: re.Match[str]) -> str:
    sign, text, at = match.group(), match.string, match.start()
    if not scripts.is_punctuation(sign):
        return sign
    if not _FIGURE.match(text, at + 1):
        return " "
    return sign if scripts.belongs_to_figure(sign, text[max(at - 1, 0) : at]) else " "


def _profile_of(text: str) -> str:
    arabic = len(_ARABIC_LETTER.findall(text))
    hebrew = len(_HEBREW_LETTER.findall(text))
    if not arabic and not hebrew:
        return OTHER
    return profile_of(sum(map(_LETTERS.__getitem__, text)), arabic, hebrew)


def profile_of(letters: int, arabic: int, hebrew: int) -> str:
    """The profile by the script that at least half of the letters are of, Arabic first."""
    if arabic and 2 * arabic >= letters and arabic >= hebrew:
        return ARABIC
    return HEBREW if hebrew and 2 * hebrew >= letters else OTHER
