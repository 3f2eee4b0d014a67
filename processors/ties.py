"""Which paragraphs belong to a neighbour that stays, and so stay with it.

A paragraph that another story has said may be all that a line before it promises, or may hold the
name of whoever goes on speaking after it. Rules, found by reading drops (docs/judgement.md):

1. **announced**: what a line ending in a colon announces stays, down to the next line of the
   article's own; so does all the text under a heading, where nothing else would be left under it.
2. **speaker**: where the paragraph after a gap goes on without a subject ("He added"), the nearest
   one in the gap that does not stays, since it says who is speaking.

Both look at neighbours that stay, and only ever keep text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from processors.text import Paragraph

Tie = Literal["announced", "speaker"]

_LAST = re.compile(r"([^\s\"'»”’\])}\-–—ـ*_])[\s\"'»”’\])}\-–—ـ*_]*\Z")
_COLONS = frozenset(":：﹕")
#: A line that ends so says something by itself: it is a sentence, not a heading.
_SENTENCE_ENDS = frozenset(".…،,؛;۔。।")

_OPENING = r"[\"'“”«‘’\s(\[\u200e\u200f\u2066-\u2069]*"
# Arabic: a verb of saying (with or without "and", masculine or feminine) and straight after it what
# was said, or a title of respect without a name. With a name after the verb the subject is there.
_ARABIC = (
    r"[وف]?(?:كما )?(?:[أا]ضاف|تابع|[أا]ردف|استطرد|واصل|زاد|[أا]كد|[أا]شار|[أا]وضح|قال|لفت|بي[ّ]?ن"
    r"|ذكر|نو[ّ]?ه|شدد|[أا]فاد|اعتبر|ر[أ]ى|كشف|[أا]بان|ختم|مضى|صرح|[أا]علن)ت?"
    r"\s*(?:سموه|معاليه|سعادته|فضيلته|فخامته|جلالته)?\s*"
    r"(?:قائل[اةً]+|يقول|:|[«\"“”]|[إا]لى [أا]ن|ب?[أا]نه?ا?|[إ]نه?ا?|على)(?![^\W\d_])"
)
_PERSIAN = r"(?:وی|وي|او|ایشان|ايشان)(?![^\W\d_])"
_URDU = r"(?:انہوں نے|اُنہوں نے|اس نے|ان کا کہنا)"
_LATIN = (
    r"(?:[Hh]e|[Ss]he|[Tt]hey|Il|Elle|Ils|Elles|Er|Sie|Él|Ella|Añadió|Agregó|Dijo que)(?![^\W\d_])"
)
_RUSSIAN = r"(?:Он|Она|Они)(?![^\W\d_])"
_CONTINUES = re.compile(f"{_OPENING}(?:{_ARABIC}|{_PERSIAN}|{_URDU}|{_LATIN}|{_RUSSIAN})")


def announces(text: str) -> bool:
    """Whether a line ends in a colon, whatever quotes, brackets or dashes close it."""
    last = _LAST.search(text, max(0, len(text) - 20))
    return last is not None and last.group(1) in _COLONS


def heads(paragraph: Paragraph, shorter_than: int) -> bool:
    """Whether a paragraph reads as a heading: short, no sentence, no address of a writer."""
    text = paragraph.span.text
    if not 0 < paragraph.length < shorter_than or "@" in text or "www." in text:
        return False
    last = _LAST.search(text, max(0, len(text) - 20))
    return last is not None and last.group(1) not in _SENTENCE_ENDS


def continues(text: str) -> bool:
    """Whether a paragraph begins with someone saying something, and does not say who."""
    return _CONTINUES.match(text) is not None


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
        elif end < len(paragraphs) and continues(paragraphs[end].span.text):
            back = (i for i in range(end - 1, start - 1, -1) if not _goes_on(paragraphs[i]))
            speaker = next(back, None)
            if speaker in away and speaker is not None:
                kept[speaker] = "speaker"
    return kept


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
    return end == len(paragraphs) or heads(paragraphs[end], heading)


def _goes_on(paragraph: Paragraph) -> bool:
    return continues(paragraph.span.text)


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
