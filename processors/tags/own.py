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
        wrong = [(_line_of(text, field, line), fault) for field, fault in _faults(row)]
        key = (str(row.get("term", "")).casefold(), str(row.get("language", "")))
        if not wrong and key in seen:
            wrong.append((line, f"{row['term']!r} is already a tag, in {seen[key]}"))
        seen.setdefault(key, f"{file}, line {line}")
        faults += [f"{file}, line {at_line}: {fault}" for at_line, fault in wrong]
        if not wrong:
            entries.append(_entry(file, row))
    return entries, faults


def _faults(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with one tag: the field at fault, and the sentence."""
    fields = ", ".join(sorted(_FIELDS))
    found = [(k, f"{k!r} is not a field of a tag; they are {fields}") for k in row.keys() - _FIELDS]
    found += [(k, f"{k!r} is a text") for k in _TEXTS if k in row and not isinstance(row[k], str)]
    found += [
        (k, f"{k!r} is a list of texts") for k in _LISTS if k in row and not _is_texts(row[k])
    ]
    if found:
        return sorted(found)
    if not row.get("term", "").strip():
        found.append(("term", "a tag needs a term"))
    if row.get("kind", "subject") not in KINDS:
        found.append(("kind", f"kind {row['kind']!r} is none of {', '.join(KINDS)}"))
    if "language" in row and not well_formed(row["language"]):
        found.append(("language", f"language {row['language']!r} is no BCP 47 tag such as pt-BR"))
    if "uri" in row and not _URI.match(row["uri"]):
        found.append(("uri", f"uri {row['uri']!r} is not a uri"))
    for field, words in (("term", [row.get("term", "")]), ("variants", row.get("variants", []))):
        for word in words:
            if word.strip() and len(key_of(word)) < 2:
                found.append((field, f"{word!r} is too short to be found in a text"))
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
        any_case=row.get("kind", "subject") == "subject",
    )


def _line_of(text: str, key: str, first: int = 1) -> int:
    """The line, from ``first`` on, on which a key or a table stands; ``first`` where none does."""
    for number, line in enumerate(text.split("\n")[first - 1 :], start=first):
        if re.match(rf"\s*\[?\[?\s*[\"']?{re.escape(key)}\b", line):
            return number
    return first
