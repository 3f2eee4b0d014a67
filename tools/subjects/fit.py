"""Features of documents and the fit of the linear model.

A document is a point made of two parts that a word adds to: its vector (so that words never
trained on fall near those that were) and the word itself with its beginning and end (so that
training can say more of a word than its vector does). Both are linear, so that after the fit
each word comes to seventeen numbers, and the vectors are no longer needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from processors.tags.subject_words import entries_of
from tools.subjects.vectors import Floats, WordVectors


class Recipe(msgspec.Struct, frozen=True):
    """The numbers of the fit. ``damping``: see ``subject_model.Head``; ``of_vector``,
    ``of_word``, ``of_part``: how freely the three kinds of weights may move; ``unknown``: how
    much of the mean vector a part of an unknown word is worth; ``strength``: the inverse of
    the penalty; ``evenness``: 1 gives all topics the same weight, 0 each what it has;
    ``rounds``, ``settled``: the fit ends when its slope is nowhere above the latter, or after so
    many rounds, which it is not meant to need; ``total``: what all documents weigh together, so
    that the penalty means the same whatever is added.
    """

    damping: float = 0.7
    of_vector: float = 3.0
    of_word: float = 1.0
    of_part: float = 0.5
    unknown: float = 0.35
    strength: float = 30.0
    evenness: float = 0.7
    rounds: int = 800
    settled: float = 1e-5
    total: float = 40_000.0
    least_word: int = 2
    least_part: int = 3


class Features:
    """Which entries the model knows: words with a vector or said in training, and parts."""

    def __init__(
        self, vectors: WordVectors, training: Sequence[Counter[str]], recipe: Recipe
    ) -> None:
        self.vectors, self.recipe = vectors, recipe
        seen = Counter(word for bag in training for word in bag)
        self.known = {word for word, count in seen.items() if count >= recipe.least_word}
        self.known.update(entry for entry in vectors.rows if "*" not in entry)
        parts: Counter[str] = Counter()
        for word, count in seen.items():
            parts.update(dict.fromkeys(filter(None, entries_of(word)[2:]), count))
        self.parts = {part for part, count in parts.items() if count >= recipe.least_part}
        self.parts.update(entry for entry in vectors.rows if "*" in entry)
        self._memo: dict[str, tuple[str, tuple[str, ...]]] = {}
        trained = {self._whole(word) for word in seen} | {p for p in parts if p in self.parts}
        self.columns = {entry: at for at, entry in enumerate(sorted(trained - {""}))}

    def _whole(self, word: str) -> str:
        whole, bare, _, _ = entries_of(word)
        return whole if whole in self.known else bare if bare in self.known else ""

    def looked_up(self, word: str) -> tuple[str, tuple[str, ...]]:
        """The entry that stands for the whole word ("" for none) and its known parts."""
        found = self._memo.get(word)
        if found is None:
            parts = tuple(part for part in entries_of(word)[2:] if part in self.parts)
            found = self._memo[word] = (self._whole(word), parts)
        return found

    def matrix(self, bags: Sequence[Mapping[str, float]]) -> sp.csr_matrix:
        """One row a bag: the dimensions of the vectors, then one column an entry."""
        places: tuple[list[int], list[int], list[float]] = ([], [], [])
        dense: tuple[list[int], list[int], list[float]] = ([], [], [])
        for row, bag in enumerate(bags):
            found = [(*self.looked_up(word), count) for word, count in bag.items()]
            found = [item for item in found if item[0] or item[1]]
            total = sum(1 + np.log(count) for *_, count in found) ** self.recipe.damping
            for whole, parts, count in found:
                value = (1 + np.log(count)) / total
                for entry, share in self._vector_entries(whole, parts):
                    _put(dense, row, self.vectors.rows[entry], value * share)
                for entry, share in self._column_entries(whole, parts):
                    _put(places, row, self.columns[entry], value * share)
        shape = (len(bags), len(self.columns))
        sparse = sp.csr_matrix((places[2], (places[0], places[1])), shape, dtype=np.float32)
        mixed = sp.csr_matrix(
            (dense[2], (dense[0], dense[1])), (len(bags), len(self.vectors.rows)), np.float32
        )
        solid = sp.csr_matrix(mixed @ self.vectors.matrix * self.recipe.of_vector)
        return sp.hstack([solid, sparse]).tocsr()

    def _vector_entries(self, whole: str, parts: tuple[str, ...]) -> list[tuple[str, float]]:
        if whole in self.vectors.rows:
            return [(whole, 1.0)]
        return [(part, self.recipe.unknown) for part in parts if part in self.vectors.rows]

    def _column_entries(self, whole: str, parts: tuple[str, ...]) -> list[tuple[str, float]]:
        entries = [(part, self.recipe.of_part) for part in parts if part in self.columns]
        return [(whole, self.recipe.of_word), *entries] if whole in self.columns else entries

    def table(self, coefficients: Floats, words: Sequence[str]) -> dict[str, Floats]:
        """The weights of every entry: of whole words with those of their parts summed in."""
        size = self.vectors.matrix.shape[1]
        by_vector = self.vectors.matrix @ coefficients[:, :size].T * self.recipe.of_vector
        by_column = coefficients[:, size:].T
        table: dict[str, Floats] = {}
        for word in sorted(set(words) | self.known):
            whole, parts = self.looked_up(word)
            table[whole] = self._sum(by_vector, by_column, whole, parts)
        for part in sorted(self.parts):
            table[part] = self._sum(by_vector, by_column, "", (part,))
        table.pop("", None)
        return table

    def _sum(
        self, by_vector: Floats, by_column: Floats, whole: str, parts: tuple[str, ...]
    ) -> Floats:
        weight = np.zeros(by_column.shape[1], np.float32)
        for entry, share in self._vector_entries(whole, parts):
            weight += by_vector[self.vectors.rows[entry]] * share
        for entry, share in self._column_entries(whole, parts):
            weight += by_column[self.columns[entry]] * share
        return weight


def _put(
    places: tuple[list[int], list[int], list[float]], row: int, column: int, value: float
) -> None:
    places[0].append(row)
    places[1].append(column)
    places[2].append(value)


def fit(
    matrix: sp.csr_matrix,
    topics: Sequence[str],
    weights: npt.NDArray[np.float64],
    recipe: Recipe,
) -> LogisticRegression:
    """A multinomial logistic regression over documents with weights."""
    totals: Counter[str] = Counter()
    for topic, weight in zip(topics, weights, strict=True):
        totals[topic] += weight
    mean = sum(totals.values()) / len(totals)
    evened = np.array([(mean / totals[topic]) ** recipe.evenness for topic in topics])
    weights = weights * evened
    weights *= recipe.total / weights.sum()
    model = LogisticRegression(C=recipe.strength, max_iter=recipe.rounds, tol=recipe.settled)
    return model.fit(matrix, topics, sample_weight=weights)
