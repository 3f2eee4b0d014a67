"""Servers that let in only whom they know: TLS, SASL and rights in Kafka, TLS and ACL in Redis.

Certificates are made here, by an authority of the test's own.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from consumers.embedded.kafka_server import pick_ports, prepare
from consumers.embedded.process import free_port
from consumers.embedded.redis_server import start_redis
from consumers.embedded.server import Server, start

LOGIN = "org.apache.kafka.common.security"
#: Every right is asked of who comes by TLS or SASL; who comes in the clear makes topics and rights.
AUTHORIZER = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
}


def certificates(home: Path) -> None:
    """An authority, what it signed for the broker and for a client, and one that nobody trusts."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=home, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    for authority in ("ca", "stranger"):
        openssl(*new, "-x509", "-keyout", f"{authority}.key", "-out", f"{authority}.pem", "-days", "2",
                "-subj", f"/CN={authority}")  # fmt: skip
    for who in ("broker", "client"):
        openssl(*new, "-keyout", f"{who}.key", "-out", f"{who}.csr", "-subj", f"/CN={who}",
                "-addext", "subjectAltName=IP:127.0.0.1")  # fmt: skip
        openssl("x509", "-req", "-in", f"{who}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
                "-CAcreateserial", "-copy_extensions", "copy", "-out", f"{who}.pem")  # fmt: skip
    (home / "keystore.pem").write_text(
        (home / "broker.key").read_text() + (home / "broker.pem").read_text()
    )


def start_broker(home: Path, **more: Mapping[str, str]) -> tuple[Server, dict[str, str]]:
    """A broker with a listener in the clear, one of SASL over TLS and one of mutual TLS.

    Also their addresses. ``desk`` comes by PLAIN with ``pass word``.
    """
    ports = pick_ports()
    others = pick_ports(frozenset((ports.client, ports.controller)))
    speaks = {"PLAINTEXT": ports.client, "SASL_SSL": others.client, "SSL": others.controller}
    listeners = ",".join(f"{name}://127.0.0.1:{port}" for name, port in speaks.items())
    protocols = ",".join(f"{name}:{name}" for name in speaks)
    plain = (
        f'{LOGIN}.plain.PlainLoginModule required username="x" password="x" user_desk="pass word";'
    )
    scram = f"{LOGIN}.scram.ScramLoginModule required;"
    overrides = {
        "listeners": f"{listeners},CONTROLLER://127.0.0.1:{ports.controller}",
        "advertised.listeners": listeners,
        "listener.security.protocol.map": f"{protocols},CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": plain,
        "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config": scram,
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": scram,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(home / "keystore.pem"),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(home / "ca.pem"),
        "listener.name.ssl.ssl.client.auth": "required",
    }
    for each in more.values():
        overrides |= each
    (home / "kafka").mkdir()
    server = start(prepare(home / "kafka", ports, overrides))
    return server, {name: f"127.0.0.1:{port}" for name, port in speaks.items()}


def start_tls_redis(home: Path) -> tuple[Server, int]:
    """A Redis with a port in the clear, for the test, and one of TLS; also the latter's number."""
    port = free_port()
    (home / "redis").mkdir()
    server = start_redis(
        home / "redis",
        {
            "tls-port": str(port),
            "tls-cert-file": str(home / "broker.pem"),
            "tls-key-file": str(home / "broker.key"),
            "tls-ca-cert-file": str(home / "ca.pem"),
            "tls-auth-clients": "no",
        },
    )
    time.sleep(0.2)
    return server, port
