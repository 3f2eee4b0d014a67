"""The faults: what is broken, and how it is mended. Each returns when its damage is done."""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

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
    here.redis.kill()
    time.sleep(rnd.uniform(0.2, 3))
    here.redis.restart()


def pause_redis(here: Campaign, rnd: random.Random) -> None:
    """Redis answers nothing for some seconds."""
    here.redis.pause()
    time.sleep(rnd.uniform(2, 12))
    here.redis.resume()


def redis_forgets(here: Campaign, rnd: random.Random) -> None:
    """Redis comes back without its last second, as with fsync everysec after a power cut."""
    folder = here.redis_folder
    kept = folder.parent / "redis-a-second-ago"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder, kept)
    time.sleep(rnd.uniform(0.5, 1.0))
    here.redis.kill()
    for source in kept.glob("appendonly*"):
        shutil.rmtree(folder / source.name, ignore_errors=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / source.name)
    here.redis.restart()
    here.forgot = True


def cut_redis(here: Campaign, rnd: random.Random) -> None:
    """Every connection to Redis breaks."""
    here.redis_proxy.cut()
    time.sleep(rnd.uniform(0, 0.5))


def slow_redis(here: Campaign, rnd: random.Random) -> None:
    """Redis is a long way off for a while."""
    here.redis_proxy.slow(rnd.uniform(0.05, 0.5))
    time.sleep(rnd.uniform(1, 4))
    here.redis_proxy.slow(0)


def cut_kafka(here: Campaign, rnd: random.Random) -> None:
    """Every connection of the workers to Kafka breaks."""
    here.kafka_proxy.cut()
    time.sleep(rnd.uniform(0, 0.5))


def slow_kafka(here: Campaign, rnd: random.Random) -> None:
    """Kafka is a long way off for a while."""
    here.kafka_proxy.slow(rnd.uniform(0.05, 0.3))
    time.sleep(rnd.uniform(1, 4))
    here.kafka_proxy.slow(0)


def kill_broker(here: Campaign, rnd: random.Random) -> None:
    """The broker is killed and comes back."""
    here.kafka.kill()
    time.sleep(rnd.uniform(0.5, 3))
    here.kafka.restart()


#: Each fault and how often it is drawn. Redis forgetting is asked for by name: it weakens checks.
FAULTS: dict[str, tuple[Fault, int]] = {
    "kill-worker": (kill_worker, 12),
    "end-worker": (end_worker, 4),
    "freeze-worker": (freeze_worker, 2),
    "join-and-leave": (join_and_leave, 2),
    "kill-redis": (kill_redis, 4),
    "pause-redis": (pause_redis, 2),
    "cut-redis": (cut_redis, 6),
    "slow-redis": (slow_redis, 3),
    "cut-kafka": (cut_kafka, 5),
    "slow-kafka": (slow_kafka, 3),
    "kill-broker": (kill_broker, 1),
    "redis-forgets": (redis_forgets, 0),
}
