"""How two runs over the same articles differ: items, paragraphs and tags.

``here`` is the replay, ``there`` the live run. They meet by origin, the place where an article's
record stands. Pure: who reads the topics is elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Literal

import msgspec

from processors.audit import Audit
from processors.edits import Edit
from processors.records import Record

Kind = Literal["changed", "only_here", "only_there"]
_SHOWN = 160


class Item(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a published item to compare it: digests of its value and its headers."""

    uri: str
    value: bytes
    headers: bytes


class Dropped(msgspec.Struct, frozen=True):
    """One dropped paragraph: why, in whose favour, and how it begins."""

    rule: str
    owner: str
    text: str


class Shape(msgspec.Struct, frozen=True):
    """What an audit says of an article, in brief. Paragraphs by their place in the original body;
    ``tags`` as ``kind name (code)``.
    """

    uri: str
    verdict: str
    dropped: dict[tuple[int, int], Dropped] = {}
    tags: frozenset[str] = frozenset()
    language: str = ""
    paragraphs: int = 0
    duplicate_of: str = ""
    withdrawn: bool = False


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph that only one of the runs dropped (``dropped``): by which rule, for whom."""

    dropped: Literal["here", "there"]
    rule: str
    owner: str
    text: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One article that came out otherwise. ``here`` and ``there`` say what came of it."""

    origin: str
    uri: str
    kind: Kind
    here: str
    there: str
    paragraphs: tuple[Paragraph, ...] = ()
    tags_only_here: tuple[str, ...] = ()
    tags_only_there: tuple[str, ...] = ()
    language: tuple[str, str] | None = None
    split: tuple[int, int] | None = None
    other: str = ""


def item_of(record: Record) -> Item:
    """The digests of one item."""
    uri = (record.key or b"").decode("utf-8", "replace")
    return Item(uri, _digest(record.value or b""), _digest(msgspec.msgpack.encode(record.headers)))


def shape_of(audit: Audit) -> Shape:
    """What is kept of an audit."""
    return Shape(
        uri=audit.uri,
        verdict=audit.verdict,
        dropped={
            (p.start, p.end): Dropped(
                p.rule,
                p.owner.uri if p.owner is not None else "",
                _text(audit.edits, audit.original, p.start, p.end),
            )
            for p in audit.paragraphs
            if p.verdict == "dropped"
        },
        tags=frozenset(f"{t.kind} {t.name}" + (f" ({t.uri})" if t.uri else "") for t in audit.tags),
        language=audit.language.tag if audit.language is not None else "",
        paragraphs=len(audit.paragraphs),
        duplicate_of=audit.duplicate_of.uri if audit.duplicate_of is not None else "",
        withdrawn=audit.withdrawn_at is not None,
    )


def kind_of(here: Item | None, there: Item | None) -> Kind | None:
    """How one article's items differ; None where they do not."""
    if here == there:
        return None
    if there is None:
        return "only_here"
    return "only_there" if here is None else "changed"


def difference(
    origin: str,
    kind: Kind,
    here: Shape | str | None,
    there: Shape | str | None,
) -> Difference:
    """Tell in detail. A text is the reason of a dead letter; None is nothing at all."""
    uri = next((each.uri for each in (here, there) if isinstance(each, Shape)), "")
    brief = Difference(origin=origin, uri=uri, kind=kind, here=_fate(here), there=_fate(there))
    if not isinstance(here, Shape) or not isinstance(there, Shape):
        return brief
    mine, theirs = here.dropped, there.dropped
    found = [(place, "here", mine[place]) for place in mine.keys() - theirs.keys()]
    found += [(place, "there", theirs[place]) for place in theirs.keys() - mine.keys()]
    told = msgspec.structs.replace(
        brief,
        paragraphs=tuple(
            Paragraph("here" if side == "here" else "there", each.rule, each.owner, each.text)
            for _, side, each in sorted(found, key=lambda row: (row[0], row[1]))
        ),
        tags_only_here=tuple(sorted(here.tags - there.tags)),
        tags_only_there=tuple(sorted(there.tags - here.tags)),
        language=(here.language, there.language) if here.language != there.language else None,
        split=(
            (here.paragraphs, there.paragraphs) if here.paragraphs != there.paragraphs else None
        ),
    )
    alike = not (told.paragraphs or told.tags_only_here or told.tags_only_there)
    if kind == "changed" and alike and told.language is None and told.split is None:
        told = msgspec.structs.replace(told, other="other fields or headers")
    return told


class Tally(msgspec.Struct):
    """Counts over all articles: of items, and of what the changed ones differ in.

    ``unpublished`` came out as no item on either side.
    """

    equal: int = 0
    changed: int = 0
    only_here: int = 0
    only_there: int = 0
    unpublished: int = 0
    dropped_only_here: int = 0
    dropped_only_there: int = 0
    tags_only_here: int = 0
    tags_only_there: int = 0

    def add(self, told: Difference) -> None:
        """Count one article that differs."""
        setattr(self, told.kind, getattr(self, told.kind) + 1)
        for each in told.paragraphs:
            self.dropped_only_here += each.dropped == "here"
            self.dropped_only_there += each.dropped == "there"
        self.tags_only_here += len(told.tags_only_here)
        self.tags_only_there += len(told.tags_only_there)


def kinds(here: Mapping[str, Item], there: Mapping[str, Item]) -> Iterable[tuple[str, Kind]]:
    """The origins whose items differ, and how."""
    for origin in here.keys() | there.keys():
        kind = kind_of(here.get(origin), there.get(origin))
        if kind is not None:
            yield origin, kind


def _fate(shape: Shape | str | None) -> str:
    if shape is None:
        return "nothing"
    if isinstance(shape, str):
        return f"a dead letter ({shape})"
    if shape.duplicate_of:
        return f"a duplicate of {shape.duplicate_of}"
    return "withdrawn" if shape.withdrawn else shape.verdict


def _text(edits: tuple[Edit, ...], original: str | None, start: int, end: int) -> str:
    """How a dropped paragraph begins: an audit keeps what it took out."""
    text = original[start:end] if original is not None else ""
    for each in edits if original is None else ():
        text += each.text[max(0, start - each.offset) : max(0, end - each.offset)]
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()
