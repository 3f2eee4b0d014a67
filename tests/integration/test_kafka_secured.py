"""A real broker behind TLS and SASL: the settings that let copydesk in, and sentences where not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from kafka.admin import UserScramCredentialUpsertion

from consumers.errors import Unreachable
from consumers.kafka_client import connection, reading, topics
from consumers.kafka_client.words import Plan
from consumers.kafka_client.writing import writer
from consumers.settings import Settings
from tests.integration.secured import certificates, start_broker
from tests.leash import Leash

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
]


@pytest.fixture(scope="module")
def secured(leash: Leash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Ports by what they speak, and the folder of certificates."""
    home = tmp_path_factory.mktemp("secured")
    certificates(home)
    server, speaks = start_broker(home)
    leash.hold(server)
    with connection.connect(Settings(kafka=server.address)) as kafka:
        topics.create(kafka, Plan("t", 1, 1, {}))
        for number in ("256", "512"):
            upsertion = UserScramCredentialUpsertion(
                f"desk{number}", f"SCRAM-SHA-{number}", "s3cret"
            )
            kafka.client.alter_user_scram_credentials([upsertion])
    yield {"home": home, **speaks}
    server.kill()


def settings(secured: dict[str, Any], port: str, security: str, **more: Any) -> Settings:
    """Settings for one of the ports; files are named within the folder of certificates."""
    for name in ("kafka_ca", "kafka_cert", "kafka_key"):
        if name in more:
            more[name] = str(secured["home"] / more[name])
    return Settings(kafka=secured[port], kafka_security=security, **more)  # type: ignore[arg-type] # the row says which


CA = {"kafka_ca": "ca.pem"}
PLAIN = {"kafka_sasl": "PLAIN", "kafka_user": "desk", "kafka_password": "pass word"}
SCRAM = {"kafka_sasl": "SCRAM-SHA-512", "kafka_user": "desk512", "kafka_password": "s3cret"}
CLIENT = {"kafka_cert": "client.pem", "kafka_key": "client.key"}

LET_IN: list[tuple[str, str, dict[str, Any], str]] = [
    ("SASL_SSL", "sasl_ssl", CA | PLAIN, "user and password over TLS"),
    ("SASL_SSL", "sasl_ssl", CA | SCRAM, "SCRAM with SHA-512"),
    ("SASL_SSL", "sasl_ssl", CA | SCRAM | {"kafka_sasl": "SCRAM-SHA-256", "kafka_user": "desk256"}, "and with SHA-256"),
    ("SSL", "ssl", CA | CLIENT, "a certificate of the client's own"),
]  # fmt: skip


@pytest.mark.parametrize(("port", "security", "more", "why"), LET_IN)
def test_the_settings_let_admin_writer_and_reader_in(secured, port, security, more, why):
    chosen = settings(secured, port, security, **more)
    with writer(chosen) as out:
        out.send("t", b"k", why.encode()).wait()
    with connection.connect(chosen) as kafka:
        ranges = reading.stretches(kafka, ["t"])
    assert list(reading.records(chosen, ranges))[-1].value == why.encode()


KEPT_OUT: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "SASL_SSL",
        "sasl_ssl",
        CA | SCRAM | {"kafka_password": "wrong"},
        # Where the broker hangs up before the client has read its answer, it is a question.
        "COPYDESK_KAFKA_USER and COPYDESK_KAFKA_PASSWORD",
    ),
    ("SASL_SSL", "sasl_ssl", CA | PLAIN | {"kafka_password": "wrong"}, "COPYDESK_KAFKA_PASSWORD"),
    ("SASL_SSL", "sasl_ssl", PLAIN, "do not agree on TLS"),
    ("SSL", "ssl", CA, "COPYDESK_KAFKA_CERT"),
    ("SASL_SSL", "plaintext", {}, "TLS or SASL"),
]


@pytest.mark.parametrize(("port", "security", "more", "words"), KEPT_OUT)
def test_who_is_kept_out_is_told_which_setting_to_look_at(secured, port, security, more, words):
    chosen = settings(secured, port, security, **more)
    with pytest.raises(Unreachable) as caught, connection.connect(chosen):
        pass
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "wrong" not in str(caught.value)
