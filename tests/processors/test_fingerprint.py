"""Fingerprints, and the paragraphs of an article with theirs."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.compare import Comparison, comparison, exact
from processors.fingerprint import SIZE, fingerprint, paragraphs
from processors.split import split_plain

SEED = Path(__file__).parents[1] / "corpus" / "seed.txt"
#: What stands in a newsroom's Redis for a week. If one of these changes, so must the profile's name.
IN_USE = [
    ("وقال المتحدث باسم الوفد", "ar", "ar-1", "14b215e7253d6575aab65cd04e273875"),
    ("שלום לכולם", "he", "he-1", "83105bf1ece64b204631c91912c2ce86"),
    ("İki ülke arasında", "tr", "tr-1", "e1b6687e13ce9b2578239cd873024ebb"),
    ("10 killed in blast", "en", "und-1", "ca163f24fe8f0070d91e3afcf3999b3e"),
    ("北京：12人", "zh", "und-1", "09f3ef14a255fc1e00fb4546d196ca4a"),
]


@pytest.mark.parametrize(("text", "language", "profile", "digest"), IN_USE)
def test_a_fingerprint_in_use_stays_what_it_is(text, language, profile, digest):
    compared = comparison(text, language)
    assert compared.profile == profile
    assert fingerprint(compared).hex() == digest


def test_it_is_blake2b_of_profile_and_text():
    compared = comparison("Hello", "en")
    assert fingerprint(compared) == blake2b(b"und-1\0hello", digest_size=16).digest()
    assert len(fingerprint(compared)) == SIZE


def test_fingerprints_of_two_profiles_never_meet():
    assert fingerprint(Comparison("a-1", "x", 1)) != fingerprint(Comparison("a-2", "x", 1))
    assert fingerprint(Comparison("a", "1\0x", 2)) != fingerprint(Comparison("a\0", "1x", 2))
    assert fingerprint(comparison("hello")) != fingerprint(exact("hello"))


@pytest.mark.parametrize("text", ["***", "—", "…", "", " ", "«»", "\u200f", "$$$"])
def test_a_paragraph_with_nothing_to_compare_has_none(text):
    assert fingerprint(comparison(text)) == b""
    assert fingerprint(exact(text)) == b""


def test_paragraphs_keep_index_span_profile_and_length():
    spans = split_plain("وقال المتحدث 12\n***\nHello, world")
    made = paragraphs(spans, "ar")
    assert [each.index for each in made] == [0, 1, 2]
    assert [each.span for each in made] == list(spans)
    assert [each.profile for each in made] == ["ar-1", "und-1", "und-1"]
    assert [each.length for each in made] == [13, 0, 10]
    assert made[1].fingerprint == b""


def test_exact_comparison_takes_bytes_as_they_are():
    one, other = paragraphs(split_plain("Don't stop\nDon’t stop"), "en", "exact")
    assert one.profile == other.profile == "exact-1"
    assert one.length == other.length == 8
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == blake2b(b"exact-1\0Don't stop", digest_size=16).digest()


def test_the_seed_article_has_five_texts_in_nine_paragraphs():
    made = paragraphs(split_plain(SEED.read_text(encoding="utf-8")), "ar")
    prints = [each.fingerprint for each in made]
    assert len(set(prints)) == 5
    assert prints[1:5] == prints[5:9]
    assert {each.profile for each in made} == {"ar-1"}


@given(st.text(), st.sampled_from([None, "ar", "tr", "en"]))
def test_any_text_has_a_fingerprint_of_sixteen_bytes_or_none(text, language):
    compared = comparison(text, language)
    assert len(fingerprint(compared)) == (SIZE if compared.length else 0)
