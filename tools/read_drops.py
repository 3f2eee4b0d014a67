"""Draws dropped paragraphs at random and prints them for a person to read, each with its owner's.

A rule that drops text is as good as the drops that were read. Run it on an archive of one's own,
JSON lines in copydesk's plain form (uri, source, title, published, body)::

    python -m tools.read_drops archive.jsonl --draw 200 --seed 1
    python -m tools.read_drops --corpora ../shared/corpora saudinewsnet --duplicates --draw 30

What it prints may be under a licence that forbids passing it on: it is for reading, not keeping.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from consumers import assembly
from consumers.settings import load
from processors import audit as audits
from processors.audit import Audit, AuditParagraph
from processors.pipeline import Core, Prepared, finish, prepare
from processors.records import Record
from processors.times import milliseconds_of

Article = dict[str, Any]
_BATCH = 200
#: Characters of a paragraph that are shown; of its neighbours, those that stand next to it.
_SHOWN, _BESIDE = 600, 160


class Drop(msgspec.Struct, frozen=True):
    """One dropped paragraph: the article that lost it, its audit, and which paragraph it is."""

    article: Article
    audit: Audit
    paragraph: AuditParagraph


def main() -> None:
    """Judge the articles, count what goes, draw some of it and print it."""
    options = _options()
    articles = {each["uri"]: each for each in _articles(options.names, options.corpora)}
    drops: list[Drop] = []
    counts: Counter[tuple[str, str]] = Counter()
    for article, audit in _judged(articles.values()):
        counts[audit.verdict, ""] += 1
        for each in audit.paragraphs:
            counts["paragraphs", ""] += 1
            if each.verdict == "dropped":
                whole = audit.verdict == "duplicate"
                counts["duplicate" if whole else each.rule, "letters"] += each.length
                counts["duplicate" if whole else each.rule, "paragraphs"] += 1
                drops.append(Drop(article, audit, each))
    for (what, unit), count in sorted(counts.items()):
        print(f"{count:12,} {what} {unit}")
    for number, drop in enumerate(_drawn(drops, options), 1):
        print(_told(number, drop, articles))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("names", nargs="+", help="files, or sets of --corpora")
    parser.add_argument("--corpora", type=Path, help="the folder of the corpora")
    parser.add_argument("--draw", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rule", action="append", help="only drops by this rule")
    parser.add_argument("--duplicates", action="store_true", help="duplicate articles, one a draw")
    return parser.parse_args()


def _drawn(drops: list[Drop], options: argparse.Namespace) -> list[Drop]:
    if options.duplicates:
        first = {d.audit.uri: d for d in reversed(drops) if d.audit.verdict == "duplicate"}
        pool = list(first.values())
    else:
        pool = [d for d in drops if d.audit.verdict != "duplicate"]
    if options.rule:
        pool = [d for d in pool if d.paragraph.rule in options.rule]
    pool.sort(key=lambda d: (d.audit.uri, d.paragraph.index))
    chance = random.Random(options.seed)  # noqa: S311 - a draw that can be drawn again
    return chance.sample(pool, min(options.draw, len(pool)))


def _articles(names: Iterable[str], corpora: Path | None) -> Iterator[Article]:
    for name in names:
        if corpora is not None:
            yield from sorted(_corpus(corpora, name), key=lambda a: a["published"] or "")
            continue
        with Path(name).open("rb") as stream:
            yield from (msgspec.json.decode(line) for line in stream if line.strip())


def _corpus(root: Path, name: str) -> Iterator[Article]:
    """A set of the corpora in the plain form; ``name`` may add a language (``masakhanews:eng``)."""
    folder, _, language = name.partition(":")
    with gzip.open(root / folder / "articles.jsonl.gz") as stream:
        for line in stream:
            row = msgspec.json.decode(line)
            if language and row["lang"] != language:
                continue
            body = "\n\n".join(row["paragraphs"])
            if body.strip():
                date = row.get("date")
                yield {
                    "uri": f"urn:{folder}:{row['id']}",
                    "source": row["source"],
                    "title": row["title"],
                    "published": date.replace(" ", "T") if date else None,
                    "body": body,
                    "url": row.get("url"),
                }


def _judged(articles: Iterable[Article]) -> Iterator[tuple[Article, Audit]]:
    settings = load({"COPYDESK_TAGGERS": ""})
    core = assembly.core(settings, 1 << 62, 1 << 62)
    store = assembly.memory_store(settings)
    time = 0
    batch: list[tuple[Article, Prepared]] = []
    with asyncio.Runner() as loop:
        for offset, article in enumerate(articles):
            time = (milliseconds_of(article.get("published") or "") or time) + 1
            value = msgspec.json.encode(article)
            ready = prepare(Record("drops", 0, offset, time, None, value), core)
            if not isinstance(ready, Prepared):
                print(f"{article.get('uri')}: {ready.message}", file=sys.stderr)
                continue
            batch.append((article, ready))
            if len(batch) == _BATCH:
                answers = loop.run(store.ask([r.ask for _, r in batch]))
                yield from _audits(batch, answers, core)
                batch = []
        yield from _audits(batch, loop.run(store.ask([r.ask for _, r in batch])), core)


def _audits(
    batch: list[tuple[Article, Prepared]], answers: list[Any], core: Core
) -> Iterator[tuple[Article, Audit]]:
    for (article, ready), answer in zip(batch, answers, strict=True):
        outcome = finish(ready, answer, core)
        value = next(p.value for p in outcome.publications if p.role == "audit")
        yield article, audits.decode(value or b"")


def _told(number: int, drop: Drop, articles: dict[str, Article]) -> str:
    article, each = drop.article, drop.paragraph
    lines = [f"\n=== {number}. {each.rule}, {each.length} letters, {drop.audit.verdict}"]
    lines.append(_named("lost by", article))
    shown = drop.audit.paragraphs
    if drop.audit.verdict != "duplicate":
        shown = shown[max(0, each.index - 1) : each.index + 2]
    for other in shown:
        mark = "-" if other.verdict == "dropped" else "+"
        mark += "*" if other.index == each.index else " "
        text = _shown(article, other, each.index)
        lines.append(f"  {mark}{other.index + 1}/{len(drop.audit.paragraphs)} {text}")
    owner = drop.audit.duplicate_of or each.owner
    if each.first is not None:
        lines.append(f"  stands first at {each.first + 1}")
    elif owner is not None:
        lines.append(_named("owner", articles.get(owner.uri, {"uri": owner.uri})))
        lines += _owners(owner.uri, each, articles)
    return "\n".join(lines)


def _owners(uri: str, each: AuditParagraph, articles: dict[str, Article]) -> Iterator[str]:
    """The owner's paragraph with its neighbours, found by its fingerprint."""
    if uri not in articles:
        return
    for _, audit in _judged([articles[uri]]):
        prints = [p.fingerprint for p in audit.paragraphs]
        at = prints.index(each.fingerprint) if each.fingerprint in prints else 0
        for other in audit.paragraphs[max(0, at - 1) : at + 2]:
            mark = "*" if other.index == at else " "
            text = _shown(articles[uri], other, at)
            yield f"  ={mark}{other.index + 1}/{len(prints)} {text}"


def _shown(article: Article, each: AuditParagraph, at: int) -> str:
    text = " ".join(article["body"][each.start : each.end].split())
    if each.index == at:
        return text[:_SHOWN]
    return text[-_BESIDE:] if each.index < at else text[:_BESIDE]


def _named(what: str, article: Article) -> str:
    facts = (article.get(name) for name in ("source", "published", "title", "uri"))
    return f"{what}: " + " | ".join(str(fact) for fact in facts if fact)


if __name__ == "__main__":
    main()
