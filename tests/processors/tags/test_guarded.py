"""A newsroom's own tagger: what it may answer, and what fails it for the article."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from processors.tags import run
from processors.tags.guarded import guarded
from processors.text import Evidence, Tag, TagText

TEXT = TagText("en", "A title", ("Rain in Spain",))
WRONG: Any = "weather"
NUMBER: Any = 3


def answer(*tags: Any) -> tuple[tuple[Tag, ...], tuple[str, ...]]:
    return run((("desk", guarded(lambda _: tags)),), TEXT)


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        (Evidence(0, 0, 4, "Rain", "weather"), "a paragraph"),
        (Evidence(0, 9, 13, "pain", "weather"), "up to its end"),
        (Evidence(-1, 2, 7, "title", "weather"), "the title"),
        (Evidence(None, 0, 0, "", "weather"), "the whole text"),
    ],
)
def test_a_tag_with_evidence_in_the_text_is_taken_as_it_is(evidence, reason):
    tag = Tag("subject", "Rain", "desk:rain", confidence=100, evidence=(evidence,))
    assert answer(tag) == ((tag,), ()), reason


@pytest.mark.parametrize(
    ("tag", "failure", "reason"),
    [
        (("subject", "Rain"), "TypeError", "no tag"),
        (Tag("subject", NUMBER), "ValidationError", "a name that is no text"),
        (Tag(WRONG, "Rain"), "ValidationError", "a kind that there is not"),
        (Tag("subject", "\ud800"), "UnicodeEncodeError", "half a character"),
        (Tag("subject", "Rain", confidence=101), "ValueError", "surer than sure"),
        (Tag("subject", "Rain", relevance=-1), "ValueError", "less than nothing"),
        (Tag("subject", "Rain", "rain"), "ValueError", "a uri that is none"),
        (
            Tag("subject", "Rain", evidence=(Evidence(WRONG, 0, 4, "Rain", NUMBER),)),
            "ValidationError",
            "evidence with its fields in another order",
        ),
        (
            Tag("subject", "Rain", evidence=(Evidence(1, 0, 4, "Rain", "weather"),)),
            "ValueError",
            "a paragraph that there is not",
        ),
        (
            Tag("subject", "Rain", evidence=(Evidence(0, 10, 14, "Rain", "weather"),)),
            "ValueError",
            "behind the end",
        ),
        (
            Tag("subject", "Rain", evidence=(Evidence(None, 4, 0, "Rain", "weather"),)),
            "ValueError",
            "from behind to before",
        ),
    ],
)
def test_a_tag_that_nobody_could_read_again_fails_the_tagger(tag, failure, reason):
    assert answer(tag) == ((), (f"desk: {failure}",)), reason


def test_a_tagger_that_asks_to_end_the_process_only_fails():
    tags, failures = run((("desk", guarded(lambda _: sys.exit(3))),), TEXT)
    assert (tags, failures) == ((), ("desk: RuntimeError",))
