"""People and bodies in Arabic text that stand on no list, told by the words before them.

Arabic has no capitals, so a name is taken only behind a title, an office or a verb of speech,
and only while every word of it can belong to a name: a known given name begins it, or, behind a
title with its adjective (الرئيس التركي ...), a word that is not common. It ends at punctuation,
at a common word, at a preposition, or behind a family name with ال. One word is no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, compress, count
from typing import Literal

import msgspec

from processors.tags.cues import ArabicCues

_PREFIXES = ("و", "ف", "ب", "ل", "ك")
_LEANING = "وبلف"
_PUNCTUATION = ".,،؛:;!?؟()[]{}«»\"'“”‘’…-–—/|*"
_MOST_WORDS = 5
_VERY_COMMON = 1500
_FINAL_PARTS = frozenset(("الله", "الرحمن", "العزيز", "الدين"))
# Adjectives that belong to the name of a ministry or a company, beside national ones.
_OF_BODIES = frozenset(
    (
        "العالي العامه العام المدنيه البلديه الاجتماعيه الطبيعيه الاسلاميه الاسلامي الوطني الوطنيه"
        " الدوليه الدولي العربيه العربي الماليه المالي الكيميائيه الديمقراطي الديمقراطيه الاشتراكي"
        " الشيوعي الدينيه الخارجيه الثقافيه القانونيه السياسيه المحليه"
        " المتحده القابضه الصناعيه الزراعيه التجاري التجاريه المركزي المركزيه الذريه"
    ).split()
)
_NO_BODY = frozenset(("التدريس", "الاداره", "التحرير", "المحلفين", "الدفاع", "الخاسره"))
_FIRST_PARTS = frozenset(("ابو", "ابن", "عبد", "ام"))
# How words begin or end that are no names: imperfect verbs, futures, doubled proclitics, duals and
# plurals, bound pronouns.
_NO_BEGINNING = ("ال", "و", "ي", "سي", "ست", "سن", "بب", "لل", "با", "ولل")
_NO_END = ("ها", "هم", "وا", "تها", "يين", "تين", "هما")
_LINKS_AT_MOST = 4


Role = Literal["given", "part", "closed", "family", "strange", "end"]


class Found(msgspec.Struct, frozen=True, gc=False):
    """A name in a line: its half-open span, the words that introduced it, and how sure it is."""

    start: int
    end: int
    cue: str
    confidence: int
    organisation: bool = False


class ArabicNames:
    """Finds names in folded Arabic lines. ``common`` are the folded words that no name holds, the
    commonest first; family names with ال are many, so only the very commonest of those are words.
    ``nations`` are the folded national adjectives, which make a body of an army or a government.
    """

    def __init__(
        self, cues: ArabicCues, common: Sequence[str], nations: frozenset[str] = frozenset()
    ) -> None:
        self._cues = cues
        self._nations = nations
        self._certain = cues.given - cues.doubtful
        self._begin = cues.titles | cues.saying | cues.bodies | cues.national | self._certain
        ends = cues.ends | cues.plain_titles
        self._never = ends.union(common) - cues.given - cues.parts
        self._no_family = ends.union(common[:_VERY_COMMON])

    def find(self, line: str) -> Iterator[Found]:
        """The names in one folded line, in its order."""
        words = line.split(" ")
        places = list(compress(count(), map(self._begin.__contains__, words)))
        if not places:
            return
        starts: list[int] = []  # summed when a name is found: most lines have none
        last = 0
        for at in places:
            if at < last:
                continue
            word, found = words[at], None
            if word in self._cues.titles:
                found = self._behind_title(words, at)
            elif word in self._cues.saying:
                found = self._name(words, at + 1, sure=False)
            if found is None and word in self._certain:
                found = self._unannounced(words, at)
            if found is not None:
                first, last, confidence = found
                yield Found(*_span(words, starts, first, last), word, confidence)
            elif word[:2] == "لل":
                continue  # the article is half gone: no name to show
            elif word in self._cues.national and self._is_nation(words, at + 1):
                last = at + 2
                start, end = _span(words, starts, at, last)
                clitic = word not in self._cues.plain_national
                yield Found(start + clitic, end, word, 88, organisation=True)
            elif word in self._cues.bodies and (last := self._body(words, at)):
                start, end = _span(words, starts, at, last)
                yield Found(
                    start + (word not in self._cues.plain_bodies), end, word, 88, organisation=True
                )

    def _behind_title(self, words: list[str], at: int) -> tuple[int, int, int] | None:
        if words[at][-1:] in _PUNCTUATION or (
            at and words[at - 1].lstrip(_LEANING) in self._cues.called
        ):
            return None
        first = at + 1
        while first < len(words) and first - at <= _LINKS_AT_MOST:
            word = words[first]
            speaks = word == "باسم" and words[first - 1].endswith(("متحدث", "ناطق"))
            if not speaks and (word in self._cues.given or not self._is_link(word)):
                break
            first += 1
        far = first > at + 1 and first + 1 < len(words) and words[first] in self._cues.doubtful
        if far and words[first + 1].startswith("ال"):  # there it is a word: الملك على الحاجة
            return None
        adjective = first > at + 1 and words[first - 1].endswith(("ي", "يه"))
        return self._name(words, first, sure=adjective)

    def _unannounced(self, words: list[str], at: int) -> tuple[int, int, int] | None:
        """A name without a title: two known parts of names, and no street or school called so."""
        before = words[at - 1] if at else ""
        if before in self._cues.parts or before.lstrip(_LEANING) in self._cues.called:
            return None
        found = self._name(words, at, sure=False)
        if found is None:
            return None
        second = words[at + 1].strip(_PUNCTUATION)
        known = second in self._cues.given or second in self._cues.parts
        return (*found[:2], 95) if known or second.startswith("ال") else None

    def _is_nation(self, words: list[str], at: int) -> bool:
        """Whether a national adjective stands here that agrees with the body before it.

        One that does not is its minister's: وزير الخارجية الروسي.
        """
        if at == len(words) or (at > 1 and words[at - 2] in self._cues.titles):
            return False
        adjective = words[at].strip(_PUNCTUATION)
        feminine = words[at - 1].endswith("ه")
        return adjective in self._nations and adjective.endswith("يه" if feminine else "ي")

    def _is_link(self, word: str) -> bool:
        if word in self._cues.links:
            return True
        return word.isalpha() and len(word) > 3 and word.startswith(("ال", "وال", "لل"))

    def _name(self, words: list[str], first: int, *, sure: bool) -> tuple[int, int, int] | None:
        """The span of a name that begins here; ``sure`` lets a word begin it that is not known."""
        at, strange, part, known = first, 0, False, False
        while at < len(words) and at - first < _MOST_WORDS:
            word = words[at].strip(_PUNCTUATION)
            if not word or (words[at][0] in _PUNCTUATION and at > first):
                break
            role = self._role(word, first=at == first, bound=part)
            if at == first and (role == "family" or (role == "strange" and not sure)):
                return None
            if role == "family":
                if strange and not known:  # a foreign name, which has no article
                    return None
                at += word not in self._no_family
                break
            strange += role == "strange"
            if role == "end" or strange > 2:
                break
            known = known or (at == first and role == "given")
            part = role == "part"
            at += 1
            if words[at - 1] != word:
                break
        bearing = at - first - (words[first : first + 1] == ["عبد"])  # عبد العزيز is one
        if part or bearing < 2 or (strange > 1 and not known and not sure):
            return None
        return first, at, 97 if known else 90

    def _role(self, word: str, *, first: bool, bound: bool) -> Role:
        """What a word can be in a name: ``bound`` says that it stands behind a part such as بن."""
        if not first and not bound and word in self._cues.plain_titles:
            return "end"  # what he is: خالد العلي وزير
        if word in self._cues.given:
            return "given"
        if word in self._cues.parts and (not first or word in _FIRST_PARTS):
            return "closed" if word in _FINAL_PARTS else "part"
        if bound and len(word) > 1:
            return "closed"
        if word.startswith("ال"):
            return "family"
        return "strange" if self._may_be_name(word) else "end"

    def _may_be_name(self, word: str) -> bool:
        if word in self._never or len(word) < 3 or not word.isalpha():
            return False
        if word[0] in _PREFIXES and (
            word[1:] in self._never or word[1:3] == "ال" or word[:2] == "لل"
        ):
            return False
        return not word.startswith(_NO_BEGINNING) and not word.endswith(_NO_END)

    def _body(self, words: list[str], at: int) -> int:
        """Where the name of a ministry, party, company ends; 0 where none begins here."""
        end = at + 1
        if end == len(words) or not words[at].isalpha() or (at and words[at - 1].isdigit()):
            return 0
        word = words[end].strip(_PUNCTUATION)
        named = word.startswith("ال") and len(word) > 4 and word not in _NO_BODY
        if not named or word in self._cues.ends or word in self._cues.plain_titles:
            return 0
        end += 1
        if end < len(words) and words[end - 1].isalpha():
            following = words[end].strip(_PUNCTUATION)
            joined = following.startswith("وال") and words[at].endswith("حزب")
            end += joined or following in self._nations or following in _OF_BODIES
        return end


def _span(words: list[str], lengths: list[int], first: int, last: int) -> tuple[int, int]:
    """Where words stand in their line, punctuation left out. ``lengths`` sums those before each,
    and is filled here where it is empty.
    """
    if not lengths:
        lengths.extend(accumulate(map(len, words), initial=0))
    begin, end = words[first], words[last - 1]
    start = lengths[first] + first + len(begin) - len(begin.lstrip(_PUNCTUATION))
    return start, lengths[last - 1] + last - 1 + len(end.rstrip(_PUNCTUATION))
