"""HTML bodies against a real HTML5 parser, over soups of markup that chance makes.

The parser is turbohtml, which passes the html5lib suite; the product itself does not use it, since
it must know the places of the source.
"""

from __future__ import annotations

import re
from collections import Counter
from unittest import mock

import pytest
import turbohtml
from hypothesis import given, settings
from hypothesis import strategies as st

from processors import markup
from processors.edits import restore
from processors.elements import BLOCKS, CELLS, MEDIA, VOID
from processors.html import HtmlText, remove, split_html

SAFE = """<p> </p> <p class="a"> <div> </div> <b> </b> <i> </i> <br> <br/> <br><br> < &amp; &lt &#65;
 <!-- --> --!> <!--> <!x> <?y> </> " ' > = / <table> <tr> <td> </td> </tr> </table> <ul> <li> </li>
 </ul> <h2> </h2> <script> </script> <style> </style> <pre> </pre> <blockquote> </blockquote>
 <img/src=a/onerror=b> <p/title="> <x/y <span/style="x"> </span> <dl> <dt> <dd> </dl> <section> <hr>
 </br> <tbody> <th> <caption> <font/color=red> </font> <a/href=x/onclick=y> </a> غزة alpha""".split()
WILD = """<svg> </svg> <math> </math> <select> </select> <textarea> </textarea> <title> </title> <desc>
 <button> </button> <template> </template> <xmp> </xmp> <plaintext> <object> </object> <input> <mtext>
 <form/action=javascript:x> </form> <frameset> <frame/src=javascript:1> <noscript> </noscript> ]]>
 <a/href="java&#x0a;script:x"> <![CDATA[ <embed/src=x> <meta/http-equiv=refresh> <base/href=x>
 <noembed> </noembed> <noframes> <iframe> </iframe> <p/onclick=a> <p/a="b"onclick=c> <body/onload=x>
 <html> <head>""".split()
PLAIN = [
    f"<{name}{attributes}>{text}</{name}>"
    for name in ("p", "li", "h2", "div")
    for attributes in ("", " class=x", " onclick='<p>'")
    for text in ("", " \n", "alpha", " beta &amp;\n  gamma ", "1. &nbsp;", "&#8203;", "غزة >")
]
GLUE = ["", " ", "\n", "beta ", "\u00a0", "<a href onclick='' =javascript:x>", "gamma\n\ndelta"]
safe_soup = st.lists(st.sampled_from(SAFE + GLUE), max_size=30).map("".join)
wild_soup = st.lists(st.sampled_from(SAFE + WILD + GLUE), max_size=30).map("".join)
RUNS = frozenset(
    """script style iframe noembed noframes noscript object applet svg math template select button
    textarea embed frame frameset input meta link base form plaintext""".split()
)


def nodes(node):
    yield node
    for child in getattr(node, "children", ()):
        yield from nodes(child)


def seen_by_a_browser(source: str) -> list[str]:
    page = turbohtml.parse(f"<!doctype html><body>{source}")
    hidden = RUNS | {"title"}
    return [
        node.data
        for node in nodes(page)
        if type(node).__name__ == "Text" and not any(up.tag in hidden for up in ancestors(node))
    ]


def ancestors(node):
    while (node := node.parent) is not None and isinstance(getattr(node, "tag", None), str):
        yield node


def letters(texts) -> Counter[str]:
    return Counter(re.sub(r"\s", "", "".join(texts)))


@given(safe_soup)
@settings(max_examples=400)
def test_the_text_is_what_a_real_parser_sees(source):
    assert letters(span.text for span in split_html(source).spans) == letters(
        seen_by_a_browser(source)
    )


def test_elements_read_in_one_step_are_plain_blocks():
    assert markup._PLAIN_ENDS.keys() <= BLOCKS - CELLS - MEDIA - VOID - {"pre", "tr"}


@given(st.lists(st.sampled_from(SAFE + WILD + GLUE + PLAIN), max_size=30).map("".join), st.data())
@settings(max_examples=1000)
def test_an_element_of_text_alone_is_read_as_its_tokens_one_by_one(source, data):
    parsed, dropped = drawn(source, data)
    told = remove(source, parsed, dropped)
    with mock.patch.dict(markup._PLAIN_ENDS, clear=True):
        assert split_html(source) == parsed
        assert remove(source, parsed, dropped) == told


@given(wild_soup, st.data())
@settings(max_examples=400)
def test_output_and_edits_give_the_source_back(source, data):
    parsed, dropped = drawn(source, data)
    cleaned, edits = remove(source, parsed, dropped)
    assert restore(cleaned, edits) == source


@given(wild_soup, st.data())
@settings(max_examples=400)
def test_nothing_that_runs_is_left_for_a_real_parser(source, data):
    parsed, dropped = drawn(source, data)
    cleaned, _ = remove(source, parsed, dropped)
    for node in nodes(turbohtml.parse(cleaned)):
        if isinstance(tag := getattr(node, "tag", None), str):
            assert tag not in RUNS
            for name, value in dict(node.attrs).items():
                assert not name.lower().startswith("on")
                plain = re.sub(r"[\t\n\r]", "", value if isinstance(value, str) else "")
                assert not plain.strip().lower().startswith("javascript:")
    assert split_html(cleaned).junk == ()


@given(wild_soup, st.data())
@settings(max_examples=400)
def test_kept_paragraphs_stay_whole_and_apart(source, data):
    parsed, dropped = drawn(source, data)
    cleaned, _ = remove(source, parsed, dropped)
    kept = " ".join(span.text for i, span in enumerate(parsed.spans) if i not in dropped)
    again = " ".join(span.text for span in split_html(cleaned).spans)
    assert again.replace("<", "").split() == kept.replace("<", "").split()


def drawn(source: str, data) -> tuple[HtmlText, set[int]]:
    parsed = split_html(source)
    indexes = st.sets(st.integers(0, max(0, len(parsed.spans) - 1)))
    return parsed, data.draw(indexes) & set(range(len(parsed.spans)))


inline = st.recursive(
    st.sampled_from(["word ", "<br>", "<br><br>", "<img src=x>", "<!-- c -->", "<br/>\n<br/>"]),
    lambda inner: st.tuples(
        st.sampled_from("b i u em span".split()), st.lists(inner, max_size=4)
    ).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"),
    max_leaves=6,
)
block = st.recursive(
    st.tuples(st.sampled_from(["p", "h2", "pre", "li", "div"]), st.lists(inline, max_size=4)),
    lambda inner: st.tuples(
        st.sampled_from(["div", "section", "blockquote", "figure"]),
        st.lists(inner.map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"), max_size=3),
    ),
    max_leaves=6,
).map(lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>")


@given(st.lists(st.one_of(block, inline), max_size=5).map("".join), st.data())
@settings(max_examples=300)
def test_kept_words_stay_inside_the_same_elements(source, data):
    count = iter(range(10**6))
    source = re.sub("word", lambda _: f"w{next(count)}x", source)
    parsed, dropped = drawn(source, data)
    cleaned, _ = remove(source, parsed, dropped)
    before, after = paths(source), paths(cleaned)
    kept = {
        word
        for index, span in enumerate(parsed.spans)
        if index not in dropped
        for word in re.findall(r"w\d+x", span.text)
    }
    assert after == {word: path for word, path in before.items() if word in kept}
    assert cleaned.count("<img") == source.count("<img")


def paths(source: str) -> dict[str, list[str]]:
    return {
        word: [up.tag for up in ancestors(node)]
        for node in nodes(turbohtml.parse(f"<!doctype html><body>{source}"))
        if type(node).__name__ == "Text"
        for word in re.findall(r"w\d+x", node.data)
    }


HOSTILE = [
    "<",
    "<a ",
    '<a b="',
    "<div>",
    "<svg>",
    "<!--",
    "<br>a",
    "a=",
    "<b>x</i>",
    "</p>",
    "<button>",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_sources_are_read_to_their_end(piece):
    source = piece * 50_000
    parsed = split_html(source)
    cleaned, edits = remove(source, parsed, range(0, len(parsed.spans), 2))
    assert restore(cleaned, edits) == source
