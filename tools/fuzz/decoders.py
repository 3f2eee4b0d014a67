"""Each decoder alone, as a function of bytes that raises where a promise is broken.

The promises, beside those of ``tools.fuzz.targets``: what is decoded splits, is cut and comes back;
and the item made of it is valid by IPTC's ninjs 3.1 schema, where that lies beside this repository
(one input in eight is held to it, since that takes most of the time).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from processors.article import Article
from processors.body import judged_body
from processors.edits import restore
from processors.errors import BadRecord
from processors.formats import BUILTIN, Format, decode
from processors.policy import Limits
from processors.records import Header, Record
from tools.fuzz import iptc

_LIMITS = Limits(max_body=100_000, max_paragraphs=500, max_depth=40)
_TIME = 1_700_000_000_000
#: What a feed of that format says its values are; None where they are known by their looks.
_MEDIA = {"text": b"text/plain", "html": b"text/html"}
_SCHEMA_IN = 8


class Broken(AssertionError):
    """A promise that did not hold."""


def refused(fault: BadRecord) -> None:
    """A refusal is well, unless it is an exception caught in passing."""
    if fault.reason == "format-failed":
        raise Broken(str(fault)) from fault


def record(value: bytes, media: bytes | None) -> Record:
    """A record of that value."""
    headers: tuple[Header, ...] = (("content-type", media),) if media else ()
    return Record("raw", 0, 1, _TIME, b"urn:key", value, headers)


def known_to(name: str, value: bytes) -> bool:
    """Whether a document is one of that format's: a good one to begin with."""
    chosen = next(each for each in BUILTIN if each.name == name)
    try:
        decode(record(value, _MEDIA.get(name)), _LIMITS, (chosen,))
    except BadRecord:
        return False
    return True


def _held(article: Article, data: bytes) -> None:
    if not article.uri:
        raise Broken("an article without a uri")
    if article.kind != "text":
        return
    body = judged_body(article, _LIMITS)
    dropped = [i for i in range(len(body.spans)) if zlib.crc32(data, i) & 1]
    bodies, edits = body.without(dropped)
    if restore(bodies[0].value, edits) != article.body:
        raise Broken("the body does not come back")
    if zlib.crc32(data) % _SCHEMA_IN or not iptc.NINJS.is_dir():
        return
    if faults := iptc.faults(iptc.published(article)):
        raise Broken(f"not valid: {faults[0]}")


def _decoder(chosen: Format) -> Callable[[bytes], None]:
    media = _MEDIA.get(chosen.name)

    def target(data: bytes) -> None:
        try:
            _held(decode(record(data, media), _LIMITS, (chosen,)), data)
        except BadRecord as fault:
            refused(fault)

    return target


#: One target a decoder, named like its format.
DECODERS: dict[str, Callable[[bytes], None]] = {each.name: _decoder(each) for each in BUILTIN}
