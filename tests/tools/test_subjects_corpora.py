"""What topic an article of a corpus has is what its outlet's section says, where that holds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tools.subjects.corpora import farsnews, farsnews_held, farsnews_taught

ARCHIVE = "https://www.farsnews.ir/news/8304080274"
LATER = "https://www.farsnews.ir/news/13930305000123/a-headline"
SECTIONS = [
    (LATER, "arts-media/music", "01", "a section means what it says"),
    (LATER, "economy/stock", "04", "a part of a section has the topic of the whole"),
    (LATER, "politics/defense", "11", "armed forces are below politics in Media Topics"),
    (LATER, "province/", None, "a province is of no topic"),
    (ARCHIVE, "economy/", "04", "four sections of the archive hold what they say"),
    (ARCHIVE, "culture/", "01", "one of them is cinema, books and the stage"),
    (ARCHIVE, "arts-media/", None, "this one of the archive holds economy"),
    (ARCHIVE, "scientific-academic/it", None, "and this one the arts"),
    (ARCHIVE, "politics/others", None, "and this one news of other countries"),
]


@pytest.mark.parametrize(("address", "section", "topic", "why"), SECTIONS)
def test_a_section_of_the_persian_agency_is_believed_where_its_name_holds(
    tmp_path: Path, address: str, section: str, topic: str | None, why: str
):
    _kept(tmp_path, [("t", section, address)])
    assert [document.topic for document in farsnews(tmp_path)] == [topic], why


def test_half_of_the_persian_articles_with_a_topic_are_held_and_none_without(tmp_path: Path):
    titles = [str(number) for number in range(100)]
    articles = [(title, section, LATER) for title in titles for section in ("sports/", "province/")]
    _kept(tmp_path, articles)
    held, taught = list(farsnews_held(tmp_path)), list(farsnews_taught(tmp_path))
    assert len(held) + len(taught) == len(articles)
    assert 35 < len(held) < 65
    assert all(document.topic for document in held)
    assert sum(document.topic is None for document in taught) == len(titles)
    assert not {d.title for d in held} & {d.title for d in taught if d.topic}


def _kept(corpora: Path, articles: list[tuple[str, str, str]]) -> None:
    folder = corpora / "farsnews_fa"
    folder.mkdir()
    with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as lines:
        for title, section, address in articles:
            item = {"title": title, "abstract": "", "paragraphs": ["p"], "topic": section}
            lines.write(json.dumps({**item, "url": address}) + "\n")
