"""Links in a terminal (OSC 8), where it is known to show them; a uri as it is everywhere else.

A terminal that does not know the sequence may print it as rubbish, so only known ones get it.
``FORCE_HYPERLINK`` (1 or 0), which other tools read too, decides where that guess is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_PROGRAMS = frozenset(
    ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "WarpTerminal")
)
_TERMS = frozenset(("xterm-kitty", "alacritty", "foot", "foot-extra", "contour", "xterm-ghostty"))
_MARKS = ("WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "DOMTERM")
#: The first VTE (GNOME and its kin) whose links do not crash it is 0.50.1.
_VTE = 5001
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_LONGEST = 2_000


def shown_by(environ: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether links may be printed."""
    forced = environ.get("FORCE_HYPERLINK", "")
    if forced:
        return forced not in ("0", "false", "no")
    if not terminal or environ.get("TERM", "dumb") == "dumb" or environ.get("CI"):
        return False
    vte = environ.get("VTE_VERSION", "")
    return (
        environ.get("TERM_PROGRAM", "") in _PROGRAMS
        or environ["TERM"] in _TERMS
        or any(environ.get(mark) for mark in _MARKS)
        or (vte.isdigit() and int(vte) >= _VTE)
    )


def target(uri: str) -> str | None:
    """What to link to: a web address, escaped so that nothing in it can end the sequence."""
    if not _WEB.match(uri):
        return None
    safe = quote(uri, safe="%/:?#[]@!$&'()*+,;=~-._")
    return safe if len(safe) <= _LONGEST else None
