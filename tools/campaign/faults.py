"""The faults: what is broken, and how it is mended. Each returns when its damage is done."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tools.campaign.run import Campaign

Fault = Callable[["Campaign", random.Random], None]


def kill_worker(here: Campaign, rnd: random.Random) -> None:
    """SIGKILL."""
    here.workers.signal(rnd, signal.SIGKILL)


def end_worker(here: Campaign, rnd: random.Random) -> None:
    """SIGTERM, as a deployment does; it is started again."""
    here.workers.signal(rnd, signal.SIGTERM)


def freeze_worker(here: Campaign, rnd: random.Random) -> None:
    """SIGSTOP for longer than its session, so that others take its partitions; then it goes on."""
    pid = here.workers.signal(rnd, signal.SIGSTOP)
    time.sleep(here.session + 2)
    here.workers.resume(pid)


def join_and_leave(here: Campaign, rnd: random.Random) -> None:
    """One more worker joins for a while, and is killed or ends."""
    here.workers.add("guest")
    time.sleep(rnd.uniform(4, 8))
    here.workers.remove("guest", rnd.choice((signal.SIGTERM, signal.SIGKILL)))


def kill_redis(here: Campaign, rnd: random.Random) -> None:
    """Redis is killed and comes back with all it had acknowledged (AOF, fsync always)."""
    here.services.redis.kill()
    time.sleep(rnd.uniform(0.2, 3))
    here.services.again(here.services.redis)


def pause_redis(here: Campaign, rnd: random.Random) -> None:
    """Redis answers nothing for some seconds."""
    here.services.redis.pause()
    time.sleep(rnd.uniform(2, 12))
    here.services.redis.resume()


def redis_forgets(here: Campaign, rnd: random.Random) -> None:
    """Redis comes back without its last second, as with fsync everysec after a power cut.

    Its log is cut to the length that it had then, within a command or not.
    """
    folder = here.services.redis_folder
    began, sizes = time.time(), _sizes(folder)
    time.sleep(rnd.uniform(0.5, 1.0))
    here.services.redis.kill()
    ended = time.time()
    if _sizes(folder).keys() == sizes.keys():  # else it has just begun a new log
        for log, size in sizes.items():
            os.truncate(log, size)
        here.forgotten.append((int(began * 1000), int(ended * 1000)))
    here.services.again(here.services.redis)


def _sizes(folder: Path) -> dict[Path, int]:
    return {log: log.stat().st_size for log in folder.rglob("*.aof")}


def cut_redis(here: Campaign, rnd: random.Random) -> None:
    """Every connection to Redis breaks."""
    here.services.redis_proxy.cut()
    time.sleep(rnd.uniform(0, 0.5))


def slow_redis(here: Campaign, rnd: random.Random) -> None:
    """Redis is a long way off for a while."""
    here.services.redis_proxy.slow(rnd.uniform(0.05, 0.5))
    time.sleep(rnd.uniform(1, 4))
    here.services.redis_proxy.slow(0)


def cut_kafka(here: Campaign, rnd: random.Random) -> None:
    """Every connection of the workers to Kafka breaks."""
    for proxy in here.services.kafka_proxies:
        proxy.cut()
    time.sleep(rnd.uniform(0, 0.5))


def slow_kafka(here: Campaign, rnd: random.Random) -> None:
    """Kafka is a long way off for a while: one broker, where there are several, or all."""
    proxies = here.services.kafka_proxies
    chosen = rnd.choice(([rnd.choice(proxies)], proxies))
    delay = rnd.uniform(0.05, 0.3)
    for proxy in chosen:
        proxy.slow(delay)
    time.sleep(rnd.uniform(1, 4))
    for proxy in chosen:
        proxy.slow(0)


def kill_broker(here: Campaign, rnd: random.Random) -> None:
    """A broker is killed and comes back."""
    broker = rnd.choice(here.services.kafka)
    broker.kill()
    time.sleep(rnd.uniform(0.5, 3))
    here.services.again(broker)


def end_broker(here: Campaign, rnd: random.Random) -> None:
    """A broker is ended in order, as in a rolling upgrade, and comes back."""
    here.services.again(rnd.choice(here.services.kafka))


def kill_two_brokers(here: Campaign, rnd: random.Random) -> None:
    """Two of three are killed at once: no quorum, nothing can be written, until they come back."""
    gone = rnd.sample(here.services.kafka, min(2, len(here.services.kafka)))
    for broker in gone:
        broker.kill()
    time.sleep(rnd.uniform(0.5, 3))
    here.services.again(*gone)


def pause_broker(here: Campaign, rnd: random.Random) -> None:
    """A broker is frozen for longer than its session with the controllers, and goes on."""
    broker = rnd.choice(here.services.kafka)
    broker.pause()
    time.sleep(rnd.uniform(4, 8))
    broker.resume()


def fill_disk(here: Campaign, rnd: random.Random) -> None:
    """A broker's log directory is full: it ends itself; then there is space, and it comes back."""
    disk, broker = here.services.disk, here.services.on_disk
    if disk is None:
        return
    disk.fill()
    deadline = time.monotonic() + 30
    while broker.running and time.monotonic() < deadline:
        here.workers.watch()
        time.sleep(0.2)
    here.seen["disk full: the broker ended"] += not broker.running
    time.sleep(rnd.uniform(0.5, 2))
    disk.free()
    here.services.again(broker)


def skew_clock(here: Campaign, rnd: random.Random) -> None:
    """The clock of the source is wrong for a while: hours behind, or minutes ahead."""
    here.publisher.clock = rnd.choice((rnd.randint(-10_800_000, -1), rnd.randint(1, 600_000)))
    time.sleep(rnd.uniform(2, 6))
    here.publisher.clock = 0


def change_version(here: Campaign, rnd: random.Random) -> None:
    """A worker is rolled to the next version of the code, or back from it; in order, or killed."""
    name = rnd.choice(sorted(here.workers.pids))
    other = None if here.workers.version(name) else here.shape.next
    here.workers.change_version(name, other, rnd.choice((signal.SIGTERM, signal.SIGKILL)))


class Kind(NamedTuple):
    """A fault and how often it is drawn, with one broker and with three."""

    inject: Fault
    alone: int
    three: int


#: Each fault. ``fill-disk`` is drawn where a disk of its own could be mounted, ``change-version``
#: where there is another version.
FAULTS: dict[str, Kind] = {
    "kill-worker": Kind(kill_worker, 12, 10),
    "end-worker": Kind(end_worker, 4, 4),
    "freeze-worker": Kind(freeze_worker, 2, 2),
    "join-and-leave": Kind(join_and_leave, 2, 3),
    "kill-redis": Kind(kill_redis, 4, 4),
    "pause-redis": Kind(pause_redis, 2, 2),
    "redis-forgets": Kind(redis_forgets, 2, 3),
    "cut-redis": Kind(cut_redis, 6, 5),
    "slow-redis": Kind(slow_redis, 3, 3),
    "cut-kafka": Kind(cut_kafka, 5, 5),
    "slow-kafka": Kind(slow_kafka, 3, 3),
    "kill-broker": Kind(kill_broker, 1, 3),
    "end-broker": Kind(end_broker, 0, 1),
    "kill-two-brokers": Kind(kill_two_brokers, 0, 1),
    "pause-broker": Kind(pause_broker, 0, 1),
    "fill-disk": Kind(fill_disk, 1, 1),
    "skew-clock": Kind(skew_clock, 3, 3),
    "change-version": Kind(change_version, 6, 6),
}


def drawn_from(brokers: int, *, other_version: bool = False) -> list[str]:
    """The names to draw from, each as often as it weighs."""
    return [
        name
        for name, kind in FAULTS.items()
        if other_version or kind.inject is not change_version
        for _ in range(kind.three if brokers > 1 else kind.alone)
    ]
