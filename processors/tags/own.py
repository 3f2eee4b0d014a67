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

A subject's names count in small letters too, acronyms excepted; other kinds' are names.
Whatever is wrong is said with file and line, all of it at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import Any, get_args

from processors.errors import BadTaxonomy
from processors.tags.language import well_formed
from processors.tags.lexicon import ANY, Entry
from processors.tags.match import key_of
from processors.text import TagKind

KINDS: tuple[str, ...] = get_args(TagKind)
_FIELDS = frozenset(("term", "variants", "code", "uri", "kind", "language", "requires", "excludes"))
_LISTS = ("variants", "requires", "excludes")
_TEXTS = ("term", "code", "uri", "kind", "language")
_AT_LINE = re.compile(r"at line (\d+)")
_TABLE = re.compile(r"\s*\[\[\s*tag\s*\]\]")
_BOM = b"\xef\xbb\xbf"
"""What some editors write before the text of a UTF-8 file."""
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
            text = data.removeprefix(_BOM).decode("utf-8")
            tables = tomllib.loads(text)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            faults.append(f"{name}, line {line}: not UTF-8: save the file as UTF-8")
            continue
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            last = text.rstrip().count("\n") + 1  # where the text breaks off at its end
            faults.append(f"{name}, line {at.group(1) if at else last}: not TOML: {error}")
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
    rows = tables.get("tag", [])
    if not isinstance(rows, list):
        return [], [f"{file}, line {_line_of(text, 'tag')}: write [[tag]], not [tag]"]
    faults = [
        f"{file}, line {_line_of(text, key)}: {key!r} is not [[tag]]"
        for key in tables
        if key != "tag"
    ]
    if not rows and not faults:
        faults.append(f"{file}, line 1: no [[tag]] in it")
    entries = []
    for row, (line, end) in zip(rows, _spans(text, len(rows)), strict=True):
        wrong = sorted((_line_of(text, field, line, end), fault) for field, fault in _faults(row))
        if not wrong:
            key = (row["term"].casefold(), row.get("language", ""))
            if key in seen:
                wrong.append((line, f"{row['term']!r} is already a tag, in {seen[key]}"))
            seen.setdefault(key, f"{file}, line {line}")
        faults += [f"{file}, line {at_line}: {fault}" for at_line, fault in wrong]
        if not wrong:
            entries.append(_entry(file, row))
    return entries, faults


def _spans(text: str, count: int) -> list[tuple[int, int]]:
    """The first line of each of so many tags, and the first that is no longer of it."""
    rows = text.split("\n")
    firsts = [number for number, line in enumerate(rows, 1) if _TABLE.match(line)]
    if len(firsts) != count:  # written as a list of inline tables
        return [(_line_of(text, "tag"), len(rows) + 1)] * count
    ends = [*firsts[1:], len(rows) + 1]
    return list(zip(firsts, ends, strict=False))


def _faults(row: Any) -> list[tuple[str, str]]:
    """What is wrong with one tag: the field at fault, and the sentence."""
    if not isinstance(row, dict):
        return [("tag", f"{row!r} is no tag: write [[tag]], and its fields on lines of their own")]
    fields = ", ".join(sorted(_FIELDS))
    found = [(k, f"{k!r} is not a field of a tag; they are {fields}") for k in row.keys() - _FIELDS]
    found += [(k, f"{k!r} is a text") for k in _TEXTS if k in row and not isinstance(row[k], str)]
    found += [
        (k, f"{k!r} is a list of texts") for k in _LISTS if k in row and not _is_texts(row[k])
    ]
    if found:
        return found
    if not row.get("term", "").strip():
        found.append(("term", "a tag needs a term"))
    if row.get("kind", "subject") not in KINDS:
        found.append(("kind", f"kind {row['kind']!r} is none of {', '.join(KINDS)}"))
    if "language" in row and not well_formed(row["language"]):
        found.append(("language", f"language {row['language']!r} is no BCP 47 tag such as pt-BR"))
    if "uri" in row and not _URI.match(row["uri"]):
        found.append(("uri", f"uri {row['uri']!r} is not a uri"))
    return found + _unfindable(row)


def _unfindable(row: dict[str, Any]) -> list[tuple[str, str]]:
    """The words of a tag that no text can have, or that keep it from ever being said."""
    found = []
    names = [row.get("term", ""), *row.get("variants", [])]
    for field in ("term", *_LISTS):
        words = [row.get("term", "")] if field == "term" else row.get(field, [])
        for word in filter(str.strip, words):
            key = key_of(word)
            short = len(key) < 2 and field not in {"requires", "excludes"}
            if short or not any(char.isalnum() for char in key):
                found.append((field, f"{word!r} is too short to be found in a text"))
    own = {key_of(name) for name in names}
    return found + [
        ("excludes", f"{word!r} is one of the tag's own names")
        for word in row.get("excludes", [])
        if key_of(word) in own
    ]


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
        any_case=row.get("kind", "subject") == "subject",
    )


def _line_of(text: str, key: str, first: int = 1, end: int | None = None) -> int:
    """The line, from ``first`` to before ``end``, where a key or a table stands; else ``first``."""
    lines = text.split("\n")[first - 1 : end and end - 1]
    for number, line in enumerate(lines, start=first):
        if re.match(rf"\s*\[?\[?\s*[\"']?{re.escape(key)}\b", line):
            return number
    return first
