"""Files that hold many articles: RSS 2.0 and 1.0, Atom and NewsML messages, taken apart.

Rules: a feed is not a record. ``copydesk publish`` takes a file apart with this and sends each
article as a record of its own, in the plain JSON form; the worker refuses a feed as one record.
Nothing is fetched: what a feed only links to is not here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from html import escape
from typing import Any
from xml.etree.ElementTree import tostring

import msgspec

from processors.formats import values, xml
from processors.formats.base import EXTRA, Field, fill
from processors.formats.newsml import ITEMS
from processors.formats.nitf import first
from processors.formats.xml import Element, Paths, text_of
from processors.html import split_html
from processors.policy import Limits

Nodes = list[Element | str]
_ENCODER = msgspec.json.Encoder()


class Part(msgspec.Struct, frozen=True):
    """One article of a file, as a record to be sent: its key, its value, and its content type."""

    uri: str
    value: bytes
    content_type: str


class Feed(msgspec.Struct, frozen=True):
    """A file taken apart. ``without_text`` counts the entries that hold no text of their own."""

    kind: str
    parts: tuple[Part, ...]
    without_text: int = 0


def plain(nodes: Nodes) -> str | None:
    """A title: feeds write it as text or as HTML, and do not always say which."""
    text = text_of(nodes[0])
    if "<" in text or "&" in text:
        text = " ".join(span.text for span in split_html(text).spans)
    return text or None


def html(nodes: Nodes) -> str | None:
    """The HTML of an element that holds it escaped (RSS), or as Atom's ``type`` says."""
    for node in nodes:
        if isinstance(node, str):
            continue
        said = node.get("type", "html")
        if "xhtml" in said:
            source = xml.from_html_root(node[0] if len(node) else node)
        elif said in {"text", "text/plain"}:
            source = escape(text_of(node), quote=False)
        else:
            source = "".join(node.itertext()).strip()
        if source.strip():
            return source
    return None


def permanent(nodes: Nodes) -> str | None:
    """A link or identifier."""
    return values.text(text_of(nodes[0]))


def categories(nodes: Nodes) -> list[dict[str, str]] | None:
    """Categories as subjects: their label or text, and their term where it says more."""
    found = []
    for node in nodes:
        if isinstance(node, str):
            continue
        term = node.get("term", "")
        name = node.get("label") or text_of(node) or term
        found.append({"name": name, **({"literal": term} if term not in {"", name} else {})})
    return [each for each in found if each["name"]] or None


_RSS = (
    Field(("guid", "link"), "uri", permanent, "else `urn:sha256:` and the digest of the body"),
    Field(("encoded", "description"), "body", html, "`content:encoded` before `description`"),
    Field(("title",), "title", plain),
    Field(("pubDate", "date"), "published", first(values.date)),
    Field(("source",), "source", first(values.text), "else the title of the channel"),
    Field(("creator", "author"), EXTRA + "by", first(values.text)),
    Field(("category",), EXTRA + "subjects", categories),
)
_ATOM = (
    Field(("id", "link[@rel=alternate]/@href"), "uri", permanent),
    Field(("content", "summary"), "body", html),
    Field(("title",), "title", plain),
    Field(("updated",), "version", first(values.date)),
    Field(("published", "updated"), "published", first(values.date)),
    Field(("source/title",), "source", first(values.text), "else the title of the feed"),
    Field(("@lang", "content/@lang"), "language", first(values.language)),
    Field(("author/name",), EXTRA + "by", first(values.text)),
    Field(("category",), EXTRA + "subjects", categories),
    Field(("rights",), EXTRA + "copyrightNotice", first(values.text)),
)
_CHANNEL = (
    Field(("channel/title", "title"), "source", first(values.text)),
    Field(("channel/language", "@lang"), "language", first(values.language)),
    Field(("channel/copyright", "rights"), EXTRA + "copyrightNotice", first(values.text)),
)
#: For the documentation: what is read of an entry, and of the feed around it for every entry.
FIELDS: Mapping[str, tuple[Field, ...]] = {"RSS": _RSS, "Atom": _ATOM, "the feed itself": _CHANNEL}


def take_apart(value: bytes, limits: Limits) -> Feed | None:
    """The articles of a file that holds many; None for any other file, which is one record.

    Raises ``BadRecord`` where it is XML that cannot be read.
    """
    head = value.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if head != b"<" or not _maybe_feed(value):
        return None
    root = xml.parse(xml.decoded(value, ""), limits.max_depth)
    reading = {"rss": ("item", _RSS), "RDF": ("item", _RSS), "feed": ("entry", _ATOM)}
    if root.tag in reading:
        entry, fields = reading[root.tag]
        kind = "atom" if root.tag == "feed" else "rss"
        return _feed(kind, root, list(root.iter(entry)), fields)
    if root.tag == "newsMessage":
        items = [each for each in root.iter() if each.tag in ITEMS]
        return Feed("newsml-g2", tuple(map(_newsml_part, items)))
    if root.tag == "NewsML":
        items = root.findall("NewsItem")
        return Feed("newsml-1", tuple(map(_newsml1_part, items))) if len(items) > 1 else None
    return None


def _maybe_feed(value: bytes) -> bool:
    return any(
        name in value[:5000] for name in (b"<rss", b"RDF", b"feed", b"newsMessage", b"NewsML")
    )


def _feed(kind: str, root: Element, entries: list[Element], fields: tuple[Field, ...]) -> Feed:
    around = _flat(fill(_CHANNEL, Paths(root)))
    parts = []
    for entry in entries:
        found = around | _flat(fill(fields, Paths(entry)))
        if not found.get("body"):
            continue
        digest = hashlib.sha256(found["body"].encode("utf-8", "replace")).hexdigest()
        found.setdefault("uri", f"urn:sha256:{digest}")
        found["bodyType"] = "text/html"
        parts.append(Part(found["uri"], _ENCODER.encode(found), "application/json"))
    return Feed(kind, tuple(parts), len(entries) - len(parts))


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    return {**found.pop("extra", {}), **found}


def _newsml_part(item: Element) -> Part:
    value = tostring(item, encoding="unicode").encode()
    return Part(item.get("guid") or "", value, "application/xml")


def _newsml1_part(item: Element) -> Part:
    named = item.find("Identification/NewsIdentifier/PublicIdentifier")
    value = f"<NewsML>{tostring(item, encoding='unicode')}</NewsML>".encode()
    return Part(text_of(named) if named is not None else "", value, "application/xml")
