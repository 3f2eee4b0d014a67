"""Reads the settings: from the environment, from a TOML file, else their defaults.

The environment beats the file. Values from ``COPYDESK_..._FILE`` and those of secrets are never
repeated in a message.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from consumers.settings.checks import SettingsError
from consumers.settings.record import Settings
from consumers.settings.table import Setting, table

PREFIX = "COPYDESK_"
#: Names the TOML file.
CONFIG = "COPYDESK_CONFIG"
#: Variables that others read: the file, the services' download folder, and what tests need.
_RESERVED = frozenset((CONFIG, "COPYDESK_CACHE"))
_RESERVED_PREFIX = "COPYDESK_TEST_"
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*")
_UNITS: dict[str | None, float] = {
    "ms": 0.001,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    None: 1.0,
}
_YES_NO = {
    "true": True, "1": True, "yes": True, "on": True,
    "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip
_NUMBERS: dict[str, Callable[[str], float]] = {"whole": int, "number": float}
_EXACTLY_ONCE = (
    "{place} is exactly_once, which is refused: Faust writes what an agent sends outside the "
    "transaction that commits its offsets, so it would promise what it does not keep; copydesk "
    "processes at least once, and the same record always gives the same output"
)


def load(environ: Mapping[str, str], file: Path | None = None) -> Settings:
    """The settings in force. ``file`` beats the one that ``COPYDESK_CONFIG`` names.

    Raises SettingsError, naming what is wrong and what it takes.
    """
    settings = table()
    if file is None and environ.get(CONFIG):
        file = Path(environ[CONFIG])
    values: dict[str, Any] = {}
    if file is not None:
        values.update(_from_file(file, settings))
    values.update(_from_environment(environ, settings))
    return Settings(**values)


def _from_environment(environ: Mapping[str, str], settings: dict[str, Setting]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or _reserved(variable):
            continue
        name, secret = variable.removeprefix(PREFIX).lower(), False
        if name not in settings and name.endswith("_file"):
            name, secret = name.removesuffix("_file"), True
        if name not in settings or variable != variable.upper():
            raise SettingsError(_unknown(variable, list(settings)))
        setting = settings[name]
        if secret:
            if setting.variable in environ:
                raise SettingsError(f"{variable} and {setting.variable} are both set: take one")
            setting = msgspec.structs.replace(setting, secret=True)
            values[name] = _value(
                setting, _read(f"{variable} names", Path(text)).rstrip("\r\n"), variable
            )
        else:
            values[name] = _value(setting, text, variable)
    return values


def _reserved(variable: str) -> bool:
    return variable in _RESERVED or variable.startswith(_RESERVED_PREFIX)


def _from_file(file: Path, settings: dict[str, Setting]) -> dict[str, Any]:
    try:
        content = tomllib.loads(_read("the settings are to be in", file))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the settings file {file} is not TOML: {error}") from None
    values: dict[str, Any] = {}
    for key, value in content.items():
        if key not in settings:
            raise SettingsError(_unknown(key, list(settings)) + f" (in {file})")
        values[key] = _value(settings[key], value, f"{key} in {file}")
    return values


def _read(what: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{what} {path}, which cannot be read: {reason}") from None


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), known, n=3, cutoff=0.7)
    if name.startswith(PREFIX):
        near = [f"{PREFIX}{each.upper()}" for each in near]
    hint = f"; did you mean {' or '.join(near)}?" if near else "; docs/settings.md lists them all"
    return f"there is no setting {name}{hint}"


def _value(setting: Setting, given: Any, place: str) -> Any:
    """The value that a text of the environment, or a value of TOML, stands for."""
    if setting.name == "processing_guarantee" and given == "exactly_once":
        raise SettingsError(_EXACTLY_ONCE.format(place=place))
    meant = _parsed(setting, given)
    try:
        return msgspec.convert(meant, setting.type, strict=True)
    except msgspec.ValidationError:
        shown = "not usable" if setting.secret else "empty" if given == "" else repr(given)
        raise SettingsError(f"{place} is {shown}, but takes {setting.takes}") from None


def _parsed(setting: Setting, given: Any) -> Any:
    """What the setting's type makes of it, or the same unchanged: the type then refuses it."""
    if setting.kind == "duration":
        return _seconds(given)
    if not isinstance(given, str):
        return given
    if setting.kind == "list":
        return tuple(part.strip() for part in given.split(",") if part.strip())
    text = given if setting.secret else given.strip()
    if setting.kind == "yes-no":
        return _YES_NO.get(text.lower(), given)
    try:
        return _NUMBERS[setting.kind](text) if setting.kind in _NUMBERS else text
    except ValueError:
        return given


def _seconds(given: Any) -> Any:
    if isinstance(given, str):
        match = _DURATION.fullmatch(given.lower())
        return float(match[1]) * _UNITS[match[2]] if match else given
    return float(given) if isinstance(given, int) and not isinstance(given, bool) else given
