"""The dead-letter topic: what is in it, and sending records back to where they came from.

Rules:

1. A record goes back with its own key, value, headers and time, to its topic and partition.
2. A letter goes back once. What was sent back stands in its topic with its origin and how often it
   was sent, so that is looked up there: no note of it can be lost, or be on another machine.
3. Records go back in transactions under one name: a redrive that is killed has sent a batch or
   nothing of it, and a second one at the same time shuts the first one out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from consumers.errors import UsageFault
from consumers.kafka_client import connection, offsets, reading, transactions
from consumers.kafka_client.words import Place, Stretch
from consumers.settings import Settings
from processors.deadletter import ORIGIN, REDRIVEN
from processors.records import Record
from processors.redrive import Letter, headers_back, letter_of

_AT_ONCE = 500
#: Hears how many records were passed.
Moved = Callable[[int], None]
Fate = Literal[
    "goes back",
    "went back before",
    "too old to tell whether it did",
    "of another topic",
    "of an unknown place",
    "empty",
]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters are meant; what is empty or None does not narrow. Times are ms."""

    reasons: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    topic: str | None = None
    partition: int | None = None
    places: frozenset[tuple[int, int]] = frozenset()

    def takes(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        return (
            (not self.reasons or letter.reason in self.reasons)
            and (self.since is None or letter.time >= self.since)
            and (self.until is None or letter.time < self.until)
            and (self.topic is None or letter.topic == self.topic)
            and (self.partition is None or letter.partition == self.partition)
            and (not self.places or (letter.dead_partition, letter.dead_offset) in self.places)
        )


class Group(msgspec.Struct):
    """Letters of one reason from one place. ``most_redriven``: how often the most stubborn one was
    sent back; ``example`` a letter's place in the dead-letter topic, the latest one's.
    """

    reason: str
    topic: str | None
    partition: int | None
    count: int
    first: int
    last: int
    most_redriven: int
    example: str


class Plan(msgspec.Struct, frozen=True):
    """What a redrive does: the letters that go back, and how many of each fate there are."""

    going: tuple[Letter, ...]
    fates: dict[Fate, int]


def held(settings: Settings) -> int:
    """How many offsets the dead-letter topic holds, for a progress bar."""
    with connection.connect(settings) as kafka:
        return sum(each.end - each.start for each in reading.stretches(kafka, [settings.dead]))


def records(settings: Settings, wanted: Filter, moved: Moved) -> Iterator[tuple[Letter, Record]]:
    """The letters that are meant, with their records, in the order of their partitions."""
    with connection.connect(settings) as kafka:
        stretches = reading.stretches(kafka, [settings.dead])
    if wanted.places:
        stretches = list(_narrowed(stretches, wanted.places))
    for stretch in stretches:
        for record in reading.records(settings, [stretch]):
            moved(1)
            letter = letter_of(record)
            if wanted.takes(letter):
                yield letter, record


def _narrowed(stretches: Sequence[Stretch], places: Iterable[tuple[int, int]]) -> Iterator[Stretch]:
    """No more of the topic than the places need."""
    for each in stretches:
        own = [offset for partition, offset in places if partition == each.partition]
        inside = [offset for offset in own if each.start <= offset < each.end]
        if inside:
            yield Stretch(each.topic, each.partition, min(inside), max(inside) + 1)


def grouped(letters: Iterable[Letter]) -> list[Group]:
    """By reason and source, the largest group first."""
    groups: dict[tuple[str, str | None, int | None], Group] = {}
    for each in letters:
        key = each.reason, each.topic, each.partition
        found = groups.get(key)
        if found is None:
            groups[key] = Group(*key, 1, each.time, each.time, each.redriven, each.place)
            continue
        found.count += 1
        found.first = min(found.first, each.time)
        found.most_redriven = max(found.most_redriven, each.redriven)
        if each.time >= found.last:
            found.last, found.example = each.time, each.place
    return sorted(
        groups.values(), key=lambda g: (-g.count, g.reason, g.topic or "", g.partition or 0)
    )


def plan(settings: Settings, wanted: Filter, moved: Moved, *, again: bool = False) -> Plan:
    """What a redrive would send; nothing is sent. ``again`` sends too what went back before."""
    fates: dict[Fate, int] = {}
    ready: list[Letter] = []
    counts = _partitions(settings, "DESCRIBE" if again else "READ")
    for letter, record in records(settings, wanted, moved):
        fate = _fate(letter, record, counts)
        if fate == "goes back":
            ready.append(letter)
        else:
            fates[fate] = fates.get(fate, 0) + 1
    went = _Gone(settings, ready) if ready and not again else None
    going = []
    for letter in ready:
        late = went.fate(letter) if went is not None else None
        if late is None:
            going.append(letter)
        else:
            fates[late] = fates.get(late, 0) + 1
    if going:
        fates["goes back"] = len(going)
    return Plan(tuple(going), fates)


def _fate(letter: Letter, record: Record, counts: dict[str, int]) -> Fate:
    if letter.topic is None or letter.partition is None or letter.offset is None:
        return "of an unknown place"
    if letter.topic not in counts:
        return "of another topic"
    return "empty" if record.key is None and record.value is None else "goes back"


def _partitions(settings: Settings, right: str = "DESCRIBE") -> dict[str, int]:
    """How many partitions each input topic has."""
    counts: dict[str, int] = {}
    with connection.connect(settings) as kafka:
        for place in offsets.places(kafka, settings.input, right):
            counts[place.topic] = max(counts.get(place.topic, 0), place.partition + 1)
    return counts


class _Gone:
    """What was sent back to where some letters came from, since they died."""

    def __init__(self, settings: Settings, letters: Iterable[Letter]) -> None:
        first: dict[Place, int] = {}
        for each in letters:
            place = Place(each.topic or "", each.partition or 0)
            first[place] = min(first.get(place, each.offset or 0), each.offset or 0)
        with connection.connect(settings) as kafka:
            there = reading.stretches(kafka, sorted({place.topic for place in first}))
        self._starts = {each.place: each.start for each in there}
        # What came to a partition that is not there goes to another of its topic.
        moved_on = {place.topic for place in first if place not in self._starts}
        self._found: set[tuple[str, int]] = set()
        ranges = [
            Stretch(each.topic, each.partition, max(each.start, first.get(each.place, 0)), each.end)
            for each in there
            if each.place in first or each.topic in moved_on
        ]
        for record in reading.records(settings, ranges):
            count, origin = record.header(REDRIVEN), record.header(ORIGIN)
            if count is not None and origin is not None and count.isdigit():
                self._found.add((origin.decode("utf-8", "replace"), int(count)))

    def fate(self, letter: Letter) -> Fate | None:
        """Why a letter does not go back again, or None.

        Where retention has reached the place of its death, what was sent back may be gone too.
        """
        if (letter.origin, letter.redriven + 1) in self._found:
            return "went back before"
        start = self._starts.get(Place(letter.topic or "", letter.partition or 0), 0)
        return "too old to tell whether it did" if (letter.offset or 0) < start else None


@contextlib.contextmanager
def redriving(settings: Settings) -> Iterator[transactions.Transactions]:
    """The only one who redrives for this group. Open it before planning: what another one was
    sending is then sent, or undone.
    """
    _partitions(settings, "WRITE")  # asked before anything is open
    with transactions.transactions(settings, f"{settings.group}.redrive") as out:
        yield out


def redrive(settings: Settings, planned: Plan, out: transactions.Transactions, moved: Moved) -> int:
    """Send back what was planned; how many records.

    Raises CopydeskError where another redrive has taken over. Retention may have taken letters
    since the planning: they are passed over.
    """
    going = {(each.dead_partition, each.dead_offset) for each in planned.going}
    counts = _partitions(settings)
    sent = 0
    batch: list[tuple[Letter, Record]] = []
    if not going:
        return 0
    for letter, record in records(settings, Filter(places=frozenset(going)), lambda _count: None):
        batch.append((letter, record))
        if len(batch) == _AT_ONCE:
            sent += _send(out, batch, counts, moved)
            batch = []
    return sent + (_send(out, batch, counts, moved) if batch else 0)


def _send(
    out: transactions.Transactions,
    batch: Sequence[tuple[Letter, Record]],
    counts: dict[str, int],
    moved: Moved,
) -> int:
    with out.begin() as transaction:
        for letter, record in batch:
            topic, partition = letter.topic or "", letter.partition or 0
            transaction.send(
                topic,
                record.key,
                record.value,
                headers=headers_back(record),
                timestamp=max(record.timestamp, 0),
                partition=partition if partition < counts[topic] else None,
            )
    moved(len(batch))
    return len(batch)


def place_of(text: str) -> tuple[int, int]:
    """``PARTITION/OFFSET`` of the dead-letter topic. Raises UsageFault."""
    partition, _, offset = text.rpartition("/")
    if not (partition.isdigit() and offset.isdigit()):
        raise UsageFault(
            f"{text!r} is not PARTITION/OFFSET of a dead letter, as `copydesk dead list` shows it"
        )
    return int(partition), int(offset)
