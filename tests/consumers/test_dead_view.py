"""What ``copydesk dead list`` prints in a terminal of the usual width."""

from __future__ import annotations

import pytest

from consumers.cli import dead_view
from consumers.dead import Group
from processors.redrive import Letter
from processors.times import text_of

FIRST, LAST = 1_764_179_213_123, 1_764_182_813_456
#: A reason and a topic as long as they get in a newsroom, and far into a large topic.
REASON, TOPIC = "surrogates-in-text", "newsroom.articles.raw"
KEY = "urn:newsml:agency.example:20261126:a-rather-long-name-of-a-story"


@pytest.fixture(params=["80", "120"])
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", request.param)
    return int(request.param)


def test_a_group_shows_its_reason_place_and_times_whole(width, capsys):
    dead_view.groups("articles.dead", [_group()])
    _holds(capsys.readouterr().out, width)


def test_a_letter_shows_its_reason_place_and_time_whole(width, capsys):
    dead_view.letters("articles.dead", [_letter()])
    _holds(capsys.readouterr().out, width)


def _holds(printed: str, width: int) -> None:
    assert max(map(len, printed.splitlines())) <= width
    assert "…" not in printed
    for whole in (text_of(FIRST), REASON, "newsroom.articles.raw/12", "12/1180042", "sent back"):
        assert whole in printed


def _group() -> Group:
    return Group(REASON, TOPIC, 12, 1_234_567, FIRST, LAST, 2, "12/1180042")


def _letter() -> Letter:
    return Letter(
        dead_partition=12,
        dead_offset=1_180_042,
        time=FIRST,
        reason=REASON,
        message="said at length",
        stage="decode",
        topic=TOPIC,
        partition=12,
        offset=98_765_432,
        origin="",
        redriven=1,
        key=KEY.encode(),
        size=4_999_999,
    )
