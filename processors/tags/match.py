"""Finding many names in one scan of folded text, as whole words or with their Arabic proclitics.

The automaton reports every overlapping hit, and only then are words looked at: a hit inside a
word must not shadow the true name behind it. Rules, measured on planted names:

- a name stands between characters that are not letters, marks or digits, save in scripts that
  write no spaces (Han, kana, Thai, Lao, Khmer, Myanmar), where the neighbours say nothing;
- an Arabic name may carry the proclitics و ف ب ل ك and their pairs; a name that begins with the
  article ال is stored without it and must carry it, alone or behind a proclitic, or as لل;
- a Hebrew name may carry ו ה ב ל מ ש כ and a few pairs;
- of names that overlap the longest wins, then the one with the shortest prefix.

Scanning and choosing are linear in the text and the hits, and hits are at most a few a
character, however odd the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import ahocorasick_rs
import msgspec

PROCLITICS = frozenset(("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"))
ARTICLES = frozenset(("ال", "وال", "فال", "بال", "كال", "وبال", "فبال", "وكال", "لل", "ولل", "فلل"))
HEBREW_PREFIXES = frozenset(
    ("ו", "ה", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "שה", "שב")
)
_LONGEST_PREFIX = 4
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")


# Length negated, length of the prefix, start, end, number, prefix: the order of preference.
_Candidate = tuple[int, int, int, int, int, str]


class Match(msgspec.Struct, frozen=True, gc=False):
    """One name found: the half-open span in folded text, proclitics left out, and its number."""

    start: int
    end: int
    name: int
    prefix: str = ""


class Matcher:
    """An index over folded names; ``name`` of a match is the number of the name given here.

    Names that fold to the same string share one number's place: give each folded name once.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        keys = [name[2:] if has_article(name) else name for name in names]
        order = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        self._bare = [-1] * len(order)
        self._with_article = [-1] * len(order)
        for number, (name, key) in enumerate(zip(names, keys, strict=True)):
            kind = self._bare if name == key else self._with_article
            kind[order[key]] = number
        self._keys = list(order)
        self._arabic = [bool(_ARABIC.match(key)) for key in self._keys]
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._keys, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )

    def find(self, text: str) -> list[Match]:
        """The names in folded text, in its order, none overlapping another."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return _longest(self._whole_words(text, hits), len(text))

    def _whole_words(self, text: str, hits: Sequence[tuple[int, int, int]]) -> list[_Candidate]:
        """The hits that are whole words, with their proclitics, as sort keys of the choice."""
        length = len(text)
        bare, with_article = self._bare, self._with_article
        found: list[_Candidate] = []
        for key, start, end in hits:
            if end < length and is_word(text[end]) and not _goes_on(text[end - 1], text[end]):
                continue
            prefix = "" if start == 0 or text[start - 1] == " " else _prefix(text, start)
            if not prefix:
                if prefix is not None and bare[key] >= 0:
                    found.append((start - end, 0, start, end, bare[key], ""))
            elif self._arabic[key]:
                if prefix in ARTICLES and with_article[key] >= 0:
                    first = start - 2 if prefix.endswith("ال") else start
                    found.append((first - end, len(prefix), first, end, with_article[key], prefix))
                elif prefix in PROCLITICS and bare[key] >= 0:
                    found.append((start - end, len(prefix), start, end, bare[key], prefix))
            elif prefix in HEBREW_PREFIXES and _HEBREW.match(text[start]) and end - start > 2:
                found.append((start - end, len(prefix), start, end, bare[key], prefix))
        return found


def has_word(text: str, word: str) -> bool:
    """Whether a folded word stands in folded text, as a whole word or behind proclitics."""
    key = word[2:] if has_article(word) else word
    at = text.find(key) if key else -1
    while at >= 0:
        end = at + len(key)
        if end == len(text) or not is_word(text[end]) or _goes_on(text[end - 1], text[end]):
            prefix = _prefix(text, at)
            if prefix == "" or prefix in ARTICLES or prefix in PROCLITICS:
                return True
        at = text.find(key, end)
    return False


def has_article(name: str) -> bool:
    """Whether a folded name is written with the Arabic article, which may then be clitic-bound."""
    return name.startswith("ال") and len(name) > 4


def is_word(char: str) -> bool:
    """Whether a character belongs to words: letters, digits and the marks that sit on them."""
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def _prefix(text: str, start: int) -> str | None:
    """What stands between the word's beginning and the name; None where it can be no prefix."""
    if start == 0 or not is_word(text[start - 1]) or _UNSPACED.match(text[start]):
        return ""
    if text[start - 1].isascii():
        return None
    at = start - 1
    while at > 0 and is_word(text[at - 1]):
        at -= 1
        if start - at > _LONGEST_PREFIX:
            return None
    return text[at:start]


def _goes_on(last: str, following: str) -> bool:
    """Whether a name may end here though more follows: unspaced scripts, a number glued on."""
    return _UNSPACED.match(last) is not None or (following.isdigit() and last > "\u058f")


def _longest(candidates: list[_Candidate], length: int) -> list[Match]:
    """The longest of overlapping names, then the one with the shortest prefix, in text order."""
    candidates.sort()
    covered = bytearray(length)
    taken: list[Match] = []
    for _, _, start, end, number, prefix in candidates:
        if covered[start] or covered[end - 1]:
            continue
        covered[start:end] = b"\1" * (end - start)
        taken.append(Match(start, end, number, prefix))
    taken.sort(key=lambda match: match.start)
    return taken
