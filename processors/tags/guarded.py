"""A newsroom's own tagger, held to the types that output and audit are made of.

Python checks no annotation: a tag whose evidence has its fields in the wrong order would be
published, and its audit record then be readable to nobody. The rules: every field has its type,
shares are 0 to 100, a uri is one, evidence stands inside the text. What breaks one fails the
tagger for that article, as if it had raised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from processors.tags import Tagger
from processors.text import Evidence, Tag, TagText

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Tag])


def guarded(tagger: Tagger) -> Tagger:
    """The tagger, its answers checked before anything is made of them.

    Calling it raises ``TypeError``, ``ValueError`` or ``msgspec.ValidationError`` for an answer
    that breaks a rule, and ``RuntimeError`` where the tagger asks to end the process.
    """

    def checked(text: TagText) -> Sequence[Tag]:
        try:
            answer = list(tagger(text))
        except SystemExit as error:
            raise RuntimeError("the tagger asked to end the process") from error
        if not all(isinstance(tag, Tag) for tag in answer):
            raise TypeError("a tagger answers with tags")
        tags = _DECODER.decode(_ENCODER.encode(answer))
        for tag in tags:
            _check(tag, text)
        return tags

    return checked


def _check(tag: Tag, text: TagText) -> None:
    if tag.uri is not None and not _URI.match(tag.uri):
        raise ValueError(f"not a uri: {tag.uri!r}")
    for share in (tag.relevance, tag.confidence):
        if share is not None and not 0 <= share <= 100:
            raise ValueError(f"not a share of 0 to 100: {share}")
    for piece in tag.evidence:
        if not 0 <= piece.start <= piece.end <= _room(piece, text):
            raise ValueError(f"not in the text: {piece!r}")


def _room(piece: Evidence, text: TagText) -> int:
    """Characters of what the evidence stands in; -1 where there is no such paragraph."""
    if piece.paragraph is None:
        return piece.end
    if piece.paragraph == -1:
        return len(text.title)
    inside = 0 <= piece.paragraph < len(text.paragraphs)
    return len(text.paragraphs[piece.paragraph]) if inside else -1
