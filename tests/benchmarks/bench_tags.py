"""Microseconds of CPU that tagging takes for one article, in all and by tagger.

``make bench ARGS=tests/benchmarks/bench_tags.py``, or ``python -m tests.benchmarks.bench_tags``.
Articles of 4.3 to 5.7 KB in UTF-8: the made-up load and, where the corpora lie beside the
repository, newspapers. Fifty articles at once, in a process that holds its memory as a worker does;
the least of some passes, each with nothing remembered of the texts (words and names stay known).
Printed, never asserted.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import msgspec
import pytest

from consumers import memory, taggers
from consumers.assembly import tag_all, warmed
from processors import tags
from processors.core import ToTag
from processors.tags.language import language_of, paragraph_languages
from processors.text import TagText
from tests.benchmarks.bench_core import slices
from tools.load import CORPORA
from tools.load import articles as made_up

LEAST, MOST, PASSES = 4_300, 5_700, 8
NAMES = ("places", "subjects", "names")


def sets() -> Iterator[tuple[str, list[ToTag]]]:
    """The articles, by what they are."""
    load = map(msgspec.json.decode, made_up(600))
    yield "the made-up load", [ToTag(a["title"], a["body"].split("\n")) for a in load]
    for corpus, language in (("saudinewsnet", "ar"), ("masakhanews", "en"), ("masakhanews", "fr")):
        yield f"{corpus}, {language}", list(islice(_of_size(corpus, language), 600))


def _of_size(corpus: str, language: str) -> Iterator[ToTag]:
    path = CORPORA / corpus / "articles.jsonl.gz"
    if not path.exists():
        return
    with gzip.open(path, "rb") as rows:
        for row in rows:
            item: dict[str, Any] = msgspec.json.decode(row)
            size = len("\n".join(item["paragraphs"]).encode())
            if item["lang"][:2] == language and LEAST <= size <= MOST:
                yield ToTag(item["title"] or "", item["paragraphs"])


def micro(work: Callable[[], object], count: int) -> float:
    """Microseconds of CPU for each of ``count``, the least of all passes."""
    taken = []
    for _ in range(PASSES):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken) / count * 1e6


def show(loaded: taggers.Taggers, called: str, articles: Sequence[ToTag]) -> None:
    """Print one set's line."""
    detector = loaded.detector
    whole = tag_all(loaded)

    def in_all() -> None:
        detector.forget()
        for some in slices(articles):
            whole(some)

    def languages() -> None:
        detector.forget()
        for each in articles:
            found = language_of(detector, each.title, each.texts, each.declared)
            paragraph_languages(detector, each.texts, found.tag)

    texts = [
        TagText(
            language_of(detector, a.title, a.texts).tag, a.title, tuple(a.texts), tuple(a.subjects)
        )
        for a in articles
    ]
    count = len(articles)
    took = [micro(in_all, count), micro(languages, count)]
    took.append(micro(lambda: [tags.prepare(text) for text in texts], count))
    for name, tagger in loaded.taggers:
        ready = [[tags.prepare(text) for text in texts] for _ in range(PASSES)]
        if name != "places":  # whoever is first makes the one scan for all
            for again in ready:
                for text in again:
                    loaded.taggers[0][1](text)
        took.append(micro(partial(_tag_next, tagger, ready), count))
    size = sum(len("\n".join(a.texts).encode()) for a in articles) / count
    paragraphs = sum(len(a.texts) for a in articles) / count
    print(
        f"{called:20}{count:6}{size:8.0f}{paragraphs:6.1f} " + "".join(f"{t:10.0f}" for t in took)
    )


def _tag_next(tagger: tags.Tagger, ready: list[list[tags.PreparedText]]) -> None:
    for text in ready.pop():
        tagger(text)


@pytest.mark.benchmark
def test_print_what_tagging_costs():
    loaded = taggers.load(NAMES)
    warmed(loaded)
    memory.settle()
    heads = ("in all", "language", "fold", *NAMES)
    print(f"\n{'':20}{'count':>6}{'bytes':>8}{'par.':>6} " + "".join(f"{h:>10}" for h in heads))
    for called, articles in sets():
        if articles:  # the corpora stand beside the repository and are not part of it
            show(loaded, called, articles)


if __name__ == "__main__":
    test_print_what_tagging_costs()
