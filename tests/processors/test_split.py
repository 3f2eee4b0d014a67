"""Plain text into paragraphs, and out again: line ends, blank lines, offsets, list markers, edits."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.edits import Edit, cut, restore
from processors.split import begins_list_item, has_blank_lines, remove, split_plain

SEED = Path(__file__).parents[1] / "corpus" / "seed.txt"

SPLITS = [
    ("p1\np2\np3", ["p1", "p2", "p3"], "no blank line: each line is a paragraph"),
    ("a\nb\n\nc", ["a\nb", "c"], "hard-wrapped lines belong together"),
    ("a\n \t\u00a0\nb", ["a", "b"], "a line of white space is blank"),
    ("a\nb\n\u200f\nc", ["a\nb", "c"], "a line of bidi marks is blank"),
    ("\n\n a\nb \n\n", ["a", "b"], "blank lines around the text set nothing apart"),
    ("a\r\nb", ["a", "b"], "CRLF is one line end"),
    ("a\r\nb\r\n\r\nc", ["a\r\nb", "c"], "... and two of them a blank line"),
    ("a\rb", ["a", "b"], "CR"),
    ("a\n\rb\nc", ["a", "b\nc"], "LF CR is two line ends"),
    ("a\u2028b\u2029c\x85d", ["a", "b", "c", "d"], "the line ends of Unicode and of mainframes"),
    ("a\u2029\u2029b\nc", ["a", "b\nc"], "... can be blank lines too"),
    ("a\x0bb\x0cc", ["a", "b", "c"], "VT (a soft return) and FF (a new page) are line ends"),
    ("a\x1cb", ["a\x1cb"], "a file separator is white space"),
    ("  a  \n\tb\t", ["a", "b"], "white space at the ends is not the paragraph's"),
    ("\u3000一\n\u3000二", ["一", "二"], "nor is the indent of Chinese"),
    ("\u200fأ\n\u200fب", ["\u200fأ", "\u200fب"], "a bidi mark belongs to its paragraph"),
    ("***\na", ["***", "a"], "an ornament is a paragraph"),
    ("", [], "nothing"),
    (" \n\u200b\n ", [], "nothing to be seen"),
    ("a", ["a"], "one line"),
    ("a\n\n\n\n\nb", ["a", "b"], "several blank lines are one gap"),
    ("Title\n\na\nb", ["Title", "a\nb"], "one blank line is enough for blocks"),
]

LISTED = [
    ("- نص", "hyphen"),
    ("-نص", "hyphen without a space"),
    ("– item", "en dash"),
    ("* item", "asterisk"),
    ("*س: كيف؟", "asterisk of an interview"),
    ("•نص", "bullet"),
    ("· item", "middle dot, as word processors export bullets"),
    ("▪ Ziel", "square"),
    ("■ 項目", "square"),
    ("✔ done", "tick"),
    ("1. First", "number and full stop"),
    ("1) First", "number and bracket"),
    ("(1) First", "number in brackets"),
    ("١- نص", "Arabic-Indic number"),
    ("١. نص", "likewise"),
    ("٢-نص", "no space, as Arabic often has it"),
    ("۳) متن", "Persian number"),
    ("1/ نص", "number and slash"),
    ("a) point", "letter"),
    ("(ب) نص", "letter in brackets"),
    ("أ- نص", "Arabic letter"),
    ("iv) point", "Roman number"),
    ("1、项目", "Chinese number"),
    ("一、项目", "Chinese number in words"),
    ("（一）项目", "... in brackets"),
    ("① 項目", "circled"),
    ("\u200f- نص", "a bidi mark before the marker"),
    ("- 5 killed", "a hyphen, then a figure"),
]
NOT_LISTED = [
    ("-5 degrees", "a negative number"),
    ("–94 نقطة", "a negative number with an en dash"),
    ("— Да, сказал он.", "an em dash opens speech"),
    ("القاهرة - رويترز", "a dateline"),
    ("1.5 million people", "a decimal"),
    ("10:30 am", "a time"),
    ("3-5 تعادل", "a score"),
    ("7-year-old boy", "a compound"),
    ("19-летний житель", "a compound"),
    ("2015 was", "a year"),
    ("2015- was", "a year and a dash"),
    ("12 قتيلا", "a count"),
    ("***", "an ornament"),
    ("---", "an ornament"),
    ("**bold**", "a mark-up"),
    ("A. Merkel said", "initials"),
    ("د. محمد", "a title"),
    ("x-ray", "a compound"),
    ("Plain.", "plain"),
    ("", "nothing"),
]


@pytest.mark.parametrize(("body", "texts", "why"), SPLITS)
def test_a_body_falls_into_these_paragraphs(body, texts, why):
    spans = split_plain(body)
    assert [span.text for span in spans] == texts, why
    assert all(body[span.start : span.end] == span.text for span in spans)


@pytest.mark.parametrize(("text", "why"), LISTED)
def test_this_is_a_list_item(text, why):
    assert begins_list_item(text), why
    assert split_plain(text)[0].listed


@pytest.mark.parametrize(("text", "why"), NOT_LISTED)
def test_this_is_no_list_item(text, why):
    assert not begins_list_item(text), why


def test_the_seed_article_has_nine_paragraphs():
    body = SEED.read_text(encoding="utf-8")
    spans = split_plain(body)
    assert len(spans) == 9
    assert [span.text for span in spans] == body.split("\n")
    assert not any(span.listed for span in spans)


BODIES = st.text(
    st.sampled_from("ab م\u0301😀\n\n\n\r\t \x0b\x0c\x85\u2028\u2029\u200f\u00a0-1.*•")
    | st.characters(exclude_categories=["Cs"])
)


@given(BODIES)
def test_offsets_hold_and_nothing_visible_is_left_outside(body):
    spans = split_plain(body)
    at = 0
    for span in spans:
        assert body[span.start : span.end] == span.text == span.text.strip()
        assert span.text
        assert span.start >= at
        assert not visible(body[at : span.start])
        at = span.end
    assert not visible(body[at:])


def visible(text):
    return [
        char
        for char in text
        if not char.isspace()
        and char not in "\u00ad\u061c\ufeff"
        and not 0x200B <= ord(char) <= 0x2069
    ]


@given(BODIES)
def test_a_body_is_split_by_lines_or_by_blocks_never_by_both(body):
    by_block = has_blank_lines(body)
    for span in split_plain(body):
        lines = span.text.replace("\r\n", "\n")
        assert by_block or not any(end in lines for end in "\n\r\x0b\x0c\x85\u2028\u2029")


@given(BODIES, st.data())
def test_what_was_removed_can_be_put_back(body, data):
    spans = split_plain(body)
    dropped = data.draw(st.sets(st.integers(0, max(len(spans) - 1, 0)))) if spans else set()
    cleaned, edits = remove(body, spans, dropped)
    assert restore(cleaned, edits) == body
    offsets = [(edit.offset, edit.offset + len(edit.text)) for edit in edits]
    assert all(end <= start for (_, end), (start, _) in pairwise(offsets))
    assert all(body[edit.offset : edit.offset + len(edit.text)] == edit.text for edit in edits)
    assert len(edits) == len(dropped)


@given(
    st.lists(st.sampled_from(["alpha", "beta gamma", "نص طويل", "- δ", "😀"]), max_size=8),
    st.sampled_from(["\n", "\r\n", "\n\n", "\u2029"]),
    st.data(),
)
def test_the_kept_paragraphs_stay_as_they_were_and_in_their_order(texts, gap, data):
    body = gap.join(texts)
    spans = split_plain(body)
    dropped = data.draw(st.sets(st.sampled_from(range(len(texts))))) if texts else set()
    cleaned, _ = remove(body, spans, dropped)
    assert cleaned == gap.join(text for at, text in enumerate(texts) if at not in dropped)


REMOVALS = [
    ("p1\np2\np3", {2}, "p1\np2", "no new line at the end that the source did not have"),
    ("p1\np2\np3\n", {2}, "p1\np2\n", "the source's own last line end stays"),
    ("p1\np2\np3", {1}, "p1\np3", "from the middle"),
    ("p1\np2\np3", {0}, "p2\np3", "from the beginning the separator after goes"),
    ("p1\np2\np3", {0, 1}, "p3", "two from the beginning"),
    ("p1\np2\np3", {0, 2}, "p2", "both ends"),
    ("p1\n\np2\n\n\np3", {1}, "p1\n\n\np3", "the separator before goes, the one after stays"),
    (" p1\np2 ", {0, 1}, "  ", "white space around the text is not a paragraph's"),
    ("p1\np2", set(), "p1\np2", "nothing"),
]


@pytest.mark.parametrize(("body", "dropped", "left", "why"), REMOVALS)
def test_a_paragraph_goes_with_its_separator(body, dropped, left, why):
    cleaned, edits = remove(body, split_plain(body), dropped)
    assert cleaned == left, why
    assert restore(cleaned, edits) == body


def test_pieces_that_overlap_or_leave_the_body_are_refused():
    for pieces in ([(0, 2), (1, 3)], [(2, 1)], [(0, 9)], [(2, 3), (0, 1)]):
        with pytest.raises(ValueError, match="piece"):
            cut("abcd", pieces)
    assert cut("abcd", [(1, 1), (2, 3)]) == ("abd", (Edit(2, "c"),))


def test_edits_of_another_text_are_refused():
    with pytest.raises(ValueError, match="does not fit"):
        restore("ab", (Edit(5, "x"),))
    with pytest.raises(ValueError, match="does not fit"):
        restore("abcd", (Edit(2, "xy"), Edit(1, "z")))


@pytest.mark.parametrize(
    "piece",
    ["a\n", "a\n\n", "\n", " \n", "\r", "\u200f\n", " ", "a", "- \n", "1\n\n", "\n ", "(\n"],
)
def test_the_time_grows_with_the_length_and_with_nothing_else(piece):
    # Ratios, not times: four times the body may take a good deal more than four times as long on
    # a busy machine, and what grows with the square would take sixteen times.
    def seconds(size):
        body = piece * (size // len(piece))
        begun = time.process_time()
        split_plain(body)
        return time.process_time() - begun

    small = min(seconds(50_000) for _ in range(3))
    large = min(seconds(400_000) for _ in range(3))
    assert large < 30 * max(small, 0.001)
