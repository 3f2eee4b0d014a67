"""Logs: one line an event, for people or as JSON, with the uri and the offsets that it is about.

In JSON every line has the same keys, so that a pipeline of logs may rely on them; those of
``consumers.log_places`` are null where a line concerns no record, ``instance`` where it concerns no
worker.

Whatever comes from a record is made visible before it is written: a uri must not drive a terminal.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any, Literal

import msgspec

from consumers import log_places

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
# What steers a terminal, breaks a line, or reorders what stands around it; and half characters.
_UNSAFE = {c: f"\\x{c:02x}" for c in (*range(32), 127, *range(128, 160))} | {
    c: f"\\u{c:04x}"
    for c in (
        0x2028,
        0x2029,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    )
}
_UNSAFE_IN_LINES = {c: seen for c, seen in _UNSAFE.items() if c not in (9, 10)}
_HALF = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_UNSAFE_JSON = {c: f"\\u{c:04x}" for c in _UNSAFE if c > 31}


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%H:%M:%S", time.localtime(record.created))
        message = record.getMessage().translate(_UNSAFE)
        line = f"{stamp} {record.levelname.lower():<7} {record.name}: {message}"
        if origin := getattr(record, "origin", None):
            line += f" [{origin}]".translate(_UNSAFE)
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info).translate(_UNSAFE_IN_LINES)
        return line


class _Json(logging.Formatter):
    def __init__(self, instance: str | None = None) -> None:
        super().__init__()
        self._instance = instance

    def format(self, record: logging.LogRecord) -> str:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, Any] = {
            "time": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "instance": getattr(record, "instance", self._instance),
            **{key: getattr(record, key, None) for key in log_places.KEYS},
            "exception": self.formatException(record.exc_info) if record.exc_info else None,
        }
        # JSON escapes the first 32 by itself, and what is left here means the same escaped or not.
        entry = {
            name: said.translate(_HALF) if isinstance(said, str) else said
            for name, said in entry.items()
        }
        return msgspec.json.encode(entry).decode().translate(_UNSAFE_JSON)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Leave out what every new cluster says in its first seconds, while its group has no home."""
    told = record.name == "aiokafka.consumer.group_coordinator"
    return not (told and "CoordinatorNotAvailable" in record.getMessage())


def configure(level: str, form: Literal["json", "text"], instance: str | None = None) -> None:
    """Send logs to standard error. Kafka's and Faust's own chatter counts from warning up.

    ``instance`` is the worker's stable name, which JSON lines say.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_worth_saying)
    handler.setFormatter(_Json(instance) if form == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(_LEVELS[level], logging.WARNING) if level != "debug" else logging.DEBUG)
    logging.getLogger("copydesk").setLevel(_LEVELS[level])
    logging.captureWarnings(capture=True)


def in_json() -> bool:
    """Whether logs are configured, and written as JSON."""
    return any(isinstance(each.formatter, _Json) for each in logging.getLogger().handlers)
