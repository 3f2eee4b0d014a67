"""Microseconds of CPU that each step of the pure core takes for one article, beside the floor.

``make bench ARGS=tests/benchmarks/bench_core.py``. The floor is what no program can leave out:
decoding the JSON, hashing the paragraphs' bytes and the body's, encoding the item. Printed, never
asserted; steps are measured alone, on the load of ``tools.load``, the best of five.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec
import pytest

from processors import audit, fingerprint, item, judge, measure
from processors.article import Article
from processors.body import Judged, judged_body
from processors.claims import Answer, Claim, Owner, Standing
from processors.formats import decode
from processors.pipeline import Prepared, finish, prepare
from processors.policy import Compare
from processors.repeats import within
from processors.text import Paragraph
from tests.benchmarks.core_run import CORES
from tools.load import records

ARTICLES, ROUNDS = 800, 5


def micro(name: str, step: Callable[[Any], object], each: Sequence[Any]) -> list[Any]:
    """Print the step's microseconds of CPU an article; what it returned."""
    best = float("inf")
    for _ in range(ROUNDS):
        fingerprint._remembered.cache_clear()
        gc.disable()  # a worker's looks seldom, see consumers/memory.py
        start = time.process_time()
        made = [step(one) for one in each]
        best = min(best, time.process_time() - start)
        gc.enable()
    print(f"  {name:28}{best / len(each) * 1e6:8.1f}")
    return made


@pytest.mark.benchmark
def test_print_what_each_step_costs():
    load, core = records(ARTICLES), CORES["whole"]
    print(f"\nmicroseconds an article, {ARTICLES} articles, nothing remembered from before")
    ready: list[Prepared] = micro("prepare, in all", lambda r: prepare(r, core), load)
    articles: list[Article] = micro("decode", lambda r: decode(r, core.limits), load)
    judged = micro("split", lambda a: judged_body(a, core.limits), articles)
    made = micro("compare, fingerprint", lambda b: _compared(b, "profile"), judged)
    micro("... exact", lambda b: _compared(b, "exact"), judged)
    micro("repeats inside", lambda p: within(p, core.policy), made)
    micro("measure", lambda p: measure.check(p, core, finish), ready)
    asked = [(each, _own(each)) for each in ready]
    micro("finish, in all", lambda pair: finish(pair[0], pair[1], core), asked)
    micro("judge", _judge, asked)
    bodies = micro("cut", lambda p: p.judged.without(tuple(p.within))[0], ready)
    micro(
        "item",
        lambda pair: item.encode(item.clean(pair[0], "f", 1, "en", pair[1], ())),
        list(zip(articles, bodies, strict=True)),
    )
    micro("digest", lambda b: audit.digest_of(b.in_utf8()), judged)
    print("the floor")
    micro("JSON, decode", lambda r: msgspec.json.decode(r.value), load)
    micro("JSON, encode", lambda a: msgspec.json.encode(a.body), articles)
    micro(
        "hashes of paragraphs",
        lambda b: [blake2b(s.text.encode(), digest_size=16).digest() for s in b.spans],
        judged,
    )


def _own(ready: Prepared) -> Answer:
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    owners: list[Owner | Standing] = ["mine" for _ in asked]
    return Answer(ready.ask.family, tuple(owners))


def _compared(body: Judged, compare: Compare) -> tuple[Paragraph, ...]:
    return fingerprint.of_articles([body.compared("und")], compare)[0]


def _judge(pair: tuple[Prepared, Answer]) -> judge.Judgement:
    ready, answer = pair
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    policy = CORES["whole"].policy
    return judge.judge(ready.paragraphs, ready.within, asked, answer, "", policy)
