"""What is shipped, pinned and kept: the wheel's contents, the lock files, and no traces in the tree."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.tree import ROOT, imports, modules, tracked

PACKAGES = {"consumers", "processors"}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
LARGEST_TEXT = 2_000_000
#: Where this was written must not show: folders of one machine, and where packages came from.
TRACES = [
    *(rf"(?<![\w.~$}}<-])/{folder}(?=/|\b)" for folder in ("work", "tmp", "root", "opt/wheels")),
    *(rf"{host}\.{end}" for host, end in [("pypi", "org"), ("pythonhosted", "org")]),
    *(rf"{host}\.{end}" for host, end in [("npmjs", "org"), ("crates", "io"), ("golang", "org")]),
    *(rf"{host}\.{end}" for host, end in [("maven", "org"), ("maven.apache", "org")]),
    *(rf"{host}\.{end}" for host, end in [("deb.debian", "org"), ("deb.debian", "net")]),
]
ADDRESS = re.compile(
    r"://|--(extra-)?index|--find-links|--trusted-host|^-[fi]\b|\s@\s", re.MULTILINE
)
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(requirement: str) -> str:
    """``Babel[x]>=2`` as ``babel``: the name alone, as PEP 503 writes it."""
    name = re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: Path) -> dict[str, set[str]]:
    """Name -> versions (more than one where Pythons differ)."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built as the image builds it: without a network."""
    pytest.importorskip("hatchling", reason="hatchling is in the dev environment of 'make setup'")
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {*PACKAGES, f"copydesk-{project()['project']['version']}.dist-info"}


def test_the_wheel_holds_every_file_of_the_packages(wheel):
    """Scripts, tables, pages and schemas are read from the installed package."""
    kept = {str(path) for path in tracked() if path.parts[0] in PACKAGES}
    left_out = kept - set(wheel.namelist()) - {"consumers/ruff.toml", "processors/ruff.toml"}
    assert not left_out


def test_the_wheel_says_what_it_is(wheel):
    folder = f"copydesk-{project()['project']['version']}.dist-info"
    about = wheel.read(f"{folder}/METADATA").decode()
    commands = configparser.ConfigParser()
    commands.read_string(wheel.read(f"{folder}/entry_points.txt").decode())
    assert "Classifier: Private :: Do Not Upload" in about
    assert "License-Expression: Apache-2.0" in about
    assert f"{folder}/licenses/LICENSE" in wheel.namelist()
    assert dict(commands["console_scripts"]) == {"copydesk": "consumers.cli:main"}


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_no_other_distribution_owns_the_packages_names(package):
    """The names are generic: another owner would be imported in their place."""
    assert set(metadata.packages_distributions().get(package, [])) <= {"copydesk"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_file_names_versions_and_hashes_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert not ADDRESS.search(text)
    assert len(entries) == len(PIN.findall(text)) > 0
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_the_search_for_addresses_finds_them():
    planted = ["--index-url https", "-f wheels", "x @ file", "--find-links d", "a==1 # http://b"]
    assert [line for line in planted if not ADDRESS.search(line)] == []


def test_the_lock_files_agree_with_each_other():
    """What was tested is what the image holds."""
    tested = pins(ROOT / "requirements/dev.txt")
    for lock in LOCKS:
        differing = {
            name: versions
            for name, versions in pins(lock).items()
            if tested.get(name, versions) != versions
        }
        assert not differing, f"{lock.name} differs from dev.txt: run 'make pins'"
    assert pins(ROOT / "requirements/runtime.txt").keys() < tested.keys()


def test_the_lock_files_hold_all_that_the_project_asks_for():
    """A dependency written down and not pinned would be missing from the image."""
    runtime = pins(ROOT / "requirements/runtime.txt")
    for wanted in project()["project"]["dependencies"]:
        assert canonical(wanted) in runtime, f"{wanted} is not pinned: run 'make pins'"
        exact = re.search(r"==([\w.]+)", wanted)
        assert not exact or runtime[canonical(wanted)] == {exact[1]}
    every = {name for lock in LOCKS for name in pins(lock)}
    extras = project()["project"]["optional-dependencies"]
    for group in (*extras.values(), *project()["dependency-groups"].values()):
        for wanted in group:
            assert isinstance(wanted, dict) or canonical(wanted) in every, wanted


def test_every_library_that_the_packages_import_is_asked_for():
    """One that comes along with another today may not tomorrow."""
    extras = project()["project"]["optional-dependencies"].values()
    wanted = [*project()["project"]["dependencies"], *(one for extra in extras for one in extra)]
    asked_for = {canonical(one) for one in wanted}
    owners = metadata.packages_distributions()
    strays = {
        f"{module}:{line} imports {name}"
        for module in modules(*PACKAGES)
        for line, name in imports(module)
        if (top := name.split(".")[0]) not in {*PACKAGES, *sys.stdlib_module_names}
        and not {canonical(owner) for owner in owners.get(top, [])} & asked_for
    }
    assert not strays


def test_the_version_has_its_place_in_the_changelog():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[?Unreleased", text, re.MULTILINE)


def test_no_tracked_file_tells_where_it_was_written():
    pattern = re.compile("|".join(TRACES))
    found = []
    for path in tracked():
        content = (ROOT / path).read_bytes()[:LARGEST_TEXT]
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
            trace = pattern.search(line)
            if trace:
                found.append(f"{path}:{number}: {trace.group()}")
    assert not found


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        pytest.param("cd /" + "work/main", True, id="a machine's folder"),
        pytest.param("/" + "tmp", True, id="at the end of the line"),
        pytest.param("files.python" + "hosted.org", True, id="a registry"),
        pytest.param("in and/" + "root of a word", False, id="a slash between words"),
        pytest.param("</" + "root>", False, id="a closing tag"),
        pytest.param("/" + "workshop", False, id="a longer word"),
    ],
)
def test_the_search_for_traces_finds_them(line, seen):
    assert bool(re.search("|".join(TRACES), line)) is seen
