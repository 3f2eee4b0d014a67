"""Uri prefixes that belong to a source, so that no other can speak in its name.

Rules (the setting ``uri_owners``): of the prefixes that a name begins with, the longest decides. An
article's names are its uri, the family that its source names and the item it evolved from; where
one of them is another source's, the article is *foreign*. It is then judged within itself only,
under a name that nobody else bears: it claims nothing, leaves no mark on the true one's story, and
its audit says ``foreign-uri``. A foreign withdrawal is a dead letter. A source is what a record
says of itself; who may write to the input topic is Kafka's to guard.
"""

from __future__ import annotations

from collections.abc import Sequence

from processors.article import Article
from processors.errors import BadRecord

NOTE = "foreign-uri"

#: Pairs of a prefix and a source; a prefix of several sources stands in several pairs.
UriOwners = Sequence[tuple[str, str]]


def foreign_name(article: Article, source: str, owners: UriOwners) -> str | None:
    """The first of an article's names that belongs to another source, or None."""
    if not owners:
        return None
    names = (article.uri, article.family, article.predecessor)
    return next((name for name in names if name and not _may(name, source, owners)), None)


def refusal(article: Article, name: str, source: str) -> BadRecord:
    """The reason for which a foreign withdrawal is a dead letter."""
    who = f"the source {source!r}" if source else "a record that names no source"
    return BadRecord(
        NOTE,
        f"{who} may not withdraw {article.uri!r}: {name!r} belongs to another source "
        "(COPYDESK_URI_OWNERS); a null value names its source in the header ce_source",
        "validate",
    )


def alias(article: Article, source: str) -> str:
    """The name under which a foreign article is asked about; no article bears it by itself."""
    return f"foreign:{source}:{article.uri}"


def _may(name: str, source: str, owners: UriOwners) -> bool:
    longest = max((len(prefix) for prefix, _ in owners if name.startswith(prefix)), default=0)
    if not longest:
        return True
    return any(
        len(prefix) == longest and name.startswith(prefix) and owner == source
        for prefix, owner in owners
    )
