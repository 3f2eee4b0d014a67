"""CloudEvents headers on what is published (specification 1.0.2, binary mode of its Kafka binding).

Rules: written where the newsroom wants them; they say of copydesk's event what the spec asks for,
so the incoming ones, which told of the source's own event, give way. The id is the record's origin
and the time the record's, so a repeat bears the same. A source that is no URI is written as one.
"""

from __future__ import annotations

from urllib.parse import quote

from processors import deadletter
from processors.article import Article
from processors.records import Header, Record
from processors.times import text_of

PREFIX = "ce_"
#: Of each verdict on a record: the type of the event that its item tells of.
TYPES = {
    "published": "copydesk.item.cleaned.v1",
    "duplicate": "copydesk.item.duplicate.v1",
    "withdrawn": "copydesk.item.withdrawn.v1",
    "passed": "copydesk.item.passed.v1",
}
#: What may stand in a URI reference as it is (RFC 3986, sections 2.2 and 2.3).
_PLAIN = ":/?#[]@!$&'()*+,;=%-._~"


def event(record: Record, article: Article, verdict: str) -> tuple[Header, ...]:
    """The headers of one item."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_id", deadletter.origin(record).encode("utf-8", "replace")),
        ("ce_source", quote(article.source or "copydesk", safe=_PLAIN).encode()),
        ("ce_type", TYPES[verdict].encode()),
        ("ce_subject", article.uri.encode("utf-8", "replace")),
        ("ce_time", text_of(record.timestamp).encode()),
    )


def replaced(headers: tuple[Header, ...], ours: tuple[Header, ...]) -> tuple[Header, ...]:
    """The headers with their own CloudEvents ones taken for ours."""
    return (*(h for h in headers if not h[0].lower().startswith(PREFIX)), *ours)
