"""The settings as a table, read off the record: what each takes, in words and for the loader."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from consumers.settings.record import Settings
from consumers.settings.words import WORDS

Kind = Literal["text", "list", "choice", "yes-no", "whole", "number", "duration"]

_TAKES = {
    "text": "text",
    "list": "a list, comma-separated",
    "yes-no": "true or false (or 1/0, yes/no, on/off)",
    "whole": "a whole number",
    "number": "a number",
    "duration": "a duration such as 7d, 12h, 15m, 90s or 50ms",
}


class Setting(msgspec.Struct, frozen=True):
    """One setting: how it is written, what it takes (a phrase), and what it does."""

    name: str
    section: str
    kind: Kind
    type: Any
    takes: str
    default: Any
    description: str
    secret: bool

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"COPYDESK_{self.name.upper()}"

    @property
    def default_text(self) -> str:
        """The default as a person would write it."""
        if self.kind == "duration":
            return duration_text(self.default)
        if self.kind == "yes-no":
            return "true" if self.default else "false"
        return ",".join(self.default) if self.kind == "list" else str(self.default)


@functools.cache
def table() -> dict[str, Setting]:
    """Every setting by name, in the order of its section. A setting without words is a KeyError."""
    hints = get_type_hints(Settings, include_extras=True)
    sections = {name: section for section, lines in WORDS.items() for name in lines}
    return {
        field.name: _setting(field, hints[field.name], sections[field.name])
        for field in msgspec.structs.fields(Settings)
    }


def duration_text(seconds: float) -> str:
    """``604800`` as ``7d``: the largest unit that leaves no rest."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{_plain(round(seconds * 1000, 3))}ms"


def _setting(field: msgspec.structs.FieldInfo, hint: Any, section: str) -> Setting:
    annotated = get_origin(hint) is Annotated
    kept, meta = get_args(hint) if annotated else (hint, msgspec.Meta())
    extra = meta.extra or {}
    kind = _kind(kept, extra)
    return Setting(
        name=field.name,
        section=section,
        kind=kind,
        type=hint,
        takes=_takes(kind, kept, meta),
        default=field.default,
        description=WORDS[section][field.name],
        secret=bool(extra.get("secret")),
    )


def _kind(kept: Any, extra: dict[str, Any]) -> Kind:
    if extra.get("takes") == "duration":
        return "duration"
    if get_origin(kept) is Literal:
        return "choice"
    if get_origin(kept) is tuple:
        return "list"
    kinds: dict[Any, Kind] = {bool: "yes-no", int: "whole", float: "number", str: "text"}
    return kinds[kept]


def _takes(kind: Kind, kept: Any, meta: msgspec.Meta) -> str:
    if kind == "choice":
        words = [word or "nothing" for word in get_args(kept)]
        return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    if meta.min_length:
        return f"{_TAKES[kind]}, not empty"
    show = duration_text if kind == "duration" else _plain
    bounds = []
    if meta.ge is not None:
        bounds.append(
            f"from {show(meta.ge)}" if meta.le is not None else f"{show(meta.ge)} or more"
        )
    if meta.gt is not None:
        bounds.append(f"more than {_plain(meta.gt)}")
    if meta.le is not None:
        bounds.append(f"to {show(meta.le)}" if meta.ge is not None else f"{show(meta.le)} or less")
    return f"{_TAKES[kind]}, {', '.join(bounds).replace(', to', ' to')}" if bounds else _TAKES[kind]


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.3f}".rstrip("0")
