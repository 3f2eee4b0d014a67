"""Running taggers over one text: order, failures, duplicates, bounded evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.tags import (
    AT_ONCE,
    MAX_EVIDENCE,
    PreparedText,
    folded_of,
    merge,
    prepare,
    run,
    run_all,
)
from processors.text import Evidence, Tag, TagText

TEXT = TagText("en", "A title", ("One paragraph.", "Another paragraph."))


def piece(paragraph: int = 0, start: int = 0, rule: str = "list") -> Evidence:
    return Evidence(paragraph, start, start + 3, "One", rule)


def place(name: str, uri: str | None = None, **more) -> Tag:
    return Tag("place", name, uri, evidence=(piece(),), **more)


def test_a_tagger_that_raises_is_named_and_the_others_tags_stand():
    def broken(text: TagText) -> list[Tag]:
        raise KeyError(text.language)

    tags, failures = run((("broken", broken), ("good", lambda text: [place("Rome")])), TEXT)
    assert [tag.name for tag in tags] == ["Rome"]
    assert failures == ("broken: KeyError",)


def test_a_tagger_that_breaks_off_loses_only_its_own_tags():
    def breaks_off(text: TagText):
        yield place("Rome")
        raise ValueError(text.title)

    tags, failures = run((("breaks off", breaks_off), ("good", lambda text: [place("Oslo")])), TEXT)
    assert [tag.name for tag in tags] == ["Oslo"]
    assert failures == ("breaks off: ValueError",)


@pytest.mark.parametrize("made", ["Rome", {"kind": "place"}, Tag("place", ""), None])
def test_what_is_no_tag_fails_its_tagger_and_nothing_else(made):
    taggers = (("odd", lambda text: [made]), ("good", lambda text: [place("Oslo")]))
    tags, failures = run(taggers, TEXT)
    assert [tag.name for tag in tags] == ["Oslo"]
    assert failures == ("odd: TypeError",)


def test_a_tagger_that_returns_no_sequence_fails():
    odd: Any = lambda text: 7  # noqa: E731 - what a newsroom's own code may do
    tags, failures = run((("odd", odd),), TEXT)
    assert (tags, failures) == ((), ("odd: TypeError",))


def test_a_tagger_fails_on_the_text_that_it_fails_on_and_on_no_other_beside_it():
    def broken(text: TagText) -> list[Tag]:
        if "Oslo" in text.title:
            raise KeyError(text.language)
        return [place(text.title)]

    texts = [TagText("en", title, ("Text.",)) for title in ("Rome", "Oslo", "Bern")]
    taggers = (("broken", broken), ("good", lambda text: [place("Riga")]))
    came = run_all(taggers, texts)
    assert [{tag.name for tag in tags} for tags, _ in came] == [
        {"Rome", "Riga"},
        {"Riga"},
        {"Bern", "Riga"},
    ]
    assert [failures for _, failures in came] == [(), ("broken: KeyError",), ()]
    assert came == [run(taggers, text) for text in texts]


class Ahead:
    """A tagger that is shown texts ahead, and breaks where one of them is of Oslo."""

    def __init__(self) -> None:
        self.shown: list[list[str]] = []

    def ahead(self, texts: Sequence[TagText]) -> None:
        self.shown.append([text.title for text in texts])
        if "Oslo" in self.shown[-1]:
            raise KeyError("Oslo")

    def __call__(self, text: TagText) -> list[Tag]:
        return [place(text.title)]


def test_a_tagger_is_shown_texts_ahead_and_one_that_fails_then_is_asked_all_the_same():
    titles = [*map(str, range(AT_ONCE)), "Rome", "Oslo"]
    tagger = Ahead()
    came = run_all((("ahead", tagger),), [TagText("en", title, ("Text.",)) for title in titles])
    assert tagger.shown == [titles[:AT_ONCE], titles[AT_ONCE:]]
    assert [(tag.name, failures) for (tag,), failures in came] == [(title, ()) for title in titles]


def test_all_taggers_read_one_folding():
    seen: list[object] = []

    def tagger(text: TagText) -> list[Tag]:
        seen.append(folded_of(text))
        return []

    run((("one", tagger), ("two", tagger)), TEXT)
    assert seen[0] is seen[1]
    assert folded_of(TEXT).text == "a title\none paragraph.\nanother paragraph."


def test_a_prepared_text_is_not_prepared_again():
    prepared = prepare(TEXT)
    assert isinstance(prepared, PreparedText)
    assert prepare(prepared) is prepared


def test_tags_of_one_uri_are_one_with_all_their_evidence():
    one = Tag("place", "Rome", "u:1", confidence=70, relevance=30, evidence=(piece(1),))
    two = Tag("place", "Roma", "u:1", confidence=90, evidence=(piece(0),))
    (tag,) = merge([one, two])
    assert (tag.name, tag.confidence, tag.relevance) == ("Rome", 90, 30)
    assert [evidence.paragraph for evidence in tag.evidence] == [0, 1]


def test_a_name_without_uri_joins_the_one_with():
    for order in ([place("Rome"), place("rome", "u:1")], [place("rome", "u:1"), place("Rome")]):
        (tag,) = merge(order)
        assert tag.uri == "u:1"


def test_one_name_of_two_kinds_stays_two_tags():
    person = Tag("person", "Jordan", evidence=(piece(),))
    assert len(merge([person, place("Jordan")])) == 2


def test_evidence_is_bounded_and_the_first_ones_are_kept():
    many = tuple(piece(paragraph) for paragraph in reversed(range(50)))
    (tag,) = merge([Tag("place", "Rome", evidence=many)])
    assert [evidence.paragraph for evidence in tag.evidence] == list(range(MAX_EVIDENCE))


def test_a_city_that_is_part_of_a_longer_name_is_no_place():
    paper = Tag(
        "organisation", "Washington Post", evidence=(Evidence(0, 4, 19, "Washington Post", "list"),)
    )
    inside = Evidence(0, 4, 14, "Washington", "city")
    alone = Evidence(0, 40, 50, "Washington", "city")
    city = Tag("place", "Washington", "u:w", evidence=(inside, alone))
    tags, _ = run((("both", lambda text: [city, paper]),), TEXT)
    assert [tag.evidence for tag in tags if tag.kind == "place"] == [(alone,)]
    tags, _ = run(
        (("both", lambda text: [Tag("place", "W", "u:w", evidence=(inside,)), paper]),), TEXT
    )
    assert [tag.kind for tag in tags] == ["organisation"]


@pytest.mark.parametrize(
    ("start", "end", "kept", "reason"),
    [
        (4, 12, False, "in its middle"),
        (0, 8, False, "at its beginning"),
        (10, 18, False, "at its end"),
        (0, 18, True, "as long as it"),
        (14, 24, True, "over its end"),
        (18, 26, True, "right behind"),
    ],
)
def test_a_city_inside_a_longer_name_is_no_place(start, end, kept, reason):
    paper = Tag("organisation", "The New York Times", evidence=(Evidence(0, 0, 18, "The", "list"),))
    city = Tag("place", "New York", "u:ny", evidence=(Evidence(0, start, end, "New", "city"),))
    tags, _ = run((("both", lambda text: [city, paper]),), TEXT)
    assert ("place" in {tag.kind for tag in tags}) is kept, reason


def test_a_country_in_the_name_of_its_ministry_stays():
    ministry = Tag(
        "organisation", "Bank of Japan", evidence=(Evidence(0, 0, 13, "Bank of Japan", "list"),)
    )
    japan = Tag("place", "Japan", "u:jp", evidence=(Evidence(0, 8, 13, "Japan", "country"),))
    tags, _ = run((("both", lambda text: [japan, ministry]),), TEXT)
    assert {tag.kind for tag in tags} == {"organisation", "place"}


def test_a_country_named_outright_anywhere_is_no_mere_adjective():
    adjective = place("Italy", "u:it", rel="demonym")
    (tag,) = merge([adjective, place("Italy", "u:it")])
    assert tag.rel is None


tags = st.lists(
    st.builds(
        Tag,
        st.sampled_from(["subject", "place", "person", "organisation"]),
        st.sampled_from(["Rome", "rome", "Oslo", "أوسلو"]),
        st.sampled_from([None, "u:1", "u:2"]),
        relevance=st.none() | st.integers(0, 100),
        evidence=st.lists(st.builds(piece, st.integers(-1, 3), st.integers(0, 9))).map(tuple),
    ),
    max_size=12,
)


@given(tags)
def test_merging_again_changes_nothing(tags):
    once = merge(tags)
    assert merge(once) == once
    assert len({(tag.kind, tag.uri) for tag in once if tag.uri}) == sum(
        bool(tag.uri) for tag in once
    )


@given(tags, st.randoms(use_true_random=False))
def test_the_same_tags_come_in_the_same_order_whoever_found_them_first(tags, chance):
    keyed = [tag for tag in tags if tag.uri]
    shuffled = list(keyed)
    chance.shuffle(shuffled)
    assert {(t.kind, t.uri) for t in merge(keyed)} == {(t.kind, t.uri) for t in merge(shuffled)}
