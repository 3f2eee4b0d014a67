"""Places named in an article: countries, with the words that name them.

A name counts where it is one of the article's language, stands as a word (or behind Arabic and
Hebrew proclitics), and, in scripts with capitals, is written with one. Adjectives (Syrian,
السوري) count for the country, their evidence marked ``demonym``; a country named by adjectives
alone has ``rel`` ``demonym``. Weak names (Jordan, مالي) count only beside another sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from processors.errors import BadTaxonomy
from processors.tags import folded_of
from processors.tags.fold import Folded, fold
from processors.tags.match import Match, Matcher
from processors.text import Evidence, Tag, TagText

COUNTRY_URI = "http://cvx.iptc.org/iso3166-1a2/"
_KINDS = frozenset({"label", "name", "demonym", "not", "weak"})


class Sense(msgspec.Struct, frozen=True, gc=False):
    """One thing that a folded name may mean, in the languages where it does."""

    kind: str
    code: str
    languages: frozenset[str]
    written: str


class Countries(msgspec.Struct, frozen=True):
    """The table of ``countries.tsv``: its version, labels by code and language, senses by name."""

    version: str
    labels: dict[tuple[str, str], str]
    senses: dict[str, tuple[Sense, ...]]


def read_countries(data: bytes) -> Countries:
    """The table of countries from its bytes; raises ``BadTaxonomy`` naming the line."""
    version = ""
    labels: dict[tuple[str, str], str] = {}
    senses: dict[str, list[Sense]] = defaultdict(list)
    shared: dict[str, frozenset[str]] = {}
    for number, row in enumerate(data.decode().splitlines(), start=1):
        fields = row.split("\t")
        if fields[0] == "version":
            version = fields[1]
            continue
        if len(fields) != 4 or fields[0] not in _KINDS:
            raise BadTaxonomy(f"countries.tsv, line {number}: not a row of four fields: {row!r}")
        kind, code, spoken, name = fields
        languages = shared.setdefault(spoken, frozenset(spoken.split(",")))
        if kind == "label":
            labels.update({(code, language): name for language in languages})
        folded = fold(name)
        if len(folded) > 1:
            senses[folded].append(Sense(kind, code, languages, name))
    return Countries(version, labels, {name: tuple(found) for name, found in senses.items()})


class Places:
    """The tagger: call it with a prepared text."""

    def __init__(self, countries: Countries) -> None:
        self._labels = countries.labels
        names = sorted(countries.senses)
        self._senses = [countries.senses[name] for name in names]
        self._matcher = Matcher(names)

    def __call__(self, text: TagText) -> Sequence[Tag]:
        """The places that a text names, each once."""
        folded = folded_of(text)
        language = text.language.split("-", 1)[0]
        strong: dict[str, list[Evidence]] = defaultdict(list)
        weak: dict[str, list[Evidence]] = defaultdict(list)
        for match in self._matcher.find(folded.text):
            senses = [s for s in self._senses[match.name] if _speaks(s, language)]
            if not senses or any(sense.kind == "not" for sense in senses):
                continue
            found = weak if any(sense.kind == "weak" for sense in senses) else strong
            for sense in senses:
                if sense.code and _cased(sense.written, folded, match):
                    rule = "demonym" if sense.kind == "demonym" else "country"
                    found[sense.code].append(evidence_of(folded, match, rule))
                    break
        for code, evidence in weak.items():
            if code in strong:
                strong[code].extend(evidence)
        return [self._tag(code, evidence, language) for code, evidence in strong.items()]

    def _tag(self, code: str, evidence: list[Evidence], language: str) -> Tag:
        label = self._labels.get((code, language)) or self._labels.get((code, "en"), code)
        only_adjectives = all(piece.rule == "demonym" for piece in evidence)
        return Tag(
            kind="place",
            name=label,
            uri=COUNTRY_URI + code,
            creator="copydesk",
            rel="demonym" if only_adjectives else None,
            relevance=_relevance(evidence),
            confidence=90 if only_adjectives else 95,
            evidence=tuple(evidence),
        )


def evidence_of(folded: Folded, match: Match, rule: str) -> Evidence:
    """The evidence for a match: its words as they stand in the original, and where."""
    line = folded.line(match.start)
    start, end = folded.source(match.start, match.end)
    begin = folded.line_starts[line]
    return Evidence(line - 1, start - begin, end - begin, folded.original[start:end], rule)


def _speaks(sense: Sense, language: str) -> bool:
    return language in sense.languages or (language == "und" and len(sense.languages) > 4)


def _cased(written: str, folded: Folded, match: Match) -> bool:
    """Whether the words stand in the case that the name has: capitals as capitals."""
    first = written[0]
    if not first.isupper() and not first.istitle():
        return True
    start, end = folded.source(match.start, match.end)
    found = folded.original[start:end]
    if len(written) < 5 and written.isupper():
        return found.isupper()
    return not found[0].islower()


def _relevance(evidence: list[Evidence]) -> int:
    lead = any(piece.paragraph is not None and piece.paragraph <= 0 for piece in evidence)
    return min(100, 20 + 10 * len(evidence) + (30 if lead else 0))
