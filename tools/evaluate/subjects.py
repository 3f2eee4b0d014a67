"""Subjects on news that its outlets filed under a section.

An outlet's section is one label of an article that may well be about two things, and sections
are cut differently everywhere: a tag that is not the section counts as wrong here even where a
reader would let it stand. ``f1`` is the macro average, over the sections that a set has, of the
first top-level subject said (all seventeen being allowed as answers; none said is wrong);
``precision`` and ``recall`` are of all top-level subjects said. ``baseline`` rows are by the
names of the topics alone, as they stand in the text.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from consumers.resources import read
from processors.tags import PreparedText, Tagger, prepare
from processors.tags.subject_topics import Topics, load_topics
from processors.tags.subject_words import words_of
from processors.tags.subjects import load_subjects
from processors.text import TagText
from tools.evaluate.rows import Row, bands_of, error_of
from tools.subjects import corpora as readers
from tools.subjects.corpora import Document

KIND, BASELINE, SHORT = "subject", "subject (names alone)", "subject (cut headline)"
CUTS = (3, 5, 8, 12, 20)
"""Words to which headlines are cut, to see what confidence is worth in short texts. Of every two
articles the second is taken: the first ones set the factors of ``subject_model``."""
CUT_LANGUAGES = ("ar", "en", "fr")
UNSEEN, SEEN = "outlet never trained on", "outlet trained on"
HELD = "outlet trained on, these articles not"
SETS: tuple[tuple[str, Callable[[Path], Iterator[Document]]], ...] = (
    (UNSEEN, readers.saudinewsnet),
    (UNSEEN, readers.masakhanews),
    (SEEN, readers.ant_corpus),
    (HELD, readers.farsnews_held),
    (SEEN, readers.farsnews_taught),
    ("single sentences, never trained on", lambda folder: readers.sib200(folder, "dev")),
)
Prepared = tuple[PreparedText, str]


def run(corpora: Path) -> list[Row]:
    """A row a corpus and language, and one by names alone, for the corpora that are there."""
    tagger, topics = (
        load_subjects(read("topics.json"), read("subjects.bin")),
        load_topics(read("topics.json")),
    )
    rows: list[Row] = []
    for note, reader in SETS:
        by_set: dict[tuple[str, str], list[Prepared]] = defaultdict(list)
        for document in reader(corpora):
            if document.topic:
                by_set[document.source, document.language].append(_prepared(document))
        for (corpus, language), texts in sorted(by_set.items()):
            rows.append(_judged(tagger, topics, corpus, language, note, texts))
            if language in topics.languages:
                rows.append(_named(topics, corpus, language, note, texts))
            if note == UNSEEN and language in CUT_LANGUAGES:
                for words in CUTS:
                    cut = [_cut(text, wanted, words) for text, wanted in texts[1::2]]
                    short = _judged(tagger, topics, corpus, language, f"{words} words", cut)
                    rows.append(msgspec.structs.replace(short, kind=SHORT))
    return rows


def _cut(text: PreparedText, wanted: str, words: int) -> Prepared:
    title = " ".join(text.title.split()[:words])
    return prepare(TagText(text.language, title, ())), wanted


def _prepared(document: Document) -> Prepared:
    text = TagText(document.language, document.title, document.paragraphs)
    return prepare(text), f"{document.topic}000000"


def _judged(
    tagger: Tagger,
    topics: Topics,
    corpus: str,
    language: str,
    note: str,
    texts: Sequence[Prepared],
) -> Row:
    firsts: list[str] = []
    sure: list[tuple[int, bool]] = []
    found, size, spent = 0, 0, 0.0
    for text, wanted in texts:
        size += sum(len(line.encode()) for line in (text.title, *text.paragraphs))
        began = time.process_time()
        tags = tagger(text)
        spent += time.process_time() - began
        codes = [(tag.uri or "").removeprefix("medtop:") for tag in tags]
        roots = [code for code in codes if topics.roots[code] == code]
        firsts.append(roots[0] if roots else "")
        found += wanted in roots
        sure += [
            (tag.confidence or 0, code == wanted)
            for tag, code in zip(tags, codes, strict=True)
            if code in roots
        ]
    bands = bands_of(sure)
    return Row(
        kind=KIND, corpus=corpus, language=language, records=len(texts), wanted=len(texts),
        precision=sum(right for _, right in sure) / max(1, len(sure)),
        recall=found / len(texts), f1=macro_f1([wanted for _, wanted in texts], firsts),
        calibration=error_of(bands), per_kilobyte=spent / size * 1e9, note=note, bands=bands,
    )  # fmt: skip


def _named(topics: Topics, corpus: str, language: str, note: str, texts: Sequence[Prepared]) -> Row:
    said = [_most_named(topics, text, language) for text, _ in texts]
    wanted = [code for _, code in texts]
    right = sum(one == other for one, other in zip(said, wanted, strict=True))
    return Row(
        kind=BASELINE, corpus=corpus, language=language, records=len(texts), wanted=len(texts),
        precision=right / max(1, sum(map(bool, said))), recall=right / len(texts),
        f1=macro_f1(wanted, said), note=note,
    )  # fmt: skip


def _most_named(topics: Topics, text: PreparedText, language: str) -> str:
    folded = text.folded.text if text.folded else ""
    votes: Counter[str] = Counter()
    for named in topics.named(Counter(words_of(folded)), language, topics.roots):
        votes[topics.roots[named.code]] += len(named.spans(folded, 9))
    best = max(votes.items(), key=lambda vote: (vote[1], vote[0]), default=("", 0))
    return best[0] if best[1] else ""


def macro_f1(wanted: Sequence[str], said: Sequence[str]) -> float:
    """The mean, over the labels that are wanted, of each label's F1."""
    right: Mapping[str, int] = Counter(a for a, b in zip(wanted, said, strict=True) if a == b)
    both = Counter(chain(wanted, said))
    labels = sorted(set(wanted))
    return sum(2 * right[label] / both[label] for label in labels) / max(1, len(labels))
