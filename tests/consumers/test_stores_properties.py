"""Random streams: however they are cut into sequences, every store answers as a plain reading does."""

from __future__ import annotations

import itertools
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.claims import Ask, Claim
from tests.consumers import desks
from tests.consumers.conftest import KINDS
from tests.consumers.desks import WINDOW, claim, fingerprint, short, withdraw

URIS = ("a", "b", "n:1", "n:2", "c")
#: Windows' borders and their neighbours, equal times, and what lies between.
TIMES = st.one_of(
    st.sampled_from([-1, 0, 1, 5000, 9999, 10_000, 10_001, 15_000, 19_999, 20_000, 30_000]),
    st.integers(-1000, 45_000),
)


@st.composite
def articles(draw) -> Ask:
    uri = draw(st.sampled_from(URIS))
    family = draw(st.sampled_from([uri, uri.partition(":")[0], "f"]))
    time = draw(TIMES)
    explicit = family == "f" or draw(st.integers(0, 9)) == 0
    if draw(st.integers(0, 6)) == 0:
        return withdraw(uri, time, family, explicit=explicit)
    after = draw(st.none() | st.sampled_from([*URIS, "unheard"]))
    families = (after.partition(":")[0], after) if after else ()
    paragraphs = "".join(sorted(draw(st.sets(st.sampled_from("pqrs"), max_size=3))))
    return claim(
        uri, time, paragraphs, family, explicit=explicit, after=after, after_families=families
    )


@st.composite
def plain_articles(draw) -> Ask:
    """Most of what news is: no predecessors, no withdrawals; a batch may go in one trip."""
    uri = draw(st.sampled_from([*URIS, "n"]))
    family = draw(st.sampled_from([uri, uri.partition(":")[0], "f"]))
    paragraphs = "".join(sorted(draw(st.sets(st.sampled_from("pqrs"), max_size=3))))
    return claim(uri, draw(TIMES), paragraphs, family, explicit=draw(st.booleans()))


class PlainReading:
    """The rules of the contract read aloud: slow, with nothing shared with the stores."""

    def __init__(self) -> None:
        self.claims: dict[tuple[bytes, int], tuple[str, int]] = {}
        self.families: set[tuple[str, int]] = set()
        self.recorded: dict[tuple[str, int], tuple[str, bool, tuple[str, ...]]] = {}
        self.withdrawn: dict[str, int] = {}
        self.void: dict[str, int] = {}

    def answer(self, ask: Ask) -> str:
        now = ask.time // WINDOW
        seen = (now, now - 1, now + 1)
        family, orphan, former, record = self.family(ask, seen)
        mark = self.withdrawn.get(ask.uri, -(10**9))
        said = f"{family}{'!' if orphan else ''}"
        late = f" withdrawn {mark}" if ask.time < mark else ""
        if not isinstance(ask, Claim):
            self.withdrawn[ask.uri] = max(mark, ask.time)
            for each in (family, *former):
                self.void[each] = max(self.void.get(each, ask.time), ask.time)
            return f"{said}{late}:"
        if late:
            return f"{said}{late}:"
        if record:
            self.recorded[ask.uri, now] = record
        self.families.add((family, now))
        owners = [self.owner(each, (family, *former), ask.time, seen) for each in ask.fingerprints]
        return f"{said}: {' '.join(owners)}".strip()

    def owner(
        self, paragraph: bytes, own: tuple[str, ...], time: int, seen: tuple[int, ...]
    ) -> str:
        standing = [
            (when > time, abs(when - time), when, who)
            for place in seen
            if (held := self.claims.get((paragraph, place)))
            for who, when in [held]
            if when > self.void.get(who, -(10**9))
        ]
        if any(who in own for *_, who in standing):
            return "."
        others = sorted(each for each in standing if each[1] < WINDOW)
        if others:
            return f"{others[0][3]}@{others[0][2]}"
        self.claims[paragraph, seen[0]] = (own[0], time)
        return "."

    def family(self, ask: Ask, seen: tuple[int, ...]):
        """Family, orphan?, families it had before, and what to record for the uri."""
        recorded = next((r for g in seen if (r := self.recorded.get((ask.uri, g)))), None)
        before = recorded or ((ask.uri, False, ()) if self.known(ask.uri, seen) else None)
        if before and ask.explicit and ask.family != before[0]:
            former = tuple(f for f in (before[0], *before[2]) if f != ask.family)[:4]
            return ask.family, False, former, (ask.family, before[1], former)
        if before:
            return before[0], before[1] and not ask.explicit, before[2], recorded
        after = ask.predecessor if isinstance(ask, Claim) and not ask.explicit else None
        if isinstance(ask, Claim) and after and after != ask.uri:
            found = [r[0] for g in seen if (r := self.recorded.get((after, g)))]
            found += [each for each in ask.predecessor_families if self.known(each, seen)]
            family = found[0] if found else ask.family
            return family, not found, (), (family, not found, ())
        return ask.family, False, (), (ask.family, False, ()) if ask.family != ask.uri else None

    def known(self, family: str, seen: tuple[int, ...]) -> bool:
        return any((family, place) in self.families for place in seen)


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    stream=st.lists(articles(), max_size=25) | st.lists(plain_articles(), max_size=25),
    cuts=st.sets(st.integers(1, 24)),
)
def test_any_stream_in_any_cut_is_answered_as_a_plain_reading_does(
    kind, address, runner, stream, cuts
):
    plain = PlainReading()
    expected = [plain.answer(ask) for ask in stream]
    desk = desks.desk(address(kind), f"test:{uuid.uuid4().hex[:12]}:", runner)
    borders = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    answers = [
        short(answer)
        for first, last in itertools.pairwise(borders)
        for answer in desk.ask(*stream[first:last])
    ]
    desk.close()
    assert answers == expected


@given(stream=st.lists(articles(), max_size=30))
def test_what_is_asked_again_at_once_is_answered_the_same(runner_for_all, stream):
    desk = desks.desk("", "test:", runner_for_all)
    for ask in stream:
        first = [short(answer) for answer in desk.ask(ask)]
        assert [short(answer) for answer in desk.ask(ask)] == first


@given(times=st.lists(st.integers(0, 60_000), max_size=30), data=st.data())
def test_a_stream_read_again_keeps_what_it_kept_and_loses_only_to_whom_it_lost(
    runner_for_all, times, data
):
    desk = desks.desk("", "test:", runner_for_all)
    uris = st.sampled_from(["a", "b", "c", "d"])
    letters = st.sets(st.sampled_from("pqr"), min_size=1)
    stream = [
        claim(data.draw(uris), time, "".join(sorted(data.draw(letters)))) for time in sorted(times)
    ]
    first = [answer.owners for answer in desk.ask(*stream)]
    again = [answer.owners for answer in desk.ask(*stream)]
    for before, after in zip(first, again, strict=True):
        for owner, now in zip(before, after, strict=True):
            # "mine" where it lost before: its family took the paragraph over after the window.
            assert now in (owner, "mine")


@pytest.fixture(scope="module")
def runner_for_all():
    """One event loop for all examples."""
    import asyncio

    with asyncio.Runner() as running:
        yield running


def test_different_paragraphs_have_different_fingerprints():
    names = [chr(0x4E00 + at) for at in range(3000)] + list("pqrs")
    assert len({fingerprint(name) for name in names}) == len(names)
