"""Fingerprints: 128 bits of BLAKE2b over profile and comparison text.

Profile and text are divided by a NUL, which no profile name holds, so that no two pairs of them
are the same bytes. BLAKE2b of 16 bytes is its own function (RFC 7693), not a longer one cut off.
At a thousand million paragraphs the odds of one collision are about one in 10^21.

The paragraphs of several articles are compared together, in rows (``processors.rows``). What a row
is not for, such as Chinese or an emoji, is taken by itself, which costs many times as much, and is
remembered for the last few thousand: copies, revisions and boilerplate then cost a look. It is a
memory, never a state: each answer is the one that would be worked out anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain, islice
from typing import NamedTuple, TypeVar

from processors import folding, weights
from processors.compare import (
    EXACT,
    OTHER,
    Comparison,
    comparison,
    is_turkic,
    length_of,
    profile_of,
)
from processors.policy import Compare
from processors.rows import Row, rows
from processors.text import Paragraph, Span

T = TypeVar("T")

SIZE = 16

#: Paragraphs that are remembered, and the characters that one may have: 20 MB of ordinary news, and
#: never more than 70.
_REMEMBERED, _LONGEST = 16_384, 1000

#: Columns of profiles, lengths, fingerprints and words.
_Columns = tuple[list[str], list[int], list[bytes], list[int | None]]


class Compared(NamedTuple):
    """What of an article is compared: its spans, their texts in UTF-8 where they are at hand, and
    the language in force (BCP 47), None where it is not known.
    """

    spans: Sequence[Span]
    language: str | None = None
    encoded: Sequence[bytes] | None = None


def fingerprint(compared: Comparison) -> bytes:
    """16 bytes, or none where there is nothing to compare (``length`` 0)."""
    if not compared.length:
        return b""
    hashed = _begun(compared.profile).copy()
    hashed.update(compared.text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


def paragraphs(
    spans: Sequence[Span], language: str | None = None, compare: Compare = "profile"
) -> tuple[Paragraph, ...]:
    """The paragraphs of one article, with their comparisons made. ``language`` is BCP 47."""
    return of_articles([Compared(spans, language)], compare)[0]


def of_articles(articles: Sequence[Compared], compare: Compare) -> list[tuple[Paragraph, ...]]:
    """The paragraphs of each article, with their comparisons made."""
    spans = [span for each in articles for span in each.spans]
    texts = [span.text for span in spans]
    if compare == "exact":
        columns = _exactly(texts, _encoded(articles))
    else:
        columns = _folded(texts, _turkic(articles))
    indexes = chain.from_iterable([range(len(each.spans)) for each in articles])
    made = map(Paragraph, indexes, spans, *columns)
    return [tuple(islice(made, len(each.spans))) for each in articles]


def _turkic(articles: Sequence[Compared]) -> set[int]:
    """The positions of all paragraphs of articles in a Turkic language."""
    found: set[int] = set()
    at = 0
    for spans, language, _ in articles:
        if language is not None and is_turkic(language):
            found.update(range(at, at + len(spans)))
        at += len(spans)
    return found


def _folded(texts: Sequence[str], turkic: AbstractSet[int]) -> _Columns:
    columns = profiles, lengths, digests, words = _columns(OTHER, len(texts))
    in_rows, alone = rows(texts, [at for at in range(len(texts)) if at not in turkic], folding.FEW)
    for row in in_rows:
        fold = folding.folded(row)
        if not row.is_ascii:
            _put(profiles, row, map(profile_of, fold.letters, fold.arabic, fold.hebrew))
        _put(lengths, row, fold.lengths)
        _put(words, row, fold.words)
        for at, text in zip(row.positions, fold.texts, strict=True):
            if lengths[at]:
                hashed = _begun(profiles[at]).copy()
                hashed.update(text.rstrip(b" "))
                digests[at] = hashed.digest()
        alone += [row.positions[index] for index in fold.strange]
    for at in alone:
        profiles[at], lengths[at], digests[at] = _by_itself(texts[at])
        words[at] = None
    for at in turkic:
        profiles[at], lengths[at], digests[at] = _made(texts[at], "tr")
    return columns


def _exactly(texts: Sequence[str], encoded: Iterable[bytes]) -> _Columns:
    columns = _, lengths, digests, words = _columns(EXACT, len(texts))
    in_rows, alone = rows(texts, range(len(texts)), weights.FEW)
    for row in in_rows:
        lengths_of_row, words_of_row = weights.weighed(row)
        _put(lengths, row, lengths_of_row)
        _put(words, row, words_of_row)
    for at in alone:
        lengths[at] = length_of(texts[at])
    begun = _begun(EXACT)
    for at, data in enumerate(encoded):
        if lengths[at]:
            hashed = begun.copy()
            hashed.update(data)
            digests[at] = hashed.digest()
    return columns


def _columns(profile: str, size: int) -> _Columns:
    return [profile] * size, [0] * size, [b""] * size, [None] * size


def _put(column: list[T], row: Row, values: Iterable[T]) -> None:
    """Write what was found of a row's paragraphs to their places."""
    for at, value in zip(row.positions, values, strict=True):
        column[at] = value


def _encoded(articles: Sequence[Compared]) -> Iterator[bytes]:
    for spans, _, encoded in articles:
        if encoded is None:
            yield from [span.text.encode("utf-8", "surrogatepass") for span in spans]
        else:
            yield from encoded


def _by_itself(text: str) -> tuple[str, int, bytes]:
    return _remembered(text) if len(text) <= _LONGEST else _made(text)


def _made(text: str, language: str | None = None) -> tuple[str, int, bytes]:
    compared = comparison(text, language)
    return compared.profile, compared.length, fingerprint(compared)


_remembered = lru_cache(_REMEMBERED)(_made)


@cache
def _begun(profile: str) -> blake2b:
    """A hash that has taken in the profile, to be copied."""
    return blake2b(f"{profile}\0".encode(), digest_size=SIZE)
