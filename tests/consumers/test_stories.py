"""The seed article under every order of delivery; revisions, withdrawals and embargoes."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from msgspec.json import encode

from processors.records import Record
from tests.consumers.stories import DAY, NOON, Stream, article, withdrawal

SEED = (Path(__file__).parent.parent / "corpus" / "seed.txt").read_text(encoding="utf-8")
FIVE = SEED.split("\n")[:5]
OWN = "وفي عمّان قال مسؤول أردني إن بلاده لم تتلق دعوة إلى هذه الجولة ولن ترسل وفداً إليها في الوقت الحاضر."
NEWS = "وقال مصدر مطلع إن موعداً جديداً سيحدد خلال أيام، وإن الدعوات سترسل إلى جميع الأطراف من غير استثناء."
LEAD = (
    "A lead of its own that no other paper has, in as many words as it takes to be one of a story."
)
WIRE = "A wire paragraph that two papers carry on the same day, word for word and line by line, as it came to them."
MORE = "Another wire paragraph that follows the first one wherever that one goes, and that is as long as it is."

FIRST = article("urn:seed", SEED, NOON, 0, version="1", source="okaz")
AGAIN = article("urn:seed", SEED, NOON + 60_000, 1, version="1", source="okaz")
REVISED = article("urn:seed", SEED, NOON + DAY, 2, version="2", source="okaz", title="T")
OLDER = article("urn:seed", SEED, NOON - DAY, 3, version="0", source="okaz")
OTHER = article("urn:other", "\n".join([OWN, NEWS, FIVE[2]]), NOON + 1, 4, source="sabq")
MONTHS = article("urn:seed", SEED, NOON + 60 * DAY, 5, version="3", source="okaz")


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize(
    "rest",
    list(permutations((AGAIN, REVISED, OLDER, OTHER, FIRST))),
    ids=lambda rest: "".join(str(r.offset) for r in rest),
)
def test_the_seed_article_comes_out_as_five_paragraphs_in_every_order(
    rest: tuple[Record, ...], size: int
) -> None:
    """Delivered twice, replayed, revised, out of order, another story between, in any batches."""
    records = [FIRST, *rest, MONTHS, FIRST]
    for each in Stream().judge(records, range(size, len(records), size)):
        if each.record.key == b"urn:seed":
            assert each.paragraphs == FIVE
            assert each.original == SEED
        else:
            assert each.paragraphs == [OWN, NEWS]


def test_a_revision_keeps_what_its_story_said_and_adds_what_is_new() -> None:
    second = "\n".join([*FIVE[:3], NEWS])
    records = [
        article("urn:s:1", SEED, NOON, 0, version="1"),
        article("urn:s:2", second, NOON + 1, 1, version="2"),
        article("urn:s:3", "\n".join([NEWS, *FIVE]), NOON + 2, 2, version="3"),
    ]
    first, revised, last = Stream().judge(records)
    assert (first.paragraphs, revised.body) == (FIVE, second)
    assert last.paragraphs == [NEWS, *FIVE], "what the second version left out is still its own"
    assert {each.audit.family for each in (first, revised, last)} == {"urn:s"}


@pytest.mark.parametrize("order", [*permutations(range(3)), (2, 0, 2, 1, 0, 1)])
def test_versions_that_come_twice_or_out_of_order_each_come_out_whole(
    order: tuple[int, ...],
) -> None:
    bodies = [f"{LEAD}\n{WIRE}", f"{LEAD}\n{WIRE}\n{MORE}", f"{MORE}\n{WIRE}"]
    records = [
        article("urn:s", bodies[v], NOON + v * DAY, v, version=str(v), family="f") for v in order
    ]
    assert [each.body for each in Stream().judge(records)] == [bodies[v] for v in order]


def test_a_story_that_evolved_from_another_loses_nothing_to_it() -> None:
    body = f"<p>{LEAD}</p><p>{WIRE}</p>"
    dialect = {"type": "text", "body_html": f"<p>{MORE}</p>{body}", "evolvedfrom": "urn:a"}
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0),
        Record("articles.raw", 0, 1, NOON + 1, b"urn:b", encode({"guid": "urn:b", **dialect})),
        Record(
            "articles.raw",
            0,
            2,
            NOON + 2,
            b"urn:c",
            encode({"guid": "urn:c", **dialect, "evolvedfrom": "urn:never-seen"}),
        ),
    ]
    first, evolved, orphan = Stream().judge(records)
    assert evolved.audit.family == first.audit.family
    assert evolved.audit.dropped == 0
    assert orphan.audit.dropped == 0, "its predecessor may be whoever owns the text"
    assert "unknown-predecessor" in orphan.audit.notes


def test_what_was_withdrawn_before_it_arrived_comes_out_withdrawn_and_owns_nothing() -> None:
    records = [
        withdrawal("urn:a", NOON + 10, 0),
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 1),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 20, 2),
    ]
    taken, late, other = Stream().judge(records)
    assert taken.item is not None
    assert taken.item["pubStatus"] == "canceled"
    assert late.item is not None
    assert late.item["pubStatus"] == "canceled"
    assert late.body is None
    assert late.original == f"{LEAD}\n{WIRE}", "its audit keeps the text"
    assert other.body == f"{MORE}\n{WIRE}"


def test_claims_of_a_withdrawn_story_are_void_and_the_next_one_takes_them_over() -> None:
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0),
        withdrawal("urn:a", NOON + 10, 1),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 20, 2),
        article("urn:c", f"{OWN}\n{WIRE}", NOON + 30, 3),
    ]
    _, _, substitute, third = Stream().judge(records)
    assert substitute.body == f"{MORE}\n{WIRE}", "the substitute story is published whole"
    assert third.paragraphs == [OWN], "and owns the paragraph from then on"
    assert third.audit.paragraphs[1].owner is not None
    assert third.audit.paragraphs[1].owner.uri == "urn:b"


def test_a_story_published_again_after_a_kill_is_published() -> None:
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0, version="1"),
        withdrawal("urn:a", NOON + 10, 1),
        article("urn:a", f"{LEAD}\n{WIRE}", NOON + 20, 2, version="2"),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 30, 3),
        article("urn:a", f"{LEAD}\n{WIRE}", NOON + 5, 4, version="late"),
    ]
    _, _, again, other, late = Stream().judge(records)
    assert again.body == f"{LEAD}\n{WIRE}"
    assert other.paragraphs == [MORE], "it claimed its paragraphs anew"
    assert late.item is not None
    assert late.item["pubStatus"] == "canceled", "an older version that comes late stays withdrawn"


def test_what_was_lost_to_a_withdrawn_story_is_lost_to_its_next_owner_when_it_comes_again() -> None:
    """The one way in which a record may be judged in two ways with no claim forgotten."""
    lost = article("urn:c", f"{OWN}\n{WIRE}", NOON + 1, 1)
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0),
        lost,
        withdrawal("urn:a", NOON + 10, 2),
        article("urn:b", f"{NEWS}\n{WIRE}", NOON + 11, 3),
        lost,
    ]
    _, first, _, taker, again = Stream().judge(records)
    owners = [each.audit.paragraphs[1].owner for each in (first, again)]
    assert [owner and owner.uri for owner in owners] == ["urn:a", "urn:b"]
    assert (first.paragraphs, again.paragraphs, taker.paragraphs) == ([OWN], [OWN], [NEWS, WIRE])


def test_a_withdrawal_that_comes_twice_or_late_takes_back_no_more_than_it_did() -> None:
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0),
        withdrawal("urn:a", NOON + 10, 1),
        article("urn:a", f"{LEAD}\n{WIRE}", NOON + 20, 2),
        withdrawal("urn:a", NOON + 10, 1),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 30, 3),
    ]
    assert Stream().judge(records)[-1].paragraphs == [MORE]


def test_an_embargoed_article_is_judged_in_itself_and_claims_nothing() -> None:
    held = {"embargoedUntil": "2030-01-01T00:00:00Z"}
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}\n{WIRE}", NOON, 0, **held),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 1, 1),
        article("urn:c", f"{OWN}\n{WIRE}", NOON + 2, 2, **held),
    ]
    embargoed, other, held_too = Stream().judge(records)
    assert embargoed.paragraphs == [LEAD, WIRE], "its own repeat goes"
    assert other.body == f"{MORE}\n{WIRE}", "what is not public yet was not said yet"
    assert held_too.body == f"{OWN}\n{WIRE}", "and loses nothing to what is"


def test_when_its_embargo_has_ended_an_article_owns_its_text_like_any_other() -> None:
    ended = article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0, embargoedUntil="2020-01-01T00:00:00Z")
    other = article("urn:b", f"{MORE}\n{WIRE}", NOON + 1, 1)
    assert Stream().judge([ended, other])[1].paragraphs == [MORE]


def test_a_claim_ends_with_its_window_and_is_not_renewed_by_what_was_dropped() -> None:
    records = [
        article("urn:a", f"{LEAD}\n{WIRE}", NOON, 0),
        article("urn:b", f"{MORE}\n{WIRE}", NOON + 5 * DAY, 1),
        article("urn:c", f"{OWN}\n{WIRE}", NOON + 8 * DAY, 2),
        article("urn:a", f"{LEAD}\n{WIRE}", NOON + 9 * DAY, 3, version="2"),
    ]
    _, dropped, owner, whole = Stream().judge(records)
    assert dropped.paragraphs == [MORE]
    assert owner.body == f"{OWN}\n{WIRE}"
    assert whole.body == f"{LEAD}\n{WIRE}", "a story comes out whole after another took it over"
