"""The cleaned item: ninjs 3.1 as IPTC's schema has it (ninjs-schema_3.1.json).

Rules: what the source gave and ninjs has a place for passes through; nothing comes from a clock
(a date that the source does not give is the record's time); keys stand in one fixed order, so that
the same article gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from processors import words
from processors.article import Article
from processors.claims import Owner
from processors.text import Tag
from processors.times import text_of

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
_PLACES = {"place": "places", "person": "people", "organisation": "organisations"}
_ENCODER = msgspec.json.Encoder()


class Body(msgspec.Struct, frozen=True):
    """One body of an item: ``content_type`` is ``text/plain`` or ``text/html``.

    ``written`` is the value as JSON and ``words`` their number in it, where they are known.
    """

    content_type: str
    value: str
    written: bytes | None = None
    words: int | None = None

    def as_ninjs(self) -> dict[str, Any]:
        """As ninjs has it; charCount counts code points, wordCount runs between white space."""
        return {
            "contentType": self.content_type,
            "charCount": len(self.value),
            "wordCount": words.count(self.value) if self.words is None else self.words,
            "value": self.value if self.written is None else msgspec.Raw(self.written),
        }


def clean(
    article: Article,
    family: str,
    time: int,
    language: str,
    bodies: Sequence[Body],
    tags: Sequence[Tag],
) -> dict[str, Any]:
    """The item to publish. ``time`` is the record's, ``language`` the one in force (BCP 47)."""
    extra = dict(article.extra)
    item = _head(article, time)
    item["pubStatus"] = article.pub_status
    if language and language != "und":
        item["language"] = language
    elif article.language:
        item["language"] = article.language
    headlines = [{"role": "main", "value": article.title}] if article.title else []
    headlines += extra.pop("headlines", ())
    if headlines:
        item["headlines"] = headlines
    item["bodies"] = [body.as_ninjs() for body in bodies]
    for field, own in _tagged(tags).items():
        given = list(extra.pop(field, ()))
        known = {tag.get("uri") for tag in given} - {None}
        extra[field] = given + [tag for tag in own if tag.get("uri") not in known]
    if article.source and "infoSources" not in extra:
        extra["infoSources"] = [{"name": article.source}]
    also = list(extra.pop("altIds", ()))
    if family != article.uri:
        also.append({"role": "family", "value": family})
    if article.predecessor:
        also.append({"role": "evolvedFrom", "value": article.predecessor})
    if also:
        extra["altIds"] = also
    if article.embargoed_until:
        item["embargoedUntil"] = article.embargoed_until
    for name in sorted(extra):
        item.setdefault(name, extra[name])
    return item


def canceled(article: Article, time: int) -> dict[str, Any]:
    """The item that takes a uri back: no headline, no body."""
    return {**_head(article, time), "pubStatus": "canceled"}


def stub(article: Article, time: int, language: str, other: Owner) -> dict[str, Any]:
    """A duplicate's item: no body, and the name of the item that has it already."""
    item = {**_head(article, time), "pubStatus": article.pub_status}
    if language and language != "und":
        item["language"] = language
    if article.title:
        item["headlines"] = [{"role": "main", "value": article.title}]
    item["associations"] = [{"name": "duplicateOf", "rel": "duplicateOf", "uri": other.uri}]
    return item


def encode(item: dict[str, Any]) -> bytes:
    """The item as UTF-8 JSON."""
    return _ENCODER.encode(item)


def _head(article: Article, time: int) -> dict[str, Any]:
    head: dict[str, Any] = {"uri": article.uri, "standard": STANDARD, "type": "text"}
    if article.version:
        head["version"] = article.version
    head["versionCreated"] = article.published or text_of(time)
    return head


def _tagged(tags: Sequence[Tag]) -> dict[str, list[dict[str, Any]]]:
    fields: dict[str, list[dict[str, Any]]] = {}
    for tag in tags:
        entry: dict[str, Any] = {"name": tag.name}
        for name in ("rel", "uri", "literal"):
            if (value := getattr(tag, name)) is not None:
                entry[name] = value
        if tag.kind == "subject":
            for name in ("creator", "relevance", "confidence"):
                if (value := getattr(tag, name)) is not None:
                    entry[name] = value
        fields.setdefault(_PLACES.get(tag.kind, "subjects"), []).append(entry)
    return fields
