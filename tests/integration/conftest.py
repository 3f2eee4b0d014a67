"""The command line on the session's services: settings of one test, and a way to run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.kafka_client import connection
from consumers.kafka_client import topics as kafka_topics
from consumers.kafka_client.words import Plan
from consumers.settings import Settings, load
from tests.conftest import Addresses, Topics
from tests.integration.hands import FOR_EVER, SEED, Copydesk, an_hour_ago


@pytest.fixture
def environ(services: Addresses, topics: Topics, namespace: str) -> dict[str, str]:
    """The settings of one test, as variables."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return clean | {
        "COPYDESK_KAFKA": services.kafka,
        "COPYDESK_REDIS": services.redis,
        "COPYDESK_INPUT": topics.input,
        "COPYDESK_OUTPUT": topics.output,
        "COPYDESK_AUDIT": topics.audit,
        "COPYDESK_DEAD": topics.dead,
        "COPYDESK_GROUP": topics.group,
        "COPYDESK_NAMESPACE": namespace,
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return load(environ)


@pytest.fixture
def copydesk(environ: dict[str, str]) -> Copydesk:
    """Run the command as a person does, with more variables if given."""

    def run(*arguments: str | Path, given: bytes | None = None, **more: str):
        done = subprocess.run(
            [sys.executable, "-m", "consumers", *map(str, arguments)],
            env=environ | more,
            input=given,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture
def made(copydesk: Copydesk) -> Copydesk:
    """The same, its topics created."""
    done = copydesk("topics", "create")
    assert done.returncode == 0, done.stderr
    return copydesk


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A directory as feeds leave it: good ones, and of every bad kind one."""
    folder = tmp_path / "feed"
    folder.mkdir()
    shutil.copy(SEED, folder / "seed.txt")
    dated = {"uri": "urn:a", "body": "b", "published": an_hour_ago().isoformat()}
    (folder / "a.json").write_text(json.dumps(dated))
    (folder / "array.json").write_text('[{"uri":"urn:b","body":"x"},\n {"uri":"urn:c","body":"y"}]')
    (folder / "lines.jsonl").write_text(
        '{"uri":"urn:d","body":"x"}\n{"uri":"urn:e"}\n\n{"uri":"urn:f","body":"z"}\n'
    )
    (folder / "latin.txt").write_bytes("Café au lait".encode("latin-1"))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "cut.json").write_text('{"uri":"urn:x","body":"br')
    return folder


@pytest.fixture
def kafka(settings: Settings) -> Iterator[connection.Connection]:
    """An open connection."""
    with connection.connect(settings) as opened:
        yield opened


@pytest.fixture
def raw(kafka: connection.Connection, settings: Settings) -> str:
    """The input topic alone, of three partitions."""
    name = settings.input[0]
    configs = {"compression.type": "zstd", **FOR_EVER}
    assert kafka_topics.create(kafka, Plan(name, 3, 1, configs))
    return name
