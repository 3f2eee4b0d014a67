"""The words in which text is passed about: a paragraph, and the text a tagger reads.

Offsets are in characters (Unicode code points) of the judged body, never in bytes.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Script = str


class Span(msgspec.Struct, frozen=True, gc=False):
    """A maximal run of text that the source set apart (see ``processors.split``).

    ``body[start:end]`` is the place in the judged body; ``text`` is what a reader sees there
    (for plain text the same characters, for HTML with tags gone and entities decoded).
    ``listed``: it stands in a list or begins with a list marker, so it is never dropped singly.
    """

    start: int
    end: int
    text: str
    listed: bool = False


class Paragraph(msgspec.Struct, frozen=True, gc=False):
    """A span with its comparison made: what the judgement sees.

    ``length`` counts letters, marks and digits of the comparison text, a Han character as three.
    ``fingerprint`` is 16 bytes, or empty where there is nothing to compare (``length`` 0).
    ``words`` are those of the span's own text, as ``str.split`` finds them; None: not counted yet.
    """

    index: int
    span: Span
    profile: str
    length: int
    fingerprint: bytes
    words: int | None = None


TagKind = Literal["subject", "place", "person", "organisation"]


class Evidence(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Which words made a tag. ``paragraph`` is its index, -1 the title, None the whole text.

    ``start`` and ``end`` are characters of that paragraph's ``text``; ``rule`` names the rule.
    """

    paragraph: int | None
    start: int
    end: int
    text: str
    rule: str


class Tag(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tag, in ninjs words. ``relevance`` and ``confidence`` are integers of 0 to 100."""

    kind: TagKind
    name: str
    uri: str | None = None
    creator: str | None = None
    literal: str | None = None
    rel: str | None = None
    relevance: int | None = None
    confidence: int | None = None
    evidence: tuple[Evidence, ...] = ()


class TagText(msgspec.Struct, frozen=True):
    """What a tagger reads: the language in force (BCP 47), title and paragraphs, dropped or not.

    A paragraph that stood before in the same words is empty.
    """

    language: str
    title: str
    paragraphs: tuple[str, ...]
    source_subjects: tuple[str, ...] = ()
