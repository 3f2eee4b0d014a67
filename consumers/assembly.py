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
from processors.pipeline import Core, Tagged, ToTag, untagged
from processors.policy import Limits
from processors.tags.language import language_of, paragraph_languages
from processors.text import TagText

#: A line of each of two scripts: names of other alphabets are looked up where texts have them.
_WARMING = (
    "The minister and the others who have said that",
    "قال الوزير في البيان إن هذا على التي",
)


def loaded_taggers(settings: Settings) -> taggers.Taggers | None:
    """The taggers of the settings, which take up to half a second of CPU; None where none are
    wanted.

    Raises:
        UsageFault: a tagger that is not there.
        BadTaxonomy: a table of tags that cannot be used.
    """
    return taggers.load(settings.taggers, settings.tag_files) if settings.taggers else None


def warmed(loaded: taggers.Taggers | None) -> taggers.Taggers | None:
    """The same with their indexes made, which else the first article waits for."""
    if loaded is not None:
        tag_all(loaded)([ToTag(line, (line,)) for line in _WARMING])
    return loaded


def core(
    settings: Settings,
    max_output: int,
    max_audit: int,
    max_dead: int = Limits().max_dead,
    *,
    loaded: taggers.Taggers | None = None,
) -> Core:
    """All that the judgement depends on. The sizes are the topics' ``max.message.bytes``.

    ``loaded``: the taggers, where they are at hand. Raises as ``loaded_taggers`` does.
    """
    loaded = loaded or loaded_taggers(settings)
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
    """Languages and tags of articles, as ``processors.pipeline.TagAll`` wants them."""

    __slots__ = ("_loaded",)

    def __init__(self, loaded: taggers.Taggers) -> None:
        self._loaded = loaded

    def __call__(self, articles: Sequence[ToTag]) -> list[Tagged]:
        """Never raises for what a text holds."""
        languages = [self._language(article) for article in articles]
        texts = [
            TagText(language.tag, article.title, tuple(article.texts), tuple(article.subjects))
            for article, language in zip(articles, languages, strict=True)
        ]
        found = tags.run_all(self._loaded.taggers, texts)
        return [Tagged(language, *each) for language, each in zip(languages, found, strict=True)]

    def _language(self, article: ToTag) -> AuditLanguage:
        detector = self._loaded.detector
        found = language_of(detector, article.title, article.texts, article.declared)
        others = paragraph_languages(detector, article.texts, found.tag)
        return AuditLanguage(
            found.tag,
            found.declared,
            round(found.confidence * 100),
            found.contradicted,
            {str(index): each.tag for index, each in others.items()},
        )
