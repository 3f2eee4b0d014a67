"""A newsroom's own formats, by entry point."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from consumers import formats as loading
from consumers.errors import UsageFault
from processors.article import Article
from processors.formats import BUILTIN, Format, decode
from processors.policy import Limits
from processors.records import Record

OURS = Format(
    "ourwire",
    "A wire of our own.",
    lambda incoming: incoming.value.startswith(b"OURS "),
    lambda incoming: Article(uri="urn:ours", body=incoming.value[5:].decode(), format="ourwire"),
)
NOT_ONE = "a text"


def entries(monkeypatch, **named):
    found = [EntryPoint(name, value, loading.GROUP) for name, value in named.items()]
    monkeypatch.setattr(
        loading, "entry_points", lambda group: found if group == loading.GROUP else []
    )


def test_without_entry_points_the_built_in_formats_are_all():
    assert loading.formats() == BUILTIN


def test_a_newsrooms_format_is_asked_before_the_built_in_ones(monkeypatch):
    entries(monkeypatch, ourwire=f"{__name__}:OURS")
    found = loading.formats()
    assert [each.name for each in found] == ["ourwire", *(each.name for each in BUILTIN)]
    article = decode(Record("t", 0, 0, 0, None, b"OURS news"), Limits(), found)
    assert (article.uri, article.body) == ("urn:ours", "news")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("no.such.module:X", "'bad' (no.such.module:X) cannot be imported"),
        (f"{__name__}:MISSING", "cannot be imported"),
        (f"{__name__}:NOT_ONE", "is no processors.formats.Format"),
    ],
)
def test_an_entry_point_that_is_no_format_is_refused_by_name(monkeypatch, value, words):
    entries(monkeypatch, bad=value)
    with pytest.raises(UsageFault) as caught:
        loading.formats()
    assert words in str(caught.value)
