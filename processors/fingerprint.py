"""Fingerprints: 128 bits of BLAKE2b over profile and comparison text.

Profile and text are divided by a NUL, which no profile name holds, so that no two pairs of them
are the same bytes. BLAKE2b of 16 bytes is its own function (RFC 7693), not a longer one cut off.
At a thousand million paragraphs the odds of one collision are about one in 10^21.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from processors.compare import Comparison, comparison, exact
from processors.policy import Compare
from processors.text import Paragraph, Span

SIZE = 16


def fingerprint(compared: Comparison) -> bytes:
    """16 bytes, or none where there is nothing to compare (``length`` 0)."""
    if not compared.length:
        return b""
    data = f"{compared.profile}\0{compared.text}".encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=SIZE).digest()


def paragraphs(
    spans: Sequence[Span], language: str | None = None, compare: Compare = "profile"
) -> tuple[Paragraph, ...]:
    """The paragraphs of an article, with their comparisons made. ``language`` is BCP 47."""
    found: list[Paragraph] = []
    for index, span in enumerate(spans):
        compared = exact(span.text) if compare == "exact" else comparison(span.text, language)
        found.append(
            Paragraph(index, span, compared.profile, compared.length, fingerprint(compared))
        )
    return tuple(found)
