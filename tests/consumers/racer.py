"""A process that claims the same articles as its rivals and says whose each paragraph is.

``python -m tests.consumers.racer URL NAMESPACE ME ARTICLES BATCH START``: says that it is ready and
waits for a line on its input, so that all begin together, claims ``ARTICLES`` articles of ten paragraphs as family ``ME``,
from the article numbered ``START`` on and round to it, and writes one byte a paragraph to its
output: the number of the family that owns it, or 255 where the owner was not on record.
"""

from __future__ import annotations

import asyncio
import random
import sys

from consumers.redis_store import RedisStore
from consumers.store_layout import layout
from processors.claims import Claim, Owner

PARAGRAPHS = 10
_WINDOW = 7 * 86400.0


def article(me: int, number: int) -> Claim:
    """The article of that number: the same fingerprints for every family."""
    chance = random.Random(number)
    return Claim(
        uri=f"urn:racer:{me}:{number}",
        family=f"racer {me}",
        source=f"racer {me}",
        version="1",
        time=1_760_000_000_000,
        fingerprints=tuple(chance.randbytes(16) for _ in range(PARAGRAPHS)),
        explicit=True,
    )


async def race(url: str, namespace: str, me: int, articles: int, batch: int, start: int) -> bytes:
    """Claim everything; the owners, one byte a paragraph, in the order of articles."""
    store = RedisStore(url, layout(namespace, _WINDOW, _WINDOW))
    owners = bytearray(articles * PARAGRAPHS)
    order = [(start + at) % articles for at in range(articles)]
    for first in range(0, articles, batch):
        numbers = order[first : first + batch]
        answers = await store.ask([article(me, number) for number in numbers])
        for number, answer in zip(numbers, answers, strict=True):
            for at, owner in enumerate(answer.owners):
                own = me if owner == "mine" else 255
                said = int(owner.family.split()[1]) if isinstance(owner, Owner) else own
                owners[number * PARAGRAPHS + at] = said
    await store.close()
    return bytes(owners)


def main() -> None:
    """See the module's docstring."""
    url, namespace, *numbers = sys.argv[1:]
    me, articles, batch, start = map(int, numbers)
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    sys.stdin.readline()
    sys.stdout.buffer.write(asyncio.run(race(url, namespace, me, articles, batch, start)))


if __name__ == "__main__":
    main()
