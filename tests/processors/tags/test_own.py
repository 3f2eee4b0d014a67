"""A newsroom's own tags: what they find, and how their faults are told."""

from __future__ import annotations

import pytest

from processors.errors import BadTaxonomy
from processors.tags import run
from processors.tags.lexicon import Lexicon
from processors.tags.own import read_own
from processors.text import Tag, TagText

CEASEFIRE = """
[[tag]]
term = "Ceasefire"
variants = ["truce", "وقف إطلاق النار", "هدنة"]
code = "desk:ceasefire"
excludes = ["video game"]

[[tag]]
term = "Python"
kind = "subject"
language = "en"
requires = ["software", "code"]
uri = "https://desk.example/python"
"""


def found(source: str, language: str, *paragraphs: str) -> list[Tag]:
    lexicon = Lexicon(read_own([("desk.toml", source.encode())]))
    tags, failures = run((("own", lexicon),), TagText(language, "", paragraphs))
    assert failures == ()
    return list(tags)


@pytest.mark.parametrize(
    ("language", "text", "terms", "reason"),
    [
        ("en", "Ceasefire agreed", ["Ceasefire"], "the term"),
        (
            "en",
            "A ceasefire was agreed",
            ["Ceasefire"],
            "a subject is no name: small letters will do",
        ),
        ("en", "A truce was agreed", ["Ceasefire"], "a variant"),
        (
            "ar",
            "بعد وقف إطلاق النار",
            ["Ceasefire"],
            "a variant of another language, in every language",
        ),
        ("ar", "وبهدنة", ["Ceasefire"], "behind و and ب"),
        ("ar", "بالهدنة", [], "a variant without the article is not the one with"),
        ("en", "a truce in the video game", [], "excluded"),
        ("en", "Python bites man", [], "what it requires is not there"),
        ("en", "Python is software", ["Python"], "what it requires is there"),
        ("ar", "Python software", [], "not its language"),
    ],
)
def test_a_tag_is_found(language, text, terms, reason):
    assert [tag.name for tag in found(CEASEFIRE, language, text)] == terms, reason


def test_a_tag_carries_the_desks_code_and_says_from_which_file():
    (tag,) = found(CEASEFIRE, "en", "A truce")
    assert (tag.literal, tag.uri, tag.creator, tag.kind) == (
        "desk:ceasefire",
        None,
        "newsroom",
        "subject",
    )
    assert [(piece.text, piece.rule) for piece in tag.evidence] == [("truce", "own:desk.toml")]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('[[tag]]\nterm = "A b"\nkind = "thing"\n', "desk.toml, line 3: kind 'thing' is none of"),
        ('[[tag]]\nname = "x"\n', "desk.toml, line 2: 'name' is not a field of a tag"),
        ('[[tag]]\nvariants = ["abc"]\n', "desk.toml, line 1: a tag needs a term"),
        ("[[tag]]\nterm = 3\n", "desk.toml, line 2: 'term' is a text"),
        (
            '[[tag]]\nterm = "abc"\nvariants = "def"\n',
            "desk.toml, line 3: 'variants' is a list of texts",
        ),
        (
            '[[tag]]\nterm = "abc"\nvariants = [1]\n',
            "desk.toml, line 3: 'variants' is a list of texts",
        ),
        ('[[tag]]\nterm = "x"\n', "desk.toml, line 2: 'x' is too short"),
        (
            '[[tag]]\nterm = "abc"\nlanguage = "klingon!"\n',
            "desk.toml, line 3: language 'klingon!'",
        ),
        ('[[tag]]\nterm = "abc"\nuri = "not a uri"\n', "desk.toml, line 3: uri 'not a uri'"),
        (
            '[[tag]]\nterm = "abc"\n\n[[tag]]\nterm = "ABC"\n',
            "desk.toml, line 4: 'ABC' is already a tag, in desk.toml, line 1",
        ),
        ('[tag]\nterm = "abc"\n', r"desk.toml, line 1: write \[\[tag\]\]"),
        ('[[tags]]\nterm = "abc"\n', "desk.toml, line 1: 'tags' is not"),
        ('[[tag]]\nterm = "abc\n', "desk.toml, line 2: not TOML"),
        ("", "desk.toml, line 1: no"),
        (
            '[[tag]]\nvariants = ["abc"]\n\n[[tag]]\nterm = "def"\n',
            "desk.toml, line 1: a tag needs a term",
        ),
        ('tag = ["abc"]\n', "desk.toml, line 1: 'abc' is no tag"),
        ('tag = [{term = "abc", kind = "x"}]\n', "desk.toml, line 1: kind 'x'"),
        ('[[tag]]\nterm = "abc"\nvariants = ["def",\n', "desk.toml, line 3: not TOML"),
        ('[[tag]]\nterm = "!!!"\n', "desk.toml, line 2: '!!!' is too short"),
        ('[[tag]]\nterm = "abc"\nrequires = ["?"]\n', r"desk.toml, line 3: '\?' is too short"),
        ('[[tag]]\nterm = "abc"\nexcludes = ["ABC"]\n', "desk.toml, line 3: 'ABC' is one of"),
        ('[[tag]]\r\nterm = "abc"\r\nkind = "q"\r\n', "desk.toml, line 3: kind 'q'"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(source, fault):
    with pytest.raises(BadTaxonomy, match=fault):
        read_own([("desk.toml", source.encode())])


def test_bytes_that_are_not_utf8_are_told_with_their_line():
    with pytest.raises(BadTaxonomy, match=r"a\.toml, line 2: not UTF-8"):
        read_own([("a.toml", b'[[tag]]\nterm = "\xff"\n')])


def test_a_file_of_an_editor_that_marks_utf8_is_read():
    (entry,) = read_own([("a.toml", b'\xef\xbb\xbf[[tag]]\nterm = "abc"\n')])
    assert entry.names == {"*": ("abc",)}


def test_the_faults_of_a_tag_stand_in_the_order_of_its_lines():
    source = b'[[tag]]\nterm = "abc"\nuri = ""\nlanguage = ""\nkind = "x"\n'
    with pytest.raises(BadTaxonomy) as error:
        read_own([("a.toml", source)])
    told = str(error.value).split("\n")
    assert [line.split(":")[0] for line in told] == [f"a.toml, line {n}" for n in (3, 4, 5)]


def test_all_faults_are_told_at_once():
    with pytest.raises(BadTaxonomy) as error:
        read_own([("a.toml", b'[[tag]]\nterm = "x"\n'), ("b.toml", b"[[tag]]\n")])
    assert str(error.value).count("\n") == 1
