"""A load of made-up news for benchmarks: the same articles for the same seed, on every machine.

Half of the articles are Arabic, half English; each has 6 to 14 paragraphs of 150 to 600 characters,
5 KB of JSON on average. Of the paragraphs 15 in 100 repeat one of the same article, 25 come from
boilerplate that all share, and the rest are new. That is far more repetition than real news has
(3 to 6 in 100), so every branch of the work is taken often.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from processors.records import Record

_ROOT = Path(__file__).resolve().parents[1]
CORPORA = _ROOT.parent / "shared" / "corpora"
_SEED_ARTICLE = _ROOT / "processors" / "data" / "seed.txt"
_ENGLISH = (
    "the minister told members of parliament on Tuesday that growth would slow next year while "
    "prices of wheat and oil keep rising across most markets after weeks of talks between both "
    "neighbours failed to bring an agreement about water from rivers that cross their border he "
    "added hospitals schools and farms had already lost a third of what they need for summer"
).split()
_BOILERPLATE = 2000


def articles(
    count: int, seed: int = 7, paragraphs_each: tuple[int, int] = (6, 14)
) -> Iterator[bytes]:
    """``count`` articles in the plain JSON form, of so few to so many paragraphs."""
    rng = random.Random(seed)  # noqa: S311 - the same load for the same seed
    arabic = [word for word in _SEED_ARTICLE.read_text("utf-8").split() if len(word) > 1]
    pools = {
        words[0]: [_paragraph(rng, words) for _ in range(_BOILERPLATE // 2)]
        for words in (arabic, _ENGLISH)
    }
    for number in range(count):
        words = arabic if number % 2 else _ENGLISH
        paragraphs: list[str] = []
        for _ in range(rng.randint(*paragraphs_each)):
            chance = rng.random()
            if paragraphs and chance < 0.15:
                paragraphs.append(rng.choice(paragraphs))
            elif chance < 0.40:
                paragraphs.append(rng.choice(pools[words[0]]))
            else:
                paragraphs.append(_paragraph(rng, words))
        yield msgspec.json.encode(
            {
                "uri": f"urn:bench:{seed}:{number}",
                "source": f"wire-{rng.randrange(24)}",
                "title": " ".join(rng.choices(words, k=9)),
                "body": "\n".join(paragraphs),
            }
        )


def real_articles(count: int) -> Iterator[bytes]:
    """Up to so many articles of 14 Saudi papers in the plain JSON form; none without the corpora.

    They stand beside the repository and are not part of it.
    """
    source = CORPORA / "saudinewsnet" / "articles.jsonl.gz"
    if not source.exists():
        return
    with gzip.open(source, "rb") as lines:
        for line in islice(lines, count):
            found = msgspec.json.decode(line)
            yield msgspec.json.encode(
                {
                    "uri": f"urn:real:{found['id']}",
                    "source": found["source"],
                    "title": found["title"],
                    "body": "\n".join(found["paragraphs"]),
                    "language": found["lang"],
                }
            )


def records(count: int, seed: int = 7) -> list[Record]:
    """The same as records of one partition."""
    return [as_record(at, value) for at, value in enumerate(articles(count, seed))]


def as_record(at: int, value: bytes) -> Record:
    """An article as the record at an offset."""
    return Record("articles.raw", 0, at, 1_700_000_000_000 + at, None, value)


def _paragraph(rng: random.Random, words: list[str]) -> str:
    wanted, size = rng.randint(150, 560), 0
    said: list[str] = []
    while size < wanted:
        said.append(rng.choice(words))
        size += len(said[-1]) + 1
    return " ".join(said) + "."
