"""Builds ``processors/data/countries.tsv``: what countries are called, in many languages.

Sources: CLDR territory names through Babel (Unicode-3.0), and ``tools/places/countries.toml``,
written for this project. Run ``python tools/build_countries.py``; the same versions give the
same bytes. Rows: kind, code, languages (primary subtags, comma
separated), name. A label is a name too, the one to show in its languages.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from babel import Locale, localedata
from babel import __version__ as babel_version

from processors.tags.russian import declined

ROOT = Path(__file__).resolve().parent.parent
WRITTEN = ROOT / "tools/places/countries.toml"
TABLE = ROOT / "processors/data/countries.tsv"
# Codes of CLDR that are no countries of ISO 3166-1: groups, reserved and private ones.
_GROUPS = "AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ"
NOT_COUNTRIES = frozenset(_GROUPS.split())
# The languages that the detectors know and newsrooms print.
_SPOKEN = """
af am ar az be bg bn bs ca ckb cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr hu hy
id ig is it ja ka kk km kn ko ku ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn no om or pa pl ps
pt ro ru si sk sl so sq sr sv sw ta te tg th ti tk tr ug uk ur uz vi xh yi yo zh zu
"""
LANGUAGES = frozenset(_SPOKEN.split())
_BRACKETS = re.compile(r"\s*[(（]([^)）]*)[)）]\s*")
_ASIDE = re.compile(
    r"special|administrative|SAR|région|Sonder|RAE|إدارية|特别|特別|специальн", re.IGNORECASE
)


def main() -> None:
    labels: dict[tuple[str, str], set[str]] = defaultdict(set)
    names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for identifier in sorted(localedata.locale_identifiers()):
        language, *rest = identifier.split("_")
        if language not in LANGUAGES or any(len(part) != 4 for part in rest):
            continue
        locale = Locale.parse(identifier)
        for code, name in locale.territories.items():
            if len(code) != 2 or code.isdigit() or code in NOT_COUNTRIES:
                continue
            label, others = variants(short_name(locale, code, name))
            if not rest:
                labels[code, label].add(language)
            for other in {label, *others} if rest else others:
                names["name", code, other].add(language)
    written(names)
    for (kind, code, name), spoken in [*labelled(labels), *names.items()]:
        if kind != "demonym" and "ru" in spoken and code and not name.isupper():
            for form in declined(name):
                names["name", code, form].add("ru")
    entries = {("label", code, name): spoken for (code, name), spoken in labels.items()} | names
    lines = sorted(
        f"{kind}\t{code}\t{','.join(sorted(spoken))}\t{name}"
        for (kind, code, name), spoken in entries.items()
    )
    head = f"version\tCLDR through Babel {babel_version}\t\t"
    TABLE.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(lines)} rows, {TABLE.stat().st_size} bytes")


def labelled(
    labels: dict[tuple[str, str], set[str]],
) -> list[tuple[tuple[str, str, str], set[str]]]:
    return [(("label", code, name), spoken) for (code, name), spoken in labels.items()]


def variants(name: str) -> tuple[str, set[str]]:
    """The name to show, and further names that one CLDR entry holds ("Myanmar (Burma)")."""
    aside = _BRACKETS.search(name)
    plain = _BRACKETS.sub(" ", name).strip()
    others = set()
    if aside and not _ASIDE.search(aside.group(1)) and len(aside.group(1)) > 3:
        others.add(aside.group(1))
    return plain, others


def short_name(locale: Locale, code: str, name: str) -> str:
    """CLDR calls two territories by their full titles; their cities' names are what people say."""
    zone = {"HK": "Asia/Hong_Kong", "MO": "Asia/Macau"}.get(code)
    return str(locale.time_zones.get(zone, {}).get("city", name)) if zone else name


def written(names: dict[tuple[str, str, str], set[str]]) -> None:
    tables = tomllib.loads(WRITTEN.read_text(encoding="utf-8"))
    for language, code, name in rows_of(tables["names"]):
        names["name", code, name].add(language)
    for table, forms_of in (
        ("demonyms", demonym_forms),
        ("stems", from_stem),
        ("adjectives", romance_forms),
    ):
        for language, code, word in rows_of(tables[table]):
            for form in forms_of(word, language):
                names["demonym", code, form].add(language)
    for language, phrases in tables["not"].items():
        for phrase in phrases:
            names["not", "", phrase].add(language)
    for language, words in tables["weak"].items():
        for word in words:
            nisba = language == "ar" and word.endswith("ي")
            for form in {word} | (arabic_forms(word) if nisba else set()):
                names["weak", "", form].add(language)


def demonym_forms(word: str, language: str) -> set[str]:
    """An adjective as it is written; an Arabic one in all its forms."""
    return arabic_forms(word) if language == "ar" else {word}


def from_stem(stem: str, language: str) -> set[str]:
    """The forms of a Russian or German adjective, from the stem that they share."""
    if language == "de":
        return {stem + ending for ending in ("", "e", "er", "es", "en", "em")}
    endings = "ий ого ому им ом ая ой ую ое ие их ими"
    return {stem + ending for ending in endings.split()}


def romance_forms(word: str, language: str) -> set[str]:
    """A French or Spanish adjective with its feminine and plurals."""
    if language == "fr":
        irregular = {"grec": "grecque", "turc": "turque"}
        if word in irregular:
            feminine = irregular[word]
        elif word.endswith("e"):
            feminine = word
        else:
            feminine = word + ("ne" if word.endswith("en") else "e")
        plural = word if word.endswith("s") else word + "s"
        return {word, plural, feminine, feminine + "s"}
    if word[-1] in "oe":
        stem = word[:-1]
        return {word, word + "s"} | ({stem + "a", stem + "as"} if word[-1] == "o" else set())
    if word[-1] == "í":
        return {word, word + "es", word + "s"}
    bare = word[:-2] + word[-2].translate(str.maketrans("áé", "ae")) + word[-1]
    return {word, bare + "a", bare + "as", bare + "es"}


def rows_of(table: dict[str, dict[str, list[str]]]) -> Iterator[tuple[str, str, str]]:
    for language, by_code in table.items():
        for code, words in by_code.items():
            for word in words:
                yield language, code, word


def arabic_forms(adjective: str) -> set[str]:
    """The forms of an Arabic adjective of relation, each with and without the article."""
    words = adjective.split(" ")
    forms = set()
    for ending in ("", "ة", "ين", "ون", "ان", "تين", "تان", "ات"):
        inflected = [words[0] + ending, *words[1:]]
        if len(words) > 1 and ending in {"ة", "ين", "ون"}:
            inflected = [words[0] + ending, *(word + ending for word in words[1:])]
        elif len(words) > 1 and ending:
            continue
        forms.add(" ".join(inflected))
        forms.add(" ".join("ال" + word for word in inflected))
    return forms


if __name__ == "__main__":
    main()
