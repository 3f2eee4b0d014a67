"""Formats: how an article that arrives in anybody's words becomes an ``Article``.

A format is one small module and one row in ``BUILTIN``; the first row that claims a record
decodes it, so the particular stand before the general. A newsroom adds rows of its own through
the entry point group ``copydesk.formats``, which ``consumers`` loads and hands in here.
"""

from __future__ import annotations

from functools import lru_cache

from processors.article import Article
from processors.errors import BadRecord
from processors.formats.base import FEW, Format, Incoming
from processors.formats.html import HTML
from processors.formats.newsml import NEWSML
from processors.formats.newsml1 import NEWSML1
from processors.formats.ninjs import NINJS
from processors.formats.nitf import NITF
from processors.formats.plain import PLAIN
from processors.formats.superdesk import SUPERDESK
from processors.formats.text import TEXT
from processors.formats.wire import key_text, read
from processors.policy import Limits
from processors.records import Record

__all__ = ["BUILTIN", "Format", "Formats", "Incoming", "decode"]

Formats = tuple[Format, ...]

#: Roots of RSS and Atom, which hold many articles; ``processors.formats.feeds`` takes them apart.
FEEDS = frozenset(("rss", "RDF", "feed"))
BUILTIN: Formats = (SUPERDESK, *NINJS, PLAIN, NEWSML, NEWSML1, NITF, HTML, TEXT)


def decode(record: Record, limits: Limits, formats: Formats = BUILTIN) -> Article:
    """The article of a record. Raises ``BadRecord`` and nothing else, whatever the bytes.

    A null value is the withdrawal of the uri that its key names.
    """
    if record.value is None:
        uri = key_text(record.key)
        if uri is None:
            raise BadRecord(
                "no-uri", "a null value withdraws the uri in its key, and this record has no key"
            )
        return Article(uri=uri, kind="withdrawal", format="null", pub_status="canceled")
    incoming = read(record, limits)
    if incoming.data is not None and len(incoming.data) <= FEW:
        formats = _asked(formats, tuple(incoming.data))
    for each in formats:
        if (article := _tried(each, incoming)) is not None:
            return article
    if incoming.root is not None and incoming.root.tag in FEEDS:
        raise BadRecord(
            "many-items",
            f"the value is a feed (<{incoming.root.tag}>), and a record takes one article; "
            "copydesk publish takes feeds apart",
        )
    named = f" whose root is <{incoming.root.tag}>" if incoming.root is not None else ""
    raise BadRecord(
        "unknown-format",
        f"no format knows a value of type {incoming.media}{named}; "
        "send JSON, plain text, HTML, NewsML or NITF",
    )


@lru_cache(256)
def _asked(formats: Formats, names: tuple[str, ...]) -> Formats:
    """Those that a JSON object of these names may be of: for a feed, always the same."""
    there = frozenset(names)
    return tuple(each for each in formats if each.may is None or each.may(there))


def _tried(chosen: Format, incoming: Incoming) -> Article | None:
    """The article, where the format claims the record.

    A format is code of this project or of a newsroom: where it fails on one record, that record
    is bad and its neighbours go on.
    """
    try:
        return chosen.decode(incoming) if chosen.claims(incoming) else None
    except BadRecord:
        raise
    except RecursionError:
        raise BadRecord("too-deep", "the value is nested too deep to be read") from None
    except Exception as error:
        raise BadRecord(
            "format-failed",
            f"the format {chosen.name} failed on this record ({type(error).__name__}: {error}); "
            "its authors will want to see it",
        ) from error
