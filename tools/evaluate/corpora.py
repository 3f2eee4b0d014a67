"""Readers of the corpora in which people marked names: texts with spans, in characters.

Classes are read as the kind of tag that they would be; what we have no tags for (continents,
seas, works, nationalities) is ``other``, and neither wanted nor counted as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import msgspec

PLACE, PERSON, ORGANISATION, OTHER = "place", "person", "organisation", "other"
_SENTENCES_A_TEXT = 8
_FANE = {
    **dict.fromkeys(
        ("Nation", "Population-Center", "State-or-Province", "County-or-District"), PLACE
    ),
    **dict.fromkeys(
        "Politician Athlete Artist Other_PER Scientist Religious_PER Businessperson Lawyer"
        " Engineer".split(" "),
        PERSON,
    ),
    **dict.fromkeys(
        "Government Non-Governmental Commercial Educational Media Sports Religious_ORG"
        " Medical-Science Entertainment".split(" "),
        ORGANISATION,
    ),
}
_WIKIGOLD = {"LOC": PLACE, "PER": PERSON, "ORG": ORGANISATION}
_TURKISH = {"GPE": PLACE, "PERSON": PERSON, "ORG": ORGANISATION}
_RUSSIAN = {"LocOrg": PLACE, "Location": PLACE, "Person": PERSON, "Org": ORGANISATION}

Span = tuple[int, int, int, str]
"""Paragraph, half-open span in it, kind."""


class Marked(msgspec.Struct, frozen=True):
    """A text of some paragraphs, with the spans that people marked."""

    paragraphs: tuple[str, ...]
    spans: tuple[Span, ...]


def newsfane(root: Path) -> Iterator[Marked]:
    """Arabic news: ``ner_ar_newsfane_gold``."""
    path = root / "ner_ar_newsfane_gold" / "NewsFANE_Gold_2014_170K.txt"
    rows = path.read_text(encoding="utf-8").replace("\u200e", "").replace("\ufeff", "").split("\n")
    yield from _texts([tuple(row.split("\t")) for row in rows], _FANE)


def wikigold(root: Path) -> Iterator[Marked]:
    """English encyclopaedia: ``ner_en_wikigold``."""
    rows = (root / "ner_en_wikigold/wikigold.conll.txt").read_text(encoding="utf-8").split("\n")
    yield from _texts([tuple(r.split(" ")) for r in rows if "-DOCSTART-" not in r], _WIKIGOLD)


def turkish(root: Path) -> Iterator[Marked]:
    """Turkish encyclopaedia: ``ner_tr_wiki``; sentences without a text around them."""
    rows = (root / "ner_tr_wiki/dev.conll").read_text(encoding="utf-8").split("\n")
    yield from _texts([tuple(row.split("\t")) for row in rows], _TURKISH, together=1)


def factrueval(root: Path) -> Iterator[Marked]:
    """Russian news and essays: ``ner_ru_factrueval``."""
    for path in sorted((root / "ner_ru_factrueval/devset").glob("*.objects")):
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        pieces = {}
        for row in path.with_suffix(".spans").read_text(encoding="utf-8").splitlines():
            number, _, first, length, *_ = row.split(" ")
            pieces[number] = (int(first), int(first) + int(length))
        spans: list[Span] = []
        for row in path.read_text(encoding="utf-8").splitlines():
            _, label, *numbers = row.split("#")[0].split()
            places = [pieces[number] for number in numbers if number in pieces]
            if places:
                start, end = min(p[0] for p in places), max(p[1] for p in places)
                spans.append((0, start, end, _RUSSIAN.get(label, OTHER)))
        yield Marked((text,), tuple(spans))


def _texts(
    rows: list[tuple[str, ...]], kinds: dict[str, str], together: int = _SENTENCES_A_TEXT
) -> Iterator[Marked]:
    groups = groupby(rows, key=lambda row: bool(row[0].strip()) and len(row) > 1)
    sentences = [list(group) for there, group in groups if there]
    for at in range(0, len(sentences), together):
        lines: list[str] = []
        spans: list[Span] = []
        for index, sentence in enumerate(sentences[at : at + together]):
            line, found = _line(sentence, kinds)
            lines.append(line)
            spans += [(index, start, end, kind) for start, end, kind in found]
        yield Marked(tuple(lines), tuple(spans))


def _line(
    sentence: list[tuple[str, ...]], kinds: dict[str, str]
) -> tuple[str, list[tuple[int, int, str]]]:
    spans: list[tuple[int, int, str]] = []
    line, before = "", "O"
    for word, label, *_ in sentence:
        glued = not line or word in {",", ".", ")", "'s", ";", ":"}
        start = len(line) if glued else len(line) + 1
        line += word if glued else " " + word
        if label != "O":
            kind = kinds.get(label[2:], OTHER)
            if label[0] == "I" and before[2:] == label[2:] and spans:
                spans[-1] = (spans[-1][0], len(line), kind)
            else:
                spans.append((start, len(line), kind))
        before = label
    return line, spans
