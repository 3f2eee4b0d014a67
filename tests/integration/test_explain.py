"""``copydesk explain`` over what a real worker published: wide, narrow, versions, and who lost."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest

from consumers import lookups
from tests.conftest import Addresses, Topics
from tests.integration.harness import Desk, desk

pytestmark = pytest.mark.integration

OWNER = "https://wire.example/نبأ/1"
WIRE = "استقبل الرئيس في باريس وزير الخارجية المصري وبحث معه العلاقات بين البلدين والأوضاع في المنطقة كلها."
ALSO = "A second wire paragraph about Berlin that both papers carry, word by word, and long enough for that."
LEAD = "The other paper leads in a way of its own, from Madrid, and it is long as well, longer than a heading."
LATER = "The other paper leads in a way of its own, from Lisbon, and it is long as well, longer than a heading."
END = (
    "And it has an ending of its own that nobody else has, in as many words as it takes to be one."
)


@pytest.fixture(scope="module")
def here(services: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that has published a wire story, another paper's in two versions, and its copy."""
    own = uuid.uuid4().hex[:12]
    topics = Topics(f"raw.{own}", f"clean.{own}", f"audit.{own}", f"dead.{own}", f"group-{own}")
    with desk(services, topics, f"test:{own}:", tmp_path_factory.mktemp("explain")) as made:
        made.make_topics(partitions=2)
        made.publish(
            [
                {"uri": OWNER, "source": "wire", "version": "1", "body": f"{WIRE}\n\n{ALSO}"},
                {"uri": "urn:b", "source": "b", "version": "1", "body": f"{LEAD}\n\n{WIRE}\n\n{END}"},
                {"uri": "urn:b", "source": "b", "version": "2", "body": f"{LATER}\n\n{WIRE}\n\n{ALSO}"},
                {"uri": "urn:c", "source": "c", "body": f"{WIRE}\n\n{ALSO}"},
                {"uri": "urn:d", "source": "d", "body": f"{END} {END}"},
            ],
            start=1_700_000_000_000,
        )  # fmt: skip
        made.start()
        made.drained()
        yield made


def test_kept_and_dropped_stand_side_by_side_where_there_is_room(here: Desk) -> None:
    told = _run(here, "urn:b", columns="140")
    rows = [line for line in told.splitlines() if "Lisbon" in line or "Berlin" in line]
    assert "Lisbon" in rows[0]
    assert rows[0].index("Lisbon") < 60 < rows[1].index("Berlin")
    assert "another source published it before" in " ".join(told.split())


def test_on_a_narrow_terminal_they_stand_below_each_other(here: Desk) -> None:
    told = _run(here, "urn:b", columns="60")
    seen = re.sub("[\u2068\u2069]", "", told)
    assert max(map(len, seen.splitlines())) <= 60, "but for marks that take no room"
    marks = re.findall(r"^([+-]) (\d)", told, re.MULTILINE)
    assert marks[:3] == [("+", "1"), ("-", "2"), ("-", "3")]
    assert "Berlin" in told


def test_the_owner_is_a_link_where_the_terminal_shows_links_and_its_uri_elsewhere(
    here: Desk,
) -> None:
    plain = _run(here, "urn:b", columns="200")
    assert OWNER in plain
    assert "\x1b]8" not in plain
    linked = _run(here, "urn:b", columns="200", FORCE_HYPERLINK="1", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b]8;" in linked
    assert ";https://wire.example/%D9%86%D8%A8%D8%A3/1\x1b\\" in linked


def test_the_words_that_made_a_tag_are_coloured_where_they_stand(here: Desk) -> None:
    told = _run(here, "urn:b", columns="200", FORCE_COLOR="1", TERM="xterm-256color")
    assert re.search("\x1b\\[1;32mLisbon\x1b", told), told


def test_it_tells_what_changed_against_the_version_before(here: Desk) -> None:
    told = _run(here, "urn:b", columns="120")
    assert "Against version 1" in told
    assert "1 kept, 1 added, 1 removed, 1 changed" in told
    delta = json.loads(_run(here, "urn:b", "--changes", "--json"))
    assert delta["before"]["version"] == "1"
    assert delta["counts"] == {"kept": 1, "added": 1, "removed": 1, "changed": 1}
    (changed,) = [c for c in delta["changes"] if c["kind"] == "changed"]
    assert (changed["text_before"], changed["text"]) == (LEAD, LATER)


def test_the_version_before_may_have_another_uri_of_the_same_family(here: Desk) -> None:
    """An item that evolved from another, and a name that holds its version."""
    chain = [
        {"uri": "urn:e1", "source": "e", "body": f"{LEAD}\n\n{LATER} {END}"},
        {"uri": "urn:e2", "source": "e", "evolvedFrom": "urn:e1", "body": f"{LEAD}\n\n{END} {END}"},
        {"uri": "urn:newsml:e.example:20261126:flood:1", "source": "e", "body": f"{ALSO} {LEAD}"},
        {"uri": "urn:newsml:e.example:20261126:flood:2", "source": "e", "body": f"{ALSO} {LATER}"},
    ]
    # One after the other: only what is there already can be known to be a predecessor.
    for step, found in enumerate((chain[::2], chain[1::2])):
        here.publish(found, start=1_700_000_300_000 + 60_000 * step)
        here.drained()
    for uri, before in ((chain[1]["uri"], "urn:e1"), (chain[3]["uri"], chain[2]["uri"])):
        delta = json.loads(_run(here, uri, "--changes", "--json"))
        assert delta["before"]["uri"] == before
        assert delta["counts"]
        assert f"under {before}, record of" in " ".join(_run(here, uri, columns="200").split())
    none = json.loads(_run(here, chain[0]["uri"], "--changes", "--json"))
    assert none["before"] is None, "the first of a chain has none, and not the one after it"
    none = json.loads(_run(here, chain[2]["uri"], "--changes", "--json"))
    assert none["before"] is None


def test_json_is_the_latest_audit_record_and_all_gives_every_one(here: Desk) -> None:
    assert json.loads(_run(here, "urn:b", "--json"))["version"] == "2"
    every = [json.loads(line) for line in _run(here, "urn:b", "--all", "--json").splitlines()]
    assert [audit["version"] for audit in every] == ["1", "2"]


def test_who_lost_paragraphs_to_an_article_is_told_by_its_latest_record(here: Desk) -> None:
    lines = _run(here, OWNER, "--lost-to", "--json").splitlines()
    found = {loser["uri"]: loser for loser in map(json.loads, lines)}
    assert list(found) == ["urn:b", "urn:c"]
    assert [p["text"] for p in found["urn:b"]["paragraphs"]] == [WIRE, ALSO]
    assert found["urn:b"]["version"] == "2"
    assert found["urn:c"]["verdict"] == "duplicate"
    told = _run(here, OWNER, "--lost-to")
    assert "2 articles" in told
    assert "Nobody lost" in _run(here, "urn:c", "--lost-to")


def test_a_withdrawn_article_is_told_without_a_text_and_its_versions_stay_on_record(
    here: Desk,
) -> None:
    here.publish(
        [{"uri": "urn:w", "source": "w", "body": f"{END} {LEAD}"}], start=1_700_000_100_000
    )
    here.publish([{"uri": "urn:w", "pubStatus": "canceled"}], start=1_700_000_200_000)
    here.drained()
    told = _run(here, "urn:w")
    assert "withdrawn" in told
    assert "Against" not in told
    every = [json.loads(line) for line in _run(here, "urn:w", "--all", "--json").splitlines()]
    assert [audit["verdict"] for audit in every] == ["published", "withdrawn"]
    assert "is a withdrawal" in _run(here, "urn:w", "--changes")


def test_an_article_without_a_version_before_says_so(here: Desk) -> None:
    assert "no other version" in _run(here, "urn:d", "--changes")
    assert json.loads(_run(here, "urn:d", "--changes", "--json"))["before"] is None


def _run(here: Desk, *words: str, columns: str = "120", **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "consumers", "explain", *words],
        env={**here.environ, "PATH": "", "COLUMNS": columns, **more},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_the_version_before_is_looked_for_within_reach_of_the_latest_record(here: Desk) -> None:
    near = lookups.audits_of(here.settings, "urn:b", reach=0)
    assert [audit.version for _, audit in near] == ["2"]
    far = lookups.audits_of(here.settings, "urn:b", reach=1_000)
    assert [audit.version for _, audit in far] == ["2", "1"]
