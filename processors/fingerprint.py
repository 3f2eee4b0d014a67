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
    ascii_length,
    comparison,
    is_turkic,
    length_of,
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
    spans: Sequence[Span], language: str | None = None, compare: Compare = "profile"
) -> tuple[Paragraph, ...]:
    """The paragraphs of an article, with their comparisons made. ``language`` is BCP 47."""
    make = _turkic if language is not None and is_turkic(language) else _profiled
    remembered: Callable[[str], _Made] = make
    anew: Callable[[str], _Made] = make.__wrapped__
    if compare == "exact":
        remembered = anew = _exact
    found: list[Paragraph] = []
    for index, span in enumerate(spans):
        text = span.text
        profile, length, hashed = remembered(text) if len(text) <= _LONGEST else anew(text)
        found.append(Paragraph(index, span, profile, length, hashed))
    return tuple(found)


@lru_cache(_REMEMBERED)
def _profiled(text: str) -> _Made:
    return _made(comparison(text))


@lru_cache(_REMEMBERED)
def _turkic(text: str) -> _Made:
    return _made(comparison(text, "tr"))


def _exact(text: str) -> _Made:
    data = text.encode("utf-8", "surrogatepass")
    length = ascii_length(data) if len(data) == len(text) else length_of(text)
    if not length:
        return EXACT, 0, b""
    hashed = _begun(EXACT).copy()
    hashed.update(data)
    return EXACT, length, hashed.digest()


def _made(compared: Comparison) -> _Made:
    return compared.profile, compared.length, fingerprint(compared)


@cache
def _begun(profile: str) -> blake2b:
    """A hash that has taken in the profile, to be copied."""
    return blake2b(f"{profile}\0".encode(), digest_size=SIZE)
