"""NewsML 1.x news items: the older envelope that AFP and Business Wire, among others, still send.

Rules: of the content items the longest text is judged; headlines, captions and style sheets that
come as content items of their own are not. A message of several news items is taken apart before
(``copydesk publish``).
"""

from __future__ import annotations

from typing import Any

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import nitf, shapes, values, xml
from processors.formats.base import EXTRA, Field, Format, Incoming, build, fill
from processors.formats.nitf import first
from processors.formats.xml import Element, Paths, text_of

Nodes = list[Element | str]
_NOT_THE_STORY = frozenset(("stylesheet", "headline", "subheadline", "caption", "summary"))
_TEXTS = frozenset(("text", "complextext", ""))


def status(value: str) -> str | None:
    """``Status``. One embargoed is held back until ``StatusWillChange`` says when it is not."""
    return "withheld" if value.strip().lower() == "embargoed" else values.status(value)


def future(nodes: Nodes) -> str | None:
    """When the item becomes usable."""
    for node in nodes:
        if isinstance(node, str):
            continue
        then = Paths(node).get("FutureStatus/@FormalName", [""])
        if text_of(then[0]).lower() == "usable":
            moment = node.find("DateAndTime")
            return values.embargo(text_of(moment)) if moment is not None else None
    return None


def subject_codes(nodes: Nodes) -> list[dict[str, str]] | None:
    """Subject codes of IPTC, each once."""
    codes = [
        each.get("FormalName", "").strip()
        for node in nodes
        if not isinstance(node, str)
        for each in node
    ]
    return [shapes.concept("subj", code) for code in dict.fromkeys(codes) if code.isdigit()] or None


def formal_names(nodes: Nodes) -> list[dict[str, str]] | None:
    """Names that stand in attributes, each once."""
    return [{"name": name} for name in dict.fromkeys(map(text_of, nodes)) if name] or None


def judged(nodes: Nodes) -> str | None:
    """The longest text among the content items, as HTML."""
    texts = [
        text
        for node in nodes
        if not isinstance(node, str)
        for component in node.iter("NewsComponent")
        if not _named_as_other(component)
        for content in component.findall("ContentItem")
        for data in content.findall("DataContent")
        if (text := _text(data))
    ]
    return max(texts, key=len, default=None)


def _named_as_other(component: Element) -> bool:
    role = component.find("Role")
    return role is not None and role.get("FormalName", "").lower() in _NOT_THE_STORY


def _text(data: Element) -> str:
    inner: Any = next(iter(data), None)
    if inner is not None and inner.tag == "nitf":
        return nitf.body_of_root(inner).strip()
    if inner is None:
        return xml.paragraphs("".join(data.itertext()))
    return xml.from_html_root(data).strip()


_MANAGED = "NewsManagement/"
_NAMED = "Identification/NewsIdentifier/"
_LINES = "NewsComponent/NewsLines/"
_DESCRIBED = "NewsComponent/DescriptiveMetadata/"
_PARTY = "NewsComponent/AdministrativeMetadata/"
#: Lines stand in the outer news component, or in the one inside it.
_INNER = "NewsComponent/NewsComponent/NewsLines/"
FIELDS = (
    Field((_NAMED + "PublicIdentifier",), "uri", first(values.text), "else the record's key"),
    Field((_NAMED + "RevisionId",), "version", first(values.text)),
    Field(
        (_PARTY + "Provider/Party/@FormalName", _PARTY + "Source/Party/@FormalName",
         _NAMED + "ProviderId"), "source", first(values.text)),
    Field((_MANAGED + "ThisRevisionCreated",), "published", first(values.date)),
    Field((_MANAGED + "StatusWillChange",), "embargoed_until", future),
    Field((_MANAGED + "Status/@FormalName",), "pub_status", first(status),
          "`Embargoed` without a date is withheld"),
    Field((_LINES + "HeadLine", _INNER + "HeadLine"), "title", first(values.text)),
    Field((_DESCRIBED + "Language/@FormalName", "@lang"), "language", first(values.language)),
    Field(("NewsComponent",), "judged", judged,
          "of the content items, whole or in parts, the longest text: NITF, XHTML or plain"),
    Field((_MANAGED + "FirstCreated",), EXTRA + "firstCreated", first(values.date)),
    Field((_MANAGED + "Urgency/@FormalName",), EXTRA + "urgency", first(shapes.whole(1, 9))),
    Field((_LINES + "SubHeadLine", _INNER + "SubHeadLine"), EXTRA + "headlines", nitf.headings),
    Field((_LINES + "ByLine", _INNER + "ByLine"), EXTRA + "by", first(values.text)),
    Field((_LINES + "DateLine", _INNER + "DateLine"), EXTRA + "located", first(values.text)),
    Field((_LINES + "SlugLine", _INNER + "SlugLine"), EXTRA + "slugline", first(values.text)),
    Field((_LINES + "CopyrightLine",), EXTRA + "copyrightNotice", first(values.text)),
    Field(("NewsComponent/RightsMetadata/UsageRights/UsageType",), EXTRA + "usageTerms",
          first(values.text)),
    Field((_DESCRIBED + "SubjectCode",), EXTRA + "subjects", subject_codes),
    Field((_DESCRIBED + "Genre/@FormalName",), EXTRA + "genres", formal_names),
    Field((_DESCRIBED + "Location/Property[@FormalName=City]/@Value",), EXTRA + "places",
          formal_names),
)  # fmt: skip


def claims(incoming: Incoming) -> bool:
    """XML whose root is ``NewsML``."""
    return incoming.root is not None and incoming.root.tag == "NewsML"


def decode(incoming: Incoming) -> Article:
    """The article. Raises ``BadRecord`` (``many-items`` where it holds more than one)."""
    items = incoming.root.findall("NewsItem")
    if len(items) != 1:
        raise BadRecord(
            "many-items",
            f"the NewsML message holds {len(items)} items; send each item as a record of its own "
            "(copydesk publish takes them apart)",
        )
    item = items[0]
    found = fill(FIELDS, Paths(item))
    if "embargoed_until" in found and found.get("pub_status") == "withheld":
        found["pub_status"] = "usable"
    media = {text_of(each).lower() for each in _media(item)}
    body = found.pop("judged", None)
    if media and not body and not media & _TEXTS:
        found["kind"] = "other"
    found["body"], found["body_type"] = body or "", "text/html" if body else "text/plain"
    return build(incoming, found, NEWSML1.name)


def _media(item: Element) -> list[str]:
    return [each.get("FormalName", "") for each in item.iter("MediaType")]


NEWSML1 = Format(
    "newsml-1",
    "NewsML 1.x news items, as AFP and Business Wire send them.",
    claims,
    decode,
    FIELDS,
    "NewsEnvelope, AssociatedWith, OfInterestTo, Metadata, captions and pictures",
)
