"""Taking a run beside away: its claims, its group and its topics. Nothing of the live run's."""

from __future__ import annotations

import asyncio

from consumers import assembly
from consumers.errors import CopydeskError
from consumers.kafka_client import connection, groups, topics
from consumers.redis_store import RedisStore
from consumers.replay.job import Job
from consumers.settings import Settings


def forget(live: Settings, own: Settings, job: Job) -> int:
    """Delete all that a run made; how many keys of claims there were.

    Raises CopydeskError where the plan names anything that is the live run's.
    """
    theirs = {live.output, live.audit, live.dead, *live.input, live.group, live.namespace}
    mine = (job.output, job.audit, job.dead, job.group, job.namespace)
    for name in mine:
        if name in theirs or "replay" not in name:
            raise CopydeskError(f"the plan names {name!r}, which is not a replay's: not deleted")
    with connection.connect(live) as kafka:
        there = topics.topics(kafka, mine[:3], "DELETE")  # asked before anything is gone
        gone = asyncio.run(_forget_claims(own))
        groups.delete_groups(kafka, [job.group])
        if there:
            topics.delete(kafka, there)
    return gone


async def _forget_claims(own: Settings) -> int:
    store = RedisStore(own.redis, assembly.store_layout(own), ca=own.redis_ca)
    try:
        return await store.forget()
    finally:
        await store.close()
