"""What a claim costs: bytes of Redis's memory, fingerprints a second, and a race for a million.

``python -m tests.benchmarks.bench_store [memory] [speed] [cluster] [race] [twin]`` (all of them
without a word); ``--scale 0.1`` for a tenth of the fingerprints. Starts servers of its own on
loopback, and ends them. Nothing is asserted but the race's one owner a paragraph.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from redis import Redis

from consumers.embedded.redis_server import start_cluster, start_redis
from consumers.memory_store import MemoryStore
from consumers.redis_store import RedisStore
from consumers.store import ClaimStore
from consumers.store_layout import Layout, layout
from processors.claims import Claim
from tests.consumers.races import race, wins

WEEK = 7 * 86400.0
NOW = 1_760_000_000_000
PARAGRAPHS = 10


def articles(first: int, count: int, *, shift: int = 0, family: str = "item") -> Iterator[Claim]:
    """Articles of ten paragraphs, a family each; the same paragraphs for the same number."""
    for number in range(first, first + count):
        chance = random.Random(number)
        uri = f"urn:newsml:agency.example:20261123:{family}-{number:08d}"
        paragraphs = tuple(chance.randbytes(16) for _ in range(PARAGRAPHS))
        yield Claim(uri, uri, "agency", "1", NOW + shift + number % 100_000_000, paragraphs)


def used(client: Redis) -> int:
    """Bytes that the server holds, once what it frees in the background is free."""
    time.sleep(0.5)
    return int(client.info("memory")["used_memory"])


def server_cpu(servers: list[Redis]) -> float:
    """Seconds of CPU that the servers have used."""
    used = [client.info("cpu") for client in servers]
    return sum(float(cpu["used_cpu_user"]) + float(cpu["used_cpu_sys"]) for cpu in used)


async def fill(store: ClaimStore, claims: list[Claim], batch: int) -> tuple[float, float]:
    """Ask in batches; seconds, and seconds of this process."""
    started, spent = time.perf_counter(), time.process_time()
    for first in range(0, len(claims), batch):
        await store.ask(claims[first : first + batch])
    return time.perf_counter() - started, time.process_time() - spent


async def memory(url: str, plan: Layout, scale: float) -> None:
    """Bytes a fingerprint at one, three and ten million."""
    print("memory, bytes of used_memory a fingerprint, ten a family, one generation")
    client = Redis.from_url(url)
    for millions in (1, 3, 10):
        client.flushall()
        empty = used(client)
        store = RedisStore(url, plan)
        count = int(millions * 1_000_000 * scale) // PARAGRAPHS
        for first in range(0, count, 10_000):
            await fill(store, list(articles(first, min(10_000, count - first))), 100)
        await store.close()
        whole = used(client) - empty
        fields = {client.object("encoding", key) for key in client.scan_iter(count=10_000)}
        for key in client.scan_iter("*}:n:*", count=10_000):
            client.unlink(key)
        alone = used(client) - empty
        total = count * PARAGRAPHS
        kinds = ", ".join(sorted(kind.decode() for kind in fields))
        print(
            f"  {total:>11,}: {whole / total:5.1f} with owners, {alone / total:5.1f} without;"
            f" hashes are {kinds}",
            flush=True,
        )
    client.flushall()


async def speed(url: str, plan: Layout, scale: float) -> None:
    """Fingerprints a second by batch: new, the family's own again, another family's."""
    print("speed, one client: fingerprints a second (CPU us an article: client, server)")
    servers = [Redis.from_url(each) for each in url.split(",")]
    for before in (False, True):
        print("  the generation before holds a million others" if before else "  empty store")
        for batch in (1, 25, 100):
            for server in servers:
                server.flushall()
            store = RedisStore(url, plan)
            if before:
                count = int(100_000 * scale)
                past = list(articles(10**8, count, shift=-int(WEEK * 1000)))
                await fill(store, past, 100)
            count = int({1: 5_000, 25: 20_000, 100: 50_000}[batch] * scale)
            claims = list(articles(0, count))
            others = list(articles(0, count, family="other"))
            said = []
            for name, asked in (("new", claims), ("own again", claims), ("another's", others)):
                served = server_cpu(servers)
                seconds, spent = await fill(store, asked, batch)
                cpu = [each / count * 1e6 for each in (spent, server_cpu(servers) - served)]
                rate = count * PARAGRAPHS / seconds
                said.append(f"{name} {rate:>8,.0f} ({cpu[0]:.0f}, {cpu[1]:.0f})")
            print(f"    batch {batch:>3}: {', '.join(said)}", flush=True)
            await store.close()


async def twin(plan: Layout, scale: float) -> None:
    """The in-memory store, as ``copydesk judge`` uses it."""
    store = MemoryStore(plan)
    claims = list(articles(0, int(100_000 * scale)))
    again = [msgspec.structs.replace(claim, uri=claim.uri + "x") for claim in claims]
    said = []
    for name, asked in (("new", claims), ("own again", claims), ("another's", again)):
        seconds, _ = await fill(store, asked, 100)
        said.append(f"{name} {len(asked) * PARAGRAPHS / seconds:,.0f}")
    print(f"in memory, fingerprints a second: {', '.join(said)}")


def compete(url: str, scale: float) -> None:
    """Four processes claim the same million fingerprints."""
    count = int(100_000 * scale)
    started = time.perf_counter()
    won = wins(race(url, "race:", count, 50))
    seconds = time.perf_counter() - started
    total = sum(won.values())
    shares = ", ".join(f"{won[me]:,}" for me in sorted(won))
    print(
        f"race: four processes, the same {total:,} fingerprints, one owner each, all agree;"
        f" won: {shares}; {4 * total / seconds:,.0f} judged a second"
    )


def main() -> None:
    """See the module's docstring."""
    words = sys.argv[1:]
    scale = 1.0
    if "--scale" in words:
        at = words.index("--scale")
        scale = float(words[at + 1])
        del words[at : at + 2]
    plan = layout("bench:", WEEK, 30 * 86400.0)
    with tempfile.TemporaryDirectory() as home:
        for word in words or ["memory", "speed", "cluster", "twin", "race"]:
            if word == "twin":
                asyncio.run(twin(plan, scale))
                continue
            settings = {"appendonly": "no"}
            folder = Path(home) / word
            servers = (
                start_cluster(folder) if word == "cluster" else (start_redis(folder, settings),)
            )
            url = ",".join(f"redis://{server.address}" for server in servers)
            try:
                print(f"{word}: {servers[0].recipe.command[0]}, {len(servers)} server(s)")
                if word == "race":
                    compete(url, scale)
                else:
                    asyncio.run((memory if word == "memory" else speed)(url, plan, scale))
            finally:
                for server in servers:
                    server.stop()


if __name__ == "__main__":
    main()
