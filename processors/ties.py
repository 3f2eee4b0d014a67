"""Which paragraphs belong to a neighbour that stays, and so stay with it.

A paragraph that another story has said may be all that a line before it promises, or may hold the
name of whoever goes on speaking after it. Rules, found by reading drops (docs/judgement.md):

1. **announced**: what a line ending in a colon, or in "the following", announces stays, down to
   the next line of the article's own, and a line ending in a colon stays where what it announces
   does. A comma does the same for the one paragraph in which the sentence goes on. All the text
   under a heading stays where nothing else would be left under it; a short line is a heading where
   the article has another one, since a by-line stands alone.
2. **speaker**: where the paragraph after a gap goes on without a subject ("He added"), the nearest
   one in the gap that has one stays, since it says who is speaking. Where a paragraph names its
   speaker by one word alone ("Smith said") that nothing before it holds any more, the first one
   that held it stays, since it says who that is.

Both look at neighbours that stay, and only ever keep text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from processors.speakers import continues, mentions, name_alone
from processors.text import Paragraph

Tie = Literal["announced", "speaker"]

_LAST = re.compile(r"([^\s\"'»”’\])}\-–—ـ*_])[\s\"'»”’\])}\-–—ـ*_]*\Z")
_COLONS = frozenset(":：﹕")
_COMMAS = frozenset(",،、")
#: A line that ends so says something by itself: it is a sentence, not a heading.
_SENTENCE_ENDS = frozenset(".…،,؛;۔。।")

# "The following", at the end of a line that has no colon. After a noun of time it means the next.
_TIMES = (
    "اليوم|العام|الشهر|الأسبوع|الموسم|الدور|السنة|الليلة|المرحلة|الجولة|الصباح|الأيام|السنوات|القرن"
)
_FOLLOWS = re.compile(
    rf"(?:(?<![^\W_])(?!(?:{_TIMES})\s)[^\W_]+\s+ال(?:تالي|[آا]تي)ة?|(?<![^\W_])كال(?:تالي|[آا]تي)"
    r"|(?<![^\W_])(?:ما|كما|فيما) يلي|به شرح زیر|(?:درج|حسب) ذیل"
    r"|(?<![^\W_])(?:as follows|the following))"
    r"[\s.…\"'»”’)\]\-–—ـ*_]*\Z"
)
#: How what that finds ends, and the signs behind it: hardly a line does, and the search is long.
_FOLLOW_ENDS = tuple("تالي تالية آتي آتية اتي اتية يلي زیر ذیل follows following".split())
_SIGNS = ".…\"'»”’)]-–—ـ*_" + "".join(filter(str.isspace, map(chr, range(0x3001))))
#: Speakers named by one word that are looked up in one article: time must not grow by the square.
_NAMED = 50


def announces(text: str) -> bool:
    """Whether a line ends in a colon or in "the following", whatever quotes or dashes close it."""
    if _end(text) in _COLONS:
        return True
    if not text[-60:].rstrip(_SIGNS).endswith(_FOLLOW_ENDS):
        return False
    return _FOLLOWS.search(text, max(0, len(text) - 60)) is not None


def breaks_off(text: str) -> bool:
    """Whether a line ends in a comma: its sentence goes on in the next."""
    return _end(text) in _COMMAS


def heads(paragraph: Paragraph, shorter_than: int) -> bool:
    """Whether a paragraph reads as a heading: short, no sentence, no address of a writer."""
    text = paragraph.span.text
    if not 0 < paragraph.length < shorter_than or "@" in text or "www." in text:
        return False
    return _end(text) not in _SENTENCE_ENDS


def ties(
    paragraphs: Sequence[Paragraph],
    away: AbstractSet[int],
    gone: AbstractSet[int],
    others: AbstractSet[int],
    heading: int,
) -> dict[int, Tie]:
    """Those of ``away`` that stay for a neighbour's sake.

    ``away`` are indexes that would go for another story's sake, ``gone`` those that repeat
    something in this one, and ``others`` those that belong to another story, going or not: a
    heading counts only where it is the article's own. Headings are shorter than ``heading``.
    """
    kept: dict[int, Tie] = {}
    for start, end in _gaps(len(paragraphs), away, gone):
        inside = [i for i in range(start, end) if i in away]
        if _promised(paragraphs, start, end, others, heading):
            kept.update(dict.fromkeys(inside, "announced"))
            continue
        speaker = _speaker(paragraphs, start, end)
        if speaker is not None and speaker in away:
            kept[speaker] = "speaker"
        if start in away and start and breaks_off(paragraphs[start - 1].span.text):
            kept[start] = "announced"
        for i in reversed(inside):
            stays = i + 1 in kept or (i + 1 == end < len(paragraphs))
            if stays and _end(paragraphs[i].span.text) in _COLONS | _COMMAS:
                kept[i] = "announced"
    _introduce(paragraphs, away, gone, kept)
    return kept


def _introduce(
    paragraphs: Sequence[Paragraph],
    away: AbstractSet[int],
    gone: AbstractSet[int],
    kept: dict[int, Tie],
) -> None:
    """Keep the paragraphs that introduce those whom others name by one word."""
    asked: set[str] = set()
    for index in range(min(away, default=len(paragraphs)) + 1, len(paragraphs)):
        if (index in away and index not in kept) or index in gone:
            continue
        name = name_alone(paragraphs[index].span.text)
        if name is None or name in asked:
            continue
        asked.add(name)
        if len(asked) > _NAMED:
            return
        holders = [i for i in range(index) if mentions(paragraphs[i].span.text, name)]
        if any(i in kept or (i not in away and i not in gone) for i in holders):
            continue
        if first := [i for i in holders if i in away][:1]:
            kept[first[0]] = "speaker"


def _promised(
    paragraphs: Sequence[Paragraph], start: int, end: int, others: AbstractSet[int], heading: int
) -> bool:
    if not start:
        return False
    before = paragraphs[start - 1]
    if announces(before.span.text):
        return True
    if start - 1 in others or not heads(before, heading):
        return False
    if end < len(paragraphs):
        return heads(paragraphs[end], heading)
    return any(i not in others and heads(paragraphs[i], heading) for i in range(start - 1))


def _end(text: str) -> str:
    """The last character of a line that is no quote, bracket, dash or space; empty without one."""
    last = _LAST.search(text, max(0, len(text) - 20))
    return last.group(1) if last is not None else ""


def _speaker(paragraphs: Sequence[Paragraph], start: int, end: int) -> int | None:
    """The paragraph of a gap that says who goes on speaking after it; None where none has to."""
    if end == len(paragraphs) or not continues(paragraphs[end].span.text):
        return None
    back = range(end - 1, start - 1, -1)
    return next((i for i in back if not continues(paragraphs[i].span.text)), None)


def _gaps(size: int, away: AbstractSet[int], gone: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    """Runs of paragraphs in a row that go, as (first, end)."""
    at = 0
    while at < size:
        end = at
        while end < size and (end in away or end in gone):
            end += 1
        if end > at:
            yield at, end
        at = end + 1
