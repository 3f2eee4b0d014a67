"""Links in terminals: known ones get them, and nothing in a uri can end the sequence."""

from __future__ import annotations

import pytest

from consumers.cli.links import shown_by, target

TERMINALS = [
    ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, True, "iTerm2"),
    ({"TERM": "xterm-256color", "VTE_VERSION": "6800"}, True, "GNOME Terminal"),
    ({"TERM": "xterm-256color", "VTE_VERSION": "4800"}, False, "a VTE that crashed on links"),
    ({"TERM": "xterm-kitty"}, True, "kitty"),
    ({"TERM": "xterm-256color"}, False, "nobody knows which one"),
    ({"TERM": "linux"}, False, "the console"),
    ({"TERM": "dumb", "KITTY_WINDOW_ID": "1"}, False, "an editor's shell"),
    ({"TERM": "xterm-kitty", "CI": "true"}, False, "a log"),
    ({"TERM": "linux", "FORCE_HYPERLINK": "1"}, True, "the user knows better"),
    ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False, "the user wants none"),
    ({}, False, "nothing is known"),
]


@pytest.mark.parametrize(("environ", "expected", "why"), TERMINALS)
def test_only_terminals_that_show_links_get_them(
    environ: dict[str, str], expected: bool, why: str
) -> None:
    assert shown_by(environ, terminal=True) is expected, why


def test_a_pipe_gets_none() -> None:
    assert not shown_by({"TERM": "xterm-kitty"}, terminal=False)


@pytest.mark.parametrize(
    ("uri", "expected", "why"),
    [
        ("https://a.example/story?id=1#top", "https://a.example/story?id=1#top", "as it is"),
        ("http://a.example/\x1b\\evil\x07", "http://a.example/%1B%5Cevil%07", "escapes escaped"),
        ("https://a.example/خبر", "https://a.example/%D8%AE%D8%A8%D8%B1", "ASCII alone"),
        ("urn:newsml:a.example:20261123:x", None, "no browser opens it"),
        ("javascript:alert(1)", None, "no web address"),
        ("https://" + "a" * 3000, None, "too long for terminals"),
    ],
)
def test_a_link_is_a_web_address_that_cannot_break_out(
    uri: str, expected: str | None, why: str
) -> None:
    assert target(uri) == expected, why
