"""What an evaluation gives back: rows of figures, one a corpus, language and kind of tag."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

Band = tuple[float, float, int]
"""Tags said with about the same confidence: the mean of what was said and the share that was
right, both 0 to 1, and how many tags there were."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one kind of tag on one corpus. Shares are 0 to 1; None where not measured.

    ``records`` counts texts, ``wanted`` the tags that people gave them. ``calibration`` is the
    expected calibration error: how far, on average, said confidence is from the share that is
    right. ``per_kilobyte`` is microseconds of one core for a kilobyte of UTF-8.
    """

    kind: str
    corpus: str
    language: str
    records: int
    wanted: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    calibration: float | None = None
    per_kilobyte: float | None = None
    note: str = ""
    bands: tuple[Band, ...] = ()


def f1_of(precision: float, recall: float) -> float:
    """The harmonic mean; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def bands_of(sure: Sequence[tuple[int, bool]]) -> tuple[Band, ...]:
    """Confidence, 0 to 100, and whether it was right, in ten bands, empty ones left out."""
    bands: dict[int, list[tuple[int, bool]]] = {}
    for confidence, is_right in sure:
        bands.setdefault(min(confidence // 10, 9), []).append((confidence, is_right))
    return tuple(
        (
            sum(confidence for confidence, _ in band) / 100 / len(band),
            sum(is_right for _, is_right in band) / len(band),
            len(band),
        )
        for _, band in sorted(bands.items())
    )


def error_of(bands: Sequence[Band]) -> float | None:
    """The expected calibration error; None where nothing was said."""
    count = sum(band[2] for band in bands)
    return sum(abs(said - right) * n for said, right, n in bands) / count if count else None
