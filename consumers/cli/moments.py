"""Moments and durations on the command line."""

from __future__ import annotations

import re

import click

from processors.times import milliseconds_of

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


class Moment(click.ParamType):
    """A moment as milliseconds since 1970: RFC 3339, or a date; without a zone it is UTC."""

    name = "TIME"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """See ``click.ParamType``."""
        if isinstance(value, int):
            return value
        found = milliseconds_of(value.strip())
        if found is None:
            self.fail(f"{value!r} is not a time such as 2026-11-22T10:00:00Z", param, ctx)
        return found


class Duration(click.ParamType):
    """A duration in milliseconds: ``90s``, ``15m``, ``12h``, ``7d``."""

    name = "DURATION"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """See ``click.ParamType``."""
        if isinstance(value, int):
            return value
        match = _DURATION.fullmatch(value.strip().lower())
        if match is None and value.strip() != "0":
            self.fail(f"{value!r} is not a duration such as 90s, 15m, 12h or 7d", param, ctx)
        return round(float(match[1]) * _UNITS[match[2]]) if match is not None else 0
