"""The judged body: split into paragraphs, and put together again without some of them.

Rules: what is published of a plain body is the source's own characters; of an HTML body it is the
source less the dropped blocks and whatever could run, and a plain text beside it made of the kept
paragraphs. Every piece removed is told, with its place, so that ``processors.edits.restore`` gives
the source back.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Protocol

import msgspec

from processors import html, split
from processors.article import Article
from processors.edits import Edit
from processors.errors import BadRecord
from processors.fingerprint import Compared
from processors.item import Body
from processors.policy import Limits
from processors.text import Span

_ENCODER = msgspec.json.Encoder()
_N = ord("n")


class Judged(Protocol):
    """A body that can be judged."""

    spans: tuple[Span, ...]

    def compared(self, language: str) -> Compared:
        """What is to be compared, ``language`` (BCP 47) being in force."""
        ...

    def in_utf8(self) -> bytes:
        """The whole body."""
        ...

    def without(
        self, dropped: Sequence[int], *, told: bool = True, words: Sequence[int] = ()
    ) -> tuple[tuple[Body, ...], tuple[Edit, ...]]:
        """The bodies to publish without the paragraphs of those indexes, and all that was cut.

        Where it need not be ``told`` what was cut, that may be left out. ``words`` are those of
        each paragraph, where they were counted.
        """
        ...


def judged_body(article: Article, limits: Limits) -> Judged:
    """Split an article's body.

    Raises:
        BadRecord: ``too-many-paragraphs``, or ``no-body`` where markup is all there is.
    """
    judged: Judged
    if article.body_type == "text/html":
        judged = HtmlBody(article.body)
    else:
        judged = PlainBody(article.body, article.written)
    if not judged.spans:
        raise BadRecord("no-body", f"article {article.uri!r} has no text in its body", "split")
    if len(judged.spans) > limits.max_paragraphs:
        raise BadRecord(
            "too-many-paragraphs",
            f"article {article.uri!r} has {len(judged.spans):,} paragraphs, more than the "
            f"{limits.max_paragraphs:,} that COPYDESK_MAX_PARAGRAPHS allows",
            "split",
        )
    return judged


class PlainBody:
    """A body of plain text.

    It is written as JSON once, by its source or here when it is split: that gives the item its body
    and the fingerprints their bytes, and characters beyond ASCII are turned into UTF-8 once.
    """

    __slots__ = ("_encoded", "_only_lines", "_written", "body", "spans")

    def __init__(self, body: str, written: bytes | None = None) -> None:
        self.body = body
        encoded = _lines_written(written) if written is not None else None
        self._only_lines = encoded is not None
        if written is None or encoded is None:
            written = _json(body)
            data = body.encode("utf-8", "surrogatepass")
            encoded = _lines(data)
            if written is not None:
                # Between its quotes each LF takes a byte more than by itself; other escapes, more.
                self._only_lines = len(written) == len(data) + len(encoded) + 1
        self._written = written
        lines = split.by_lines(body, written)
        self.spans = split.split_plain(body) if lines is None else tuple(lines)
        self._encoded = None if lines is None else encoded

    def compared(self, language: str) -> Compared:
        """See ``Judged``."""
        return Compared(self.spans, language, self._encoded)

    def in_utf8(self) -> bytes:
        """See ``Judged``."""
        if self._encoded is None:
            return self.body.encode("utf-8", "surrogatepass")
        return b"\n".join(self._encoded)

    def without(
        self, dropped: Sequence[int], *, told: bool = True, words: Sequence[int] = ()
    ) -> tuple[tuple[Body, ...], tuple[Edit, ...]]:
        """See ``Judged``."""
        if self._encoded is None:
            cleaned, edits = split.remove(self.body, self.spans, dropped)
            return (Body("text/plain", cleaned, None if dropped else self._written),), edits
        count = sum(words) - sum([words[i] for i in dropped]) if words else None
        if not dropped:
            return (Body("text/plain", self.body, self._written, count),), ()
        kept = bytearray(b"\1" * len(self.spans))
        for index in dropped:
            kept[index] = 0
        cleaned = "\n".join([span.text for span in compress(self.spans, kept)])
        written = None
        if self._only_lines:
            written = b'"%b"' % b"\\n".join(compress(self._encoded, kept))
        edits = split.edits(self.body, self.spans, dropped) if told else ()
        return (Body("text/plain", cleaned, written, count),), edits


def _lines(data: bytes) -> list[bytes]:
    """The lines of a text: ``bytes.split`` takes twice the time where they are long."""
    found: list[bytes] = []
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        found.append(data[at:end])
        at = end + 1
    found.append(data[at:])
    return found


def _lines_written(written: bytes) -> list[bytes] | None:
    """The lines of a text in JSON; None where more is escaped in it than LF, perhaps without need.

    With LF alone it is, byte for byte, what would be written here.
    """
    found: list[bytes] = []
    at = 1
    while (end := written.find(b"\\", at)) >= 0:
        if written[end + 1] != _N:
            return None
        found.append(written[at:end])
        at = end + 2
    found.append(written[at:-1])
    return found


def _json(text: str) -> bytes | None:
    """A text as JSON in UTF-8; None for one that cannot be written, a half character in it."""
    try:
        return _ENCODER.encode(text)
    except UnicodeEncodeError:
        return None


class HtmlBody:
    """A body of HTML, published as HTML and as plain text."""

    __slots__ = ("body", "parsed", "spans")

    def __init__(self, body: str) -> None:
        self.body = body
        self.parsed = html.split_html(body)
        self.spans = self.parsed.spans

    def compared(self, language: str) -> Compared:
        """See ``Judged``."""
        return Compared(self.spans, language)

    def in_utf8(self) -> bytes:
        """See ``Judged``."""
        return self.body.encode("utf-8", "surrogatepass")

    def without(
        self, dropped: Sequence[int], *, told: bool = True, words: Sequence[int] = ()
    ) -> tuple[tuple[Body, ...], tuple[Edit, ...]]:
        """See ``Judged``."""
        del told  # it comes with the cutting
        cleaned, edits = html.remove(self.body, self.parsed, dropped)
        gone = frozenset(dropped)
        text = "\n\n".join([s.text for i, s in enumerate(self.spans) if i not in gone])
        count = sum(words) - sum([words[i] for i in dropped]) if words else None
        return (Body("text/html", cleaned), Body("text/plain", text, words=count)), edits
