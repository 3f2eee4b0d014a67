"""Builds ``processors/data/words_ar.txt``: the commonest words of Arabic news, folded.

Source: word counts over the articles of antcorpus (Apache-2.0), whose path is the first argument
(JSON lines, gzip). Only words are kept, the commonest first, no text; given names are left
out. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from pathlib import Path

from processors.tags.cues import read_cues
from processors.tags.fold import fold

TABLE = Path(__file__).resolve().parent.parent / "processors/data/words_ar.txt"
KEPT = 6000
_WORD = re.compile("[\u0621-\u064a]{2,}")


def main() -> None:
    counts: Counter[str] = Counter()
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as file:
        for line in file:
            for paragraph in json.loads(line)["paragraphs"]:
                counts.update(_WORD.findall(fold(paragraph)))
    cues, _ = read_cues((TABLE.parent / "cues.toml").read_bytes())
    names = cues.given | cues.parts
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    words = [word for word, _ in ranked if word not in names][:KEPT]
    TABLE.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{TABLE.name}: {len(words)} words, the rarest counted {counts[words[-1]]} times")


if __name__ == "__main__":
    main()
