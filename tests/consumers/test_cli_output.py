"""What is printed: nothing in data steers the terminal, and right-to-left text stays in its place."""

from __future__ import annotations

import io
import sys
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.cli import output, tail
from consumers.cli.output import console, print_json, safe, shown
from processors.records import Record

FSI, PDI = "\u2068", "\u2069"

#: text, what is shown, why
MADE_VISIBLE = [
    ("plain", "plain", "nothing to do"),
    ("\x1b[2J", "␛[2J", "an escape sequence that clears the screen"),
    ("a\x07b\x08", "a␇b␈", "bell and backspace"),
    ("a\nb\tc\r", "a␊b␉c␍", "line ends and tabs, in one line"),
    ("\x7f", "␡", "delete"),
    ("\x9b31m", "<U+009B>31m", "the one-character form of an escape sequence"),
    ("\u202eabc", "<U+202E>abc", "an override that turns a file name round"),
    ("a\u2069b", "a<U+2069>b", "an isolate's end that would end ours"),
    ("\u2028", "<U+2028>", "a line separator"),
    ("\ud800", "<U+D800>", "half a character"),
    ("سوريا", "سوريا", "Arabic is text"),
    ("\u200fa\u200d", "\u200fa\u200d", "a mark and a joiner that writing needs"),
]


@pytest.mark.parametrize(("text", "visible", "why"), MADE_VISIBLE)
def test_control_characters_are_made_visible(text, visible, why):
    assert safe(text) == visible, why


def test_line_ends_and_tabs_can_be_left():
    assert safe("a\nb\tc\x1b", lines=True) == "a\nb\tc␛"


@given(st.text(st.characters(codec=None)))
def test_whatever_the_text_no_control_character_is_left(text):
    for lines in (False, True):
        left = safe(text, lines=lines)
        controls = {c for c in left if unicodedata.category(c) in {"Cc", "Cs"}}
        assert controls <= (set("\n\t") if lines else set())
        left.encode()


@pytest.mark.parametrize(
    ("text", "visible", "why"),
    [
        ("News (2)", "News (2)", "left to right needs nothing"),
        ("خبر (2)", f"{FSI}خبر (2){PDI}", "the bracket must stay on its side"),
        ("חדשות", f"{FSI}חדשות{PDI}", "Hebrew"),
        ("a\nخبر", f"a\n{FSI}خبر{PDI}", "each line by itself: an isolate ends with its line"),
        ("", "", "nothing"),
    ],
)
def test_right_to_left_text_is_isolated(text, visible, why):
    assert shown(text, lines=True) == visible, why


@given(st.text())
def test_isolates_are_always_closed_in_their_line(text):
    for line in shown(text, lines=True).split("\n"):
        assert line.count(FSI) == line.count(PDI) <= 1


def test_json_is_one_line_without_raw_controls(capsysbinary):
    print_json({"text": "a\x1b\x7f\x9b\u0085ü\n"})
    written = capsysbinary.readouterr().out
    assert written.count(b"\n") == 1
    assert not any(byte < 0x20 or byte == 0x7F for byte in written[:-1])
    assert b"\xc2\x9b" not in written
    assert msgspec.json.decode(written) == {"text": "a\x1b\x7f\x9b\u0085ü\n"}


def test_the_console_prints_data_as_it_is():
    out = console()
    out.file = io.StringIO()
    out.print("[bold]x[/bold] :smile: 123", soft_wrap=True)
    assert out.file.getvalue() == "[bold]x[/bold] :smile: 123\n"


def item(value, **headers):
    named = tuple((name, text.encode()) for name, text in headers.items())
    return Record("articles.clean", 0, 7, 1_700_000_000_000, b"urn:a", value, named)


def printed(record):
    out = console()
    out.file = io.StringIO()
    tail.show(out, record)
    return out.file.getvalue()


def test_tail_shows_title_language_tags_and_what_was_dropped():
    value = msgspec.json.encode({
        "uri": "urn:a", "language": "ar", "pubStatus": "usable",
        "headlines": [{"value": "سوريا (1)"}],
        "bodies": [{"contentType": "text/html", "value": "<p>x</p>"}, {"contentType": "text/plain", "value": "نص\x1b"}],
        "places": [{"name": "سوريا"}], "people": [{"name": "Ann"}, {"rel": "no name"}],
    })  # fmt: skip
    text = printed(item(value, **{"copydesk-kept": "5", "copydesk-dropped": "4"}))
    for wanted in (
        f"{FSI}سوريا (1){PDI}",
        "ar",
        "5 kept, 4 dropped",
        "Ann",
        f"{FSI}نص␛{PDI}",
        "urn:a",
    ):
        assert wanted in text
    assert "<p>" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("value", "wanted", "why"),
    [
        (None, "withdrawn", "a null value takes the uri back"),
        (b'{"pubStatus":"canceled"}', "canceled", "and so does its status"),
        (b"plain words", "plain words", "a topic of plain text"),
        (b"\xff\xfe", "\ufffd", "bytes that are no text"),
        (b"[1, 2]", "[1, 2]", "JSON that is no object"),
        (
            b'{"headlines": 5, "bodies": {}, "places": [1]}',
            "without a title",
            "fields of another shape",
        ),
    ],
)
def test_tail_shows_whatever_stands_in_the_topic(value, wanted, why):
    assert wanted in printed(item(value)), why


def test_tail_tells_what_was_not_deduplicated_and_why_a_record_is_dead():
    record = item(
        b"{}",
        **{"copydesk-dedupe": "skipped", "__connect.errors.exception.message": "it breaks off"},
    )
    text = printed(record)
    assert "not deduplicated" in text
    assert "it breaks off" in text


@pytest.mark.parametrize("timestamp", [-1, 0, 10**17])
def test_tail_stands_any_time(timestamp):
    record = Record("t", 0, 0, timestamp, None, b"{}", ())
    assert printed(record)


def test_a_record_as_json_has_its_place_its_headers_and_its_item():
    told = tail.as_object(item(b'{"uri":"urn:a"}', **{"copydesk-kept": "5"}))
    assert told == {
        "topic": "articles.clean",
        "partition": 0,
        "offset": 7,
        "timestamp": 1_700_000_000_000,
        "key": "urn:a",
        "headers": {"copydesk-kept": "5"},
        "item": {"uri": "urn:a"},
    }
    assert tail.as_object(item(None))["item"] is None
    assert tail.as_object(item(b"text"))["text"] == "text"


def test_progress_is_for_terminals(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not output.on_terminal()
