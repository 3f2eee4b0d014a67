"""Workers racing for the same paragraphs: exactly one owns each, and all agree on whom."""

from __future__ import annotations

import pytest

from tests.consumers.conftest import REAL
from tests.consumers.racer import PARAGRAPHS
from tests.consumers.races import race, wins


@pytest.mark.parametrize("kind", REAL)
def test_four_processes_that_claim_the_same_paragraphs_agree_on_one_owner_each(
    kind, address, namespace
):
    articles = 300
    won = wins(race(address(kind), namespace, articles, 5))
    assert sum(won.values()) == articles * PARAGRAPHS
    assert set(won) <= {0, 1, 2, 3}
    assert len(won) > 1, "one process won everything: the others never raced"
