"""The formats in force: a newsroom's own, by entry point, before those that come along.

A newsroom's package names them in its ``pyproject.toml``::

    [project.entry-points."copydesk.formats"]
    ourwire = "ourpackage.wire:OURWIRE"

Each is a ``processors.formats.Format``; they are asked in the order of their names.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from consumers.errors import UsageFault
from processors.formats import BUILTIN, Format, Formats

GROUP = "copydesk.formats"


def formats() -> Formats:
    """The newsroom's formats, then the built-in ones.

    Raises UsageFault for an entry point that cannot be imported or is no format.
    """
    own: list[Format] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        try:
            found = entry.load()
        except Exception as error:
            raise UsageFault(
                f"the format {entry.name!r} ({entry.value}) cannot be imported: {error}"
            ) from error
        if not isinstance(found, Format):
            raise UsageFault(
                f"the format {entry.name!r} ({entry.value}) is no processors.formats.Format"
            )
        own.append(found)
    return (*own, *BUILTIN)
