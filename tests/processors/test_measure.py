"""What passes the measuring fits its topics, whatever the store answers: after the claim is too late."""

from __future__ import annotations

import json
from typing import Any

import pytest

from processors.article import MAX_URI
from processors.claims import Answer, Claim, Owner, Standing
from processors.pipeline import Core, Dead, Prepared, finish, prepare
from processors.policy import Duplicates, Limits, Policy
from processors.records import Publication, Record

TIME = 1_700_000_000_000
NO_LIMIT = 1 << 60
LINE = "number {} of some paragraphs that are long enough to be claimed and dropped, ever so slowly"
LONG = "u" * MAX_URI
#: What a broker counts besides key, value and headers: the batch's header, lengths, attributes.
BATCH = 61 + 40

ARTICLES = {
    "one paragraph": {"body": LINE.format(0)},
    "many paragraphs": {"body": "\n".join(LINE.format(i) for i in range(30))},
    "html": {"body": "".join(f"<p>{LINE.format(i)}</p><script>x</script>" for i in range(30))},
    "short lines only": {"body": "\n".join(f"line {i}" for i in range(400))},
    "a repeated block": {"body": "\n".join(LINE.format(i % 3) for i in range(30))},
    "control characters": {"body": LINE.format("\x01" * 300), "title": "\x02" * 50},
    "escaped uri": {"uri": '"' * (MAX_URI // 2), "body": LINE.format(1)},
}


def _record(article: dict[str, Any], **more: Any) -> Record:
    value = json.dumps({"uri": "urn:a", **article}).encode()
    return Record("raw", 0, 7, TIME, b"urn:a", value, **more)


def _cost(publication: Publication) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in publication.headers)
    return len(publication.value or b"") + len(publication.key or b"") + headers + BATCH


def _answers(claim: Claim) -> list[Answer | None]:
    count = len(claim.fingerprints)
    far = Owner("f" * MAX_URI, LONG, "s" * 500, "v" * 500, TIME)
    near = Owner("urn:b", "urn:b", "", "", TIME)
    own: Owner | Standing = "mine"
    mine = (own,) * count
    every_other = tuple(far if i % 2 else owner for i, owner in enumerate(mine))
    return [
        None,
        Answer(claim.family, mine),
        Answer(claim.family, (far,) * count),
        Answer("f" * MAX_URI, (far,) * count),
        Answer("f" * MAX_URI, (near,) * count),
        Answer("f" * MAX_URI, (far,) * count, orphan=True),
        Answer("f" * MAX_URI, (far, *mine)[:count]),
        Answer("f" * MAX_URI, every_other),
        Answer("f" * MAX_URI, (), withdrawn=TIME + 1),
    ]


@pytest.mark.parametrize("duplicates", ["suppress", "stub", "publish"])
@pytest.mark.parametrize("what", ARTICLES)
def test_what_is_let_through_fits_whatever_the_store_answers(
    what: str, duplicates: Duplicates
) -> None:
    record = _record(ARTICLES[what], headers=(("traceparent", b"0" * 55),))
    policy = Policy(duplicates=duplicates)
    free = prepare(record, Core(policy=policy, limits=Limits(max_output=NO_LIMIT, max_audit=NO_LIMIT)))  # fmt: skip
    assert isinstance(free, Prepared)
    assert isinstance(free.ask, Claim)
    answers = _answers(free.ask)
    through = 0
    for limit in range(500, 80_000, 211):
        core = Core(policy=policy, limits=Limits(max_output=limit, max_audit=limit))
        ready = prepare(record, core)
        if isinstance(ready, Dead):
            continue
        through += 1
        for answer in answers:
            for each in finish(ready, answer, core).publications:
                assert _cost(each) <= limit, (each.role, answer, limit)
        if through == 15:
            break
    assert through, "no limit was large enough"


def test_a_dead_letter_too_large_for_its_topic_is_kept_without_its_value() -> None:
    core = Core(limits=Limits(max_dead=10_000))
    small, large = (
        prepare(Record("raw", 3, 7, TIME, b"k", b"{" * size, (("own", b"1"),)), core)
        for size in (5_000, 50_000)
    )
    assert isinstance(small, Dead)
    assert isinstance(large, Dead)
    assert small.letter.value == b"{" * 5_000
    assert large.letter.value == b"", "null would withdraw an article if it were ever sent back"
    assert dict(large.letter.headers)["copydesk-left-out"] == b"50000"
    assert dict(large.letter.headers)["own"] == b"1"
    assert b"raw/3/7" in dict(large.letter.headers)["__connect.errors.exception.message"]
    assert _cost(large.letter) <= 10_000


def test_a_uri_is_measured_as_the_audits_of_others_will_write_it() -> None:
    dead = prepare(_record({"uri": "\x01" * (MAX_URI // 5), "body": "text"}), Core())
    assert isinstance(dead, Dead)
    assert dead.reason == "uri-too-long"
