"""Plain text: the whole value is the body."""

from __future__ import annotations

import hashlib

from processors.article import Article
from processors.formats import values
from processors.formats.base import Field, Format, Incoming, build, fill

FIELDS = (
    Field(("the value",), "body", values.body, "character for character"),
    Field(
        ("the record's key",),
        "uri",
        values.uri,
        "else `urn:sha256:` and the digest of the value, so that the same text sent twice is the "
        "same article",
    ),
)


def claims(incoming: Incoming) -> bool:
    """Whatever was not sent as JSON, HTML or XML and does not look like it."""
    return incoming.data is None and incoming.root is None


def decode(incoming: Incoming) -> Article:
    """The article; a byte order mark is not part of its text. Raises ``BadRecord``."""
    digest = f"urn:sha256:{hashlib.sha256(incoming.record.value or b'').hexdigest()}"
    key = incoming.key or incoming.defaults.get("uri") or digest
    found = fill(FIELDS, {"the value": incoming.text(), "the record's key": key})
    return build(incoming, found, TEXT.name)


TEXT = Format("text", "Plain text.", claims, decode, FIELDS)
