"""Uri prefixes bound to a source: nobody else claims, withdraws or renames in its name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from consumers.settings.checks import SettingsError, uri_owners
from processors import audit as audits
from processors.claims import Claim, Withdrawal
from processors.owners import foreign_name
from processors.pipeline import Core, Dead, Prepared, finish, prepare
from processors.policy import Policy
from processors.records import Header, Record

TIME = 1_700_000_000_000
BODY = "A paragraph that is long enough to be claimed and to be dropped by any other story."
CORE = Core(
    policy=Policy(
        uri_owners=(("urn:afp:", "AFP"), ("urn:afp:", "AFP-sport"), ("urn:afp:dpa:", "dpa"))
    )
)


def _judged(value: dict[str, Any] | None, *headers: Header, key: bytes = b"urn:afp:1") -> Any:
    encoded = None if value is None else json.dumps(value).encode()
    return prepare(Record("raw", 0, 1, TIME, key, encoded, headers), CORE)


ARTICLES: list[tuple[dict[str, Any], bool, str]] = [
    ({"uri": "urn:afp:1", "source": "AFP"}, False, "the owner itself"),
    ({"uri": "urn:afp:1", "source": "AFP-sport"}, False, "a second owner of the same prefix"),
    ({"uri": "urn:afp:1", "source": "evil"}, True, "another's uri before its owner's article comes"),
    ({"uri": "urn:afp:1"}, True, "an article that names no source"),
    ({"uri": "urn:x", "family": "urn:afp:1", "source": "evil"}, True, "another's family"),
    ({"uri": "urn:x", "evolvedFrom": "urn:afp:1", "source": "evil"}, True, "another's predecessor"),
    ({"uri": "urn:x", "source": "evil"}, False, "a uri that nobody has bound"),
    ({"uri": "urn:afp:dpa:1", "source": "dpa"}, False, "the longest prefix decides"),
    ({"uri": "urn:afp:dpa:1", "source": "AFP"}, True, "for the shorter one's owner too"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "foreign", "why"), ARTICLES)
def test_a_foreign_article_claims_nothing_and_leaves_no_mark(article, foreign, why):
    if "evolvedFrom" in article:
        article = {"type": "text", "guid": article["uri"], "evolvedfrom": article["evolvedFrom"],
                   "source": article["source"], "body_text": BODY, "versioncreated": "2023-11-14T00:00:00Z"}  # fmt: skip
        ready = _judged(article, key=b"urn:x")
    else:
        ready = _judged({**article, "body": BODY})
    assert isinstance(ready, Prepared), ready
    assert isinstance(ready.ask, Claim)
    assert bool(ready.ask.fingerprints) is not foreign, why
    assert ("foreign-uri" in ready.notes) is foreign, why
    names = (
        ready.ask.uri,
        ready.ask.family,
        ready.ask.predecessor,
        *ready.ask.predecessor_families,
    )
    if foreign:
        assert not any(name and name.startswith("urn:") for name in names), why


def test_a_foreign_article_is_published_and_its_audit_says_so():
    ready = _judged({"uri": "urn:afp:1", "source": "evil", "body": BODY})
    clean, audit = finish(ready, None, CORE).publications
    assert json.loads(clean.value or b"")["uri"] == "urn:afp:1"
    assert "foreign-uri" in audits.decode(audit.value or b"").notes


WITHDRAWALS: list[tuple[dict[str, Any] | None, tuple[Header, ...], bool, str]] = [
    (None, (), False, "a null value that says nothing of its source"),
    (None, (("ce_source", b"AFP"),), True, "one whose header does"),
    (None, (("ce_source", b"evil"),), False, "one whose header says another"),
    ({"uri": "urn:afp:1", "source": "AFP", "pubStatus": "canceled"}, (), True, "the owner's own"),
    ({"uri": "urn:afp:1", "source": "evil", "pubStatus": "canceled"}, (), False, "another's"),
]


@pytest.mark.parametrize(("value", "headers", "taken", "why"), WITHDRAWALS)
def test_only_the_owner_withdraws(value, headers, taken, why):
    ready = _judged(value, *headers)
    if taken:
        assert isinstance(ready, Prepared), why
        assert isinstance(ready.ask, Withdrawal), why
    else:
        assert isinstance(ready, Dead), why
        assert ready.reason == "foreign-uri", why
        assert "COPYDESK_URI_OWNERS" in ready.message


def test_without_the_setting_nothing_is_foreign():
    ready = prepare(Record("raw", 0, 1, TIME, b"urn:afp:1", BODY.encode()), Core())
    assert isinstance(ready, Prepared)
    assert foreign_name(ready.article, "", ()) is None
    assert not ready.notes


def test_the_setting_reads_pairs_and_refuses_what_is_none():
    assert uri_owners(("https://x/?a=b=AFP", "urn:a: = dpa")) == (
        ("https://x/?a=b", "AFP"),
        ("urn:a:", "dpa"),
    )
    for wrong in ("urn:a:", "=AFP", "urn:a:="):
        with pytest.raises(SettingsError, match="COPYDESK_URI_OWNERS"):
            uri_owners((wrong,))
