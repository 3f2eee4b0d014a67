"""Records for the tests of formats."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processors.article import Article
from processors.errors import BadRecord
from processors.formats import decode
from processors.policy import Limits
from processors.records import Header, Record


def record(
    value: bytes | None, key: bytes | None = b"urn:key", headers: tuple[Header, ...] = ()
) -> Record:
    return Record("articles.raw", 0, 7, 1_700_000_000_000, key, value, headers)


def article(value: Any, key: bytes | None = b"urn:key", media: str | None = None) -> Article:
    """The article of bytes, or of an object sent as JSON."""
    headers = (("content-type", media.encode()),) if media else ()
    if not isinstance(value, bytes):
        value = json.dumps(value).encode()
    return decode(record(value, key, headers), Limits())


def refusal(value: bytes | None, key: bytes | None = b"urn:key", **limits: int) -> BadRecord:
    with pytest.raises(BadRecord) as caught:
        decode(record(value, key), Limits(**limits))
    return caught.value
