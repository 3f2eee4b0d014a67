"""Which family an article belongs to: all versions of one story share one.

Rules (section 1 of the contract): the source's own word first; else the family of the item it
evolved from, which only the store knows; else its own uri, with a version stripped only where the
uri is a ``urn:newsml:`` name (RFC 3085, section 2: provider, date, item, revision with an optional
update letter) or ends in the item's own version behind a separator. A version in the middle of a
word or number is never stripped: ``story12`` of version 2 is not ``story1``.
"""

from __future__ import annotations

import re

from processors.article import Article

_NEWSML = re.compile(r"^(urn:newsml:[^:]+:\d{8}[^:]*:.+):\d+[NAUnau]?$", re.IGNORECASE)
_TRAILING = re.compile(r"^(.*[^:/#?=._@-])[:/#?=._@-]+v?\d+$", re.IGNORECASE)


def plain(uri: str, version: str | None) -> str:
    """The uri without its version, where the rules above say that it carries one."""
    newsml = _NEWSML.match(uri)
    if newsml:
        return newsml.group(1)
    if version and uri.endswith(version):
        stem = uri[: -len(version)].removesuffix("v").removesuffix("V")
        shorter = stem.rstrip(":/#?=._@-")
        if len(shorter) < len(stem) and len(shorter) > len("urn:"):
            return shorter
    return uri


def suggested(article: Article) -> tuple[str, bool]:
    """The family that the article itself suggests, and whether its source named it outright."""
    if article.family:
        return article.family, True
    return plain(article.uri, article.version), False


def of_predecessor(article: Article) -> tuple[str, ...]:
    """The families that the named predecessor may have had, likeliest first; empty without one.

    Its version is not known here, so a trailing number behind a separator is tried as one.
    """
    uri = article.predecessor
    if not uri or uri == article.uri:
        return ()
    trailing = _TRAILING.match(uri)
    tries = [plain(uri, None), uri, *([trailing.group(1)] if trailing else [])]
    return tuple(dict.fromkeys(tries))
