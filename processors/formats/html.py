"""HTML pages and fragments as values: the whole value is the body."""

from __future__ import annotations

import hashlib
import re
from html import unescape

from processors.article import Article
from processors.formats import values
from processors.formats.base import Field, Format, Incoming, build, fill

_HEAD = 20_000
_TITLE = re.compile(r"<title\b[^>]*>([^<]*)</title", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^>]*\slang\s*=\s*[\"']?([A-Za-z-]+)", re.IGNORECASE)

FIELDS = (
    Field(("the value",), "body", values.body, "character for character"),
    Field(("the record's key",), "uri", values.uri, "else `urn:sha256:` and the value's digest"),
    Field(("<title>",), "title", values.text),
    Field(("<html lang>",), "language", values.language),
)


def claims(incoming: Incoming) -> bool:
    """Values sent as ``text/html``, or that begin as HTML begins."""
    return incoming.data is None and incoming.media in {"text/html", "application/xhtml+xml"}


def decode(incoming: Incoming) -> Article:
    """The article. Raises ``BadRecord``."""
    page = incoming.text()
    digest = f"urn:sha256:{hashlib.sha256(incoming.record.value or b'').hexdigest()}"
    seen: dict[str, object] = {
        "the value": page,
        "the record's key": incoming.key or incoming.defaults.get("uri") or digest,
    }
    if title := _TITLE.search(page, 0, _HEAD):
        seen["<title>"] = unescape(title.group(1))
    if language := _LANGUAGE.search(page, 0, _HEAD):
        seen["<html lang>"] = language.group(1)
    found = fill(FIELDS, seen)
    found["body_type"] = "text/html"
    return build(incoming, found, HTML.name)


HTML = Format("html", "HTML pages and fragments.", claims, decode, FIELDS)
