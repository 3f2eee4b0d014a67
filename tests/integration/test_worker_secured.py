"""The worker behind TLS, SASL and ACLs, for real: who is let in, and what is told to who is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from redis import Redis

from consumers.kafka_client import connection
from consumers.settings import Settings
from tests.conftest import Addresses, Topics
from tests.integration.hands import SEED
from tests.integration.harness import TAGLESS, Desk, desk, value_of
from tests.integration.secured import AUTHORIZER, certificates, start_broker, start_tls_redis
from tests.leash import Leash

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
]

PASSWORDS = ("s3cret-kafka", "pass word", "s3cret-redis", "wr0ng")
#: What docs/security.md grants a worker: kind of resource, which, operation.
RIGHTS: list[tuple[ResourceType, str, ACLOperation]] = [
    (ResourceType.TOPIC, "input", ACLOperation.READ),
    (ResourceType.TOPIC, "output", ACLOperation.WRITE),
    (ResourceType.TOPIC, "output", ACLOperation.DESCRIBE_CONFIGS),
    (ResourceType.TOPIC, "audit", ACLOperation.WRITE),
    (ResourceType.TOPIC, "audit", ACLOperation.DESCRIBE_CONFIGS),
    (ResourceType.TOPIC, "dead", ACLOperation.WRITE),
    (ResourceType.TOPIC, "dead", ACLOperation.DESCRIBE_CONFIGS),
    (ResourceType.GROUP, "group", ACLOperation.READ),
]
#: And of Redis: keys of the namespace, and these commands.
COMMANDS = (
    "ping info eval evalsha get set mget pttl pexpire hget hmget hset hsetnx hdel time"
).split()


class Fort:
    """The two servers and the folder of certificates."""

    def __init__(self, home: Path, leash: Leash) -> None:
        self.home = home
        certificates(home)
        self.broker, self.kafka = start_broker(home, authorizer=AUTHORIZER)
        leash.hold(self.broker)
        self.redis, self.tls_port = start_tls_redis(home)
        leash.hold(self.redis)
        self.admin = Redis(port=self.redis.recipe.port)
        with connection.connect(Settings(kafka=self.kafka["PLAINTEXT"])) as opened:
            for number in ("256", "512"):
                made = UserScramCredentialUpsertion(
                    f"desk{number}", f"SCRAM-SHA-{number}", "s3cret-kafka"
                )
                opened.client.alter_user_scram_credentials([made])

    def may(self, namespace: str, commands: list[str] | tuple[str, ...] = tuple(COMMANDS)) -> None:
        """Make Redis's user ``desk`` anew, with these commands on the keys of a namespace."""
        self.admin.execute_command(
            "ACL", "SETUSER", "desk", "reset", "on", ">s3cret-redis", f"~{namespace}*",
            *(f"+{command}" for command in commands),
        )  # fmt: skip

    def grant(self, user: str, names: Topics, leave_out: int | None = None) -> None:
        """Give a user of Kafka all of ``RIGHTS``, or all but one."""
        acls = [
            ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW,
                ResourcePattern(kind, getattr(names, name)))
            for index, (kind, name, operation) in enumerate(RIGHTS)
            if index != leave_out
        ]  # fmt: skip
        with connection.connect(Settings(kafka=self.kafka["PLAINTEXT"])) as opened:
            opened.client.create_acls(acls)

    def scram(self, number: str = "512", **more: str) -> dict[str, str]:
        """A worker's variables: SCRAM over TLS, and Redis's user over TLS."""
        return {
            "COPYDESK_KAFKA": self.kafka["SASL_SSL"],
            "COPYDESK_KAFKA_SECURITY": "sasl_ssl",
            "COPYDESK_KAFKA_CA": str(self.home / "ca.pem"),
            "COPYDESK_KAFKA_SASL": f"SCRAM-SHA-{number}",
            "COPYDESK_KAFKA_USER": f"desk{number}",
            "COPYDESK_KAFKA_PASSWORD": "s3cret-kafka",
            "COPYDESK_REDIS": f"rediss://desk:s3cret-redis@127.0.0.1:{self.tls_port}/0",
            "COPYDESK_REDIS_CA": str(self.home / "ca.pem"),
        } | more


@pytest.fixture(scope="module")
def fort(leash: Leash, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    made = Fort(tmp_path_factory.mktemp("fort"), leash)
    yield made
    made.admin.close()
    made.broker.kill()
    made.redis.kill()


@pytest.fixture
def inside(fort: Fort, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk that sees to its topics in the clear; its workers come through the gates."""
    clear = Addresses(fort.kafka["PLAINTEXT"], f"redis://127.0.0.1:{fort.redis.recipe.port}/0")
    with desk(clear, topics, namespace, tmp_path, **TAGLESS) as made:
        made.make_topics(1)
        fort.may(namespace)
        yield made


def _quiet(text: str) -> None:
    for password in PASSWORDS:
        assert password not in text
    assert "Traceback" not in text


MTLS = {"COPYDESK_KAFKA_CERT": "client.pem", "COPYDESK_KAFKA_KEY": "client.key"}
GATES: list[tuple[str, str, str, dict[str, str], str]] = [
    ("desk512", "512", "SASL_SSL", {}, "SCRAM-SHA-512 over TLS"),
    ("desk256", "256", "SASL_SSL", {}, "SCRAM-SHA-256 over TLS"),
    ("desk", "512", "SASL_SSL", {"COPYDESK_KAFKA_SASL": "PLAIN", "COPYDESK_KAFKA_USER": "desk", "COPYDESK_KAFKA_PASSWORD": "pass word"}, "PLAIN over TLS"),
    ("CN=client", "512", "SSL", {"COPYDESK_KAFKA_SECURITY": "ssl", "COPYDESK_KAFKA_SASL": "", "COPYDESK_KAFKA_USER": "", "COPYDESK_KAFKA_PASSWORD": "", **MTLS}, "mutual TLS"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("user", "number", "port", "more", "why"), GATES, ids=lambda v: str(v)[:12]
)
def test_the_seed_article_comes_through_every_gate_with_no_more_rights_than_listed(
    fort: Fort, inside: Desk, user: str, number: str, port: str, more: dict[str, str], why: str
) -> None:
    fort.grant(user, inside.names)
    files = {k: str(fort.home / v) if k in MTLS else v for k, v in more.items()}
    worker = inside.start(
        1,
        COPYDESK_LOG_FORMAT="json",
        **fort.scram(number, COPYDESK_KAFKA=fort.kafka[port], **files),
    )
    inside.publish([{"uri": "urn:seed", "body": SEED.read_text()}])
    inside.drained()
    (item,) = inside.outputs()
    assert dict(item.headers)["copydesk-dropped"] == b"4", why
    assert value_of(item)["uri"] == "urn:seed"
    for process in (worker.pid, *inside.children(worker)):
        line = Path(f"/proc/{process}/cmdline").read_bytes().decode()
        assert not any(password in line for password in PASSWORDS), "ps shows it to all users"
    assert inside.stop(worker) == 0
    said = inside.logs()
    assert "settings in force: " in said
    _quiet(said)


KEPT_OUT: list[tuple[dict[str, str], str, str]] = [
    ({"COPYDESK_KAFKA_PASSWORD": "wr0ng"}, "COPYDESK_KAFKA_PASSWORD", "a wrong password to Kafka"),
    ({"COPYDESK_KAFKA_CA": "stranger.pem"}, "COPYDESK_KAFKA_CA", "an authority Kafka is not of"),
    ({"COPYDESK_KAFKA_CA": "none.pem"}, "COPYDESK_KAFKA_CA", "a file that is not there"),
    ({"COPYDESK_KAFKA_CA": "ca.key"}, "COPYDESK_KAFKA_CA", "a file that holds no certificate"),
    ({"COPYDESK_REDIS": "wr0ng"}, "COPYDESK_REDIS", "a wrong password to Redis"),
    ({"COPYDESK_REDIS_CA": "stranger.pem"}, "COPYDESK_REDIS_CA", "an authority Redis is not of"),
    ({"COPYDESK_REDIS_CA": "none.pem"}, "COPYDESK_REDIS_CA", "a file that is not there"),
]


@pytest.mark.parametrize(("wrong", "named", "why"), KEPT_OUT, ids=[row[2] for row in KEPT_OUT])
def test_who_is_kept_out_is_told_which_setting_in_one_sentence(
    fort: Fort, inside: Desk, wrong: dict[str, str], named: str, why: str
) -> None:
    fort.grant("desk512", inside.names)
    files = {k: str(fort.home / v) if k.endswith("_CA") else v for k, v in wrong.items()}
    if "COPYDESK_REDIS" in wrong:
        files["COPYDESK_REDIS"] = f"rediss://desk:wr0ng@127.0.0.1:{fort.tls_port}/0"
    worker = inside.start(1, **fort.scram(**files))
    # A broker may hang up on a wrong password before its answer is read. Then the worker waits, as
    # for any that hangs up, and names the settings all the same.
    asked = "COPYDESK_KAFKA_PASSWORD right?"
    inside.wait_for(lambda: worker.poll() is not None or asked in inside.logs(), 100)
    said = inside.logs()
    if named == "COPYDESK_KAFKA_PASSWORD" and asked in said:
        inside.stop(worker)
    else:
        assert worker.returncode in (1, 2), why
        assert named in _told(said), said
    _quiet(said)
    doctor = _doctor(inside, fort.scram(**files))
    assert doctor.returncode != 0
    _quiet(doctor.stdout + doctor.stderr)


def _ended(inside: Desk, worker: subprocess.Popen[bytes]) -> int:
    inside.wait_for(lambda: worker.poll() is not None, 100)
    return worker.returncode


def _told(said: str) -> str:
    """The sentences that are errors: one."""
    told = [
        line for line in said.splitlines() if " error " in line or line.startswith("copydesk: ")
    ]
    assert len(told) == 1, said
    return told[0]


def _doctor(inside: Desk, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    return subprocess.run(
        [sys.executable, "-m", "consumers", "doctor"],
        env={**environ, **inside.environ, **more}, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "left_out", range(len(RIGHTS)), ids=[f"{r[1]}-{r[2].name}" for r in RIGHTS]
)
def test_without_any_one_right_the_worker_says_which(
    fort: Fort, inside: Desk, left_out: int
) -> None:
    fort.grant("desk512", inside.names, left_out)
    _, name, operation = RIGHTS[left_out]
    worker = inside.start(1, **fort.scram())
    assert _ended(inside, worker) == 1
    said = inside.logs()
    told = _told(said)
    assert operation.name in told, said
    assert getattr(inside.names, name) in told
    _quiet(said)
