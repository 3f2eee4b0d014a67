"""How single values of any source are read: text, version, date, status, language.

Rules: a value that cannot be read is left out (None), never guessed; only what would do harm if
it were ignored (a status, an embargo, a body or uri of the wrong type) is a ``BadRecord``.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from processors.article import PUB_STATUSES
from processors.errors import BadRecord

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?([.,]\d{1,9})?\s?(?:([Zz])|([+-]\d\d):?([0-5]\d))?"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_KINDS = {
    type(None): "null",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
}


def kind_of(value: object) -> str:
    """What a person calls the type of a JSON value."""
    return _KINDS.get(type(value), "an object")


def text(value: Any) -> str | None:
    """A text that says something, without the white space around it; anything else is None."""
    return (value.strip() or None) if isinstance(value, str) else None


def number_or_text(value: Any) -> str | None:
    """A text, or a whole number written out, as identifiers and versions come."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return None


def uri(value: Any) -> str | None:
    """An identifier: a text or a whole number. Raises ``BadRecord`` (``wrong-type``) for others."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BadRecord("wrong-type", f"the uri is {kind_of(value)}, it must be text")


def body(value: Any) -> str:
    """A body, character for character. Raises ``BadRecord`` (``wrong-type``) if it is not text."""
    if isinstance(value, str):
        return value
    raise BadRecord("wrong-type", f"the body is {kind_of(value)}, it must be text")


def body_type(value: Any) -> str | None:
    """``text/html`` or ``text/plain`` of a content type. Raises ``BadRecord`` for any other."""
    if not isinstance(value, str):
        return None
    media = value.partition(";")[0].strip().lower()
    if media in ("text/html", "application/xhtml+xml", "html"):
        return "text/html"
    if media in ("text/plain", "text", "plain", ""):
        return "text/plain"
    raise BadRecord(
        "body-type", f"a body of type {value[:60]!r} cannot be read; send text/plain or text/html"
    )


def status(value: Any) -> str | None:
    """A publication status: usable, withheld or canceled (also ``cancelled``, ``stat:canceled``).

    Raises ``BadRecord`` (``bad-status``) for any other: to publish what a source wanted held back,
    because it spelled it in its own way, cannot be taken back.
    """
    if not isinstance(value, str) or not value.strip():
        return None
    word = value.strip().lower().rpartition(":")[2].rpartition("/")[2]
    word = {"cancelled": "canceled", "killed": "canceled", "kill": "canceled"}.get(word, word)
    if word in PUB_STATUSES:
        return word
    raise BadRecord(
        "bad-status",
        f"pubStatus {value[:40]!r} is not known; it can be usable, withheld or canceled",
    )


def language(value: Any) -> str | None:
    """A BCP 47 language tag as the source wrote it, ``_`` as ``-``; what cannot be one is None."""
    if isinstance(value, str) and _LANGUAGE.fullmatch(tag := value.strip()):
        return tag.replace("_", "-")
    return None


def date(value: Any) -> str | None:
    """An RFC 3339 text of a date with time and zone, in ISO 8601 or RFC 822 spelling, else None.

    A date without time or without zone names no moment and is left out: it would be invented.
    """
    if not isinstance(value, str):
        return None
    written = _iso(value.strip())
    if written is None:
        return _rfc822(value.strip())
    moment, zone = written
    return moment + zone if zone else None


def embargo(value: Any) -> str | None:
    """The end of an embargo as RFC 3339. One that leaves room for doubt ends at its latest reading.

    Without a zone it is read as UTC-12, the last place on earth to reach that hour; without a time
    it ends with that day. Raises ``BadRecord`` (``bad-embargo``) where no date can be read at all:
    an embargo is never broken because it was misspelled.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str):
        spelled = value.strip()
        if _DATE.fullmatch(spelled) and _valid(f"{spelled}T23:59:59"):
            return f"{spelled}T23:59:59-12:00"
        written = _iso(spelled)
        if written is not None:
            return written[0] + (written[1] or "-12:00")
        if moment := _rfc822(spelled):
            return moment
    raise BadRecord(
        "bad-embargo",
        f"the embargo {str(value)[:40]!r} is no date; write it like 2026-11-23T06:00:00Z",
    )


def _iso(value: str) -> tuple[str, str] | None:
    if found := _COMPACT.fullmatch(value):
        year, month, day, hour, minute, second, zone = found.groups()
        value = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone or ''}"
    found = _RFC3339.fullmatch(value)
    if found is None:
        return None
    day, minutes, seconds, fraction, zulu, hours, rest = found.groups()
    moment = f"{day}T{minutes}{seconds or ':00'}{(fraction or '').replace(',', '.')}"
    zone = "Z" if zulu else f"{hours}:{rest}" if hours else ""
    return (moment, zone) if _valid(moment[:19] + zone) else None


def _valid(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def _rfc822(value: str) -> str | None:
    if not value[:1].isalnum() or len(value) > 60:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.isoformat().replace("+00:00", "Z") if moment.tzinfo else None
