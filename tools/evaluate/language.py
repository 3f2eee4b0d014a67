"""The language of news sentences, and what the detector's confidence is worth.

A row a language and corpus: precision of the language among all answers, recall among its own
sentences. Codes are compared by primary language; Norwegian, Chinese, Kurdish, Persian and
Arabic by their families, as BCP 47's macrolanguages have them. The whole ``declared`` rule is
measured too: how often a right declaration is overruled, how often a wrong one is found out.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from processors.tags.language import Detector, language_of, load_detector
from tools.evaluate.rows import Row, bands_of, error_of, f1_of

ENOUGH = 60
"""Characters from which a line counts as a paragraph."""
_ISO = {
    "amh": "am", "arb": "ar", "ary": "ar", "arz": "ar", "azj": "az", "ben": "bn", "bul": "bg",
    "cat": "ca", "ces": "cs", "ckb": "ckb", "dan": "da", "deu": "de", "ell": "el", "eng": "en",
    "fin": "fi", "fra": "fr", "hau": "ha", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu",
    "ind": "id", "ita": "it", "jpn": "ja", "kaz": "kk", "kmr": "ku", "kor": "ko", "nld": "nl",
    "nob": "no", "pbt": "ps", "pes": "fa", "pol": "pl", "por": "pt", "prs": "fa", "ron": "ro",
    "rus": "ru", "som": "so", "spa": "es", "srp": "sr", "swe": "sv", "swh": "sw", "tam": "ta",
    "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "uzn": "uz", "vie": "vi", "zho": "zh",
}  # fmt: skip
_SAME = {"nb": "no", "nn": "no", "fil": "tl", "kmr": "ku", "bs": "hr"}
Sentence = tuple[str, str]


def run(corpora: Path) -> list[Row]:
    """A row a language, and one for all, of the corpora that are there."""
    detector = load_detector()
    rows: list[Row] = []
    if (corpora / "sib200").exists():
        rows += _measure(detector, "sib200", list(sib200(corpora)))
    if (corpora / "lid_lingua_testdata").exists():
        rows += _measure(detector, "lid_lingua_testdata", list(lingua(corpora)))
    return rows


def sib200(root: Path) -> Iterator[Sentence]:
    """Language and sentence: 800 of each of 50 languages, the same ones in all."""
    for folder in sorted((root / "sib200/data/annotated").iterdir()):
        for name in ("train.tsv", "dev.tsv"):
            for row in (folder / name).read_text(encoding="utf-8").split("\n")[1:]:
                fields = row.split("\t")
                if len(fields) == 3 and len(fields[2]) >= ENOUGH // 2:
                    yield _ISO[folder.name[:3]], fields[2]


def lingua(root: Path) -> Iterator[Sentence]:
    """Language and sentence: 1,000 of each of 75 languages, some noise of the web in them."""
    for path in sorted((root / "lid_lingua_testdata/language-testdata/sentences").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if len(line) >= ENOUGH:
                yield _plain(path.stem), line


def _measure(detector: Detector, corpus: str, sentences: list[Sentence]) -> list[Row]:
    began = time.process_time()
    answers = [detector.detect(text) for _, text in sentences]
    spent = time.process_time() - began
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    said: Counter[str] = Counter()
    sure: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for (language, _), answer in zip(sentences, answers, strict=True):
        tag = _plain(answer.tag)
        wanted[language] += 1
        said[tag] += 1
        right[language] += tag == language
        if answer.tag != "und":
            sure["all"].append((round(100 * answer.confidence), tag == language))
    rows = []
    for language in sorted(wanted):
        precision = right[language] / said[language] if said[language] else 0.0
        recall = right[language] / wanted[language]
        rows.append(Row(
            kind="language", corpus=corpus, language=language, records=wanted[language],
            wanted=wanted[language], precision=precision, recall=recall,
            f1=f1_of(precision, recall),
        ))  # fmt: skip
    bands = bands_of(sure["all"])
    share = right.total() / wanted.total()
    size = sum(len(text.encode()) for _, text in sentences)
    note = f"{1e6 * spent / len(sentences):.1f} us a sentence; {_declared(detector, sentences)}"
    rows.append(Row(
        kind="language", corpus=corpus, language="all", records=len(sentences),
        wanted=len(sentences), precision=share, recall=share, f1=share,
        calibration=error_of(bands), per_kilobyte=spent / size * 1e9, note=note, bands=bands,
    ))  # fmt: skip
    return rows


def _declared(detector: Detector, sentences: list[Sentence]) -> str:
    """The rule for declared languages on every tenth sentence: declared rightly, and wrongly."""
    some = sentences[::10]
    languages = sorted({language for language, _ in some})
    overruled = caught = wrong = 0
    for at, (language, text) in enumerate(some):
        overruled += language_of(detector, "", (text,), language).contradicted
        other = languages[at % len(languages)]
        if other != language:
            wrong += 1
            caught += language_of(detector, "", (text,), other).contradicted
    return (
        f"right declarations overruled {100 * overruled / len(some):.2f} %,"
        f" wrong ones found out {100 * caught / wrong:.1f} %"
    )


def _plain(tag: str) -> str:
    primary = tag.split("-", maxsplit=1)[0]
    return _SAME.get(primary, primary)
