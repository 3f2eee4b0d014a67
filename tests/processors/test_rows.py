"""Paragraphs taken in rows become what each becomes by itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors import fingerprint, folding, pages
from processors.compare import length_of
from processors.rows import rows
from processors.text import Span
from tests.processors.test_comparison_is_the_plain_one import CLASHES, PAGES, TEXTS

#: Long enough for arrays to be worth it, one of ASCII and one of Arabic.
LONG = ("x" * folding.FEW, "ا" * folding.FEW)
SIGNS = st.text(st.sampled_from('05٥۵-–−.…,،/—:% aاé\u200f\u064eـ"«½ \n\x1f\x00ß'), max_size=9)
MANY = st.lists(TEXTS | SIGNS | st.text(st.sampled_from(CLASHES)), max_size=8)


def _spans(texts):
    return [Span(0, len(text), text) for text in texts]


def _told(paragraph):
    assert paragraph.words in (None, len(paragraph.span.text.split()))
    return paragraph.profile, paragraph.length, paragraph.fingerprint


@settings(max_examples=2000)
@given(MANY)
def test_a_row_compares_as_each_paragraph_by_itself(texts):
    made = fingerprint.paragraphs(_spans([*texts, *LONG]))
    assert list(map(_told, made)) == [fingerprint._made(text) for text in (*texts, *LONG)]


@given(st.lists(st.tuples(MANY, st.sampled_from([None, "ar", "tr", "az-Latn"])), max_size=4))
def test_articles_compare_together_as_each_by_itself(articles):
    compared = [fingerprint.Compared(_spans(texts), language) for texts, language in articles]
    together = fingerprint.of_articles(compared, "profile")
    assert together == [fingerprint.paragraphs(each.spans, each.language) for each in compared]


@settings(max_examples=500)
@given(MANY)
def test_a_row_is_weighed_as_each_text_by_itself(texts):
    made = fingerprint.paragraphs(_spans([*texts, *LONG]), compare="exact")
    assert [each.length for each in made] == [length_of(text) for text in (*texts, *LONG)]
    assert all(each.words in (None, len(each.span.text.split())) for each in made)
    assert [each.words for each in made[-len(LONG) :]] == [1, 1]


@pytest.mark.parametrize("name", PAGES)
def test_every_character_of_a_page_folds_in_a_row_as_by_itself_wherever_it_stands(name):
    assert _wrong(pages.page(name).characters) == []


def test_every_character_below_0x3100_folds_in_a_row_as_by_itself_wherever_it_stands():
    assert _wrong(map(chr, range(0x3100))) == []


def test_there_is_a_code_for_every_sign_and_symbol():
    assert folding._codes().last_symbol < folding._STRANGE


def _wrong(characters):
    places = ("{}", "a{}b", "1{}1", " {}1", "x{}1", "1{} ", "{0}{0}1", "-{}1", "{}.1", "1{0}{0}1")
    texts = [place.format(char) for char in sorted(characters) for place in places]
    made = fingerprint.paragraphs(_spans(texts))
    return [
        text
        for text, each in zip(texts, made, strict=True)
        if _told(each) != fingerprint._made(text)
    ]


def test_news_of_every_script_that_has_a_page_is_folded_in_rows():
    texts = [
        'The minister said: "growth will slow to 1.5% in 2026-27", (AP).',
        "وقال الوزير: «سينخفض النمو إلى ١٫٥٪ في 2026» أيضاً…",
        "Министр сказал: «рост замедлится до 1,5 % в 2026 году».",
        "Ο υπουργός είπε ότι η ανάπτυξη θα επιβραδυνθεί στο 1,5%.",
        'השר אמר: "הצמיחה תאט ל-1.5% בשנת 2026".',
        "Le ministre a déclaré : « la croissance ralentira à 1,5 % ».",
        "Ministan ya ce haɓakar tattalin arziƙi za ta ragu zuwa kashi 1.5.",
        "Minister powiedział, że wzrost spowolni do 1,5% w 2026 roku.",
    ]
    in_rows, alone = rows([*texts * 20], range(20 * len(texts)), 1000)
    assert alone == []
    assert [folding.folded(row).strange for row in in_rows] == [set(), set()]


def test_rows_have_every_text_once_however_long_and_however_few():
    texts = ["a" * 100_000, "ب" * 100_000, "\U0001f600" * 1000, "ب" * 700, "few"] * 3
    in_rows, alone = rows(texts, range(len(texts)), 10)
    found = [at for row in in_rows for at in row.positions]
    assert sorted([*found, *alone]) == list(range(len(texts)))
    assert {texts[at][:1] for at in alone} == {"\U0001f600"}
    assert rows(texts, (), 10) == ([], [])
    assert rows(["few"], [0], 10) == ([], [0])
