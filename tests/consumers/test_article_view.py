"""What a person reads of an article that has no text to show, or whose tags are in several scripts."""

from __future__ import annotations

import msgspec
import pytest
from rich.console import Console

from consumers.cli import article_view
from consumers.errors import CopydeskError
from consumers.restoring import body_of
from consumers.settings import load
from processors.audit import Audit
from processors.text import Evidence, Tag

WITHDRAWAL = Audit(
    schema_version=1,
    uri="urn:a",
    family="urn:a",
    origin="raw/0/7",
    record_time="2026-11-26T09:00:00Z",
    kind="withdrawal",
    verdict="withdrawn",
    dedupe="ok",
)
PICTURE = Audit(
    schema_version=1,
    uri="urn:p",
    family="urn:p",
    origin="raw/0/8",
    record_time="2026-11-26T09:00:00Z",
    kind="other",
    verdict="published",
    dedupe="ok",
)


@pytest.mark.parametrize(
    ("audit", "said"),
    [
        (WITHDRAWAL, "urn:a  withdrawn"),
        (PICTURE, "urn:p  published, as it came: it is not text"),
    ],
)
def test_an_article_without_text_is_told_without_a_language(audit: Audit, said: str) -> None:
    heading = article_view.heading(audit).plain
    assert heading.startswith(said)
    assert "language" not in heading


@pytest.mark.parametrize(
    ("audit", "said"),
    [(WITHDRAWAL, "a withdrawal; `copydesk explain --all URI` lists"), (PICTURE, "it is not text")],
)
def test_what_has_no_body_says_why_and_where_to_look(audit: Audit, said: str) -> None:
    with pytest.raises(CopydeskError, match=said):
        body_of(load({}), audit)


def test_words_that_made_a_tag_are_parted_by_no_sign_of_another_script() -> None:
    words = tuple(Evidence(0, 0, 1, text, "rule") for text in ("harbour", "storm"))
    console = Console(width=100)
    with console.capture() as printed:
        console.print(article_view.tags([Tag("place", "x", evidence=words)]))
    assert "harbour; storm (rule)" in printed.get()


def test_each_tag_is_told_with_its_words_their_rule_and_the_desks_code() -> None:
    tag = Tag(
        "subject",
        "Ceasefire",
        literal="desk:ceasefire",
        evidence=(
            Evidence(0, 0, 5, "truce", "own:desk.toml"),
            Evidence(1, 0, 5, "truce", "own:desk.toml"),
            Evidence(1, 9, 12, "\x1b[31m", "word"),
        ),
    )
    console = Console(width=120)
    with console.capture() as printed:
        console.print(article_view.tags([tag]))
    rows = [" ".join(row.split()) for row in printed.get().splitlines()]
    assert "Ceasefire subject desk:ceasefire truce (own:desk.toml)" in rows
    assert "␛[31m (word)" in rows


def test_a_tagger_that_failed_is_told_in_the_heading() -> None:
    audit = msgspec.structs.replace(PICTURE, kind="text", failed_taggers=("weather: KeyError",))
    heading = article_view.heading(audit).plain
    assert "a tagger failed and was skipped: weather: KeyError" in heading
