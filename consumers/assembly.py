"""The core, put together from settings and packaged tables: for worker, replay and ``judge``."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from consumers import taggers
from consumers.errors import UsageFault
from consumers.formats import formats
from consumers.settings import Settings, limits, policy
from consumers.store import ClaimStore
from consumers.store_layout import Layout, layout
from processors import tags
from processors.audit import AuditLanguage
from processors.pipeline import Core, Tagged, untagged
from processors.policy import Limits
from processors.tags.language import language_of, paragraph_languages
from processors.text import TagText


def core(
    settings: Settings, max_output: int, max_audit: int, max_dead: int = Limits().max_dead
) -> Core:
    """All that the judgement depends on. The sizes are the topics' ``max.message.bytes``.

    Raises:
        UsageFault: a tagger that is not there.
        BadTaxonomy: a table of tags that cannot be used.
    """
    loaded = taggers.load(settings.taggers, settings.tag_files) if settings.taggers else None
    return Core(
        policy=policy(settings),
        limits=limits(settings, max_output, max_audit, max_dead),
        formats=formats(),
        tag_all=tag_all(loaded) if loaded is not None else untagged,
        software=f"copydesk/{version('copydesk')}",
        taxonomies=dict(sorted(loaded.versions.items())) if loaded is not None else {},
        audit_records=settings.audit_records,
        cloudevents=settings.cloudevents,
    )


def store_layout(settings: Settings) -> Layout:
    """How claims are laid out, by the settings."""
    return layout(settings.namespace, settings.window, settings.retention, settings.shards)


def redis_store(settings: Settings) -> ClaimStore:
    """The store of claims in Redis. Connects when it is first asked."""
    from consumers.redis_store import RedisStore

    if settings.redis_ca and not Path(settings.redis_ca).is_file():
        raise UsageFault(f"COPYDESK_REDIS_CA names {settings.redis_ca}, which is not a file")
    return RedisStore(settings.redis, store_layout(settings), ca=settings.redis_ca)


def memory_store(settings: Settings) -> ClaimStore:
    """The store's twin in memory, for judging without services."""
    from consumers.memory_store import MemoryStore

    return MemoryStore(store_layout(settings))


class tag_all:  # noqa: N801 - a function that remembers its tables
    """Language and tags of one article, as ``processors.pipeline.TagAll`` wants them."""

    __slots__ = ("_loaded",)

    def __init__(self, loaded: taggers.Taggers) -> None:
        self._loaded = loaded

    def __call__(
        self, title: str, texts: Sequence[str], declared: str | None, subjects: Sequence[str]
    ) -> Tagged:
        """Never raises for what a text holds."""
        found = language_of(self._loaded.detector, title, texts, declared)
        others = paragraph_languages(self._loaded.detector, texts, found.tag)
        language = AuditLanguage(
            found.tag,
            found.declared,
            round(found.confidence * 100),
            found.contradicted,
            {str(index): each.tag for index, each in others.items()},
        )
        text = TagText(found.tag, title, tuple(texts), tuple(subjects))
        kept, failures = tags.run(self._loaded.taggers, text)
        return Tagged(language, kept, failures)
