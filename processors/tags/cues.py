"""The words that introduce a person or a body, read from ``cues.toml``; what each means is there.

Arabic words are kept folded, as the text is that they are sought in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence

import msgspec

from processors.errors import BadTaxonomy
from processors.tags.fold import fold

_PROCLITICS = ("و", "ف", "ب", "ل")
Words = frozenset[str]


class ArabicCues(msgspec.Struct, frozen=True):
    """Folded words; ``titles``, ``bodies`` and ``national`` with their proclitics too."""

    titles: Words
    links: Words
    saying: Words
    given: Words
    parts: Words
    ends: Words
    bodies: Words
    national: Words
    called: Words
    doubtful: Words
    plain_titles: Words
    plain_bodies: Words
    plain_national: Words


class LatinCues(msgspec.Struct, frozen=True):
    """``titles`` by language, each title its words, longer ones first; the rest as in the file."""

    given: Words
    never: Words
    particles: Words
    saying: Words
    tails: Words
    titles: Mapping[str, Sequence[tuple[str, ...]]]


def read_cues(data: bytes) -> tuple[ArabicCues, LatinCues]:
    """The cues of both scripts; raises ``BadTaxonomy`` where the file is not as it should be."""
    try:
        tables = tomllib.loads(data.decode())
        words = {key: frozenset(fold(text).split()) for key, text in tables["arabic"].items()}
        latin = {k: frozenset(v.split()) for k, v in tables["latin"].items() if k != "titles"}
        titles = {
            language: sorted((tuple(title.split(" ")) for title in known), key=len, reverse=True)
            for language, known in tables["latin"]["titles"].items()
        }
        plain = {f"plain_{key}": words[key] for key in ("titles", "bodies", "national")}
        for key in ("titles", "bodies", "national"):
            words[key] = with_proclitics(words[key])
        arabic = ArabicCues(**words, **plain)
        return arabic, LatinCues(**latin, titles=titles)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise BadTaxonomy(f"cues.toml: {error}") from error


def with_proclitics(words: Words) -> Words:
    """Folded Arabic words, each also as it is written behind و ف ب ل and their pairs with ال."""
    made = set(words)
    for word in words:
        made |= {letter + word for letter in _PROCLITICS}
        if word.startswith("ال"):
            made |= {"لل" + word[2:], "ولل" + word[2:], "وبال" + word[2:]}
    return frozenset(made)
