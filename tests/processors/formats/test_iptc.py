"""IPTC's own examples and test suite of ninjs 1.0 to 3.1."""

from __future__ import annotations

import json

import pytest

from processors.errors import BadRecord
from processors.formats import decode
from processors.policy import Limits
from tests.processors.formats.records import record
from tests.processors.formats.schema import NINJS, faults, needs_iptc, published

pytestmark = needs_iptc

#: Documents that IPTC's schemas refuse and copydesk takes, as a reader should that is careful in
#: what it sends: what is wrong in them is left out of what comes out, which is valid.
TOLERATED = {
    "1.0/should_fail/007_pubstatus_cancelled.json": "a withdrawal spelled in British is one",
    "1.0/should_fail/014_type_component.json": "no text, so it passes through as it came",
    "1.1/should_fail/001_type_component.json": "no text, so it passes through as it came",
    "1.5/should_fail/002_bad_association.json": "the text is good; the association is cleaned",
    "2.0/should_fail/001_bad_geojson.json": "a picture, so it passes through as it came",
    "2.0/should_fail/002_bad_association.json": "the text is good; the association is left out",
    "2.1/should_fail/001_bad_association.json": "the text is good; the association is cleaned",
    "2.1/should_fail/002_good_association_but_no_name.json": "the association is left out",
    "2.1/should_fail/003_good_association_but_no_uri.json": "the association is left out",
    "3.0/should_fail/001_bad_geojson.json": "a picture, so it passes through as it came",
    "3.0/should_fail/002_bad_association.json": "the text is good; the association is left out",
    "3.0/should_fail/003_event_with_conflicting_start.json": "an event, so it passes through",
    "3.0/should_fail/004_event_with_renditions.json": "an event, so it passes through",
    "3.0/should_fail/004_invalid_truncated_date.json": "an event, so it passes through",
    "3.0/should_fail/005_planned_coverage_bad_urgency.json": "a planning item, passes through",
}


def documents(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(NINJS)) for path in NINJS.glob(pattern))


def value(name: str) -> bytes:
    return (NINJS / name).read_bytes()


def has_text(name: str) -> bool:
    document = json.loads(value(name))
    if not isinstance(document, dict) or document.get("type", "text") != "text":
        return False
    written = [v for k, v in document.items() if k.startswith("body_")]
    written += [body.get("value") for body in document.get("bodies", ())]
    return any(isinstance(text, str) and text.strip() for text in written)


GOOD = documents("test_suite/[0-9].[0-9]/should_pass/*.json")
DEVELOPED = documents("test_suite/*_dev/should_pass/*.json")
EXAMPLES = documents("examples/*/*.json")
BAD = documents("test_suite/*/should_fail/*.json")
TEXTS = [name for name in GOOD + DEVELOPED + EXAMPLES if has_text(name)]
WITHOUT = sorted({*GOOD, *DEVELOPED, *EXAMPLES} - {*TEXTS})


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_that_should_pass_comes_out_valid(name):
    article = decode(record(value(name), None), Limits())
    assert article.kind == "text"
    assert article.format.startswith("ninjs-")
    assert faults(published(article)) == []


def test_there_are_texts_of_all_three_generations():
    formats = {decode(record(value(name), None), Limits()).format for name in TEXTS}
    assert formats == {"ninjs-1", "ninjs-2", "ninjs-3"}
    assert len(TEXTS) >= 20


@pytest.mark.parametrize("name", WITHOUT)
def test_every_other_document_passes_through_or_is_said_to_have_no_body(name):
    document = json.loads(value(name))
    if not isinstance(document, dict):
        with pytest.raises(BadRecord, match="is a list"):
            decode(record(value(name), None), Limits())
        return
    kind, reason = outcome(name)
    if kind is None:
        # "Next Monday" as an embargo is valid where formats are not checked
        assert reason in {"no-body", "bad-embargo"}
        assert document.get("type", "text") == "text"
    else:
        assert kind in {"other", "withdrawal"}


def outcome(name: str) -> tuple[str | None, str]:
    try:
        return decode(record(value(name), None), Limits()).kind, ""
    except BadRecord as fault:
        return None, fault.reason


@pytest.mark.parametrize("name", BAD)
def test_what_should_fail_is_refused_with_a_reason_or_taken_for_one(name):
    reason = TOLERATED.get(name.removeprefix("test_suite/"))
    if reason is None:
        with pytest.raises(BadRecord) as caught:
            decode(record(value(name), None), Limits())
        assert len(str(caught.value)) > 20
        return
    article = decode(record(value(name), None), Limits())
    if article.kind == "text":
        assert faults(published(article)) == [], reason


def test_what_is_tolerated_is_all_in_the_suite():
    assert {f"test_suite/{name}" for name in TOLERATED} <= set(BAD)


@pytest.mark.parametrize("name", documents("examples/NewsML/*.xml"))
def test_the_same_press_releases_in_newsml_1(name):
    article = decode(record(value(name), None), Limits())
    assert (article.format, article.kind) == ("newsml-1", "text")
    assert faults(published(article)) == []
