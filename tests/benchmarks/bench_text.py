"""What splitting, comparing and fingerprinting cost: microseconds a paragraph and an article.

``make bench ARGS=tests/benchmarks/bench_text.py``, or ``python -m tests.benchmarks.bench_text``.
Printed, never asserted. The best of five rounds: what else the machine does is not the code's.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from pathlib import Path

import pytest

from processors.compare import comparison, exact
from processors.edits import restore
from processors.fingerprint import fingerprint, paragraphs
from processors.policy import Policy
from processors.repeats import within
from processors.split import remove, split_plain

SEED = (Path(__file__).parents[1] / "corpus" / "seed.txt").read_text(encoding="utf-8")
ARABIC = SEED.split("\n")[3]
SAMPLES = {
    "Arabic": ARABIC,
    "Arabic, figures": "بلغت النسبة ٣٫٥٪ في 12/5/2015، أي -94 نقطة. " + ARABIC,
    "Arabic, marks": "".join(char + ("\u064e" if char.isalpha() else "") for char in ARABIC),
    "Hebrew": "ראש הממשלה אמר אתמול כי שתי המדינות יגבירו את שיתוף הפעולה. " * 8,
    "ASCII": "The minister said on Tuesday that both countries would work together more. " * 6,
    "ASCII, figures": "The index fell 3.5% to 1,204 points on 12/5/2015, its lowest since 1998. "
    * 6,
    "German": "Die Außenministerin erklärte, es gebe „keine einfache Lösung“ für alle. " * 6,
    "Turkish": "Dışişleri Bakanı İstanbul'da yaptığı açıklamada iş birliğini vurguladı. " * 6,
    "Russian": "Министр заявил во вторник, что «обе страны» будут сотрудничать теснее. " * 6,
    "Hindi": "प्रधानमंत्री ने मंगलवार को कहा कि दोनों देश सहयोग बढ़ाएंगे। " * 8,
    "Chinese": "国家主席星期二在北京表示，两国应加强合作，共同发展。" * 16,
    "Japanese": "首相は火曜日に東京で「両国は協力を強化すべきだ」と述べた。" * 14,
}


def micro(action: Callable[..., object], *arguments: object) -> float:
    """Microseconds a call, the best of five rounds."""
    timer = timeit.Timer(lambda: action(*arguments))
    calls, _ = timer.autorange()
    calls = max(calls // 10, 1)
    return min(timer.repeat(5, calls)) / calls * 1e6


def of_paragraphs() -> None:
    print(f"\n{'400 characters':18}{'compare':>9}{'exact':>9}{'fingerprint':>13}{'in all':>9}")
    for name, sample in SAMPLES.items():
        text = sample[:400].strip()
        language = "tr" if name == "Turkish" else None
        made = comparison(text, language)
        spans = split_plain(text)
        print(
            f"{name:18}"
            f"{micro(comparison, text, language):9.1f}"
            f"{micro(exact, text):9.1f}"
            f"{micro(fingerprint, made):13.1f}"
            f"{micro(paragraphs, spans, language):9.1f}"
        )


def of_articles() -> None:
    english = "\n".join(f"{at}. {SAMPLES['ASCII']}" for at in range(12))
    chinese = "\n\n".join(f"{at}{SAMPLES['Chinese']}" for at in range(12))
    policy = Policy()
    print(f"\n{'article':18}{'split':>9}{'compare':>9}{'within':>9}{'remove':>9}{'restore':>9}")
    for name, body in (("the seed", SEED), ("English, 12", english), ("Chinese, 12", chinese)):
        spans = split_plain(body)
        made = paragraphs(spans)
        dropped = list(within(made, policy)) or [len(spans) - 1]
        cleaned, edits = remove(body, spans, dropped)
        print(
            f"{name:18}"
            f"{micro(split_plain, body):9.1f}"
            f"{micro(paragraphs, spans):9.1f}"
            f"{micro(within, made, policy):9.1f}"
            f"{micro(remove, body, spans, dropped):9.1f}"
            f"{micro(restore, cleaned, edits):9.1f}"
        )


@pytest.mark.benchmark
def test_print_what_text_costs():
    of_paragraphs()
    of_articles()


if __name__ == "__main__":
    of_paragraphs()
    of_articles()
