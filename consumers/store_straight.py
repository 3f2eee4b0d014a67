"""A batch of articles whose families need no looking up, as one call of ``claims.lua``. Pure.

Most articles are such: their source names the family, or they are their own; they name no
predecessor, and nothing on record says otherwise. Looking that up first costs a trip. Here it is
asked in the same breath: the script claims only if every article finds on record what it brings, or
nothing; if not, nothing has been done, and the batch goes the long way (``consumers.store_batch``).

The answers are those of the long way. With ``consumers.store_names`` in mind: where no redirect
stands for a uri but the article's own word, and the uri is not known as another family, what is in
force is what the article suggests, without orphans, former families or withdrawals.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from consumers.store_batch import Call
from consumers.store_layout import Layout, name_hash
from consumers.store_names import Redirect, Row
from consumers.store_values import redirect_bytes, row_bytes, row_of
from processors.claims import Answer, Ask, Claim, Owner, Standing

_FIRST_TAG = 0
_MINE: tuple[Standing, ...] = ("mine",)


class Straight:
    """Such a batch: its call, and what its reply means."""

    def __init__(self, layout: Layout, asks: Sequence[Claim]) -> None:
        self._layout, self._asks = layout, asks
        width = layout.time_bytes
        self._article = struct.Struct(f">cH8s8s{width}sHHI")
        self._other = struct.Struct(f">HIB8s{width}s")

    def call(self) -> Call:
        """The one call to make."""
        pack, window, width = self._article.pack, self._layout.window, self._layout.time_bytes
        generations: dict[int, int] = {}
        parts: list[bytes] = []
        for ask in self._asks:
            generation, within = divmod(ask.time, window)
            index = generations.setdefault(generation, len(generations))
            uri = family = name_hash(ask.uri)
            redirect = b""
            if ask.family != ask.uri:
                family = name_hash(ask.family)
                redirect = redirect_bytes(Redirect(ask.family), ask.uri)
            row, fingerprints = row_bytes(ask.family, ask), ask.fingerprints
            parts.append(
                pack(
                    b"A", index, uri, family, within.to_bytes(width, "big"),
                    len(redirect), len(row), len(fingerprints),
                )
            )  # fmt: skip
            parts += (redirect, row)
            parts += fingerprints
        return Call(_FIRST_TAG, b"".join(parts), tuple(generations), [])

    def answers(self, reply: Any) -> list[Answer]:
        """One answer an ask, in order, from what the script returned."""
        found, rows = reply
        owned = _rows(rows)
        window, generation = self._layout.window, self._layout.generation
        owners: dict[tuple[int, bytes, bytes], Owner | Standing] = {}
        others: dict[int, list[Owner | Standing]] = {}
        for which, number, beside, family, within in self._other.iter_unpack(found):
            ask = self._asks[which - 1]
            place = generation(ask.time) + beside - 1
            owner = owners.get((place, family, within))
            if owner is None:
                row, time = owned.get((family, place)), place * window + int.from_bytes(within)
                owner = (
                    Owner(row.family, row.uri, row.source, row.version, time)
                    if row
                    else "unresolved"
                )
                owners[place, family, within] = owner
            standing = others.get(which)
            if standing is None:
                standing = others[which] = ["mine"] * len(ask.fingerprints)
            standing[number] = owner
        answers: list[Answer] = []
        for which, ask in enumerate(self._asks, 1):
            standing = others.get(which)
            own = tuple(standing) if standing else _MINE * len(ask.fingerprints)
            answers.append(Answer(ask.family, own))
        return answers


def straight(layout: Layout, asks: Sequence[Ask]) -> Straight | None:
    """The batch, if by its own word none of its articles needs looking up."""
    families: dict[str, str] = {}
    claims: list[Claim] = []
    for ask in asks:
        if not isinstance(ask, Claim) or ask.predecessor not in (None, ask.uri):
            return None
        if families.setdefault(ask.uri, ask.family) != ask.family:
            return None
        claims.append(ask)
    named = {uri for uri, family in families.items() if uri != family}
    if named and not named.isdisjoint(families.values()):
        return None
    return Straight(layout, claims)


def _rows(rows: Sequence[bytes]) -> dict[tuple[bytes, int], Row]:
    found: dict[tuple[bytes, int], Row] = {}
    for at in range(0, len(rows), 2):
        row = row_of(rows[at + 1])
        if row is not None:
            found[rows[at][:8], int(rows[at][8:])] = row
    return found
