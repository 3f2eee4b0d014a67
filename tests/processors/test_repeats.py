"""Repeats inside one article: what a copy editor strikes, and what stays though it comes again."""

from __future__ import annotations

import time
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.fingerprint import paragraphs
from processors.policy import Policy
from processors.repeats import Within, within
from processors.split import remove, split_plain
from processors.text import Paragraph, Span

SEED = Path(__file__).parents[1] / "corpus" / "seed.txt"
POLICY = Policy()
#: Letters of the paragraphs in the tables below: capitals are long, small letters short, digits of
#: a middling length, ``-x`` a list item of 200, ``*`` an ornament.
LENGTHS = {"capital": 200, "small": 30, "digit": 70}


def article(words):
    return [paragraph(at, word) for at, word in enumerate(words.split())]


def paragraph(at, word):
    if word.startswith("*"):
        return Paragraph(at, Span(0, 0, word), "und-1", 0, b"")
    listed = word.startswith("-")
    kind = "capital" if listed or word[0].isupper() else "digit" if word[0].isdigit() else "small"
    return Paragraph(at, Span(0, 0, word, listed), "und-1", LENGTHS[kind], word.encode())


def kept(words, policy=POLICY):
    dropped = within(article(words), policy)
    return " ".join(word for at, word in enumerate(words.split()) if at not in dropped)


CASES = [
    # the article, what is left of it, why
    ("A B C D E B C D E", "A B C D E", "the seed article: a page pasted twice"),
    ("A B C D E B C D E B C D E B C D E", "A B C D E", "... and four times"),
    ("A B A B", "A B", "interleaved: p1 p2 p1 p2"),
    ("A A", "A", "one long paragraph twice in a row"),
    ("A A A A A", "A", "... five times"),
    ("A x A", "A x", "one long paragraph again later"),
    ("a A a B a C", "a A a B a C", "a heading, a label or a refrain stays each time"),
    ("a b a b a b", "a b a b a b", "short lines in a row: a poem, a table"),
    ("1 x 1", "1 x 1", "70 letters alone are too few to strike"),
    ("1 2 x 1 2", "1 2 x", "two of 70 in a row are a block"),
    ("1 a x 1 a", "1 a x 1 a", "100 letters are too few for a block"),
    ("1 2 a b c x 1 2 a b c", "1 2 a b c x 1 2 a b c", "46 a paragraph: a table is judged whole"),
    ("A a B x A a B", "A a B x", "the heading inside a repeated block goes with it"),
    ("a A B x a A B", "a A B x", "... and at its head"),
    ("A B a x A B a", "A B a x", "... and at its end"),
    (
        "A a b c d e f x A a b c d e f",
        "A a b c d e f x a b c d e f",
        "too thin a block: the long one goes alone",
    ),
    ("A B C x B C D", "A B C x D", "a block that begins inside another"),
    ("A B x B C y A B C", "A B x C y", "two blocks that overlap in what comes again"),
    ("A B x A y B", "A B x y", "long ones come again apart: each alone"),
    ("1 2 x 1 y 2", "1 2 x 1 y 2", "70 letters apart are no block"),
    ("1 2 y x 1 A y 2 A", "1 2 y x 1 A y 2", "only the second A is a repeat"),
    ("1 2 A x 1 A 2", "1 2 A x", "striking A makes 1 and 2 neighbours, so they are a block"),
    ("-X -X", "-X -X", "a list item is never struck alone"),
    ("-X -Y a -X -Y", "-X -Y a", "... but goes with a block"),
    ("* A * B * C *", "* A * B * C *", "ornaments stay"),
    ("A * B x A * B", "A * B x", "an ornament goes with its block"),
    ("* * * * *", "* * * * *", "ornaments are no block"),
    ("A * x A *", "A * x *", "one paragraph and an ornament are no block"),
    ("1 1 1 1", "1 1", "the block 1 1 comes again"),
    ("1 1 1", "1 1 1", "... but not here"),
    ("a a a a a a", "a a a a a a", "short lines never"),
    ("A", "A", "one paragraph"),
    ("", "", "none"),
    ("A B C D", "A B C D", "nothing comes again"),
    (
        "q A q B q C q A",
        "q A q B q C",
        "question and answer: label and answer are a block of 115 a paragraph",
    ),
]


@pytest.mark.parametrize(("words", "left", "why"), CASES)
def test_a_copy_editor_leaves_this(words, left, why):
    assert kept(words) == left, why


@pytest.mark.parametrize(("words", "left", "why"), CASES)
def test_a_second_reading_strikes_nothing(words, left, why):
    assert kept(left) == left, why


THRESHOLDS = [
    ("1 x 1", Policy(single_from=70), "1 x", "single_from"),
    ("A A", Policy(single_from=201), "A A", "single_from"),
    ("1 a x 1 a", Policy(block_from=100, block_average=50), "1 a x", "block_from"),
    ("1 2 x 1 2", Policy(block_from=141), "1 2 x 1 2", "block_from"),
    ("1 2 x 1 2", Policy(block_average=71), "1 2 x 1 2", "block_average"),
    (
        "* *",
        Policy(single_from=0, block_from=0, block_average=0),
        "* *",
        "ornaments, whatever is set",
    ),
]


@pytest.mark.parametrize(("words", "policy", "left", "why"), THRESHOLDS)
def test_the_thresholds_are_settings(words, policy, left, why):
    assert kept(words, policy) == left, why


def test_each_repeat_names_the_first_of_its_text_and_the_rule():
    assert within(article("A B x A B y A"), POLICY) == {
        3: Within(0, "block"),
        4: Within(1, "block"),
        6: Within(0, "single"),
    }


def test_the_seed_article_keeps_its_first_five_paragraphs():
    body = SEED.read_text(encoding="utf-8")
    spans = split_plain(body)
    found = within(paragraphs(spans, "ar"), POLICY)
    assert found == {at: Within(at - 4, "block") for at in (5, 6, 7, 8)}
    assert remove(body, spans, found)[0] == "\n".join(body.split("\n")[:5])


WORDS = st.lists(
    st.sampled_from(["A", "B", "C", "a", "b", "c", "1", "2", "3", "-X", "-Y", "*", "**"])
)
PASTED = st.lists(WORDS, max_size=3).flatmap(
    lambda parts: (
        st.lists(st.sampled_from(parts), max_size=8).map(
            lambda many: list(chain.from_iterable(many))
        )
        if parts
        else WORDS
    )
)
POLICIES = st.builds(
    Policy,
    single_from=st.sampled_from([0, 30, 80, 500]),
    block_from=st.sampled_from([0, 60, 120, 400]),
    block_average=st.sampled_from([0, 30, 60, 90]),
)


@settings(max_examples=1500)
@given(WORDS | PASTED, st.just(POLICY) | POLICIES)
def test_removing_repeats_twice_changes_nothing(words, policy):
    once = kept(" ".join(words), policy)
    assert kept(once, policy) == once


@settings(max_examples=1000)
@given(WORDS | PASTED, st.just(POLICY) | POLICIES)
def test_no_text_is_lost_and_the_first_of_each_stays(words, policy):
    dropped = within(article(" ".join(words)), policy)
    for at, why in dropped.items():
        assert why.first == words.index(words[at])
        assert why.first < at
        assert why.first not in dropped
    assert list(dropped) == sorted(dropped)


@settings(max_examples=1000)
@given(WORDS | PASTED)
def test_what_is_struck_alone_is_long_and_not_in_a_list(words):
    made = article(" ".join(words))
    for at, why in within(made, POLICY).items():
        if why.rule == "single":
            assert made[at].length >= POLICY.single_from
            assert not made[at].span.listed


@settings(max_examples=300)
@given(WORDS | PASTED)
def test_removing_from_a_text_twice_changes_nothing(words):
    texts = {"A": "Long " * 40, "B": "Other " * 40, "C": "Third " * 40, "a": "short", "b": "brief",
             "c": "label", "1": "m" * 70, "2": "n" * 70, "3": "o" * 70, "-X": "- item " + "x" * 200,
             "-Y": "- item " + "y" * 200, "*": "***", "**": "---"}  # fmt: skip
    body = "\n".join(texts[word] for word in words)
    once = without_repeats(body)
    assert without_repeats(once) == once


def without_repeats(body):
    spans = split_plain(body)
    return remove(body, spans, within(paragraphs(spans), POLICY))[0]


@pytest.mark.parametrize("word", ["a", "1", "A", "-X", "*"])
def test_the_time_grows_with_the_paragraphs_however_many_are_alike(word):
    def seconds(size):
        alike = [paragraph(at, word) for at in range(size)]
        begun = time.process_time()
        within(alike, POLICY)
        return time.process_time() - begun

    small = min(seconds(1_000) for _ in range(3))
    assert seconds(10_000) < 60 * max(small, 0.001)
