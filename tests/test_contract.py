"""The published contract: schemas and examples, held to what the core really takes and gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

from processors.claims import Answer, Claim, Owner, Standing
from processors.pipeline import Core, Dead, Outcome, Prepared, finish, prepare
from processors.policy import Duplicates, Policy
from processors.records import Publication, Record
from tests.integration.bad_records import BAD
from tools import contract_examples, schemas

ROOT = Path(__file__).parent.parent
CONTRACT = ROOT / "contract"
NINJS = ROOT.parent / "shared" / "schemas" / "ninjs"
EXAMPLES = sorted((CONTRACT / "examples").glob("input-*.json"))
TIME = 1_700_000_000_000
OTHER = Owner("urn:other", "urn:other", "paper", "1", TIME)


def _schema(name: str) -> jsonschema.Draft202012Validator:
    found = json.loads((CONTRACT / "schemas" / f"{name}.v1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(found)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(found, format_checker=checker)


def _outcomes(value: bytes) -> list[Outcome]:
    """All that may come of a record: nothing another's, all of it, and the store away."""
    found = []
    choices: tuple[Duplicates, ...] = ("suppress", "stub", "publish")
    for choice in choices:
        core = Core(policy=Policy(duplicates=choice), software="copydesk/test")
        ready = prepare(Record("raw", 0, 1, TIME, b"urn:key", value), core)
        assert isinstance(ready, Prepared), ready
        answers = [Answer(ready.ask.family), None, Answer(ready.ask.family, withdrawn=TIME + 1)]
        if isinstance(ready.ask, Claim) and ready.ask.fingerprints:
            count = len(ready.ask.fingerprints)
            mine: Standing = "mine"
            answers[0] = Answer(ready.ask.family, (mine,) * count)
            answers.append(Answer(ready.ask.family, (OTHER,) * count))
            answers.append(Answer(ready.ask.family, (mine, *(OTHER,) * (count - 1))))
        found += [finish(ready, answer, core) for answer in answers]
    return found


def _published(role: str) -> list[Publication]:
    outcomes = [o for example in EXAMPLES for o in _outcomes(example.read_bytes())]
    return [p for outcome in outcomes for p in outcome.publications if p.role == role]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_what_the_input_schema_describes_and_the_core_takes(example: Path) -> None:
    _schema("input").validate(json.loads(example.read_text()))
    assert _outcomes(example.read_bytes())


def test_every_item_and_audit_is_what_its_schema_describes() -> None:
    for role, name in (("clean", "output"), ("audit", "audit")):
        published = _published(role)
        assert len(published) > 10
        for publication in published:
            _schema(name).validate(json.loads(publication.value or b""))


def test_every_dead_letter_is_what_its_schema_describes() -> None:
    for value, headers, _, why in BAD:
        core = Core(limits=Core().limits)
        dead = prepare(Record("raw", 0, 1, TIME, b"urn:key", value, headers), core)
        if isinstance(dead, Dead):
            told = {name: text.decode() for name, text in dead.letter.headers}
            assert _schema("dead-letter").is_valid(told), why


def test_the_headers_are_those_of_the_asyncapi_document() -> None:
    document = yaml.safe_load((CONTRACT / "asyncapi.yaml").read_text())
    headers = jsonschema.Draft202012Validator(document["components"]["schemas"]["headers"])
    for role in ("clean", "audit"):
        for publication in _published(role):
            headers.validate({name: value.decode() for name, value in publication.headers})
    event = jsonschema.Draft202012Validator(document["components"]["schemas"]["event"])
    core = Core(cloudevents=True)
    ready = prepare(Record("raw", 0, 1, TIME, b"urn:key", EXAMPLES[0].read_bytes()), core)
    assert isinstance(ready, Prepared)
    item = {n: v.decode() for n, v in finish(ready, None, core).publications[0].headers}
    event.validate(item)
    headers.validate(item)
    assert set(document["components"]["schemas"]["event"]["properties"]) <= set(item)
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {"articles.raw", "articles.clean", "articles.audit", "articles.dead"}
    for message in document["components"]["messages"].values():
        for part in ("payload", "headers"):
            reference = message.get(part, {}).get("$ref", "")
            assert reference.startswith("#") or not reference or (CONTRACT / reference).is_file()


def test_the_audit_schema_is_the_one_that_the_record_gives() -> None:
    assert schemas.PLACE.read_text() == schemas.text(), "write it anew: make schemas"


def test_the_examples_of_what_is_published_are_what_the_core_makes() -> None:
    document = yaml.safe_load((CONTRACT / "asyncapi.yaml").read_text())
    headers = jsonschema.Draft202012Validator(document["components"]["schemas"]["headers"])
    for name, made in contract_examples.examples().items():
        assert (CONTRACT / "examples" / name).read_bytes() == made, "write it anew: make schemas"
        record = json.loads(made)
        if name.startswith("dead"):
            _schema("dead-letter").validate(record["headers"])
            continue
        headers.validate(record["headers"])
        _schema(name.split("-")[0]).validate(record["value"])
        assert record["headers"]["copydesk-dropped"] != "0", "an example without a drop says little"


@pytest.mark.skipif(not NINJS.is_dir(), reason="IPTC's schemas are not beside this checkout")
def test_every_item_is_valid_by_iptcs_own_schema_formats_checked() -> None:
    schema = json.loads((NINJS / "ninjs-schema_3.1.json").read_text())
    geo = json.loads((NINJS / "test_suite" / "GeoJSON-schema.json").read_text())
    registry: Registry[Any] = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json", Resource.from_contents(geo)
    )
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    assert "date-time" in checker.checkers, "formats must be checked"
    validator = jsonschema.Draft202012Validator(schema, registry=registry, format_checker=checker)
    for publication in _published("clean"):
        validator.validate(json.loads(publication.value or b""))
