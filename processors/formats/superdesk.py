"""Superdesk's dialect of ninjs: ``guid`` for uri, ``evolvedfrom``, ``version`` as number or text.

The fields are those of Superdesk's own documentation of its ninjs output; what it adds for its own
machines (``priority``, ``service``, ``readtime``, ``annotations``, ``extra``) has no place in ninjs
3.1 and is left out.
"""

from __future__ import annotations

from typing import Any

from processors.article import Article
from processors.formats import ninjs, values
from processors.formats.base import EXTRA, Field, Format, Incoming

_REPLACED = frozenset(("uri", "predecessor", "extra.by", "extra.subjects"))


def authors(value: Any) -> str | None:
    """The names of the authors, as a by-line."""
    people = value if isinstance(value, list) else []
    names = [each.get("name") for each in people if isinstance(each, dict)]
    return ", ".join(name for name in names if isinstance(name, str) and name) or None


def keywords(value: Any) -> list[dict[str, str]] | None:
    """Free keywords as subjects with a name only."""
    words = value if isinstance(value, list) else []
    return [{"name": word} for each in words if (word := values.text(each))] or None


_SUBJECTS = next(field for field in ninjs.PASSED if field.to == "extra.subjects")
FIELDS = (
    Field(("guid", "uri"), "uri", values.uri, "else the record's key"),
    Field(("evolvedfrom", "evolvedFrom"), "predecessor", values.number_or_text),
    Field(("source",), "source", values.text),
    *(field for field in ninjs.FIELDS if field.to not in _REPLACED),
    Field(("byline", "by"), EXTRA + "by", values.text),
    Field(("authors",), EXTRA + "by", authors, "where there is no byline"),
    Field(_SUBJECTS.names[::-1], _SUBJECTS.to, _SUBJECTS.read),
    Field(("keywords",), EXTRA + "subjects", keywords, "where there is no subject"),
)


def claims(incoming: Incoming) -> bool:
    """A JSON object that names itself by ``guid``, or says what it ``evolvedfrom`` in ninjs."""
    data = incoming.data
    if data is None:
        return False
    return "guid" in data or ("evolvedfrom" in data and "body_html" in data)


def decode(incoming: Incoming) -> Article:
    """The article. Raises ``BadRecord``."""
    return ninjs.item_of(incoming, FIELDS, SUPERDESK.name)


SUPERDESK = Format(
    "superdesk",
    "Superdesk's dialect of ninjs 1.",
    claims,
    decode,
    FIELDS,
    "priority, service, readtime, charcount, wordcount, annotations, attachments, extra, "
    "extra_items, signal, firstpublished, order, products",
    lambda names: "guid" in names or "evolvedfrom" in names,
)
