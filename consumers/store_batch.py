"""A batch of asks as calls of ``claims.lua``, and its replies as answers. Pure: sends nothing.

A ``Sheaf`` holds the operations of one trip: on one server a single call, on a cluster one a tag.
The bytes of an operation are told in ``claims.lua``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from consumers.store_layout import TAGS, Layout, name_hash
from consumers.store_names import Names, Row, Settled
from consumers.store_values import redirect_bytes, redirect_of, row_bytes, row_of
from processors.claims import Answer, Ask, Claim, Owner, Standing

_HEAD = struct.Struct(">cH8s")
_COUNT = struct.Struct(">I")
_OTHER = struct.Struct(">IB8s")
_ALL_TAGS = 255
#: What one call holds a server with: some 15 milliseconds.
_MOST_ASKS, _MOST_FINGERPRINTS = 256, 4096
#: Stands for a row that is known to be on record; the script carries over what it says.
_ON_RECORD = Row("", "", "", "")

Wanted = tuple[Any, ...]
#: Hash of a family and generation of a claim: where its row stands.
Place = tuple[bytes, int]


class Call(NamedTuple):
    """One call of the script: operations, the generations they name, whom results are for."""

    tag: int
    ops: bytes
    generations: tuple[int, ...]
    wanted: list[Wanted]


class _Ops:
    __slots__ = ("generations", "parts", "wanted")

    def __init__(self) -> None:
        self.generations: dict[int, int] = {}
        self.parts: list[bytes] = []
        self.wanted: list[Wanted] = []

    def add(self, op: bytes, generation: int, hashed: bytes, *rest: bytes) -> None:
        index = self.generations.setdefault(generation, len(self.generations))
        self.parts.append(_HEAD.pack(op, index, hashed))
        self.parts.extend(rest)


class Sheaf:
    """The operations of one trip; ``split`` by tag for a cluster."""

    def __init__(self, *, split: bool) -> None:
        self.split = split
        self._ops: dict[int, _Ops] = {}

    def under(self, tag: int) -> _Ops:
        """Where operations under a tag are collected."""
        return self._ops.setdefault(tag if self.split else 0, _Ops())

    def calls(self) -> list[Call]:
        """The calls to be made, in any order; the sheaf is empty then."""
        filled, self._ops = self._ops, {}
        return [
            Call(tag, b"".join(ops.parts), tuple(ops.generations), ops.wanted)
            for tag, ops in filled.items()
        ]


class Batch:
    """One sequence of asks on its way to answers: look, learn, settle, record, claim, answer."""

    def __init__(self, layout: Layout, asks: Sequence[Ask]) -> None:
        self._layout = layout
        self._asks = asks
        self._names = Names()
        self._hashes: dict[str, bytes] = {}
        self._settled: list[Settled] = []
        self._waves: dict[str, int] = {}
        self._others: list[list[tuple[int, bytes, int]]] = [[] for _ in asks]
        self._rows: dict[Place, Row | None] = {}
        self._owners: dict[Place, Owner | Standing] = {}

    def look(self, sheaf: Sheaf) -> None:
        """Ask what is on record about every name that can decide a family."""
        asked: set[tuple[str, int]] = set()
        for ask in self._asks:
            names = [ask.uri]
            if isinstance(ask, Claim) and ask.predecessor is not None:
                names += [ask.predecessor, *ask.predecessor_families]
            generation = self._layout.generation(ask.time)
            for name in names:
                if (name, generation) in asked:
                    continue
                asked.add((name, generation))
                hashed = self._hash(name)
                ops = sheaf.under(hashed[0] >> 2)
                ops.add(b"L", generation, hashed)
                ops.wanted.append((name, generation))

    def learn(self, calls: Sequence[Call], replies: Sequence[Any]) -> None:
        """Take in what the looks found."""
        names = self._names
        for call, reply in zip(calls, replies, strict=True):
            for (name, generation), found in zip(call.wanted, reply[0], strict=True):
                if not found:
                    continue
                known, mark, *redirects = found
                if mark:
                    names.marks[name] = int(mark)
                for bit, redirect in enumerate(redirects):
                    place = (name, generation + bit - 1)
                    if known >> bit & 1:
                        names.rows[place] = _ON_RECORD
                    if redirect:
                        names.redirects[place] = redirect_of(redirect, name)

    def settle(self) -> int:
        """Find the family in force for every ask.

        Returns how many waves the redirects come in: what follows from another's redirect is
        written after it, for that one may turn out to be recorded otherwise by now.
        """
        generation = self._layout.generation
        self._settled = [self._names.settle(ask, generation(ask.time)) for ask in self._asks]
        waves: dict[str, int] = {}
        for ask, settled in zip(self._asks, self._settled, strict=True):
            if isinstance(ask, Claim) and settled.redirect is not None:
                before = waves.get(ask.predecessor or "", -1)
                waves[ask.uri] = max(waves.get(ask.uri, 0), before + 1)
        self._waves = waves
        return max(waves.values(), default=-1) + 1

    def redirect(self, sheaf: Sheaf, wave: int) -> None:
        """Write down the families of uris."""
        for ask, settled in zip(self._asks, self._settled, strict=True):
            if settled.redirect is not None and self._waves[ask.uri] == wave:
                hashed = self._hash(ask.uri)
                value = redirect_bytes(settled.redirect, ask.uri)
                op, count = b"X" if settled.force else b"R", _COUNT.pack(len(value))
                generation = self._layout.generation(ask.time)
                sheaf.under(hashed[0] >> 2).add(op, generation, hashed, count, value)

    def record(self, sheaf: Sheaf) -> None:
        """Write down the first articles of families, before anything is claimed for them."""
        for ask, settled in zip(self._asks, self._settled, strict=True):
            if isinstance(ask, Claim) and settled.row is not None:
                hashed = self._hash(settled.family)
                value = row_bytes(settled.family, ask)
                count = _COUNT.pack(len(value))
                generation = self._layout.generation(ask.time)
                sheaf.under(hashed[0] >> 2).add(b"O", generation, hashed, count, value)

    def claim(self, sheaf: Sheaf) -> None:
        """Claim, and withdraw, each at its place in the sequence."""
        window, width = self._layout.window, self._layout.time_bytes
        for index, (ask, settled) in enumerate(zip(self._asks, self._settled, strict=True)):
            generation, within = divmod(ask.time, window)
            hashed, offset = self._hash(settled.family), within.to_bytes(width, "big")
            if isinstance(ask, Claim):
                if settled.withdrawn is None and ask.fingerprints:
                    former = [self._hash(family) for family in settled.former]
                    head = (offset, bytes((len(former),)), *former)
                    self._claim(sheaf, (index, ask, generation), hashed, head)
                continue
            uri = self._hash(ask.uri)
            sheaf.under(uri[0] >> 2).add(b"U", generation, uri, offset)
            for family in (settled.family, *settled.former):
                hashed = self._hash(family)
                for tag in range(TAGS) if sheaf.split else (_ALL_TAGS,):
                    sheaf.under(tag).add(b"W", generation, hashed, offset, bytes((tag,)))

    def _claim(
        self,
        sheaf: Sheaf,
        asked: tuple[int, Claim, int],
        hashed: bytes,
        head: tuple[bytes, ...],
    ) -> None:
        index, ask, generation = asked
        if not sheaf.split:
            ops = sheaf.under(0)
            count = _COUNT.pack(len(ask.fingerprints))
            ops.add(b"C", generation, hashed, *head, count, *ask.fingerprints)
            ops.wanted.append((index, generation, None))
            return
        by_tag: dict[int, list[int]] = {}
        for at, fingerprint in enumerate(ask.fingerprints):
            by_tag.setdefault(fingerprint[0] >> 2, []).append(at)
        for tag, places in by_tag.items():
            ops = sheaf.under(tag)
            fingerprints = [ask.fingerprints[at] for at in places]
            ops.add(b"C", generation, hashed, *head, _COUNT.pack(len(places)), *fingerprints)
            ops.wanted.append((index, generation, places))

    def claimed(self, calls: Sequence[Call], replies: Sequence[Any]) -> None:
        """Take in whose the paragraphs are, and the owners that one server resolves at once."""
        width = _OTHER.size + self._layout.time_bytes
        for call, (results, rows) in zip(calls, replies, strict=True):
            for (index, generation, places), result in zip(call.wanted, results, strict=True):
                for at in range(0, len(result), width):
                    number, beside, hashed = _OTHER.unpack_from(result, at)
                    owner_generation = generation + beside - 1
                    within = int.from_bytes(result[at + _OTHER.size : at + width], "big")
                    time = owner_generation * self._layout.window + within
                    number = number if places is None else places[number]
                    self._others[index].append((number, hashed, time))
            for at in range(0, len(rows), 2):
                self._rows[rows[at][:8], int(rows[at][8:])] = row_of(rows[at + 1])

    def resolve(self, sheaf: Sheaf) -> None:
        """Ask for the owners that are not known yet."""
        generation = self._layout.generation
        places = {(hashed, generation(time)) for o in self._others for _, hashed, time in o}
        for place in sorted(places - self._rows.keys()):
            ops = sheaf.under(place[0][0] >> 2)
            ops.add(b"G", place[1], place[0])
            ops.wanted.append((place,))

    def resolved(self, calls: Sequence[Call], replies: Sequence[Any]) -> None:
        """Take in who they are."""
        for call, reply in zip(calls, replies, strict=True):
            for (place,), found in zip(call.wanted, reply[0], strict=True):
                self._rows[place] = row_of(found)

    def answers(self) -> list[Answer]:
        """One answer an ask, in order."""
        return [
            self._answer(ask, settled, others)
            for ask, settled, others in zip(self._asks, self._settled, self._others, strict=True)
        ]

    def _answer(
        self, ask: Ask, settled: Settled, others: Sequence[tuple[int, bytes, int]]
    ) -> Answer:
        if not isinstance(ask, Claim) or settled.withdrawn is not None:
            return Answer(settled.family, (), settled.withdrawn, settled.orphan)
        owners: list[Owner | Standing] = ["mine"] * len(ask.fingerprints)
        for number, hashed, time in others:
            owners[number] = self._owner(hashed, time)
        return Answer(settled.family, tuple(owners), None, settled.orphan)

    def _owner(self, hashed: bytes, time: int) -> Owner | Standing:
        known = self._owners.get((hashed, time))
        if known is None:
            row = self._rows.get((hashed, self._layout.generation(time)))
            if row is None:
                known = "unresolved"
            else:
                known = Owner(row.family, row.uri, row.source, row.version, time)
            self._owners[hashed, time] = known
        return known

    def _hash(self, name: str) -> bytes:
        hashed = self._hashes.get(name)
        if hashed is None:
            hashed = self._hashes[name] = name_hash(name)
        return hashed


def parts(asks: Sequence[Ask]) -> Iterator[Sequence[Ask]]:
    """Cut a long sequence where one call would hold the server for long: it changes no answer."""
    first = weight = 0
    for at, ask in enumerate(asks):
        weight += len(ask.fingerprints) if isinstance(ask, Claim) else 64
        if weight >= _MOST_FINGERPRINTS or at + 1 - first >= _MOST_ASKS:
            yield asks[first : at + 1]
            first, weight = at + 1, 0
    if first < len(asks):
        yield asks[first:]
