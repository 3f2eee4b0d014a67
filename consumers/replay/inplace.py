"""A replay in place: a group's offsets go back, and its workers read the range again.

Rules: a group with members is never touched, since their next commit would undo it; before anything
moves, a file is written that puts it back; the plan that is shown is the one that is carried out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from consumers import assembly
from consumers.errors import CopydeskError
from consumers.kafka_client import connection, groups, offsets
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Committed, Member, Place
from consumers.replay import targets, undo
from consumers.replay.quiet import wait_until_quiet
from consumers.replay.targets import Scope, Target
from processors.replay import Claims, Move, Standing, claims_of, move


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would be done. ``claims`` tells of the claims of what is read again; times are ms."""

    group: str
    state: str | None
    members: tuple[Member, ...]
    target: str
    moves: tuple[Move, ...]
    namespace: str
    claims: Claims
    claims_live_ms: int
    cluster_id: str
    planned_at: int


def plan(
    kafka: Connection, group: str, scope: Scope, target: Target, *, skip: bool = False
) -> Plan:
    """What a replay in place would do; nothing is changed."""
    settings, now = kafka.settings, round(time.time() * 1000)
    places = scope.places(kafka)
    told = groups.groups(kafka, [group])[group]
    stands = groups.committed(kafka, [group]).get(group, {})
    starts, ends = offsets.earliest(kafka, places), offsets.latest(kafka, places)
    wanted = targets.find(kafka, target, places, now)
    moves = [
        move(_standing(p, starts[p], ends[p], stands.get(p)), wanted.offsets[p], skip=skip)
        for p in places
        if p in starts and p in ends and p in wanted.offsets
    ]
    moves = _timed(kafka, moves)
    lives = assembly.store_layout(settings).claims_live
    again = [each for each in moves if each.records > 0]
    oldest = min((m.after_time for m in again if m.after_time is not None), default=None)
    youngest = max((m.before_time for m in again if m.before_time is not None), default=oldest)
    return Plan(
        group=group,
        state=told.state,
        members=told.members,
        target=wanted.said,
        moves=tuple(moves),
        namespace=settings.namespace,
        claims=claims_of(oldest, youngest, now, lives),
        claims_live_ms=lives,
        cluster_id=connection.cluster(kafka).cluster_id,
        planned_at=now,
    )


def _standing(place: Place, start: int, end: int, committed: Committed | None) -> Standing:
    return Standing(*place, start, end, committed.offset if committed is not None else None)


def _timed(kafka: Connection, moves: Sequence[Move]) -> list[Move]:
    """The moves with the times of the first record read again, and of the last."""
    first = {Place(m.topic, m.partition): m.after for m in moves if m.after is not None}
    last = {
        Place(m.topic, m.partition): max(m.before - 1, 0) for m in moves if m.before is not None
    }
    firsts, lasts = targets.times_of(kafka, first), targets.times_of(kafka, last)
    return [
        msgspec.structs.replace(
            m,
            after_time=firsts.get(Place(m.topic, m.partition)),
            before_time=lasts.get(Place(m.topic, m.partition)),
        )
        for m in moves
    ]


def carry_out(kafka: Connection, planned: Plan, file: Path) -> None:
    """Write the undo file, then move the group.

    Raises CopydeskError where the group is live, or has moved since it was planned.
    """
    wait_until_quiet(kafka, planned.group, 0)
    moves = [each for each in planned.moves if each.moves]
    stands = groups.committed(kafka, [planned.group]).get(planned.group, {})
    for each in moves:
        found = stands.get(Place(each.topic, each.partition))
        if (found.offset if found is not None else None) != each.before:
            raise CopydeskError(
                f"the group {planned.group!r} has moved in {each.topic}/{each.partition} since it "
                "was planned: plan again"
            )
    undo.write(file, undo.content(planned.group, planned.cluster_id, moves, stands))
    there = {Place(m.topic, m.partition): m.after for m in moves if m.after is not None}
    groups.move(kafka, planned.group, there)
    stands = groups.committed(kafka, [planned.group]).get(planned.group, {})
    for place, offset in there.items():
        if place not in stands or stands[place].offset != offset:
            raise CopydeskError(
                f"the group {planned.group!r} was moved, and {place.topic}/{place.partition} has "
                "moved again since: a member has come back; stop it and run the replay again"
            )
