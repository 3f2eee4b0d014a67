"""NITF, IPTC's older XML for text (NITF 3.x, with or without its DTD's document type).

Rules: ``body.content`` is judged, as HTML: what HTML has a name for keeps it, marks of persons,
places and the like are taken off their text, media become figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import shapes, values, xml
from processors.formats.base import EXTRA, Field, Format, Incoming, build, fill
from processors.formats.xml import Element, Paths, text_of, to_html

_SAME = (
    "p h1 h2 h3 h4 ul ol li dl dt dd table caption col colgroup thead tbody tfoot tr th td a br hr "
    "pre em q sub sup"
)
_NAMES: Mapping[str, str] = {
    **{name: name for name in _SAME.split()},
    "hl2": "h2",
    "block": "div",
    "bq": "blockquote",
    "credit": "cite",
    "note": "aside",
    "datasource": "p",
    "tagline": "p",
}
_DROPPED = frozenset(("media-metadata", "media-object", "media-producer", "alt-code"))


def first(check: Callable[[Any], Any]) -> Callable[[list[Element | str]], Any]:
    """A reading of the first of several elements or attributes by its text."""
    return lambda nodes: check(text_of(nodes[0]))


def named(nodes: list[Element | str]) -> list[dict[str, str]] | None:
    """The names that stand in elements, each once."""
    return [{"name": name} for name in dict.fromkeys(map(text_of, nodes)) if name] or None


def byline(nodes: list[Element | str]) -> str | None:
    """The by-line, its parts set apart."""
    parts = [each for each in nodes if not isinstance(each, str)]
    return values.text(" ".join(" ".join(parts[0].itertext()).split())) if parts else None


def headings(nodes: list[Element | str]) -> list[dict[str, str]] | None:
    """Headlines below the first."""
    return [{"role": "hl2", "value": text} for node in nodes if (text := text_of(node))] or None


def subjects(nodes: list[Element | str]) -> list[dict[str, str]] | None:
    """``tobject.subject``: the most detailed name, and its code as a concept of IPTC."""
    found = []
    for node in nodes:
        if isinstance(node, str):
            continue
        prefix = "tobject.subject."
        name = node.get(prefix + "detail") or node.get(prefix + "matter")
        name = name or node.get(prefix + "type")
        entry = {"name": name} if name else {}
        code = node.get(prefix + "refnum", "").strip()
        if len(code) == 8 and code.isdigit() and node.get(prefix + "ipr", "IPTC") == "IPTC":
            scheme = "medtop" if code >= "20000000" else "subj"
            entry |= shapes.concept(scheme, code)
        elif code:
            entry["literal"] = code
        if entry:
            found.append(entry)
    return found or None


def abstract(nodes: list[Element | str]) -> list[dict[str, str]] | None:
    """The abstract as a description."""
    text = text_of(nodes[0])
    return [{"role": "abstract", "contentType": "text/plain", "value": text}] if text else None


def moment(value: str) -> str | None:
    """A date of the ``norm`` attribute, where it names a moment."""
    return values.date(value)


def management(value: str) -> str | None:
    """``docdata/@management-status``. One embargoed is held back until it says for how long."""
    return "withheld" if value.strip().lower() == "embargoed" else values.status(value)


def release(value: str) -> str | None:
    """``date.release``, where it names a moment: feeds put the bare day of issue there too."""
    return values.date(value)


def content(nodes: list[Element | str]) -> str | None:
    """``body.content`` as HTML."""
    return "".join(html_of(node) for node in nodes if not isinstance(node, str)) or None


def html_of(node: Element) -> str:
    """What an element holds, as HTML."""
    inner = to_html(node, _NAMES, _DROPPED, {"media": _figure})
    return escape(node.text or "", quote=False) + inner


def _figure(media: Element) -> str:
    captions = "".join(
        f"<figcaption>{html_of(each)}</figcaption>" for each in media.findall("media-caption")
    )
    pictures = "".join(
        f'<img src="{escape(source)}">'
        for each in media.findall("media-reference")
        if (source := each.get("source")) and shapes.uri(source)
    )
    return f"<figure>{pictures}{captions}</figure>" if pictures or captions else ""


_DOC = "head/docdata/"
FIELDS = (
    Field((_DOC + "doc-id/@id-string",), "uri", first(values.text), "else the record's key"),
    Field((_DOC + "du-key/@version",), "version", first(values.text)),
    Field(
        ("body/body.head/distributor", _DOC + "doc-id/@regsrc", _DOC + "doc.copyright/@holder"),
        "source",
        first(values.text),
    ),
    Field(("body/body.head/hedline/hl1", "head/title"), "title", first(values.text)),
    Field(("body/body.content",), "body", content, "as HTML"),
    Field(("@lang", "@baselang", "body/@lang"), "language", first(values.language)),
    Field((_DOC + "date.issue/@norm",), "published", first(moment)),
    Field(
        (_DOC + "date.release/@norm",),
        "embargoed_until",
        first(release),
        "where it is a moment; a bare day counts only with the status `embargoed`",
    ),
    Field(
        (_DOC + "@management-status",),
        "pub_status",
        first(management),
        "`embargoed` without a readable `date.release` is withheld",
    ),
    Field(("body/body.head/hedline/hl2",), EXTRA + "headlines", headings),
    Field(("body/body.head/byline",), EXTRA + "by", byline),
    Field(("body/body.head/dateline/location",), EXTRA + "located", first(values.text)),
    Field(("body/body.head/abstract",), EXTRA + "descriptions", abstract),
    Field((_DOC + "urgency/@ed-urg",), EXTRA + "urgency", first(shapes.whole(1, 9))),
    Field((_DOC + "ed-msg/@info",), EXTRA + "edNote", first(values.text)),
    Field((_DOC + "date.expire/@norm",), EXTRA + "expires", first(moment)),
    Field(
        (_DOC + "doc.copyright/@holder", "body/body.head/rights/rights.owner"),
        EXTRA + "copyrightHolder",
        first(values.text),
    ),
    Field(("head/tobject/tobject.subject",), EXTRA + "subjects", subjects),
    Field((_DOC + "key-list/keyword/@key",), EXTRA + "subjects", named, "where no subject is"),
    Field(
        ("head/tobject/tobject.property/@tobject.property.type",),
        EXTRA + "genres",
        named,
    ),
    Field((_DOC + "identified-content/location", _DOC + "evloc/@city"), EXTRA + "places", named),
    Field((_DOC + "identified-content/person",), EXTRA + "people", named),
    Field((_DOC + "identified-content/org",), EXTRA + "organisations", named),
)


def claims(incoming: Incoming) -> bool:
    """XML whose root is ``nitf``."""
    return incoming.root is not None and incoming.root.tag == "nitf"


def decode(incoming: Incoming) -> Article:
    """The article. Raises ``BadRecord``."""
    found = fill(FIELDS, Paths(incoming.root))
    found["body_type"] = "text/html"
    if found.get("pub_status") == "withheld" and _says_embargoed(incoming.root):
        dates = Paths(incoming.root).get(_DOC + "date.release/@norm", [])
        if until := next((values.embargo(_dashed(text_of(each))) for each in dates), None):
            found.update(pub_status="usable", embargoed_until=until)
    if found.get("embargoed_until") == found.get("published"):
        found.pop("embargoed_until", None)  # released when issued: never held back
    return build(incoming, found, NITF.name)


def _says_embargoed(root: Element) -> bool:
    status = Paths(root).get(_DOC + "@management-status", [""])
    return text_of(status[0]).lower() == "embargoed"


def _dashed(day: str) -> str:
    """``20261123`` as ``2026-11-23``."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 and day.isdigit() else day


def body_of(source: str, max_depth: int) -> str:
    """The content of a NITF document that another format carries, as HTML. Raises ``BadRecord``."""
    try:
        root = xml.parse(source.lstrip("\ufeff \t\r\n"), max_depth)
    except BadRecord as fault:
        raise BadRecord(fault.reason, f"in the NITF body: {fault}") from None
    return body_of_root(root)


def body_of_root(root: Element) -> str:
    """``body.content`` of a NITF root, or what the root holds where it is a bare fragment."""
    contents = list(root.iter("body.content"))
    return content([*contents]) or "" if contents else html_of(root)


NITF = Format(
    "nitf",
    "NITF 3.x, with or without its document type.",
    claims,
    decode,
    FIELDS,
    "meta, pubdata, revision-history, du-key/@key, series, fixture, correction, body.end",
)
