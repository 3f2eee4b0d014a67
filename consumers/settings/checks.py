"""What a setting may hold, and which settings cannot stand together.

A check yields sentences; each names the setting as its variable, since that is what a person sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from consumers.errors import UsageFault
from processors.policy import Action

if TYPE_CHECKING:
    from consumers.settings.record import Settings

# Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic).
_TOPIC = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_ADDRESS = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\s:,/\[\]]+):(\d{1,5})")
#: Goes up when a setting changes its meaning; docs/upgrades.md.
SETTINGS_VERSION = 1
_REDIS_SCHEMES = ("redis", "rediss", "unix")


class SettingsError(UsageFault):
    """A setting that cannot be used. The message names it and says what it takes."""


def check(settings: Settings) -> None:
    """Raise SettingsError with the first thing that is wrong."""
    for rule in (_version, _servers, _security, _topics, _store, _lengths):
        for sentence in rule(settings):
            raise SettingsError(sentence)
    source_actions(settings.source_policies)
    uri_owners(settings.uri_owners)


def source_actions(pairs: tuple[str, ...]) -> dict[str, Action]:
    """``("reuters=keep",)`` as a mapping. Raises SettingsError for a pair that is not one."""
    actions: dict[str, Action] = {}
    choices: tuple[Action, ...] = get_args(Action)
    for pair in pairs:
        source, _, word = pair.rpartition("=")
        named = [choice for choice in choices if choice == word.strip()]
        if not source.strip() or not named:
            raise SettingsError(
                f"COPYDESK_SOURCE_POLICIES holds {pair!r}, but takes source=action, "
                f"with one of {', '.join(choices)} as the action"
            )
        actions[source.strip()] = named[0]
    return actions


def uri_owners(pairs: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """``("urn:newsml:afp.com:=AFP",)`` as pairs. Raises SettingsError for one that is none."""
    found = []
    for pair in pairs:
        prefix, _, source = pair.rpartition("=")
        if not prefix.strip() or not source.strip():
            raise SettingsError(
                f"COPYDESK_URI_OWNERS holds {pair!r}, but takes prefix=source: how uris begin that "
                "only this source may use"
            )
        found.append((prefix.strip(), source.strip()))
    return tuple(found)


def is_address(text: str, lowest: int = 1) -> bool:
    """Whether the text is ``host:port``, with a port from ``lowest`` up."""
    match = _ADDRESS.fullmatch(text)
    return match is not None and lowest <= int(match[1]) <= 65_535


def _version(settings: Settings) -> Iterator[str]:
    if settings.settings_version != SETTINGS_VERSION:
        yield (
            f"COPYDESK_SETTINGS_VERSION is {settings.settings_version}, but this copydesk reads "
            f"settings of version {SETTINGS_VERSION}: take back what was set for another one "
            "(docs/upgrades.md)"
        )


def _servers(settings: Settings) -> Iterator[str]:
    for server in settings.kafka.split(","):
        if not is_address(server.strip()):
            yield f"COPYDESK_KAFKA holds {server!r}, but takes host:port, comma-separated"
    if settings.web and not is_address(settings.web, lowest=0):
        yield f"COPYDESK_WEB is {settings.web!r}, but takes host:port, or nothing"
    for address in settings.workers:
        if not is_address(address):
            yield f"COPYDESK_WORKERS holds {address!r}, but takes host:port, comma-separated"
    if not settings.web_token.isascii() or " " in settings.web_token:
        yield "COPYDESK_WEB_TOKEN takes ASCII characters without spaces"


def _security(settings: Settings) -> Iterator[str]:
    sasl = settings.kafka_security.startswith("sasl")
    tls = settings.kafka_security.endswith("ssl")
    if sasl and not settings.kafka_sasl:
        yield "COPYDESK_KAFKA_SECURITY asks for SASL, so COPYDESK_KAFKA_SASL must name the way"
    if sasl and not (settings.kafka_user and settings.kafka_password):
        yield (
            "COPYDESK_KAFKA_SECURITY asks for SASL, so COPYDESK_KAFKA_USER and "
            "COPYDESK_KAFKA_PASSWORD (or COPYDESK_KAFKA_PASSWORD_FILE) must be set"
        )
    if settings.kafka_sasl and not sasl:
        yield (
            "COPYDESK_KAFKA_SASL is set, so COPYDESK_KAFKA_SECURITY must be sasl_ssl "
            "or sasl_plaintext"
        )
    if bool(settings.kafka_cert) != bool(settings.kafka_key):
        yield "COPYDESK_KAFKA_CERT and COPYDESK_KAFKA_KEY must be set together"
    if (settings.kafka_ca or settings.kafka_cert) and not tls:
        yield (
            "COPYDESK_KAFKA_CA and COPYDESK_KAFKA_CERT are for TLS, so COPYDESK_KAFKA_SECURITY "
            "must be ssl or sasl_ssl"
        )


def _topics(settings: Settings) -> Iterator[str]:
    if not settings.input:
        yield "COPYDESK_INPUT is empty, but takes the names of one or more topics"
    roles: list[tuple[str, str]] = [("COPYDESK_INPUT", topic) for topic in settings.input]
    roles += [
        ("COPYDESK_OUTPUT", settings.output),
        ("COPYDESK_AUDIT", settings.audit),
        ("COPYDESK_DEAD", settings.dead),
    ]
    taken: dict[str, str] = {}
    for variable, topic in roles:
        if not _TOPIC.fullmatch(topic) or topic in {".", ".."}:
            yield (
                f"{variable} holds {topic!r}, but a topic's name is letters, digits, dots, "
                "dashes and underscores, 249 at most"
            )
        if topic in taken:
            yield (
                f"{taken[topic]} and {variable} both name the topic {topic!r}: "
                "each topic has one part only"
            )
        taken[topic] = variable


def _store(settings: Settings) -> Iterator[str]:
    parts = urlsplit(settings.redis)
    if parts.scheme not in _REDIS_SCHEMES:
        yield "COPYDESK_REDIS takes a URL that begins with redis://, rediss:// or unix://"
    elif parts.scheme != "unix" and not parts.hostname:
        yield "COPYDESK_REDIS names no host; it takes a URL such as redis://127.0.0.1:6379"
    if settings.redis_ca and parts.scheme != "rediss":
        yield "COPYDESK_REDIS_CA is for TLS, so COPYDESK_REDIS must begin with rediss://"
    if any(mark in settings.namespace for mark in "{}"):
        yield (
            f"COPYDESK_NAMESPACE is {settings.namespace!r}, but takes no braces: "
            "Redis Cluster reads them as a hash tag"
        )


def _lengths(settings: Settings) -> Iterator[str]:
    if settings.drop_from < settings.claim_from:
        yield (
            f"COPYDESK_DROP_FROM ({settings.drop_from}) is below COPYDESK_CLAIM_FROM "
            f"({settings.claim_from}): what is not claimed cannot be dropped"
        )
    if settings.block_from < settings.block_average:
        yield (
            f"COPYDESK_BLOCK_FROM ({settings.block_from}) is below COPYDESK_BLOCK_AVERAGE "
            f"({settings.block_average}): a block cannot hold less than one of its paragraphs"
        )
