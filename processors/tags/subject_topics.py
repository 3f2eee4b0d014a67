"""The table of IPTC Media Topics: names, parents, and the topics that a text names.

The table is ``processors/data/topics.json``, made by ``tools/build_topics.py``; vocabulary by
IPTC, CC BY 4.0. Retired topics are kept, to read what others said, but are never given.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import msgspec

from processors.errors import BadTaxonomy
from processors.tags.fold import fold
from processors.tags.subject_words import words_of

SHORTEST = 4
"""Letters that a name of one word needs before it is looked for; fewer mean too many things."""

# Names that texts of the same root mostly mean otherwise ("breaking a record"), by reading.
_EVERYDAY = {
    "en": frozenset(
        "breaking executive wholesale"
        " language water animal employer family final god history luxury men"
        " mountain plant relationship river sailing search senior space state values wellness"
        " women".split()
    ),
    "fr": frozenset(
        "clinique entreprises famille femmes finale histoire hommes langue lois retraite sida"
        " valeurs personnes".split()
    ),
    "ar": frozenset("ادارة اداره دفاع تنظيم بولو تمرد تاريخ قيم نساء رجال لغه اسره".split()),
}
_ARABIC_BEFORE = ("ال", "وال", "بال", "كال", "فال", "لل", "ولل", "و", "ب", "ل", "ف", "وب", "ول")
_REMARK = re.compile(r"\s*[(（].*?[)）]")
_BETWEEN = r"[^\w]{1,3}"
_PLURAL_S = frozenset({"en", "es", "fr", "pt"})


class Topic(msgspec.Struct, frozen=True):
    """A Media Topic: its eight digits, its parent's, the day it was retired, its Wikidata item,
    and its names by BCP 47 language.
    """

    code: str
    names: dict[str, str]
    parent: str | None = None
    retired: str | None = None
    wikidata: str | None = None

    def name(self, language: str) -> str:
        """The name in a language, or in its nearest kin in the table, or else in English."""
        primary = _primary(language)
        return (
            self.names.get(language)
            or next((name for tag, name in self.names.items() if _primary(tag) == primary), "")
            or self.names.get("en-GB")
            or next(iter(self.names.values()))
        )


class _Table(msgspec.Struct, frozen=True):
    title: str
    topics: list[Topic]


class Named(NamedTuple):
    """A topic that a text may name: its code, what its name looks like in folded text, and the
    pieces without which it cannot be there.
    """

    code: str
    pattern: re.Pattern[str]
    pieces: tuple[str, ...]

    def may_count(self, text: str, early: int, looked: dict[str, bool]) -> bool:
        """Whether it may stand twice in a text, or in it before ``early``: a quick look.

        ``looked`` keeps what was found of each piece of this text, which other names share.
        """
        for piece in self.pieces:
            known = looked.get(piece)
            if known is None:
                at = text.find(piece)
                known = at >= 0 and (at < early or text.find(piece, at + 1) >= 0)
                looked[piece] = known
            if not known:
                return False
        return True

    def spans(self, text: str, most: int) -> list[tuple[int, int]]:
        """Where the name stands as words of its own, Arabic proclitics before it included."""
        found: list[tuple[int, int]] = []
        for match in self.pattern.finditer(text):
            start = match.start()
            while start and text[start - 1].isalpha() and text[start] < "\u0e00":
                start -= 1
            if start == match.start() or text[start : match.start()] in _ARABIC_BEFORE:
                found.append((start, match.end()))
                if len(found) == most:
                    break
        return found


class Topics:
    """The topics by code, and by the words of their names."""

    def __init__(self, title: str, topics: list[Topic]) -> None:
        self.title = title
        self.by_code = {topic.code: topic for topic in topics}
        self.roots = {topic.code: self._root(topic) for topic in topics}
        self.languages = frozenset(_primary(tag) for topic in topics for tag in topic.names)
        """The primary languages in which topics have names."""
        self._by_word: dict[str, dict[str, list[tuple[str, str]]]] = {}
        self._bits = {code: 1 << at for at, code in enumerate(sorted(set(self.roots.values())))}
        self._roots_by_word: dict[str, dict[str, int]] = {}

    def _root(self, topic: Topic) -> str:
        steps = 0
        while topic.parent is not None:
            topic, steps = self.by_code[topic.parent], steps + 1
            if steps > len(self.by_code):
                raise BadTaxonomy(f"topic {topic.code} is its own ancestor")
        return topic.code

    def filed(self, language: str) -> dict[str, list[tuple[str, str]]]:
        """The names in one language by a word of theirs, filed when first asked for."""
        language = _primary(language)
        if language not in self.languages:
            return {}
        filed = self._by_word.get(language)
        if filed is None:
            filed = {}
            for topic in self.by_code.values():
                if topic.parent and not topic.retired:
                    self._file(topic, language, filed)
            self._by_word[language] = filed
        return filed

    def roots_of_words(self, language: str) -> dict[str, int]:
        """For each word under which names are filed: the roots of their topics, a bit each."""
        language = _primary(language)
        known = self._roots_by_word.get(language)
        if known is None:
            known = self._roots_by_word[language] = {
                word: self.bits({self.roots[code] for code, _ in entries})
                for word, entries in self.filed(language).items()
            }
        return known

    def bits(self, roots: Iterable[str]) -> int:
        """Some roots, each once, as ``roots_of_words`` has them."""
        return sum([self._bits[root] for root in roots])

    def _file(self, topic: Topic, language: str, filed: dict[str, list[tuple[str, str]]]) -> None:
        root = self.by_code[self.roots[topic.code]]
        for tag, name in topic.names.items():
            if _primary(tag) != language:
                continue
            words = _name_words(name)
            if not words or (len(words) == 1 and _says_little(words[0], language)):
                continue
            # Chinese words are overlapping pairs here: the name is looked for as it is written.
            sought = fold(_REMARK.sub("", name)) if language == "zh" else " ".join(words)
            if set(words) <= set(_name_words(root.names.get(tag, ""))):
                continue  # "sport" under sport: the root has said it
            # Filed under its longest word, the one least likely to be in the text by chance.
            for form in _forms(max(words, key=len), language):
                entry = (topic.code, sought)
                if entry not in filed.setdefault(form, []):
                    filed[form].append(entry)

    def named(self, words: Iterable[str], language: str, roots: Container[str]) -> list[Named]:
        """The topics under these roots whose name in this language may stand in a text of these
        words.
        """
        language = _primary(language)
        filed = self.filed(language)
        found = {
            entry
            for word in filed.keys() & words
            for entry in filed[word]
            if self.roots[entry[0]] in roots
        }
        return [_named(code, name, language) for code, name in sorted(found)]

    def ancestors(self, code: str) -> Iterator[str]:
        """The codes above a topic, the nearest first."""
        parent = self.by_code[code].parent
        while parent is not None:
            yield parent
            parent = self.by_code[parent].parent


def _name_words(name: str) -> list[str]:
    return words_of(fold(_REMARK.sub("", name)))


def _says_little(word: str, language: str) -> bool:
    shortest = 2 if language == "zh" else SHORTEST
    return len(word) < shortest or word in _EVERYDAY.get(language, ())


def _primary(tag: str) -> str:
    primary = tag.split("-", 1)[0]
    return "nb" if primary == "no" else primary


def _forms(word: str, language: str) -> list[str]:
    if language == "ar":
        return [word, *(clitic + word for clitic in _ARABIC_BEFORE)]
    if language in _PLURAL_S:
        single = _single(word, language)
        return [single, single + "s"]
    return [word]


def _single(word: str, language: str) -> str:
    # French names many topics in the plural; elsewhere an s at the end is seldom only that.
    plural = language == "fr" and len(word) > 5 and word.endswith("s")
    return word[:-1] if plural else word


@lru_cache(maxsize=4096)
def _named(code: str, name: str, language: str) -> Named:
    return Named(code, _pattern(name, language), _pieces(name, language))


def _pattern(name: str, language: str) -> re.Pattern[str]:
    # Begins with a letter as it stands, which the engine finds fast; what may stand before it
    # is looked at afterwards, in ``Named.spans``.
    if language == "zh":
        return re.compile(re.escape(name))
    between = _BETWEEN + ("(?:ال|وال)?" if language == "ar" else "")
    plural = "s?" if language in _PLURAL_S else ""
    words = (re.escape(_single(word, language)) + plural for word in name.split())
    return re.compile(between.join(words) + r"\b")


def _pieces(name: str, language: str) -> tuple[str, ...]:
    # The longest first: the least likely to stand in a text by chance.
    words = [name] if language == "zh" else [_single(word, language) for word in name.split()]
    return tuple(sorted(words, key=len, reverse=True))


def load_topics(data: bytes) -> Topics:
    """Reads the table. Raises ``BadTaxonomy`` where it cannot be read or has a loose end."""
    try:
        table = msgspec.json.decode(data, type=_Table)
    except msgspec.MsgspecError as error:
        raise BadTaxonomy(f"the table of Media Topics cannot be read: {error}") from error
    try:
        return Topics(table.title, table.topics)
    except KeyError as error:
        raise BadTaxonomy(f"the table of Media Topics lacks a parent: {error}") from error
