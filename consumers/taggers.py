"""The taggers that the settings name, built once a process from the packaged tables.

Whatever cannot be loaded is said at the start, in a sentence; a tagger that fails on one
article is the core's business (``processors.tags.run``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points, version

import msgspec

from consumers import resources
from consumers.errors import UsageFault
from processors.tags import Tagger
from processors.tags.gazetteer import Gazetteer
from processors.tags.language import Detector, load_detector
from processors.tags.places import Places

GROUP = "copydesk.taggers"
"""The entry-point group in which a newsroom's package names its own taggers: each entry is a
function without arguments that returns a ``Tagger``."""

_COMING = frozenset({"subjects", "names"})  # known to the settings, not built yet
Versions = dict[str, str]


class Taggers(msgspec.Struct, frozen=True):
    """The language detector, the taggers in order, and the versions of their data."""

    detector: Detector
    taggers: tuple[tuple[str, Tagger], ...]
    versions: Mapping[str, str]


def load(names: Sequence[str], own_files: str = "") -> Taggers:
    """The taggers of these names, in their order.

    Raises ``UsageFault`` for a name that is neither built in nor an entry point, and
    ``BadTaxonomy`` for a table that cannot be used.
    """
    if own_files:
        raise UsageFault("COPYDESK_TAG_FILES: tags of a newsroom's own cannot be read yet")
    versions = {"eldc": version("eldc"), "cld3": version("cld3-py")}
    taggers: list[tuple[str, Tagger]] = []
    for name in dict.fromkeys(names):
        if name in _COMING:
            continue
        tagger, made_from = _built_in(name) or _installed(name)
        taggers.append((name, tagger))
        versions.update(made_from)
    return Taggers(load_detector(), tuple(taggers), versions)


def _built_in(name: str) -> tuple[Tagger, Versions] | None:
    makers: dict[str, Callable[[], tuple[Tagger, Versions]]] = {"places": _places}
    maker = makers.get(name)
    return maker() if maker else None


def _places() -> tuple[Tagger, Versions]:
    gazetteer = Gazetteer(resources.read("countries.tsv"), resources.read("places.tsv.gz"))
    return Places(gazetteer), gazetteer.versions


def _installed(name: str) -> tuple[Tagger, Versions]:
    for entry in entry_points(group=GROUP, name=name):
        maker = entry.load()
        tagger: Tagger = maker()
        return tagger, {name: entry.dist.version if entry.dist else "unknown"}
    raise UsageFault(
        f"there is no tagger named {name!r}: COPYDESK_TAGGERS takes places, subjects, names,"
        f" and the names of installed entry points in the group {GROUP}"
    )
