"""Places named in an article: countries, regions and cities, with the words that name them.

Rules. A name counts where it is one of the article's language, stands as a word (or behind
Arabic and Hebrew proclitics) and, in scripts with capitals, has one. Adjectives (Syrian,
السوري) count for the country, their evidence marked ``demonym``; a country named by adjectives
alone has ``rel`` ``demonym``. Weak names (Jordan, مالي) count only beside another sign.

One name of several places is settled by the country that the article names, by the place named
right behind it (Paris, Texas), by being a capital, and by people. A place counts when it is
large or a capital, or when its country is named too; a small one never counts by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from processors.tags import context, folded_of, scanned_of
from processors.tags.fold import Folded
from processors.tags.gazetteer import Gazetteer, Sense
from processors.tags.match import Match, Matcher
from processors.tags.mentions import ByCase, Mention, has_capitals, in_context, is_cased
from processors.tags.scan import Scanned
from processors.text import Evidence, Tag, TagText

COUNTRY_URI = "http://cvx.iptc.org/iso3166-1a2/"
"""IPTC's own prefix for ISO 3166-1 alpha-2 codes, as in its examples of ninjs."""
PLACE_URI = "https://sws.geonames.org/"

_REMEMBERED = 8192
"""Names whose meanings are remembered, a language each."""
_HOME = {"fa": "IR"}
"""Languages whose news comes mostly from one country, and seldom says so: Persian agencies write
"from Semnan" and never Iran."""
_LARGE = 6.0
_MIDDLING = 5.3
"""Decimal logarithms of people: from a million a place counts by itself, from 200,000 where a
word before it says that it is a place."""
_IN_CONTEXT = 2.5
_CAPITAL = 2.0
_NEXT_TO = 4.0
_AROUND = 1.5
"""What a region gives way by: it has the people of the city after which it is called, and more."""


class Places:
    """The tagger: call it with a prepared text."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.matcher = Matcher(gazetteer.names)
        self._known: dict[tuple[int, str], ByCase] = {}

    def __call__(self, text: TagText) -> Sequence[Tag]:
        """The places that a text names, each once."""
        folded = folded_of(text)
        language = text.language.split("-", 1)[0]
        mentions = self._mentions(folded, scanned_of(text), language)
        countries = named_countries(mentions, folded)
        named = {code: len(evidence) for code, evidence in countries.items()}
        places = settled(mentions, named, _HOME.get(language))
        tags = [self._country(code, found, language) for code, found in countries.items()]
        by_place: dict[int, list[tuple[Mention, int]]] = defaultdict(list)
        for mention, sense, confidence in places:
            by_place[sense.place].append((mention, confidence))
        for place, found_at in by_place.items():
            tags.append(self._place(place, found_at, folded, language))
        return tags

    def _mentions(self, folded: Folded, scanned: Scanned, language: str) -> list[Mention]:
        mentions = []
        known, original = self._known, folded.original
        for match in self.matcher.find_in(scanned):
            by_case = known.get((match.name, language)) or self._senses(match.name, language)
            senses = by_case.all
            if not senses or senses[0].kind == "not":
                continue
            start, end = folded.source(match.start, match.end)
            if original[end : end + 1] in context.TANWIN:
                continue
            written = original[start:end]
            fitting = senses
            if written.islower():
                fitting = by_case.small
            elif has_capitals(written):
                fitting = by_case.of(written)
            if fitting:
                mentions.append(in_context(match, fitting, original, start, end, language))
        return mentions

    def _senses(self, name: int, language: str) -> ByCase:
        """What a name may mean in a language. Remembered: news says the same names all day."""
        key = self.matcher.keys[name]
        senses = tuple(self._gazetteer.senses(key, language))
        some = [sense for sense in senses if sense.kind != "not"]
        made = ByCase(
            senses,
            tuple(sense for sense in some if is_cased(sense, key)),
            tuple(sense for sense in some if is_cased(sense, "Name")),
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[name, language] = made
        return made

    def _country(self, code: str, evidence: list[Evidence], language: str) -> Tag:
        only_adjectives = all(piece.rule == "demonym" for piece in evidence)
        return Tag(
            kind="place",
            name=self._gazetteer.country_label(code, language),
            uri=COUNTRY_URI + code,
            creator="copydesk",
            rel="demonym" if only_adjectives else None,
            relevance=relevance(evidence),
            confidence=90 if only_adjectives else 97,
            evidence=tuple(evidence),
        )

    def _place(
        self, place: int, found: list[tuple[Mention, int]], folded: Folded, language: str
    ) -> Tag:
        number, label = self._gazetteer.place_label(place, language)
        rule = "region" if self._gazetteer.is_region(place) else "city"
        evidence = [_evidence(folded, mention, rule) for mention, _ in found]
        return Tag(
            kind="place",
            name=label,
            uri=None if number.startswith("-") else f"{PLACE_URI}{number}/",
            creator="copydesk",
            relevance=relevance(evidence),
            confidence=max(confidence for _, confidence in found),
            evidence=tuple(evidence),
        )


def named_countries(mentions: Sequence[Mention], folded: Folded) -> dict[str, list[Evidence]]:
    """The countries that the mentions name, with their evidence; weak ones beside strong ones."""
    strong: dict[str, list[Evidence]] = defaultdict(list)
    weak: dict[str, list[Evidence]] = defaultdict(list)
    firsts = [mention.senses[0] for mention in mentions]
    first: dict[str, int] = {}
    for sense in firsts:
        if not sense.weak:
            first[sense.country] = first.get(sense.country, 0) + 1
    for mention, sense in zip(mentions, firsts, strict=True):
        if sense.kind not in {"name", "demonym"} or _means_a_city(mention, first):
            continue
        evidence = _evidence(folded, mention, _rule(sense))
        if not sense.weak:
            strong[sense.country].append(evidence)
        elif not mention.enclosed:
            weak[sense.country].append(evidence)
    for code, evidences in weak.items():
        if code in strong:
            strong[code].extend(evidences)
    return strong


def settled(
    mentions: Sequence[Mention], named: Mapping[str, int], home: str | None = None
) -> list[tuple[Mention, Sense, int]]:
    """The regions and cities that the mentions name, and how sure each is, 0 to 100.

    Large ones are settled first: what they are says which country the article is about. The
    ``home`` country need not be named.
    """
    known = set(named)
    if home:
        known.add(home)
    persons = {mention.match.name for mention in mentions if mention.enclosed}
    found: list[tuple[Mention, Sense, int]] = []
    waiting: list[tuple[Mention, Sense]] = []
    for at, mention in enumerate(mentions):
        choices = [s for s in mention.senses if s.place >= 0]
        if not choices or mention.enclosed or mention.called_after:
            continue
        if mention.senses[0].place < 0 and not _means_a_city(mention, named):
            continue
        following = mentions[at + 1] if at + 1 < len(mentions) else None
        best = choices[0]
        if len(choices) > 1:
            best = max(choices, key=lambda s: (_score(s, mention, following, named), -s.place))
        if mention.match.name in persons and not mention.cued:
            continue
        confidence = _alone(best, mention)
        if confidence:
            found.append((mention, best, confidence))
            known.add(best.country)
        else:
            waiting.append((mention, best))
    cued = {mention.match.name for mention, _ in waiting if mention.cued}
    for mention, sense in waiting:
        # A small place without a word before it that says so is as often a person or a club.
        small = sense.size < _MIDDLING and mention.match.name not in cued
        if small or sense.country not in known or (sense.weak and not mention.cued):
            continue
        found.append((mention, sense, 85 if sense.country in named else 75))
    return found


def _alone(sense: Sense, mention: Mention) -> int:
    """How sure a place is by itself, 0 where it needs its country to be named."""
    if sense.weak:
        return 0
    if sense.kind == "capital":
        return 95 if sense.size >= _MIDDLING or mention.cued else 0
    if sense.size >= _LARGE:
        return 92 if mention.cued else 88
    return 80 if sense.size >= _MIDDLING and mention.cued else 0


def _score(
    sense: Sense, mention: Mention, following: Mention | None, named: Mapping[str, int]
) -> float:
    score = sense.size
    if sense.kind == "capital":
        score += _CAPITAL
    elif sense.kind == "region":
        score -= _AROUND
    if sense.country in named:
        score += _IN_CONTEXT + min(named[sense.country], 5) / 10
    if following and 0 < following.match.start - mention.match.end <= 2:
        for other in following.senses:
            inside = other.region == sense.region if other.kind == "region" else other.place < 0
            if inside and other.country == sense.country:
                return score + _NEXT_TO
    return score


def _means_a_city(mention: Mention, named: Mapping[str, int]) -> bool:
    """Whether a name of a country means a city of another one here (عمان in news of Jordan)."""
    if len(mention.senses) < 2:
        return False
    country = mention.senses[0].country
    return any(
        sense.kind == "capital" and sense.country != country
        and named.get(sense.country, 0) > 0 and named.get(country, 0) <= 1
        for sense in mention.senses[1:]
    )  # fmt: skip


def _rule(sense: Sense) -> str:
    return "demonym" if sense.kind == "demonym" else "country"


def evidence_of(folded: Folded, match: Match, rule: str) -> Evidence:
    """The evidence for a match: its words as they stand in the original, and where."""
    return _evidence_at(folded, match, *folded.source(match.start, match.end), rule)


def _evidence(folded: Folded, mention: Mention, rule: str) -> Evidence:
    return _evidence_at(folded, mention.match, mention.start, mention.end, rule)


def _evidence_at(folded: Folded, match: Match, start: int, end: int, rule: str) -> Evidence:
    line = folded.line(match.start)
    begin = folded.line_starts[line]
    return Evidence(line - 1, start - begin, end - begin, folded.original[start:end], rule)


def relevance(evidence: Sequence[Evidence]) -> int:
    """How much an article is about what is named so often and so early, 0 to 100."""
    lead = any(piece.paragraph is not None and piece.paragraph <= 0 for piece in evidence)
    return min(100, 20 + 10 * len(evidence) + (30 if lead else 0))
