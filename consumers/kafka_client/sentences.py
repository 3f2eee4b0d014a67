"""What may go wrong with Kafka, in sentences: what happened, and what to do about it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from kafka import errors

from consumers.errors import CopydeskError, Unreachable
from consumers.settings import Settings


class MissingTopic(CopydeskError):
    """A topic that is not there."""


class Refused(CopydeskError):
    """Kafka answered, and said no."""


_MISSING = (errors.UnknownTopicOrPartitionError, errors.UnknownTopicIdError)
_TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
_AWAY = (
    errors.KafkaConnectionError,
    errors.KafkaTimeoutError,
    errors.NodeNotReadyError,
    errors.RequestTimedOutError,
    errors.MetadataEmptyBrokerList,
    errors.UnknownBrokerIdError,
    errors.BrokerNotAvailableError,
    errors.CoordinatorNotAvailableError,
    errors.CoordinatorLoadInProgressError,
    errors.NetworkExceptionError,
    errors.Cancelled,
)
# Errors whose sentence is always the same, each with the class that gives the exit code.
_ALWAYS: tuple[tuple[tuple[type[BaseException], ...], type[CopydeskError], str], ...] = (
    (
        (errors.SaslAuthenticationFailedError,),
        Unreachable,
        "{where} refuses the user {user!r}: check COPYDESK_KAFKA_USER and COPYDESK_KAFKA_PASSWORD",
    ),
    (
        (errors.UnsupportedSaslMechanismError, errors.IllegalSaslStateError),
        Unreachable,
        "{where} does not speak {sasl}: check COPYDESK_KAFKA_SASL and COPYDESK_KAFKA_SECURITY",
    ),
    (
        (errors.AuthorizationError,),
        Refused,
        "{where} does not allow this to the user {user!r}: {told}",
    ),
    (
        _TOO_LARGE,
        Refused,
        "the record is larger than the topic takes: raise its max.message.bytes, or send less",
    ),
    (
        (errors.InvalidTimestampError,),
        Refused,
        (
            "the record's time lies further in the future or the past than the topic allows "
            "(message.timestamp.after.max.ms): send it without a time, or with a true one"
        ),
    ),
    (
        (errors.InvalidRecordError,),
        Refused,
        "{where} refuses the record, or another of its batch and this one with it: {told}",
    ),
    (
        _AWAY,
        Unreachable,
        (
            "{where} does not answer: start it, or name another address; "
            "`copydesk services up` starts one here{tls}"
        ),
    ),
)


@contextlib.contextmanager
def spoken(settings: Settings, topic: str = "") -> Iterator[None]:
    """Turn kafka-python's errors into sentences; ``topic`` is the one that is meant, if any."""
    try:
        yield
    except errors.KafkaError as error:
        raise sentence(error, settings, topic) from error


def sentence(error: BaseException, settings: Settings, topic: str = "") -> CopydeskError:
    """The CopydeskError for one of kafka-python's errors."""
    where = f"Kafka at {settings.kafka} (COPYDESK_KAFKA)"
    if isinstance(error, _MISSING):
        named = f"the topic {topic!r}" if topic else "a topic"
        return MissingTopic(f"{named} is not there on {where}: run `copydesk topics create`")
    tls = ""
    if settings.kafka_security != "plaintext":
        tls = f"; COPYDESK_KAFKA_SECURITY is {settings.kafka_security}: does that port speak it?"
    for kinds, made, words in _ALWAYS:
        if isinstance(error, kinds):
            return made(
                words.format(
                    where=where,
                    user=settings.kafka_user,
                    sasl=settings.kafka_sasl or "SASL",
                    told=_plain(error),
                    tls=tls,
                )
            )
    return Refused(f"{where} refused: {_plain(error)}")


def _plain(error: BaseException) -> str:
    """The error's name in words, ``NonEmptyGroupError`` as ``non empty group``, and its words."""
    name = type(error).__name__.removesuffix("Error")
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    said = ", ".join(str(part) for part in error.args if part)
    short = said if len(said) <= 300 else f"{said[:300]}..."
    return f"{words} ({short})" if short else words
