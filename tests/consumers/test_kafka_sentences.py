"""What the client of Kafka says, in words that a person can act on."""

from __future__ import annotations

from kafka import errors

from consumers.errors import Unreachable
from consumers.kafka_client.sentences import Refused, sentence
from consumers.settings import Settings

_WRAPPED = "Could not execute transactional request for unknown reasons: "


def test_a_transaction_that_nobody_answers_is_told_as_any_silence_of_kafka() -> None:
    silence = sentence(errors.RequestTimedOutError("after 29999 ms"), Settings())
    inside = sentence(
        errors.KafkaError(f"{_WRAPPED}[Error 7] RequestTimedOutError: after 29999 ms"), Settings()
    )
    assert isinstance(inside, Unreachable)
    assert str(inside) == str(silence)


def test_any_other_reason_of_a_transaction_is_told_as_it_is() -> None:
    told = sentence(errors.KafkaError(f"{_WRAPPED}the disk is full"), Settings())
    assert isinstance(told, Refused)
    assert "the disk is full" in str(told)
