"""Single values: versions, dates, embargoes, statuses, languages."""

from __future__ import annotations

import pytest

from processors.formats import values
from tests.processors.formats.records import article

DATES = [
    ("2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z", "RFC 3339"),
    ("2026-11-23T03:00:00.123+05:30", "2026-11-23T03:00:00.123+05:30", "with zone and fraction"),
    ("2026-11-23T03:00:00+0000", "2026-11-23T03:00:00+00:00", "Superdesk's zone"),
    ("2026-11-23 03:00Z", "2026-11-23T03:00:00Z", "a blank, no seconds"),
    ("20261123T030000Z", "2026-11-23T03:00:00Z", "compact, as NITF has it"),
    ("20261123T0300+0200", "2026-11-23T03:00:00+02:00", "compact without seconds"),
    ("Mon, 23 Nov 2026 03:00:00 GMT", "2026-11-23T03:00:00Z", "RFC 822, as RSS has it"),
    ("Mon, 23 Nov 2026 03:00:00 +0200", "2026-11-23T03:00:00+02:00", "with a zone"),
    ("2026-11-23", None, "a day names no moment"),
    ("2026-11-23T03:00:00", None, "nor does a time without a zone"),
    ("2026-02-30T03:00:00Z", None, "a day that is none"),
    ("2026-11-23T25:00:00Z", None, "an hour that is none"),
    ("2026-11-23T03:00:00+00:80", None, "a zone that RFC 3339 has not: found by fuzzing"),
    ("yesterday", None, "words"),
    (1764000000, None, "a number: seconds or milliseconds?"),
    ("", None, "nothing"),
]


@pytest.mark.parametrize(("written", "read", "reason"), DATES)
def test_a_date_is_read_or_left_out_and_never_invented(written, read, reason):
    assert values.date(written) == read, reason


EMBARGOES = [
    ("2026-11-23T03:00:00Z", "2026-11-23T03:00:00Z", "a moment"),
    ("2026-11-23T03:00:00", "2026-11-23T03:00:00-12:00", "no zone: where that hour comes last"),
    ("2026-11-23", "2026-11-23T23:59:59-12:00", "a day: to its end"),
    ("", None, "nothing"),
    (None, None, "null"),
]


@pytest.mark.parametrize(("written", "read", "reason"), EMBARGOES)
def test_an_embargo_in_doubt_ends_at_its_latest_reading(written, read, reason):
    assert values.embargo(written) == read, reason


STATUSES = [
    ("usable", "usable", "text"),
    ("withheld", "withheld", "text"),
    ("canceled", "canceled", "withdrawal"),
    ("cancelled", "canceled", "withdrawal"),
    ("stat:canceled", "canceled", "withdrawal"),
    ("http://cv.iptc.org/newscodes/pubstatusg2/withheld", "withheld", "text"),
    ("Usable ", "usable", "text"),
    ("killed", "canceled", "withdrawal"),
]


@pytest.mark.parametrize(("written", "status", "kind"), STATUSES)
def test_a_status_is_read_however_it_is_spelled(written, status, kind):
    seen = article({"uri": "u", "body": "x", "pubStatus": written})
    assert (seen.pub_status, seen.kind) == (status, kind)


PLAIN = [
    ({"uri": None, "id": "i"}, "uri", "i", "id for uri"),
    ({"uri": 17}, "uri", "17", "a number as uri"),
    ({"uri": " u "}, "uri", "u", "white space around it"),
    ({"version": 3}, "version", "3", "a number"),
    ({"version": 3.0}, "version", "3", "a number with a point"),
    ({"version": "3a"}, "version", "3a", "a text"),
    ({"version": True}, "version", None, "neither"),
    ({"headline": "h"}, "title", "h", "headline for title"),
    ({"title": 5}, "title", None, "a title that is no text is left out"),
    ({"family": "f"}, "family", "f", "the source's own word for the story"),
    ({"evolvedFrom": "urn:old"}, "predecessor", "urn:old", "the predecessor"),
    ({"language": "ar_EG"}, "language", "ar-EG", "an underline in a language tag"),
    ({"language": "Arabic!"}, "language", None, "what cannot be a language tag"),
    ({"bodyType": "text/html; charset=utf-8"}, "body_type", "text/html", "with a parameter"),
    ({"bodyType": None}, "body_type", "text/plain", "null is as if it were not there"),
    ({"published": "2026-11-23"}, "published", None, "a day"),
    ({"nonsense": {"a": [1]}}, "body", "x", "an unknown field"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "name", "value", "reason"), PLAIN)
def test_the_fields_of_the_plain_form(fields, name, value, reason):
    seen = article({"uri": "u", "body": "x", **fields})
    assert getattr(seen, name) == value, reason


def test_text_for_body_and_character_for_character():
    body = "a\r\n\u2028b \u200fج\u0640\u064e "
    assert article({"uri": "u", "text": body}).body == body


def test_the_plain_form_may_say_what_ninjs_has_a_place_for():
    seen = article(
        {"uri": "u", "body": "x", "by": "A B", "urgency": "3", "subjects": ["no", {"name": "s"}]}
    )
    assert seen.extra == {"by": "A B", "urgency": 3, "subjects": [{"name": "s"}]}
