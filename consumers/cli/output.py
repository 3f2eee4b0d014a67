"""What verbs print: text that cannot steer the terminal, right-to-left text in its place, JSON.

Data comes from feeds, so it may hold anything. Rule: no control character of it reaches a
terminal; it is shown as what it is (``␛``, ``<U+009B>``).
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Any

import click
import msgspec
from rich.console import Console

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
# C0 and C1 controls and DEL steer terminals. Line and paragraph separators break a line; overrides
# and isolates reorder what stands around them; lone surrogates cannot be printed at all.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE_BUT_LINES = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f"))
# JSON escapes C0 by itself; DEL, C1, separators and what turns text round it may leave as they are.
_RAW_CONTROLS = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]|\xe2\x81[\xa6-\xa9]")
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))


def console(*, stderr: bool = False) -> Console:
    """A rich console that prints data as it is: no markup, emoji codes or highlighting in it."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def safe(text: str, *, lines: bool = False) -> str:
    """The text with every control character made visible. ``lines`` leaves line ends and tabs."""
    return (_UNSAFE_BUT_LINES if lines else _UNSAFE).sub(_visible, text)


def shown(text: str, *, lines: bool = False) -> str:
    """Safe text, each line that holds right-to-left letters isolated from what stands around it.

    Without the marks a number or bracket beside an Arabic title jumps to its other side.
    """
    return "\n".join(_isolated(line) for line in safe(text, lines=lines).split("\n"))


def print_json(value: Any) -> None:
    """One object as one line of JSON on standard output, written at once."""
    encoded = _RAW_CONTROLS.sub(_escaped, msgspec.json.encode(value))
    click.echo(encoded)


def on_terminal() -> bool:
    """Whether standard error is a terminal, so that a progress bar makes sense."""
    return sys.stderr.isatty()


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())


def _isolated(line: str) -> str:
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}"
    return line
