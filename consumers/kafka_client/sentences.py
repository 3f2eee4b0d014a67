"""What may go wrong with Kafka, in sentences: what happened, and what to do about it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from typing import Self

from kafka import errors

from consumers.errors import CopydeskError, Denied, Unreachable
from consumers.settings import Settings


class MissingTopic(CopydeskError):
    """A topic that is not there."""


class Refused(CopydeskError):
    """Kafka answered, and said no."""


_CREDENTIALS = (
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)
# What the client says of TLS: its own words, and those of the system's library.
_TLS = ("Handshake failed", "[SSL")
# Of those, what trying again does not mend: the rest may be a broker that is going down.
_TLS_FOR_GOOD = ("VERIFY_FAILED", "WRONG_VERSION", "ALERT", "CERTIFICATE", "certificate")
# How the client words that nobody answered, where others are told that somebody said no.
_SILENCE = "timed out"
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
# What a broker refused, where who asked has not said it better.
_FORBIDDEN = (
    (errors.TopicAuthorizationFailedError, "read from, or write to, the topic"),
    (errors.GroupAuthorizationFailedError, "READ the group"),
    (errors.TransactionalIdAuthorizationFailedError, "WRITE the transactional id"),
    (errors.ClusterAuthorizationFailedError, "do this to the cluster"),
)
# Errors whose sentence is always the same, each with the class that gives the exit code.
_ALWAYS: tuple[tuple[tuple[type[BaseException], ...], type[CopydeskError], str], ...] = (
    (
        (errors.SaslAuthenticationFailedError,),
        Denied,
        "{where} refuses the user {user!r}: check COPYDESK_KAFKA_USER and COPYDESK_KAFKA_PASSWORD",
    ),
    (
        (errors.UnsupportedSaslMechanismError, errors.IllegalSaslStateError),
        Denied,
        "{where} does not speak {sasl}: check COPYDESK_KAFKA_SASL and COPYDESK_KAFKA_SECURITY",
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
            "`copydesk services up` starts one here and says how to name it{hint}"
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


class Heard(logging.Handler):
    """What the client logs in the length of a ``with``: why a first connection fails, which the
    client itself does not say.

    A certificate that does not fit is tried again until time is up, and told in its log alone.
    ``error`` is what was raised in the end.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.error: BaseException = errors.KafkaTimeoutError()
        self._errors: list[BaseException] = []
        self._said_no: set[str] = set()

    def __enter__(self) -> Self:
        logging.getLogger("kafka").addHandler(self)
        return self

    def __exit__(self, *_raised: object) -> None:
        logging.getLogger("kafka").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the errors, and which of the addresses they are of."""
        given = record.args if isinstance(record.args, tuple) else ()
        found = [each for each in given if isinstance(each, errors.KafkaError)]
        self._errors += found
        names = {each for each in given if isinstance(each, str) and each.startswith("bootstrap-")}
        if found and not any(_SILENCE in str(each) for each in found):
            self._said_no |= names
        elif found:  # it said no before it had come up: its last word counts
            self._said_no -= names

    def final(self, addresses: Sequence[str]) -> bool:
        """Whether waiting longer helps nobody: all of the addresses said no at once, or the client
        gave up by itself.
        """
        gave_up = not isinstance(self.error, errors.KafkaTimeoutError)
        return gave_up or len(self._said_no) >= len(addresses)

    def sentence(self, settings: Settings) -> CopydeskError:
        """The CopydeskError for what was raised, or for its cause where that was heard."""
        hung_up = any("disconnected" in str(each) for each in self._errors)
        return sentence(self._cause() or self.error, settings, hung_up=hung_up)

    def _cause(self) -> BaseException | None:
        """The first error that a person can mend, if one was heard."""
        for each in self._errors:
            if isinstance(each, _CREDENTIALS) or _is_tls(each):
                return each
        return None


def sentence(
    error: BaseException, settings: Settings, topic: str = "", *, hung_up: bool = False
) -> CopydeskError:
    """The CopydeskError for one of kafka-python's errors."""
    where = f"Kafka at {settings.kafka} (COPYDESK_KAFKA)"
    # In a transaction the client tells of these by an error of no kind, with the kind in its words.
    if type(error) is errors.KafkaError and any(kind.__name__ in str(error) for kind in _AWAY):
        error = errors.RequestTimedOutError()
    if isinstance(error, _MISSING):
        named = f"the topic {topic!r}" if topic else "a topic"
        return MissingTopic(f"{named} is not there on {where}: run `copydesk topics create`")
    if _is_tls(error):
        made = Denied if any(words in str(error) for words in _TLS_FOR_GOOD) else Unreachable
        return made(
            f"{where} and copydesk do not agree on TLS ({_plain(error)}): check "
            "COPYDESK_KAFKA_SECURITY, COPYDESK_KAFKA_CA, COPYDESK_KAFKA_CERT and COPYDESK_KAFKA_KEY"
        )
    if isinstance(error, errors.AuthorizationError):
        return denial(settings, _forbidden(error, topic))
    hint = _hint(settings) if hung_up else ""
    for kinds, kind, words in _ALWAYS:
        if isinstance(error, kinds):
            return kind(
                words.format(
                    where=where,
                    user=settings.kafka_user,
                    sasl=settings.kafka_sasl or "SASL",
                    told=_plain(error),
                    hint=hint,
                )
            )
    return Refused(f"{where} refused: {_plain(error)}")


def denial(settings: Settings, what: str) -> Denied:
    """The sentence for a missing right: who may not do what."""
    user = settings.kafka_user
    who = f"the user {user!r}" if user else "the owner of our certificate"
    return Denied(
        f"Kafka at {settings.kafka} does not allow {who} to {what}: grant it "
        "(docs/security.md lists what each command needs)"
    )


def _forbidden(error: BaseException, topic: str) -> str:
    """What is not allowed, as far as the error tells: brokers name the resource, not the right."""
    for kind, what in _FORBIDDEN:
        if isinstance(error, kind):
            return f"{what} {topic!r}" if topic and "topic" in what else what
    return f"do this ({_plain(error)})"


def _is_tls(error: BaseException) -> bool:
    return any(words in str(error) for words in _TLS)


def _hint(settings: Settings) -> str:
    """What may be wrong where somebody listens, and hangs up."""
    security = settings.kafka_security
    if security.startswith("sasl"):
        return (
            f"; something listens there: does it speak {security}, and are COPYDESK_KAFKA_USER "
            "and COPYDESK_KAFKA_PASSWORD right?"
        )
    if security == "ssl":
        return (
            "; something listens there: does it speak TLS (COPYDESK_KAFKA_SECURITY), and does it "
            "want a certificate (COPYDESK_KAFKA_CERT)?"
        )
    return "; something listens there: does it want TLS or SASL (COPYDESK_KAFKA_SECURITY)?"


def _plain(error: BaseException) -> str:
    """The error's name in words, ``NonEmptyGroupError`` as ``non empty group``, and its words."""
    name = type(error).__name__.removesuffix("Error")
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    said = ", ".join(str(part) for part in error.args if part)
    short = said if len(said) <= 300 else f"{said[:300]}..."
    return f"{words} ({short})" if short else words
