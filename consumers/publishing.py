"""A run of ``copydesk publish``: letters go out, and are settled in the order of their files.

What counts as published, the brokers have acknowledged; a run that breaks off has kept how far
it came, so that it can go on.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from consumers import outbox, progress
from consumers.formats import formats
from consumers.kafka_client.connection import connect
from consumers.kafka_client.offsets import places
from consumers.kafka_client.sentences import Refused
from consumers.kafka_client.topics import configs
from consumers.kafka_client.writing import Pending, Writer, writer
from consumers.outbox import Form, Letter, Piece
from consumers.progress import Progress
from consumers.settings import Settings, limits
from processors.formats import decode
from processors.policy import Limits
from processors.records import Header

#: Records under way at a time.
_UNDER_WAY = 2_000
#: How often progress is kept, in seconds.
_KEEP_EVERY = 1.0
#: How far this machine's clock and the broker's may be apart, in milliseconds.
_CLOCKS_APART = 10_000


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be published. ``rate`` is records a second; ``state`` the file of ``--resume``."""

    topic: str
    names: tuple[str, ...] = ()
    withdraw: tuple[str, ...] = ()
    form: Form | None = None
    headers: tuple[Header, ...] = ()
    dated: bool = False
    rate: float | None = None
    state: Path | None = None


class Refusal(msgspec.Struct, frozen=True):
    """What was not published, and why."""

    name: str
    reason: str


class Tally(msgspec.Struct):
    """What came of a run. ``skipped`` were done by an earlier one; ``aged`` are dated before what
    the topic keeps, so that Kafka may delete them at any time.
    """

    published: int = 0
    withdrawn: int = 0
    skipped: int = 0
    refused: list[Refusal] = []
    aged: int = 0


class Sending:
    """Letters under way to one topic. ``said`` hears each refusal as it happens."""

    def __init__(
        self, writer: Writer, topic: str, progress: Progress, said: Callable[[Refusal], None]
    ) -> None:
        self._writer = writer
        self._topic = topic
        self._said = said
        self._waiting: deque[tuple[Piece | None, Pending | None]] = deque()
        self.progress = progress
        self.tally = Tally()

    def send(self, letter: Letter, piece: Piece | None = None) -> None:
        """Put a letter on its way; a withdrawal comes out of no file."""
        pending = self._writer.send(
            self._topic,
            letter.key,
            letter.value,
            headers=letter.headers,
            timestamp=letter.timestamp,
        )
        self._waiting.append((piece, pending))
        self.settle(_UNDER_WAY)

    def refuse(self, name: str, reason: str, piece: Piece | None = None) -> None:
        """Count and tell what is not sent; of a file of many items the place is passed over."""
        refusal = Refusal(name, reason)
        self.tally.refused.append(refusal)
        self._said(refusal)
        if piece is not None and not piece.only:
            self._waiting.append((piece, None))

    def settle(self, left: int = 0) -> None:
        """Note what was acknowledged, and wait until at most ``left`` letters are under way.

        Raises Unreachable where the brokers do not answer.
        """
        while self._waiting:
            piece, pending = self._waiting[0]
            if pending is not None and not pending.done() and len(self._waiting) <= left:
                return
            self._waiting.popleft()
            if pending is None or self._acknowledged(pending, piece):
                self._note(piece)

    def _acknowledged(self, pending: Pending, piece: Piece | None) -> bool:
        try:
            pending.wait()
        except Refused as refusal:
            name = piece.name if piece else "the withdrawal"
            self.refuse(name, f"{name} was refused: {refusal}")
            return piece is not None and not piece.only
        if piece is None:
            self.tally.withdrawn += 1
        else:
            self.tally.published += 1
        return True

    def _note(self, piece: Piece | None) -> None:
        if piece is not None:
            self.progress.add(piece.source, piece.number, piece.end)


def run(
    settings: Settings, job: Job, refused: Callable[[Refusal], None], moved: Callable[[int], None]
) -> Tally:
    """Publish what the job names. ``moved`` hears how many bytes of its files were read.

    Raises Unreachable, MissingTopic, and UsageFault for a state file that is not one.
    """
    kept = progress.read(job.state, job.topic) if job.state else Progress(job.topic)
    bounds = _bounds(settings, job.topic)
    reading = functools.partial(decode, limits=bounds.limits, formats=formats())
    with writer(settings) as opened:
        sending = Sending(opened, job.topic, kept, refused)
        pace = _Pace(job.rate)
        keep = _Keeper(job.state, kept)
        try:
            for uri in job.withdraw:
                sending.send(outbox.withdrawal(uri, job.headers))
            for piece in _fresh(job, sending, bounds.limits, moved):
                try:
                    letter = outbox.letter(piece, reading, job.headers, dated=job.dated)
                except outbox.Unfit as unfit:
                    sending.refuse(piece.name, str(unfit), piece)
                    continue
                if (wrong := bounds.wrong(letter.timestamp)) is not None:
                    sending.refuse(piece.name, f"{piece.name} {wrong}", piece)
                    continue
                sending.tally.aged += bounds.aged(letter.timestamp)
                pace.wait()
                sending.send(letter, piece)
                keep.now_and_then()
            sending.settle()
        finally:
            keep.now()
    return sending.tally


def _fresh(
    job: Job, sending: Sending, limits: Limits, moved: Callable[[int], None]
) -> Iterator[Piece]:
    """The pieces that no earlier run has done; a file that cannot be read is refused."""
    for source in outbox.files(job.names):
        done = sending.progress.items(source)
        end = 0
        try:
            with _open(source) as stream:
                for piece in outbox.pieces(source, stream, job.form, limits):
                    if isinstance(piece, outbox.Unfit):
                        sending.refuse(source, str(piece))
                        continue
                    moved(piece.end - end)
                    end = piece.end
                    if piece.number > done:
                        yield piece
                    else:
                        sending.tally.skipped += 1
        except OSError as error:
            sending.refuse(source, f"{source} cannot be read: {error.strerror or error}")


class _Bounds(msgspec.Struct, frozen=True):
    """How large a record may be, which times the topic takes, in milliseconds from now, and how
    long it keeps records.

    Times are looked at before sending: a broker refuses a wrong one together with its whole batch.
    """

    limits: Limits
    after: int
    before: int
    keeps: int

    def wrong(self, timestamp: int | None) -> str | None:
        ahead = 0 if timestamp is None else timestamp - round(time.time() * 1000)
        if ahead > self.after:
            return "is dated further ahead than the topic takes: publish it without --dated"
        if -ahead > self.before:
            return "is dated further back than the topic takes: publish it without --dated"
        return None

    def aged(self, timestamp: int | None) -> bool:
        return timestamp is not None and timestamp < time.time() * 1000 - self.keeps


def _bounds(settings: Settings, topic: str) -> _Bounds:
    with connect(settings) as kafka:
        places(kafka, [topic], "WRITE")
        found = configs(kafka, [topic])[topic]
    keeps = int(found["retention.ms"])
    return _Bounds(
        limits=limits(settings, sys.maxsize, sys.maxsize),
        after=int(found.get("message.timestamp.after.max.ms", sys.maxsize)) - _CLOCKS_APART,
        before=int(found.get("message.timestamp.before.max.ms", sys.maxsize)) - _CLOCKS_APART,
        keeps=sys.maxsize if keeps < 0 else keeps,
    )


@contextlib.contextmanager
def _open(source: str) -> Iterator[BinaryIO]:
    if source == outbox.STDIN:
        yield sys.stdin.buffer
        return
    with Path(source).open("rb") as stream:
        yield stream


class _Pace:
    """Holds sending back to a rate; a stall is not made up for by a burst of more than a second."""

    def __init__(self, rate: float | None) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._next = time.monotonic()

    def wait(self) -> None:
        now = time.monotonic()
        if self._next > now:
            time.sleep(self._next - now)
        self._next = max(self._next, now - 1.0) + self._gap


class _Keeper:
    def __init__(self, path: Path | None, kept: Progress) -> None:
        self._path = path
        self._kept = kept
        self._last = time.monotonic()

    def now_and_then(self) -> None:
        if time.monotonic() - self._last > _KEEP_EVERY:
            self.now()

    def now(self) -> None:
        self._last = time.monotonic()
        if self._path is not None:
            progress.write(self._path, self._kept)
