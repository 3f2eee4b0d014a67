"""What comes of the contract's examples: whole records for ``contract/examples``, made by the core.

``python -m tools.schemas`` writes them with the schemas. The tags are a tagger's of this file, so
that the examples do not change whenever a table of names does; all else is what a worker publishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from processors.audit import AuditLanguage
from processors.claims import Answer, Claim, Owner, Standing
from processors.core import Core, Dead, Tagged, ToTag
from processors.pipeline import finish, prepare
from processors.records import Publication, Record
from processors.text import Evidence, Tag

PLACE = Path(__file__).parent.parent / "contract" / "examples"
#: 2026-11-23T09:00:05Z, when the record reached Kafka.
_TIME = 1_795_424_405_000
_OTHER = Owner(
    "urn:newsml:wire.example:20261123:gale", "urn:newsml:wire.example:20261123:gale",
    "wire.example", "1", _TIME - 600_000,
)  # fmt: skip


def _tagged(articles: Sequence[ToTag]) -> list[Tagged]:
    return [_of_storms(article) for article in articles]


def _of_storms(article: ToTag) -> Tagged:
    declared = article.declared
    at = article.texts[0].index("storm")
    seen = Evidence(0, at, at + 5, "storm", "weights")
    subject = Tag(
        "subject", "weather", "medtop:17000000", "http://cv.iptc.org/newscodes/mediatopic/",
        relevance=71, confidence=88, evidence=(seen,),
    )  # fmt: skip
    return Tagged(AuditLanguage(declared or "und", declared, 99), (subject,))


def _record(value: bytes, offset: int) -> Record:
    trace = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
    key = b"urn:newsml:agency.example:20261123:storm"
    return Record("articles.raw", 2, offset, _TIME, key, value, (trace,))


def _shown(sent: Publication) -> bytes:
    """A record as a person reads it: key, headers, and the value, decoded where it is JSON."""
    value: Any = (sent.value or b"").decode()
    if sent.role != "dead":
        value = msgspec.json.decode(sent.value or b"")
    told = {
        "key": (sent.key or b"").decode(),
        "headers": {name: text.decode() for name, text in sent.headers},
        "value": value,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def examples() -> dict[str, bytes]:
    """The files, by name: of an article that loses a paragraph to another story, and a bad one."""
    core = Core(software="copydesk/0.1.0", tag_all=_tagged)
    article = (PLACE / "input-plain.json").read_bytes()
    ready = prepare(_record(article, 1207), core)
    dead = prepare(_record(article[:200], 1208), core)
    if isinstance(ready, Dead) or not isinstance(dead, Dead) or not isinstance(ready.ask, Claim):
        message = "the example is not read as it should be"
        raise TypeError(message)
    mine: Standing = "mine"
    answer = Answer(ready.ask.family, (mine, _OTHER)[: len(ready.ask.fingerprints)])
    item, audit = finish(ready, answer, core).publications
    return {
        "output-plain.json": _shown(item),
        "audit-plain.json": _shown(audit),
        "dead-letter.json": _shown(dead.letter),
    }
