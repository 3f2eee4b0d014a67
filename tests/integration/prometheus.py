"""A real Prometheus over a worker and the lag exporter, by the files that are shipped.

Only where things are and how long they take is changed: found by name becomes an address, ten
seconds become one, and an alert's ``for`` becomes a second.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from consumers.embedded.process import free_port
from tests.integration.harness import Desk
from tests.integration.replays import environ
from tests.tree import ROOT

DEPLOY = ROOT / "deploy"
LAG = [sys.executable, "-m", "consumers", "lag"]


class Prometheus:
    """Asks the one that runs, and waits for what it should come to know."""

    def __init__(self, address: str) -> None:
        self.address = address

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """The series that a query gives now."""
        query = urlencode({"query": expression})
        with urlopen(f"http://{self.address}/api/v1/query?{query}", timeout=10) as answer:
            found: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return found

    def figure(self, expression: str) -> float | None:
        """The one value that a query gives, None for none."""
        found = self.ask(expression)
        assert len(found) <= 1, found
        return float(found[0]["value"][1]) if found else None

    def firing(self) -> set[str]:
        """The alerts that fire now."""
        return {a["metric"]["alertname"] for a in self.ask('ALERTS{alertstate="firing"}')}

    def comes(self, holds: Callable[[], bool], patience: float = 60.0) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < deadline, f"it did not come; firing: {self.firing()}"
            time.sleep(0.3)


def panels() -> list[tuple[str, str]]:
    """Every query of every panel of every dashboard: the panel's title and the expression."""
    return [
        (panel["title"], target["expr"])
        for file in sorted((DEPLOY / "grafana/dashboards").glob("*.json"))
        for panel in json.loads(file.read_text())["panels"]
        for target in panel["targets"]
    ]


def alerts() -> list[tuple[str, str]]:
    """What every alert looks at: its name and each part of its expression, without the threshold.

    ``absent(...)`` has no data where all is well.
    """
    return [
        (rule["alert"], re.sub(r"\s*(==|>|<)\s*[\d.]+$", "", part.strip()))
        for group in _rules()["groups"]
        for rule in group["rules"]
        for part in rule["expr"].split(" or ")
        if not part.strip().startswith("absent(")
    ]


def _rules() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    files = sorted((DEPLOY / "prometheus/rules").glob("*.yml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return {"groups": groups}


def _written(folder: Path, targets: dict[str, str]) -> Path:
    yaml = pytest.importorskip("yaml")
    settings = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    settings["global"] = dict.fromkeys(settings["global"], "1s")
    for job in settings["scrape_configs"]:
        job.pop("dns_sd_configs", None)
        job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
    rules = _rules()
    for group in rules["groups"]:
        group["rules"] = [
            each | {"for": "1s"} if "for" in each else each for each in group["rules"]
        ]
    (folder / "rules").mkdir()
    (folder / "rules/copydesk.yml").write_text(yaml.safe_dump(rules))
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    return folder / "prometheus.yml"


def exporter(here: Desk, address: str) -> subprocess.Popen[bytes]:
    """``copydesk lag --serve`` for the desk's group."""
    return serving(environ(here), here.names.group, address)


def serving(settings: dict[str, str], group: str, address: str) -> subprocess.Popen[bytes]:
    """``copydesk lag --serve`` for a group, looking every second."""
    command = [*LAG, "--group", group, "--serve", address, "--every", "1"]
    return subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL)


def prometheus(folder: Path, targets: dict[str, str]) -> Iterator[Prometheus]:
    """Run one that scrapes these addresses, by the names of the jobs that are shipped."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("prometheus is not installed, so nothing scrapes")
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [program, f"--config.file={_written(folder, targets)}", f"--web.listen-address={address}",
         f"--storage.tsdb.path={folder / 'data'}", "--log.level=error"],
        cwd=folder,
    )  # fmt: skip
    try:
        found = Prometheus(address)
        deadline = time.monotonic() + 60
        while not found.ready():
            assert process.poll() is None, "Prometheus has ended"
            assert time.monotonic() < deadline, "Prometheus does not answer"
            time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(20)
