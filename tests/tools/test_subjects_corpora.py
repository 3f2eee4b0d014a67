"""What topic an article of a corpus has is what its outlet's section says, where that holds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tools.subjects.corpora import farsnews

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
    article = {"title": "t", "abstract": "", "paragraphs": ["p"], "topic": section, "url": address}
    folder = tmp_path / "farsnews_fa"
    folder.mkdir()
    with gzip.open(folder / "articles.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps(article))
    assert [document.topic for document in farsnews(tmp_path)] == [topic], why
