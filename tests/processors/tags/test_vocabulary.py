"""Words counted as numbers: the same words, as often and in the same order, as by the long way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.tags import prepare, vocabulary
from processors.tags.coded import page
from processors.tags.subject_words import LONGEST
from processors.tags.subjects import LEAD, READ, counts_of
from processors.tags.vocabulary import Counted, Told, Vocabulary
from processors.text import TagText

PAGES = ("ascii", "arabic", "western", "cyrillic")


def lengths(words: list[str]) -> Told:
    return np.array([[len(word)] for word in words], np.float32)


def by_the_long_way(title: str, *paragraphs: str) -> list[tuple[str, int]]:
    folded = prepare(TagText("und", title, paragraphs)).folded
    assert folded is not None
    return [each for each in counts_of(folded).items() if len(each[0]) <= LONGEST]


Counts = list[tuple[str, int]]


def by_numbers(met: dict[str, Vocabulary], title: str, *paragraphs: str) -> Counts | None:
    """None for a text on no page."""
    return together(met, (title, *paragraphs))[0]


def together(met: dict[str, Vocabulary], *texts: tuple[str, ...]) -> list[Counts | None]:
    """The same of several texts, those of one page counted at once."""
    found: list[Counts | None] = [None for _ in texts]
    for name in PAGES:
        parts: dict[int, tuple[bytes, bytes]] = {}
        for at, (title, *paragraphs) in enumerate(texts):
            folded = prepare(TagText("und", title, tuple(paragraphs))).folded
            assert folded is not None
            if folded.coded is not None and folded.coded.page is page(name):
                data = folded.coded.data
                end = folded.starts[1] if paragraphs else len(data)
                parts[at] = data[: min(end, READ)], data[end : end + READ]
        if parts:
            words = met.setdefault(name, Vocabulary(page(name), lengths, 1))
            counted = words.count(list(parts.values()), LEAD)
            for at, (first, last) in zip(parts, pairwise(counted.bounds), strict=True):
                found[at] = _said(words, counted, slice(first, last))
    return found


def _said(words: Vocabulary, counted: Counted, of_text: slice) -> Counts:
    ids, known = counted.ids[of_text], counted.known[of_text]
    said = [words.word(number) for number in ids.tolist()]
    assert known.tolist() == [[len(word)] for word in said]
    for wanted, those in ((1, {"the", "has"}), (2, {"قال", "has"}), (3, {"the", "قال", "has"})):
        assert words.among(ids, "some", {"the": 1, "قال": 2, "has": 3}, wanted) == [
            word for word in said if word in those
        ]
    found = zip(said, counted.often[of_text].tolist(), strict=True)
    return [each for each in found if each[0]]


MET: dict[str, Vocabulary] = {}
LETTERS = st.one_of(
    st.text("abc the.,-'\u00a0\t\n1"),
    st.text("قال في، ةى١\u200f "),
    st.text("ñéßü au"),
    st.text("йжц и"),
)


@given(LETTERS, st.lists(LETTERS, max_size=4))
@settings(max_examples=300)
def test_any_text_has_the_words_that_it_has_by_the_long_way(title: str, paragraphs: list[str]):
    found = by_numbers(MET, title, *paragraphs)
    assert found is None or found == by_the_long_way(title, *paragraphs)


@given(st.lists(st.lists(LETTERS, min_size=1, max_size=3), min_size=2, max_size=6))
@settings(max_examples=200)
def test_texts_counted_together_have_the_words_that_each_has(texts: list[list[str]]):
    many = [tuple(text) for text in texts]
    assert together(MET, *many) == [by_numbers(MET, *text) for text in many]


@pytest.mark.parametrize(
    ("title", "body", "why"),
    [
        ("", "", "no text, no words"),
        ("Rain", "", "a title alone counts twice"),
        ("Rain", "Rain fell, the rain", "the title's words and the first of the body count twice"),
        ("", "word " * 2000, "what is behind the end of what is read is not counted"),
        ("", "a" * LONGEST + " " + "b" * (LONGEST + 1), "longer words are nobody's"),
        ("قال", "قال الوزير «نعم»، ثم مضى", "Arabic, its signs no part of words"),
    ],
)
def test_words_are_counted_as_often_as_they_weigh(title: str, body: str, why: str):
    assert by_numbers({}, title, body) == by_the_long_way(title, body), why


def test_words_that_want_one_place_are_told_apart(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vocabulary, "_BITS", 3)
    met: dict[str, Vocabulary] = {}
    texts = [" ".join(f"{a}{b}{c}" for a in "abcdef" for b in "ghijkl") for c in "mno"]
    for text in texts * 3:
        assert by_numbers(met, "", text) == by_the_long_way("", text)


def test_a_full_memory_begins_anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vocabulary, "REMEMBERED", 30)
    met: dict[str, Vocabulary] = {}
    for first in "abcdefgh":
        text = " ".join(first + second for second in "abcdefghijklmnopqrst")
        assert by_numbers(met, "", text) == by_the_long_way("", text)
