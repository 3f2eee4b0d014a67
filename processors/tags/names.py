"""People and organisations: those of the list, then those that titles and cues give away.

The list (``names.toml``) is keyed by Wikidata; what rules find has a name and no uri. Where both
speak of the same words, the list wins. Precision before recall: a wrong name is worse than none.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from processors.errors import BadTaxonomy
from processors.tags import folded_of, scanned_of
from processors.tags.arabic_names import ArabicNames, Found
from processors.tags.context import TANWIN
from processors.tags.cues import ArabicCues, LatinCues
from processors.tags.fold import Folded, fold
from processors.tags.latin_names import LatinNames
from processors.tags.lexicon import Entry, Lexicon
from processors.tags.match import Match
from processors.tags.places import relevance
from processors.text import Evidence, Tag, TagKind, TagText

WIKIDATA = "https://www.wikidata.org/entity/"
_RULED = frozenset(("en", "fr", "de", "es", "tr", "it", "pt", "nl"))


def read_names(data: bytes) -> list[Entry]:
    """The entries of the list; raises ``BadTaxonomy`` where it is not as it should be."""
    try:
        tables = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadTaxonomy(f"names.toml: {error}") from error
    entries = [_entry("person", row) for row in tables.get("person", ())]
    return entries + [_entry("organisation", row) for row in tables.get("organisation", ())]


def _entry(kind: TagKind, row: dict[str, Any]) -> Entry:
    names = {key: tuple(value) for key, value in row.items() if key not in {"id", "requires"}}
    if not names:
        raise BadTaxonomy(f"names.toml: an entry without names: {row!r}")
    uri = WIKIDATA + row["id"] if "id" in row else None
    return Entry(kind, names, uri, requires=tuple(row.get("requires", ())))


class Names:
    """The tagger: call it with a text.

    ``common`` are Arabic's words, the commonest first, ``nations`` its national adjectives.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        cues: tuple[ArabicCues, LatinCues],
        common: Sequence[str],
        nations: frozenset[str] = frozenset(),
    ) -> None:
        self._lexicon = Lexicon(entries)
        self.matcher = self._lexicon.matcher
        self._arabic = ArabicNames(cues[0], common, nations)
        self._latin = LatinNames(cues[1])

    def __call__(self, text: TagText) -> Sequence[Tag]:
        """The people and organisations that a text names, each once."""
        folded = folded_of(text)
        language = text.language.split("-", 1)[0]
        listed, matches = self._lexicon.find(folded, scanned_of(text), language)
        return [*listed, *self._ruled(folded, language, matches)]

    def _ruled(self, folded: Folded, language: str, listed: list[Match]) -> list[Tag]:
        taken = {at for match in listed for at in range(*folded.source(match.start, match.end))}
        evidence: dict[tuple[TagKind, str], list[Evidence]] = defaultdict(list)
        confidence: dict[tuple[TagKind, str], int] = {}
        for line, start, last, found in self._found(folded, language, listed):
            if start in taken or last - 1 in taken:
                continue
            end = _without_tanwin(folded.original, start, last)
            words = folded.original[start:end]
            if "على" in words.split(" "):  # a preposition, which folds to the name علي
                continue
            if not found.organisation and " " not in words:
                continue
            kind: TagKind = "organisation" if found.organisation else "person"
            key = (kind, fold(words))
            begin = folded.line_starts[line]
            evidence[key].append(
                Evidence(line - 1, start - begin, end - begin, words, f"cue:{found.cue}")
            )
            confidence[key] = max(confidence.get(key, 0), found.confidence)
        return [
            Tag(
                kind=kind,
                name=pieces[0].text,
                creator="copydesk",
                relevance=relevance(pieces),
                confidence=confidence[kind, name],
                evidence=tuple(pieces),
            )
            for (kind, name), pieces in evidence.items()
        ]

    def _found(
        self, folded: Folded, language: str, listed: list[Match]
    ) -> Iterator[tuple[int, int, int, Found]]:
        """What the rules find: line, span in the original, and how it was found."""
        if language == "ar":
            text = _masked(folded.text, listed)
            for line, start in enumerate(folded.starts):
                stop = folded.starts[line + 1] - 1 if line + 1 < len(folded.starts) else None
                for found in self._arabic.find(text[start:stop]):
                    yield line, *folded.source(start + found.start, start + found.end), found
        elif language in _RULED:
            # In one go over all lines, which is faster: no rule reaches over a line's end.
            starts = folded.line_starts
            for found in self._latin.find(folded.original, language):
                yield bisect_right(starts, found.start) - 1, found.start, found.end, found


def _without_tanwin(text: str, start: int, end: int) -> int:
    """The end of a name before a word that is indefinite (فيصل غزاوي مستقبلاً)."""
    for at in range(start, min(end + 1, len(text))):
        if text[at] in TANWIN:
            return max(start, text.rfind(" ", start, at))
    return end


def _masked(text: str, listed: Sequence[Match]) -> str:
    """Folded Arabic text with what the list named made one word with the article.

    Such a word links a title and the name behind it (قائد فصيل السلطان مراد أحمد عثمان).
    """
    pieces, at = [], 0
    for match in sorted(listed, key=lambda match: match.start):
        if match.start >= at:
            length = match.end - match.start
            pieces += [text[at : match.start], ("ال" + "ب" * length)[:length]]
            at = match.end
    return "".join([*pieces, text[at:]])
