"""What ``copydesk publish`` sends: files cut into records, each looked at before it goes.

A record is decoded here as the worker will decode it: that gives its key (the article's uri) and
its date, and refuses what would only end among the dead letters. Nothing here talks to Kafka.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from consumers.errors import CopydeskError
from processors.article import Article
from processors.errors import BadRecord
from processors.formats.feeds import Feed, take_apart
from processors.policy import Limits
from processors.records import Header, Record
from processors.times import milliseconds_of

Form = Literal["text", "html", "json", "lines", "xml"]

#: How a file is read, by the end of its name. Whatever else a file is called, it is looked at.
FORMS: dict[str, Form] = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".ninjs": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".xml": "xml",
    ".nitf": "xml",
    ".newsml": "xml",
    ".rss": "xml",
    ".atom": "xml",
}
_CONTENT_TYPES: dict[Form, bytes] = {
    "text": b"text/plain; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "json": b"application/json",
    "lines": b"application/json",
    "xml": b"application/xml",
}
STDIN = "-"
_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


class Piece(msgspec.Struct, frozen=True):
    """One value out of a file. ``number`` counts from 1; ``end`` is the byte it ends before.

    ``only`` says that the file holds nothing else.
    """

    source: str
    number: int
    end: int
    value: bytes
    form: Form | None
    only: bool = False

    @property
    def name(self) -> str:
        """What a person calls it: the file, or the file and the number of the item in it."""
        shown = _called(self.source)
        return shown if self.only else f"{shown}, item {self.number}"


class Letter(msgspec.Struct, frozen=True):
    """A record ready to be sent. ``timestamp`` None means now."""

    key: bytes
    value: bytes | None
    headers: tuple[Header, ...]
    timestamp: int | None = None


class Unfit(CopydeskError):
    """One file or item that is not sent; the message names it and says why."""


#: Decodes a record as the worker will.
Decode = Callable[[Record], Article]


def files(names: Iterable[str]) -> Iterator[str]:
    """The files meant: themselves, those of a directory (by name, no hidden ones), or ``-``."""
    for name in names:
        path = Path(name)
        if name == STDIN or not path.is_dir():
            yield name
            continue
        for each in sorted(path.rglob("*")):
            if each.is_file() and not any(
                part.startswith(".") for part in each.relative_to(path).parts
            ):
                yield str(each)


def pieces(
    source: str, stream: BinaryIO, form: Form | None, limits: Limits
) -> Iterator[Piece | Unfit]:
    """The values of a file, as they are read; JSON lines line by line, feeds entry by entry.

    What a file holds that cannot be sent comes as an ``Unfit`` in its place.
    """
    form = form or FORMS.get(Path(source).suffix.lower())
    head = b""
    if form in (None, "json"):
        head = stream.readline()
        if _is_object(head):
            form = "lines"
    if form == "lines":
        found = _lines(source, head, stream)
        yield from found if source == STDIN else _alone(found)
        return
    value = head + stream.read()
    if form in (None, "json"):
        items = _items(value)
        if items is not None:
            for number, item in enumerate(items, 1):
                yield Piece(source, number, len(value), item, "json")
            return
    if form in (None, "xml"):
        try:
            feed = take_apart(value, limits)
        except BadRecord as bad:
            yield Unfit(f"{_called(source)} cannot be published: {bad}")
            return
        if feed is not None:
            yield from _entries(source, len(value), feed)
            return
    yield Piece(source, 1, len(value), value, form, only=True)


def _entries(source: str, size: int, feed: Feed) -> Iterator[Piece | Unfit]:
    for number, part in enumerate(feed.parts, 1):
        form: Form = "json" if part.content_type == "application/json" else "xml"
        yield Piece(source, number, size, part.value, form)
    if feed.without_text or not feed.parts:
        count = feed.without_text
        held = "one entry" if count == 1 else f"{count:,} entries"
        yield Unfit(
            f"{_called(source)} holds {held} without text of its own, not sent: "
            "nothing is fetched from where feeds link to"
            if count
            else f"{_called(source)} is a feed without entries: nothing to publish"
        )


def _called(source: str) -> str:
    return "standard input" if source == STDIN else source


def _lines(source: str, head: bytes, stream: BinaryIO) -> Iterator[Piece]:
    end = number = 0
    for line in _chain(head, stream):
        end += len(line)
        text = line.removeprefix(_BOM).strip(_SPACE) if not number else line.strip(_SPACE)
        if text:
            number += 1
            yield Piece(source, number, end, text, "lines")


def _alone(found: Iterator[Piece]) -> Iterator[Piece]:
    """The same pieces, the first of them marked where no other follows.

    Not for standard input: there the first would wait until a second comes.
    """
    first = next(found, None)
    if first is None:
        return
    second = next(found, None)
    if second is None:
        yield msgspec.structs.replace(first, only=True)
        return
    yield first
    yield second
    yield from found


def _chain(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    if head:
        yield head
    yield from stream


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line.removeprefix(_BOM)), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _items(value: bytes) -> list[bytes] | None:
    """The elements of a JSON array, bytes as they stand; None where it is not one."""
    if value.removeprefix(_BOM).lstrip(_SPACE)[:1] != b"[":
        return None
    try:
        raw = msgspec.json.decode(value.removeprefix(_BOM), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return [bytes(each) for each in raw]


def headers_of(piece: Piece) -> tuple[Header, ...]:
    """The header that says how a value is to be read, where its file says so."""
    return (("content-type", _CONTENT_TYPES[piece.form]),) if piece.form is not None else ()


def letter(
    piece: Piece, decode: Decode, headers: Iterable[Header] = (), *, dated: bool = False
) -> Letter:
    """The record for a value. Raises Unfit, with the reason a dead letter would have had.

    With ``dated`` the record's time is the article's own, where it has one.
    """
    if not piece.value.strip(_SPACE):
        raise Unfit(f"{piece.name} is empty: nothing to publish")
    sent = [*headers_of(piece), *headers]
    record = Record("", 0, 0, 0, None, piece.value, tuple(sent))
    try:
        article = decode(record)
    except BadRecord as bad:
        raise Unfit(f"{piece.name} cannot be published: {bad}") from None
    return Letter(
        key=article.uri.encode("utf-8", "replace"),
        value=piece.value,
        headers=tuple(sent),
        timestamp=milliseconds(article.published) if dated else None,
    )


def withdrawal(uri: str, headers: Iterable[Header] = ()) -> Letter:
    """The record that takes a uri back: its key, and no value."""
    return Letter(key=uri.encode(), value=None, headers=tuple(headers))


def milliseconds(moment: str | None) -> int | None:
    """An RFC 3339 date as milliseconds since 1970 UTC; None where there is none or it cannot be."""
    since = milliseconds_of(moment) if moment is not None else None
    return since if since is not None and since >= 0 else None
