"""HTML bodies: their paragraphs, and the body without some of them and without what could run.

Rules:

1. Block elements set text apart; so does ``<br><br>``, and the line end of a ``<pre>``. A single
   ``<br>`` sets apart only where text stands in no paragraph element (``<div>one<br>two</div>``),
   as the lines of a plain text do.
2. A table row whose cells hold no blocks is one paragraph. Rows of more cells than one, and all
   that stands in a list, are ``listed``: never dropped singly.
3. The cleaned body is the source less pieces, each told: nothing is rewritten. A paragraph that
   has an element of its own goes with its tags; one that is part of an element goes without the
   tags around it; tags that would be left unpaired stay.
4. What stands between the tags of a video, a sound or a canvas ("Your browser shows no video") is
   shown by no browser: it stays where it is, and is no paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate

import msgspec

from processors.edits import Edit, cut
from processors.elements import BLOCKS, CELLS, MEDIA, VOID
from processors.html_reader import Block, Reader
from processors.markup import END, JUNK, REST, START, TEXT, tokens
from processors.text import Span

Range = tuple[int, int]

_OPENS = re.compile(r"[A-Za-z/!?]")
#: What plays or is drawn on, and the end tag that its fallback text stands before.
PLAYED = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE | re.ASCII)
    for name in ("video", "audio", "canvas")
}
_SEPARATOR = re.compile(r"(?:\s|&nbsp;|<br[\s/]*>)*", re.IGNORECASE)


class HtmlText(msgspec.Struct, frozen=True):
    """A body read: its paragraphs, the places of what could run, and the elements to cut whole.

    Offsets are characters of the source. ``junk`` is ascending and does not overlap.
    """

    spans: tuple[Span, ...]
    junk: tuple[Range, ...]
    blocks: tuple[Block, ...]


class _Played:
    """How far the fallback of a video, a sound or a canvas reaches, which is not shown."""

    __slots__ = ("_body", "_unclosed", "unseen")

    def __init__(self, body: str) -> None:
        self._body = body
        self._unclosed: set[str] = set()
        self.unseen = 0

    def start(self, name: str, start: int, end: int) -> None:
        """Take the start tag of such an element; one without an end tag hides nothing."""
        if name not in PLAYED or start < self.unseen or name in self._unclosed:
            return
        closing = PLAYED[name].search(self._body, end)
        if closing is None:
            self._unclosed.add(name)
        else:
            self.unseen = closing.start()


def split_html(body: str) -> HtmlText:
    """The paragraphs of an HTML body in the order of the source, and what in it could run."""
    reader = Reader(body)
    junk: list[Range] = []
    played = _Played(body)
    for kind, start, end, name in tokens(body):
        if kind == TEXT:
            if start >= played.unseen:
                reader.text(start, end)
        elif kind == JUNK:
            junk.append((start, end))
        elif kind == REST:
            reader.rest(name, start, end, shown=start >= played.unseen)
        elif name in BLOCKS:
            if kind == START:
                reader.start(name, start)
            else:
                reader.end(name, start, end)
        elif name == "br":
            reader.line_break()
        else:
            if name in MEDIA:
                reader.media()
                if kind == START:
                    played.start(name, start, end)
            reader.inline(start, end)
    reader.done()
    return HtmlText(tuple(reader.spans), tuple(junk), tuple(reader.blocks))


def remove(body: str, parsed: HtmlText, dropped: Collection[int]) -> tuple[str, tuple[Edit, ...]]:
    """``body`` without the paragraphs of the indexes ``dropped`` and without what could run.

    Also the edits that undo it. Taking the junk out of what comes out takes nothing more.
    """
    pieces = list(parsed.junk)
    if dropped:
        for start, end, whole in _ranges(body, parsed, frozenset(dropped)):
            pieces += _unpaired_kept(body, start, end, whole=whole)
    return cut(body, _merged(body, pieces))


def _ranges(body: str, parsed: HtmlText, gone: frozenset[int]) -> Iterator[tuple[int, int, bool]]:
    """What to cut: the outermost elements that hold only dropped spans, then the other spans."""
    held = [0, *accumulate(index in gone for index in range(len(parsed.spans)))]
    covered: set[int] = set()
    reached = 0
    for block in sorted(parsed.blocks, key=lambda each: (each.start, -each.end)):
        all_gone = held[block.last] - held[block.first] == block.last - block.first
        if block.start >= reached and all_gone and not block.followed:
            reached = block.end
            covered.update(range(block.first, block.last))
            yield block.start, block.end, True
    if gone - covered:
        yield from _parts(body, parsed.spans, gone, covered)


def _parts(
    body: str, spans: Sequence[Span], gone: frozenset[int], covered: set[int]
) -> Iterator[tuple[int, int, bool]]:
    """Spans that are part of an element, with the breaks before them where a paragraph is kept
    before, else with those after them.
    """
    kept_before = False
    for index, span in enumerate(spans):
        start, end = span.start, span.end
        behind = index > 0 and _separated(body, spans[index - 1].end, start)
        kept_before = kept_before and behind
        if index not in gone:
            kept_before = True
        elif index not in covered:
            if kept_before:
                start = spans[index - 1].end
            elif index + 1 < len(spans) and _separated(body, end, spans[index + 1].start):
                end = spans[index + 1].start
            yield start, end, False


def _separated(body: str, start: int, end: int) -> bool:
    """Whether nothing but breaks stands between two spans."""
    gap = _SEPARATOR.match(body, start, end)
    return gap is not None and gap.end() == end


def _unpaired_kept(body: str, start: int, end: int, *, whole: bool) -> Iterator[Range]:
    """``start`` to ``end`` in pieces, less the tags in it whose partners stand outside of it.

    Of part of an element (not ``whole``) pictures and the borders of table cells stay too.
    """
    kept: list[Range] = []
    waiting: dict[str, list[Range]] = {}
    for kind, begin, stop, name in tokens(body[start:end]):
        place = (start + begin, start + stop)
        if kind not in {START, END} or (name in BLOCKS and (whole or name not in CELLS)):
            continue
        if name in MEDIA or name in CELLS:
            kept.append(place)
        elif kind == START and name not in VOID:
            waiting.setdefault(name, []).append(place)
        elif kind == END:
            if waiting.get(name):
                waiting[name].pop()
            else:
                kept.append(place)
    kept.extend(place for places in waiting.values() for place in places)
    for begin, stop in sorted(kept):
        yield start, begin
        start = stop
    yield start, end


def _merged(body: str, pieces: Iterable[Range]) -> list[Range]:
    """The pieces ascending and joined.

    A ``<`` that was text goes with the hole behind it where it would begin a tag with what follows
    the hole.
    """
    joined: list[Range] = []
    for start, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            _without_tag_start(body, joined)
            joined.append((start, end))
    _without_tag_start(body, joined)
    return joined


def _without_tag_start(body: str, joined: list[Range]) -> None:
    while joined:
        start, end = joined[-1]
        if not body.endswith("<", 0, start) or _OPENS.match(body, end) is None:
            return
        joined[-1] = (start - 1, end)
        if len(joined) > 1 and joined[-2][1] == start - 1:
            joined.pop()
            joined[-1] = (joined[-1][0], end)
