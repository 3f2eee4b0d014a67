"""The reader of drops: what it draws can be drawn again, and shows both sides."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_drop_is_shown_beside_its_owners_paragraph_and_drawn_alike_twice(tmp_path: Path) -> None:
    wire = (
        "A wire paragraph that several papers carry on one day, word for word, with every figure."
    )
    rows = [
        {
            "uri": f"urn:{n}",
            "source": f"paper-{n}",
            "title": f"Title {n}",
            "body": f"Paper {n} leads in a way of its own, with words that are nobody else's, and enough of them to be a lead.\n{wire}",
        }
        for n in range(9)
    ]
    archive = tmp_path / "archive.jsonl"
    archive.write_text("\n".join(map(json.dumps, rows)))
    first, again = (_draw(archive) for _ in range(2))
    assert first == again
    assert first.count("=== ") == 3
    assert "8 cross-source paragraphs" in first
    assert "owner: paper-0 | Title 0 | urn:0" in first
    assert f"-*2/2 {wire}" in first
    assert f"=*2/2 {wire}" in first


def _draw(archive: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tools.read_drops", str(archive), "--draw", "3", "--seed", "4"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
