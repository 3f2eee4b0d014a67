"""The taggers that the settings name, built once a process from the packaged tables.

Whatever cannot be loaded is said at the start, in a sentence; a tagger that fails on one
article is the core's business (``processors.tags.run``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from importlib.metadata import entry_points, version
from pathlib import Path

import msgspec

from consumers import resources
from consumers.errors import CopydeskError, UsageFault
from processors.errors import BadTaxonomy
from processors.tags import Tagger
from processors.tags.cues import read_cues
from processors.tags.gazetteer import Gazetteer, demonyms
from processors.tags.guarded import guarded
from processors.tags.language import Detector, load_detector
from processors.tags.lexicon import Lexicon
from processors.tags.match import search_together
from processors.tags.names import Names, read_names
from processors.tags.own import read_own
from processors.tags.places import Places

GROUP = "copydesk.taggers"
"""The entry-point group in which a newsroom's package names its own taggers: each entry is a
function without arguments that returns a ``Tagger``."""

Versions = dict[str, str]


class Taggers(msgspec.Struct, frozen=True):
    """The language detector, the taggers in order, and the versions of their data."""

    detector: Detector
    taggers: tuple[tuple[str, Tagger], ...]
    versions: Mapping[str, str]


def load(names: Sequence[str], own_files: str = "") -> Taggers:
    """The taggers of these names, in their order, a newsroom's own files last.

    ``own_files`` is a TOML file or a directory of them, or empty. Raises ``UsageFault`` for a name
    that is neither built in nor an entry point, for an entry point that does not give a tagger, and
    for files that cannot be read or used, each fault of them with its line.
    """
    versions = {"eldc": version("eldc"), "cld3": version("cld3-py")}
    taggers: list[tuple[str, Tagger]] = []
    for name in dict.fromkeys(names):
        tagger, made_from = _built_in(name) or _installed(name)
        taggers.append((name, tagger))
        versions.update(made_from)
    if own_files:
        files = own_tag_files(Path(own_files))
        try:
            taggers.append(("own", Lexicon(read_own(files))))
        except BadTaxonomy as error:
            faults = str(error).replace("\n", "; ")
            raise UsageFault(f"a newsroom's own tags (COPYDESK_TAG_FILES): {faults}") from error
        versions["own"] = digest(b"\0".join(data for _, data in files))
    search_together(
        [each.matcher for _, each in taggers if isinstance(each, (Places, Names, Lexicon))]
    )
    return Taggers(load_detector(), tuple(taggers), versions)


def own_tag_files(path: Path) -> list[tuple[str, bytes]]:
    """A newsroom's tag files, as name and bytes: one file, or a directory's ``*.toml`` by name.

    Raises CopydeskError where one cannot be read, UsageFault for a directory that holds none.
    """
    try:
        if path.is_dir():
            found = [
                (file.name, file.read_bytes())
                for file in sorted(path.glob("*.toml"))
                if file.is_file()
            ]
            if not found:
                raise UsageFault(
                    f"{path}: no .toml file in it; one [[tag]] a tag, see docs/tags.md"
                )
            return found
        return [(path.name, path.read_bytes())]
    except OSError as error:
        raise CopydeskError(f"{path}: cannot be read: {error.strerror}") from error


def _built_in(name: str) -> tuple[Tagger, Versions] | None:
    makers: dict[str, Callable[[], tuple[Tagger, Versions]]] = {
        "places": _places,
        "subjects": _subjects,
        "names": _names,
    }
    maker = makers.get(name)
    return maker() if maker else None


def _places() -> tuple[Tagger, Versions]:
    countries, places = resources.read("countries.tsv"), resources.read("places.tsv.gz")
    gazetteer = Gazetteer(countries, places)
    return Places(gazetteer), {**gazetteer.versions, "places": digest(countries + places)}


def _subjects() -> tuple[Tagger, Versions]:
    # Imported here: numpy and the model's weights cost memory that not every desk wants to spend.
    from processors.tags.subjects import load_subjects  # noqa: PLC0415

    topics, model = resources.read("topics.json"), resources.read("subjects.bin")
    dated = re.search(rb"last updated ([0-9-]+)", topics[:300])
    medtop = dated.group(1).decode() if dated else digest(topics)
    return load_subjects(topics, model), {"medtop": medtop, "subjects": digest(model)}


def _names() -> tuple[Tagger, Versions]:
    data = resources.read("names.toml")
    cues, common = resources.read("cues.toml"), resources.read("words_ar.txt")
    nations = demonyms(resources.read("countries.tsv"), "ar")
    names = Names(read_names(data), read_cues(cues), common.decode().split(), nations)
    return names, {"names": digest(data + cues + common)}


def digest(data: bytes) -> str:
    """The version of a table that has no other: 64 bits of BLAKE2b, as hexadecimal digits."""
    return blake2b(data, digest_size=8).hexdigest()


def _installed(name: str) -> tuple[Tagger, Versions]:
    for entry in entry_points(group=GROUP, name=name):
        try:
            tagger: Tagger = entry.load()()
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            raise UsageFault(f"the tagger {name!r} ({entry.value}) does not load: {why}") from error
        if not callable(tagger):
            raise UsageFault(
                f"the tagger {name!r} ({entry.value}) does not load: {entry.attr}() must return"
                f" a callable from TagText to tags, not {type(tagger).__name__}"
            )
        return guarded(tagger), {name: entry.dist.version if entry.dist else "unknown"}
    raise UsageFault(
        f"there is no tagger named {name!r}: COPYDESK_TAGGERS takes places, subjects, names,"
        f" and the names of installed entry points in the group {GROUP}"
    )
