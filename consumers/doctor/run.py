"""All checks, one after another; what cannot be reached hides only its own."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from consumers import store
from consumers.assembly import redis_store
from consumers.doctor import gather, kafka_rules, sample_rules
from consumers.doctor.findings import Finding, ok, problem, unreachable, warning
from consumers.errors import CopydeskError, Unreachable
from consumers.formats import formats
from consumers.settings import Settings, SettingsError, limits, load
from processors.formats import decode

#: Modules without which reading is slow or impossible, and the pip name that brings them.
_NEEDED = {
    "crc32c": ("reading is some thirty times slower", "kafka-python[crc32c]"),
    "zstandard": ("topics kept in zstd cannot be read by commands", "kafka-python[zstd]"),
    "cramjam": ("topics kept in zstd cannot be read by workers", "aiokafka[zstd]"),
}
#: The oldest Redis that the layout of claims was tried on.
_OLDEST_REDIS = (6, 2)
_SLOW_SECONDS = 0.02


def findings(environ: Mapping[str, str], config: Path | None) -> Iterator[Finding]:
    """Every check's finding, as it is made."""
    yield from software()
    try:
        settings = load(environ, config)
    except SettingsError as error:
        yield problem("settings", str(error), "mend it, and run `copydesk doctor` again")
        return
    yield from _settings(settings)
    yield from _kafka(settings)
    yield from _redis(settings)


def software() -> Iterator[Finding]:
    """What is installed can do its work."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    for name in missing:
        why, brings = _NEEDED[name]
        yield warning("software", f"{name} is not installed: {why}", f"pip install '{brings}'")
    if not missing:
        yield ok("software", f"Python {sys.version.split()[0]}, with all that reading needs")


def _settings(settings: Settings) -> Iterator[Finding]:
    files = {
        "COPYDESK_KAFKA_CA": settings.kafka_ca,
        "COPYDESK_KAFKA_CERT": settings.kafka_cert,
        "COPYDESK_KAFKA_KEY": settings.kafka_key,
        "COPYDESK_REDIS_CA": settings.redis_ca,
        "COPYDESK_TAG_FILES": settings.tag_files,
    }
    wrong = False
    for variable, path in files.items():
        if path and not os.access(path, os.R_OK):
            wrong = True
            yield problem("settings", f"{variable} names {path}, which cannot be read", "mend it")
    if settings.kafka_security == "sasl_plaintext" or settings.redis.startswith("redis://:"):
        yield warning(
            "settings",
            "a password goes over the network in the clear",
            "use sasl_ssl for Kafka and rediss:// for Redis",
        )
    if not wrong:
        yield ok("settings", "the settings can be used")


def _kafka(settings: Settings) -> Iterator[Finding]:
    now = round(time.time() * 1000)
    try:
        told = gather.facts(settings, now)
    except Unreachable as error:
        yield unreachable("kafka", str(error))
        return
    except CopydeskError as error:
        yield problem(
            "kafka",
            str(error),
            "mend what it names; the user needs the rights to describe and to read",
        )
        return
    for rule in kafka_rules.RULES:
        yield from rule(settings, told)
    reading = functools.partial(
        decode, limits=limits(settings, sys.maxsize, sys.maxsize), formats=formats()
    )
    yield from sample_rules.judge(sample_rules.look(told.sample, reading), settings, now)


def _redis(settings: Settings) -> Iterator[Finding]:
    try:
        told = asyncio.run(_described(settings))
    except Unreachable as error:
        yield unreachable("redis", str(error))
        return
    except CopydeskError as error:
        yield problem("redis", str(error), "mend it: claims cannot be kept there")
        return
    where = f"{told.server} {told.version} at {store.without_password(settings.redis)}"
    numbers = [int(part) for part in told.version.split(".")[:2] if part.isdigit()]
    if told.server == "redis" and numbers and tuple(numbers) < _OLDEST_REDIS:
        yield problem("redis", f"{where} is too old", "use Redis 6.2 or later, or Valkey")
    elif told.latency > _SLOW_SECONDS:
        yield warning(
            "redis",
            f"{where} takes {told.latency * 1000:.0f} ms for one round trip, and a batch waits "
            "for one",
            "bring it nearer to the workers",
        )
    else:
        yield ok("redis", f"{where}, {told.latency * 1000:.1f} ms a round trip")
    for sentence in store.warnings(told):
        first, _, mend = sentence.rpartition(". ")
        yield warning("redis", first or sentence, mend)


async def _described(settings: Settings) -> store.StoreFacts:
    opened = redis_store(settings)
    try:
        return await opened.describe()
    finally:
        await opened.close()
