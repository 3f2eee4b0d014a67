"""Random streams of stories: redelivered, revised, withdrawn, in any order and any batches."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.fingerprint import paragraphs as fingerprinted
from processors.records import Record
from processors.split import split_plain
from tests.consumers.stories import DAY, NOON, Came, Stream, article, withdrawal

#: Texts of every length that matters: long ones, headings, what announces, what goes on, a list.
POOL = [
    *(f"Paragraph {name} says at some length what happened in the town of {name}, and why it did so."
      for name in ("Aachen", "Bonn", "Celle", "Dessau", "Essen", "Fulda")),
    "قال المتحدث باسم الوفد إن المشاورات ستستأنف في الأسبوع المقبل بعد أن تعود الوفود من عواصمها كلها.",
    "A heading",
    "It reads as follows:",
    "He added that it would take some time until the bridge could be opened to all traffic again.",
    "- a line of a list that is long enough to be dropped, were it not for the marker before it, here",
    "A line of thirty letters or so.",
]  # fmt: skip
STORIES = ("urn:a", "urn:b", "urn:c")

bodies = st.lists(st.sampled_from(POOL), min_size=1, max_size=7).map("\n".join)


@st.composite
def streams(draw, *, withdrawals: bool) -> list[Record]:
    """Records of several stories, some of them delivered again later, in an order of no sense."""
    made: list[Record] = []
    for offset in range(draw(st.integers(1, 9))):
        uri = draw(st.sampled_from(STORIES))
        at = NOON + draw(st.integers(0, 5)) * DAY // 2
        if withdrawals and draw(st.integers(0, 4)) == 0:
            made.append(withdrawal(uri, at, offset))
        else:
            source = draw(st.sampled_from(["x", "y"]))
            made.append(article(uri, draw(bodies), at, offset, version=str(offset), source=source))
    again = draw(st.lists(st.sampled_from(made), max_size=6))
    order: list[Record] = draw(st.permutations([*made, *again]))
    return order


@settings(max_examples=100)
@given(streams(withdrawals=True), st.sets(st.integers(1, 14)))
def test_any_partition_into_batches_gives_the_same_publications(
    records: list[Record], cuts: set[int]
) -> None:
    one_by_one = Stream().judge(records, range(1, len(records)))
    assert [c.outcome for c in Stream().judge(records, cuts)] == [c.outcome for c in one_by_one]


@settings(max_examples=100)
@given(streams(withdrawals=False))
def test_a_record_delivered_again_gives_the_same_key_value_and_headers(
    records: list[Record],
) -> None:
    first: dict[int, Came] = {}
    for came in Stream().judge(records):
        assert first.setdefault(came.record.offset, came).outcome == came.outcome


@settings(max_examples=100)
@given(streams(withdrawals=True))
def test_restore_is_the_identity(records: list[Record]) -> None:
    for came in Stream().judge(records):
        if came.audit.digest:
            sent = msgspec.json.decode(came.record.value or b"{}")
            assert came.original == sent["body"]


@settings(max_examples=150)
@given(streams(withdrawals=True))
def test_a_text_goes_only_where_it_was_published_before_by_the_one_who_is_named(
    records: list[Record],
) -> None:
    """No unique text is lost: what goes stands earlier here, or was published by its owner.

    But for lines too short to claim, which go with an article that is else another's: that one's
    audit keeps it whole.
    """
    published: set[tuple[str, bytes]] = set()
    for came in Stream().judge(records):
        kept = {p.fingerprint for p in came.audit.paragraphs if p.verdict == "kept"}
        for each in came.audit.paragraphs:
            short = came.audit.verdict == "duplicate" and each.length < 20
            if each.verdict == "kept" or short:
                continue
            if each.first is not None:
                first = came.audit.paragraphs[each.first]
                assert each.fingerprint in kept or first.owner is not None
            else:
                assert each.owner is not None
                name = each.owner.family or each.owner.uri
                assert (name, bytes.fromhex(each.fingerprint)) in published
        published |= {(came.audit.family, f) for f in _fingerprints(came)}


@settings(max_examples=100)
@given(streams(withdrawals=True))
def test_what_only_one_story_says_is_in_every_version_of_it_that_is_published(
    records: list[Record],
) -> None:
    """But for lines too short to claim, which go with an article that is else another's."""
    whose: dict[str, set[bytes]] = {}
    for record in records:
        for line in _lines(record):
            whose.setdefault(line, set()).add(record.key or b"")
    for came in Stream().judge(records):
        if came.item is not None and came.item["pubStatus"] == "canceled":
            continue
        lines = [line for line in _lines(came.record) if len(line) > 25]
        own = [line for line in lines if whose[line] == {came.record.key}]
        assert set(own) <= set(came.paragraphs)


def _lines(record: Record) -> list[str]:
    if record.value is None:
        return []
    body: str = msgspec.json.decode(record.value)["body"]
    return body.split("\n")


def _fingerprints(came: Came) -> set[bytes]:
    spans = split_plain(came.body or "")
    return {p.fingerprint for p in fingerprinted(spans, "und", "profile")}
