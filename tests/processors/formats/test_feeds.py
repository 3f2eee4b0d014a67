"""Feeds taken apart: each entry becomes a record that the worker reads."""

from __future__ import annotations

import pytest

from processors.errors import BadRecord
from processors.formats import decode
from processors.formats.feeds import take_apart
from processors.policy import Limits
from tests.processors.formats.records import article, record

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
  <title>صحيفة المثال</title><link>https://paper.example/</link><language>ar</language>
  <copyright>© صحيفة المثال</copyright>
  <item>
    <title>عنوان &amp;amp; خبر</title>
    <link>https://paper.example/1</link>
    <guid isPermaLink="false">paper-1</guid>
    <pubDate>Mon, 23 Nov 2026 03:00:00 GMT</pubDate>
    <dc:creator>كاتب</dc:creator>
    <category>سياسة</category>
    <description>مقدمة</description>
    <content:encoded><![CDATA[<p>الفقرة الأولى</p><script>x()</script><p>الثانية</p>]]></content:encoded>
  </item>
  <item><title>رابط فقط</title><link>https://paper.example/2</link></item>
  <item><link>https://paper.example/3</link><description>&lt;p&gt;text &amp;lt; tag&lt;/p&gt;</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>Sample</title><rights>(c) Sample</rights>
<entry>
  <id>urn:sample:1</id><link rel="alternate" href="https://sample.example/1"/>
  <title type="html">One &lt;b&gt;bold&lt;/b&gt; title</title>
  <published>2026-11-22T03:00:00Z</published><updated>2026-11-23T03:00:00Z</updated>
  <author><name>A. Nobody</name></author><category term="eco" label="Economy"/>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One<br/>line</p></div></content>
</entry>
<entry><id>urn:sample:2</id><title>2</title><summary type="text">a &lt; b</summary></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Old</title></channel>
<item><title>t</title><link>https://old.example/1</link><description>text</description><dc:date>2026-11-23T03:00:00Z</dc:date></item></rdf:RDF>"""

MESSAGE = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:a" version="1" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body><p>A &amp; <b>B</b></p></body></html></inlineXML></contentSet></newsItem>
<packageItem guid="urn:p" version="1"/></itemSet></newsMessage>"""


def taken(source: str):
    feed = take_apart(source.encode(), Limits())
    assert feed is not None
    return feed, [
        decode(
            record(part.value, part.uri.encode(), (("content-type", part.content_type.encode()),)),
            Limits(),
        )
        for part in feed.parts
    ]


def test_an_rss_feed_gives_its_items_with_what_the_channel_says():
    feed, articles = taken(RSS)
    assert (feed.kind, feed.without_text) == ("rss", 1)
    first, third = articles
    assert (first.uri, first.title, first.language) == ("paper-1", "عنوان & خبر", "ar")
    assert (first.published, first.source) == ("2026-11-23T03:00:00Z", "صحيفة المثال")
    assert first.body == "<p>الفقرة الأولى</p><script>x()</script><p>الثانية</p>"
    assert first.body_type == "text/html"
    assert first.extra == {
        "by": "كاتب",
        "copyrightNotice": "© صحيفة المثال",
        "subjects": [{"name": "سياسة"}],
    }
    assert (third.uri, third.body) == ("https://paper.example/3", "<p>text &lt; tag</p>")


def test_an_atom_feed_gives_its_entries():
    feed, articles = taken(ATOM)
    assert (feed.kind, feed.without_text) == ("atom", 0)
    first, second = articles
    assert (first.uri, first.title, first.version) == (
        "urn:sample:1",
        "One bold title",
        "2026-11-23T03:00:00Z",
    )
    assert (first.body, first.published) == ("<p>One<br>line</p>", "2026-11-22T03:00:00Z")
    assert first.extra["subjects"] == [{"name": "Economy", "literal": "eco"}]
    assert second.body == "a &lt; b"


def test_rss_1_is_read_too():
    _, articles = taken(RDF)
    assert [(each.uri, each.body, each.published) for each in articles] == [
        ("https://old.example/1", "text", "2026-11-23T03:00:00Z")
    ]


def test_a_news_message_is_taken_apart_into_its_items():
    feed, articles = taken(MESSAGE)
    assert [part.uri for part in feed.parts] == ["urn:a", "urn:p"]
    assert [each.kind for each in articles] == ["text", "other"]
    assert articles[0].body == "<p>A &amp; <b>B</b></p>"


def test_the_same_entry_without_identifier_is_the_same_article():
    source = "<rss><channel><item><description>x</description></item></channel></rss>"
    first, second = taken(source)[1][0], taken(source)[1][0]
    assert first.uri == second.uri
    assert first.uri.startswith("urn:sha256:")


@pytest.mark.parametrize(
    "source",
    [b'{"uri":"u","body":"<rss>"}', b"text", b"<p>feed</p>", b"<nitf><p>a feed</p></nitf>", b""],
)
def test_what_is_no_feed_is_one_record(source):
    assert take_apart(source, Limits()) is None


def test_a_feed_that_cannot_be_read_says_where():
    with pytest.raises(BadRecord, match="line 1"):
        take_apart(b"<rss><channel>", Limits())


def test_a_feed_sent_as_one_record_is_refused():
    with pytest.raises(BadRecord, match="<rss>"):
        article(RSS.encode())
