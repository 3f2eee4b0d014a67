"""Record times as text and back. Kafka counts milliseconds since 1970 UTC; text is RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999


@lru_cache(maxsize=4096)
def text_of(milliseconds: int) -> str:
    """RFC 3339 in UTC with milliseconds; a record without a time (-1) counts as 1970.

    One article's time is asked for several times.
    """
    seconds, rest = divmod(min(max(milliseconds, 0), _LAST), 1000)
    return f"{_second(seconds)}.{rest:03}Z"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    """Records come many a second."""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


def milliseconds_of(text: str) -> int | None:
    """Milliseconds since 1970 of an RFC 3339 text, or None where it is none. No zone means UTC."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None
