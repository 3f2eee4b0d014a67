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

from processors.tags.fold import fold
from processors.tags.scan import ALPHABETS, Scanned, alphabet_of, scanned, spaced

PROCLITICS = frozenset(("و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"))
# The last two stand before names whose ال is no article: لألمانيا.
ARTICLES = frozenset("ال وال فال بال كال وبال فبال وكال لل ولل فلل لال ولال".split(" "))
HEBREW_PREFIXES = frozenset(
    ("ו", "ה", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "שה", "שב")
)
_LONGEST_PREFIX = 4
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)
# Scripts in which something may stand before a name, glued to it: proclitics, or just no blank.
_GLUED = re.compile(
    "[\u0590-\u05ff\u0620-\u06d3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    "\uac00-\ud7a3\U00020000-\U0003ffff]"
)
_KOREAN = frozenset("은는이가을를의에와과로도만서")
_FIRST_UNSPACED = "\u0e00"
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
    """An index over keys (see ``key_of``); ``name`` of a match is the number of the key given here.

    Keys are given once each. The names of each alphabet have an automaton of their own, made when
    a text first has such letters: a desk that reads two languages pays for two.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        self._members: list[list[int]] = [[] for _ in range(ALPHABETS)]
        for number, key in enumerate(keys):
            self._members[alphabet_of(key)].append(number)
        self._indexes: list[_Index | None] = [None] * ALPHABETS

    def find(self, text: str) -> list[Match]:
        """The names in folded text, in its order, none overlapping another."""
        return self.find_in(scanned(text))

    def find_in(self, text: Scanned) -> list[Match]:
        """The same, of text that is made ready already."""
        found: list[_Candidate] = []
        for alphabet in text.alphabets:
            if not self._members[alphabet]:
                continue
            index = self._indexes[alphabet]
            if index is None:
                index = _Index(self.keys, self._members[alphabet])
                self._indexes[alphabet] = index
            found += index.find(text.spaced)
        return _longest(found, text.text)


class _Index:
    """The names of one alphabet: an automaton, and what each of its words stands for."""

    def __init__(self, keys: Sequence[str], members: Sequence[int]) -> None:
        stored = [_stored(keys[number]) for number in members]
        order = {name: at for at, name in enumerate(dict.fromkeys(stored))}
        self._bare = [-1] * len(order)
        self._with_article = [-1] * len(order)
        for number, name in zip(members, stored, strict=True):
            kind = self._with_article if has_article(keys[number]) else self._bare
            kind[order[name]] = number
        self._arabic = [bool(_ARABIC.match(name)) for name in order]
        self._automaton = ahocorasick_rs.AhoCorasick(
            list(order), implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )

    def find(self, text: str) -> list[_Candidate]:
        """The names in text with a blank before it that are whole words."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return self._whole_words(text, hits)

    def _whole_words(self, text: str, hits: Sequence[tuple[int, int, int]]) -> list[_Candidate]:
        """The hits that are whole words, with their proclitics, as sort keys of the choice.

        Places are those of the text without the blank that was put before it.
        """
        length = len(text)
        bare, with_article = self._bare, self._with_article
        found: list[_Candidate] = []
        for name, start, end in hits:
            if end < length and (following := text[end]) != " ":
                spaced_script = text[end - 1] < _FIRST_UNSPACED
                if spaced_script and following.isalpha():
                    continue
                if is_word(following) and not _goes_on(text[end - 1], following):
                    continue
            if text[start] == " ":
                found.append((start + 2 - end, 0, start, end - 1, bare[name], ""))
                continue
            prefix = "" if text[start - 1] == " " else _prefix(text, start)
            if prefix is None:
                continue
            number = bare[name]
            if self._arabic[name]:
                if prefix in ARTICLES:
                    start -= 2 if prefix.endswith("ال") else 0  # noqa: PLW2901 - the article is the name's
                    number = with_article[name]
                elif prefix and (prefix not in PROCLITICS or not _bears(prefix, end - start)):
                    continue
            elif prefix and not (prefix in HEBREW_PREFIXES and end - start > 2):
                continue
            if number >= 0:
                found.append((start - end, len(prefix), start - 1, end - 1, number, prefix))
        return found


def key_of(name: str) -> str:
    """A name as it is sought: folded, its hyphens, quotes and brackets made blanks."""
    return " ".join(spaced(fold(name)).split())


def keys_of(names: Sequence[str]) -> list[str]:
    """The same of many names at once, which is many times faster. No name holds a NUL."""
    if not names:
        return []
    return [" ".join(key.split()) for key in spaced(fold("\0".join(names))).split("\0")]


def _stored(key: str) -> str:
    """What the automaton holds: with a blank before it where nothing may be glued to a name."""
    if has_article(key):
        return key[2:]
    return key if _GLUED.match(key) else " " + key


def has_word(text: str, word: str) -> bool:
    """Whether a key stands in folded text, as a whole word or behind proclitics."""
    text = spaced(text)
    key = word[2:] if has_article(word) else word
    at = text.find(key) if key else -1
    while at >= 0:
        end = at + len(key)
        if end == len(text) or not is_word(text[end]) or _goes_on(text[end - 1], text[end]):
            prefix = _prefix(text, at)
            if prefix is not None and _may_stand(prefix, key, article=has_article(word)):
                return True
        at = text.find(key, end)
    return False


def _may_stand(prefix: str, key: str, *, article: bool) -> bool:
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


def is_word(char: str) -> bool:
    """Whether a character belongs to words: letters, digits and the marks that sit on them."""
    return char.isalnum() or (char > "\u02ff" and unicodedata.category(char)[0] == "M")


def _prefix(text: str, start: int) -> str | None:
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


def _goes_on(last: str, following: str) -> bool:
    """Whether a name may end here though more follows.

    So it is in scripts without blanks, before a Korean particle, before a number glued on.
    """
    if following.isdigit():
        return last > "\u058f"
    return _UNSPACED.match(last) is not None or (
        "\uac00" <= last <= "\ud7a3" and following in _KOREAN
    )


def _longest(candidates: list[_Candidate], text: str) -> list[Match]:
    """The longest of overlapping names, then the one with the shortest prefix, in text order."""
    candidates.sort()
    covered = bytearray(len(text))
    taken: list[Match] = []
    for _, _, start, end, number, prefix in candidates:
        if covered[start] or covered[end - 1]:
            continue
        words = text[start:end]
        if "\n" in words or ", " in words:  # two lines or members of a list are no one name
            continue
        covered[start:end] = b"\1" * (end - start)
        taken.append(Match(start, end, number, prefix))
    taken.sort(key=lambda match: match.start)
    return taken
