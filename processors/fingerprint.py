"""Fingerprints: 128 bits of BLAKE2b over profile and comparison text.

Profile and text are divided by a NUL, which no profile name holds, so that no two pairs of them
are the same bytes. BLAKE2b of 16 bytes is its own function (RFC 7693), not a longer one cut off.
At a thousand million paragraphs the odds of one collision are about one in 10^21.

News repeats itself: what was made of a paragraph is remembered for the last few thousand, so that
copies, revisions and boilerplate cost a look. It is a memory, never a state: each answer is the one
that would be worked out anew. Bytes compared as they are cost no more than remembering them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b

from processors.compare import (
    EXACT,
    Comparison,
    comparison,
    is_turkic,
    lengths_of,
)
from processors.policy import Compare
from processors.text import Paragraph, Span

SIZE = 16


#: Paragraphs that are remembered, and the characters that one may have: 20 MB of ordinary news, and
#: never more than 70.
_REMEMBERED, _LONGEST = 16_384, 1000

#: Profile, length and fingerprint of a paragraph.
_Made = tuple[str, int, bytes]


def fingerprint(compared: Comparison) -> bytes:
    """16 bytes, or none where there is nothing to compare (``length`` 0)."""
    if not compared.length:
        return b""
    hashed = _begun(compared.profile).copy()
    hashed.update(compared.text.encode("utf-8", "surrogatepass"))
    return hashed.digest()


def paragraphs(
    spans: Sequence[Span],
    language: str | None = None,
    compare: Compare = "profile",
    encoded: Sequence[bytes] | None = None,
) -> tuple[Paragraph, ...]:
    """The paragraphs of an article, with their comparisons made. ``language`` is BCP 47.

    ``encoded``: the texts of the spans in UTF-8, where they are at hand.
    """
    if compare == "exact":
        return _exactly(spans, encoded)
    make = _turkic if language is not None and is_turkic(language) else _profiled
    anew: Callable[[str], _Made] = make.__wrapped__
    found: list[Paragraph] = []
    for index, span in enumerate(spans):
        text = span.text
        profile, length, hashed = make(text) if len(text) <= _LONGEST else anew(text)
        found.append(Paragraph(index, span, profile, length, hashed))
    return tuple(found)


@lru_cache(_REMEMBERED)
def _profiled(text: str) -> _Made:
    compared = comparison(text)
    if not compared.length:
        return compared.profile, 0, b""
    hashed = _begun(compared.profile).copy()
    hashed.update(compared.text.encode("utf-8", "surrogatepass"))
    return compared.profile, compared.length, hashed.digest()


@lru_cache(_REMEMBERED)
def _turkic(text: str) -> _Made:
    return _made(comparison(text, "tr"))


def _exactly(spans: Sequence[Span], encoded: Sequence[bytes] | None) -> tuple[Paragraph, ...]:
    texts = [span.text for span in spans]
    if encoded is None:
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    begun = _begun(EXACT)
    found: list[Paragraph] = []
    lengths = lengths_of(texts, encoded)
    for index, (span, data, length) in enumerate(zip(spans, encoded, lengths, strict=True)):
        digest = b""
        if length:
            hashed = begun.copy()
            hashed.update(data)
            digest = hashed.digest()
        found.append(Paragraph(index, span, EXACT, length, digest))
    return tuple(found)


def _made(compared: Comparison) -> _Made:
    return compared.profile, compared.length, fingerprint(compared)


@cache
def _begun(profile: str) -> blake2b:
    """A hash that has taken in the profile, to be copied."""
    return blake2b(f"{profile}\0".encode(), digest_size=SIZE)
