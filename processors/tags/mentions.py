"""Words that may name a place, as they stand: in which case, and between which neighbours."""

from __future__ import annotations

import msgspec

from processors.tags import context
from processors.tags.gazetteer import Sense
from processors.tags.match import Match


class Mention(msgspec.Struct, frozen=True, gc=False):
    """Words that may name a place: where they stand, in the folded text and, from ``start`` to
    ``end``, in the original, and what they may mean.

    ``enclosed`` in another name, as are those of its kind in the text; ``called_after``: only here.
    """

    match: Match
    start: int
    end: int
    senses: tuple[Sense, ...]
    cued: bool = False
    enclosed: bool = False
    called_after: bool = False


class ByCase(msgspec.Struct, frozen=True, gc=False):
    """What a name may mean: in all, where it stands in small letters, and with a capital first."""

    all: tuple[Sense, ...]
    small: tuple[Sense, ...]
    capital: tuple[Sense, ...]

    def of(self, written: str) -> tuple[Sense, ...]:
        """What it may mean in words of a script with capitals, not all of them small."""
        if written.isupper():
            return self.all
        if written[0].isupper():
            return self.capital
        return tuple(sense for sense in self.all if is_cased(sense, written))


def in_context(
    match: Match, senses: tuple[Sense, ...], text: str, start: int, end: int, language: str
) -> Mention:
    """Words that may name a place, with what their neighbours say of it."""
    if senses[-1].place < 0 and not senses[0].weak:
        return Mention(match, start, end, senses)
    weak = all(sense.weak for sense in senses)
    before = context.word_before(text, start)
    cued = (context.is_kind if weak else context.is_cued)(before, language)
    cued = cued or (bool(match.prefix) and not weak)
    if has_capitals(text[start]):
        enclosed = context.in_other_name(text, start, end, language, before)
        return Mention(match, start, end, senses, cued, enclosed)
    club, called_after = context.is_club(before), context.is_called_after(before)
    return Mention(match, start, end, senses, cued, club, called_after)


def is_cased(sense: Sense, found: str) -> bool:
    """Whether words stand in the case that the name has: capitals as capitals."""
    if sense.place < 0:
        if not sense.written[0].isupper():
            return True
        if len(sense.written) < 5 and sense.written.isupper():
            return found.isupper()
    return found[0] > "\u058f" or any(char.isupper() for char in found)


def has_capitals(found: str) -> bool:
    """Whether the words are written in a script with capitals."""
    return found[0] <= "\u058f" and found[0].isalpha()
