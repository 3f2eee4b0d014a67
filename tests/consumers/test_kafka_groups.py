"""Groups as a broker describes them, in its own words (Kafka 4.3)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from consumers.kafka_client.connection import Connection
from consumers.kafka_client.groups import groups
from consumers.settings import Settings

GONE = "[Error 69] GroupIdNotFoundError: Group g not found."
NEWER = "[Error 69] GroupIdNotFoundError: Group g is not a classic group."
EMPTY = {"group_state": "Dead", "protocol_data": "", "members": []}


def answering(described, listed=()):
    """A connection whose answers were taken down from a real broker."""
    client = SimpleNamespace(
        describe_groups=lambda _names: described,
        list_groups=lambda: listed,
        # A broker that does not know ConsumerGroupDescribe.
        _manager=SimpleNamespace(run=lambda _send: {}),
    )
    return cast("Connection", SimpleNamespace(client=client, settings=Settings()))


def listed(state):
    return [
        {
            "group_id": "g",
            "protocol_type": "consumer",
            "group_state": state,
            "group_type": "consumer",
        }
    ]


@pytest.mark.parametrize(
    ("described", "states", "state", "words", "why"),
    [
        ({"g": EMPTY | {"error": GONE}}, (), "Dead", None, "no such group"),
        (
            {"g": EMPTY | {"error": NEWER}},
            listed("Stable"),
            None,
            "its state is Stable",
            "members unknown",
        ),
        (
            {"g": EMPTY | {"error": NEWER}},
            listed("Empty"),
            "Empty",
            None,
            "known to have no members",
        ),
        ({"g": EMPTY | {"error": NEWER}}, (), None, "not known", "gone between two questions"),
        ({"g": EMPTY | {"error": "[Error 30] no"}}, (), None, "no", "not allowed"),
        ({}, (), None, "did not answer", "left out of the answer"),
    ],
)
def test_a_group_is_told_as_far_as_it_is_known(described, states, state, words, why):
    found = groups(answering(described, states), ["g"])["g"]
    assert (found.state, found.members) == (state, ()), why
    assert (found.problem is None) == (words is None)
    assert words is None or words in (found.problem or "")
