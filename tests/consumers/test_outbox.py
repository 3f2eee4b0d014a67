"""What publish sends: files cut into records, and how far a run has come."""

from __future__ import annotations

import functools
import hashlib
import io
import itertools

import msgspec
import pytest

from consumers import outbox, progress
from consumers.errors import CopydeskError, UsageFault
from consumers.outbox import Piece, Unfit, files, letter, milliseconds, pieces
from consumers.progress import Progress
from processors.formats import decode
from processors.policy import Limits

read = functools.partial(decode, limits=Limits())

#: name, content, (form, value) of each piece, why
CUT = [
    ("a.txt", b"one\n\ntwo", [("text", b"one\n\ntwo")], "a text is one article"),
    ("a.txt", b'{"uri":"u"}', [("text", b'{"uri":"u"}')], "the name says it is text"),
    ("a.html", b"<p>x", [("html", b"<p>x")], "HTML by its name"),
    ("a.XML", b"<nitf/>", [("xml", b"<nitf/>")], "XML by its name, in capitals"),
    ("a.json", b'{"a":1}', [("lines", b'{"a":1}')], "one object on one line"),
    ("a.json", b'{\n"a":1}', [("json", b'{\n"a":1}')], "one object over lines"),
    ("a.json", b'{"a":1}\n{"a":2}\n', [("lines", b'{"a":1}'), ("lines", b'{"a":2}')], "JSON lines under another name"),
    ("a.json", b' [{"a":1},\n {"a": 2}]', [("json", b'{"a":1}'), ("json", b'{"a": 2}')], "an array, each element as it stands"),
    ("a.json", b"[]", [], "an empty array holds nothing"),
    ("a.json", b'[{"a":1}', [("json", b'[{"a":1}')], "an array that breaks off is refused later, as a whole"),
    ("a.jsonl", b'{"a":1}\n\n \r\n{"a":2}', [("lines", b'{"a":1}'), ("lines", b'{"a":2}')], "blank lines are nothing"),
    ("a.jsonl", b"\xef\xbb\xbf" + b'{"a":1}', [("lines", b'{"a":1}')], "a byte order mark"),
    ("a.jsonl", b"not json\n", [("lines", b"not json")], "refused later, with its number"),
    ("story", b"plain", [(None, b"plain")], "no name to go by: looked at when decoded"),
    ("-", b'{"a":1}\n{"a":2}\n', [("lines", b'{"a":1}'), ("lines", b'{"a":2}')], "standard input, line by line"),
    ("-", b"text\nmore", [(None, b"text\nmore")], "standard input, a text"),
    ("-", b"", [(None, b"")], "nothing at all is refused later"),
]  # fmt: skip


def cut(name, content, form=None) -> list[Piece]:
    """The pieces of a file, none of which may be unfit."""
    found = list(pieces(name, io.BytesIO(content), form, Limits()))
    good = [each for each in found if isinstance(each, Piece)]
    assert good == found
    return good


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title>
<item><guid>urn:1</guid><title>One</title><description>&lt;p&gt;First text&lt;/p&gt;</description>
<pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item>
<item><guid>urn:2</guid><title>Two</title><link>http://example.org/2</link></item>
<item><guid>urn:3</guid><description>Third text</description></item>
</channel></rss>"""


def test_a_feed_is_cut_into_its_entries_and_those_without_text_are_told():
    found = list(pieces("wire.rss", io.BytesIO(RSS), None, Limits()))
    sent = [letter(each, read, dated=True) for each in found if isinstance(each, Piece)]
    assert [each.key for each in sent] == [b"urn:1", b"urn:3"]
    assert [each.timestamp for each in sent] == [1795341600000, None]
    assert {each.headers for each in sent} == {(("content-type", b"application/json"),)}
    [unfit] = [each for each in found if isinstance(each, Unfit)]
    assert "wire.rss holds one entry without text" in str(unfit)


def test_a_feed_on_standard_input_is_known_by_its_looks():
    assert len(list(pieces("-", io.BytesIO(RSS), None, Limits()))) == 3


@pytest.mark.parametrize(
    ("content", "words", "why"),
    [
        (RSS[:200], "wire.xml cannot be published", "a feed that breaks off"),
        (b"<rss><channel/></rss>", "without entries", "a feed of nothing"),
    ],
)
def test_a_feed_that_cannot_be_sent_is_refused_by_name(content, words, why):
    [unfit] = pieces("wire.xml", io.BytesIO(content), None, Limits())
    assert isinstance(unfit, Unfit)
    assert words in str(unfit), why


@pytest.mark.parametrize(("name", "content", "wanted", "why"), CUT)
def test_a_file_is_cut_into_its_articles(name, content, wanted, why):
    found = cut(name, content)
    assert [(each.form, each.value) for each in found] == wanted, why
    assert [each.number for each in found] == list(range(1, len(wanted) + 1))
    assert all(each.end <= len(content) for each in found)


def test_the_form_given_by_hand_beats_the_name():
    assert [each.form for each in cut("a.txt", b"{}\n{}", "lines")] == [
        "lines",
        "lines",
    ]


def test_lines_are_read_as_they_come():
    """A feed on standard input must not wait for its end."""

    class Endless(io.BytesIO):
        def __iter__(self):
            while True:
                yield b'{"uri":"u","body":"b"}\n'

    stream = Endless(b'{"uri":"u","body":"b"}\n')
    found = pieces("-", stream, None, Limits())
    assert [each.number for each in itertools.islice(found, 3) if isinstance(each, Piece)] == [
        1,
        2,
        3,
    ]


def test_a_directory_is_its_files_by_name_and_no_hidden_ones(tmp_path):
    for name in ("b.txt", "a/c.json", ".git/x.txt", "a/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [each.removeprefix(f"{tmp_path}/") for each in files([str(tmp_path), "-", "gone.txt"])]
    assert found == ["a/c.json", "b.txt", "-", "gone.txt"]


def piece(value, form=None, only=True):
    return Piece("f", 1, len(value), value, form, only)


def test_the_key_is_the_uri_and_the_value_is_untouched():
    value = b'{"uri":"urn:x","body":"b", "n": 1.50}'
    made = letter(piece(value, "json"), read, [("feed", b"wire")])
    assert (made.key, made.value) == (b"urn:x", value)
    assert made.headers == (("content-type", b"application/json"), ("feed", b"wire"))
    assert made.timestamp is None


def test_a_text_is_keyed_by_its_digest():
    made = letter(piece(b"a story", "text"), read)
    assert made.key == b"urn:sha256:" + hashlib.sha256(b"a story").hexdigest().encode()


def test_a_value_of_no_known_form_says_nothing_of_its_type():
    assert letter(piece(b"a story"), read).headers == ()


@pytest.mark.parametrize(
    ("moment", "wanted", "why"),
    [
        ("2026-11-22T10:00:00Z", 1795341600000, "as RFC 3339 has it"),
        ("2026-11-22T13:00:00+03:00", 1795341600000, "with an offset"),
        ("2026-11-22T10:00:00.123Z", 1795341600123, "with milliseconds"),
        ("2026-11-22T10:00:00", 1795341600000, "without an offset it is taken for UTC"),
        ("1969-12-31T23:59:59Z", None, "before Kafka's time begins"),
        ("yesterday", None, "no date"),
        (None, None, "none given"),
    ],
)
def test_a_date_becomes_a_records_time(moment, wanted, why):
    assert milliseconds(moment) == wanted, why


def test_dated_records_bear_the_articles_own_time():
    value = b'{"uri":"u","body":"b","published":"2026-11-22T10:00:00Z"}'
    assert letter(piece(value), read, dated=True).timestamp == 1795341600000
    assert letter(piece(value), read).timestamp is None
    assert letter(piece(b'{"uri":"u","body":"b"}'), read, dated=True).timestamp is None


@pytest.mark.parametrize(
    ("value", "form", "words", "why"),
    [
        (b"", "text", "f is empty", "an empty file"),
        (b" \n", "lines", "f is empty", "white space"),
        (b"\xff", "text", "not UTF-8", "bytes that are no text"),
        (b'{"uri":"u"', "json", "breaks off", "JSON that breaks off"),
        (b'{"uri":"u"}', "json", "no text in its body", "no body"),
        (b'{"body":"b"}', "json", "no uri", "no uri, and a file gives no key"),
        (b"[1]", "json", "a list", "no object"),
    ],
)
def test_what_would_be_a_dead_letter_is_refused_by_name_with_the_same_reason(
    value, form, words, why
):
    with pytest.raises(Unfit) as caught:
        letter(piece(value, form), read)
    assert words in str(caught.value), (why, str(caught.value))


def test_an_item_is_named_by_its_file_and_number():
    assert Piece("x.jsonl", 3, 0, b"", "lines").name == "x.jsonl, item 3"
    assert Piece("-", 3, 0, b"", "lines").name == "standard input, item 3"
    assert Piece("x.txt", 1, 0, b"", "text", only=True).name == "x.txt"


def test_a_withdrawal_is_a_key_and_no_value():
    assert outbox.withdrawal("urn:x") == outbox.Letter(b"urn:x", None, ())


def test_progress_is_kept_and_read_again(tmp_path):
    state, file = tmp_path / "state", tmp_path / "a.jsonl"
    file.write_bytes(b"x" * 10)
    kept = progress.read(state, "raw")
    assert kept == Progress("raw")
    kept.add(str(file), 3, 10)
    kept.add("-", 5, 10)
    progress.write(state, kept)
    again = progress.read(state, "raw")
    assert again.items(str(file)) == 3
    assert again.items("-") == 0, "standard input has no place to go on from"
    assert again.items(str(tmp_path / "b")) == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("state")] == ["state"]


def test_a_file_that_became_shorter_is_another_file(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"x" * 10)
    kept = Progress("raw")
    kept.add(str(file), 3, 10)
    file.write_bytes(b"x" * 9)
    assert kept.items(str(file)) == 0
    file.write_bytes(b"x" * 99)
    assert kept.items(str(file)) == 3, "a file that grew goes on"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"topic":1}', b"\xff"])
def test_a_file_that_holds_no_progress_is_a_usage_error(tmp_path, content):
    (tmp_path / "state").write_bytes(content)
    with pytest.raises(CopydeskError, match="not a file that --resume has written"):
        progress.read(tmp_path / "state", "raw")


def test_progress_of_another_topic_is_a_usage_error(tmp_path):
    (tmp_path / "state").write_bytes(msgspec.json.encode(Progress("raw")))
    with pytest.raises(UsageFault, match="'raw', not of 'other'"):
        progress.read(tmp_path / "state", "other")


def test_a_state_file_that_cannot_be_written_is_a_usage_error(tmp_path):
    with pytest.raises(CopydeskError, match="cannot be written"):
        progress.write(tmp_path / "no" / "state", Progress("raw"))


@pytest.mark.parametrize(
    ("name", "content", "alone", "why"),
    [
        ("a.json", b'{"uri": "u"}', True, "mended after a refusal, it must be tried again"),
        ("a.jsonl", b'{"uri": "u"}\n\n', True, "one line is one article"),
        ("a.jsonl", b"{}\n{}\n", False, "two lines are not"),
        ("-", b"{}\n", False, "standard input is sent on before its next line comes"),
    ],
)
def test_an_article_knows_whether_it_is_alone_in_its_file(name, content, alone, why):
    assert cut(name, content)[0].only is alone, why
