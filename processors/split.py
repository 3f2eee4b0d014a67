"""Plain text into paragraphs, and a body without some of them.

Rules (DESIGN, section 4):

1. Line ends are LF, CRLF, CR, U+0085, U+2028, U+2029, and VT and FF, which the Unicode line
   breaking rules (UAX 14, class BK) count as mandatory breaks and word processors export as such.
2. If blank lines stand between lines of text, a block between blank lines is a paragraph, and
   the hard-wrapped lines inside it belong together; otherwise each line is one.
3. A line of white space and invisible characters alone is blank. Blank lines before the first
   text or after the last do not set anything apart.
4. ``body[start:end]`` is the paragraph, without white space at either end.
5. The time taken grows with the length of the body and with nothing else.

Most bodies have a paragraph a line and nothing else between them than one or two line ends of one
kind: ``by_lines``. Of the rest, most have LF or CRLF for all line ends and begin no line with an
invisible character; these too are split without regular expressions, which gives the same and takes
a third of the time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

import msgspec

from processors.edits import Edit, cut
from processors.text import Span

_ENDS = "\n\r\v\f\x85\u2028\u2029"
_RANGES = (
    (0xAD, 0xAD), (0x61C, 0x61C), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064),
    (0x2066, 0x2069), (0xFEFF, 0xFEFF),
)  # fmt: skip
_INVISIBLE = "".join(f"{chr(first)}-{chr(last)}" for first, last in _RANGES)
_UNSEEN = frozenset(chr(n) for first, last in _RANGES for n in range(first, last + 1))
_BREAK = re.compile(f"[{_ENDS}][\\s{_INVISIBLE}]*")
_LINE_END = re.compile(f"\r\n|[{_ENDS}]")
_SEEN = re.compile(f"[^\\s{_INVISIBLE}]")

# A marker and what must follow it. A hyphen or en dash before a digit is a minus sign, an em
# dash opens speech, "7-year-old", "19-летний" and "1.5" begin with a figure: none of them is a
# list item. Arabic, Hebrew and Chinese writers often leave no space after the marker.
_AFTER = r"(?=\s|[\u0590-\u06ff\u3040-\u9fff]|$)"
_LISTED = re.compile(
    rf"""[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]*(?:
      [•·‣⁃◦▪▫■□●○◆◇►▶▸➢➤➔✓✔✦❖★☆∙\uf0b7\u2460-\u249b]
    | \*(?!\*) | \*{2, 3}\s+[^\s*]
    | [-–](?![-–\d\s]*$)(?=\s+\S|[^\W\d])
    | \(\s?(?:\d{{1,3}}|[^\W\d_]|[ivxIVX]{{2,4}})\s?\)
    | (?:\d{{1,3}}|[^\W\d_]|[ivxIVX]{{2,4}})\)
    | \d{{1,3}}\s?[-–ـ.:/]{_AFTER}
    | [\u0621-\u063a\u0641-\u064a]\s?[-–ـ]{_AFTER}
    | [(（]?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}})[、．）]
    )""",
    re.VERBOSE,
)

_NUMERALS = frozenset("ivxIVX一二三四五六七八九十")


def begins_list_item(text: str) -> bool:
    """Whether a paragraph begins with a list marker: a bullet, ``1.``, ``(2)``, ``a)``, ``٣-``."""
    return not _begin_word(text[:2]) and _LISTED.match(text) is not None


@lru_cache(4096)
def _begin_word(two: str) -> bool:
    """Whether the first two characters of a text are a word's: letters, not both numerals."""
    first, second = two[:1], two[1:]
    if not two.isalpha() or second == "ـ":
        return False
    return first not in _NUMERALS or second not in _NUMERALS


#: What may stand between any two lines of a body that is a paragraph a line.
BETWEEN = ("\n", "\r\n", "\n\n", "\r\n\r\n")


class Lines(msgspec.Struct, frozen=True, gc=False):
    """The paragraphs of a body that is a paragraph a line and no more.

    Their texts joined by ``between``, and ``tail`` behind them, are the body.
    """

    spans: list[Span]
    between: str
    tail: str


def split_plain(body: str) -> tuple[Span, ...]:
    """The paragraphs of a plain-text body, in order; none where the body shows nothing."""
    lines = by_lines(body)
    if lines is not None and not has_rare_end(body):
        return tuple(lines.spans)
    return split_otherwise(body)


def split_otherwise(body: str) -> tuple[Span, ...]:
    """The same, for who knows that ``by_lines`` is not for this body."""
    spans = _by_line_feeds(body)
    return tuple(_by_any_line_end(body) if spans is None else spans)


def by_lines(body: str) -> Lines | None:
    """The paragraphs of a body in which each line is one as it stands; None for any other body.

    Such lines begin and end with what is seen. Between any two stands the same, one or two line
    ends of one kind, and behind the last one nothing but such. To be held against ``has_rare_end``.
    """
    size = len(body.rstrip("\r\n"))
    text = body if size == len(body) else body[:size]
    between = _between(text)
    width = len(between)
    if "\v" in text or "\f" in text or (width == 1 and "\r" in text):
        return None
    spans: list[Span] = []
    at = 0
    while at <= size:
        end = text.find(between, at)
        if end < 0:
            end = size
        line = text[at:end]
        if not line or line.strip() != line:
            return None
        if width > 1 and ("\n" in line or "\r" in line):
            return None
        listed = False
        if not _begin_word(line[:2]):
            if line[0] in _UNSEEN:
                return None
            listed = _LISTED.match(line) is not None
        spans.append(Span(at, end, line, listed))
        at = end + width
    return Lines(spans, between, body[size:])


def _between(text: str) -> str:
    """What stands between the first two lines, if it is what may stand between all of them."""
    first = text.find("\n")
    end = "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
    return end * 2 if text.startswith(end, first + 1) else end


def has_rare_end(body: str, written: bytes | None = None) -> bool:
    """Whether lines end in NEL or one of Unicode's separators. ``written``: as JSON, if at hand."""
    if body.isascii():
        return False
    if "\x85" in body:
        return True
    # Their first byte in UTF-8 is rare, the last one of their code is that of ب and ة.
    if written is not None and b"\xe2" not in written:
        return False
    return "\u2028" in body or "\u2029" in body


def _by_line_feeds(body: str) -> list[Span] | None:
    """The short way; None where more ends a line than LF or CRLF, or a line begins unseen."""
    lines = body.splitlines()
    if len(lines) != body.count("\n") + (not body.endswith("\n")):
        return None
    if "\r" in body:  # before LF or at the very end: white, at the end of its line
        lines = body.split("\n")
    spans: list[Span] = []
    at = 0
    blank = False
    for line in lines:
        text = line.strip()
        if not text:
            blank = bool(spans)
        elif blank:
            return _blocks(body, lines)
        elif text[0] in _UNSEEN:
            return None
        else:
            start = at if text == line else at + len(line) - len(line.lstrip())
            spans.append(Span(start, start + len(text), text, begins_list_item(text)))
        at += len(line) + 1
    return spans


def _blocks(body: str, lines: Sequence[str]) -> list[Span] | None:
    spans: list[Span] = []
    start = end = at = 0
    for line in (*lines, ""):
        text = line.strip()
        if not text:
            if end > start:
                block = body[start:end]
                spans.append(Span(start, end, block, begins_list_item(block)))
            start = end
        elif text[0] in _UNSEEN:
            return None
        else:
            if start == end:
                start = at + len(line) - len(line.lstrip())
            end = at + len(line.rstrip())
        at += len(line) + 1
    return spans


def _by_any_line_end(body: str) -> list[Span]:
    gaps = list(_BREAK.finditer(body))
    by_block = _has_blank_line(body, gaps)
    spans: list[Span] = []
    at = 0
    for gap in gaps:
        white = gap.group()
        if by_block and not _is_blank_line(white):
            continue
        _append(spans, body, at, gap.start())
        at = gap.end() if len(white) == 1 else gap.start() + _after_last_end(white)
    _append(spans, body, at, len(body))
    return spans


def has_blank_lines(body: str) -> bool:
    """Whether a blank line stands between two lines of text."""
    return _has_blank_line(body, list(_BREAK.finditer(body)))


def remove(
    body: str, spans: Sequence[Span], dropped: Collection[int]
) -> tuple[str, tuple[Edit, ...]]:
    """``body`` without the paragraphs whose indexes are ``dropped``, and the edits that undo it.

    The white space before a dropped paragraph goes with it where a paragraph is kept before it,
    else the white space after it, so that the kept text has no hole and no new line at its end.
    """
    return cut(body, _pieces(spans, dropped))


def edits(body: str, spans: Sequence[Span], dropped: Collection[int]) -> tuple[Edit, ...]:
    """The edits alone of ``remove``."""
    return tuple([Edit(start, body[start:end]) for start, end in _pieces(spans, dropped)])


def _pieces(spans: Sequence[Span], dropped: Collection[int]) -> list[tuple[int, int]]:
    gone = set(dropped)
    pieces: list[tuple[int, int]] = []
    kept_before = False
    for index, span in enumerate(spans):
        if index not in gone:
            kept_before = True
        elif kept_before:
            pieces.append((spans[index - 1].end, span.end))
        elif index + 1 < len(spans):
            pieces.append((span.start, spans[index + 1].start))
        else:
            pieces.append((span.start, span.end))
    return pieces


def _append(spans: list[Span], body: str, start: int, end: int) -> None:
    piece = body[start:end]
    text = piece.strip()
    if not text or not _SEEN.search(text):
        return
    if len(text) != len(piece):
        start += len(piece) - len(piece.lstrip())
    spans.append(Span(start, start + len(text), text, begins_list_item(text)))


def _has_blank_line(body: str, gaps: Sequence[re.Match[str]]) -> bool:
    first = _SEEN.search(body)
    return first is not None and any(
        gap.start() > first.start() and gap.end() < len(body) and _is_blank_line(gap.group())
        for gap in gaps
    )


def _is_blank_line(white: str) -> bool:
    """Whether a run of white space that begins with a line end holds a second one."""
    if len(white) < 2 or white == "\r\n":
        return False
    return len(_LINE_END.findall(white)) > 1


def _after_last_end(white: str) -> int:
    """The offset in ``white`` just after its last line end."""
    return max(white.rfind(end) for end in _ENDS) + 1
