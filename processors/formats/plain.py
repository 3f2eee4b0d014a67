"""The plain JSON form: a flat object with the fields of the contract, section 3."""

from __future__ import annotations

import msgspec

from processors.article import Article
from processors.formats import values
from processors.formats.base import Field, Format, Incoming, Reader, build
from processors.formats.ninjs import PASSED

FIELDS = (
    Field(("uri", "id"), "uri", values.uri, "else the record's key"),
    Field(("family",), "family", values.number_or_text),
    Field(("evolvedFrom", "evolvedfrom"), "predecessor", values.number_or_text),
    Field(("version",), "version", values.number_or_text, "text or number"),
    Field(("source",), "source", values.text),
    Field(("title", "headline"), "title", values.text),
    Field(("body", "text"), "body", values.body),
    Field(("bodyType",), "body_type", values.body_type, "text/plain where it is not said"),
    Field(("language",), "language", values.language),
    Field(("published",), "published", values.date),
    Field(("embargoedUntil",), "embargoed_until", values.embargo),
    Field(("pubStatus",), "pub_status", values.status),
    *PASSED,
)

_READ = Reader(FIELDS)


class _Written(msgspec.Struct):
    """The body of an object as it is written."""

    body: msgspec.Raw = msgspec.Raw(b"")


_WRITTEN = msgspec.json.Decoder(_Written)


def claims(incoming: Incoming) -> bool:
    """Every JSON object that no other format knows."""
    return incoming.data is not None


def decode(incoming: Incoming) -> Article:
    """The article; unknown fields are ignored. Raises ``BadRecord``."""
    found = _READ(incoming.data or {})
    if incoming.json is not None and found.get("body_type") != "text/html":
        written = bytes(_WRITTEN.decode(incoming.json).body)
        if written.startswith(b'"'):  # else it is named otherwise
            found["written"] = written
    return build(incoming, found, PLAIN.name)


PLAIN = Format(
    "plain",
    "A flat JSON object, the form for feeds of one's own.",
    claims,
    decode,
    FIELDS,
    "every other field",
)
