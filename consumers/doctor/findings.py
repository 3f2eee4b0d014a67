"""What a check found."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "warning", "problem"]


class Finding(msgspec.Struct, frozen=True):
    """One check's answer: a sentence, and for what is not ok another on how to mend it.

    ``unreachable`` says that nothing could be asked, so that the exit code is another.
    """

    check: str
    level: Level
    message: str
    mend: str = ""
    unreachable: bool = False


def ok(check: str, message: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", message)


def unreachable(check: str, message: str) -> Finding:
    """A server that does not answer; the message says what to do."""
    return Finding(check, "problem", message, unreachable=True)


def warning(check: str, message: str, mend: str) -> Finding:
    """It runs, and something is lost by it or will be."""
    return Finding(check, "warning", message, mend)


def problem(check: str, message: str, mend: str) -> Finding:
    """It does not run, or loses records."""
    return Finding(check, "problem", message, mend)
