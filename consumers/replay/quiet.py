"""Whether a group may be moved: only one without members, else their next commit undoes it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from consumers.errors import CopydeskError
from consumers.kafka_client import groups
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Member, Place

_QUIET = ("Empty", "Dead")


def wait_until_quiet(kafka: Connection, group: str, seconds: float) -> None:
    """Return once the group has no members. Raises CopydeskError, saying who is in it."""
    deadline = time.monotonic() + seconds
    while True:
        told = groups.groups(kafka, [group])[group]
        # Of a group of the newer protocol (KIP-848) only the list of groups tells anything.
        state = told.state or groups.group_states(kafka).get(group)
        if not told.members and state in _QUIET:
            return
        if time.monotonic() >= deadline:
            raise CopydeskError(_alive(group, state, told.members))
        time.sleep(0.5)


def _alive(group: str, state: str | None, members: Sequence[Member]) -> str:
    who = "; ".join(
        f"{m.instance or m.client_id} on {m.host}, reading {_places(m.places)}"
        for m in members[:10]
    )
    more = f" and {len(members) - 10} more" if len(members) > 10 else ""
    named = f"{len(members)} in it: {who}{more}" if members else f"its state is {state or '?'}"
    return (
        f"the group {group!r} is live ({named}). Their next commit would undo the replay: stop "
        "them first. One that ended without saying so counts until its session is over; --wait "
        "waits for that"
    )


def _places(places: Sequence[Place]) -> str:
    shown = ", ".join(f"{p.topic}/{p.partition}" for p in places[:4])
    return (shown + (f" and {len(places) - 4} more" if len(places) > 4 else "")) or "nothing"
