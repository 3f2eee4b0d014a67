"""The page of formats says what the code does."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from processors.formats import BUILTIN, decode
from processors.formats.base import EXTRA
from processors.policy import Limits
from tests.processors.formats.records import record
from tests.processors.formats.schema import NINJS, needs_iptc
from tests.processors.formats.test_bad_records import BAD
from tools.describe_formats import PAGE, PLACES, REASONS, page

ROOT = PAGE.parent.parent
#: Refused by later steps, whose tests these are.
BEYOND_FORMATS = {"too-large-audit", "too-large-output", "too-many-paragraphs", "uri-too-long"}


def test_the_page_is_up_to_date():
    told = PAGE.read_text(encoding="utf-8")
    assert told == page() + "\n", "run python -m tools.describe_formats"


def test_every_reason_of_the_core_is_on_the_page():
    raised = set()
    for source in (ROOT / "processors").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BadRecord":
                words = ast.walk(node.args[0])
                raised |= {each.value for each in words if isinstance(each, ast.Constant)}
    raised.discard("clean")  # what one reason is chosen by
    assert raised == set(REASONS)


def test_every_reason_of_the_formats_has_a_case():
    tried = {reason for _, reason, *_ in BAD} | {"too-large", "no-uri", "format-failed"}
    assert set(REASONS) - tried == BEYOND_FORMATS


def test_every_field_has_a_place():
    for each in BUILTIN:
        for field in each.fields:
            assert field.to in PLACES or field.to.startswith(EXTRA), (each.name, field.names)


@needs_iptc
def test_every_field_of_ninjs_3_1_is_read_or_said_to_be_left_out():
    schema = json.loads((NINJS / "ninjs-schema_3.1.json").read_bytes())
    names = set(schema["$defs"]["ninjsType"]["properties"])
    ninjs = next(each for each in BUILTIN if each.name == "ninjs-3")
    read = {name for field in ninjs.fields for name in field.names}
    assert {name for name in names - read if name not in ninjs.left_out} == set()


@needs_iptc
def test_what_passes_through_has_a_place_in_ninjs_3_1():
    schema = json.loads((NINJS / "ninjs-schema_3.1.json").read_bytes())
    names = set(schema["$defs"]["ninjsType"]["properties"])
    for each in BUILTIN:
        passed = {field.to.removeprefix(EXTRA) for field in each.fields if field.to not in PLACES}
        assert passed <= names, each.name


def test_the_format_of_ones_own_that_the_page_shows_reads_its_records():
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # the documentation's own example
    value = b'{"no": 17, "slug": "Storm", "txt": "The harbour was closed."}'
    article = decode(record(value, None), Limits(), (names["FORMAT"], *BUILTIN))
    assert (article.uri, article.title, article.body, article.format) == (
        "urn:ourwire:17", "Storm", "The harbour was closed.", "ourwire",
    )  # fmt: skip
