"""What passes by itself is waited for; what does not is named for what it is."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from kafka import errors

from consumers.embedded import kafka_jars
from consumers.errors import Unreachable
from consumers.kafka_client import connection
from consumers.settings import Settings


def _asking(answers: list[BaseException | str]):
    """A question to Kafka that is answered so, one answer a call."""

    @connection.asks
    def ask(_connection: connection.Connection) -> str:
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return ask


def test_a_broker_that_has_no_coordinator_yet_is_asked_again() -> None:
    here = connection.Connection(Any, Settings())
    answers: list[BaseException | str] = [
        errors.CoordinatorNotAvailableError(),
        errors.CoordinatorLoadInProgressError(),
        errors.NotCoordinatorError(),
        "there",
    ]
    assert _asking(answers)(here) == "there"


def test_a_broker_that_never_has_one_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_MS", 300)
    here = connection.Connection(Any, Settings())
    answers: list[BaseException | str] = [errors.CoordinatorNotAvailableError() for _ in range(50)]
    with pytest.raises(Unreachable, match="does not answer"):
        _asking(answers)(here)
    assert 1 < len(answers) < 50, "it was asked more than once, and not for ever"


@pytest.mark.parametrize(
    ("error", "said", "why"),
    [
        (OSError("refused"), "no connection", "nobody there"),
        (RuntimeError("404"), "404", "the other side's own words"),
        (
            OSError("Could not find a suitable TLS CA certificate bundle, invalid path: nowhere"),
            "REQUESTS_CA_BUNDLE",
            "the variable names a file that is not there",
        ),
        (
            ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed"),
            "REQUESTS_CA_BUNDLE",
            "a proxy signs what comes through it",
        ),
    ],
)
def test_a_download_that_fails_says_why(error: BaseException, said: str, why: str) -> None:
    wrapped = OSError("Max retries exceeded") if isinstance(error, OSError) else RuntimeError("404")
    wrapped.__cause__ = error
    assert said in kafka_jars._why(error), why
    assert said in kafka_jars._why(wrapped), why
