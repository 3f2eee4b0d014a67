"""Measures the tags on the corpora that are there, prints tables, writes a report with plots.

    python -m tools.evaluate [--corpora DIR] [--only subjects,names,...] [--out DIR]

Each part is a module of this package with ``run(corpora) -> list[Row]``. Nothing is asserted:
figures are for reading. Without the corpora it says so and ends well.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tools.evaluate.report import write
from tools.evaluate.rows import Row

PARTS = ("language", "subjects", "names")
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
OUT = Path("build/evaluation")
COLUMNS = (
    "kind", "corpus", "language", "records", "precision", "recall", "f1", "calibration",
    "per_kilobyte", "note",
)  # fmt: skip


def table_of(title: str, rows: list[Row]) -> Table:
    """One part's figures, shares in hundredths."""
    table = Table(title=title)
    for column in COLUMNS:
        table.add_column(column.replace("per_kilobyte", "µs/kB"))
    for row in rows:
        table.add_row(*(shown(getattr(row, column)) for column in COLUMNS))
    return table


def shown(value: str | float | None) -> str:
    """A cell: a share with three decimals, a count or a time without, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}" if value <= 1 else f"{value:.0f}"
    return str(value)


def main() -> None:
    """Runs the parts asked for."""
    parser = argparse.ArgumentParser(prog="evaluate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpora", type=Path, default=CORPORA)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, comma-separated")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    if not asked.corpora.is_dir():
        print(f"evaluate: no corpora in {asked.corpora}: nothing to measure on")
        return
    console = Console(width=160 if not sys.stdout.isatty() else None)
    found: list[Row] = []
    for part in asked.only.split(","):
        if part not in PARTS:
            parser.error(f"there is no part {part!r}: it is one of {', '.join(PARTS)}")
        run: Callable[[Path], list[Row]] = import_module(f"tools.evaluate.{part}").run
        rows = run(asked.corpora)
        console.print(table_of(part, rows))
        found += rows
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "rows.json").write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    print(f"evaluate: report in {write(found, asked.out)}")


if __name__ == "__main__":
    main()
