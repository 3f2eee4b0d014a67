"""Every command in the README is run, as a reader would, and does what the README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from consumers.embedded import down, status

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]


def test_the_commands_of_the_readme_run_in_the_order_in_which_they_stand(tmp_path: Path) -> None:
    ours = [c for c in COMMANDS if not c.startswith(("make ", ". .venv"))]
    assert any("explain" in c for c in ours)
    script = ["set -eu"]
    for command in ours:
        if command.endswith("&"):
            script += [command, "worker=$!"]
        elif command == "copydesk services down":
            script += ['kill "$worker"', 'wait "$worker"', command]
        else:
            script.append(command)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    home = Path(sys.executable).parent
    environ |= {
        "PATH": f"{home}:{environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path),
        "COLUMNS": "120",
    }
    try:
        done = subprocess.run(
            ["bash", "-c", "\n".join(script)],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "5 kept, 4 dropped" in done.stdout
        assert "its block stood earlier in this article" in done.stdout
        assert "All is well." in done.stdout
        assert not status(tmp_path / "copydesk" / "services").running
    finally:
        down(tmp_path / "copydesk" / "services", purge=True)


def test_the_demo_shows_nine_paragraphs_in_and_five_out_and_leaves_nothing_running() -> None:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    done = subprocess.run(
        [sys.executable, "-m", "consumers", "demo"],
        env={**environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9 paragraphs in, 5 kept, 4 dropped" in done.stdout
    assert "letter for letter" in done.stdout
    assert "Kafka 127.0.0.1:" in done.stdout
    port = re.search(r"Kafka 127\.0\.0\.1:(\d+)", done.stdout)
    assert port is not None
    listening = Path("/proc/net/tcp").read_text()
    assert f":{int(port[1]):04X} 00000000:0000 0A" not in listening


def test_every_command_of_the_readme_is_there_and_every_command_that_is_there_is_in_it() -> None:
    told = set(re.findall(r"^\| `([a-z]+)", README, re.MULTILINE)) - {"articles"}
    shown = subprocess.run(
        [sys.executable, "-m", "consumers", "--help"], capture_output=True, text=True, check=True
    ).stdout
    commands = set(re.findall(r"^  ([a-z]+)  ", shown.split("Commands:")[1], re.MULTILINE))
    assert told == commands


def test_the_packaged_sample_is_the_seed_article_of_the_tests() -> None:
    packaged = ROOT / "processors" / "data" / "seed.txt"
    assert packaged.read_bytes() == (ROOT / "tests" / "corpus" / "seed.txt").read_bytes()
