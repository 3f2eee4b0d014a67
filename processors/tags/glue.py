"""What may be glued to a name: proclitics, the article, particles, numbers, or just no blank.

The rules are those of ``processors.tags.match``; letters here are folded ones.
"""

from __future__ import annotations

import re

from processors.tags.scan import is_word

PROCLITICS = frozenset(("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"))
# The last two stand before names whose ال is no article: لألمانيا.
ARTICLES = frozenset("ال وال فال بال كال وبال فبال وكال لل ولل فلل لال ولال".split(" "))
HEBREW_PREFIXES = frozenset(
    ("ו", "ה", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "שה", "שב")
)
_LAST_OF_PREFIX = frozenset("وفبلك")
_LONGEST_PREFIX = 4
REACH = _LONGEST_PREFIX + 2
"""Characters before a name that are looked at, none of them before a blank."""
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
# Scripts in which something may stand before a name, glued to it: proclitics, or just no blank.
_GLUED = re.compile(
    "[\u0590-\u05ff\u0620-\u06d3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\U00020000-\U0003ffff]"
)
_KOREAN = frozenset("은는이가을를의에와과로도만서")
FIRST_UNSPACED = "\u0e00"
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")


def stored_of(key: str) -> str:
    """What the automaton holds: with a blank before it where nothing may be glued to a name."""
    if has_article(key):
        return key[2:]
    return key if _GLUED.match(key) else " " + key


def may_stand(prefix: str, key: str, *, article: bool) -> bool:
    """Whether a prefix may stand before a name that is stored so (see the module's rules)."""
    if article:
        return prefix in ARTICLES
    if _ARABIC.match(key):
        return not prefix or (prefix in PROCLITICS and _bears(prefix, len(key)))
    return not prefix or (prefix in HEBREW_PREFIXES and len(key) > 2)


def _bears(prefix: str, length: int) -> bool:
    """Whether a name is long enough for its prefix: before a short one ك is a letter (كابل)."""
    return length > 4 or not prefix.endswith("ك")


def has_article(name: str) -> bool:
    """Whether a folded name is written with the Arabic article, which may then be clitic-bound."""
    return name.startswith("ال") and len(name) > 4


def glued_before(text: str, start: int, end: int) -> tuple[str, bool] | None:
    """What is glued before a name, and whether that is or ends in the Arabic article; None where it
    can be no prefix of the name.
    """
    last = text[start - 1]
    arabic = _ARABIC.match(text, start)
    if arabic and last not in _LAST_OF_PREFIX and _ARABIC.match(last):
        return None
    prefix = "" if last == " " else prefix_before(text, start)
    if prefix is None:
        return None
    if arabic:
        if prefix in ARTICLES:
            return prefix, True
        fits = not prefix or (prefix in PROCLITICS and _bears(prefix, end - start))
    else:
        fits = not prefix or (prefix in HEBREW_PREFIXES and end - start > 2)
    return (prefix, False) if fits else None


def prefix_before(text: str, start: int) -> str | None:
    """What stands between the word's beginning and the name; None where it can be no prefix."""
    if start == 0 or text[start - 1] == " " or _UNSPACED.match(text[start]):
        return ""
    if not is_word(text[start - 1]):
        return ""
    if text[start - 1].isascii():
        return None
    at = start - 1
    while at > 0 and is_word(text[at - 1]):
        at -= 1
        if start - at > _LONGEST_PREFIX:
            return None
    return text[at:start]


def goes_on(last: str, following: str) -> bool:
    """Whether a name may end here though more follows.

    So it is in scripts without blanks, before a Korean particle, before a number glued on.
    """
    if following.isdigit():
        return last > "\u058f"
    return _UNSPACED.match(last) is not None or (
        "\uac00" <= last <= "\ud7a3" and following in _KOREAN
    )
