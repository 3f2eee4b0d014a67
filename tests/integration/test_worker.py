"""The main job: articles through a real Kafka, Faust and a real Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors import audit as audits
from tests.conftest import Addresses, Topics
from tests.integration.harness import Desk, body_of, desk, value_of

pytestmark = pytest.mark.integration

SEED = (Path(__file__).parent.parent / "corpus" / "seed.txt").read_text()


@pytest.fixture
def here(services: Addresses, topics: Topics, namespace: str, tmp_path: Path) -> Iterator[Desk]:
    """A desk with its topics made."""
    with desk(services, topics, namespace, tmp_path) as made:
        made.make_topics()
        yield made


def test_the_seed_article_comes_out_as_its_first_five_paragraphs(here: Desk) -> None:
    here.publish([{"uri": "urn:seed", "title": "الأستانة", "source": "okaz", "body": SEED}])
    here.start()
    here.drained()
    (item,), (record,) = here.outputs(), here.audits()
    assert body_of(item).split("\n") == SEED.split("\n")[:5]
    assert item.header("copydesk-dropped") == b"4"
    assert item.header("copydesk-kept") == b"5"
    assert value_of(item)["language"] == "ar"
    audit = audits.decode(record.value or b"")
    assert audits.original_body(audit, value_of(item)) == SEED


def test_a_redelivered_article_keeps_its_paragraphs(here: Desk) -> None:
    article = {"uri": "urn:seed", "source": "okaz", "body": SEED}
    here.publish([article, article, article])
    here.start()
    here.drained()
    assert {body_of(item) for item in here.outputs()} == {"\n".join(SEED.split("\n")[:5])}


def test_it_stays_five_paragraphs_revised_late_and_with_another_story_between(here: Desk) -> None:
    lines = SEED.split("\n")
    other = [f"{i} " + lines[0] for i in range(2)] + [lines[2]]
    seed = {"uri": "urn:seed", "source": "okaz", "body": SEED}
    here.publish(
        [
            {**seed, "version": "2"},
            {"uri": "urn:other", "source": "sabq", "body": "\n".join(other)},
            {**seed, "version": "1"},
            {**seed, "version": "3", "title": "T"},
            {**seed, "version": "2"},
        ],
        start=1_700_000_000_000,
    )
    here.start()
    here.drained()
    came = {
        key: [body_of(i) for i in here.outputs() if i.key == key.encode()]
        for key in ("urn:seed", "urn:other")
    }
    assert came["urn:seed"] == ["\n".join(lines[:5])] * 4
    assert came["urn:other"] == ["\n".join(other[:2])]


def test_a_new_group_in_the_same_namespace_gives_the_same_keys_values_and_headers(
    here: Desk,
) -> None:
    lines = SEED.split("\n")[:5]
    here.publish(
        [
            {
                "uri": f"urn:a:{i}",
                "source": f"paper-{i % 3}",
                "body": "\n".join([*lines[i % 4 :], f"{i} " + lines[0]]),
            }
            for i in range(60)
        ],
        start=1_700_000_000_000,
    )
    first = here.start()
    here.drained()
    assert here.stop(first) == 0
    outputs, letters = here.outputs(), here.audits()
    here.environ["COPYDESK_GROUP"] += "-again"
    here.names = type(here.names)(
        **{**_fields(here.names), "group": here.environ["COPYDESK_GROUP"]}
    )
    here.start()
    here.drained()
    again = [r for r in here.outputs() if r not in outputs]
    assert sorted(map(_content, again)) == sorted(map(_content, outputs))
    again = [r for r in here.audits() if r not in letters]
    assert sorted(map(_content, again)) == sorted(map(_content, letters))


def test_sigterm_finishes_the_batch_in_hand_and_leaves_the_group_within_seconds(here: Desk) -> None:
    here.publish({"uri": f"urn:b:{i}", "body": f"{i} " + SEED} for i in range(300))
    worker = here.start()
    here.wait_for(lambda: (here.lag() or 0) < 300)
    started = time.monotonic()
    assert here.stop(worker) == 0
    assert time.monotonic() - started < 15
    here.start()
    here.wait_for(lambda: here.lag() == 0, patience=20)
    assert {r.key for r in here.outputs()} == {f"urn:b:{i}".encode() for i in range(300)}


def _content(record: object) -> tuple[object, ...]:
    return record.key, record.value, record.headers  # type: ignore[attr-defined]


def _fields(names: Topics) -> dict[str, str]:
    return {name: getattr(names, name) for name in names.__struct_fields__}
