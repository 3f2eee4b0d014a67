"""Undoing a replay in place: the file that says where a group stood, and putting it back there."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from consumers.errors import CopydeskError, UsageFault
from consumers.kafka_client import connection, groups, topics
from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Committed, Place
from consumers.replay.quiet import wait_until_quiet
from processors.replay import Move
from processors.times import text_of


class Undone(msgspec.Struct, frozen=True):
    """Where one partition stood. ``offset`` None: the group had not read it."""

    topic: str
    partition: int
    offset: int | None
    moved_to: int | None
    metadata: str = ""


class UndoFile(msgspec.Struct, frozen=True, kw_only=True):
    """What puts a group back."""

    copydesk: str
    group: str
    cluster_id: str
    moved_at: str
    offsets: tuple[Undone, ...]


_KIND = "replay-undo-1"


def _place(each: Move | Undone) -> Place:
    return Place(each.topic, each.partition)


def content(
    group: str, cluster_id: str, moves: Iterable[Move], stands: Mapping[Place, Committed]
) -> UndoFile:
    """What puts a group back that stands so, once it has moved."""
    return UndoFile(
        copydesk=_KIND,
        group=group,
        cluster_id=cluster_id,
        moved_at=text_of(round(time.time() * 1000)),
        offsets=tuple(
            Undone(
                m.topic,
                m.partition,
                m.before,
                m.after,
                stands[_place(m)].metadata if _place(m) in stands else "",
            )
            for m in moves
        ),
    )


def default_file(group: str, folder: Path) -> Path:
    """Where an undo file is put when nobody says: by group and time."""
    plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in group)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return folder / f"copydesk-undo-{plain}-{stamp}.json"


def write(file: Path, content: UndoFile) -> None:
    """Write an undo file, on the disk before it returns, and never over one that is there."""
    try:
        with file.open("xb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(content)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        # One that is there already is a name to choose anew; a full disk is not.
        fault = UsageFault if isinstance(error, FileExistsError) else CopydeskError
        raise fault(
            f"the undo file {file} cannot be written: {error.strerror}; nothing was moved"
        ) from None


def read(file: Path) -> UndoFile:
    """An undo file. Raises CopydeskError for one that is none."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=UndoFile)
    except OSError as error:
        raise CopydeskError(f"{file} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise CopydeskError(f"{file} is no undo file of `copydesk replay`: {error}") from None
    if found.copydesk != _KIND:
        raise CopydeskError(f"{file} is of another kind: {found.copydesk!r}")
    return found


def undo(kafka: Connection, content: UndoFile) -> dict[Place, int | None]:
    """Put a group back. Returns where it stood in each partition before that.

    Raises CopydeskError where the group is live, or the file is of another cluster.
    """
    cluster = connection.cluster(kafka).cluster_id
    if content.cluster_id != cluster:
        raise CopydeskError(
            f"the undo file is of the cluster {content.cluster_id!r}, but the one at "
            f"{kafka.settings.kafka} is {cluster!r}: nothing was moved"
        )
    # Brokers leave out the commits of topics that we may not see, as if there were none.
    topics.topics(kafka, sorted({each.topic for each in content.offsets}), "READ")
    wait_until_quiet(kafka, content.group, 0)
    stands = groups.committed(kafka, [content.group]).get(content.group, {})
    notes = {each.metadata for each in content.offsets if each.offset is not None}
    for note in sorted(notes):
        back = {
            _place(each): each.offset
            for each in content.offsets
            if each.offset is not None and each.metadata == note
        }
        groups.move(kafka, content.group, back, note)
    gone = [_place(e) for e in content.offsets if e.offset is None and _place(e) in stands]
    if gone:
        groups.forget(kafka, content.group, gone)
    return {
        _place(e): stands[_place(e)].offset if _place(e) in stands else None
        for e in content.offsets
    }
