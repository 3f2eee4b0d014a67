"""HTML source into tokens that know their place, and whatever in it could run.

Rules:

1. Tokens are those of the WHATWG tokenizer (HTML standard, section 13.2.5): tags, comments, raw
   text and broken ends are seen where a browser sees them. No library at hand gives offsets.
2. What could run is told as ``JUNK``: scripts, styles, frames, objects, forms and their controls,
   event handlers, script URLs, comments, and SVG and MathML, inside which a browser tokenizes by
   other rules. Text is never junk, save in elements that show none of it, or only as a control.
3. Taking the junk out leaves a source whose other tokens are read exactly as before.
4. The time taken grows with the length of the source and with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from html import unescape
from typing import Final

TEXT: Final = 0
START: Final = 1
END: Final = 2
JUNK: Final = 3
#: All that is left of an element of text alone, two tokens in one: its place is the text's, and the
#: end tag in its plainest form stands behind it.
REST: Final = 4

#: Kind, start, end (characters of the source), and the tag's name in lower case ("" for others).
Token = tuple[int, int, int, str]

_W = r"\ \t\n\f\r"
_VALUE = rf"\"[^\"]*+\"|'[^']*+'|[^{_W}>\"'][^{_W}>]*+|(?=>)"
_NAME = rf"=[^{_W}/>=]*+|[^{_W}/>=]++"
_ATTRIBUTES = rf"(?:[{_W}/]++|(?:{_NAME})(?:[{_W}]*+=[{_W}]*+(?:{_VALUE})|(?![{_W}]*+=)))*+"
_MARKUP = re.compile(
    rf"""<(?:
      (?P<close>/?)(?P<name>[A-Za-z][^{_W}/>]*+)(?P<attributes>{_ATTRIBUTES})>
    | (?P<comment>!--(?:-?>|[\s\S]*?(?:--!?>|\Z)))
    | (?P<doctype>!doctype[^>]*+>)
    | (?P<bogus>[!?][^>]*+>?|/(?!\Z)[^A-Za-z>][^>]*+>?|/>)
    | (?P<broken>/?[A-Za-z][\s\S]*)
    )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_ATTRIBUTE = re.compile(rf"(?P<name>{_NAME})(?:[{_W}]*+=[{_W}]*+(?P<value>{_VALUE}))?")
#: An attribute list without any of these holds nothing that could run, and is not looked at.
_SUSPECT = re.compile(
    rf"(?:^|[{_W}/\"'])(?:on|=|srcdoc|formaction|style)|script|data\s*:"
    r"|&(?:\#|tab|newl|colon)|[\0-\x1f]",
    re.IGNORECASE | re.ASCII,
)
_SCRIPT_STEP = re.compile(r"<!--|-->|<(/?)script(?=[ \t\n\f\r/>])", re.IGNORECASE | re.ASCII)
_RUNS = re.compile(
    r"(?:javascript|vbscript|livescript|mocha):"
    r"|data:(?!image/(?:png|jpe?g|gif|webp|avif|bmp)|audio/|video/)",
    re.ASCII,
)
_STYLE_RUNS = re.compile(r"expression\s*\(|script:|binding|behaviou?r\s*:|@import|\\")
_ZEROS = re.compile(r"(?<=&#)0{9,}|(?<=&#[xX])0{9,}")
_ENDLESS = re.compile(r"&#(?:[0-9]{18,}|[xX][0-9a-fA-F]{18,});?")
_IGNORED_IN_URL = dict.fromkeys(range(0x20))

#: Elements cut from their start tag to their end tag.
_WHOLE = frozenset(
    "script style iframe noembed noframes noscript object applet svg math template select button "
    "textarea portal fencedframe".split()
)
#: Of those, the ones that swallow the rest of the source where their end tag is missing.
_TO_THE_END = frozenset(("script", "style"))
#: Tags that are cut, and what stands between start and end stays.
_TAG_ONLY = frozenset(
    "embed frame frameset input meta link base param keygen isindex form plaintext xmp".split()
)
_END_OF = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE | re.ASCII)
    for name in (*_WHOLE, "title")
}
#: Elements that most often hold text alone: their end tags are not sought as markup. Blocks only,
#: which a start tag opens whatever stands around it, and which hold nothing but what they show.
_PLAIN_ENDS = {name: f"</{name}>" for name in "p li h1 h2 h3 h4 h5 h6 div".split()}


def tokens(source: str) -> Iterator[Token]:
    """The tokens of an HTML source, in order. What stands between them shows nothing."""
    at = 0
    unclosed: set[str] = set()
    while (found := _MARKUP.search(source, at)) is not None:
        start, end = found.span()
        if start > at:
            yield TEXT, at, start, ""
        at = end
        close, raw = found.group("close", "name")
        if raw is None:
            if found["doctype"] is None:
                yield JUNK, start, end, ""
            continue
        name = raw.lower() if raw.isascii() else raw
        if close:
            yield JUNK if name in _WHOLE or name in _TAG_ONLY else END, start, end, name
        elif name in _TAG_ONLY:
            yield JUNK, start, end, name
        elif name in _WHOLE:
            at = _end_of(source, name, end, unclosed)
            yield JUNK, start, at, name
        elif name == "title":
            at = _end_of(source, name, end, unclosed)
            if at == end:
                yield JUNK, start, end, name
        else:
            at = yield from _started(source, name, found)
    if at < len(source):
        yield TEXT, at, len(source), ""


def _started(source: str, name: str, tag: re.Match[str]) -> Generator[Token, None, int]:
    """A start tag that stays, what in it could run, and all of its element if that is text alone.

    Returns where it goes on.
    """
    start, end = tag.span()
    yield START, start, end, name
    attributes = tag["attributes"]
    if attributes and _SUSPECT.search(attributes):
        yield from _running(attributes, tag.start("attributes"))
    if (end_tag := _PLAIN_ENDS.get(name)) is not None:
        stop = source.find("<", end)
        if stop >= 0 and source.startswith(end_tag, stop):
            yield REST, end, stop, name
            return stop + len(end_tag)
    return end


def decoded(text: str) -> str:
    """Text with its character references read; numbers beyond all characters are U+FFFD."""
    if "&" not in text:
        return text
    if "&#" in text:
        text = _ENDLESS.sub("\ufffd", _ZEROS.sub("0", text))
    return unescape(text)


def _end_of(source: str, name: str, at: int, unclosed: set[str]) -> int:
    """Where the element ends whose start tag ends ``at``; ``at`` itself where it has no end tag.

    ``unclosed`` remembers the names of which no end tag follows, so that none is sought twice.
    """
    if name in unclosed:
        return at
    if name == "script":
        begin = _end_of_script(source, at)
    else:
        closing = _END_OF[name].search(source, at)
        begin = closing.start() if closing else -1
    if begin < 0:
        unclosed.add(name)
        return len(source) if name in _TO_THE_END else at
    tag = _MARKUP.match(source, begin)
    return tag.end() if tag else len(source)


def _end_of_script(source: str, at: int) -> int:
    """Where a script's end tag begins; -1 where it has none.

    Inside ``<!-- <script>`` an end tag ends only that inner script (script data double escaped).
    """
    escaped = doubled = False
    while (step := _SCRIPT_STEP.search(source, at)) is not None:
        word = step.group()
        at = step.end()
        if word == "<!--":
            escaped, at = True, at - 2
        elif word == "-->":
            escaped = doubled = False
        elif step.group(1):
            if not doubled:
                return step.start()
            doubled = False
        elif escaped:
            doubled = True
    return -1


def _running(attributes: str, offset: int) -> Iterator[Token]:
    """The attributes that could run, and those whose name begins with ``=``: next to a hole, such
    a one would turn into the value of the attribute before it.
    """
    for found in _ATTRIBUTE.finditer(attributes):
        name = found["name"].lower()
        value = found["value"] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        if (
            name[:2] == "on"
            or name[0] == "="
            or name in {"srcdoc", "formaction"}
            or _runs(name, value)
        ):
            yield JUNK, offset + found.start(), offset + found.end(), ""


def _runs(name: str, value: str) -> bool:
    plain = decoded(value).translate(_IGNORED_IN_URL).lower()
    if name == "style":
        return _STYLE_RUNS.search(plain) is not None
    return _RUNS.match(plain.lstrip(" ")) is not None
