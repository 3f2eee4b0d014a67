"""Every short way of the core gives what the long way gives: split, list marks, words, memory."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import fingerprint, repeats, split, words
from processors.body import HtmlBody, PlainBody
from processors.compare import exact
from processors.formats import decode, ninjs
from processors.policy import Limits, Policy
from processors.records import Record
from processors.text import Span

#: What lines, blanks and list marks are made of, and what only looks like it.
PIECES = st.sampled_from(
    [
        *"\n\n\n\r\v\f\x85\u2028\u2029 \t\xa0\u3000\u200b\u200f\ufeff\x1c\x1f\xad-–ـ*().:/%",
        *(
            "\n\n",
            "\r\n",
            "\n \n",
            "a",
            "iv)",
            "iv",
            "x)",
            "أ",
            "ـ",
            "أـ ",
            "٣-",
            "一、",
            "十三）",
            "1.",
            "•",
            "①",
        ),
        *("قال", "word", "İ", "ß", "漢字", "\U0001f600"),
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)
TEXT = TEXTS.map(str.strip).filter(bool)
#: What stands between lines, and behind the last one.
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r\n\r\n", "\n\r\n", "\r"])
LINES = st.tuples(st.lists(TEXT, min_size=1), ENDS, st.just("") | ENDS).map(
    lambda made: made[1].join(made[0]) + made[2]
)


@given(TEXTS | LINES)
def test_a_body_splits_the_same_with_and_without_regular_expressions(body):
    short = split._by_line_feeds(body)
    assert short is None or short == split._by_any_line_end(body)


@given(TEXTS | LINES)
def test_a_body_of_lines_splits_the_same_as_any_other(body):
    short = None if split.has_rare_end(body) else split.by_lines(body)
    if short is not None:
        texts = [span.text for span in short.spans]
        assert short.between.join(texts) + short.tail == body
        assert short.spans == split._by_any_line_end(body)


@given(LINES, st.data())
def test_a_body_is_cut_and_written_as_without_what_is_at_hand(body, data):
    judged = PlainBody(body)
    indexes = st.sets(st.integers(0, max(0, len(judged.spans) - 1)))
    dropped = sorted(data.draw(indexes)) if judged.spans else []
    counted = [len(span.text.split()) for span in judged.spans]
    (made,), edits = judged.without(dropped, words=counted)
    assert (made.value, edits) == split.remove(body, judged.spans, dropped)
    assert made.written in (None, msgspec.json.encode(made.value))
    assert judged.in_utf8() == body.encode()
    assert made.words in (None, words.count(made.value))


@given((TEXTS | LINES).filter(str.strip), st.booleans())
def test_a_body_as_its_source_wrote_it_is_judged_as_one_written_anew(body, ascii_only):
    written = json.dumps({"title": "t", "body": body}, ensure_ascii=ascii_only).encode()
    article = decode(Record("raw", 0, 0, 0, b"k", written), Limits())
    judged, anew = PlainBody(body, article.written), PlainBody(body)
    assert json.loads(article.written or b"") == body
    assert (judged.spans, judged.in_utf8()) == (anew.spans, body.encode())
    assert judged.compared("en") == anew.compared("en")
    for dropped in ((), range(len(judged.spans) // 2)):
        assert judged.without(dropped) == anew.without(dropped)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (b'{"body": "one", "body":"two"}', b'"two"'),
        (b'{"b\\u006fdy" :\n"two" }', b'"two"'),
        (b'{"body":null,"text":"two"}', None),
        (b'{"specversion":"1.0","body":"one","data":{"body":"two"}}', None),
        (b'\xef\xbb\xbf{"body":"two"}', None),
    ],
)
def test_what_was_written_is_the_body_or_not_at_hand(value, written):
    article = decode(Record("raw", 0, 0, 0, b"k", value), Limits())
    assert (article.body, article.written) == ("two", written)


@given(st.lists(TEXTS, max_size=6), st.data())
def test_the_words_of_what_is_left_of_html_are_those_of_its_paragraphs(texts, data):
    judged = HtmlBody("".join(f"<p>{text}</p>" for text in texts))
    indexes = st.sets(st.integers(0, max(0, len(judged.spans) - 1)))
    dropped = sorted(data.draw(indexes)) if judged.spans else []
    counted = [len(span.text.split()) for span in judged.spans]
    bodies, _ = judged.without(dropped, words=counted)
    assert [body.words or words.count(body.value) for body in bodies] == [
        words.count(body.value) for body in bodies
    ]


@given(
    st.dictionaries(
        st.sampled_from(
            [*ninjs._TOLD_BY, *"uri body text title source language body_x headline_y".split()]
        ),
        st.sampled_from(["text", "picture", {"version": "2.1"}, [{"value": "x"}], [], None, 1]),
        max_size=6,
    )
)
def test_what_is_ninjs_has_a_name_that_tells(data):
    assert not ninjs.generation(data) or ninjs._may_be_ninjs(data.keys())


@given(TEXTS)
def test_two_letters_that_are_no_number_begin_no_list(text):
    assert split.begins_list_item(text) == (split._LISTED.match(text) is not None)


@pytest.mark.parametrize("between", ["\n", "\r\n", "\n\n", "\r\n\r\n"])
@pytest.mark.parametrize("tail", ["", "\n", "\r\n", "\n\n\n"])
def test_paragraphs_a_line_go_the_short_way_whatever_stands_between_them(between, tail):
    lines = split.by_lines(between.join(("one", "two", "three")) + tail)
    assert lines is not None
    assert (lines.between, lines.tail, len(lines.spans)) == (between, tail, 3)


@given(TEXTS, st.integers(1, 40))
def test_words_are_counted_as_they_are_cut(text, times):
    assert words.count(text * times) == len((text * times).split())


@given(TEXTS)
def test_the_bytes_of_a_paragraph_are_compared_without_a_comparison_between(text):
    (made,) = fingerprint.paragraphs([Span(0, len(text), text)], compare="exact")
    compared = exact(text)
    told = (compared.profile, compared.length, fingerprint.fingerprint(compared))
    assert (made.profile, made.length, made.fingerprint) == told


@given(TEXTS)
def test_what_is_remembered_of_a_paragraph_is_what_would_be_made_anew(text):
    made = fingerprint._remembered(text)
    assert made == fingerprint._remembered(text) == fingerprint._made(text)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=12))
def test_without_neighbours_that_come_again_there_is_no_block(names):
    policy = Policy(block_from=1, block_average=1, single_from=10**6)
    made = fingerprint.paragraphs([Span(0, 1, name) for name in names])
    if not repeats._may_hold_blocks(names):
        assert not repeats._blocks(names, made, policy)
