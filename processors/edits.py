"""Cutting pieces out of a body, and putting them back.

The audit keeps every piece that was cut, so that output and audit together give the original
back, character for character. Offsets are characters of the original body, never bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec


class Edit(msgspec.Struct, frozen=True, gc=False):
    """One piece cut out: ``text`` stood at ``offset`` of the original body."""

    offset: int
    text: str


def cut(body: str, pieces: Iterable[tuple[int, int]]) -> tuple[str, tuple[Edit, ...]]:
    """``body`` without ``pieces``, and the edits that undo it.

    ``pieces`` are (start, end) in characters, ascending and not overlapping, or ``ValueError`` is
    raised; empty ones are passed over.
    """
    kept: list[str] = []
    edits: list[Edit] = []
    at = 0
    for start, end in pieces:
        if not at <= start <= end <= len(body):
            raise ValueError(f"piece {start}:{end} overlaps, runs backward or leaves the body")
        if start == end:
            continue
        kept.append(body[at:start])
        edits.append(Edit(start, body[start:end]))
        at = end
    if not edits:
        return body, ()
    kept.append(body[at:])
    return "".join(kept), tuple(edits)


def restore(cleaned: str, edits: Sequence[Edit]) -> str:
    """The original body: the exact inverse of ``cut``.

    Raises ``ValueError`` where the edits do not belong to this text (they point past its end).
    """
    parts: list[str] = []
    taken = original = 0
    for edit in edits:
        gap = edit.offset - original
        if gap < 0 or taken + gap > len(cleaned):
            raise ValueError(f"the edit at {edit.offset} does not fit this text")
        parts.append(cleaned[taken : taken + gap])
        parts.append(edit.text)
        taken += gap
        original = edit.offset + len(edit.text)
    parts.append(cleaned[taken:])
    return "".join(parts)
