"""NewsML-G2 news items (IPTC), alone or as the only item of a news message.

Rules: QCodes are resolved by the item's own catalog and the aliases of IPTC that feeds use; remote
catalogs are never fetched, and a code of an unknown scheme stays a literal. Items of other kinds
than text (packages, planning, concepts, pictures) pass through as they came.
"""

from __future__ import annotations

import re
from typing import Any

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import nitf, shapes, values, xml
from processors.formats.base import EXTRA, Field, Format, Incoming, build, fill
from processors.formats.nitf import first
from processors.formats.xml import Element, Paths, text_of

Nodes = list[Element | str]
ITEMS = frozenset(
    ("newsItem", "packageItem", "planningItem", "conceptItem", "knowledgeItem", "catalogItem")
)
#: Concept types of IPTC's ``cpnat`` -> the field of ninjs that such a subject belongs to.
_KINDS = {
    "person": "people",
    "organisation": "organisations",
    "geoArea": "places",
    "poi": "places",
    "event": "events",
    "object": "objects",
}


def concepts(nodes: Nodes, **also: str) -> list[dict[str, Any]]:
    """Elements that name a concept, as ninjs has them; ``also`` maps further attributes."""
    found = []
    for node in nodes:
        if isinstance(node, str):
            continue
        entry: dict[str, Any] = {}
        if name := _name(node):
            entry["name"] = name
        if uri := shapes.uri(node.get("uri")):
            entry["uri"] = uri
        elif code := node.get("qcode") or node.get("literal"):
            entry |= shapes.concept(None, code.strip())
        for attribute, field in also.items():
            entry[field] = node.get(attribute)
        if entry:
            found.append(entry)
    return found


def _name(node: Element) -> str:
    name = node.find("name")
    return text_of(name if name is not None else node)


def subjects_of(kind: str) -> Any:
    """A reading of the subjects that belong to one field of ninjs."""

    def read(nodes: Nodes) -> Any:
        mine = [
            node
            for node in nodes
            if not isinstance(node, str)
            and _KINDS.get(node.get("type", "").rpartition(":")[2], "subjects") == kind
        ]
        if kind == "subjects":
            coded = {name: name for name in ("creator", "relevance", "confidence")}
            return shapes.subjects(concepts([*mine], **coded))
        check = {"people": shapes.people, "organisations": shapes.organisations}
        return check.get(kind, shapes.objects)(concepts([*mine]))

    return read


def name_of(nodes: Nodes) -> str | None:
    """The name of the first that has one, else its literal or code."""
    for node in nodes:
        if isinstance(node, str):
            return values.text(node)
        plain = _name(node) or node.get("literal") or node.get("qcode", "").rpartition(":")[2]
        if plain.strip():
            return plain.strip()
    return None


def genres(nodes: Nodes) -> Any:
    """The genres."""
    return shapes.genres(concepts(nodes))


def sources(nodes: Nodes) -> Any:
    """The sources of the information."""
    return shapes.info_sources(concepts(nodes, role="role"))


def texts(nodes: Nodes) -> list[dict[str, Any]] | None:
    """Headlines or descriptions, with their roles."""
    found = []
    for node in nodes:
        if not isinstance(node, str) and (text := text_of(node)):
            role = node.get("role", "").rpartition(":")[2]
            found.append({**({"role": role} if role else {}), "value": text})
    return found or None


def alt_ids(nodes: Nodes) -> Any:
    """The other identifiers."""
    found = [
        {"role": node.get("type", "").rpartition(":")[2], "value": text_of(node)}
        for node in nodes
        if not isinstance(node, str)
    ]
    return shapes.alt_ids(found)


def notes(nodes: Nodes) -> str | None:
    """Notes to editors, those not for publication and formatted ones left out."""
    said = [
        text_of(node)
        for node in nodes
        if not isinstance(node, str) and not node.get("pubconstraint") and len(node) == 0
    ]
    return "\n".join(filter(None, said)) or None


def item_kind(nodes: Nodes) -> str | None:
    """``other`` for all item classes but text and composite news text."""
    return "other" if text_of(nodes[0]).rpartition(":")[2].rpartition("/")[2] != "text" else None


def embargo(nodes: Nodes) -> str | None:
    """The end of the embargo; an empty element (an embargo without end) is read by ``decode``."""
    return values.embargo(text_of(nodes[0]))


#: Some feeds send paragraphs as tags and call it text/plain.
_MARKED_UP = re.compile(r"\s*<(?:p|div|h[1-6])[\s>]", re.IGNORECASE)


def judged(nodes: Nodes) -> tuple[str, str] | None:
    """The body to be judged and its type."""
    found = [_body(node) for node in nodes if not isinstance(node, str)]
    return next((each for each in found if each[0]), None)


def _body(item: Element) -> tuple[str, str]:
    plain = ("", "text/plain")
    for part in item.iter("inlineXML"):
        said = part.get("contenttype", "")
        root = part[0] if len(part) else part
        source = ""
        if root.tag == "nitf" or "nitf" in said:
            source = nitf.body_of_root(root)
        elif root.tag in {"html", "body", "div", "section", "article", "p"} or "html" in said:
            source = xml.from_html_root(part)
        if source.strip():
            return source, "text/html"
    for part in item.iter("inlineData"):
        text = "".join(part.itertext())
        if not text.strip():
            continue
        if "html" in part.get("contenttype", "") or _MARKED_UP.match(text):
            return text, "text/html"
        plain = plain if plain[0] else (text, "text/plain")
    return plain


_ITEM = "itemMeta/"
_CONTENT = "contentMeta/"
FIELDS = (
    Field(("@guid",), "uri", first(values.text), "else the record's key"),
    Field(("@version",), "version", first(values.text)),
    Field((_ITEM + "itemClass/@qcode", _ITEM + "itemClass/@uri"), "kind", item_kind,
          "all but text pass through unchanged"),
    Field((_ITEM + "provider",), "source", name_of),
    Field((_ITEM + "versionCreated",), "published", first(values.date)),
    Field((_ITEM + "embargoed",), "embargoed_until", embargo, "an empty one: withheld"),
    Field((_ITEM + "pubStatus/@qcode", _ITEM + "pubStatus/@uri"), "pub_status",
          first(values.status)),
    Field((_ITEM + "link[@rel=irel:evolvedFrom]/@residref",
           _ITEM + "link[@rel=itemrel:evolvedFrom]/@residref"), "predecessor", first(values.text)),
    Field((_CONTENT + "language/@tag", "@lang"), "language", first(values.language)),
    Field((_CONTENT + "headline",), "headlines", texts,
          "the first is the title, the others pass through"),
    Field(("contentSet",), "judged", judged,
          "`inlineXML` (XHTML or NITF) before `inlineData` (HTML or text): the first with text"),
    Field((_ITEM + "firstCreated",), EXTRA + "firstCreated", first(values.date)),
    Field((_ITEM + "profile",), EXTRA + "profile", first(values.text)),
    Field((_ITEM + "title",), EXTRA + "title", first(values.text)),
    Field((_ITEM + "edNote",), EXTRA + "edNote", notes, "not those with a pubconstraint"),
    Field((_CONTENT + "contentCreated",), EXTRA + "contentCreated", first(values.date)),
    Field((_CONTENT + "urgency",), EXTRA + "urgency", first(shapes.whole(1, 9))),
    Field((_CONTENT + "by",), EXTRA + "by", first(values.text)),
    Field((_CONTENT + "creator",), EXTRA + "by", name_of, "where there is no by"),
    Field((_CONTENT + "located",), EXTRA + "located", name_of),
    Field((_CONTENT + "slugline",), EXTRA + "slugline", first(values.text)),
    Field((_CONTENT + "description",), EXTRA + "descriptions", texts),
    Field((_CONTENT + "infoSource",), EXTRA + "infoSources", sources),
    Field((_CONTENT + "genre",), EXTRA + "genres", genres),
    *(
        Field((_CONTENT + "subject",), EXTRA + kind, subjects_of(kind),
              "by the subject's type" if kind != "subjects" else "of no other kind")
        for kind in ("subjects", "people", "organisations", "places", "events", "objects")
    ),
    Field((_ITEM + "altId", _CONTENT + "altId"), EXTRA + "altIds", alt_ids),
    Field(("rightsInfo/copyrightHolder",), EXTRA + "copyrightHolder", name_of),
    Field(("rightsInfo/copyrightNotice",), EXTRA + "copyrightNotice", first(values.text)),
    Field(("rightsInfo/usageTerms",), EXTRA + "usageTerms", first(values.text)),
)  # fmt: skip


def claims(incoming: Incoming) -> bool:
    """XML whose root is an item of NewsML-G2 or a news message."""
    root = incoming.root
    return root is not None and (root.tag in ITEMS or root.tag == "newsMessage")


def decode(incoming: Incoming) -> Article:
    """The article. Raises ``BadRecord`` (``many-items`` for a message of several)."""
    item = _only_item(incoming.root)
    for aliased in item.iter():
        if (code := aliased.get("qcode")) and (uri := _resolved(item, code)):
            aliased.set("uri", uri)
    found = fill(FIELDS, Paths(item))
    if item.tag != "newsItem":
        found["kind"] = "other"
    if _embargoed_without_end(item):
        found.setdefault("pub_status", "withheld")
        found["pub_status"] = {"usable": "withheld"}.get(found["pub_status"], found["pub_status"])
    headlines = found.pop("headlines", None) or []
    if headlines:
        found["title"] = headlines[0]["value"]
        if headlines[1:]:
            found.setdefault("extra", {})["headlines"] = headlines[1:]
    found["body"], found["body_type"] = found.pop("judged", ("", "text/plain"))
    return build(incoming, found, NEWSML.name)


def _only_item(root: Element) -> Element:
    if root.tag != "newsMessage":
        return root
    items = [each for each in root.iter() if each.tag in ITEMS]
    if len(items) != 1:
        raise BadRecord(
            "many-items",
            f"the news message holds {len(items)} items; send each item as a record of its own "
            "(copydesk publish takes them apart)",
        )
    return items[0]


def _resolved(item: Element, code: str) -> str | None:
    """A QCode's URI by the item's own catalog, where it says."""
    alias, _, rest = code.partition(":")
    for scheme in item.iter("scheme"):
        if scheme.get("alias") == alias and (base := scheme.get("uri")):
            return shapes.uri(base + rest)
    return None


def _embargoed_without_end(item: Element) -> bool:
    empty = Paths(item).get(_ITEM + "embargoed", [])
    return bool(empty) and not text_of(empty[0])


NEWSML = Format(
    "newsml-g2",
    "NewsML-G2 news items, alone or as the only one of a news message. Other items pass through.",
    claims,
    decode,
    FIELDS,
    "service, signal, link (but evolvedFrom), contributor, audience, keyword, dateline, "
    "creditline, assert, inlineRef, remoteContent, remote catalogs",
)
