"""How a value is told apart, and what headers say of it."""

from __future__ import annotations

import hashlib

import pytest

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import BUILTIN, Format, decode
from processors.formats.base import build
from processors.policy import Limits
from tests.processors.formats.records import article, record

PLAIN = b'{"uri":"urn:x:1","body":"text"}'
TOLD_APART = [
    (PLAIN, None, "plain", "an object"),
    (b" \n" + PLAIN, None, "plain", "an object behind white space"),
    (b"\xef\xbb\xbf" + PLAIN, None, "plain", "an object behind a byte order mark"),
    (b"\0\0\0\0\x05" + PLAIN, None, "plain", "an object in Confluent's framing"),
    (PLAIN, "application/json; charset=utf-8", "plain", "an object sent as JSON"),
    (PLAIN, "application/vnd.newsroom+json", "plain", "an object sent as JSON of a kind"),
    (PLAIN, "application/octet-stream", "plain", "a content type that says nothing"),
    (PLAIN, "text/plain", "text", "a text that looks like an object, by its content type"),
    (b"[Reuters] text", None, "text", "a text that begins with a bracket"),
    (b"[2026 budget]", None, "text", "a text in brackets that is no JSON"),
    ('["quoted" \u0646\u0635'.encode(), None, "text", "a bracket that never closes"),
    (b'"A quoted line."', None, "text", "a text in quotes is a text, though it would be JSON too"),
    (b"10 killed", None, "text", "a text that begins with a number"),
    (b"1 < 2", None, "text", "a text with a sign"),
    (b"<3 you", None, "text", "a text that begins with one"),
    (b"<p>a</p>", None, "html", "HTML by its look"),
    (b"<!DOCTYPE HTML><p>a", None, "html", "a page by its look"),
    (b"a<br>b", "text/html", "html", "HTML by its content type"),
    (b"a<br>b", None, "text", "a text that only holds a tag"),
    (b"<nitf><body><body.content><p>a</p></body.content></body></nitf>", None, "nitf", "XML by its root"),
    (b"<!-- c --><nitf><body><body.content><p>a</p></body.content></body></nitf>", "text/xml", "nitf", "XML sent as such"),
    (b'{"uri":"u","body_text":"x"}', None, "ninjs-1", "body_text"),
    (b'{"uri":"u","bodies":[{"value":"x","contenttype":"text/plain"}]}', None, "ninjs-2", "small letters"),
    (b'{"uri":"u","bodies":[{"value":"x"}],"pubStatus":"usable"}', None, "ninjs-3", "capitals inside"),
    (b'{"uri":"u","bodies":[{"value":"x"}],"standard":{"version":"2.1"}}', None, "ninjs-2", "its own word"),
    (b'{"guid":"u","body_html":"<p>x</p>"}', None, "superdesk", "a guid"),
    (b'{"uri":"u","body":"x","subjects":[{"name":"a"}]}', None, "plain", "a plain object with more to say"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "media", "name", "what"), TOLD_APART)
def test_a_value_is_told_apart_by_content_type_or_look(value, media, name, what):
    assert article(value, media=media).format == name, what


def test_a_null_value_withdraws_the_uri_in_its_key():
    withdrawn = decode(record(None), Limits())
    assert (withdrawn.kind, withdrawn.uri, withdrawn.pub_status) == (
        "withdrawal",
        "urn:key",
        "canceled",
    )


def test_the_uri_in_the_value_beats_the_key():
    assert article(PLAIN).uri == "urn:x:1"
    assert article(b'{"body":"x"}').uri == "urn:key"


def test_a_key_is_taken_out_of_its_json_quotes():
    assert article(b'{"body":"x"}', key=b'"urn:x:2"').uri == "urn:x:2"


def test_the_same_text_sent_twice_is_the_same_article():
    value = "نص الخبر".encode()
    assert article(value, key=None).uri == f"urn:sha256:{hashlib.sha256(value).hexdigest()}"
    assert article(value, key=None).uri == article(value, key=None).uri


def test_a_byte_order_mark_is_not_part_of_a_text():
    assert article(b"\xef\xbb\xbfabc").body == "abc"


def test_cloudevents_headers_fill_what_value_and_key_leave_open():
    headers = (
        ("ce_id", b"e-1"),
        ("ce_source", b"https://news.example/feed"),
        ("ce_time", b"2026-11-23T03:00:00Z"),
        ("CE_Subject", b"urn:x:9"),
        ("ce_specversion", b"1.0"),
    )
    seen = decode(record(b'{"body":"x"}', None, headers), Limits())
    assert seen.uri == "urn:x:9"
    assert seen.source == "https://news.example/feed"
    assert seen.published == "2026-11-23T03:00:00Z"
    assert seen.extra["altIds"] == [{"role": "ce_id", "value": "e-1"}]
    said = decode(record(b'{"uri":"u","source":"s","body":"x"}', b"k", headers), Limits())
    assert (said.uri, said.source) == ("u", "s")


def test_a_structured_cloudevent_is_taken_out_of_its_envelope():
    event = {"specversion": "1.0", "id": "e-1", "source": "s", "subject": "urn:x:9", "type": "t"}
    seen = article({**event, "data": {"body": "x"}}, key=None)
    assert (seen.uri, seen.source, seen.body) == ("urn:x:9", "s", "x")


def test_a_format_that_fails_costs_its_record_and_no_other():
    def fails(_: object) -> Article:
        raise KeyError("slug")

    broken = Format("broken", "", lambda incoming: b"slug" in incoming.value, fails)
    with pytest.raises(BadRecord, match=r"the format broken failed .*KeyError: 'slug'") as caught:
        decode(record(b"slug"), Limits(), (broken, *BUILTIN))
    assert caught.value.reason == "format-failed"
    assert decode(record(b"text"), Limits(), (broken, *BUILTIN)).format == "text"


def test_a_newsroom_adds_a_format_of_its_own():
    slug = Format(
        "slug",
        "A first line, a rule, a body.",
        lambda incoming: incoming.data is None and b"\n---\n" in incoming.value,
        lambda incoming: build(
            incoming,
            dict(zip(("title", "body"), incoming.text().split("\n---\n"), strict=True)),
            "slug",
        ),
    )
    seen = decode(record(b"Title\n---\nBody"), Limits(), (slug, *BUILTIN))
    assert (seen.format, seen.title, seen.body) == ("slug", "Title", "Body")
