"""What is on record about names (uris and families), and which family is in force for an article.

Rules (section 1 of the contract; first sight decides, per window of record time):

1. The source's own word. It is recorded where it differs from what the record would say, and
   what was in force for the uri before stays its own: a story whose later version names a family
   for the first time is no repeat of its earlier one.
2. What is recorded for the uri, or the uri itself where it is known as a family.
3. The family recorded for the predecessor, or the first of its likely families that is known.
   A predecessor that is not known makes an orphan, recorded as such.
4. What the article suggests.

A fact stands in a generation and is seen from it and both neighbours, its own first. An article
that meets a fact in a neighbour carries it over into its own, so that a story in the news keeps
its family however long it runs. A withdrawn article and a withdrawal record nothing here but marks.
"""

from __future__ import annotations

from typing import NamedTuple

from processors.claims import Ask, Claim

#: A source that changes its mind more often about one item loses the oldest.
_FORMER = 4


class Redirect(NamedTuple):
    """The family recorded for a uri; ``orphan`` where its predecessor was not known.

    ``former`` are families that were in force for the uri before, latest first.
    """

    family: str
    orphan: bool = False
    former: tuple[str, ...] = ()


class Row(NamedTuple):
    """The article of a family that claimed first."""

    family: str
    uri: str
    source: str
    version: str


class Settled(NamedTuple):
    """What ``Names.settle`` found for one ask.

    Claims of ``former`` families are the article's own too, and fall with a withdrawal.
    ``redirect`` is to be recorded for the uri, over what stands there where ``force``. ``row`` is
    to be recorded for the family where none is; None where one stands, or nothing is claimed.
    """

    family: str
    orphan: bool
    withdrawn: int | None
    redirect: Redirect | None = None
    force: bool = False
    row: Row | None = None
    former: tuple[str, ...] = ()


class _Found(NamedTuple):
    family: str
    orphan: bool = False
    redirect: Redirect | None = None
    force: bool = False
    former: tuple[str, ...] = ()


class Names:
    """Facts by name and generation. A store fills it, wholly or with what a batch needs."""

    def __init__(self) -> None:
        self.redirects: dict[tuple[str, int], Redirect] = {}
        self.rows: dict[tuple[str, int], Row] = {}
        self.marks: dict[str, int] = {}

    def redirect(self, uri: str, generation: int) -> tuple[Redirect, int] | None:
        """The family recorded for a uri as seen from a generation, and the one it stands in."""
        if not self.redirects:
            return None
        for place in (generation, generation - 1, generation + 1):
            found = self.redirects.get((uri, place))
            if found is not None:
                return found, place
        return None

    def row(self, family: str, generation: int) -> Row | None:
        """Who claimed first for a family, as seen from a generation."""
        rows = self.rows
        return (
            rows.get((family, generation))
            or rows.get((family, generation - 1))
            or rows.get((family, generation + 1))
        )

    def settle(self, ask: Ask, generation: int) -> Settled:
        """The family in force for one ask; what it records is seen by the next."""
        mark = self.marks.get(ask.uri) if self.marks else None
        withdrawn = mark if mark is not None and ask.time < mark else None
        family, orphan, redirect, force, former = self._find(ask, generation)
        if not isinstance(ask, Claim):
            if mark is None or ask.time > mark:
                self.marks[ask.uri] = ask.time
            return Settled(family, orphan, withdrawn, former=former)
        if withdrawn is not None:
            return Settled(family, orphan, withdrawn)
        if redirect is not None:
            self.redirects[(ask.uri, generation)] = redirect
        row = None
        if (family, generation) not in self.rows:
            row = self.row(family, generation) or Row(family, ask.uri, ask.source, ask.version)
            self.rows[(family, generation)] = row
        return Settled(family, orphan, None, redirect, force, row, former)

    def _find(self, ask: Ask, generation: int) -> _Found:
        recorded = self.redirect(ask.uri, generation)
        if recorded is None and self.row(ask.uri, generation) is not None:
            recorded = Redirect(ask.uri), generation
        if recorded is not None:
            kept, place = recorded
            if ask.explicit and kept.family != ask.family:
                return _named(ask.family, kept)
            carried = kept if place != generation else None
            orphan = kept.orphan and not ask.explicit
            return _Found(kept.family, orphan, carried, former=kept.former)
        if not ask.explicit and isinstance(ask, Claim) and ask.predecessor not in (None, ask.uri):
            return self._of_predecessor(ask, generation)
        return _Found(ask.family, redirect=None if ask.family == ask.uri else Redirect(ask.family))

    def _of_predecessor(self, ask: Claim, generation: int) -> _Found:
        recorded = self.redirect(ask.predecessor or "", generation)
        if recorded is not None:
            return _Found(recorded[0].family, redirect=Redirect(recorded[0].family))
        for family in ask.predecessor_families:
            if self.row(family, generation) is not None:
                return _Found(family, redirect=Redirect(family))
        return _Found(ask.family, orphan=True, redirect=Redirect(ask.family, orphan=True))


def _named(family: str, before: Redirect) -> _Found:
    """The source names another family than was in force."""
    former = tuple(each for each in (before.family, *before.former) if each != family)
    redirect = Redirect(family, before.orphan, former[:_FORMER])
    return _Found(family, redirect=redirect, force=True, former=redirect.former)
