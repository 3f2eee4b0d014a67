"""The settings: one frozen record, built from ``COPYDESK_*`` variables and a TOML file.

Rules: building never connects; an unknown or wrong setting is an error that names it; a
``*_FILE`` variable names a file that holds the value (for secrets); nothing is read at import.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import field

from consumers.errors import UsageFault
from processors.policy import Action, Compare, Duplicates, Limits, Policy

PREFIX = "COPYDESK_"
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}


class SettingsError(UsageFault):
    """A setting that cannot be used. The message names it and says what it takes."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; the variable is ``COPYDESK_`` and the name in capitals. Durations are seconds."""

    kafka: str = "127.0.0.1:9092"
    redis: str = "redis://127.0.0.1:6379"
    input: tuple[str, ...] = ("articles.raw",)
    output: str = "articles.clean"
    audit: str = "articles.audit"
    dead: str = "articles.dead"
    group: str = "copydesk"
    instance: str = ""
    namespace: str = "copydesk:live:"
    window: float = 7 * 86400.0
    retention: float = 30 * 86400.0
    shards: int = 0
    compare: Compare = "profile"
    within: Action = "drop"
    same_source: Action = "drop"
    cross_source: Action = "drop"
    source_policies: tuple[str, ...] = ()
    claim_from: int = 20
    drop_from: int = 60
    single_from: int = 80
    block_from: int = 120
    block_average: int = 60
    duplicates: Duplicates = "suppress"
    duplicate_rest: float = 0.2
    lead_guard: bool = True
    keep_whole_below: float = 0.25
    store_down: Literal["wait", "publish"] = "wait"
    audit_records: bool = True
    taggers: tuple[str, ...] = ("places", "subjects", "names")
    tag_files: str = ""
    max_body: int = 5_000_000
    max_paragraphs: int = 20_000
    max_depth: int = 60
    batch: int = 200
    batch_wait: float = 0.05
    in_flight: int = 3
    linger: float = 0.005
    fetch_bytes: int = 4 << 20
    session_timeout: float = 25.0
    bad_in_a_row: int = 100
    bad_share: float = 0.5
    processing_guarantee: Literal["at_least_once"] = "at_least_once"
    kafka_security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    kafka_ca: str = ""
    kafka_cert: str = ""
    kafka_key: str = ""
    kafka_sasl: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = ""
    kafka_user: str = ""
    kafka_password: str = field(default="", name="kafka_password")
    redis_ca: str = ""
    partitions: int = 4
    replication: int = 1
    web: str = ""
    log: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "text"
