"""The judgement, as a table of articles with the reason for each verdict."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.claims import Answer, Owner, Standing
from processors.judge import claimable, judge
from processors.policy import Policy
from processors.repeats import within
from processors.text import Paragraph, Span

OTHER = Owner("family:b", "urn:b", "paper-b", "1", 1_000)
SAME = Owner("family:c", "urn:c", "paper-a", "1", 1_000)


class P(NamedTuple):
    """A paragraph of a case: its letters, whose it is, and whether it is a line of a list."""

    length: int
    standing: Owner | Standing | None = "mine"
    listed: bool = False
    same: int | None = None


class Case(NamedTuple):
    """``rules`` and ``dropped`` are what must come out."""

    why: str
    article: tuple[P, ...]
    dropped: tuple[int, ...] = ()
    verdict: str = "published"
    guards: tuple[str, ...] = ()
    policy: dict[str, Any] = {}  # noqa: RUF012 - a default of a tuple, never changed
    rules: dict[int, str] = {}  # noqa: RUF012 - likewise
    orphan: bool = False


CASES = (
    Case("an article that is all its own stays whole", (P(100), P(90), P(80))),
    Case("another's paragraph behind an own lead goes", (P(100), P(100, OTHER), P(90)), (1,)),
    Case(
        "the lead is never dropped for another's sake",
        (P(100, OTHER), P(100), P(90)),
        guards=("lead",),
        rules={0: "lead"},
    ),
    Case(
        "a short dateline is no lead: the first paragraph that could be dropped is",
        (P(12, None), P(100, OTHER), P(100)),
        guards=("lead",),
        rules={0: "short", 1: "lead"},
    ),
    Case(
        "without the guard the lead goes like any other",
        (P(100, OTHER), P(100), P(90)),
        (0,),
        policy={"lead_guard": False},
    ),
    Case(
        "a line under 60 letters is claimed but not dropped",
        (P(100), P(59, OTHER)),
        rules={1: "short"},
    ),
    Case("one of 60 goes", (P(100), P(60, OTHER)), (1,)),
    Case(
        "a line of a list is never dropped singly",
        (P(100), P(80, OTHER, listed=True)),
        rules={1: "listed"},
    ),
    Case(
        "the same source's own boilerplate is told apart",
        (P(100), P(70, SAME)),
        (1,),
        rules={1: "same-source"},
    ),
    Case(
        "a policy of mark keeps it and says so",
        (P(100), P(70, OTHER)),
        policy={"cross_source": "mark"},
        rules={1: "cross-source"},
    ),
    Case("a policy of keep keeps it", (P(100), P(70, OTHER)), policy={"cross_source": "keep"}),
    Case(
        "a source with a policy of its own is judged by that",
        (P(100), P(70, OTHER)),
        policy={"by_source": {"paper-a": "keep"}},
    ),
    Case(
        "an article of which nothing is its own is a duplicate",
        (P(100, OTHER), P(90, OTHER), P(30, OTHER)),
        (0, 1, 2),
        "duplicate",
        rules={0: "cross-source", 2: "duplicate"},
    ),
    Case(
        "a closing line too short to claim does not make it another article",
        (P(100, OTHER), P(90, OTHER), P(15, None)),
        (0, 1, 2),
        "duplicate",
    ),
    Case(
        "short lines of more than a fifth of its letters do: they may be the news",
        (P(60, OTHER), P(19, None)),
        guards=("lead",),
    ),
    Case(
        "one own paragraph makes it an article of its own",
        (P(100, OTHER), P(200), P(90, OTHER)),
        (2,),
        guards=("lead",),
    ),
    Case(
        "where the policy keeps another's text there are no duplicates",
        (P(100, OTHER), P(90, OTHER)),
        policy={"cross_source": "keep"},
    ),
    Case(
        "a torso is not published: under a quarter left, all stays",
        (P(30), P(100, OTHER), P(100, OTHER), P(300, OTHER)),
        guards=("lead", "remnant"),
        policy={"keep_whole_below": 0.35},
        rules={2: "remnant", 3: "remnant"},
    ),
    Case(
        "a quarter left is enough",
        (P(100), P(100, OTHER), P(100, OTHER), P(100, OTHER)),
        (1, 2, 3),
    ),
    Case(
        "a page that repeats itself is mended, never spared as a torso",
        tuple(P(100, same=0) for _ in range(6)),
        (1, 2, 3, 4, 5),
        rules={1: "within-single"},
    ),
    Case(
        "an item whose predecessor is not known loses nothing across articles",
        (P(100, OTHER), P(90, OTHER)),
        orphan=True,
        rules={0: "orphan", 1: "orphan"},
    ),
    Case(
        "a claim whose owner is no longer on record drops nothing",
        (P(100), P(90, "unresolved")),
        rules={1: "unresolved"},
    ),
)


def _paragraphs(article: tuple[P, ...]) -> tuple[Paragraph, ...]:
    made = []
    for i, p in enumerate(article):
        name = i if p.same is None else p.same
        fingerprint = name.to_bytes(16, "big")
        made.append(Paragraph(i, Span(i, i + 1, "x", p.listed), "und-1", p.length, fingerprint))
    return tuple(made)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_an_article_is_judged_as_a_copy_editor_would(case: Case) -> None:
    policy = Policy(**case.policy)
    paragraphs = _paragraphs(case.article)
    repeats = dict(within(paragraphs, policy))
    asked = claimable(paragraphs, repeats, policy)
    known = {p.fingerprint: c.standing for p, c in zip(paragraphs, case.article, strict=True)}
    owners = tuple(known[f] or "mine" for f in asked)
    judgement = judge(
        paragraphs,
        repeats,
        asked,
        Answer("family:a", owners, orphan=case.orphan),
        "paper-a",
        policy,
    )
    assert judgement.verdict == case.verdict
    assert judgement.dropped == case.dropped
    assert judgement.guards == case.guards
    for index, rule in case.rules.items():
        assert judgement.rulings[index].rule == rule


def test_a_duplicate_names_the_owner_of_most_of_its_letters() -> None:
    paragraphs = _paragraphs((P(100), P(200), P(90)))
    asked = claimable(paragraphs, {}, Policy())
    answer = Answer("family:a", (OTHER, SAME, OTHER))
    judgement = judge(paragraphs, {}, asked, answer, "paper-a", Policy())
    assert judgement.duplicate_of == SAME


def test_without_an_answer_nothing_goes_for_anothers_sake() -> None:
    paragraphs = _paragraphs((P(100), P(200), P(200, same=1)))
    policy = Policy()
    repeats = dict(within(paragraphs, policy))
    judgement = judge(paragraphs, repeats, claimable(paragraphs, repeats, policy), None, "", policy)
    assert judgement.dropped == (2,)


_standings = st.sampled_from((OTHER, SAME, "mine", "unresolved"))
_articles = st.lists(
    st.builds(P, st.integers(0, 400), _standings, st.booleans(), st.none() | st.integers(0, 5)),
    min_size=1,
    max_size=12,
)


@given(_articles, st.booleans(), st.booleans())
def test_no_text_is_lost_that_is_nowhere_else(
    article: list[P], lead_guard: bool, orphan: bool
) -> None:
    """A paragraph goes only because it stood earlier here, or because an owner on record has it."""
    policy = Policy(lead_guard=lead_guard)
    paragraphs = _paragraphs(tuple(article))
    repeats = dict(within(paragraphs, policy))
    asked = claimable(paragraphs, repeats, policy)
    known = {p.fingerprint: c.standing for p, c in zip(paragraphs, article, strict=True)}
    answer = Answer("family:a", tuple(known[f] or "mine" for f in asked), orphan=orphan)
    judgement = judge(paragraphs, repeats, asked, answer, "paper-a", policy)
    kept = {p.fingerprint for p, r in zip(paragraphs, judgement.rulings, strict=True) if r.kept}
    for paragraph, ruling in zip(paragraphs, judgement.rulings, strict=True):
        if ruling.kept:
            continue
        if ruling.first is not None:
            assert ruling.first < paragraph.index
            earlier = judgement.rulings[ruling.first]
            assert paragraph.fingerprint in kept or earlier.owner is not None
        else:
            assert ruling.owner is not None
            assert not orphan
    again = judge(paragraphs, repeats, asked, answer, "paper-a", policy)
    assert again == judgement
