"""A load of mixed articles, and an oracle that knows by construction what may come of it.

It shares nothing with the pipeline: it knows which sentence it put where, and asks only whether the
published items could be right. Shared paragraphs go to one article of several, whichever claimed
first; everything else is determined.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

from processors.records import Record
from tests.integration.harness import body_of, value_of

_WORDS = {
    "en": "river council budget storm minister harbour market school bridge winter engine doctor "
    "village report signal garden timber station library mountain".split(),
    "ar": "المدينة المجلس الوزير الميناء السوق المدرسة الجسر الشتاء الطبيب القرية التقرير الحديقة المحطة "
    "المكتبة الجبل النهر الموازنة العاصفة".split(),
}


def sentence(number: int, label: str, words: int = 16) -> str:
    """A paragraph that no other number and label give, Arabic for every second number."""
    rnd = random.Random(f"{number}-{label}")
    tongue = _WORDS["ar" if number % 2 else "en"]
    return f"{label} {number} " + " ".join(rnd.choice(tongue) for _ in range(words))


class Load:
    """``articles`` in order of publication; the rest is what the oracle knows of them."""

    def __init__(self, count: int, seed: int) -> None:
        rnd = random.Random(seed)
        self.articles: list[dict[str, Any]] = []
        self.own: dict[str, list[list[str]]] = defaultdict(list)
        self.shared: dict[str, set[str]] = defaultdict(set)
        self.lines: dict[str, list[str]] = {}
        pool = max(4, count // 4)
        later: list[tuple[int, dict[str, Any]]] = []
        for i in range(count):
            article = self._article(f"urn:mixed:{i}", i, pool, rnd, version=1)
            self.articles.append(article)
            if i % 10 == 3:
                later.append((i + rnd.randint(1, 60), article))
            while later and later[0][0] <= i:
                self.articles.append(self._revised(later.pop(0)[1]))
            later.sort(key=lambda row: row[0])
        self.articles += [self._revised(article) for _, article in later]

    def _article(
        self, uri: str, i: int, pool: int, rnd: random.Random, version: int
    ) -> dict[str, Any]:
        own = [sentence(i, f"own-{k}") for k in range(4)]
        shared = [sentence(rnd.randrange(pool), "wire") for _ in range(rnd.randint(0, 2))]
        lines = [own[0], "By our own correspondent", *own[1:3]]
        lines += dict.fromkeys(shared)
        lines += [own[3], *([own[1], own[2]] if i % 7 == 0 else []), "***", f"Page {i % 5}"]
        self.own[uri].append(own)
        for each in shared:
            self.shared[each].add(uri)
        self.lines[f"{uri} {version}"] = lines
        source = f"paper-{i % 5}"
        return {"uri": uri, "version": version, "source": source, "body": "\n".join(lines)}

    def _revised(self, article: dict[str, Any]) -> dict[str, Any]:
        lines = [
            *article["body"].split("\n"),
            sentence(int(article["uri"].split(":")[-1]), "added"),
        ]
        self.lines[f"{article['uri']} 2"] = lines
        return {**article, "version": 2, "body": "\n".join(lines)}

    def faults(self, outputs: list[Record], audits: list[Record]) -> list[str]:
        """What is wrong with what was published; empty where nothing is."""
        found: list[str] = []
        latest: dict[str, Record] = {}
        values: dict[tuple[str, str], set[bytes]] = defaultdict(set)
        for record in outputs:
            uri = (record.key or b"").decode()
            latest[uri] = record
            values[uri, value_of(record)["version"]].add(record.value or b"")
        wanted = {(a["uri"], str(a["version"])) for a in self.articles}
        found += [f"never published: {uv}" for uv in wanted - set(values)]
        found += [f"published in two ways: {uv}" for uv, seen in values.items() if len(seen) > 1]
        judged = {((r.key or b"").decode(), value_of(r)["version"]) for r in audits}
        found += [f"no audit: {uv}" for uv in wanted - judged]
        holders: dict[str, list[str]] = defaultdict(list)
        for uri, record in latest.items():
            found += self._article_faults(uri, record)
            for line in body_of(record).split("\n"):
                if line in self.shared:
                    holders[line].append(uri)
        for line, uris in self.shared.items():
            have = [uri for uri in holders[line] if uri in uris]
            if len(have) != 1:
                found.append(f"{line[:30]!r} of {len(uris)} articles was published by {have}")
        return found

    def _article_faults(self, uri: str, record: Record) -> list[str]:
        version = value_of(record)["version"]
        newest = max(a["version"] for a in self.articles if a["uri"] == uri)
        if version != str(newest):
            return [f"{uri}: the last item is version {version}, not {newest}"]
        source = self.lines[f"{uri} {version}"]
        lines = body_of(record).split("\n")
        faults = []
        wanted = [x for x in dict.fromkeys(source) if x not in self.shared]
        got = [x for x in lines if x not in self.shared]
        if list(dict.fromkeys(got)) != wanted:
            faults.append(f"{uri}: own paragraphs are {got}, not {wanted}")
        if len(got) != len(set(got)):
            faults.append(f"{uri}: a paragraph stands twice")
        where = [source.index(x) for x in lines]
        if where != sorted(where):
            faults.append(f"{uri}: the order is not the source's")
        return faults
