"""A newsroom's own tags, from TOML files that its desk writes.

A file is a list of ``[[tag]]`` tables::

    [[tag]]
    term = "Energy transition"          # what is shown; needed
    variants = ["green transition"]     # further names
    code = "desk:energy-transition"     # goes out as the tag's literal
    uri = "https://..."                 # where the desk has one
    kind = "subject"                    # subject, place, person or organisation
    language = "en"                     # where absent, every language
    requires = ["wind", "solar"]        # one of these words must be in the text
    excludes = ["video game"]           # none of these may be

Whatever is wrong is said with file and line, all of it at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any, get_args

from processors.errors import BadTaxonomy
from processors.tags.fold import fold
from processors.tags.language import well_formed
from processors.tags.lexicon import ANY, Entry
from processors.text import TagKind

KINDS: tuple[str, ...] = get_args(TagKind)
_FIELDS = frozenset(("term", "variants", "code", "uri", "kind", "language", "requires", "excludes"))
_LISTS = ("variants", "requires", "excludes")
_TEXTS = ("term", "code", "uri", "kind", "language")
_AT_LINE = re.compile(r"at line (\d+)")
_URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")


def read_own(files: Sequence[tuple[str, bytes]]) -> list[Entry]:
    """The entries of a newsroom's files, given as name and bytes, in their order.

    Raises ``BadTaxonomy`` that names each fault with its file and line.
    """
    entries: list[Entry] = []
    faults: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for name, data in files:
        try:
            text = data.decode("utf-8")
            tables = tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            faults.append(f"{name}, line {line}: not UTF-8: save the file as UTF-8")
            continue
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            faults.append(f"{name}, line {at.group(1) if at else 1}: not TOML: {error}")
            continue
        found, wrong = _read_tables(name, tables, text, seen)
        entries += found
        faults += wrong
    if faults:
        raise BadTaxonomy("\n".join(faults))
    return entries


def _read_tables(
    file: str, tables: dict[str, Any], text: str, seen: dict[tuple[str, str], str]
) -> tuple[list[Entry], list[str]]:
    lines = [
        n for n, line in enumerate(text.split("\n"), 1) if re.match(r"\s*\[\[\s*tag\s*\]\]", line)
    ]
    faults = [
        f"{file}, line {_line_of(text, key)}: {key!r} is not [[tag]]"
        for key in tables
        if key != "tag"
    ]
    rows = tables.get("tag", [])
    if not isinstance(rows, list):
        return [], [*faults, f"{file}, line {_line_of(text, 'tag')}: write [[tag]], not [tag]"]
    if not rows and not faults:
        faults.append(f"{file}, line 1: no [[tag]] in it")
    entries = []
    for at, row in enumerate(rows):
        line = lines[at] if at < len(lines) else 1
        wrong = list(_faults(row))
        key = (str(row.get("term", "")).casefold(), str(row.get("language", "")))
        if not wrong and key in seen:
            wrong.append(f"{row['term']!r} is already a tag, in {seen[key]}")
        seen.setdefault(key, f"{file}, line {line}")
        faults += [f"{file}, line {line}: {fault}" for fault in wrong]
        if not wrong:
            entries.append(_entry(file, row))
    return entries, faults


def _faults(row: dict[str, Any]) -> Sequence[str]:
    found = [f"{key!r} is not a field of a tag (they are {', '.join(sorted(_FIELDS))})"
             for key in row if key not in _FIELDS]  # fmt: skip
    found += [
        f"{key!r} is a text" for key in _TEXTS if key in row and not isinstance(row[key], str)
    ]
    found += [
        f"{key!r} is a list of texts" for key in _LISTS if key in row and not _is_texts(row[key])
    ]
    if found:
        return found
    if not row.get("term", "").strip():
        found.append("a tag needs a term")
    if row.get("kind", "subject") not in KINDS:
        found.append(f"kind {row['kind']!r} is none of {', '.join(KINDS)}")
    if "language" in row and not well_formed(row["language"]):
        found.append(f"language {row['language']!r} is not a BCP 47 tag, such as ar or pt-BR")
    if "uri" in row and not _URI.match(row["uri"]):
        found.append(f"uri {row['uri']!r} is not a uri")
    for word in (row.get("term", ""), *row.get("variants", ())):
        if word.strip() and len(fold(word).strip()) < 2:
            found.append(f"{word!r} is too short to be found in a text")
    return found


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _entry(file: str, row: dict[str, Any]) -> Entry:
    language = well_formed(row.get("language"))
    names = (row["term"].strip(), *(variant.strip() for variant in row.get("variants", ())))
    return Entry(
        kind=row.get("kind", "subject"),
        names={language.split("-", 1)[0] if language else ANY: names},
        uri=row.get("uri"),
        literal=row.get("code"),
        creator="newsroom",
        requires=tuple(row.get("requires", ())),
        excludes=tuple(row.get("excludes", ())),
        rule=f"own:{file}",
        confidence=100,
    )


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(rf"\s*\[?\[?\s*[\"']?{re.escape(key)}\b", line):
            return number
    return 1
