"""HTML tokens into paragraphs and elements: the state of one reading.

Rules: a boundary of text is where a block element begins or ends, paired or not, so that the
paragraphs of broken markup are those that a browser shows; elements are paired by the optional
end tags of the HTML standard, section 13.1.2.4. Inline elements are not paired here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from processors.elements import (
    CELLS,
    ENDS,
    HEADINGS,
    LIST_ENDS,
    LISTS,
    NO_SCOPE,
    NOT_CUT,
    PARAGRAPH,
    ROW,
    TABLE_SCOPE,
    VOID,
)
from processors.markup import decoded
from processors.split import begins_list_item
from processors.text import Span

_WHITE = " \t\n\f\r"
_RUN_OF_WHITE = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]")
_SEEN = re.compile(r"[^\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_LINE_END = re.compile(r"\r\n|[\n\r]")
#: Elements open at once; in sources nested deeper nothing is cut with its tags any more.
_DEEPEST = 100


class Block(msgspec.Struct, gc=False):
    """An element from ``start`` to ``end``: it holds the spans from ``first`` up to ``last`` and
    shows nothing else. ``followed``: text stands right behind it, which its tags keep apart.
    """

    start: int
    end: int
    first: int
    last: int
    followed: bool = False


class _Line:
    """Inline content up to the next break: its place, and the pieces of its text."""

    __slots__ = ("end", "parts", "start")

    def __init__(self) -> None:
        self.start = -1
        self.end = -1
        self.parts: list[str] = []

    def reach(self, start: int, end: int) -> None:
        """Stretch the line over this place."""
        if self.start < 0:
            self.start = start
        self.end = end


class _Open:
    """An open element."""

    __slots__ = ("first", "name", "pure", "start")

    def __init__(self, name: str, start: int, first: int) -> None:
        self.name = name
        self.start = start
        self.first = first
        self.pure = True


class Reader:
    """The state of one reading; its methods take the tokens as they come."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.spans: list[Span] = []
        self.blocks: list[Block] = []
        self.open: list[_Open] = []
        self.lines: list[_Line] = [_Line()]
        self.closed: Block | None = None
        self.pre = self.listed = 0
        self.cells = -1  # of a row that has no blocks in its cells; -1 outside of one
        self.shallow = True

    def text(self, start: int, end: int) -> None:
        """Take text; in a ``pre`` its line ends break lines."""
        if not self.pre:
            self._piece(start, end)
            return
        for found in _LINE_END.finditer(self.source, start, end):
            self._piece(start, found.start())
            self.line_break()
            start = found.end()
        self._piece(start, end)

    def _piece(self, start: int, end: int) -> None:
        raw = self.source[start:end]
        bare = raw.strip(_WHITE)
        line = self.lines[-1]
        if bare:
            begin = start + raw.index(bare[0])
            line.reach(begin, begin + len(bare))
            if self.closed is not None:
                self.closed.followed = True
                self.closed = None
        if bare or line.parts:
            line.parts.append(decoded(raw))

    def line_break(self) -> None:
        """Take a ``br``."""
        self.lines.append(_Line())

    def inline(self, start: int, end: int) -> None:
        """Take a tag of an inline element, or a comment's place."""
        self.lines[-1].reach(start, end)

    def media(self) -> None:
        """Note that the open element shows something besides text."""
        if self.open:
            self.open[-1].pure = False

    def start(self, name: str, start: int) -> None:
        """Take the start tag of a block element."""
        if name in CELLS and self.cells >= 0:
            self._close(CELLS, ROW, start, start)
            self.closed = None
            self.cells += 1
            self.lines[-1].parts.append(" ")
        else:
            self.flush()
            self.cells = 0 if name == "tr" else -1
            for closing in (ENDS.get(name), LIST_ENDS.get(name)):
                if closing is not None:
                    self._close(*closing, start, start)
            if name in HEADINGS and self.open and self.open[-1].name in HEADINGS:
                self._pop(start)
            self.closed = None
        if name == "hr":
            self.media()
        elif name not in VOID:
            self._push(name, start)

    def _push(self, name: str, start: int) -> None:
        if not self.shallow:
            return
        if len(self.open) >= _DEEPEST:
            self.open.clear()
            self.shallow = False
            return
        self.open.append(_Open(name, start, len(self.spans)))
        self.pre += name == "pre"
        self.listed += name in LISTS

    def end(self, name: str, start: int, end: int) -> None:
        """Take the end tag of a block element, paired or not."""
        if not (name in CELLS and self.cells >= 0):
            self.flush()
            self.closed = None
            self.cells = -1
        names = HEADINGS if name in HEADINGS else frozenset((name,))
        scope = NO_SCOPE if name in {"table", "body", "html"} else TABLE_SCOPE - names
        if name in {"tr", "tbody", "thead", "tfoot"}:
            scope = frozenset(("table",))
        self._close(names, scope, start, end)

    def rest(self, name: str, start: int, end: int, *, shown: bool) -> None:
        """Take text alone, if any of it is shown, and the end tag behind it of the block element
        that began straight before it.
        """
        end_of_tag = end + len(name) + 3
        if self.pre or not self.shallow:
            if shown and start < end:
                self.text(start, end)
            self.end(name, end, end_of_tag)
            return
        raw = self.source[start:end] if shown else ""
        bare = raw.strip(_WHITE)
        if bare and _SEEN.search(read := decoded(raw)):
            text, begin = _shown(read), start + raw.index(bare[0])
            listed = bool(self.listed) or begins_list_item(text)
            self.spans.append(Span(begin, begin + len(bare), text, listed))
        self._pop(end_of_tag)

    def _close(self, names: frozenset[str], scope: frozenset[str], start: int, end: int) -> None:
        """End the innermost open element of ``names``, and at ``start`` all that stands in it."""
        for index in range(len(self.open) - 1, -1, -1):
            name = self.open[index].name
            if name in names:
                while len(self.open) > index + 1:
                    self._pop(start)
                self._pop(end)
                return
            if name in scope:
                return

    def done(self) -> None:
        """Take the end of the source."""
        self.flush()
        while self.open:
            self._pop(len(self.source))

    def _pop(self, end: int) -> None:
        gone = self.open.pop()
        self.pre -= gone.name == "pre"
        self.listed -= gone.name in LISTS
        if not gone.pure:
            self.media()
        elif len(self.spans) > gone.first and gone.name not in NOT_CUT:
            self.closed = Block(gone.start, end, gone.first, len(self.spans))
            self.blocks.append(self.closed)

    def flush(self) -> None:
        """Make spans of the lines read since the last boundary."""
        lines = self.lines
        if len(lines) == 1 and not lines[0].parts and lines[0].start < 0:
            return
        self.lines = [_Line()]
        listed = bool(self.listed) or self.cells > 1
        for group in self._groups(lines):
            text = "\n".join([self._text_of(line) for line in group])
            self.spans.append(
                Span(group[0].start, group[-1].end, text, listed or begins_list_item(text))
            )

    def _groups(self, lines: list[_Line]) -> Iterator[list[_Line]]:
        if len(lines) == 1:
            if _SEEN.search("".join(lines[0].parts)):
                yield lines
            return
        joined = bool(self.open) and self.open[-1].name in PARAGRAPH
        blank = [not _SEEN.search("".join(line.parts)) for line in lines]
        shown = [index for index, empty in enumerate(blank) if not empty]
        if not shown:
            return
        joined = joined or any(blank[shown[0] : shown[-1]])
        group: list[_Line] = []
        for index in range(shown[0], shown[-1] + 1):
            if blank[index]:
                continue
            if group and (not joined or blank[index - 1]):
                yield group
                group = []
            group.append(lines[index])
        yield group

    def _text_of(self, line: _Line) -> str:
        text = "".join(line.parts)
        return text.rstrip() if self.pre else _shown(text)


def _shown(text: str) -> str:
    """Text as it is shown: runs of white space are a space."""
    if "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        text = _RUN_OF_WHITE.sub(" ", text)  # costly, and most text has no such
    return text.strip(" ")
