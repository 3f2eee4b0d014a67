"""What is fuzzed, each as a function of bytes that raises where a promise is broken.

The promises: a decoder gives an article or a ``BadRecord`` with a reason of its own, never an
exception caught in passing; spans are where they say they are; what was cut can be put back; the
same input twice gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from processors import html, split
from processors.claims import Answer, Claim, Owner, Standing
from processors.compare import comparison
from processors.edits import restore
from processors.errors import BadRecord
from processors.formats import decode
from processors.formats.feeds import take_apart
from processors.pipeline import Core, Dead, Prepared, bury, finish, prepare
from processors.policy import Limits
from processors.records import Header, Record
from processors.tags.fold import fold_lines
from processors.tags.language import clean
from processors.text import Span
from tools.fuzz.decoders import DECODERS, Broken, refused

_LIMITS = Limits(max_body=100_000, max_paragraphs=500, max_depth=40)
_TIME = 1_700_000_000_000
_OTHER = Owner("urn:other", "urn:other", "paper", "1", _TIME - 1000)
_MEDIA = (
    b"", b"application/json", b"text/html", b"text/plain; charset=utf-8", b"application/xml",
    b"application/cloudevents+json", b"application/octet-stream", b"\xff;charset=x",
)  # fmt: skip


def _record(data: bytes) -> Record:
    """A record of bytes: the first says the content type, key and CloudEvents."""
    first, value = (data[0], data[1:]) if data else (0, b"")
    headers: list[Header] = []
    if media := _MEDIA[first % len(_MEDIA)]:
        headers.append(("content-type", media))
    if first & 0x40:
        headers.append(("ce_specversion", b"1.0"))
        headers.append(("ce_subject", value[:40]))
    key = value[-30:] if first & 0x20 else b"urn:key"
    return Record("raw", 0, 1, _TIME, key, value, tuple(headers))


def decoding(data: bytes) -> None:
    """Every decoder, chosen by the first byte and by what the value looks like."""
    try:
        article = decode(_record(data), _LIMITS)
    except BadRecord as fault:
        refused(fault)
        return
    if not article.uri:
        raise Broken("an article without a uri")


def feeds(data: bytes) -> None:
    """Files of many articles: RSS, Atom, NewsML messages."""
    try:
        found = take_apart(data, _LIMITS)
    except BadRecord as fault:
        refused(fault)
        return
    for number, part in enumerate(found.parts if found is not None else ()):
        headers = (("content-type", part.content_type.encode()),)
        record = Record("raw", 0, number, _TIME, part.uri.encode(), part.value, headers)
        try:
            decode(record, _LIMITS)
        except BadRecord as fault:
            refused(fault)


def _spans(body: str, spans: tuple[Span, ...], *, exactly: bool) -> None:
    at = 0
    for span in spans:
        if not at <= span.start < span.end <= len(body):
            raise Broken(f"a span at {span.start}:{span.end} after {at}")
        if exactly and body[span.start : span.end] != span.text:
            raise Broken("a span whose text is not the source's")
        at = span.end


def _chosen(data: bytes, count: int) -> list[int]:
    return [i for i in range(count) if data[i % len(data)] & 1] if data else []


def splitting(data: bytes) -> None:
    """Plain text: split, cut by the bits of the data, put back."""
    body = data.decode("utf-8", "replace")
    spans = split.split_plain(body)
    _spans(body, spans, exactly=True)
    cleaned, edits = split.remove(body, spans, _chosen(data, len(spans)))
    if restore(cleaned, edits) != body:
        raise Broken("the text does not come back")


def markup(data: bytes) -> None:
    """HTML: read, cut by the bits of the data, put back; what could run is gone for good."""
    body = data.decode("utf-8", "replace")
    parsed = html.split_html(body)
    _spans(body, parsed.spans, exactly=False)
    cleaned, edits = html.remove(body, parsed, _chosen(data, len(parsed.spans)))
    if restore(cleaned, edits) != body:
        raise Broken("the body does not come back")
    if html.split_html(cleaned).junk:
        raise Broken("something that could run is left, or came about by the cutting")


def comparing(data: bytes) -> None:
    """The comparison text: the same again, and blind to a final dot and to invisible marks."""
    text = data.decode("utf-8", "replace")
    made = comparison(text)
    for other in (text, f"{text} \u200f", f"\u200b{text}"):
        if comparison(other) != made:
            raise Broken("a mark that nobody sees makes another paragraph")
    comparison(text, "tr")


def folding(data: bytes) -> None:
    """What the taggers read: text folded with the way back, and cleaned for language models."""
    lines = data.decode("utf-8", "replace").split("\n")
    folded = fold_lines(lines)
    size = len(folded.original)
    for at in range(0, len(folded.text), 1 + len(folded.text) // 50):
        start, end = folded.source(at, at + 1)
        if not 0 <= start < end <= size:
            raise Broken(f"a folded character comes from {start}:{end} of {size}")
    clean(folded.original)


def judging(data: bytes) -> None:
    """A record through the whole core, all of its paragraphs its own, and all another's."""
    core = Core(limits=_LIMITS, software="copydesk/fuzz")
    ready = prepare(_record(data), core)
    if isinstance(ready, Dead):
        if ready.reason == "format-failed":
            raise Broken(ready.message)
        bury(ready)
        return
    for answer in _answers(ready):
        outcome = finish(ready, answer, core)
        if outcome != finish(ready, answer, core):
            raise Broken("the same record gives two outcomes")
        for publication in outcome.publications:
            if ready.article.kind != "other" or publication.role == "audit":
                msgspec.json.decode(publication.value or b"")


def _answers(ready: Prepared) -> list[Answer | None]:
    family = ready.ask.family
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    own: Standing = "mine"
    mine = Answer(family, (own,) * len(asked))
    return [None, mine, Answer(family, (_OTHER,) * len(asked)), Answer(family, withdrawn=_TIME + 1)]


TARGETS: dict[str, Callable[[bytes], None]] = {
    **DECODERS,
    "wire": decoding,
    "feeds": feeds,
    "split": splitting,
    "markup": markup,
    "compare": comparing,
    "fold": folding,
    "judge": judging,
}
