"""ninjs and Superdesk: what becomes of each field, across the generations."""

from __future__ import annotations

import pytest

from tests.processors.formats.records import article
from tests.processors.formats.schema import faults, needs_iptc, published

MEDTOP = "http://cv.iptc.org/newscodes/mediatopic/"
PASSED = [
    ({"byline": "A"}, "by", "A", "1.x byline"),
    ({"byline": "A", "by": "B"}, "by", "B", "the newer name first"),
    ({"representationtype": "incomplete"}, "representationType", "partial", "1.x word"),
    ({"representationtype": "full"}, "representationType", "full", "2.x word"),
    ({"urgency": 3.0}, "urgency", 3, "a number with a point"),
    ({"urgency": 0}, "urgency", None, "out of 1 to 9"),
    ({"urgency": "high"}, "urgency", None, "no number"),
    ({"copyrightnotice": ""}, "copyrightNotice", None, "empty"),
    ({"usageterms": ["a"]}, "usageTerms", None, "not text"),
    ({"firstcreated": "2026-11-23T03:00:00+0000"}, "firstCreated", "2026-11-23T03:00:00+00:00", "a zone without colon"),
    ({"contentcreated": "2026-11-23"}, "contentCreated", None, "a day names no moment"),
    ({"subject": [{"name": "s", "scheme": MEDTOP, "code": "04000000"}]}, "subjects",
     [{"name": "s", "uri": MEDTOP + "04000000"}], "1.x scheme and code are a uri"),
    ({"subject": [{"code": "medtop:04000000"}]}, "subjects", [{"uri": MEDTOP + "04000000"}], "a known alias"),
    ({"subject": [{"scheme": "sections", "code": "eco"}]}, "subjects", [{"literal": "eco"}], "a scheme that is no uri"),
    ({"subjects": [{"name": "s", "uri": "nothing like a uri"}]}, "subjects",
     [{"name": "s", "literal": "nothing like a uri"}], "what is no uri is a literal"),
    ({"subjects": [{"name": "s", "relevance": 88, "confidence": 0.9, "score": 1}]}, "subjects",
     [{"name": "s", "relevance": 88}], "fractions and own fields are left out"),
    ({"subjects": [{"name": "s", "relevance": 101}]}, "subjects", [{"name": "s"}], "beyond 100"),
    ({"subjects": ["a", None, {}]}, "subjects", None, "nothing that is an object"),
    ({"person": [{"name": "P", "rel": "author"}]}, "people", [{"name": "P", "rel": "author"}], "1.x person"),
    ({"organisation": [{"name": "O", "symbols": [{"ticker": "T", "exchange": "X"}]}]}, "organisations",
     [{"name": "O", "symbols": [{"symbol": "T", "exchange": "X"}]}], "1.x ticker"),
    ({"place": [{"name": "L", "geometry_point": {"type": "Point"}}]}, "places", [{"name": "L"}], "1.x geometry is left out"),
    ({"places": [{"name": "L", "geojson": {"type": "Point", "coordinates": [1, 2], "x": 1}}]}, "places",
     [{"name": "L", "geoJSON": {"type": "Point", "coordinates": [1, 2]}}], "2.x geojson"),
    ({"places": [{"name": "L", "geoJSON": {"type": "Point", "coordinates": "1,2"}}]}, "places", [{"name": "L"}], "no geometry"),
    ({"infosource": [{"name": "I", "rel": "distributor"}]}, "infoSources", [{"name": "I", "role": "distributor"}], "1.x rel"),
    ({"genre": [{"name": "G", "code": "g", "scheme": "http://g.example/"}]}, "genres",
     [{"name": "G", "uri": "http://g.example/g"}], "1.x genre"),
    ({"altids": {"otr": "1", "n": 2}}, "altIds", [{"role": "otr", "value": "1"}, {"role": "n", "value": "2"}], "1.x altids"),
    ({"renditions": {"web": {"href": "https://r.example/ä.jpg", "mimetype": "image/jpeg", "height": 10.0}}}, "renditions",
     [{"name": "web", "href": "https://r.example/%C3%A4.jpg", "contentType": "image/jpeg", "height": 10}], "1.x renditions"),
    ({"trustindicator": [{"scheme": "http://t.example/", "code": "c", "title": "T"}]}, "trustIndicators",
     [{"role": "http://t.example/c", "title": "T"}], "1.x trust indicators"),
    ({"rightsinfo": {"linkedrights": "http://r.example/", "encodedrights": "x"}}, "rightsInfo",
     {"linkedRights": "http://r.example/"}, "only one of the two may stand"),
    ({"rightsInfo": {"langId": "http://l.example/"}}, "rightsInfo", None, "nor neither"),
    ({"digitalsourcetype": {"name": "d"}}, "digitalSourceType", {"name": "d"}, "2.x digital source"),
    ({"people": [{"contactinfo": [{"role": "r"}, {"value": "v"}]}]}, "people",
     [{"contactInfo": [{"value": "v"}]}], "a contact needs a value or an address"),
    ({"description_text": "D", "description_html": "<p>D</p>"}, "descriptions",
     [{"role": "text", "contentType": "text/plain", "value": "D"},
      {"role": "html", "contentType": "text/html", "value": "<p>D</p>"}], "1.x descriptions"),
    ({"headline": "H", "headline_short": "h"}, "headlines", [{"role": "short", "value": "h"}], "headlines beyond the first"),
    ({"associations": {"pic": {"uri": "urn:p", "type": "picture", "headline": "P"}}}, "associations",
     [{"uri": "urn:p", "name": "pic", "type": "picture", "headlines": [{"value": "P"}]}], "1.x associations"),
    ({"associations": [{"uri": "urn:p"}, {"name": "n"}, 5]}, "associations", None, "without name or uri"),
    ({"associations": {"a": {"uri": "urn:p", "embargoed": "soon"}}}, "associations", None, "an embargo that cannot be read"),
    ({"mimetype": "text/html", "charcount": 3, "newsroom": {}}, "mimetype", None, "what ninjs 3.1 has no place for"),
]  # fmt: skip


@needs_iptc
@pytest.mark.parametrize(("fields", "name", "value", "reason"), PASSED)
def test_what_ninjs_has_a_place_for_passes_through(fields, name, value, reason):
    seen = article({"uri": "urn:x:1", "body_text": "text", **fields})
    assert seen.extra.get(name) == value, reason
    assert faults(published(seen)) == []


BODIES = [
    ({"body_text": "t", "body_html": "<p>h</p>"}, "<p>h</p>", "text/html", "HTML before text"),
    ({"body_xhtml": "<p>h</p>"}, "<p>h</p>", "text/html", "XHTML is HTML"),
    ({"body_text": "t", "body_html": " "}, "t", "text/plain", "an empty body is none"),
    ({"body_new": "<p>n</p>"}, "<p>n</p>", "text/html", "a body of no known type, by its look"),
    ({"body_new": "n < m"}, "n < m", "text/plain", "a body of no known type, by its look"),
    ({"bodies": [{"value": "a"}, {"value": "b"}]}, "a", "text/plain", "the first of its kind"),
    ({"bodies": [{"contentType": "text/html5", "value": "a"}]}, "a", "text/html", "TT's word"),
    ({"bodies": [{"contentType": "text/markdown", "value": "a"}]}, "a", "text/plain", "Markdown"),
    ({"bodies": [{"contentType": "text/vnd.IPTC.NITF", "value": "<nitf><body><body.content><hl2>a</hl2></body.content></body></nitf>"}]}, "<h2>a</h2>", "text/html", "NITF"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "body", "body_type", "reason"), BODIES)
def test_one_body_is_judged(fields, body, body_type, reason):
    seen = article({"uri": "urn:x:1", **fields})
    assert (seen.body, seen.body_type) == (body, body_type), reason


KINDS = [
    ({"type": "picture", "body_text": "caption"}, "other", "a picture, whatever its caption"),
    ({"type": "composite"}, "other", "a package"),
    ({"type": "event"}, "other", "an event"),
    ({"type": "text", "body_text": "t"}, "text", "a text"),
    ({"type": "article", "body_text": "t"}, "text", "a type that ninjs does not know, with a body"),
    ({"body_text": "t"}, "text", "no type, with a body"),
    (
        {"renditions": {"a": {"href": "https://a.example/"}}},
        "other",
        "no type, no body, renditions",
    ),
    ({"type": "text", "pubstatus": "canceled"}, "withdrawal", "canceled, with or without body"),
    ({"type": "picture", "pubstatus": "canceled"}, "other", "a picture taken back passes through"),
]


@pytest.mark.parametrize(("fields", "kind", "reason"), KINDS)
def test_only_texts_are_judged(fields, kind, reason):
    assert article({"uri": "urn:x:1", **fields}).kind == kind, reason


def test_the_predecessor_of_superdesk_is_kept():
    seen = article({"guid": "tag:b", "evolvedfrom": "tag:a", "version": 2, "body_html": "<p>x"})
    assert (seen.uri, seen.predecessor, seen.version) == ("tag:b", "tag:a", "2")


def test_the_source_is_named_by_the_information_source_before_the_rights():
    item = {"uri": "u", "bodies": [{"value": "x"}], "copyrightHolder": "C"}
    assert article(item).source == "C"
    assert article({**item, "infoSources": [{"name": "I"}]}).source == "I"
