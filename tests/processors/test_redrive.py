"""Dead letters read back, and what goes back to where they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.deadletter import letter as bury
from processors.deadletter import origin, redrives
from processors.errors import BadRecord
from processors.records import Header, Record
from processors.redrive import headers_back, letter_of

OWN: tuple[Header, ...] = (("traceparent", b"00-1"), ("content-type", b"application/json"))
FAULT = BadRecord("no-body", "article 'urn:a' has no text in its body", "validate")


def died(record: Record, at: tuple[int, int] = (2, 7)) -> Record:
    """The dead letter of a record, as it stands in its topic."""
    letter = bury(record, FAULT)
    return Record("dead", *at, letter.timestamp, letter.key, letter.value, letter.headers)


def sent_back(letter: Record, at: tuple[int, int]) -> Record:
    """The record that a redrive makes of a letter."""
    return Record("raw", *at, letter.timestamp, letter.key, letter.value, headers_back(letter))


def test_a_letter_says_why_where_and_how_often() -> None:
    told = letter_of(died(Record("raw", 1, 42, 1000, b"urn:a", b"{}", OWN)))
    assert (told.place, told.time, told.key, told.size) == ("2/7", 1000, b"urn:a", 2)
    assert (told.reason, told.stage) == ("no-body", "validate")
    assert told.message == "article 'urn:a' has no text in its body"
    assert (told.topic, told.partition, told.offset) == ("raw", 1, 42)
    assert (told.origin, told.redriven) == ("raw/1/42", 0)


def test_what_goes_back_has_its_own_headers_and_its_first_origin_however_often_it_dies() -> None:
    record = Record("raw", 1, 42, 1000, b"urn:a", b"{}", OWN)
    for times in range(1, 5):
        letter = died(record)
        record = sent_back(letter, (1, 42 + times))
        assert record.headers == (
            *OWN,
            ("copydesk-redriven", b"%d" % times),
            ("copydesk-origin", b"raw/1/42"),
        )
        assert origin(record) == "raw/1/42"
        assert redrives(record) == times
        again = letter_of(died(record))
        assert (again.redriven, again.origin) == (times, "raw/1/42")
        assert (again.topic, again.offset) == ("raw", 42 + times), "where it stood when it died"


@pytest.mark.parametrize(
    ("headers", "reason", "topic", "why"),
    [
        ((), "unknown", None, "no word of its source"),
        ((("__connect.errors.topic", b"raw"),), "unknown", "raw", "half a place"),
        (
            (
                ("__connect.errors.topic", b"raw"),
                ("__connect.errors.partition", "٣".encode()),
                ("__connect.errors.offset", b"-1"),
                ("__connect.errors.exception.class.name", b"org.Broken"),
            ),
            "org.Broken",
            "raw",
            "Kafka Connect's, with numbers that are none",
        ),
    ],
)
def test_a_letter_of_another_program_is_read_as_far_as_it_goes(headers, reason, topic, why):
    told = letter_of(Record("dead", 0, 0, 5, None, None, headers))
    assert (told.reason, told.topic, told.partition, told.offset) == (reason, topic, None, None), (
        why
    )
    assert (told.origin, told.size) == ("", 0)


@given(st.lists(st.tuples(st.text(max_size=30), st.binary(max_size=20)), max_size=8), st.binary())
def test_no_headers_break_it_and_no_reason_goes_back(headers, value):
    record = Record("dead", 0, 0, 5, None, value, (*headers, ("__connect.errors.stage", b"x")))
    letter_of(record)
    back = headers_back(record)
    assert not [name for name, _ in back if name.startswith("__connect.errors.")]
    assert [name for name, _ in back].count("copydesk-redriven") == 1
