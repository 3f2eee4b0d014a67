"""What cannot be read, each with its word and a sentence that says where and what to do."""

from __future__ import annotations

import gzip

import pytest

from processors.formats import decode
from processors.policy import Limits
from tests.processors.formats.records import record, refusal

DEEP = b'{"uri":"u","body":"b","x":' + b"[" * 70 + b"]" * 70 + b"}"
NITF = b"<nitf><body><body.content><p>%s</p></body.content></body></nitf>"
BAD = [
    (b'{"uri":"u","body":"\xff"}', "not-utf8", "offset 19 (line 1)", "a byte that is not UTF-8"),
    ("نص".encode("cp1256"), "not-utf8", "0xe4 at offset 0", "a text in a Windows encoding"),
    (b'{"body":"\xed\xa0\x80"}', "not-utf8", "offset 9", "half a character written as UTF-8"),
    ('{"body":"x"}'.encode("utf-16"), "not-utf8", "UTF-16", "UTF-16 with its mark"),
    ('{"body":"x"}'.encode("utf-16-be"), "not-utf8", "UTF-16", "UTF-16 without one"),
    (b'{"body":"a\\ud83d b"}', "lone-surrogate", "line 1, byte 11", "a character cut in two"),
    (b'{"body":"\\ude00"}', "lone-surrogate", "line 1, byte 10", "its second half alone"),
    (b'{"uri":"u",\n "body":"never ends', "cut-off", "line 2, byte 20", "JSON that breaks off"),
    (b"{", "cut-off", "byte 2", "nothing but a brace"),
    (b'{"uri":"u"\n "body":"b"}', "not-json", "line 2, byte 2", "JSON without a comma"),
    (b'{"body":"line\nend"}', "not-json", "line 1, byte 14", "a bare line end in a JSON text"),
    (b"{body: 'x'}", "not-json", "must be strings", "JavaScript"),
    (b'{"body":"x"} {"body":"y"}', "not-json", "trailing", "two objects in one record"),
    (b'{"body":NaN}', "not-json", "byte 9", "a number that JSON does not have"),
    (b'{"body":"x","n":1e999}', "not-json", "too large", "a number beyond all bounds"),
    (b'{"body":"x","n":' + b"9" * 5000 + b"}", "not-json", "too large", "an endless number"),
    (b'[{"body":"x"}]', "not-object", "a list", "a list"),
    (b"[1, 2, 3]", "not-object", "a list", "a list of numbers"),
    (b"[]", "not-object", "a list", "an empty one"),
    (b" null\n", "not-object", "null", "what a serialiser makes of nothing"),
    (b"true", "not-object", "true or false", "of a truth"),
    (b"-1.5", "not-object", "a number", "of a number"),
    (DEEP, "too-deep", "60 levels", "nested too deep"),
    (b'{"a":' * 100_000, "too-deep", "60 levels", "so deep that it would end the worker"),
    (b'{"uri":"u"}', "no-body", "'u'", "no body"),
    (b'{"uri":"u","body":" \\n\\t"}', "no-body", "'u'", "an empty body"),
    (b"", "no-body", "'urn:key'", "an empty value"),
    (b'{"uri":"u","body":5}', "wrong-type", "a number", "a body that is no text"),
    (b'{"uri":"u","body":{"html":"x"}}', "wrong-type", "an object", "a body in an object"),
    (b'{"uri":["u"],"body":"x"}', "wrong-type", "a list", "a uri that is no text"),
    (b'{"uri":"u","body":"x","bodyType":"text/rtf"}', "body-type", "text/rtf", "a body in RTF"),
    (b'{"uri":"u","body":"x","pubStatus":"spiked"}', "bad-status", "spiked", "an unknown status"),
    (b'{"uri":"u","body":"x","embargoedUntil":"Monday"}', "bad-embargo", "Monday", "an embargo that is no date"),
    (b'{"uri":"u","type":"text","bodies":[{"value":7}]}', "wrong-type", "body 1", "a body that is no text in ninjs"),
    (b'{"uri":"u","bodies":[{"contentType":"application/pdf","value":"x"}]}', "body-type", "pdf", "a body that is a file"),
    (gzip.compress(b"{}", mtime=0), "binary", "gzip", "a compressed value"),
    (b"%PDF-1.7 \xe2", "binary", "a PDF", "a file"),
    (b"\0\0\0\0\x2a\x0cpayload", "binary", "Avro", "Avro in Confluent's framing"),
    (b"<nitf><body>", "not-xml", "line 1, column 13", "XML that breaks off"),
    (NITF % b"a & b", "not-xml", "line 1, column 33", "XML with a bare ampersand"),
    (NITF % b"&swear;", "xml-entity", "&swear;", "an entity that nobody declared"),
    (b'<!DOCTYPE nitf [<!ENTITY a "aaaa">]>' + NITF % b"&a;", "xml-entity", "(a)", "an entity declared"),
    (b'<!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/passwd">]><nitf/>', "xml-entity", "(x)", "a file as an entity"),
    (b'<!DOCTYPE n [<!ENTITY % p SYSTEM "http://127.0.0.1/"> %p;]><nitf/>', "xml-entity", "(p)", "a network address as an entity"),
    (b'<?xml version="1.0" encoding="rot13"?><nitf/>', "bad-encoding", "rot13", "an encoding that is none"),
    (b'<?xml version="1.0" encoding="windows-1255"?><nitf>\xff</nitf>', "not-utf8", "0xff", "a byte that its encoding lacks"),
    (b"<x>" * 100, "too-deep", "60 levels", "XML nested too deep"),
    (b"<rss version='2.0'><channel/></rss>", "many-items", "<rss>", "RSS as one record"),
    (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "many-items", "publish", "Atom as one record"),
    (b"<catalog/>", "unknown-format", "<catalog>", "XML that is no news"),
    (b"<newsMessage><itemSet/></newsMessage>", "many-items", "0 items", "a message without items"),
    (b"<newsMessage><newsItem/><newsItem/></newsMessage>", "many-items", "2 items", "a message of two"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "reason", "said", "what"), BAD)
def test_a_bad_record_says_what_is_wrong_and_where(value, reason, said, what):
    fault = refusal(value)
    assert (fault.reason, said in str(fault)) == (reason, True), f"{what}: {fault}"


def test_the_sentences_of_bad_records_are_for_people():
    for value, *_ in BAD:
        sentence = str(refusal(value))
        assert 20 < len(sentence) < 260, sentence
        assert "Traceback" not in sentence
        assert "Error" not in sentence


def test_a_null_value_without_a_key_withdraws_nothing():
    assert refusal(None, key=None).reason == "no-uri"


def test_an_article_without_uri_and_key_is_refused():
    assert refusal(b'{"body":"x"}', key=None).reason == "no-uri"


def test_a_key_that_is_not_utf8_names_no_article():
    assert refusal(b'{"body":"x"}', key=b"\xff\xfe").reason == "no-uri"


def test_a_body_over_the_limit_is_refused_by_its_bytes():
    body = "ش" * 100
    value = f'{{"uri":"u","body":"{body}"}}'.encode()
    fault = refusal(value, max_body=199)
    assert (fault.reason, fault.stage) == ("too-large", "validate")
    assert "200 bytes" in str(fault)
    assert decode(record(value), Limits(max_body=200)).body == body


def test_depth_counts_lists_and_objects_alike():
    value = b'{"uri":"u","body":"b","x":' + b'[{"y":' * 3 + b"1" + b"}]" * 3 + b"}"
    assert refusal(value, max_depth=6).reason == "too-deep"
    assert decode(record(value), Limits(max_depth=7)).uri == "u"
