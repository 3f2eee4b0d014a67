"""The same judgement without Kafka: files through the core and the store's twin in memory.

Rules: articles are judged in the order of their files; an article's own date is its time, one
without a date comes a millisecond after the one before it; nothing is written anywhere.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from consumers import assembly, outbox
from consumers.engine import slices
from consumers.errors import CopydeskError
from consumers.outbox import STDIN, Form, Piece, Unfit
from consumers.settings import Settings
from consumers.store import ClaimStore
from processors import audit as audits
from processors.audit import Audit
from processors.errors import BadRecord
from processors.formats import decode
from processors.pipeline import Core, Dead, Outcome, Prepared, finish, prepare_all
from processors.records import Record
from processors.times import milliseconds_of

#: Articles judged with one question to the store.
BATCH = 200
#: There is no topic, and so no ``max.message.bytes``.
_NO_LIMIT = 1 << 62

#: A record with the name by which a person knows it, or why there is none.
Named = tuple[str, Record | str]


class Judged(msgspec.Struct, frozen=True):
    """One article's judgement: its audit and judged body, or why it could not be read."""

    name: str
    audit: Audit | None = None
    body: str = ""
    fault: str = ""


class Summary(msgspec.Struct):
    """Counts over all articles. ``letters`` counts those of dropped paragraphs by rule."""

    articles: int = 0
    published: int = 0
    duplicates: int = 0
    withdrawn: int = 0
    unreadable: int = 0
    paragraphs: int = 0
    dropped: dict[str, int] = {}
    letters: dict[str, int] = {}
    guards: dict[str, int] = {}

    def add(self, judged: Judged) -> None:
        """Count one article."""
        self.articles += 1
        audit = judged.audit
        if audit is None:
            self.unreadable += 1
            return
        self.published += audit.verdict == "published"
        self.duplicates += audit.verdict == "duplicate"
        self.withdrawn += audit.verdict == "withdrawn"
        self.paragraphs += len(audit.paragraphs)
        for guard in audit.guards:
            self.guards[guard] = self.guards.get(guard, 0) + 1
        counts: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for each in audit.paragraphs:
            if each.verdict == "dropped":
                counts[each.rule] += 1
                letters[each.rule] += each.length
        for rule, count in counts.items():
            self.dropped[rule] = self.dropped.get(rule, 0) + count
            self.letters[rule] = self.letters.get(rule, 0) + letters[rule]


def judge(
    settings: Settings,
    names: Sequence[str],
    form: Form | None,
    moved: Callable[[int], None],
) -> Iterator[Judged]:
    """Judge every article of the files. ``moved`` hears how many bytes were read.

    Raises:
        CopydeskError: a file that cannot be read; a tagger that is not there.
    """
    core = assembly.core(settings, _NO_LIMIT, _NO_LIMIT)
    store = assembly.memory_store(settings)
    with asyncio.Runner() as loop:
        batch: list[Named] = []
        for each in _records(names, form, core, moved):
            batch.append(each)
            if len(batch) == BATCH:
                yield from loop.run(_judged(batch, core, store))
                batch = []
        yield from loop.run(_judged(batch, core, store))


def _records(
    names: Sequence[str], form: Form | None, core: Core, moved: Callable[[int], None]
) -> Iterator[Named]:
    offset, time = 0, 0
    for source in outbox.files(names):
        at = 0
        with _open(source) as stream:
            for piece in outbox.pieces(source, stream, form, core.limits):
                if isinstance(piece, Unfit):
                    yield source, str(piece)
                    continue
                moved(piece.end - at)
                at = piece.end
                record, time = _record(piece, offset, time, core)
                offset += 1
                yield piece.name, record
        if source != STDIN:
            moved(max(0, Path(source).stat().st_size - at))


def _open(source: str) -> BinaryIO:
    if source == STDIN:
        return sys.stdin.buffer
    try:
        return Path(source).open("rb")
    except OSError as error:
        raise CopydeskError(f"{source} cannot be read: {error.strerror or error}") from None


def _record(piece: Piece, offset: int, before: int, core: Core) -> tuple[Record, int]:
    undated = Record("judge", 0, offset, 0, None, piece.value, outbox.headers_of(piece))
    time = _published(undated, core) or before + 1
    return msgspec.structs.replace(undated, timestamp=time), time


class _Dated(msgspec.Struct):
    published: str | None = None
    versionCreated: str | None = None  # noqa: N815 - ninjs 3's own name
    versioncreated: str | None = None


def _published(record: Record, core: Core) -> int | None:
    """The article's own date. Of JSON, the common case, nothing else is decoded for it."""
    try:
        dated = msgspec.json.decode(record.value or b"", type=_Dated)
        said = dated.published or dated.versionCreated or dated.versioncreated
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            said = decode(record, core.limits, core.formats).published
        except BadRecord:
            return None
    return milliseconds_of(said) if said else None


async def _judged(batch: Sequence[Named], core: Core, store: ClaimStore) -> list[Judged]:
    records = [each for _, each in batch if isinstance(each, Record)]
    made = iter([each for some in slices(records) for each in prepare_all(some, core)])
    ready = [(name, next(made) if isinstance(each, Record) else each) for name, each in batch]
    good = [each for _, each in ready if isinstance(each, Prepared)]
    answers = iter(await store.ask([each.ask for each in good]))
    found: list[Judged] = []
    for name, each in ready:
        if isinstance(each, str):
            found.append(Judged(name, fault=each))
        elif isinstance(each, Dead):
            found.append(Judged(name, fault=each.message))
        else:
            outcome = finish(each, next(answers), core)
            found.append(Judged(name, _audit(outcome), each.article.body))
    return found


def _audit(outcome: Outcome) -> Audit:
    value = next(p.value for p in outcome.publications if p.role == "audit")
    return audits.decode(value or b"")
