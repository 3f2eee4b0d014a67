"""The Kubernetes manifests, checked as far as files can tell: no cluster is asked.

They parse, agree with each other and with the code (settings, verbs, ports, user), and keep the
promises that docs/deployment.md makes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from consumers.cli import VERBS
from consumers.settings import load
from tests.tree import ROOT

yaml = pytest.importorskip("yaml")

METRICS_PORT = 8321
USER = 10001
SECRETS = "/run/secrets/copydesk"
WORKLOADS = ("Deployment", "StatefulSet", "Job")
MANIFESTS = ROOT / "deploy/kubernetes"


def manifests() -> list[dict[str, Any]]:
    files = sorted(MANIFESTS.glob("*.yaml"))
    return [document for file in files for document in yaml.safe_load_all(file.read_text("utf-8"))]


def workloads() -> list[dict[str, Any]]:
    return [manifest for manifest in manifests() if manifest["kind"] in WORKLOADS]


def containers() -> list[Any]:
    return [
        pytest.param(workload, container, id=f"{workload['kind']} {container['name']}")
        for workload in workloads()
        for container in workload["spec"]["template"]["spec"]["containers"]
    ]


def of_kind(kind: str) -> dict[str, Any]:
    [found] = [manifest for manifest in manifests() if manifest["kind"] == kind]
    return found


def test_the_kustomization_names_every_manifest_but_the_example():
    listed = set(of_kind("Kustomization")["resources"])
    there = {file.name for file in MANIFESTS.glob("*.yaml")}
    assert listed == there - {"kustomization.yaml", "secret.example.yaml"}


@pytest.mark.parametrize(("workload", "container"), containers())
def test_a_container_is_bounded_and_cannot_become_root(workload, container):
    pod = workload["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == USER
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    assert container["resources"]["requests"].keys() == {"cpu", "memory"}


@pytest.mark.parametrize(("workload", "container"), containers())
def test_what_a_container_mounts_is_a_volume_of_its_pod(workload, container):
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in workload["spec"]["template"]["spec"]["volumes"]}


@pytest.mark.parametrize(("workload", "container"), containers())
def test_a_container_s_settings_and_verb_are_ones_that_there_are(workload, container, tmp_path):
    """What the ConfigMap, the pod's name and the Secret's files come to, read as the worker will."""
    environ = dict(of_kind("ConfigMap")["data"])
    secret = of_kind("Secret")["stringData"]
    for variable in container.get("env", []):
        value = variable.get("value", f"{workload['metadata']['name']}-0")
        if variable["name"].endswith("_FILE"):
            file = tmp_path / value.removeprefix(f"{SECRETS}/")
            file.write_text(secret[file.name])
            value = str(file)
        environ[variable["name"]] = value
    settings = load(environ)
    assert settings.group == "copydesk"
    assert container["args"][0] in VERBS


def test_a_selector_selects_the_pods_of_its_own_workload():
    labelled = {
        json.dumps(workload["spec"]["template"]["metadata"]["labels"], sort_keys=True)
        for workload in workloads()
    }
    for manifest in manifests():
        if manifest["kind"] in {"Deployment", "StatefulSet", "PodDisruptionBudget", "Service"}:
            selector = manifest["spec"]["selector"]
            selected = selector.get("matchLabels", selector)
            assert json.dumps(selected, sort_keys=True) in labelled, manifest["metadata"]["name"]


def test_a_worker_s_place_in_the_group_is_its_pod_s_name():
    [worker] = of_kind("StatefulSet")["spec"]["template"]["spec"]["containers"]
    variables = {variable["name"]: variable for variable in worker["env"]}
    place = variables["COPYDESK_INSTANCE"]["valueFrom"]["fieldRef"]["fieldPath"]
    assert place == "metadata.name"


def test_the_probes_ask_the_port_that_the_worker_serves():
    [worker] = of_kind("StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert worker["ports"] == [{"name": "metrics", "containerPort": METRICS_PORT}]
    web = [variable["value"] for variable in worker["env"] if variable["name"] == "COPYDESK_WEB"]
    assert web == [f"0.0.0.0:{METRICS_PORT}"]
    asked = {
        kind: worker[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")
    }
    assert {kind: probe["path"] for kind, probe in asked.items()} == {
        "startup": "/livez",
        "liveness": "/livez",
        "readiness": "/readyz",
    }
    assert {probe["port"] for probe in asked.values()} == {"metrics"}


def test_the_scaling_rule_watches_the_group_and_topic_of_the_workers():
    data = of_kind("ConfigMap")["data"]
    rule = of_kind("ScaledObject")["spec"]
    [trigger] = rule["triggers"]
    settings = load(data)
    assert rule["scaleTargetRef"]["name"] == of_kind("StatefulSet")["metadata"]["name"]
    assert trigger["metadata"]["consumerGroup"] == settings.group
    assert [trigger["metadata"]["topic"]] == list(settings.input)
    assert trigger["metadata"]["bootstrapServers"] == settings.kafka
    assert rule["maxReplicaCount"] <= settings.partitions


def test_kustomize_builds_what_the_files_say():
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("kubectl is not installed, so the files are only parsed")
    done = subprocess.run(
        [program, "kustomize", str(MANIFESTS)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    built = [document for document in yaml.safe_load_all(done.stdout) if document]
    listed = [each for each in manifests() if each["kind"] not in {"Kustomization", "Secret"}]
    assert sorted(each["kind"] for each in built) == sorted(each["kind"] for each in listed)
    images = set()
    for each in built:
        if each["kind"] in WORKLOADS:
            images |= {its["image"] for its in each["spec"]["template"]["spec"]["containers"]}
    assert images == {f"copydesk:{of_kind('Kustomization')['images'][0]['newTag']}"}
