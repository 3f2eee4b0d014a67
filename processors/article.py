"""An article: one record of the input topic, decoded by a format (see ``processors.formats``).

Rules: bytes are decoded once, at the edge; an ``Article`` is frozen and valid when built; what
the source gave and ninjs 3.1 has a place for travels in ``extra`` under its ninjs 3.1 name.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from processors.errors import BadRecord

Kind = Literal["text", "withdrawal", "other"]
BodyType = Literal["text/plain", "text/html"]
PubStatus = Literal["usable", "withheld", "canceled"]

#: Longest uri and family, in bytes of JSON: an audit may have to name one a paragraph.
MAX_URI = 1000

PUB_STATUSES: frozenset[str] = frozenset(("usable", "withheld", "canceled"))


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one story, as its source sent it.

    ``kind``: ``text`` is judged; ``withdrawal`` takes the uri back; ``other`` (a picture, a video,
    a package) passes through unchanged. ``family`` is the source's own word for the story, where it
    gives one; ``predecessor`` the uri of the item it says it evolved from. ``version`` is kept as
    the source wrote it. ``published`` and ``embargoed_until`` are RFC 3339 texts. ``format`` names
    the decoder, for the audit. ``written`` is the body as its source wrote it in JSON, quotes and
    all, where that is at hand.
    """

    uri: str
    kind: Kind = "text"
    format: str = "plain"
    family: str | None = None
    predecessor: str | None = None
    version: str | None = None
    source: str | None = None
    title: str | None = None
    body: str = ""
    body_type: BodyType = "text/plain"
    language: str | None = None
    published: str | None = None
    embargoed_until: str | None = None
    pub_status: PubStatus = "usable"
    extra: dict[str, Any] = {}
    written: bytes | None = None

    def __post_init__(self) -> None:
        uri, family = self.uri, self.family
        if not uri or uri.isspace():
            raise BadRecord(
                "no-uri", "the article has no uri and the record no key", stage="validate"
            )
        # A character takes six bytes of JSON at the most, an escaped one.
        if len(uri) * 6 > MAX_URI:
            _refuse_long("uri", uri)
        if family is not None and len(family) * 6 > MAX_URI:
            _refuse_long("family", family)
        body = self.body
        if self.kind == "text" and (not body or body.isspace()):
            raise BadRecord("no-body", f"article {uri!r} has no text in its body", "validate")


def _refuse_long(what: str, name: str) -> None:
    if _json_size(name) > MAX_URI:
        message = f"the {what} {name[:60]!r}... is longer than {MAX_URI} bytes"
        raise BadRecord("uri-too-long", message, stage="validate")


def _json_size(text: str) -> int:
    return len(msgspec.json.encode(text.encode("utf-8", "replace").decode())) - 2
