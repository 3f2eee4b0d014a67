"""The comparison text: what of a paragraph must be the same for two to be the same.

Rules, in the order in which they act (DESIGN, section 4; the sets are in ``processors.scripts``):

1. Quotes and apostrophes of every kind become spaces; format characters and tatweel go, before
   NFKC so that one between a letter and its mark cannot keep the two apart.
2. NFKC. A superscript or fraction that follows a digit is set off by a space first: 10² is not 102.
3. Arabic marks and Hebrew points go, alef variants become bare alef, digits of every script become
   ASCII, the rest is casefolded. Digits are never masked. Turkish and Azerbaijani (``language``)
   fold I to ı and İ to i, in paragraphs that are neither Arabic nor Hebrew.
4. Punctuation becomes a space, except between two digits, a minus before a digit, a decimal point
   that begins a number, and percent signs wherever they stand.
5. White space is collapsed.

The profile is named by the script that most of the letters are of. A change to any rule is a new
profile version: fingerprints of different profiles never meet.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from processors import scripts

ARABIC = "ar-1"
HEBREW = "he-1"
TURKISH = "tr-1"
OTHER = "und-1"
EXACT = "exact-1"
PROFILES = (ARABIC, HEBREW, TURKISH, OTHER, EXACT)

_QUOTE = scripts.matcher(scripts.QUOTES)
_INVISIBLE = scripts.matcher(scripts.FORMAT + scripts.TATWEEL)
_NUMBER = scripts.matcher(scripts.NUMBERS)
_SEAM = re.compile(
    f"(?<=[\\d{scripts.NUMBERS}])(?=[{scripts.NUMBERS}])|(?<=[{scripts.NUMBERS}])(?=\\d)"
)
_DIGIT = re.compile(r"\d")
_SIGN = re.compile(r"[^\w\s]|_")
_ARABIC_LETTER = scripts.matcher(scripts.ARABIC_LETTERS)
_HEBREW_LETTER = scripts.matcher(scripts.HEBREW_LETTERS)
_TURKISH_I = str.maketrans({"I": "ı", "İ": "i"})


class Comparison(msgspec.Struct, frozen=True, gc=False):
    """A comparison text, the profile that made it, and its length.

    ``length`` counts letters, marks and digits (Unicode L, M, N), a Han character as three.
    """

    profile: str
    text: str
    length: int


class _Table(dict[str, str]):
    """What each character becomes, worked out when it is first met; a memory, never a state."""

    def __init__(self, *, keep_punctuation: bool) -> None:
        super().__init__()
        self.keep_punctuation = keep_punctuation

    def __missing__(self, char: str) -> str:
        folded = scripts.fold(char)
        if not self.keep_punctuation and len(folded) == 1 and scripts.is_punctuation(folded):
            folded = " "
        if len(self) < 70_000:
            self[char] = folded
        return folded


class _Weights(dict[str, int]):
    """What each character counts, worked out when it is first met."""

    def __missing__(self, char: str) -> int:
        counted = scripts.weight(char)
        if len(self) < 70_000:
            self[char] = counted
        return counted


_WITH_PUNCTUATION = _Table(keep_punctuation=True)
_WITHOUT_PUNCTUATION = _Table(keep_punctuation=False)
_WEIGHTS = _Weights()


def comparison(text: str, language: str | None = None) -> Comparison:
    """The comparison of one paragraph. ``language`` is BCP 47, and matters for Turkish I alone."""
    return _general(text, turkic=is_turkic(language))


def exact(text: str) -> Comparison:
    """The paragraph as it is, for those who compare bytes."""
    return Comparison(EXACT, text, length_of(text))


def is_turkic(language: str | None) -> bool:
    """Whether a language writes dotted and dotless i (Turkish, Azerbaijani)."""
    return language is not None and re.split("[-_]", language, maxsplit=1)[0].lower() in (
        "tr",
        "az",
    )


def length_of(text: str) -> int:
    """Letters, marks and digits, a Han character as three."""
    return sum(map(_WEIGHTS.__getitem__, text))


def _general(text: str, *, turkic: bool) -> Comparison:
    folded = _folded(text)
    profile = _profile(folded)
    if turkic and profile == OTHER:
        profile, folded = TURKISH, _folded(text, turkic=True)
    return Comparison(profile, folded, length_of(folded))


def _folded(text: str, *, turkic: bool = False) -> str:
    text = _INVISIBLE.sub("", _QUOTE.sub(" ", text))
    if _NUMBER.search(text):
        text = _SEAM.sub(" ", text)
    text = scripts.nfkc(text)
    if turkic:
        text = text.replace("i\u0307", "i").translate(_TURKISH_I)
    numbers = _DIGIT.search(text) is not None
    become = (_WITH_PUNCTUATION if numbers else _WITHOUT_PUNCTUATION).__getitem__
    text = "".join(map(become, text))
    if not unicodedata.is_normalized("NFKC", text):
        text = "".join(map(become, scripts.nfkc(text)))
    if numbers:
        text = _SIGN.sub(_sign, text)
    return " ".join(text.split())


def _sign(match: re.Match[str]) -> str:
    sign, text, at = match.group(), match.string, match.start()
    if not scripts.is_punctuation(sign):
        return sign
    if text[at + 1 : at + 2] not in _DIGITS:
        return " "
    before = text[at - 1 : at]
    if sign == "-" or (before and before in _DIGITS):
        return sign
    return sign if sign == "." and (not before or before.isspace()) else " "


_DIGITS = frozenset("0123456789")


def _profile(text: str) -> str:
    """The profile of a comparison text: the script that at least half of its letters are of."""
    arabic = len(_ARABIC_LETTER.findall(text))
    hebrew = len(_HEBREW_LETTER.findall(text))
    if not arabic and not hebrew:
        return OTHER
    letters = sum(map(str.isalpha, text))
    if 2 * arabic >= letters and arabic >= hebrew:
        return ARABIC
    return HEBREW if 2 * hebrew >= letters else OTHER
