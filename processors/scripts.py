"""Facts about characters that the comparison text rests on.

Rules:

1. Every answer is that of Unicode 14.0, whatever Python runs: characters that later versions
   added are left as they are (``LATER``), so a fingerprint never depends on the interpreter.
2. Sets are written as ranges, and tests check them against the character database.
3. Folds of Arabic and Hebrew concern their own characters only. No mark of another script is
   ever taken away: it tells words apart (Thai, Hindi), letters (が and か, schön and schon).
"""

from __future__ import annotations

import re
import unicodedata

#: Quotes, apostrophes, primes and what keyboards and transliterations put in their place.
QUOTES = (
    "\"'`´«»\u02b9-\u02bf\u02ca\u02cb\u02dd\u02ee\u02f4-\u02f6\u0384\u055a\u05f3\u05f4"
    "\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201f\u2032-\u2037\u2039\u203a\u2057"
    "\u275b-\u2760\u276e\u276f\u300c-\u300f\u301d-\u301f\ua78b\ua78c\ufe41-\ufe44"
    "\uff02\uff07\uff40\uff62\uff63\U0001f676-\U0001f678"
)
#: Format characters (category Cf): bidi marks, joiners, soft hyphens, tags.
FORMAT = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
#: Also typed for a dash, so that between two digits it counts as one.
TATWEEL = "\u0640"
#: Arabic vowel and Quranic marks; 0656-0658 are the Urdu ones.
ARABIC_MARKS = (
    "\u0610-\u061a\u064b-\u0652\u0656-\u0658\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u08d3-\u08e1\u08e3-\u08ff"
)
#: Madda and hamza, which belong to no letter where NFKC has not joined them to one.
STRAY_MARKS = "\u0653-\u0655"
#: Hebrew points and accents.
HEBREW_POINTS = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
ALEFS = "آأإٱ"
ALEF = "ا"
#: One sign in several coats. Minus and hyphens are one before a digit; so are the decimal and
#: thousands signs of Arabic; slashes of ready-made fractions; the two wave dashes of Japanese.
SAME = {
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2212": "-",
    "٪": "%",
    "\u0609": "\u2030",
    "\u060a": "\u2031",
    "٫": ".",
    "٬": ",",
    "\u2044": "/",
    "\u2215": "/",
}
PERCENT = "%\u2030\u2031"
#: Numbers that are no decimal digits but that NFKC writes with one: 10² must not become 102.
NUMBERS = (
    "²³¹¼-¾\u2070\u2074-\u2079\u2080-\u2089\u2150-\u215f\u2189\u2460-\u2473\u2488-\u249b\u24ea"
    "\u3251-\u325f\u32b1-\u32bf\u32c0-\u32cb\u3358-\u3370\u33e0-\u33fe\U0001f100-\U0001f10a"
)
#: Han characters, each as good as three letters of an alphabet.
HAN = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df"
    "\U0002a700-\U0002ebef\U0002f800-\U0002fa1f\U00030000-\U000323af"
)
ARABIC_LETTERS = (
    "\u0620-\u064a\u066e-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff"
    "\u0750-\u077f\u0870-\u0887\u0889-\u088e\u08a0-\u08c9\ufe73"
)
HEBREW_LETTERS = "\u05d0-\u05ea\u05ef-\u05f2"
#: Assigned in Unicode 15.0 and 15.1.
LATER = (
    "\u0cf3\u0ece\u2ffc-\u2fff\u31ef\U00010efd-\U00010eff\U0001123f-\U00011241"
    "\U00011b00-\U00011b09\U00011f00-\U00011f10\U00011f12-\U00011f3a\U00011f3e-\U00011f59"
    "\U0001342f\U00013439-\U00013455\U0001b132\U0001b155"
    "\U0001d2c0-\U0001d2d3\U0001df25-\U0001df2a\U0001e030-\U0001e06d\U0001e08f"
    "\U0001e4d0-\U0001e4f9\U0001f6dc\U0001f774-\U0001f776\U0001f77b-\U0001f77f\U0001f7d9"
    "\U0001fa75-\U0001fa77\U0001fa87\U0001fa88\U0001faad-\U0001faaf\U0001fabb-\U0001fabd\U0001fabf"
    "\U0001face\U0001facf\U0001fada\U0001fadb\U0001fae8\U0001faf7\U0001faf8\U0002b739"
    "\U0002ebf0-\U0002ee5d\U00031350-\U000323af"
)

LONGEST_ROW = 30
_ROW = re.compile(f"[^\\w\\s]{{{LONGEST_ROW + 1},}}")
_ASCII_DIGITS = frozenset("0123456789")
_LATER = re.compile(f"([{LATER}]+)")
#: Patterns: right after a decimal digit, and one ahead.
AFTER_DIGIT = f"(?<=\\d)(?<![{LATER}])"
DIGIT_AHEAD = f"(?=\\d)(?![{LATER}])"
_IS_14 = unicodedata.unidata_version.startswith("14.")


def matcher(characters: str) -> re.Pattern[str]:
    """A pattern for one of the sets above, one character a match."""
    return re.compile(f"[{characters}]")


_QUOTE = matcher(QUOTES)
_INVISIBLE = matcher(FORMAT + TATWEEL)
_DELETED = matcher(FORMAT + TATWEEL + ARABIC_MARKS + HEBREW_POINTS + STRAY_MARKS)
_HAN = matcher(HAN)
_ARABIC_LETTER = matcher(ARABIC_LETTERS)
_HEBREW_LETTER = matcher(HEBREW_LETTERS)


def category(char: str) -> str:
    """The general category, that of Unicode 14.0."""
    return "Cn" if _LATER.match(char) else unicodedata.category(char)


def stream_safe(text: str) -> str:
    """The text with U+034F in rows of marks longer than 30 (UAX 15, Stream-Safe Text Format).

    No language writes such a row, and putting one in canonical order takes time by its square.
    """
    return _ROW.sub(_divide, text)


def has_long_row(text: str) -> bool:
    """Whether a text may hold such a row."""
    return _ROW.search(text) is not None


def _divide(row: re.Match[str]) -> str:
    parts: list[str] = []
    marks = 0
    for char in row.group():
        marks = marks + 1 if unicodedata.combining(char) and not _LATER.match(char) else 0
        if marks > LONGEST_ROW:
            parts.append("\u034f")
            marks = 1
        parts.append(char)
    return "".join(parts)


def nfkc(text: str) -> str:
    """NFKC of Unicode 14.0."""
    if _IS_14 or not _LATER.search(text):
        return unicodedata.normalize("NFKC", text)
    parts = _LATER.split(text)
    parts[::2] = [unicodedata.normalize("NFKC", part) for part in parts[::2]]
    return "".join(parts)


def fold(char: str) -> str:
    """What one character of an NFKC text becomes, before punctuation is looked at.

    Nothing (format characters, tatweel, Arabic marks, Hebrew points), a space (quotes, white
    space), an ASCII digit, a folded letter, or itself.
    """
    if _DELETED.match(char):
        return ""
    if char.isspace() or _QUOTE.match(char):
        return " "
    if char in ALEFS:
        return ALEF
    if char in SAME:
        return SAME[char]
    if _LATER.match(char):
        return char
    digit = unicodedata.decimal(char, None)
    return char.casefold() if digit is None else str(digit)


def fold_steady(char: str) -> str:
    """What one character becomes of a text that NFKC leaves as it is.

    Raises ``KeyError`` for one that must go before NFKC is asked: tatweel and format characters.
    """
    if _INVISIBLE.match(char):
        raise KeyError(char)
    return fold(char)


def fold_alone(char: str) -> str:
    """What one character of any text becomes, before punctuation is looked at.

    Raises ``KeyError`` where that takes its neighbours: marks and the parts of Korean syllables,
    which NFKC joins, tatweel and numbers, which may stand at a digit.
    """
    if _QUOTE.match(char):
        return " "
    plain = nfkc(char)
    folded = "".join(map(fold, plain))
    if char == TATWEEL or any(_joins(each) for each in char + plain + folded):
        raise KeyError(char)
    if not char.isdecimal() and any(each.isdecimal() for each in plain):
        raise KeyError(char)
    return folded


def _joins(char: str) -> bool:
    return category(char)[0] == "M" or "\u1100" <= char <= "\u11ff"


def is_punctuation(char: str) -> bool:
    """Whether a folded character is punctuation (P*) that may give way to a space."""
    return category(char)[0] == "P" and char not in PERCENT


def without_punctuation(folded: str) -> str:
    """Folded characters, each that is punctuation a space."""
    return "".join(" " if is_punctuation(char) else char for char in folded)


def belongs_to_figure(sign: str, before: str) -> bool:
    """Whether punctuation that stands before an ASCII digit stays, after the character ``before``.

    It does between two digits; as a minus; and as the decimal point that begins a number, so not
    one that ends a word or a row of dots.
    """
    if sign == "-" or before in _ASCII_DIGITS:
        return True
    return sign == "." and before != "." and not weight(before or " ")


def is_letter(char: str) -> bool:
    """Whether a character is a letter (L*), by Unicode 14.0."""
    return category(char)[0] == "L"


def is_arabic_letter(char: str) -> bool:
    """Whether a letter is of the Arabic script."""
    return _ARABIC_LETTER.match(char) is not None


def is_hebrew_letter(char: str) -> bool:
    """Whether a letter is of the Hebrew script."""
    return _HEBREW_LETTER.match(char) is not None


def weight(char: str) -> int:
    """What a character of a comparison text counts: letter, mark, digit 1, Han 3, else 0."""
    if _HAN.match(char):
        return 3
    return 1 if category(char)[0] in "LMN" else 0
