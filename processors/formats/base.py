"""What a format is: a name, a way to know its own records, a decoder, and its fields as data.

Rules: a decoder reads its fields through the table that the documentation is made from, so that
``docs/formats.md`` cannot say what the code does not do. A decoder raises nothing but
``BadRecord``; what it does not understand and does not need, it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

import msgspec

from processors.article import Article
from processors.errors import BadRecord
from processors.policy import Limits
from processors.records import Record

#: Where a field goes that has a place in ninjs 3.1 but none of its own in ``Article``.
EXTRA = "extra."
#: Objects of no more keys than this have them remembered.
FEW = 50


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A record after the wire: framing gone, content type read, JSON parsed where it is JSON.

    ``media`` is the content type in lower case without parameters, or what the value looks like
    where no content type was sent or the one sent says nothing (``application/octet-stream``).
    ``data`` is the parsed object of a JSON value, and ``json`` what it was parsed from, where that
    is at hand; ``root`` is the root element of an XML value; else they are None. ``key`` is the
    record's key as text.
    """

    record: Record
    limits: Limits
    value: bytes
    media: str
    key: str | None = None
    data: dict[str, Any] | None = None
    json: bytes | None = None
    root: Any = None
    defaults: dict[str, Any] = {}

    def text(self) -> str:
        """The value as text. Raises ``BadRecord`` (``not-utf8``) where it is not strict UTF-8."""
        try:
            return self.value.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise not_utf8(self.value, error) from None


class Field(msgspec.Struct, frozen=True, eq=False):
    """One field of a format and where it goes.

    ``names``: what the source calls it, the first that is there and readable wins. ``to``: a field
    of ``Article``, or ``extra.`` and the ninjs 3.1 name. ``read`` turns the source's value into
    ours, or None where it has no meaning for us; ``note`` is for the documentation.
    """

    names: tuple[str, ...]
    to: str
    read: Callable[[Any], Any]
    note: str = ""


class Format(msgspec.Struct, frozen=True, eq=False):
    """One way in which articles arrive. ``about`` and ``left_out`` are for the documentation.

    ``may``: whether a JSON object with these names may be of this format at all, whatever their
    values; asked once for all objects with the same names. None: ``claims`` is always asked.
    """

    name: str
    about: str
    claims: Callable[[Incoming], bool]
    decode: Callable[[Incoming], Article]
    fields: tuple[Field, ...] = ()
    left_out: str = ""
    may: Callable[[AbstractSet[str]], bool] | None = None


def not_utf8(value: bytes, error: UnicodeDecodeError) -> BadRecord:
    """The refusal of bytes that are not UTF-8, naming the first bad one by line and place."""
    line = value.count(b"\n", 0, error.start) + 1
    return BadRecord(
        "not-utf8",
        f"the value is not UTF-8: byte 0x{value[error.start]:02x} at offset {error.start} "
        f"(line {line}) cannot stand there; send it as UTF-8",
    )


#: Where a field goes, whether that is in ``extra``, how it is read, and its names.
Row = tuple[str, bool, Callable[[Any], Any], tuple[str, ...]]


def fill(fields: tuple[Field, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an ``Article`` that ``fields`` find in ``data``; ``extra`` among them."""
    if isinstance(data, dict) and len(data) <= FEW:
        return filled(_present(fields, tuple(data)), data)
    return filled(_rows(fields), data)


def filled(rows: tuple[Row, ...], data: Mapping[str, Any]) -> dict[str, Any]:
    """The same by the rows of those fields."""
    found: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for to, more, read, names in rows:
        for name in names:
            raw = data.get(name)
            if raw is None:
                continue
            value = read(raw)
            if value is None:
                continue
            (extra if more else found).setdefault(to, value)
            break
    if extra:
        found["extra"] = extra
    return found


class Reader:
    """The fields of a format whose objects have the same few names all day; see ``fill``."""

    __slots__ = ("_fields", "_rows")

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self._fields = fields
        self._rows = lru_cache(256)(self._present)

    def __call__(self, data: dict[str, Any]) -> dict[str, Any]:
        """See ``fill``."""
        if len(data) > FEW:
            return fill(self._fields, data)
        return filled(self._rows(tuple(data)), data)

    def _present(self, names: tuple[str, ...]) -> tuple[Row, ...]:
        return _present.__wrapped__(self._fields, names)


@lru_cache(256)
def _present(fields: tuple[Field, ...], names: tuple[str, ...]) -> tuple[Row, ...]:
    """Those of ``fields`` that have any of ``names``: a few of many, and the same for a feed."""
    there = set(names)
    return tuple(_row(each) for each in fields if not there.isdisjoint(each.names))


@lru_cache(64)
def _rows(fields: tuple[Field, ...]) -> tuple[Row, ...]:
    return tuple(map(_row, fields))


def _row(field: Field) -> Row:
    more = field.to.startswith(EXTRA)
    return field.to[len(EXTRA) :] if more else field.to, more, field.read, field.names


def build(incoming: Incoming, found: dict[str, Any], format_name: str) -> Article:
    """The article of what a decoder found, with the record's key and headers filling the gaps.

    ``uri`` in the value beats the key; a status of ``canceled`` makes it a withdrawal. Raises
    ``BadRecord`` (``no-uri``, ``no-body``, ``too-large``) where it makes no article.
    """
    found.setdefault("uri", incoming.key or incoming.defaults.get("uri") or "")
    for name in ("source", "published"):
        if name not in found and name in incoming.defaults:
            found[name] = incoming.defaults[name]
    if "alt_ids" in incoming.defaults:
        extra = found.setdefault("extra", {})
        extra["altIds"] = [*extra.get("altIds", []), *incoming.defaults["alt_ids"]]
    if found.get("pub_status") == "canceled" and found.get("kind", "text") == "text":
        found["kind"] = "withdrawal"
    if found.get("kind") == "withdrawal":
        found.pop("body", None)
    body = found.get("body", "")
    limit = incoming.limits.max_body
    if len(body) * 4 > limit and (size := len(body.encode("utf-8", "replace"))) > limit:
        raise BadRecord(
            "too-large",
            f"the body of {found['uri']!r} has {size} bytes, {limit} are allowed "
            "(COPYDESK_MAX_BODY); send it in parts or raise the limit",
            "validate",
        )
    return Article(format=format_name, **found)
