"""A run beside, carried out: its range in one order, judged by the worker's own core.

Rules:

1. The order is that of record time, topic, partition and offset over all partitions, so what
   comes out depends on the records alone.
2. What came of some records and how far they were read is one transaction: a run that is killed at
   any moment goes on behind the last one, and nothing is lost, repeated or left half done.
3. A second run of the same name shuts the first one out.
4. No batch holds a uri twice, and a withdrawal begins a new one. Their claims outlive a transaction
   that was undone, and they are the only ones that would change what came before them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from consumers import assembly
from consumers import topics as wanted_topics
from consumers.engine import Engine
from consumers.errors import CopydeskError
from consumers.kafka_client import connection, groups, offsets, reading, topics, transactions
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.transactions import Transaction, Transactions
from consumers.kafka_client.words import Place, Plan, Stretch
from consumers.meter import Silent
from consumers.replay import job as jobs
from consumers.replay import planning
from consumers.replay.job import Job
from consumers.settings import Settings
from processors.claims import Withdrawal
from processors.pipeline import Dead, Outcome, Prepared
from processors.records import Publication, Record

#: Records judged and published in one transaction.
BATCH = 500
Ready = Prepared | Dead


class Done(msgspec.Struct):
    """What a run did since it was started: records judged, and of those published, by verdict."""

    judged: int = 0
    verdicts: dict[str, int] = {}


def left(kafka: Connection, job: Job) -> list[Stretch]:
    """What of the range is still to be read."""
    done = groups.committed(kafka, [job.group]).get(job.group, {})
    return [
        Stretch(r.topic, r.partition, max(r.lead, found.offset if found else 0), r.end)
        for r in job.ranges
        for found in [done.get(Place(r.topic, r.partition))]
    ]


def run(live: Settings, own: Settings, job: Job, moved: Callable[[int], None]) -> Done:
    """Carry a run out, or go on with it. ``moved`` hears how many offsets were passed, first of all
    those that an earlier call has passed.

    Raises CopydeskError where the judgement is no longer the one that was planned; Unreachable.
    """
    with connection.connect(live) as kafka:
        _check(kafka, job)
        core = planning.core_of(kafka, live, own)
        if said := jobs.changed(job.judgement, jobs.judgement(core, own)):
            raise CopydeskError(
                f"the replay {job.name!r} was planned with another judgement ({'; '.join(said)}): "
                "its result would be of two minds; `copydesk replay forget` it and plan it again"
            )
        counts = _make_topics(kafka, live, job)
    done = Done(verdicts={})
    # Opened first: from here on nobody else of this name commits anything.
    with transactions.transactions(own, job.group) as out, asyncio.Runner() as loop:
        with connection.connect(live) as kafka:
            ranges = left(kafka, job)
            _refuse_without_progress(kafka, job)
        moved(job.lead + job.records - sum(each.end - each.start for each in ranges))
        engine = Engine(core, store := assembly.redis_store(own), "wait", Silent())
        carrier = _Carrier(job, counts, engine, out, loop, moved, done)
        try:
            for batch in _batches(reading.merged(live, ranges), BATCH):
                carrier.take(batch)
            carrier.finish(ranges)
        finally:
            loop.run(store.close())
    return done


class _Carrier:
    """Takes batches of records from the range to the topics."""

    def __init__(
        self,
        job: Job,
        counts: dict[str, int],
        engine: Engine,
        out: Transactions,
        loop: asyncio.Runner,
        moved: Callable[[int], None],
        done: Done,
    ) -> None:
        self._job, self._counts, self._engine, self._out = job, counts, engine, out
        self._loop, self._moved, self._done = loop, moved, done
        self._names = {"clean": job.output, "audit": job.audit, "dead": job.dead}
        self._starts = {Place(r.topic, r.partition): r.start for r in job.ranges}
        self._read: dict[Place, int] = {}

    def take(self, records: Sequence[Record]) -> None:
        """Judge and publish, in as many transactions as it takes."""
        ready = self._loop.run(self._engine.prepare(records))
        for part in parts(ready):
            outcomes = self._loop.run(_judged(self._engine, part))
            self._publish([each.record for each in part], outcomes)

    def finish(self, ranges: Sequence[Stretch]) -> None:
        """The ends of the range are reached, even where no record stands there."""
        ends = {each.place: each.end for each in ranges if each.start < each.end}
        if ends:
            with self._out.begin() as transaction:
                transaction.read_up_to(self._job.group, ends)
        for place, end in ends.items():
            start = next(each.start for each in ranges if each.place == place)
            self._moved(end - self._read.get(place, start))

    def _publish(self, records: Sequence[Record], outcomes: Sequence[Outcome]) -> None:
        upto: dict[Place, int] = {}
        with self._out.begin() as transaction:
            for record, outcome in zip(records, outcomes, strict=True):
                place = Place(record.topic, record.partition)
                upto[place] = record.offset + 1
                if record.offset < self._starts[place]:
                    continue
                verdicts = self._done.verdicts
                verdicts[outcome.verdict] = verdicts.get(outcome.verdict, 0) + 1
                for each in outcome.publications:
                    self._send(transaction, each)
            transaction.read_up_to(self._job.group, upto)
        self._done.judged += len(records)
        passed = 0
        for place, offset in upto.items():
            passed += offset - self._read.get(place, self._first(place, records))
            self._read[place] = offset
        self._moved(passed)

    def _send(self, transaction: Transaction, each: Publication) -> None:
        topic = self._names[each.role]
        kept = each.partition if (each.partition or 0) < self._counts[topic] else None
        # The client sends no record that has neither key nor value, which may be a dead letter.
        empty = each.key is None and each.value is None
        transaction.send(
            topic,
            each.key,
            b"" if empty else each.value,
            headers=each.headers,
            timestamp=max(each.timestamp, 0),
            partition=kept,
        )

    def _first(self, place: Place, records: Sequence[Record]) -> int:
        return next(r.offset for r in records if Place(r.topic, r.partition) == place)


def parts(ready: Sequence[Ready]) -> Iterator[list[Ready]]:
    """The same in pieces: no uri twice in one, and a withdrawal only as the first."""
    part: list[Ready] = []
    uris: set[str] = set()
    for each in ready:
        uri = each.article.uri if isinstance(each, Prepared) else None
        fresh = isinstance(each, Prepared) and isinstance(each.ask, Withdrawal)
        if part and (fresh or uri in uris):
            yield part
            part, uris = [], set()
        part.append(each)
        if uri is not None:
            uris.add(uri)
    if part:
        yield part


async def _judged(engine: Engine, part: Sequence[Ready]) -> list[Outcome]:
    return await engine.judge(part, await engine.claim(part, lambda: True))


def _batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _refuse_without_progress(kafka: Connection, job: Job) -> None:
    """Kafka forgets how far an idle group was (offsets.retention.minutes, a week by default)."""
    if groups.committed(kafka, [job.group]).get(job.group):
        return
    written = reading.stretches(kafka, [job.output, job.audit, job.dead])
    # Not by offsets: a run that was killed in its first transaction has left some, and no record.
    if next(reading.records(kafka.settings, written), None) is not None:
        raise CopydeskError(
            f"the replay {job.name!r} has published, but Kafka no longer keeps how far it was: to "
            "go on would publish all of it again; `copydesk replay forget` it and run it anew"
        )


def _check(kafka: Connection, job: Job) -> None:
    cluster = connection.cluster(kafka).cluster_id
    if cluster != job.cluster_id:
        raise CopydeskError(
            f"the replay {job.name!r} was planned on the cluster {job.cluster_id!r}, but the one "
            f"at {kafka.settings.kafka} is {cluster!r}"
        )


def _make_topics(kafka: Connection, live: Settings, job: Job) -> dict[str, int]:
    """As the live ones, but never emptied: the range may be older than any limit. Partitions."""
    theirs = (live.output, live.audit, live.dead)
    there, configs = topics.topics(kafka, theirs), topics.configs(kafka, theirs)
    plans = {p.name: p for p in wanted_topics.plans(live, connection.version(kafka))}
    made = {}
    for name, old in ((job.output, live.output), (job.audit, live.audit), (job.dead, live.dead)):
        own = plans[old].configs | {"retention.ms": "-1"}
        own["max.message.bytes"] = configs[old]["max.message.bytes"]
        topics.create(kafka, Plan(name, there[old].partitions, plans[old].replication, own))
        made[name] = there[old].partitions
    offsets.places(kafka, made, "WRITE")
    return made
