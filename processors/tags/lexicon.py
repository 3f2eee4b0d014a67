"""A lexicon: things with names, found by their names; what names and a newsroom's own tags share.

Rules. A name counts in its languages, as a whole word (or behind proclitics), with a capital
where the script has them, an acronym in capitals amid small letters. One word that is part of a
longer capitalised name is that name's. An entry's ``requires`` wants one of its words in the
text, ``excludes`` none. Russian names are found in their cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from processors.tags import context, folded_of, scanned_of
from processors.tags.fold import Folded
from processors.tags.match import Match, Matcher, has_word, key_of, keys_of
from processors.tags.mentions import has_capitals
from processors.tags.places import evidence_of, relevance
from processors.tags.russian import declined
from processors.tags.scan import Scanned
from processors.text import Evidence, Tag, TagKind, TagText

LATIN = "latin"
"""The language of names that are used wherever Latin letters are written."""
_ARTICLES = frozenset("the le la les el los las il lo gli der die das de het".split(" "))
"""Latin articles: what begins with one is a name only by the capital behind it."""
ANY = "*"
"""The language of names that are used in every language."""


class Entry(msgspec.Struct, frozen=True):
    """One thing to be tagged. ``names`` are by language, or under ``LATIN`` or ``ANY``; the first
    of a language is the one to show. ``rule`` is what the evidence says of its source. With
    ``any_case`` a name that is no acronym counts in small letters too.
    """

    kind: TagKind
    names: Mapping[str, Sequence[str]]
    uri: str | None = None
    literal: str | None = None
    creator: str = "copydesk"
    requires: Sequence[str] = ()
    excludes: Sequence[str] = ()
    rule: str = "list"
    confidence: int = 95
    any_case: bool = False

    def label(self, language: str) -> str:
        """The name to show in a language, else the Latin one, else the first there is."""
        for key in (language, LATIN, "en", ANY):
            if self.names.get(key):
                return self.names[key][0]
        return next(iter(self.names.values()))[0]


class _Name(msgspec.Struct, frozen=True, gc=False):
    entry: int
    language: str
    written: str


class Lexicon:
    """The tagger over entries: call it with a prepared text."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        called = [
            _Name(number, language, written)
            for number, entry in enumerate(entries)
            for language, written in _all_names(entry)
        ]
        names: dict[str, list[_Name]] = defaultdict(list)
        for key, name in zip(keys_of([name.written for name in called]), called, strict=True):
            names[key].append(name)
        names.pop("", None)
        folded = sorted(names)
        self._names = [names[name] for name in folded]
        self.matcher = Matcher(folded)

    def __call__(self, text: TagText) -> Sequence[Tag]:
        """The entries that a text names, each once."""
        found, _ = self.find(folded_of(text), scanned_of(text), text.language.split("-", 1)[0])
        return found

    def find(
        self, folded: Folded, scanned: Scanned, language: str
    ) -> tuple[list[Tag], list[Match]]:
        """The tags, and the matches that made them: words not to be counted again."""
        evidence: dict[int, list[Evidence]] = defaultdict(list)
        taken: list[Match] = []
        for match in self.matcher.find_in(scanned):
            start, end = folded.source(match.start, match.end)
            for number in self._meant(match, folded.original, start, end, language):
                evidence[number].append(evidence_of(folded, match, self.entries[number].rule))
                taken.append(match)
        tags = [
            self._tag(self.entries[number], pieces, language)
            for number, pieces in evidence.items()
            if _holds(self.entries[number], folded.text)
        ]
        return tags, taken

    def _meant(self, match: Match, text: str, start: int, end: int, language: str) -> list[int]:
        written = text[start:end]
        alone = " " not in written and has_capitals(written)
        enclosed = alone and context.in_other_name(
            text, start, end, language, context.word_before(text, start)
        )
        found: dict[int, None] = {}
        for name in self._names[match.name]:
            if not _spoken(name.language, language, written):
                continue
            as_written = not enclosed and is_written_so(name.written, text, start, end)
            if as_written or (self.entries[name.entry].any_case and not name.written.isupper()):
                found[name.entry] = None
        return list(found)

    def _tag(self, entry: Entry, evidence: list[Evidence], language: str) -> Tag:
        return Tag(
            kind=entry.kind,
            name=entry.label(language),
            uri=entry.uri,
            creator=entry.creator,
            literal=entry.literal,
            relevance=relevance(evidence),
            confidence=entry.confidence,
            evidence=tuple(evidence),
        )


def _all_names(entry: Entry) -> list[tuple[str, str]]:
    pairs = [(language, name) for language, names in entry.names.items() for name in names]
    for name in entry.names.get("ru", ()):
        pairs += [("ru", form) for form in sorted(declined(name))]
    return pairs


def _spoken(language: str, article: str, written: str) -> bool:
    if language in (article, ANY):
        return True
    return language == LATIN and written[0] < "\u0250"


def is_written_so(name: str, text: str, start: int, end: int) -> bool:
    """Whether words stand in the case of the name.

    Its capitals are capitals; an acronym is in capitals where its neighbours are not.
    """
    written = text[start:end]
    if not name[0].isupper():
        return True
    if name.isupper() and len(name) < 6:
        around = text[max(0, start - 20) : start] + text[end : end + 20]
        return written.isupper() and not (around.isupper() and len(around.split()) > 1)
    if written[0].islower():
        return False
    article, _, rest = name.partition(" ")
    if article.lower() in _ARTICLES and rest[:1].isupper():  # "Le monde est", "The times are"
        return not written.partition(" ")[2][:1].islower()
    return True


def _holds(entry: Entry, text: str) -> bool:
    if entry.requires and not any(has_word(text, key_of(word)) for word in entry.requires):
        return False
    return not any(has_word(text, key_of(word)) for word in entry.excludes)
