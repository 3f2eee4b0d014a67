"""CloudEvents headers on items: what the specification asks for, the same each time."""

from __future__ import annotations

import json
import re

import pytest

from processors.claims import Answer
from processors.pipeline import Core, Outcome, Prepared, finish, prepare
from processors.records import Header, Record

TIME = 1_700_000_000_000
CORE = Core(cloudevents=True)
INCOMING: tuple[Header, ...] = (
    ("ce_id", b"theirs"),
    ("CE_type", b"com.example.article"),
    ("ce_source", b"https://feed.example"),
    ("ce_specversion", b"1.0"),
    ("traceparent", b"00-1-2-01"),
)


def _outcome(
    core: Core, value: bytes | None, *headers: Header, withdrawn: int | None = None
) -> Outcome:
    ready = prepare(Record("raw", 2, 9, TIME, b"urn:a", value, headers), core)
    assert isinstance(ready, Prepared), ready
    return finish(ready, Answer(ready.ask.family, withdrawn=withdrawn), core)


def _events(outcome: Outcome, role: str = "clean") -> dict[str, str]:
    (found,) = [p for p in outcome.publications if p.role == role]
    assert len({n for n, _ in found.headers}) == len(found.headers), "one header a name"
    return {n: v.decode() for n, v in found.headers if n.lower().startswith("ce_")}


def test_an_item_says_what_event_it_tells_of_and_not_what_its_source_said():
    value = json.dumps({"uri": "urn:a", "source": "Agence Café", "body": "Text."}).encode()
    outcome = _outcome(CORE, value, *INCOMING)
    assert _events(outcome) == {
        "ce_specversion": "1.0",
        "ce_id": "raw/2/9",
        "ce_source": "Agence%20Caf%C3%A9",
        "ce_type": "copydesk.item.cleaned.v1",
        "ce_subject": "urn:a",
        "ce_time": "2023-11-14T22:13:20.000Z",
    }
    assert dict(outcome.publications[0].headers)["traceparent"] == b"00-1-2-01"
    assert outcome == _outcome(CORE, value, *INCOMING), "the same record, the same headers"
    assert _events(outcome, "audit")["ce_id"] == "theirs", "the audit passes on what came"


def test_without_the_setting_the_sources_own_pass_through():
    assert (
        _events(_outcome(Core(), b'{"uri":"urn:a","body":"Text."}', *INCOMING))["ce_id"] == "theirs"
    )


@pytest.mark.parametrize(
    ("value", "withdrawn", "kind", "why"),
    [
        (None, None, "withdrawn", "a null value"),
        (b'{"uri":"urn:a","body":"Text."}', TIME + 1, "withdrawn", "withdrawn before it came"),
        (b'{"uri":"urn:a","type":"picture","standard":{"name":"ninjs","version":"3.1"}}', None, "passed", "a picture"),
    ],
)  # fmt: skip
def test_the_type_tells_what_became_of_it(value, withdrawn, kind, why):
    found = _events(_outcome(CORE, value, withdrawn=withdrawn))
    assert found["ce_type"] == f"copydesk.item.{kind}.v1", why
    assert re.fullmatch(r"[A-Za-z0-9%._~:/?#\[\]@!$&'()*+,;=-]+", found["ce_source"]), (
        "a URI reference"
    )
