"""What is said when too many records are bad: how many, from where, and what has likely happened."""

from __future__ import annotations

import re

import pytest

from consumers.badruns import CAUSES, BadRuns, TooManyBad
from consumers.ledger import Partition
from tests.tree import ROOT

ONE = Partition("raw", 1)


def flood(bad: BadRuns, reasons: list[str]) -> str:
    """The sentence that the reasons lead to, one record each."""
    try:
        for offset, reason in enumerate(reasons):
            bad.bad(ONE, offset, reason)
    except TooManyBad as stopped:
        return str(stopped)
    raise AssertionError("the flood was let through")


def test_the_sentence_says_where_how_many_why_and_what_to_do() -> None:
    assert flood(BadRuns(3, 1.0), ["cut-off", "not-json", "cut-off", "cut-off"]) == (
        "raw/1: more than 3 bad records in a row from offset 0, 3 of them 'cut-off': most likely a "
        "program before Kafka cuts records off, by a limit on their size. Nothing of that run is "
        "committed. Mend what sends them, or raise COPYDESK_BAD_IN_A_ROW to let them through to the "
        "dead letters"
    )


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("not-utf8", "encoding"),
        ("too-large", "COPYDESK_MAX_BODY"),
        ("too-many-paragraphs", "COPYDESK_MAX_PARAGRAPHS"),
        ("too-deep", "COPYDESK_MAX_DEPTH"),
        ("too-large-output", "max.message.bytes of the output topic"),
        ("no-body", "renamed the field"),
        ("a-newsroom's-own", "the feed's format has changed"),
    ],
)
def test_each_reason_names_its_likely_cause(reason: str, named: str) -> None:
    assert named in flood(BadRuns(3, 1.0), [reason] * 4)


def test_every_reason_that_the_core_gives_has_a_likely_cause() -> None:
    given = {
        name
        for file in (ROOT / "processors").rglob("*.py")
        for name in re.findall(r"""BadRecord\(\s*["']([a-z0-9-]+)["']""", file.read_text("utf-8"))
    }
    assert len(given) > 5
    assert given <= set(CAUSES)


def test_no_limit_in_a_row_lets_every_run_through_and_holds_nothing_back() -> None:
    bad = BadRuns(0, 1.0)
    for offset in range(5000):
        bad.bad(ONE, offset, "no-body")
    assert bad.start(ONE) is None


def test_a_share_is_limited_even_where_runs_are_not() -> None:
    said = flood(BadRuns(0, 0.5), ["no-body"] * 300)
    assert "200 of the last 200 records up to offset 199 are bad, all 'no-body'" in said
    assert "COPYDESK_BAD_SHARE" in said


def test_a_share_is_not_judged_by_a_few_records() -> None:
    bad = BadRuns(100, 0.5)
    for offset in range(100):
        bad.bad(ONE, offset, "no-body")
    bad.good(ONE)
