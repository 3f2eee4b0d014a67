"""Microseconds of CPU that each step of the pure core takes for one article, beside the floor.

``make bench ARGS=tests/benchmarks/bench_core.py``. The floor is what no program can leave out:
decoding the JSON, hashing the paragraphs' bytes and the body's, encoding the item. Printed, never
asserted; steps are measured alone, on the load of ``tools.load``, the best of five; some take a
slice at once.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import blake2b
from itertools import chain
from typing import Any, TypeVar

import msgspec
import pytest

from processors import audit, fingerprint, item, judge, measure
from processors.article import Article
from processors.body import judged_body
from processors.claims import Answer, Claim, Owner, Standing
from processors.fingerprint import of_articles
from processors.formats import decode
from processors.pipeline import Core, Prepared, finish, prepare_all
from processors.records import Record
from processors.repeats import within
from tests.benchmarks.core_run import CORES, SLICE
from tools.load import as_record, records

ARTICLES, ROUNDS = 800, 5
T = TypeVar("T")


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
    print(f"  {name:40}{best / ARTICLES * 1e6:8.1f}")
    return made


def slices(of: Sequence[T]) -> list[Sequence[T]]:
    """What a worker takes through a step at once."""
    return [of[at : at + SLICE] for at in range(0, len(of), SLICE)]


@pytest.mark.benchmark
def test_print_what_each_step_costs():
    load, core = records(ARTICLES), CORES["whole"]
    print(f"\nmicroseconds an article, {ARTICLES} articles, nothing remembered from before")
    prepared = micro("prepare, in all", lambda some: prepare_all(some, core), slices(load))
    ready: list[Prepared] = list(chain.from_iterable(prepared))
    articles: list[Article] = micro("decode", lambda r: decode(r, core.limits), load)
    judged = micro("split", lambda a: judged_body(a, core.limits), articles)
    compared = slices([each.compared("und") for each in judged])
    in_slices = micro("compare, fingerprint", lambda s: of_articles(s, "profile"), compared)
    made = list(chain.from_iterable(in_slices))
    micro("... exact", lambda s: of_articles(s, "exact"), compared)
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


#: What a body is like, and how one is made of its paragraphs.
FORMS: dict[str, Callable[[list[str]], str]] = {
    "a paragraph a line": "\n".join,
    "... a line end behind it": lambda texts: "\n".join(texts) + "\n",
    "... lines end in CRLF": "\r\n".join,
    "... blank lines between": "\n\n".join,
    "... a space behind each": " \n".join,
    "... an emoji in the first": lambda texts: "\n".join(["\U0001f600 " + texts[0], *texts[1:]]),
    "HTML, a p each": lambda texts: "".join(f"<p>{text}</p>" for text in texts),
}


@pytest.mark.benchmark
def test_print_what_a_body_costs_by_its_form():
    print(f"\nmicroseconds an article from record to publications, {ARTICLES} articles")
    load = [msgspec.json.decode(record.value or b"") for record in records(ARTICLES)]
    for name, made in FORMS.items():
        kind = "text/html" if name.startswith("HTML") else "text/plain"
        articles = [{**a, "body": made(a["body"].split("\n")), "bodyType": kind} for a in load]
        given = [as_record(at, msgspec.json.encode(a)) for at, a in enumerate(articles)]
        for mode, core in CORES.items():
            micro(f"{name}, {mode}", partial(_through, core), slices(given))


def _through(core: Core, some: Sequence[Record]) -> None:
    for ready in prepare_all(some, core):
        if isinstance(ready, Prepared):
            finish(ready, _own(ready), core)


def _own(ready: Prepared) -> Answer:
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    owners: list[Owner | Standing] = ["mine" for _ in asked]
    return Answer(ready.ask.family, tuple(owners))


def _judge(pair: tuple[Prepared, Answer]) -> judge.Judgement:
    ready, answer = pair
    asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
    policy = CORES["whole"].policy
    return judge.judge(ready.paragraphs, ready.within, asked, answer, "", policy)
