"""Planning a run beside: its range, and how much before it is judged for its claims alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import msgspec

from consumers import assembly
from consumers.errors import CopydeskError, UsageFault
from consumers.kafka_client import connection, groups, offsets, reading, topics
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Place, Stretch
from consumers.replay import job as jobs
from consumers.replay import targets
from consumers.replay.job import Job, Range
from consumers.replay.targets import Scope, Target
from consumers.settings import Settings
from processors.pipeline import Core
from processors.times import text_of


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. Times and durations are milliseconds; no ``lead_in`` means the window."""

    name: str
    scope: Scope
    target: Target
    until: int | None = None
    lead_in: int | None = None
    changes: dict[str, str] = {}


def plan(kafka: Connection, wish: Wish, environ: Mapping[str, str], config: Path | None) -> Job:
    """Plan a run. The end of its range is fixed here: what comes later is not part of it.

    Raises CopydeskError where a run of that name is there already.
    """
    settings, now = kafka.settings, round(time.time() * 1000)
    names = jobs.names(settings, wish.name)
    _refuse_a_second(kafka, names)
    places = wish.scope.places(kafka)
    all_now = reading.stretches(kafka, wish.scope.topics)
    whole = {each.place: each for each in all_now if each.place in places}
    wanted = targets.find(kafka, wish.target, places, now)
    ends = _ends(kafka, whole, wish.until)
    starts = {
        place: min(max(offset if offset is not None else each.end, each.start), ends[place])
        for place, each in whole.items()
        for offset in [wanted.offsets.get(place)]
    }
    lead_in = wish.lead_in if wish.lead_in is not None else round(settings.window * 1000)
    leads = _leads(kafka, whole, starts, lead_in)
    if not any(starts[p] < ends[p] for p in whole):
        raise UsageFault(f"there is no record from {wanted.said} on: nothing to replay")
    ranges = [Range(*p, leads[p], starts[p], ends[p]) for p in sorted(whole)]
    made = Job(
        name=wish.name,
        cluster_id=connection.cluster(kafka).cluster_id,
        planned_at=text_of(now),
        target=wanted.said,
        changes=wish.changes,
        ranges=_timed(kafka, ranges),
        group=names["group"],
        namespace=names["namespace"],
        output=names["output"],
        audit=names["audit"],
        dead=names["dead"],
    )
    own = jobs.settings_of(made, settings, environ, config)
    core = core_of(kafka, settings, own)
    return msgspec.structs.replace(made, judgement=jobs.judgement(core, own))


def core_of(kafka: Connection, live: Settings, own: Settings) -> Core:
    """The core by the run's settings; its limits by the live topics, so that both judge alike."""
    offsets.places(kafka, [live.output, live.audit, live.dead], "READ")  # raises where one is not
    found = topics.configs(kafka, [live.output, live.audit])
    sizes = [int(found[name]["max.message.bytes"]) for name in (live.output, live.audit)]
    return assembly.core(own, *sizes)


def _refuse_a_second(kafka: Connection, names: dict[str, str]) -> None:
    mine = (names["output"], names["audit"], names["dead"])
    if topics.topics(kafka, mine) or groups.committed(kafka, [names["group"]])[names["group"]]:
        raise CopydeskError(
            f"a replay of that name is there already (group {names['group']!r}): run it again to "
            "go on, take another name, or `copydesk replay forget` it first"
        )


def _ends(kafka: Connection, whole: dict[Place, Stretch], until: int | None) -> dict[Place, int]:
    if until is None:
        return {place: each.end for place, each in whole.items()}
    found = offsets.at_time(kafka, dict.fromkeys(whole, until))
    return {
        place: min(last.offset if (last := found.get(place)) is not None else each.end, each.end)
        for place, each in whole.items()
    }


def _leads(
    kafka: Connection, whole: dict[Place, Stretch], starts: dict[Place, int], lead_in: int
) -> dict[Place, int]:
    """Where judging begins: so long before the oldest first record of any partition."""
    times = targets.times_of(kafka, starts)
    if not lead_in or not times:
        return dict(starts)
    found = offsets.at_time(kafka, dict.fromkeys(whole, max(0, min(times.values()) - lead_in)))
    return {
        place: min(max(first.offset, each.start), starts[place])
        if (first := found.get(place)) is not None
        else starts[place]
        for place, each in whole.items()
    }


def _timed(kafka: Connection, ranges: list[Range]) -> tuple[Range, ...]:
    def times(wanted: dict[Place, int]) -> dict[Place, int]:
        return targets.times_of(kafka, wanted)

    leads = times({Place(r.topic, r.partition): r.lead for r in ranges if r.lead < r.start})
    starts = times({Place(r.topic, r.partition): r.start for r in ranges if r.start < r.end})
    ends = times({Place(r.topic, r.partition): r.end - 1 for r in ranges if r.start < r.end})
    return tuple(
        msgspec.structs.replace(
            r,
            lead_time=leads.get(Place(r.topic, r.partition)),
            start_time=starts.get(Place(r.topic, r.partition)),
            end_time=ends.get(Place(r.topic, r.partition)),
        )
        for r in ranges
    )
