"""What the steps of the pipeline hand to one another, and all that they depend on.

A ``Core`` is fixed for a worker's life; the same record, core and answer of the store give the same
publications, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from processors.article import Article
from processors.audit import AuditLanguage
from processors.body import Judged
from processors.claims import Ask
from processors.formats import BUILTIN, Formats
from processors.policy import Limits, Policy
from processors.records import Publication, Record
from processors.repeats import Within
from processors.text import Paragraph, Tag


class Tagged(msgspec.Struct, frozen=True):
    """What the taggers said of one article, ``failures`` naming those that raised."""

    language: AuditLanguage
    tags: tuple[Tag, ...] = ()
    failures: tuple[str, ...] = ()


class ToTag(msgspec.Struct, frozen=True):
    """What taggers are told of an article: title, paragraphs' texts, the language that was declared
    and the subjects that the source gave. A text that stood before in the same words is empty.
    """

    title: str
    texts: Sequence[str]
    declared: str | None = None
    subjects: Sequence[str] = ()


#: Tags articles, in their order. Several at once, since each table is then looked at several times
#: while it is in the processor's caches.
TagAll = Callable[[Sequence[ToTag]], list[Tagged]]


def untagged(articles: Sequence[ToTag]) -> list[Tagged]:
    """The tagger of a newsroom that wants none: the declared language, nothing else."""
    return [declared(article.declared) for article in articles]


@lru_cache(256)
def declared(language: str | None) -> Tagged:
    """No tags, and the language that the source declared."""
    return Tagged(AuditLanguage(language or "und", language))


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """All that the judgement depends on besides record and store; fixed for a worker's life."""

    policy: Policy = Policy()
    limits: Limits = Limits()
    formats: Formats = BUILTIN
    tag_all: TagAll = untagged
    software: str = ""
    taxonomies: dict[str, str] = {}
    audit_records: bool = True
    cloudevents: bool = False


class Prepared(msgspec.Struct, frozen=True):
    """A good record, with the question that it puts to the store."""

    record: Record
    article: Article
    ask: Ask
    judged: Judged | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    within: dict[int, Within] = {}
    profile: str = ""
    tagged: Tagged | None = None
    notes: tuple[str, ...] = ()


class Dead(msgspec.Struct, frozen=True):
    """A bad record: its reason, and the letter that keeps it. ``redriven``: it died before.

    ``uri`` is the article's, where so much of it could be read.
    """

    record: Record
    reason: str
    message: str
    letter: Publication
    redriven: bool
    uri: str | None = None
