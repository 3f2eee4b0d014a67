"""Labels for texts that have none, by the big embedding model: what the small model learns from.

A classifier over whole-text vectors of multilingual-e5-small reads headlines written for this
(``tools/subjects_headlines.txt``) and a few articles of the corpora that may be trained on,
then says of unlabelled sentences and articles which topics they have. One sentence of SIB-200
stands in fifty languages: the English one is read for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from tools.subjects.corpora import Document
from tools.subjects.vectors import Embedder, Floats

READ = 350
"""Characters of a text that are embedded: a headline and a lead."""
NEWS = {
    "15": 0.17, "11": 0.18, "04": 0.14, "01": 0.10, "16": 0.08, "02": 0.08, "07": 0.07,
    "13": 0.06, "03": 0.05, "14": 0.03, "10": 0.03, "12": 0.03, "05": 0.03, "06": 0.03,
    "09": 0.02, "17": 0.02, "08": 0.01,
}  # fmt: skip
"""About what share of general news each topic has; an estimate, not a count."""
BELIEVED = 0.5
"""How far that estimate is believed, as the power it is raised to."""
LEAST = 0.15
SHARPNESS = 2.0
FREEDOM = 10.0


class Labelled(msgspec.Struct, frozen=True):
    """A document, a topic it has, and how much this counts."""

    document: Document
    topic: str
    weight: float
    kind: str


def headlines(path: Path) -> Iterator[Document]:
    """The headlines, each a document with a title alone."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            head, text = line.split(": ", 1)
            topic, language = head.split()
            yield Document("headlines", language, topic, text.strip(), ())


def beginning(document: Document) -> str:
    """The text that is embedded of a document."""
    text = " ".join(document.paragraphs)
    return (f"{document.title}. {text}" if document.title else text)[:READ]


class Teacher:
    """Says which topics a text has; made from labelled documents and their weights."""

    def __init__(self, embedder: Embedder, lessons: Sequence[tuple[Document, float]]) -> None:
        self._embedder = embedder
        points = embedder.embed([beginning(document) for document, _ in lessons])
        self._middle = points.mean(axis=0)
        self._model = LogisticRegression(C=FREEDOM, max_iter=300, class_weight="balanced")
        self._model.fit(
            points - self._middle,
            [str(document.topic) for document, _ in lessons],
            sample_weight=[weight for _, weight in lessons],
        )
        self._prior = BELIEVED * np.log([NEWS[topic] for topic in self._model.classes_])

    def shares(self, documents: Sequence[Document]) -> Floats:
        """One row a document, one column a topic, each row summing to one."""
        points = self._embedder.embed([beginning(document) for document in documents])
        sums = self._model.decision_function(points - self._middle) + self._prior
        sums = np.exp(SHARPNESS * (sums - sums.max(axis=1, keepdims=True)))
        return np.asarray(sums / sums.sum(axis=1, keepdims=True), np.float32)

    def label(self, documents: Sequence[Document], kind: str) -> list[Labelled]:
        """Each document once for every topic that it has a fair share of."""
        rows = zip(documents, self.shares(documents), strict=True)
        return [label for document, row in rows for label in self._split(document, row, kind)]

    def label_parallel(self, documents: Iterable[Document], kind: str) -> list[Labelled]:
        """The same of sentences that stand in many languages, one ``group`` a sentence."""
        everywhere = list(documents)
        english = [document for document in everywhere if document.language == "en"]
        groups = {document.group: row for row, document in enumerate(english)}
        shares = self.shares(english)
        return [
            label
            for document in everywhere
            if document.group in groups
            for label in self._split(document, shares[groups[document.group]], kind)
        ]

    def _split(self, document: Document, row: Floats, kind: str) -> Iterator[Labelled]:
        fair = np.where(row >= LEAST, row, 0)
        for at in np.flatnonzero(fair).tolist():
            topic = str(self._model.classes_[at])
            yield Labelled(document, topic, float(fair[at] / fair.sum()), kind)
