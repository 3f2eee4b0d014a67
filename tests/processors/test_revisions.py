"""What changed between two versions, as an editor would tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.revisions import Version, changes, counts

TEXTS = {
    "A": "The harbour was closed on Monday after the storm had torn three ships from their moorings.",
    "a": "The harbour was closed on Tuesday after the storm had torn four ships from their moorings.",
    "B": "Nobody was hurt, a spokeswoman of the port authority said in the evening.",
    "C": "The next ferry leaves on Thursday, if the wind allows.",
}
#: Kinds by their first letters, + added, - removed, = kept, ~ changed.
SIGNS = {"kept": "=", "added": "+", "removed": "-", "changed": "~"}
CASES = [
    ("A B", "A B", "= =", "nothing changed"),
    ("A B", "A B C", "= = +", "a paragraph at the end"),
    ("A B C", "A C", "= - =", "a paragraph less"),
    ("A B", "a B", "~ =", "two words of a paragraph changed"),
    ("A B", "C B", "- + =", "another paragraph in its place is no change of it"),
    ("A B C", "C A B", "= = =", "what moved is kept"),
    ("A B", "B a", "- = +", "alike, and no longer at the same place"),
    ("A", "A A", "= +", "said twice now"),
    ("A A", "A", "= -", "said once now"),
    ("", "A", "+", "the first text"),
    ("A", "", "-", "no text any more"),
]


@pytest.mark.parametrize(("before", "after", "expected", "why"), CASES)
def test_a_version_is_told_by_what_was_kept_added_removed_and_changed(
    before: str, after: str, expected: str, why: str
) -> None:
    found = changes(_version(before), _version(after))
    assert sorted(SIGNS[c.kind] for c in found) == sorted(expected.split()), why


def test_a_changed_paragraph_shows_both_texts_and_both_places() -> None:
    (kept, changed) = changes(_version("B A"), _version("B a"))
    assert (kept.kind, kept.index, kept.before) == ("kept", 0, 0)
    assert (changed.index, changed.before) == (1, 1)
    assert (changed.text_before, changed.text) == (TEXTS["A"], TEXTS["a"])


@given(st.text("ABCa", max_size=9), st.text("ABCa", max_size=9))
def test_every_paragraph_of_both_versions_is_told_once(before: str, after: str) -> None:
    found = changes(_version(" ".join(before)), _version(" ".join(after)))
    assert sorted(c.index for c in found if c.index is not None) == list(range(len(after)))
    assert sorted(c.before for c in found if c.before is not None) == list(range(len(before)))
    told = counts(found)
    assert told["kept"] + told["added"] + told["changed"] == len(after)
    assert told["kept"] + told["removed"] + told["changed"] == len(before)


def _version(names: str) -> list[Version]:
    return [Version(name, TEXTS[name]) for name in names.split()]
