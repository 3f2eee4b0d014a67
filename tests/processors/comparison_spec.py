"""The comparison text once more, as plainly as it can be said, one character at a time.

This is what ``processors.compare`` is held to. It asks the character database where the product
has ranges and tables, so it also proves those. It is right for Unicode 14.0 alone.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from unicodedata import category, normalize

from processors import scripts

QUOTES = scripts.matcher(scripts.QUOTES)
MARKS = scripts.matcher(scripts.ARABIC_MARKS + scripts.HEBREW_POINTS)
HAN = scripts.matcher(scripts.HAN)
DASHES = "\u2010\u2011\u2012\u2013\u2212"


def spec(text: str, *, turkic: bool = False) -> tuple[str, str, int]:
    """Profile, comparison text and length."""
    folded = comparison_text(text)
    profile = profile_of(folded)
    if turkic and profile == "und-1":
        profile, folded = "tr-1", comparison_text(text, turkic=True)
    return profile, folded, sum(map(weight, folded))


def comparison_text(text: str, *, turkic: bool = False) -> str:
    text = "".join(" " if QUOTES.match(char) else char for char in text)
    text = "".join(char for char in text if not is_deleted(char))
    text = without_tatweel(text)
    text = normalize("NFKC", with_numbers_set_off(with_rows_of_marks_divided(text)))
    if turkic:
        text = text.replace("I", "ı").replace("İ", "i")
    text = "".join(map(fold, text))
    while turkic and "i\u0307" in text:
        text = text.replace("i\u0307", "i")
    text = "".join(map(fold, normalize("NFKC", text)))
    kept = (char if stays(text, at) else " " for at, char in enumerate(text))
    return " ".join("".join(kept).split())


def is_deleted(char: str) -> bool:
    return category(char) == "Cf" or MARKS.match(char) is not None


def with_rows_of_marks_divided(text: str) -> str:
    out = ""
    for char in text:
        last = out[-30:]
        if (
            unicodedata.combining(char)
            and len(last) == 30
            and all(map(unicodedata.combining, last))
        ):
            out += "\u034f"
        out += char
    return out


def without_tatweel(text: str) -> str:
    words = [word for word in text.split("ـ") if word]
    out = words[:1]
    for before, after in pairwise(words):
        out.append("-" if before[-1].isdecimal() and after[0].isdecimal() else "")
        out.append(after)
    return "".join(out)


def with_numbers_set_off(text: str) -> str:
    out = []
    for before, char in zip(" " + text, text, strict=False):
        if (is_number(char) and (before.isdecimal() or is_number(before))) or (
            char.isdecimal() and is_number(before)
        ):
            out.append(" ")
        out.append(char)
    return "".join(out)


def is_number(char: str) -> bool:
    return not char.isdecimal() and normalize("NFKC", char)[:1] in set("0123456789")


def fold(char: str) -> str:
    if is_deleted(char) or char in "ـ\u0653\u0654\u0655":
        return ""
    if QUOTES.match(char):
        return " "
    if char in "آأإٱ":
        return "ا"
    if char in DASHES:
        return "-"
    if char in "٪٫٬\u0609\u060a\u2044\u2215":
        return dict(zip("٪٫٬\u0609\u060a\u2044\u2215", "%.,\u2030\u2031//", strict=True))[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char.casefold()


def stays(text: str, at: int) -> bool:
    char = text[at]
    if not category(char).startswith("P") or char in "%\u2030\u2031":
        return True
    before, after = text[:at][-1:], text[at + 1 :][:1]
    if char == "-" and after == "." and is_digit(text[at + 2 :][:1]):
        return True
    if not is_digit(after):
        return False
    if is_digit(before) or char == "-":
        return True
    return char == "." and before != "." and not (before and weight(before))


def is_digit(char: str) -> bool:
    return char != "" and char in "0123456789"


def weight(char: str) -> int:
    if HAN.match(char):
        return 3
    return 1 if category(char)[0] in "LMN" else 0


def profile_of(text: str) -> str:
    letters = [char for char in text if category(char)[0] == "L"]
    arabic = sum("ARABIC" in unicodedata.name(char, "") for char in letters)
    hebrew = sum("HEBREW" in unicodedata.name(char, "") for char in letters)
    if arabic and arabic >= len(letters) / 2 and arabic >= hebrew:
        return "ar-1"
    if hebrew and hebrew >= len(letters) / 2:
        return "he-1"
    return "und-1"
