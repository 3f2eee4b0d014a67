"""The four topics as the design has them: how they are created, and what is wrong with one.

Nothing here asks Kafka: plans and differences are values. The reasons stand beside the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from consumers.kafka_client.words import Plan
from consumers.settings import Settings

Role = Literal["input", "output", "audit", "dead"]

_HOUR_MS = 3_600_000
_MIB = 1 << 20
#: What Kafka takes where nothing else is set (``max.message.bytes``).
_KAFKA_MAX = 1_048_588
#: Room for the reason, the place and the original headers of a dead letter.
_DEAD_ROOM = 64 << 10
_AFTER_MAX = "message.timestamp.after.max.ms"
#: The first Kafka that knows that setting (KIP-937).
_AFTER_MAX_SINCE = (3, 6)


class Difference(msgspec.Struct, frozen=True):
    """A topic's setting that is not as it must be. ``severe``: records may be lost or refused."""

    key: str
    found: str
    wanted: str
    why: str
    severe: bool = True


def roles(settings: Settings) -> dict[str, Role]:
    """The part of each topic that the settings name, in the order in which records pass them."""
    named: dict[str, Role] = dict.fromkeys(settings.input, "input")
    named[settings.output] = "output"
    named[settings.audit] = "audit"
    named[settings.dead] = "dead"
    return named


def plans(settings: Settings, version: tuple[int, ...]) -> list[Plan]:
    """How the topics are created on a cluster of that version."""
    return [
        Plan(name, settings.partitions, settings.replication, _configs(role, settings, version))
        for name, role in roles(settings).items()
    ]


def _configs(role: Role, settings: Settings, version: tuple[int, ...]) -> dict[str, str]:
    configs = {
        "cleanup.policy": "delete",
        "compression.type": "zstd",
        "retention.ms": str(round(_retention(role, settings) * 1000)),
        "message.timestamp.type": "CreateTime",
    }
    if version >= _AFTER_MAX_SINCE:
        configs[_AFTER_MAX] = str(_HOUR_MS)
    # The audit holds the whole original and more; a dead letter the original and the reason.
    sizes = {"output": 4 * _MIB, "audit": 8 * _MIB, "dead": 4 * _MIB}
    if role in sizes:
        configs["max.message.bytes"] = str(sizes[role])
    return configs


def _retention(role: Role, settings: Settings) -> float:
    if role in ("input", "audit"):
        return max(settings.retention, settings.window)
    return settings.retention


def differences(
    role: Role, settings: Settings, found: Mapping[str, str], largest_input: int = _KAFKA_MAX
) -> list[Difference]:
    """What is not as it must be. ``largest_input`` is the ``max.message.bytes`` of the input."""
    wrong: list[Difference] = []

    def differs(key: str, wanted: str, why: str, *, severe: bool = True) -> None:
        wrong.append(Difference(key, found[key], wanted, why, severe))

    if found.get("cleanup.policy", "delete") != "delete":
        differs("cleanup.policy", "delete", "compaction takes away what `restore` needs")
    if found.get("compression.type", "zstd") != "zstd":
        differs("compression.type", "zstd", "news takes a third of the space", severe=False)
    keeps = int(found.get("retention.ms", "-1"))
    needs = round(settings.window * 1000)
    if role in ("input", "audit") and 0 <= keeps < needs:
        differs(
            "retention.ms",
            str(round(_retention(role, settings) * 1000)),
            "records go before the window of their claims ends, so a replay cannot meet them",
        )
    if found.get("message.timestamp.type", "CreateTime") != "CreateTime":
        differs("message.timestamp.type", "CreateTime", "claims go by the time records bring along")
    if int(found.get(_AFTER_MAX, "0")) > _HOUR_MS:
        differs(
            _AFTER_MAX,
            str(_HOUR_MS),
            "a record dated far ahead claims its paragraphs for a window not yet begun",
            severe=False,
        )
    largest = int(found.get("max.message.bytes", str(8 * _MIB)))
    if role == "dead" and largest < largest_input + _DEAD_ROOM:
        differs(
            "max.message.bytes",
            str(max(4 * _MIB, largest_input + _DEAD_ROOM)),
            "a large bad record with its reason would not fit, and the worker would stop",
        )
    if role in ("output", "audit") and largest < largest_input:
        differs(
            "max.message.bytes",
            str(max(4 * _MIB, 2 * largest_input)),
            "the largest articles that come in would end as dead letters",
            severe=False,
        )
    return wrong
