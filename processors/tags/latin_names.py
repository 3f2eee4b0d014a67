"""People and bodies in text with Latin letters that stand on no list, told by their capitals.

A run of capitalised words is a person where a title stands before it or begins it, or where its
first word is a known given name and no word of it belongs to offices, places or companies. It is
a body where it ends in a word for one (University, Bank) or begins with one (Ministry of). One
word alone is never a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.tags import context
from processors.tags.arabic_names import Found
from processors.tags.cues import LatinCues

# Latin capitals; of the letters above U+0100 the small ones are sorted out afterwards.
_CAPITAL = "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f]"
_LETTER = "[A-Za-z\u00c0-\u024f]"
# Nothing is given back: what follows a word is never a letter of it.
_REST = rf"(?:{_LETTER}++(?:['’-]{_LETTER}++)*+|\.)"
_WORD = _CAPITAL + _REST
# Sought by the rare piece in it; what is before that is looked at where there is one.
_OF = re.compile(rf" of(?=(?: the)? {_CAPITAL})")
_HEADS = ("Ministry", "Department", "University", "Bank", "Institute", "Academy", "Federation")
_BEHIND_HEAD = re.compile(rf" of(?: the)? {_WORD}(?:[ ](?:and )?{_WORD}){{0,3}}")


_UNIVERSITY = "niversi"
_UNIVERSITIES = {
    language: re.compile(rf"\b[Uu]{_UNIVERSITY}{of}{_WORD}(?:[ ]{_WORD}){{0,3}}")
    for language, of in (
        ("fr", "té (?:de |du |d['’])(?:la |l['’](?!État))?"),
        ("es", "dad (?:de |del )(?:la |las |los )?"),
        ("pt", "dade (?:de |da |do |dos |das )"),
        ("it", "tà (?:di |del |della |dell['’]|degli [Ss]tudi di )"),
    )
}
"""Universities called after a place, which is not what is written of there."""
_ENDINGS = {
    "en": re.compile(r"['’][sS]$"),
    "tr": re.compile("['’][a-zâçğıîöşüû]+$"),
}
"""What hangs on a name behind an apostrophe and is not of it."""
_OF_NAMES = frozenset(("international", "national", "world", "royal", "federal", "central"))
"""Words that begin no person's name, but a body's."""


def _parts(words: list[str], language: str) -> Iterator[tuple[int, list[str]]]:
    """A run parted behind each possessor, with the characters before (China's | Xi Jinping)."""
    begun, first, at = 0, 0, 0
    ending = _ENDINGS["en"]
    for index, word in enumerate(words):
        at += len(word) + 1
        if language == "en" and (bound := ending.search(word)):
            yield first, [*words[begun:index], word[: bound.start()]]
            begun, first = index + 1, at
    if begun < len(words):
        yield first, words[begun:]


def _headed(text: str) -> Iterator[tuple[int, int]]:
    """The spans of bodies that begin with a word for one: Ministry of, University of."""
    last = 0
    for of in _OF.finditer(text):
        at = of.start()
        head = next((head for head in _HEADS if text.endswith(head, last, at)), None)
        if head is None:
            continue
        start = at - len(head)
        if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
            continue
        whole = _BEHIND_HEAD.match(text, at)
        if whole is not None:
            last = whole.end()
            yield start, last


def _universities(text: str, language: str) -> list[tuple[int, int]]:
    pattern = _UNIVERSITIES.get(language)
    if pattern is None or _UNIVERSITY not in text:
        return []
    return [match.span() for match in pattern.finditer(text)]


class LatinNames:
    """Finds names in text of Latin letters; none reaches over the end of a line."""

    def __init__(self, cues: LatinCues) -> None:
        self._cues = cues
        self._titles: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        for language, titles in cues.titles.items():
            by_first = self._titles.setdefault(language, {})
            for title in titles:
                by_first.setdefault(title[0], []).append(title)
        self._last_words = {
            language: frozenset(title[-1].lower() for title in titles)
            for language, titles in cues.titles.items()
        }
        self._before_bodies = cues.never - _OF_NAMES
        self._never = cues.never | {tail.lower() for tail in cues.tails}
        particle = "|".join(sorted(cues.particles))
        self._run = re.compile(
            rf"{_CAPITAL}(?<![\w.@#/-].){_REST}(?:[ ](?:(?:{particle})[ ]){{0,2}}{_WORD})+"
        )

    def find(self, text: str, language: str) -> Iterator[Found]:
        """The names in text as it was written: first bodies by their first words, then all others,
        each in the text's order.
        """
        bodies = list(_headed(text)) if language == "en" else _universities(text, language)
        for start, end in bodies:
            yield Found(start, end, "of", 92, organisation=True)
        body = 0
        for run in self._run.finditer(text):
            start, end = run.span()
            if start and (text[start - 1].isalnum() or text[start - 1] in "@#/.-_"):
                continue
            while body < len(bodies) and bodies[body][1] <= start:
                body += 1
            if body < len(bodies) and bodies[body][0] < end:
                continue
            said = run.group()
            words = said.split(" ")
            bearing = "'" in said or "’" in said
            ending = _ENDINGS.get(language) if bearing else None
            if ending and (bound := ending.search(words[-1])):  # Jane Garvey's, Tutuska'yı
                words[-1] = words[-1][: bound.start()]
                end -= len(bound.group())
            if words[-1] in self._cues.tails:
                found = self._body(start, end, words)
                if found is not None:
                    yield found
                continue
            for first, part in _parts(words, language) if bearing else ((0, words),):
                found = self._person(text, start + first, part, language)
                if found is not None:
                    yield found

    def _body(self, start: int, end: int, words: list[str]) -> Found | None:
        if words[0].lower() in self._before_bodies:
            start += len(words[0]) + 1
            words = words[1:]
        if not 2 <= len(words) <= 5 or (len(words) == 2 and words[0].lower() in _OF_NAMES):
            return None  # "National Association" alone is the beginning of a name
        return Found(start, end, words[-1], 92, organisation=True)

    def _person(self, line: str, start: int, words: list[str], language: str) -> Found | None:
        cue = ""
        for title in self._titles.get(language, {}).get(words[0], ()):
            if tuple(words[: len(title)]) == title:
                cue = " ".join(title)
                words = words[len(title) :]
                start += len(cue) + 1
                break
        if not cue:
            before = context.word_before(line, start).lower()
            cue = before if before in self._last_words.get(language, ()) else ""
        if not words:
            return None
        known = words[0].lower().split("-")[0] in self._cues.given
        if not (known or cue) or not self._may_be_person(words, language):
            return None
        end = start + len(" ".join(words).rstrip("."))
        saying = context.word_after(line, end) in self._cues.saying
        confidence = 97 if cue and known else 95 if known and saying else 92
        return Found(start, end, cue or "given name", confidence)

    def _may_be_person(self, words: list[str], language: str) -> bool:
        longest = 3 if language == "de" else 4  # German writes every noun with a capital
        bearing = [word for word in words if word not in self._cues.particles]
        if not 2 <= len(bearing) <= longest:
            return False
        if not self._never.isdisjoint([word.rstrip(".").lower() for word in bearing]):
            return False
        if not all(word[0].isupper() for word in bearing):
            return False
        return not all(word.isupper() and len(word) > 2 for word in words)
