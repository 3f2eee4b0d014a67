"""ninjs of all three generations, told apart by their shape (IPTC's ninjs-schema 1.0 to 3.1).

Rules: one table serves all three, each row with the names of generation 3, 2 and 1; a feed that
mixes them is read all the same. Of several bodies one is judged, HTML before NITF before text, and
the others are left out. Items that are not text pass through as they came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import nitf, shapes, values
from processors.formats.base import EXTRA, Field, Format, Incoming, build, fill

#: ninjs 3.1 name, how it is read, and the names of generations 2 and 1.
_PASSED = (
    ("representationType", shapes.one_of("full", "partial", complete="full", incomplete="partial"),
     "representationtype"),
    ("profile", values.text),
    ("firstCreated", values.date, "firstcreated"),
    ("contentCreated", values.date, "contentcreated"),
    ("expires", values.date),
    ("urgency", shapes.whole(1, 9)),
    ("copyrightHolder", values.text, "copyrightholder"),
    ("copyrightNotice", values.text, "copyrightnotice"),
    ("usageTerms", values.text, "usageterms"),
    ("edNote", values.text, "ednote"),
    ("by", values.text, "byline"),
    ("slugline", values.text),
    ("located", values.text),
    ("descriptions", shapes.texts, "description_*"),
    ("people", shapes.people, "person"),
    ("organisations", shapes.organisations, "organisation"),
    ("places", shapes.places, "place"),
    ("subjects", shapes.subjects, "subject"),
    ("events", shapes.events, "event"),
    ("objects", shapes.objects, "object"),
    ("infoSources", shapes.info_sources, "infosources", "infosource"),
    ("genres", shapes.genres, "genre"),
    ("altIds", shapes.alt_ids, "altids"),
    ("renditions", shapes.renditions),
    ("trustIndicators", shapes.trust_indicators, "trustindicators", "trustindicator"),
    ("rightsInfo", shapes.rights_info, "rightsinfo"),
    ("digitalSourceType", shapes.digital_source_type, "digitalsourcetype"),
)  # fmt: skip
PASSED = tuple(Field((name, *earlier), EXTRA + name, read) for name, read, *earlier in _PASSED)
_OTHER = frozenset(
    ("audio", "video", "picture", "graphic", "composite", "component", "event", "planning")
)
_LISTS = {"body": "bodies", "headline": "headlines", "description": "descriptions"}
_GENERATION_1 = frozenset(
    ("person", "organisation", "place", "subject", "event", "object", "infosource", "genre",
     "trustindicator", "byline", "mimetype", "located", "charcount", "wordcount", "$standard")
)  # fmt: skip
_HTML = re.compile(r"</(?:p|div|h[1-6]|ul|ol|table|section|article)>|<br\s*/?>|<p>", re.IGNORECASE)


def kind(value: Any) -> str | None:
    """``other`` for the types that are not text; a type that ninjs does not know says nothing."""
    return "other" if isinstance(value, str) and value.strip().lower() in _OTHER else None


def associations(value: Any) -> list[dict[str, Any]] | None:
    """The associated items in the shape of 3.1; one without a name or a uri is left out."""
    if isinstance(value, dict):
        named = [{"name": name, **each} for name, each in value.items() if isinstance(each, dict)]
    elif isinstance(value, list):
        named = [each for each in value if isinstance(each, dict)]
    else:
        return None
    return [good for each in named if (good := _associated(each)) is not None] or None


def _associated(value: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        found = fill(_ASSOCIATED, gather(value))
    except BadRecord:  # its status or embargo cannot be read: safer without it
        return None
    item: dict[str, Any] = found.get("extra", {})
    return item if "uri" in item and "name" in item else None


PASSED = (*PASSED, Field(("associations",), EXTRA + "associations", associations))
_ASSOCIATED = (
    *PASSED,
    Field(("uri", "guid"), EXTRA + "uri", shapes.uri),
    Field(("name",), EXTRA + "name", values.text),
    Field(("rel",), EXTRA + "rel", values.text),
    Field(("type",), EXTRA + "type", shapes.news_type),
    Field(("version",), EXTRA + "version", values.number_or_text),
    Field(("versionCreated", "versioncreated"), EXTRA + "versionCreated", values.date),
    Field(("embargoedUntil", "embargoed"), EXTRA + "embargoedUntil", values.embargo),
    Field(("pubStatus", "pubstatus"), EXTRA + "pubStatus", values.status),
    Field(("language",), EXTRA + "language", values.language),
    Field(("title",), EXTRA + "title", values.text),
    Field(("headlines",), EXTRA + "headlines", shapes.texts),
    Field(("bodies",), EXTRA + "bodies", shapes.texts),
)
FIELDS = (
    Field(("uri", "id"), "uri", values.uri, "else the record's key"),
    Field(("type",), "kind", kind, "all but `text` pass through unchanged"),
    Field(("version",), "version", values.number_or_text),
    Field(("versionCreated", "versioncreated"), "published", values.date),
    Field(("embargoedUntil", "embargoed"), "embargoed_until", values.embargo),
    Field(("pubStatus", "pubstatus"), "pub_status", values.status),
    Field(("language",), "language", values.language),
    Field(("evolvedFrom", "evolvedfrom"), "predecessor", values.number_or_text, "not in IPTC's"),
    Field(
        ("headlines", "headline", "headline_*"),
        "headlines",
        shapes.texts,
        "the first is the title, the others pass through",
    ),
    Field(("title",), EXTRA + "title", values.text, "the title too, where there is no headline"),
    Field(
        ("bodies", "body_html", "body_xhtml", "body_text", "body_*"),
        "bodies",
        lambda value: value,
        "one is judged: HTML before NITF before text",
    ),
    *PASSED,
)


def gather(data: Mapping[str, Any]) -> dict[str, Any]:
    """The item with what generation 1 spread over names (``body_text``) in the lists of 2 and 3."""
    item = dict(data)
    for single, plural in _LISTS.items():
        if isinstance(data.get(plural), list):
            continue
        listed: list[Any] = []
        for name, value in data.items():
            if name == single and single == "headline":
                listed.insert(0, {"value": value})
            elif name.startswith(single + "_"):
                role = name[len(single) + 1 :]
                listed.append({"role": role, "contentType": _TYPE_OF.get(role), "value": value})
        if listed:
            item[plural] = listed
    for name in ("renditions", "altIds", "altids"):
        if isinstance(inner := data.get(name), dict):
            item[name] = [
                {"name": key, **each} if isinstance(each, dict) else {"role": key, "value": each}
                for key, each in inner.items()
            ]
    return item


_TYPE_OF = {"html": "text/html", "xhtml": "text/html", "text": "text/plain", "nitf": "nitf"}


def choose(bodies: Any) -> tuple[str, str]:
    """The body to be judged and its type (``text/html``, ``text/plain`` or ``nitf``).

    Raises ``BadRecord`` where one is not text (``wrong-type``) or none can be read (``body-type``).
    """
    best: tuple[int, str, str] | None = None
    unread = ""
    for index, each in enumerate(bodies if isinstance(bodies, list) else [bodies]):
        if not isinstance(each, dict) or not isinstance(value := each.get("value"), str):
            given = each.get("value") if isinstance(each, dict) else each
            raise BadRecord(
                "wrong-type", f"body {index + 1} is {values.kind_of(given)}, it must be text"
            )
        media = str(each.get("contentType") or each.get("contenttype") or "").lower()
        rank, body_type = _rank(media, value)
        if not value.strip():
            continue
        if rank > 3:
            unread = media
        elif best is None or rank < best[0]:
            best = (rank, body_type, value)
    if best is None and unread:
        raise BadRecord(
            "body-type", f"a body of type {unread[:60]!r} cannot be read; send text or HTML"
        )
    return (best[2], best[1]) if best else ("", "text/plain")


def _rank(media: str, value: str) -> tuple[int, str]:
    if "nitf" in media or ("xml" in media and "<nitf" in value[:1000]):
        return 1, "nitf"
    if "html" in media or (not media and _HTML.search(value)):
        return 0, "text/html"
    if media.startswith("text/plain") or not media:
        return 2, "text/plain"
    return (3, "text/plain") if media.startswith("text/") and "xml" not in media else (4, "")


def item_of(incoming: Incoming, fields: tuple[Field, ...], name: str) -> Article:
    """The article of a ninjs-like object read by ``fields``. Raises ``BadRecord``."""
    data = gather(incoming.data or {})
    found = fill(fields, data)
    extra: dict[str, Any] = found.setdefault("extra", {})
    headlines = found.pop("headlines", None) or []
    main = next((each for each in headlines if "html" not in each.get("contentType", "")), None)
    found.setdefault("title", main["value"] if main else extra.get("title"))
    if rest := [each for each in headlines if each is not main]:
        extra["headlines"] = rest
    if "source" not in found and (source := _source(extra)):
        found["source"] = source
    bodies = found.pop("bodies", None)
    body, body_type = choose(bodies) if bodies is not None else ("", "text/plain")
    if body_type == "nitf":
        body, body_type = nitf.body_of(body, incoming.limits.max_depth), "text/html"
    if "kind" not in found and not body.strip() and _shows_no_text(data):
        found["kind"] = "other"
    found["body"], found["body_type"] = body, body_type
    return build(incoming, found, name)


def _source(extra: Mapping[str, Any]) -> str | None:
    named = extra.get("infoSources") or []
    first = next((each.get("name") or each.get("literal") for each in named), None)
    return first or extra.get("copyrightHolder")


def _shows_no_text(data: Mapping[str, Any]) -> bool:
    """Whether an item without type and body has what pictures, packages and events have."""
    return "type" not in data and any(
        data.get(name) for name in ("renditions", "eventDetails", "plannedCoverage")
    )


@lru_cache(256)
def _speaks_of_bodies(names: tuple[str, ...]) -> bool:
    """A feed has the same names in every item."""
    return any(name.startswith("body_") for name in names)


def _may_be_ninjs(names: AbstractSet[str]) -> bool:
    """Whether an object of these names may be of any generation: what ``generation`` looks at."""
    return not _TOLD_BY.isdisjoint(names) or any(name.startswith(_SPREAD) for name in names)


def generation(data: Mapping[str, Any]) -> int:
    """1, 2 or 3 for an object of that generation of ninjs, 0 for any other."""
    standard = data.get("standard") or data.get("$standard")
    said = str(standard.get("version", "")) if isinstance(standard, dict) else ""
    if said[:2] in ("1.", "2.", "3."):
        return int(said[0])
    plain = isinstance(data.get("body"), str) or isinstance(data.get("text"), str)
    if plain and not isinstance(data.get("bodies"), list):
        return 1 if _speaks_of_bodies(tuple(data)) else 0
    capitals = _CAMEL & data.keys()
    lowered = _LOWER & data.keys()
    listed = _PLURAL & data.keys()
    if any(key.startswith(_SPREAD) for key in data):
        return 1
    if listed:
        inner = str(data.get("bodies") or data.get("headlines"))[:2000]
        return 2 if (lowered or "'contenttype'" in inner) and not capitals else 3
    if _GENERATION_1 & data.keys():
        return 1
    if lowered:
        return 2 if isinstance(data.get("associations"), list) else 1
    return 3 if shapes.news_type(data.get("type")) or data.get("renditions") else 0


_CAMEL = frozenset(name for field in FIELDS for name in field.names[:1] if name.lower() != name)
_LOWER = frozenset(
    name for field in FIELDS for name in field.names[1:] if name in map(str.lower, _CAMEL)
)
_PLURAL = frozenset(("bodies", "headlines", "descriptions", "people", "organisations", "places",
                     "subjects", "genres"))  # fmt: skip
#: Names that generation 1 gives to texts begin so.
_SPREAD = ("body_", "headline_", "description_")
_TOLD_BY = (
    _CAMEL | _LOWER | _PLURAL | _GENERATION_1 | {"standard", "$standard", "type", "renditions"}
)


def _format(number: int) -> Format:
    name = f"ninjs-{number}"
    return Format(
        name,
        f"IPTC's ninjs, generation {number}.",
        lambda incoming: incoming.data is not None and generation(incoming.data) == number,
        lambda incoming: item_of(incoming, FIELDS, name),
        FIELDS,
        "bodies that are not judged, eventDetails, plannedCoverage, standard, mimetype, charcount, "
        "wordcount, fields of a sender's own, and every value that ninjs 3.1 does not allow",
        _may_be_ninjs,
    )


NINJS = (_format(3), _format(2), _format(1))
