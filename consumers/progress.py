"""How far a run of ``copydesk publish`` has come, in a small file, so that it can go on later.

A file's entry counts the items acknowledged from its start, in order; a file that has become
shorter since then is another file, and is read from its start.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from consumers.errors import CopydeskError, UsageFault
from consumers.outbox import STDIN


class Done(msgspec.Struct):
    """Of one file: items done, and the byte up to which they reached."""

    items: int
    bytes: int


class Progress(msgspec.Struct):
    """What was published to one topic."""

    topic: str
    files: dict[str, Done] = {}

    def items(self, source: str) -> int:
        """How many items of the file are done."""
        path = Path(source)
        done = self.files.get(str(path.absolute()))
        if done is None or not path.is_file() or path.stat().st_size < done.bytes:
            return 0
        return done.items

    def add(self, source: str, items: int, end: int) -> None:
        """Note that the file's first ``items`` are done; standard input cannot be gone on with."""
        if source != STDIN:
            self.files[str(Path(source).absolute())] = Done(items, end)


def read(path: Path, topic: str) -> Progress:
    """The progress in a file, or none yet.

    Raises CopydeskError for what is no such file, and UsageFault for another topic's.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Progress)
    except FileNotFoundError:
        return Progress(topic)
    except OSError as error:
        raise CopydeskError(f"{path} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError:
        raise CopydeskError(
            f"{path} is not a file that --resume has written: name another"
        ) from None
    if found.topic != topic:
        raise UsageFault(f"{path} tells of the topic {found.topic!r}, not of {topic!r}")
    return found


def write(path: Path, progress: Progress) -> None:
    """Keep it, whole or not at all. Raises CopydeskError where the file cannot be written."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(msgspec.json.format(msgspec.json.encode(progress)))
        beside.replace(path)
    except OSError as error:
        raise CopydeskError(f"{path} cannot be written: {error.strerror}") from None
