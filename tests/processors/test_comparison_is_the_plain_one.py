"""The fast ways to a comparison text give what the plain one gives, over all of Unicode."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors import pages, scripts
from processors.compare import comparison, exact, length_of
from tests.processors.comparison_spec import spec, weight

unicode_14 = pytest.mark.skipif(
    not unicodedata.unidata_version.startswith("14."),
    reason="the plain one asks the character database, and this Python has a later one",
)
PAGES = ["ascii", "turkish", *pages.LETTERS]
ALPHABETS = ["".join(pages.page(name).characters) for name in PAGES]
#: Where figures, marks, joiners, tatweel and quotes meet.
CLASHES = "0159٠٥۵²½①.,-–−+/%٪٫٬،…:'’\"«» \t\n\xa0\u200c\u200f\u2028ـاأوي\u064e\u0653\u0654\u0670aAİıßǰΐéé́\u0307が゙か一。"
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = (
    st.text(CHARACTERS)
    | st.text(st.sampled_from(CLASHES))
    | st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(st.sampled_from(letters)))
    | st.text(st.sampled_from(CLASHES) | CHARACTERS)
    | st.text(st.sampled_from("iIİı\u0307\u0653\u0301\u0323\u034f\u200d"))
    | st.text(st.sampled_from("a\u0301\u0316\u0301\u0654\u064e\u05b0."), min_size=40)
    | st.text(st.sampled_from("ا\u064e\u064e\u064b\u0652\u0651"), min_size=40)
)
LANGUAGES = st.sampled_from([None, "ar", "en", "tr", "az-Latn", "TR-tr"])


def as_tuple(text, language=None):
    made = comparison(text, language)
    return made.profile, made.text, made.length


@unicode_14
@settings(max_examples=3000)
@given(TEXTS, LANGUAGES)
def test_any_text_compares_as_the_plain_rules_say(text, language):
    turkic = language is not None and language[:2].lower() in ("tr", "az")
    assert as_tuple(text, language) == spec(text, turkic=turkic)


@unicode_14
def test_every_single_character_compares_as_the_plain_rules_say():
    wrong = [
        hex(code)
        for code in (
            *range(0x3400),
            *range(0xA000, 0xAC00),
            *range(0xF900, 0x20000),
            *range(0xE0000, 0xE0200),
        )
        if as_tuple(chr(code)) != spec(chr(code))
    ]
    assert wrong == []


@unicode_14
@pytest.mark.parametrize("name", PAGES)
def test_every_character_of_a_page_folds_as_the_plain_rules_say_wherever_it_stands(name):
    page = pages.page(name)
    places = ("{}", "a{}b", "1{}1", " {}1", "x{}1", "1{} ", "{0}{0}1", "-{}1", "{}.1", "1{0}{0}1")
    letters = "".join(page.characters)
    assert len(letters) > 100
    for char in letters:
        for place in places:
            text = place.format(char)
            _, folded, length = spec(text, turkic=name == "turkish")
            made = page.fold(text)
            assert (made.text, made.length) == (folded, length), (char, text)


@pytest.mark.parametrize("name", pages.LETTERS)
def test_a_page_has_room_for_all_its_letters(name):
    assert set(pages.LETTERS[name]) <= pages.page(name).characters
    assert len(set(pages.LETTERS[name])) == len(pages.LETTERS[name])


@settings(max_examples=2000)
@given(TEXTS, LANGUAGES)
def test_a_comparison_text_compares_with_itself(text, language):
    once = comparison(text, language)
    again = comparison(once.text, language)
    assert again == once


@settings(max_examples=1000)
@given(TEXTS)
def test_the_length_counts_letters_marks_and_digits_and_a_han_character_as_three(text):
    made = comparison(text)
    assert made.length == sum(map(scripts.weight, made.text))
    assert length_of(text) == exact(text).length == sum(map(scripts.weight, text))


def test_a_row_of_marks_without_end_takes_no_time_by_its_square():
    assert comparison("a" + "\u0301\u0316" * 200_000).length > 400_000


@unicode_14
def test_the_sets_are_what_the_character_database_says():
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    formats = scripts.matcher(scripts.FORMAT)
    numbers = scripts.matcher(scripts.NUMBERS)
    later = scripts.matcher(scripts.LATER)
    marks = scripts.matcher(scripts.ARABIC_MARKS + scripts.HEBREW_POINTS + scripts.STRAY_MARKS)
    for char in every:
        kind = unicodedata.category(char)
        assert bool(formats.match(char)) == (kind == "Cf"), hex(ord(char))
        first = unicodedata.normalize("NFKC", char)[:1]
        number = kind != "Nd" and "0" <= first <= "9"
        assert bool(numbers.match(char)) == number, hex(ord(char))
        if later.match(char):
            assert kind == "Cn", hex(ord(char))
        if marks.match(char):
            assert kind == "Mn", hex(ord(char))
            assert unicodedata.name(char).startswith(("ARABIC", "HEBREW")), hex(ord(char))
        assert scripts.is_letter(char) == (kind[0] == "L")
    assert all(scripts.weight(char) == weight(char) for char in every[:0x3000])


def test_a_character_of_a_later_unicode_is_left_alone_whatever_python_runs():
    cyrillic_modifier_a, kawi_five, han_extension_i = "\U0001e030", "\U00011f55", "\U0002ebf0"
    assert comparison(cyrillic_modifier_a).text == cyrillic_modifier_a
    assert comparison(kawi_five).text == kawi_five
    assert comparison(cyrillic_modifier_a).length == 0
    assert comparison(han_extension_i).length == 0
