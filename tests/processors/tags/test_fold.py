"""Folding: what it makes alike, and that the way back is never lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from processors.tags.fold import fold, fold_lines
from processors.tags.match import Matcher, has_word, key_of


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("أحمد", "احمد", "alef with hamza"),
        ("القاهرة", "القاهره", "ta marbuta"),
        ("مصطفى", "مصطفي", "alef maqsura"),
        ("كتـــاب", "كتاب", "tatweel"),
        ("مُحَمَّد", "محمد", "vowel marks"),
        ("ﻣﺤﻤﺪ", "محمد", "presentation forms"),
        ("ﷲ", "الله", "a ligature of four letters"),
        ("ایران", "ايران", "Persian ya"),
        ("خامنه\u200cای", "خامنهای", "the joiner inside a Persian name"),
        ("\u200fالرياض\u200e", "الرياض", "direction marks"),
        ("New\u00a0York", "new york", "a blank that does not break"),
        ("N\u2019Djamena", "n'djamena", "a curly apostrophe"),
        ("São Paulo", "são paulo", "composed"),
        ("Sa\u0303o Paulo", "são paulo", "decomposed"),
        ("ＴＯＫＹＯ", "tokyo", "full width"),
        ("Straße", "strasse", "a letter that folds to two"),
        ("יְרוּשָׁלַיִם", "ירושלים", "Hebrew points"),
    ],
)
def test_texts_that_a_reader_takes_for_the_same_fold_alike(one, other, reason):
    assert fold(one) == fold(other), reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Málaga", "Malaga", "an accent is a letter of its own in many languages"),
        ("سور", "صور", "two letters"),
        ("10", "١٠", "digits are no part of names here"),
    ],
)
def test_texts_that_differ_stay_apart(one, other, reason):
    assert fold(one) != fold(other), reason


lines = st.lists(
    st.text(
        alphabet=st.one_of(
            st.characters(exclude_categories=["Cs"]),
            st.sampled_from("اأإآةىي ـ\u064b\u0651\u200f\u200cﻻﷲßİŒﬁ a\u0301é\n"),
        ),
        max_size=40,
    ),
    max_size=6,
)


@given(lines)
@example(["ﷲ", "\u064b", "İ"])
@example(["", "\u200f\u200f", "ـ"])
def test_every_folded_character_knows_where_it_came_from(lines):
    folded = fold_lines(lines)
    assert folded.original == "\n".join(lines)
    last = 0
    for at in range(len(folded.text)):
        start, end = folded.source(at, at + 1)
        assert 0 <= start < end <= len(folded.original)
        assert start >= last
        last = start


@given(lines)
def test_a_fold_of_a_fold_is_the_same(lines):
    text = fold("\n".join(lines))
    assert fold(text) == text


@given(lines)
def test_lines_are_found_again(lines):
    folded = fold_lines(lines)
    assert len(folded.starts) == len(lines)
    for number, line in enumerate(lines):
        begin = folded.line_starts[number]
        assert folded.original[begin : begin + len(line)] == line
        for at in range(folded.starts[number], len(folded.text)):
            if folded.line(at) != number:
                break
            start, end = folded.source(at, at + 1)
            assert begin <= start < end <= begin + len(line) + 1


@pytest.mark.parametrize(
    ("name", "text", "found", "reason"),
    [
        ("القاهرة", "سافر للقاهرة أمس", True, "لل takes the article's alif"),
        ("القاهرة", "وبالقاهرة", True, "و and ب before the article"),
        ("القاهرة", "والقاهرة", True, "و before the article"),
        ("القاهرة", "قاهرة", False, "without its article it is an adjective"),
        ("الرياض", "وبالرياض", True, "و and ب"),
        ("الأمم المتحدة", "وللأمم المتحدة", True, "و and لل before two words"),
        ("مصر", "بمصر ولمصر ومصر", True, "one-letter proclitics and a pair"),
        ("مصر", "المصرف", False, "the bank"),
        ("مصر", "مصري", False, "the adjective is another word"),
        ("لمان", "البرلمان", False, "a name does not begin inside a word"),
        ("york", "Yorkshire", False, "nor end inside one"),
        ("york", "New York.", True, "punctuation ends a name"),
        ("york", "(York)", True, "brackets hold one"),
        ("saint denis", "Saint-Denis", True, "a hyphen is a blank"),
        ("saint denis", "Saint\nDenis", False, "two lines hold no one name"),
        ("saint denis", "Saint, Denis", False, "nor do two members of a list"),
        ("الأستانة", "الأستانة2", True, "a number may be glued on in Arabic"),
        ("a4", "a44", False, "but not among Latin letters"),
        ("королев", "Королёв", True, "ё and е"),
        ("한국", "한국은 좋다", True, "a Korean particle"),
        ("한국", "한국어", False, "another Korean word"),
        ("北京", "在北京的", True, "a script without blanks"),
        ("ישראל", "בישראל", True, "a Hebrew prefix"),
        ("ישראל", "לאישראל", False, "which may not be anything"),
    ],
)
def test_a_name_is_found_as_a_whole_word(name, text, found, reason):
    key = key_of(name)
    folded = fold(text)
    assert bool(Matcher([key]).find(folded)) is found, reason
    if "\n" not in text and "," not in text:
        assert has_word(folded, key) is found, reason


def test_the_longest_of_overlapping_names_wins():
    matcher = Matcher([key_of(name) for name in ("New York", "York", "New York Times", "Times")])
    (match,) = matcher.find(fold("the New York Times"))
    assert matcher.keys[match.name] == "new york times"


def test_of_two_readings_the_one_with_the_shorter_prefix_wins():
    matcher = Matcher([key_of("لبنان"), key_of("بنان")])
    (match,) = matcher.find(fold("في لبنان"))
    assert matcher.keys[match.name] == fold("لبنان")


@given(lines)
def test_no_match_overlaps_another(lines):
    matcher = Matcher([key_of(name) for name in ("a", "aa", "ا", "اا", "ال", "é", "aaa a")])
    matches = matcher.find(fold_lines(lines).text)
    for one, other in pairwise(matches):
        assert one.end <= other.start
