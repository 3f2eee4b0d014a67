"""Each command's rights in Kafka, as docs/security.md lists them: enough, and none too many.

Every row runs as a user of its own, once with just its rights, and once without each of them.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    UserScramCredentialUpsertion,
)
from redis import Redis

from consumers.cli import main
from consumers.embedded.redis_server import start_redis
from consumers.kafka_client import connection
from consumers.settings import Settings
from tests.conftest import Addresses, Topics
from tests.integration import rights_page
from tests.integration.harness import TAGLESS, Desk, desk
from tests.integration.rights import CASES, GROUP, ROWS, TOPIC, URI, Row
from tests.integration.rights_page import NEEDS as PAGE_NEEDS
from tests.integration.secured import AUTHORIZER, certificates, start_broker
from tests.integration.test_redis_rights import listed
from tests.leash import Leash
from tests.tree import ROOT

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates"),
]

PAGE = ROOT / "docs/security.md"
BODY = "A paragraph of quite ordinary length that stands for itself and for nothing else in here."


def _id(case: tuple[Row, int | None]) -> str:
    row, left_out = case
    without = "" if left_out is None else f" without {' '.join(row.rights[left_out][1:])}"
    return row.command.split(" urn")[0].replace("{", "").replace("}", "") + without


class Guarded(NamedTuple):
    """The desk behind the authorizer, and how a user of a case comes in."""

    desk: Desk
    environ: dict[str, str]

    def run(self, case: tuple[Row, int | None], folder: Path) -> Result:
        """A command line, as the user of its case."""
        row = case[0]
        number = CASES.index(case)
        new = f"{self.desk.names.dead}.{number}"
        places = {
            "{file}": str(folder / "story.txt"), "{undo}": str(folder / "undo.json"),
            "{first}": str(folder / "first.json"),
            "{group}": self.desk.names.group, "{new}": new,
            "{fresh}": f"{self.desk.names.group}.{number}",
            "{run}": f"r{number}", "{job}": str(folder / "job.json"),
        }  # fmt: skip
        (folder / "story.txt").write_text(BODY)
        own = {name: places[value] for name, value in row.environ}
        environ = self.environ | {"COPYDESK_KAFKA_USER": f"user{number}"} | own
        if row.before:
            first = row.before if case[1] is not None else row.before.replace(" plan ", " run ")
            for line in first.split(";"):
                done = self.call(line, places, self.desk.environ | own)
                assert done.exit_code == 0, done.output
        return self.call(row.command, places, environ)

    def call(
        self, line: str, places: dict[str, str], environ: dict[str, str] | None = None
    ) -> Result:
        """A command line with all rights, or by other settings."""
        words = [places.get(word, word) for word in line.split()]
        return CliRunner().invoke(main, words, env=environ or self.desk.environ)


@pytest.fixture(scope="module")
def guarded(
    leash: Leash, services: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guarded]:
    """A broker that asks each user for every right; an article, a duplicate and a dead letter."""
    home = tmp_path_factory.mktemp("guarded")
    certificates(home)
    broker, speaks = start_broker(home, authorizer=AUTHORIZER)
    leash.hold(broker)
    own = uuid.uuid4().hex[:8]
    names = Topics(f"raw.{own}", f"clean.{own}", f"audit.{own}", f"dead.{own}", f"group-{own}")
    redis = start_redis(home)
    leash.hold(redis)
    _redis_user(redis.recipe.port, f"test:{own}:")
    clear = Addresses(speaks["PLAINTEXT"], f"redis://desk:s3cret@127.0.0.1:{redis.recipe.port}/0")
    with desk(clear, names, f"test:{own}:", home, **TAGLESS) as made:
        made.make_topics(1)
        made.publish(
            [{"uri": URI, "body": BODY}, {"uri": "urn:rights:2", "body": BODY}, {"uri": "x"}]
        )
        worker = made.start(1)
        made.drained()
        made.stop(worker)
        _let_in(speaks["PLAINTEXT"], names)
        gate = {
            "COPYDESK_KAFKA": speaks["SASL_SSL"], "COPYDESK_KAFKA_SECURITY": "sasl_ssl",
            "COPYDESK_KAFKA_CA": str(home / "ca.pem"), "COPYDESK_KAFKA_SASL": "SCRAM-SHA-256",
            "COPYDESK_KAFKA_PASSWORD": "s3cret",
        }  # fmt: skip
        yield Guarded(made, made.environ | gate)
    broker.kill()
    redis.kill()


def _redis_user(port: int, namespace: str, leave_out: str = "") -> None:
    """What the page grants workers and replays, less one."""
    granted = (*listed(), "scan", "unlink")
    rules = [f"+{each}" for each in granted if each != leave_out]
    with Redis(port=port) as admin:
        admin.execute_command(
            "ACL", "SETUSER", "desk", "reset", "on", ">s3cret", f"~{namespace}*", *rules
        )
        admin.execute_command("SCRIPT", "FLUSH")


def _name(names: Topics, number: int, name: str) -> str:
    """What a row's word stands for, in the case of that number."""
    if name.endswith("'s copy"):
        original: str = getattr(names, name.removesuffix("'s copy"))
        return f"{original}.replay.r{number}"
    own = {
        "redrive": f"{names.group}.redrive",
        "run": f"{names.group}.replay.r{number}",
        "{new}": f"{names.dead}.{number}",
        "{fresh}": f"{names.group}.{number}",
    }
    if name == "dead" and CASES[number][0].environ:
        name = "{new}"  # the row names another topic
    return own.get(name) or str(getattr(names, name))


def _let_in(kafka: str, names: Topics) -> None:
    """A user a case, with its rights."""
    acls = []
    for number, (row, left_out) in enumerate(CASES):
        for index, (kind, name, operation) in enumerate(row.rights):
            if index == left_out:
                # The lesser right that is in it, where else that would be missed first.
                lesser = {"ALTER_CONFIGS": "DESCRIBE_CONFIGS", "{fresh}": "DESCRIBE"}
                operation = lesser.get(operation) or lesser.get(name, "")  # noqa: PLW2901
                if not operation:
                    continue
            acls.append(_rule(f"user{number}", kind, _name(names, number, name), operation))
    users = [f"user{number}" for number in range(len(CASES))]
    for lacks in ("", *PAGE_NEEDS):
        users.append(f"page-{lacks}")
        for name, operation in PAGE_NEEDS.items():
            if name != lacks:
                kind = GROUP if name == "group" else TOPIC
                acls.append(_rule(users[-1], kind, getattr(names, name), operation))
    with connection.connect(Settings(kafka=kafka)) as opened:
        opened.client.create_acls(acls)
        opened.client.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(user, "SCRAM-SHA-256", "s3cret") for user in users]
        )


def _rule(user: str, kind: str, name: str, operation: str) -> ACL:
    what = ResourcePattern(ResourceType[kind], name)
    return ACL(f"User:{user}", "*", ACLOperation[operation], ACLPermissionType.ALLOW, what)


@pytest.mark.parametrize("case", CASES, ids=map(_id, CASES))
def test_a_command_works_with_its_rights_and_names_the_one_that_it_lacks(guarded, tmp_path, case):
    row, left_out = case
    done = guarded.run(case, tmp_path)
    told = done.output
    assert "Traceback" not in told
    assert "s3cret" not in told
    if left_out is None:
        assert "not allow" not in told
        # The doctor finds fault with the test's topics, and with nothing else.
        assert done.exit_code == 0 or row.command == "doctor", told
        return
    kind, name, operation = row.rights[left_out]
    assert done.exit_code == 3, told
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert f"{operation} the " in told, told
    assert _name(guarded.desk.names, CASES.index(case), name) in told, told
    assert kind.split("_")[0].lower() in told
    assert "docs/security.md" in told


@pytest.mark.parametrize(
    ("line", "command", "why"),
    [
        ("doctor", "ping", "it asks whether Redis is there"),
        ("doctor", "info", "and what it is"),
        ("replay run --beside {run} --to-earliest --job {job}", "evalsha", "claims are scripts"),
        ("replay forget {run} --job {job}", "scan", "a run's keys are looked for"),
        ("replay forget {run} --job {job}", "unlink", "and deleted"),
    ],
)
def test_a_command_names_what_it_lacks_in_redis(guarded, tmp_path, line, command, why):
    """All the rights in Kafka. With just the page's in Redis all of the cases above work."""
    redis = int(guarded.desk.environ["COPYDESK_REDIS"].rpartition(":")[2].partition("/")[0])
    namespace = guarded.desk.environ["COPYDESK_NAMESPACE"]
    places = {"{run}": f"redis-{command}", "{job}": str(tmp_path / "job.json")}
    if "forget" in line:
        made = "run" if command == "unlink" else "plan"  # only a run leaves keys to delete
        first = f"replay {made} --beside {{run}} --to-earliest --job {{job}}"
        assert guarded.call(first, places).exit_code == 0
    _redis_user(redis, namespace, leave_out=command)
    try:
        done = guarded.call(line, places)
    finally:
        _redis_user(redis, namespace)
    assert done.exit_code in (1, 3), why
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert f"'{command}'" in done.output.lower(), done.output
    assert "docs/security.md" in done.output
    assert "s3cret" not in done.output


@pytest.mark.parametrize(
    ("lacks", "where", "why"),
    [
        ("", "", "with all four it knows everything"),
        ("audit", "dropped", "what is dropped stands in the audit"),
        ("dead", "dead", "what died is in the letters"),
        ("group", "ready", "there is no lag to look at"),
    ],
)
def test_the_page_of_lag_says_what_its_user_may_not_read(guarded, lacks, where, why):
    names = guarded.desk.names
    user = {"COPYDESK_KAFKA_USER": f"page-{lacks}"}
    said = rights_page.told(guarded.environ | user, names.group, where)
    if lacks:
        assert f"{PAGE_NEEDS[lacks]} the " in said, why
        assert getattr(names, lacks) in said
        assert "s3cret" not in said
    else:
        assert said == "", why


def _on_page(row: Row) -> str:
    """A row as the page has it."""
    verb = " ".join(word for word in row.command.split() if not word.startswith(("{", "urn")))
    groups: dict[str, list[str]] = {}
    for kind, name, operation in row.rights:
        said = {
            "redrive": "the transactional id `GROUP.redrive`",
            "group": "the group",
            "run": "the run's group" if kind == GROUP else "its transactional id",
            "{new}": "what is not there",
            "{fresh}": "a group that had read nothing before",
        }.get(name, name)
        groups.setdefault(operation, []).append(said)
    told = "; ".join(f"`{each}`: {', '.join(names)}" for each, names in groups.items())
    return f"| `{verb}` | {told} |"


@pytest.mark.parametrize("row", ROWS, ids=[row.command for row in ROWS])
def test_the_page_lists_these_rights(row):
    assert _on_page(row) in PAGE.read_text()
