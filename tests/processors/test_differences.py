"""How two runs over the same articles differ: what is said of items, paragraphs and tags."""

from __future__ import annotations

from typing import Any

import pytest

from processors.audit import Audit, AuditOwner, AuditParagraph
from processors.differences import (
    Dropped,
    Item,
    Paragraph,
    Shape,
    Tally,
    difference,
    item_of,
    kind_of,
    kinds,
    shape_of,
)
from processors.edits import Edit
from processors.records import Record
from processors.text import Tag

ONE = Item("urn:a", b"1", b"h")
OTHER = Item("urn:a", b"2", b"h")
HEADERS = Item("urn:a", b"1", b"i")


@pytest.mark.parametrize(
    ("here", "there", "kind"),
    [
        (ONE, ONE, None),
        (ONE, OTHER, "changed"),
        (ONE, HEADERS, "changed"),
        (ONE, None, "only_here"),
        (None, ONE, "only_there"),
        (None, None, None),
    ],
)
def test_items_are_equal_changed_or_on_one_side_only(here, there, kind):
    assert kind_of(here, there) == kind


def test_all_origins_of_both_sides_are_looked_at():
    here, there = {"a": ONE, "b": ONE, "c": ONE}, {"a": ONE, "b": OTHER, "d": ONE}
    assert dict(kinds(here, there)) == {"b": "changed", "c": "only_here", "d": "only_there"}


def record(**more):
    given: dict[str, Any] = {
        "key": b"urn:a",
        "value": b"{}",
        "headers": (("a", b"1"), ("b", b"2")),
    } | more
    return Record("raw", 0, 1, 1000, **given)


@pytest.mark.parametrize(
    "more",
    [{"key": b"urn:b"}, {"value": b"{ }"}, {"value": None}, {"headers": (("a", b"1"),)},
     {"headers": (("b", b"2"), ("a", b"1"))}],
)  # fmt: skip
def test_key_value_and_headers_all_count(more):
    assert item_of(record()) == item_of(record())
    assert item_of(record()) != item_of(record(**more))


def audit(*paragraphs: AuditParagraph, **more) -> Audit:
    given: dict[str, Any] = {
        "schema_version": 1, "uri": "urn:a", "family": "urn:a", "origin": "raw/0/1", "kind": "text",
        "record_time": "2026-11-23T09:00:00.000Z", "verdict": "published", "dedupe": "ok",
    } | more  # fmt: skip
    return Audit(paragraphs=paragraphs, **given)


def test_a_dropped_paragraph_is_told_by_its_text_rule_and_owner_out_of_the_edits():
    owner = AuditOwner("urn:other", "2026-11-20T09:00:00.000Z")
    dropped = AuditParagraph(1, 6, 16, "dropped", "cross-source", owner=owner)
    kept = AuditParagraph(0, 0, 5, "kept", "own")
    shape = shape_of(audit(kept, dropped, edits=(Edit(5, "\n0123"), Edit(10, "456789\n"))))
    assert shape.dropped == {(6, 16): Dropped("cross-source", "urn:other", "0123456789")}
    assert shape.paragraphs == 2


def test_a_duplicate_tells_its_paragraphs_out_of_the_original():
    dropped = AuditParagraph(0, 0, 5, "dropped", "duplicate")
    other = AuditOwner("urn:other", "2026-11-20T09:00:00.000Z")
    shape = shape_of(
        audit(dropped, original="First\nrest", verdict="duplicate", duplicate_of=other)
    )
    assert shape.dropped[(0, 5)].text == "First"
    told = difference("raw/0/1", "only_there", shape, Shape("urn:a", "published"))
    assert (told.here, told.there) == ("a duplicate of urn:other", "published")


def test_a_difference_names_paragraphs_tags_language_and_split():
    here = Shape(
        "urn:a", "published", {(0, 5): Dropped("own", "", "first"), (6, 9): Dropped("x", "", "both")},
        frozenset(("place Cairo", "person B")), "ar", 4,
    )  # fmt: skip
    there = Shape(
        "urn:a", "published", {(6, 9): Dropped("x", "", "both"), (10, 12): Dropped("y", "urn:o", "z")},
        frozenset(("place Cairo", "place Rome")), "fa", 5,
    )  # fmt: skip
    told = difference("raw/0/1", "changed", here, there)
    assert told.paragraphs == (
        Paragraph("here", "own", "", "first"),
        Paragraph("there", "y", "urn:o", "z"),
    )
    assert (told.tags_only_here, told.tags_only_there) == (("person B",), ("place Rome",))
    assert (told.language, told.split, told.other) == (("ar", "fa"), (4, 5), "")
    tally = Tally()
    tally.add(told)
    assert (tally.changed, tally.dropped_only_here, tally.tags_only_there) == (1, 1, 1)


def test_what_differs_in_nothing_that_is_named_says_so():
    shape = Shape("urn:a", "published")
    assert difference("raw/0/1", "changed", shape, shape).other == "other fields or headers"


def test_nothing_and_dead_letters_are_told_too():
    told = difference("raw/0/1", "only_here", Shape("urn:a", "published"), "too-large")
    assert (told.uri, told.there) == ("urn:a", "a dead letter (too-large)")
    assert difference("raw/0/1", "only_there", None, Shape("urn:a", "published")).here == "nothing"


def test_tags_are_compared_by_kind_name_and_code():
    tags = (Tag("subject", "sport", "medtop:15000000"), Tag("person", "Nizar"))
    assert shape_of(audit(tags=tags)).tags == {"subject sport (medtop:15000000)", "person Nizar"}
