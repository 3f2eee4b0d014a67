"""Every setting: its name, its bounds and its default. ``words`` says what each does.

The kinds below carry what the loader and the page need: the bounds, that seconds are written as
``7d`` or ``50ms`` (``DURATION``), and that a value is never shown (``SECRET``).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
from msgspec import Meta

from consumers.settings.checks import check, source_actions, uri_owners
from processors.policy import Action, Compare, Duplicates, Limits, Policy

DURATION: dict[str, Any] = {"takes": "duration"}
SECRET: dict[str, Any] = {"secret": True}
_HIDDEN = "***"
_PASSWORD = re.compile(r"(://[^:/?#@]*):.*@")
_QUERY_PASSWORD = re.compile(r"(password=)[^&#]*", re.IGNORECASE)

Some = Annotated[str, Meta(min_length=1)]
Secret = Annotated[str, Meta(extra=SECRET)]
Count = Annotated[int, Meta(ge=1)]
CountOrNone = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Span = Annotated[float, Meta(gt=0, extra=DURATION)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; the variable is ``COPYDESK_`` and the name in capitals. Durations are seconds.

    Raises SettingsError where settings cannot stand together.
    """

    kafka: Some = "127.0.0.1:9092"
    kafka_security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    kafka_ca: str = ""
    kafka_cert: str = ""
    kafka_key: str = ""
    kafka_sasl: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = ""
    kafka_user: str = ""
    kafka_password: Secret = ""
    redis: Secret = "redis://127.0.0.1:6379"
    redis_ca: str = ""

    input: tuple[str, ...] = ("articles.raw",)
    output: str = "articles.clean"
    audit: str = "articles.audit"
    dead: str = "articles.dead"
    partitions: Annotated[int, Meta(ge=1, le=10_000)] = 4
    replication: Annotated[int, Meta(ge=1, le=32_767)] = 1
    retention: Span = 30 * 86400.0
    cloudevents: bool = False

    group: Some = "copydesk"
    instance: str = ""
    session_timeout: Annotated[float, Meta(ge=1, le=1800, extra=DURATION)] = 25.0
    batch: Annotated[int, Meta(ge=1, le=10_000)] = 200
    in_flight: Annotated[int, Meta(ge=1, le=100)] = 3
    linger: Annotated[float, Meta(ge=0, le=10, extra=DURATION)] = 0.005
    fetch_bytes: Annotated[int, Meta(ge=1024, le=1 << 30)] = 4 << 20
    settings_version: Count = 1
    processing_guarantee: Literal["at_least_once"] = "at_least_once"

    namespace: Some = "copydesk:live:"
    window: Span = 7 * 86400.0
    shards: CountOrNone = 0
    store_down: Literal["wait", "publish"] = "wait"

    compare: Compare = "profile"
    within: Action = "drop"
    same_source: Action = "drop"
    cross_source: Action = "drop"
    source_policies: tuple[str, ...] = ()
    uri_owners: tuple[str, ...] = ()
    claim_from: Count = 20
    drop_from: Count = 60
    single_from: Count = 80
    block_from: Count = 120
    block_average: Count = 60
    duplicates: Duplicates = "suppress"
    duplicate_rest: Share = 0.2
    lead_guard: bool = True
    context_guard: bool = True
    keep_whole_below: Share = 0.25

    audit_records: bool = True
    taggers: tuple[str, ...] = ("places", "subjects", "names")
    tag_files: str = ""

    max_body: Count = 5_000_000
    max_paragraphs: Count = 20_000
    max_depth: Annotated[int, Meta(ge=1, le=500)] = 60
    bad_in_a_row: CountOrNone = 100
    bad_share: Annotated[float, Meta(gt=0, le=1)] = 0.5

    web: str = ""
    web_token: Secret = ""
    workers: tuple[str, ...] = ()
    log: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "text"

    def __post_init__(self) -> None:
        check(self)


def policy(settings: Settings) -> Policy:
    """The rules on repeats, for the core."""
    return Policy(
        compare=settings.compare,
        within=settings.within,
        same_source=settings.same_source,
        cross_source=settings.cross_source,
        by_source=source_actions(settings.source_policies),
        claim_from=settings.claim_from,
        drop_from=settings.drop_from,
        single_from=settings.single_from,
        block_from=settings.block_from,
        block_average=settings.block_average,
        duplicates=settings.duplicates,
        duplicate_rest=settings.duplicate_rest,
        lead_guard=settings.lead_guard,
        context_guard=settings.context_guard,
        keep_whole_below=settings.keep_whole_below,
        uri_owners=uri_owners(settings.uri_owners),
    )


def limits(
    settings: Settings, max_output: int, max_audit: int, max_dead: int = Limits().max_dead
) -> Limits:
    """The bounds on one record; the last three are the topics' ``max.message.bytes``."""
    return Limits(
        max_body=settings.max_body,
        max_paragraphs=settings.max_paragraphs,
        max_depth=settings.max_depth,
        max_output=max_output,
        max_audit=max_audit,
        max_dead=max_dead,
    )


def describe(settings: Settings) -> dict[str, Any]:
    """Every setting by name, for logs: no password in it."""
    shown = msgspec.structs.asdict(settings)
    for name, hint in get_type_hints(Settings, include_extras=True).items():
        if name != "redis" and any(getattr(m, "extra", None) == SECRET for m in get_args(hint)):
            shown[name] = _HIDDEN if shown[name] else ""
    shown["redis"] = without_password(settings.redis)
    return shown


def without_password(url: str) -> str:
    """The same URL, its password hidden (and its query's, where drivers take one too)."""
    # Greedy up to the last @: a password that should have been escaped is hidden all the same.
    hidden = _PASSWORD.sub(rf"\1:{_HIDDEN}@", url)
    return _QUERY_PASSWORD.sub(rf"\1{_HIDDEN}", hidden)
