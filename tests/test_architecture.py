"""The rules of the house, held by reading the source: who imports whom, and how long things are."""

from __future__ import annotations

import ast
import fnmatch
import sys
from pathlib import Path

import pytest

from tests.tree import ROOMS, ROOT, imports, modules, parsed

#: A room -> the rooms it may import from.
DIRECTIONS = {
    "processors": {"processors"},
    "consumers": {"consumers", "processors"},
    "tools": {"consumers", "processors", "tools"},
    "tests": {"consumers", "processors", "tests", "tools"},
}
#: A driver library -> the one file, or one folder of small files, that may import it.
OWNERS = {
    "aiohttp": "consumers/web*",
    "aiokafka": "consumers/faust_worker*",
    "faust": "consumers/faust_worker*",
    "kafka": "consumers/kafka_client*",
    "mode": "consumers/faust_worker*",
    "prometheus_client": "consumers/metrics*",
    "redis": "consumers/redis_store*",
}
#: What processors may use besides the standard library: values in, values out, all of them.
PURE_LIBRARIES = {
    "ahocorasick_rs": "finds many names in one pass",
    "eldc": "tells a text's language",
    "gcld3": "tells a text's language, second opinion",
    "msgspec": "records and JSON",
    "numpy": "vectors of weights",
}
#: What of the standard library reaches outside: the clock, chance, the machine, a log.
IMPURE = {
    *("asyncio", "concurrent", "ctypes", "fcntl", "getpass", "glob", "http", "importlib", "io"),
    *("locale", "logging", "mmap", "multiprocessing", "os", "pathlib", "pickle", "platform"),
    *("random", "secrets", "select", "selectors", "shelve", "shutil", "signal", "socket", "ssl"),
    *("sqlite3", "subprocess", "syslog", "tempfile", "threading", "time", "urllib.request"),
    *("warnings", "zoneinfo"),
}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
IMPURE_CLOCKS = {"now", "today", "utcnow"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 60


def beginnings(name: str) -> set[str]:
    """``a.b.c`` as ``a``, ``a.b`` and ``a.b.c``."""
    parts = name.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    back = [
        f"{module}:{line} imports {name}"
        for module in modules(room)
        for line, name in imports(module)
        if (first := name.split(".")[0]) in DIRECTIONS and first not in DIRECTIONS[room]
    ]
    assert not back


@pytest.mark.parametrize("library", OWNERS)
def test_a_driver_library_lives_in_the_one_place_that_owns_it(library):
    strays = [
        f"{module}:{line} imports {name}; only {OWNERS[library]} may"
        for module in modules("consumers", "processors")
        for line, name in imports(module)
        if name.split(".")[0] == library and not fnmatch.fnmatch(str(module), OWNERS[library])
    ]
    assert not strays


def test_processors_import_nothing_that_reaches_outside():
    reaching = [
        f"{module}:{line} imports {name}"
        for module in modules("processors")
        for line, name in imports(module)
        if beginnings(name) & IMPURE
    ]
    assert not reaching


def test_processors_use_only_libraries_that_are_known_to_be_pure():
    known = {"processors", *PURE_LIBRARIES, *sys.stdlib_module_names}
    unknown = [
        f"{module}:{line} imports {name}"
        for module in modules("processors")
        for line, name in imports(module)
        if name.split(".")[0] not in known
    ]
    assert not unknown


def outside_calls(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and name of each call that opens, prints, or asks for the time."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
            found.append((node.lineno, called.id))
        elif isinstance(called, ast.Attribute) and called.attr in IMPURE_CLOCKS:
            found.append((node.lineno, called.attr))
    return found


def test_processors_open_print_and_ask_the_time_nowhere():
    found = [
        f"{module}:{line} calls {name}"
        for module in modules("processors")
        for line, name in outside_calls(parsed(module))
    ]
    assert not found


def test_the_search_for_impure_calls_finds_them():
    planted = "import datetime\nopen('a')\nx = datetime.datetime.now()\nprint(x.day)\n"
    assert outside_calls(ast.parse(planted)) == [(2, "open"), (3, "now"), (4, "print")]


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_says_what_it_is_for(room):
    silent = [str(module) for module in modules(room) if not ast.get_docstring(parsed(module))]
    assert not silent


@pytest.mark.parametrize("room", ROOMS)
def test_no_file_is_longer_than_a_person_reads_in_one_go(room):
    long = {
        str(module): lines
        for module in modules(room)
        if (lines := len((ROOT / module).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long, f"longer than {LONGEST_FILE} lines"


@pytest.mark.parametrize("room", ROOMS)
def test_no_function_is_longer_than_a_screen(room):
    long = [
        f"{module}:{node.lineno} {node.name} has {lines} lines"
        for module in modules(room)
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long


def test_nothing_is_read_from_the_environment_when_a_module_is_imported():
    """Settings are built by who starts the program; an import that reads them cannot be replayed."""
    early = [
        f"{module}:{node.lineno}"
        for module in modules("consumers")
        for statement in parsed(module).body
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for node in outside_functions(statement)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert not early


def outside_functions(statement: ast.stmt) -> list[ast.AST]:
    """The nodes of a statement that run when the module is imported by another."""
    if isinstance(statement, ast.If) and "__main__" in ast.dump(statement.test):
        return []
    return list(ast.walk(statement))


def test_each_typed_package_says_so():
    """Without py.typed a type checker would take the installed packages for untyped."""
    assert [
        room for room in ("consumers", "processors") if not Path(ROOT, room, "py.typed").exists()
    ] == []
