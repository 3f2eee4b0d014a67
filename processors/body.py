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
    and the fingerprints their bytes, and characters beyond ASCII are turned into UTF-8 once. In a
    body that is all lines, ``_encoded`` are their texts, which may stand in the JSON as they are.
    """

    __slots__ = ("_encoded", "_lines", "_stands_as_it_is", "_written", "body", "spans")

    def __init__(self, body: str, written: bytes | None = None) -> None:
        self.body = body
        lines = split.by_lines(body)
        encoded = None
        if written is not None:
            between = _BETWEEN[lines.between if lines is not None else "\n"]
            tail = _escaped(lines.tail) if lines is not None and lines.tail else b""
            encoded = _texts(written, between, tail + b'"', 1)
        self._stands_as_it_is = encoded is not None
        if encoded is None:
            written = _json(body)
            if lines is not None:
                data = body.encode("utf-8", "surrogatepass")
                encoded = _texts(data, lines.between.encode(), lines.tail.encode())
                # Between its quotes each line end takes a byte more than by itself.
                breaks = len(lines.between) * (len(lines.spans) - 1) + len(lines.tail)
                self._stands_as_it_is = (
                    written is not None and len(written) == len(data) + breaks + 2
                )
        if lines is None or encoded is None or split.has_rare_end(body, written):
            lines, encoded = None, []
        self._lines, self._encoded, self._written = lines, encoded, written
        self.spans = split.split_otherwise(body) if lines is None else tuple(lines.spans)

    def compared(self, language: str) -> Compared:
        """See ``Judged``."""
        return Compared(self.spans, language, self._encoded or None)

    def in_utf8(self) -> bytes:
        """See ``Judged``."""
        if self._lines is None:
            return self.body.encode("utf-8", "surrogatepass")
        joined = self._lines.between.encode().join(self._encoded)
        return joined + self._lines.tail.encode() if self._lines.tail else joined

    def without(
        self, dropped: Sequence[int], *, told: bool = True, words: Sequence[int] = ()
    ) -> tuple[tuple[Body, ...], tuple[Edit, ...]]:
        """See ``Judged``."""
        lines = self._lines
        if lines is None:
            cleaned, edits = split.remove(self.body, self.spans, dropped)
            return (Body("text/plain", cleaned, None if dropped else self._written),), edits
        count = sum(words) - sum([words[i] for i in dropped]) if words else None
        if not dropped:
            return (Body("text/plain", self.body, self._written, count),), ()
        kept = bytearray(b"\1" * len(self.spans))
        for index in dropped:
            kept[index] = 0
        texts = [span.text for span in compress(self.spans, kept)]
        cleaned = lines.between.join(texts) + lines.tail
        written = None
        if self._stands_as_it_is:
            between, tail = _BETWEEN[lines.between], _escaped(lines.tail)
            written = b'"%b%b"' % (between.join(compress(self._encoded, kept)), tail)
        edits = split.edits(self.body, self.spans, dropped) if told else ()
        return (Body("text/plain", cleaned, written, count),), edits


def _texts(data: bytes, between: bytes, tail: bytes, at: int = 0) -> list[bytes] | None:
    """The texts from ``at`` on between which that stands, and behind the last one the tail.

    None where the first byte of what stands between them stands anywhere else, and for another
    tail. ``bytes.split`` takes twice the time where texts are long.
    """
    if not data.endswith(tail):
        return None
    first, width, last = between[:1], len(between), between[-1]
    data = data[: len(data) - len(tail)]
    found: list[bytes] = []
    while (end := data.find(first, at)) >= 0:
        # Behind the first byte of a pair there is always one more: it is escaped, or was found so.
        if width == 2 and data[end + 1] != last:
            return None
        if width > 2 and data[end : end + width] != between:
            return None
        found.append(data[at:end])
        at = end + width
    found.append(data[at:])
    return found


def _escaped(line_ends: str) -> bytes:
    """Line ends as they are written in JSON."""
    return line_ends.replace("\r", "\\r").replace("\n", "\\n").encode()


#: What may stand between two lines, as it is written in JSON.
_BETWEEN = {between: _escaped(between) for between in split.BETWEEN}


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
