"""People, organisations and places on corpora in which people marked them.

A piece of evidence is right where it overlaps a span marked as the same kind; a marked span is
found where a piece of evidence of its kind overlaps it. Adjectives that count for a country are
neither (corpora disagree on them), nor is what falls on a span of a kind that we have no tags for.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from consumers.taggers import load
from processors.tags import Tagger, outside_names, prepare
from processors.text import Evidence, Tag, TagText
from tools.evaluate import corpora as readers
from tools.evaluate.corpora import OTHER, Marked, Span
from tools.evaluate.rows import Row, bands_of, error_of, f1_of

KINDS = ("place", "person", "organisation")
SETS: tuple[tuple[str, str, str, Callable[[Path], Iterator[Marked]]], ...] = (
    ("ner_ar_newsfane_gold", "ar", "news", readers.newsfane),
    ("ner_en_wikigold", "en", "encyclopaedia", readers.wikigold),
    ("ner_ru_factrueval", "ru", "news", readers.factrueval),
    ("ner_tr_wiki", "tr", "encyclopaedia, single sentences", readers.turkish),
)
Confident = list[tuple[int, bool]]


def run(corpora: Path) -> list[Row]:
    """A row a corpus and kind, for the corpora that are there."""
    taggers = [tagger for _, tagger in load(("places", "names")).taggers]
    rows: list[Row] = []
    for name, language, note, read in SETS:
        if (corpora / name).exists():
            rows += _measure(taggers, name, language, note, read(corpora))
    return rows


def _measure(
    taggers: Sequence[Tagger], name: str, language: str, note: str, texts: Iterator[Marked]
) -> list[Row]:
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    found: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    sure: dict[str, Confident] = defaultdict(list)
    size, spent, records = 0, 0.0, 0
    for marked in texts:
        records += 1
        size += sum(len(paragraph.encode()) for paragraph in marked.paragraphs)
        began = time.process_time()
        text = prepare(TagText(language, "", marked.paragraphs))
        tags = outside_names([tag for tagger in taggers for tag in tagger(text)])
        spent += time.process_time() - began
        for kind, is_right, confidence in judged(tags, marked.spans):
            said[kind] += 1
            right[kind] += is_right
            sure[kind].append((confidence, is_right))
        for kind, is_found in sought(tags, marked.spans):
            wanted[kind] += 1
            found[kind] += is_found
    rows: list[Row] = []
    for kind in KINDS:
        precision = right[kind] / said[kind] if said[kind] else 0.0
        recall = found[kind] / wanted[kind] if wanted[kind] else 0.0
        bands = bands_of(sure[kind])
        rows.append(Row(
            kind=kind, corpus=name, language=language, records=records, wanted=wanted[kind],
            precision=precision, recall=recall, f1=f1_of(precision, recall),
            calibration=error_of(bands), per_kilobyte=spent / size * 1e9, note=note, bands=bands,
        ))  # fmt: skip
    return rows


def judged(tags: Sequence[Tag], spans: Sequence[Span]) -> Iterator[tuple[str, bool, int]]:
    """For each piece of evidence that counts: its kind, whether it is right, its confidence."""
    for tag in tags:
        for piece in tag.evidence:
            if piece.rule == "demonym":
                continue
            over = [span for span in spans if _overlap(piece, span)]
            is_right = any(span[3] == tag.kind for span in over)
            if is_right or not any(span[3] == OTHER for span in over):
                yield tag.kind, is_right, tag.confidence or 0


def sought(tags: Sequence[Tag], spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """For each marked span of a kind that we tag: the kind, and whether it was found."""
    for span in spans:
        if span[3] != OTHER:
            same = (tag for tag in tags if tag.kind == span[3])
            yield span[3], any(_overlap(piece, span) for tag in same for piece in tag.evidence)


def _overlap(piece: Evidence, span: Span) -> bool:
    paragraph, start, end, _ = span
    return piece.paragraph == paragraph and piece.start < end and start < piece.end
