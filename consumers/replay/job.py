"""The plan of a run beside: its range, its own settings, and the names of all that is its own.

It is kept in a file from planning to forgetting, so that a run that was interrupted goes on with
the same range and the same judgement. How far it has come stands in Kafka, as its group's offsets.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from consumers.errors import CopydeskError, UsageFault
from consumers.settings import PREFIX, Settings, describe, load
from processors.pipeline import Core

_KIND = "replay-beside-1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
#: Settings that say where things are and how a worker runs: a replay judges otherwise, it does not
#: go elsewhere.
_PLACES = (
    "kafka", "redis", "input", "output", "audit", "dead", "partitions", "replication", "retention",
    "group", "instance", "session_timeout", "processing_guarantee", "namespace", "store_down",
    "web", "log",
)  # fmt: skip
#: Settings of how a worker carries records, on which no result depends.
_CARRIES = (
    "batch", "in_flight", "linger", "fetch_bytes", "bad_in_a_row", "bad_share"
)  # fmt: skip


class Range(msgspec.Struct, frozen=True):
    """One partition's part. From ``lead`` to ``start`` is judged only, from there to ``end``
    published too.
    """

    topic: str
    partition: int
    lead: int
    start: int
    end: int
    lead_time: int | None = None
    start_time: int | None = None
    end_time: int | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """See the module. ``changes`` are variables and their values, over the settings in force;
    ``judgement`` is all that the result depends on, to be the same for as long as the run takes.
    """

    copydesk: str = _KIND
    name: str
    cluster_id: str
    planned_at: str
    target: str
    group: str
    namespace: str
    output: str
    audit: str
    dead: str
    changes: dict[str, str]
    ranges: tuple[Range, ...]
    judgement: dict[str, Any] = {}

    @property
    def records(self) -> int:
        """Offsets whose records are published."""
        return sum(each.end - each.start for each in self.ranges)

    @property
    def lead(self) -> int:
        """Offsets whose records are judged only."""
        return sum(each.start - each.lead for each in self.ranges)


def names(settings: Settings, name: str) -> dict[str, str]:
    """What a run of that name calls its own. Raises UsageFault for a name that will not do."""
    if not _NAME.fullmatch(name):
        raise UsageFault(
            f"--beside is {name!r}, but takes small letters, digits and dashes, 40 at most"
        )
    return {
        "group": f"{settings.group}.replay.{name}",
        "namespace": f"{settings.namespace.removesuffix('live:')}replay:{name}:",
        "output": f"{settings.output}.replay.{name}",
        "audit": f"{settings.audit}.replay.{name}",
        "dead": f"{settings.dead}.replay.{name}",
    }


def changes(pairs: Sequence[str], file: Path | None) -> dict[str, str]:
    """Other values of settings, by variable; ``NAME=VALUE`` beats the file.

    Raises UsageFault for what is no setting, or one that a replay may not change.
    """
    found: dict[str, str] = {}
    if file is not None:
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise CopydeskError(f"--with: {file} cannot be read: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CopydeskError(f"--with: {file} is not TOML: {error}") from None
        found |= {_variable(name): _text(value) for name, value in content.items()}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise UsageFault(f"--set is {pair!r}, but takes NAME=VALUE, such as drop_from=80")
        found[_variable(name)] = value
    return found


def _variable(name: str) -> str:
    short = name.strip().lower().removeprefix(PREFIX.lower())
    if short.startswith(("kafka_", "redis_", "log_")) or short in _PLACES:
        raise UsageFault(
            f"a replay judges otherwise, it does not go elsewhere: it cannot set {short!r}"
        )
    return PREFIX + short.upper()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def settings_of(
    job: Job, settings: Settings, environ: Mapping[str, str], config: Path | None
) -> Settings:
    """The settings of the run: those in force, with its changes, in places of its own."""
    own = load({**environ, **job.changes}, config)
    return msgspec.structs.replace(
        own,
        kafka=settings.kafka,
        group=job.group,
        namespace=job.namespace,
        output=job.output,
        audit=job.audit,
        dead=job.dead,
        store_down="wait",
    )


def judgement(core: Core, own: Settings) -> dict[str, Any]:
    """All that the result depends on besides the records, as plain values."""
    shown = {k: v for k, v in describe(own).items() if _judges(k)}
    found = {
        "software": core.software,
        "taxonomies": core.taxonomies,
        "max_output": core.limits.max_output,
        "max_audit": core.limits.max_audit,
        "settings": shown,
    }
    # As it comes back out of the file: there, a tuple is a list.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(found))
    return plain


def _judges(name: str) -> bool:
    return name not in (*_PLACES, *_CARRIES) and not name.startswith(("kafka_", "redis_", "log_"))


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What of the judgement differs, in words."""
    said = []
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            said += changed(old, new)
        elif old != new:
            said.append(f"{key} was {old!r} and is {new!r}")
    return said


def file_of(name: str, given: Path | None) -> Path:
    """Where a plan is kept when nobody says: by name, in the folder in which it is called."""
    return given if given is not None else Path(f"copydesk-replay-{name}.json")


def read(file: Path) -> Job | None:
    """A plan, or None where there is no such file. Raises CopydeskError for one that is none."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Job)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CopydeskError(f"{file} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError as error:
        raise CopydeskError(f"{file} is no plan of `copydesk replay`: {error}") from None
    if found.copydesk != _KIND:
        raise CopydeskError(f"{file} is of another kind: {found.copydesk!r}")
    return found


def write(file: Path, job: Job) -> None:
    """Keep a plan, whole or not at all. Raises CopydeskError where the file cannot be written."""
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with beside.open("wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(job)) + b"\n")
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except OSError as error:
        raise CopydeskError(f"{file} cannot be written: {error.strerror}") from None
