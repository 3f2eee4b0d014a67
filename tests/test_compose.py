"""The image and the Compose file, checked as far as files can tell: no container is started.

They parse, agree with each other and with the code (settings, verbs, ports, user), and keep the
promises that docs/deployment.md makes.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from consumers.cli import VERBS
from consumers.settings import load
from tests.tree import ROOT

yaml = pytest.importorskip("yaml")

METRICS_PORT, LAG_PORT = 8321, 8322
USER = 10001


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def compose() -> dict[str, Any]:
    """The Compose file with its anchors merged."""
    merged: dict[str, Any] = yaml.safe_load(read("docker-compose.yml"))
    return merged


def ours() -> list[str]:
    return [name for name, it in compose()["services"].items() if it["image"].startswith("copyd")]


# --- the image --------------------------------------------------------------------------------


def stages() -> list[list[str]]:
    """The Dockerfile's instructions, a list for each stage, continued lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", read("Dockerfile")))
    found: list[list[str]] = [[]]
    for line in filter(None, text.splitlines()):
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(re.sub(r"\s+", " ", line))
    return found[1:]


def test_the_final_image_installs_nothing_and_runs_as_a_number_that_is_not_root():
    last = "\n".join(stages()[-1])
    assert not re.search(r"\b(pip|apt|apt-get|gcc|make|git|curl|wget)\b", last)
    assert f"USER {USER}:{USER}" in last
    assert last.index("USER") > last.index("COPY")


def test_the_image_installs_by_hash_and_by_wheel_only():
    installs = [line for line in stages()[0] if "pip install" in line]
    assert len(installs) == 3
    for line in installs:
        assert "--require-hashes --only-binary :all:" in line or "--no-index --no-deps" in line


def test_what_the_image_copies_is_there_and_is_not_ignored():
    kept = {line[1:].rstrip("/") for line in read(".dockerignore").splitlines() if line[:1] == "!"}
    copied = [
        source.rstrip("/")
        for stage in stages()
        for line in stage
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    ]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert set(copied) == kept


def test_the_image_s_health_check_asks_the_port_that_the_worker_serves():
    last = "\n".join(stages()[-1])
    assert f"127.0.0.1:{METRICS_PORT}/livez" in last
    assert f"COPYDESK_WEB=0.0.0.0:{METRICS_PORT}" in last
    [check] = [line for line in stages()[-1] if line.startswith("HEALTHCHECK")]
    assert json.loads(check[check.index("CMD ") + 4 :])[0] == "python"


# --- compose ----------------------------------------------------------------------------------


def test_docker_compose_accepts_the_file():
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed, so the file is only parsed")
    done = subprocess.run(
        [program, "--file", str(ROOT / "docker-compose.yml"), "config", "--quiet"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_compose_sets_only_settings_that_there_are():
    for name in ours():
        environment = compose()["services"][name]["environment"]
        settings = load({key: str(value) for key, value in environment.items()})
        assert settings.kafka == "kafka:19092"
        assert settings.redis == "redis://redis:6379"


def test_compose_calls_only_verbs_that_there_are():
    called = {}
    for name in ours():
        words = " ".join(compose()["services"][name]["command"])
        called[name] = re.sub(r".*\bcopydesk ", "", words).split()[0]
    assert called == {"topics": "topics", "worker": "work", "lag": "lag"}
    assert set(called.values()) <= VERBS.keys()


def test_compose_shares_one_image_without_root_s_powers_and_without_a_writable_root():
    for name in ours():
        service = compose()["services"][name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["tmpfs"] == [f"/run/copydesk:uid={USER},gid={USER},mode=0700,size=64m"]


def test_compose_bounds_every_service_and_publishes_on_loopback_only():
    for name, service in compose()["services"].items():
        limits = service["deploy"]["resources"]["limits"]
        assert limits.keys() == {"cpus", "memory"}, name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name


def test_compose_keeps_the_worker_scalable():
    """A fixed container name, host name or host port would stop the second one."""
    worker = compose()["services"]["worker"]
    assert not worker.keys() & {"container_name", "hostname", "ports"}


def test_compose_starts_the_worker_after_the_topics_and_redis():
    services = compose()["services"]
    waits = {name: it["condition"] for name, it in services["worker"]["depends_on"].items()}
    assert waits == {"topics": "service_completed_successfully", "redis": "service_healthy"}
    assert "healthcheck" in services["redis"]
    assert "healthcheck" in services["kafka"]


def test_compose_s_redis_evicts_nothing_and_logs_every_write():
    command = " ".join(compose()["services"]["redis"]["command"])
    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command


def test_compose_s_kafka_makes_no_topics_by_itself():
    assert (
        compose()["services"]["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    )


def test_what_compose_mounts_is_there():
    for service in compose()["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose()["volumes"] or (ROOT / source).is_dir(), volume


# --- prometheus and grafana -------------------------------------------------------------------


def test_prometheus_accepts_its_configuration_and_rules():
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed, so the files are only parsed")
    done = subprocess.run(
        [program, "check", "config", str(ROOT / "deploy/prometheus/prometheus.yml")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_fires_by_the_rules_that_are_shipped_and_only_when_it_should():
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed, so no rule is tried")
    done = subprocess.run(
        [program, "test", "rules", str(ROOT / "tests/deploy/rules.test.yml")],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    tried = (
        read("tests/deploy/rules.test.yml").partition("a calm newsroom")[2].partition("name:")[2]
    )
    alerts = re.findall(r"- alert: (\w+)", read("deploy/prometheus/rules/copydesk.yml"))
    assert [name for name in alerts if f"alertname: {name}\n        exp_alerts:" not in tried] == []


def test_prometheus_reads_the_ports_that_compose_serves():
    jobs = {
        job["job_name"]: job
        for job in yaml.safe_load(read("deploy/prometheus/prometheus.yml"))["scrape_configs"]
    }
    [workers] = jobs["copydesk"]["dns_sd_configs"]
    [lag] = jobs["copydesk-lag"]["static_configs"]
    assert (workers["names"], workers["port"]) == (["worker"], METRICS_PORT)
    assert lag["targets"] == [f"lag:{LAG_PORT}"]
    assert (
        compose()["services"]["worker"]["environment"]["COPYDESK_WEB"] == f"0.0.0.0:{METRICS_PORT}"
    )
    assert compose()["services"]["lag"]["command"][-1] == f"0.0.0.0:{LAG_PORT}"


def test_every_alert_says_what_happened_and_what_to_do():
    rules = [
        rule
        for file in (ROOT / "deploy/prometheus/rules").glob("*.yml")
        for group in yaml.safe_load(file.read_text("utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert rules
    for rule in rules:
        assert {"summary", "action"} <= rule["annotations"].keys(), rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]


def test_grafana_finds_its_dashboards_and_they_use_the_data_source_that_is_provisioned():
    [source] = yaml.safe_load(read("deploy/grafana/provisioning/datasources/prometheus.yml"))[
        "datasources"
    ]
    [provider] = yaml.safe_load(read("deploy/grafana/provisioning/dashboards/copydesk.yml"))[
        "providers"
    ]
    mounts = compose()["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounts
    for file in (ROOT / "deploy/grafana/dashboards").glob("*.json"):
        used = re.findall(r'"datasource":\s*\{[^}]*"uid":\s*"([^"]+)"', file.read_text("utf-8"))
        json.loads(file.read_text("utf-8"))
        assert set(used) <= {source["uid"], "-- Grafana --"}, file.name
