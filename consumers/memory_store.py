"""The in-memory twin of the Redis store: for ``copydesk judge``, and the yardstick of the tests.

It keeps everything it is told for as long as it lives. Fingerprints and families stand in full
where Redis keeps hashes of them; the rules are the same, and one test suite holds both to them.
"""

from __future__ import annotations

from collections.abc import Sequence

from consumers.store import StoreFacts
from consumers.store_layout import Layout
from consumers.store_names import Names
from processors.claims import Answer, Ask, Claim, Owner, Standing

#: The claim of one fingerprint in one generation: its family and time.
Held = tuple[str, int]


class MemoryStore:
    """A ``ClaimStore`` in this process alone."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names = Names()
        self._claims: dict[int, dict[bytes, Held]] = {}
        self._void: dict[str, int] = {}

    async def ask(self, asks: Sequence[Ask]) -> list[Answer]:
        """One answer an ask, in order; see ``consumers.store``."""
        return [self._answer(ask) for ask in asks]

    async def ping(self) -> None:
        """Always there."""

    async def close(self) -> None:
        """Nothing to give back."""

    async def describe(self) -> StoreFacts:
        """This process's memory."""
        return StoreFacts(server="memory")

    def _answer(self, ask: Ask) -> Answer:
        generation = self._layout.generation(ask.time)
        settled = self._names.settle(ask, generation)
        family = settled.family
        if not isinstance(ask, Claim):
            for each in (family, *settled.former):
                self._void[each] = max(ask.time, self._void.get(each, ask.time))
            return Answer(family, (), settled.withdrawn, settled.orphan)
        if settled.withdrawn is not None:
            return Answer(family, (), settled.withdrawn, settled.orphan)
        near = self._near(generation)
        holder = (family, ask.time)
        mine = (family, *settled.former)
        owners = tuple(
            self._owner(fingerprint, holder, mine, near) for fingerprint in ask.fingerprints
        )
        return Answer(family, owners, None, settled.orphan)

    def _near(self, generation: int) -> list[dict[bytes, Held]]:
        """The claims of a generation, made where there are none, then those of its neighbours."""
        found = [self._claims.setdefault(generation, {})]
        for neighbour in (generation - 1, generation + 1):
            claims = self._claims.get(neighbour)
            if claims:
                found.append(claims)
        return found

    def _owner(
        self,
        fingerprint: bytes,
        holder: Held,
        mine: tuple[str, ...],
        near: list[dict[bytes, Held]],
    ) -> Owner | Standing:
        time, window = holder[1], self._layout.window
        best: tuple[bool, int, Held] | None = None
        for claims in near:
            held = claims.get(fingerprint)
            if held is None or (self._void and self._is_void(held)):
                continue
            if held[0] in mine:
                return "mine"
            other = (held[1] > time, abs(held[1] - time), held)
            if other[1] < window and (best is None or other < best):
                best = other
        if best is None:
            near[0][fingerprint] = holder
            return "mine"
        family, when = best[2]
        row = self._names.rows[(family, self._layout.generation(when))]
        return Owner(row.family, row.uri, row.source, row.version, when)

    def _is_void(self, held: Held) -> bool:
        mark = self._void.get(held[0])
        return mark is not None and held[1] <= mark
