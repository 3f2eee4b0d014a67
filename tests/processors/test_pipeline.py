"""One record through the core: order of steps, what is published, and what a dead record leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import audit as audits
from processors import families
from processors.article import Article
from processors.claims import Answer, Claim, Owner, Standing, Withdrawal
from processors.pipeline import Core, Dead, Outcome, Prepared, Tagged, ToTag, finish, prepare
from processors.policy import Limits, Policy
from processors.records import Record
from processors.times import milliseconds_of, text_of

CORE = Core(software="copydesk/test")
OTHER = Owner("urn:b", "urn:b", "paper-b", "2", 1_700_000_000_000)
LONG = "paragraph of more than eighty letters, so that it may be dropped where another family owns it, and here too where it stood before"
TIME = 1_700_000_000_000


def _record(article: dict[str, Any] | None, **more: Any) -> Record:
    value = None if article is None else json.dumps(article).encode()
    return Record("articles.raw", 1, 7, TIME, b"urn:a", value, more.get("headers", ()))


def _prepared(article: dict[str, Any], core: Core = CORE, **more: Any) -> Prepared:
    ready = prepare(_record(article, **more), core)
    assert isinstance(ready, Prepared), ready
    return ready


def _item(outcome: Outcome) -> dict[str, Any]:
    values = [p.value for p in outcome.publications if p.role == "clean"]
    found: dict[str, Any] = json.loads(values[0] or b"{}")
    return found


def _audit(outcome: Outcome) -> audits.Audit:
    return audits.decode(next(p.value or b"" for p in outcome.publications if p.role == "audit"))


def _answer(ready: Prepared, *owners: Owner | str) -> Answer:
    assert isinstance(ready.ask, Claim)
    return Answer(ready.ask.family, owners or ("mine",) * len(ready.ask.fingerprints))  # type: ignore[arg-type]


def test_what_the_source_gave_and_nothing_from_a_clock_is_in_the_item() -> None:
    ready = _prepared(
        {"uri": "urn:a", "version": 3, "title": "T", "source": "paper", "body": "one\n\ntwo"}
    )
    outcome = finish(ready, _answer(ready), CORE)
    item = _item(outcome)
    assert item["uri"] == "urn:a"
    assert item["version"] == "3"
    assert item["versionCreated"] == text_of(TIME)
    assert item["headlines"] == [{"role": "main", "value": "T"}]
    assert item["bodies"] == [
        {"contentType": "text/plain", "charCount": 8, "wordCount": 2, "value": "one\n\ntwo"}
    ]
    assert item["infoSources"] == [{"name": "paper"}]
    assert [p.timestamp for p in outcome.publications] == [TIME, TIME]
    assert [p.key for p in outcome.publications] == [b"urn:a", b"urn:a"]


def test_the_same_record_gives_the_same_bytes_twice() -> None:
    article = {"uri": "urn:a", "body": f"one {LONG}\ntwo {LONG}\none {LONG}", "source": "s"}
    one, two = (
        finish(r, _answer(r, "mine", OTHER), CORE) for r in (_prepared(article), _prepared(article))
    )
    assert one == two


def test_a_dropped_paragraph_is_explained_and_comes_back_by_output_and_audit() -> None:
    body = f"lead {LONG}\n\nshared {LONG}\n\nend {LONG}\n"
    ready = _prepared({"uri": "urn:a", "body": body, "source": "paper-a"})
    outcome = finish(ready, _answer(ready, "mine", OTHER, "mine"), CORE)
    item, audit = _item(outcome), _audit(outcome)
    assert item["bodies"][0]["value"] == f"lead {LONG}\n\nend {LONG}\n"
    gone = audit.paragraphs[1]
    assert (gone.verdict, gone.rule) == ("dropped", "cross-source")
    assert gone.owner is not None
    assert (gone.owner.uri, gone.owner.version) == ("urn:b", "2")
    assert gone.owner.first_seen == "2023-11-14T22:13:20.000Z"
    assert body[gone.start : gone.end] == f"shared {LONG}"
    assert audits.original_body(audit, item) == body


@pytest.mark.parametrize("value", [b"A line.", b'{"uri":"urn:a","type":"picture"}', None])
def test_every_audit_record_has_every_field_so_that_a_reader_need_not_ask(
    value: bytes | None,
) -> None:
    ready = prepare(Record("raw", 0, 7, TIME, b"urn:a", value), CORE)
    assert isinstance(ready, Prepared)
    answer = Answer("urn:a") if value is None else _answer(ready)
    outcome = finish(ready, answer, CORE)
    written = next(p.value for p in outcome.publications if p.role == "audit")
    assert tuple(json.loads(written or b"")) == audits.Audit.__struct_fields__


def test_headers_count_and_pass_on_the_sources_own_but_no_impostors() -> None:
    theirs = (
        ("traceparent", b"00-1-2-01"),
        ("copydesk-dropped", b"99"),
        ("__connect.errors.topic", b"x"),
        ("Content-Type", b"application/json; charset=utf-8"),
    )
    ready = _prepared({"uri": "urn:a", "body": f"a {LONG}\nb {LONG}\na {LONG}"}, headers=theirs)
    headers = finish(ready, _answer(ready), CORE).publications[0].headers
    assert headers == (
        ("traceparent", b"00-1-2-01"),
        ("copydesk-dropped", b"1"),
        ("copydesk-kept", b"2"),
        ("copydesk-profile", b"und-1"),
        ("copydesk-origin", b"articles.raw/1/7"),
        ("copydesk-dedupe", b"ok"),
        ("content-type", b"application/json"),
    )


@pytest.mark.parametrize(
    ("article", "note", "why"),
    [
        ({"pubStatus": "withheld"}, "withheld", "withheld text is cleaned and claims nothing"),
        (
            {"embargoedUntil": "2023-11-15T00:00:00Z"},
            "embargoed",
            "not yet published: not yet owned",
        ),
    ],
)
def test_what_is_not_public_yet_is_judged_within_itself_only(
    article: dict[str, Any], note: str, why: str
) -> None:
    ready = _prepared({"uri": "urn:a", "body": f"a {LONG}\nb\na {LONG}", **article})
    assert isinstance(ready.ask, Claim)
    assert ready.ask.fingerprints == (), why
    outcome = finish(ready, _answer(ready), CORE)
    assert _audit(outcome).notes == (note,)
    assert outcome.rules == ("within-single",)


def test_an_embargo_that_has_ended_hinders_nothing() -> None:
    ready = _prepared({"uri": "urn:a", "body": LONG, "embargoedUntil": "2023-11-14T00:00:00Z"})
    assert isinstance(ready.ask, Claim)
    assert len(ready.ask.fingerprints) == 1


@pytest.mark.parametrize(
    ("choice", "published"), [("suppress", None), ("stub", "stub"), ("publish", "whole")]
)
def test_a_duplicate_is_left_out_named_or_published_as_the_newsroom_chose(
    choice: str, published: str | None
) -> None:
    core = Core(policy=Policy(duplicates=choice))  # type: ignore[arg-type]
    body = f"a {LONG}\nb {LONG}"
    ready = _prepared({"uri": "urn:a", "title": "T", "body": body}, core)
    outcome = finish(ready, _answer(ready, OTHER, OTHER), core)
    audit = _audit(outcome)
    assert audit.verdict == "duplicate"
    assert audit.duplicate_of is not None
    assert audit.duplicate_of.uri == "urn:b"
    if published is None:
        assert [p.role for p in outcome.publications] == ["audit"]
        assert audits.original_body(audit, None) == body
    elif published == "stub":
        item = _item(outcome)
        assert "bodies" not in item
        assert item["associations"][0]["uri"] == "urn:b"
        assert audits.original_body(audit, item) == body
    else:
        assert _item(outcome)["bodies"][0]["value"] == body
        assert audits.original_body(audit, _item(outcome)) == body
        assert {(p.verdict, p.rule) for p in audit.paragraphs} == {("kept", "duplicate")}


def test_a_null_value_withdraws_the_uri_of_its_key() -> None:
    ready = prepare(_record(None), CORE)
    assert isinstance(ready, Prepared)
    assert ready.ask == Withdrawal("urn:a", "urn:a", TIME)
    item = _item(finish(ready, Answer("urn:a"), CORE))
    assert item["pubStatus"] == "canceled"
    assert "bodies" not in item
    assert "headlines" not in item


def test_an_article_withdrawn_later_comes_out_withdrawn_and_its_audit_keeps_the_text() -> None:
    ready = _prepared({"uri": "urn:a", "body": LONG})
    outcome = finish(ready, Answer("urn:a", (), withdrawn=TIME + 5000), CORE)
    assert _item(outcome)["pubStatus"] == "canceled"
    assert _audit(outcome).original == LONG
    assert outcome.verdict == "withdrawn"


def test_a_picture_passes_through_unchanged() -> None:
    value = json.dumps({"uri": "urn:p", "type": "picture", "headline": "P"}).encode()
    record = Record(
        "articles.raw", 0, 1, TIME, b"urn:p", value, (("content-type", b"application/json"),)
    )
    ready = prepare(record, CORE)
    assert isinstance(ready, Prepared)
    outcome = finish(ready, _answer(ready), CORE)
    assert outcome.verdict == "passed"
    assert outcome.publications[0].value == value


def test_a_record_too_large_for_its_topic_is_dead_before_it_asks_anything() -> None:
    core = Core(limits=Limits(max_output=5000, max_audit=5000))
    dead = prepare(_record({"uri": "urn:a", "body": f"{LONG} " * 100}), core)
    assert isinstance(dead, Dead)
    assert dead.reason == "too-large-output"
    assert "5,000" in dead.message


def test_a_redriven_record_keeps_the_place_it_had_before_it_died() -> None:
    headers = (("copydesk-redriven", b"1"), ("copydesk-origin", b"articles.raw/0/3"))
    ready = _prepared({"uri": "urn:a", "body": LONG}, headers=headers)
    assert _audit(finish(ready, _answer(ready), CORE)).origin == "articles.raw/0/3"


def test_a_tagger_that_fails_is_told_in_the_audit_and_the_article_is_published() -> None:
    def failing(articles: Sequence[ToTag]) -> list[Tagged]:
        return [Tagged(audits.AuditLanguage("en"), (), ("subjects: KeyError",)) for _ in articles]

    core = Core(tag_all=failing)
    ready = _prepared({"uri": "urn:a", "body": LONG}, core)
    outcome = finish(ready, _answer(ready), core)
    assert _audit(outcome).failed_taggers == ("subjects: KeyError",)
    assert outcome.failures == ("subjects: KeyError",)


@pytest.mark.parametrize(
    ("uri", "version", "family", "why"),
    [
        ("urn:newsml:reuters.com:20210625:nPDT59D3E9:1", None, "urn:newsml:reuters.com:20210625:nPDT59D3E9", "RFC 3085"),
        ("urn:newsml:iptc.org:20021018:ninjs-ex:2N", None, "urn:newsml:iptc.org:20021018:ninjs-ex", "an update letter"),
        ("urn:newsml:iptc.org:20021018:ninjs-ex", None, "urn:newsml:iptc.org:20021018:ninjs-ex", "no revision"),
        ("https://a.example/story/7", "7", "https://a.example/story", "ends in its own version"),
        ("https://a.example/story/7", "8", "https://a.example/story/7", "another number is its name"),
        ("https://a.example/story?v2", "2", "https://a.example/story", "a v belongs to the version"),
        ("https://a.example/story12", "2", "https://a.example/story12", "inside a number"),
        ("urn:x", "x", "urn:x", "nothing would be left"),
    ],
)  # fmt: skip
def test_all_versions_of_a_story_are_one_family(
    uri: str, version: str | None, family: str, why: str
) -> None:
    article = Article(uri=uri, version=version, body="text")
    assert families.suggested(article) == (family, False), why


def test_the_sources_own_word_for_the_family_comes_first() -> None:
    assert families.suggested(Article(uri="urn:a:1", version="1", family="f", body="x")) == (
        "f",
        True,
    )


@given(st.integers(0, 253_402_300_799_999))
def test_times_go_to_text_and_back(milliseconds: int) -> None:
    assert milliseconds_of(text_of(milliseconds)) == milliseconds


@given(
    st.lists(
        st.sampled_from(["", "short", f"a {LONG}", f"b {LONG}", "\tc", f"- {LONG}"]), min_size=1
    ),
    st.sampled_from(["\n", "\n\n", "\r\n", "\u2029", "\n \n"]),
    st.data(),
)
def test_output_and_audit_give_every_body_back(
    lines: list[str], end: str, data: st.DataObject
) -> None:
    body = end.join(lines)
    ready = prepare(_record({"uri": "urn:a", "body": body}), CORE)
    if isinstance(ready, Dead):
        assert not body.strip()
        return
    assert isinstance(ready.ask, Claim)
    owners: tuple[Owner | Standing, ...] = tuple(
        data.draw(st.sampled_from((OTHER, "mine"))) for _ in ready.ask.fingerprints
    )
    outcome = finish(ready, Answer("urn:a", owners), CORE)
    items = [json.loads(p.value or b"") for p in outcome.publications if p.role == "clean"]
    assert audits.original_body(_audit(outcome), items[0] if items else None) == body
