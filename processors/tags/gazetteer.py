"""The tables of places: what countries, regions and cities are called, read from packaged bytes.

``countries.tsv``, one row a name: kind (``label``, ``name``, ``demonym``, ``weak``, ``not``),
ISO 3166-1 code, languages, name. ``places.tsv.gz``, three lists one behind the other, each but
the last preceded by its length: sets of languages; places (GeoNames id, kind, country, region,
people, labels); folded names with their places. A set of languages is written
``en,ar,*!fr?tr``: known so in English and Arabic and, ``*``, wherever Latin letters are
written, but not in French, and in Turkish only beside another sign. Rows are split when they
are asked for: an article names a dozen of forty thousand places.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from math import log10
from typing import Literal

import msgspec

from processors.errors import BadTaxonomy
from processors.tags.match import keys_of

Kind = Literal["name", "demonym", "not", "capital", "city", "region"]
_ROWS = frozenset({"label", "name", "demonym", "not", "weak"})
_REMEMBERED = 8192
_PLACE_KINDS: dict[str, Kind] = {"A": "capital", "C": "city", "R": "region"}


class Sense(msgspec.Struct, frozen=True, gc=False):
    """One thing that a name may mean. ``country`` is its ISO 3166-1 code; ``place`` the number of
    a city or region in the table, -1 for a country; ``size`` the decimal logarithm of its people;
    ``weak`` means that the name counts only beside another sign; ``written`` is a country's name
    as it is written.
    """

    kind: Kind
    country: str
    place: int = -1
    size: float = 0.0
    weak: bool = False
    written: str = ""
    region: str = ""


class _Spoken(msgspec.Struct, frozen=True):
    """Where a name is used: the languages, those where it is not, and those where it is weak."""

    languages: frozenset[str]
    never: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()


class _CountryName(msgspec.Struct, frozen=True, gc=False):
    kind: str
    code: str
    languages: frozenset[str]
    written: str


class Gazetteer:
    """All names, folded, and what each may mean."""

    def __init__(self, countries: bytes, places: bytes | None = None) -> None:
        self.versions: dict[str, str] = {}
        self._country_labels: dict[tuple[str, str], str] = {}
        self._country_names: dict[str, list[_CountryName]] = defaultdict(list)
        self._spoken: list[_Spoken] = []
        self._places: list[str] = []
        self._place_names: dict[str, str] = {}
        self._place_labels: dict[tuple[int, str], tuple[str, str]] = {}
        self._read_countries(countries)
        if places is not None:
            self._read_places(gzip.decompress(places).decode())
        # In the tables' own order: to sort them takes longer than to read them.
        self.names = list(dict.fromkeys((*self._country_names, *self._place_names)))

    def _read_countries(self, data: bytes) -> None:
        shared: dict[str, frozenset[str]] = {}
        written: list[str] = []
        rows: list[_CountryName] = []
        for number, row in enumerate(data.decode().splitlines(), start=1):
            kind, *fields = row.split("\t")
            if kind == "version":
                self.versions["countries"] = fields[0]
                continue
            if len(fields) != 3 or kind not in _ROWS:
                raise BadTaxonomy(f"countries.tsv, line {number}: not a row of names: {row!r}")
            code, spoken, name = fields
            languages = shared.setdefault(spoken, frozenset(spoken.split(",")))
            if kind == "label":
                self._country_labels.update({(code, language): name for language in languages})
            written.append(name)
            rows.append(_CountryName(kind, code, languages, name))
        for folded, fields_of in zip(keys_of(written), rows, strict=True):
            if len(folded) > 1:
                self._country_names[folded].append(fields_of)

    def _read_places(self, text: str) -> None:
        try:
            title, sets, rest = text.split("\n", 2)
            self.versions["geonames"] = title.split("\t")[1]
            *spoken, places, rest = rest.split("\n", int(sets) + 1)
            *self._places, rest = rest.split("\n", int(places))
        except (IndexError, ValueError):
            raise BadTaxonomy(
                "places.tsv.gz, its head: the lengths of its lists are wrong"
            ) from None
        self._spoken = [_spoken(row) for row in spoken]
        cells = rest.rstrip("\n").replace("\n", "\t").split("\t")
        if len(cells) % 2:
            raise BadTaxonomy("places.tsv.gz: a name without its places, or with more than those")
        self._place_names = dict(zip(cells[::2], cells[1::2], strict=True))

    def senses(self, name: str, language: str) -> list[Sense]:
        """What a folded name may mean in a language, the country first; empty where nothing."""
        found: list[Sense] = []
        rows = self._country_names.get(name)
        if rows is not None:
            found = _country_senses(rows, language)
        places = self._place_names.get(name)
        if places is not None:
            for pair in places.split(" "):
                at, _, number = pair.partition(":")
                spoken = self._spoken[int(number)]
                if _is_spoken(spoken, language, name):
                    found.append(self._place_sense(int(at), weak=language in spoken.weak))
        return found

    def _place_sense(self, at: int, *, weak: bool) -> Sense:
        _, kind, country, region, people, _ = self._places[at].split("\t")
        return Sense(_PLACE_KINDS[kind], country, at, log10(int(people) + 1), weak, "", region)

    def is_region(self, place: int) -> bool:
        """Whether a place of the table is a region, not a city."""
        return self._places[place].split("\t", 2)[1] == "R"

    def country_label(self, code: str, language: str) -> str:
        """A country's name to show: in the language, else in English, else its code."""
        labels = self._country_labels
        return labels.get((code, language)) or labels.get((code, "en"), code)

    def place_label(self, place: int, language: str) -> tuple[str, str]:
        """A place's GeoNames id, negative where it has none, and its name to show. Remembered: its
        row has names in many languages.
        """
        known = self._place_labels.get((place, language))
        if known is None:
            number, _, _, _, _, labels = self._places[place].split("\t")
            names = dict(label.split("=", 1) for label in labels.split("|"))
            known = number, names.get(language) or names["en"]
            if len(self._place_labels) >= _REMEMBERED:
                self._place_labels.clear()
            self._place_labels[place, language] = known
        return known


def demonyms(countries: bytes, language: str) -> frozenset[str]:
    """The folded national adjectives of a language, from the bytes of ``countries.tsv``."""
    rows = (row.split("\t") for row in countries.decode().splitlines() if row[:7] == "demonym")
    return frozenset(keys_of([row[3] for row in rows if language in row[2].split(",")]))


def _country_senses(rows: list[_CountryName], language: str) -> list[Sense]:
    spoken = [row for row in rows if language in row.languages or _known_widely(row, language)]
    if any(row.kind == "not" for row in spoken):
        return [Sense("not", "")]
    weak = any(row.kind == "weak" for row in spoken)
    found = []
    for row in spoken:
        if row.kind != "weak":
            kind: Kind = "demonym" if row.kind == "demonym" else "name"
            found.append(Sense(kind, row.code, weak=weak, written=row.written))
    # A name before an adjective of the same letters (سورية): the name says more.
    return sorted(found, key=lambda sense: (sense.kind == "demonym", sense.country))


def _known_widely(row: _CountryName, language: str) -> bool:
    return language == "und" and row.kind == "label" and len(row.languages) > 4


def _spoken(row: str) -> _Spoken:
    rest, _, weak = row.partition("?")
    languages, _, never = rest.partition("!")
    return _Spoken(*(frozenset(part.split(",")) for part in (languages, never, weak)))


def _is_spoken(spoken: _Spoken, language: str, name: str) -> bool:
    if language in spoken.never:
        return False
    return language in spoken.languages or ("*" in spoken.languages and name[0] < "\u0250")
