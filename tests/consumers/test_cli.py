"""The command line itself: verbs, errors in sentences, exit codes, and how quickly it starts."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from consumers import cli
from consumers.cli import VERBS, main, options
from consumers.errors import CopydeskError, Unreachable, UsageFault
from consumers.kafka_client.opening import CONNECT_MS

PYTHON = sys.executable
THERE = main.list_commands(click.Context(main))


def copydesk(*arguments, environ=None, **more):
    """Run the command as a person does."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return subprocess.run(
        [PYTHON, "-m", "consumers", *arguments],
        capture_output=True,
        text=True,
        env={**clean, **(environ or {})},
        timeout=60,
        check=False,
        **more,
    )


def failing(error):
    """A verb that ends in this error."""

    @click.command()
    def command():
        raise error

    return command


@pytest.fixture
def verb(monkeypatch):
    """Put a verb of the test's own in the place of ``doctor``."""

    def put(command):
        monkeypatch.setattr(importlib.import_module("consumers.cli.doctor"), "command", command)
        return CliRunner().invoke(main, ["doctor"])

    return put


def test_help_names_every_verb_that_is_there_and_no_other():
    shown = CliRunner().invoke(main, ["--help"]).output
    listed = [
        line.split()[0]
        for line in shown.split("Commands:")[1].splitlines()
        if line.startswith("  ")
    ]
    assert [name for name in listed if name in VERBS] == THERE
    assert {"topics", "publish", "tail", "doctor"} <= set(THERE)


@pytest.mark.parametrize("name", THERE)
def test_every_verb_has_a_command_with_help_of_its_own(name):
    command = importlib.import_module(f"consumers.cli.{name}").command
    assert isinstance(command, click.Command)
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f"Usage: main {name}" in shown.output or f"Usage: copydesk {name}" in shown.output


def test_help_imports_no_verb_and_no_driver():
    code = (
        "import sys; from consumers.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'kafka', 'redis', 'faust', 'aiokafka', 'aiohttp', 'rich'} & set(sys.modules)\n"
        "verbs = {n for n in sys.modules if n.startswith('consumers.cli.')}\n"
        "sys.exit(f'{heavy} {verbs}' if heavy or verbs - {'consumers.cli.options'} else 0)"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_module_starts_it_too():
    for module in ("consumers", "consumers.cli"):
        done = subprocess.run(
            [PYTHON, "-m", module, "--version"], capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("copydesk ")


def test_an_unknown_verb_is_a_usage_error_that_names_the_nearest():
    done = copydesk("tial")
    assert done.returncode == 2
    assert "Did you mean tail" in done.stderr


def test_an_unknown_option_is_a_usage_error():
    assert copydesk("tail", "--nonsense").returncode == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CopydeskError("the desk is away"), 1),
        (UsageFault("the desk is away"), 2),
        (Unreachable("the desk is away"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(verb, error, code):
    result = verb(failing(error))
    assert result.exit_code == code
    assert result.stdout == ""
    if code != 130:
        assert result.stderr == "copydesk: the desk is away\n"


def test_an_error_that_quotes_data_cannot_steer_the_terminal(verb):
    result = verb(failing(CopydeskError("the uri \x1b[2J\x9b1m\n is bad")))
    assert result.stderr == "copydesk: the uri ␛[2J<U+009B>1m␊ is bad\n"


def test_a_fault_of_our_own_is_not_hidden(verb):
    assert isinstance(verb(failing(ZeroDivisionError())).exception, ZeroDivisionError)


def test_a_wrong_setting_is_one_sentence_without_traceback():
    done = copydesk("topics", "list", environ={"COPYDESK_BACTH": "7"})
    assert done.returncode == 2
    assert (
        done.stderr
        == "copydesk: there is no setting COPYDESK_BACTH; did you mean COPYDESK_BATCH?\n"
    )


def test_a_settings_file_that_is_not_there_is_one_sentence():
    done = copydesk("--config", "/nowhere.toml", "topics", "list")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("copydesk: the settings are to be in /nowhere.toml")
    assert len(done.stderr.splitlines()) == 1


def test_the_settings_file_of_the_command_line_reaches_the_verb(tmp_path, monkeypatch):
    file = tmp_path / "copydesk.toml"
    file.write_text("batch = 7\n")
    for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
        monkeypatch.delenv(name)
    context = click.Context(main, obj=file)
    assert options.settings_of(click.Context(click.Command("x"), parent=context)).batch == 7


UNREADABLE = [
    ("judge", "{}"),
    ("tags", "check", "{}"),
    ("tags", "try", "{}"),
    ("replay", "undo", "{}"),
]


@pytest.mark.parametrize("called", UNREADABLE)
@pytest.mark.parametrize("there", [True, False], ids=["of another kind", "not there"])
def test_a_file_that_cannot_be_read_fails_alike_in_every_verb(called, there, tmp_path):
    file = tmp_path / "given.json"
    if there:
        file.write_bytes(b"\xff{")
    done = CliRunner().invoke(main, [word.format(file) for word in called])
    assert done.exit_code == 1, done.stderr
    assert file.name in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("verb_and_more", [("topics", "list"), ("tail",), ("publish", __file__)])
def test_an_unreachable_kafka_is_one_sentence_and_three(verb_and_more):
    done = copydesk(*verb_and_more, environ={"COPYDESK_KAFKA": "127.0.0.1:1"})
    assert done.returncode == 3
    assert done.stderr.startswith("copydesk: Kafka at 127.0.0.1:1 (COPYDESK_KAFKA) does not answer")
    assert len(done.stderr.splitlines()) == 1


def test_a_worker_that_waits_for_kafka_says_so_and_ends_when_it_is_told_to():
    """Before a first connection would have been given up: nothing is in hand."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            [PYTHON, "-m", "consumers", "work"],
            env={**os.environ, "COPYDESK_KAFKA": address},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        said = iter(process.stderr.readline, "")
        assert any(f"connecting to Kafka at {address}" in line for line in said)
        assert any(
            f"waiting for Kafka, again in 0.5 s: Kafka at {address}" in line for line in said
        )
        process.send_signal(signal.SIGTERM)
        left = process.communicate(timeout=CONNECT_MS / 1000)[1]
    assert (process.returncode, "killing it" in left) == (0, False)


def test_a_reader_that_goes_away_ends_it_quietly():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [PYTHON, "-m", "consumers", "--help"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def test_an_interrupt_ends_it_with_its_own_code():
    process = subprocess.Popen(
        [PYTHON, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (130, "")


WAITING = """
import time, click, importlib
from consumers.cli import main
@click.command()
def command():
    click.echo("waiting")
    time.sleep(60)
importlib.import_module("consumers.cli.doctor").command = command
main(["doctor"])
"""


def test_the_words_of_verbs_are_sentences():
    assert all(words.endswith(".") and words[0].isupper() for words in VERBS.values())


def test_exit_codes_are_those_of_the_errors():
    assert cli.Failure(UsageFault("x")).exit_code == 2
