"""Looks again and again, keeps what it saw, and judges it."""

from __future__ import annotations

from collections.abc import Collection

from consumers.kafka_client.connection import Connection
from consumers.kafka_client.words import Place
from consumers.lag.ages import Ages
from consumers.lag.history import History
from consumers.lag.look import Look, look
from consumers.lag.report import Report, Standing
from processors.lag import Patience, judge

#: How far back a verdict looks, in milliseconds.
WINDOW = 300_000
#: How long a judgement of one look stands, in milliseconds: the rules' own patience is twice that,
#: and many may ask for the reports of one look.
_STANDS = 5_000


class Watch:
    """What is seen of some groups (all of them by default) and topics (all that they read)."""

    def __init__(
        self,
        names: Collection[str] = (),
        topics: Collection[str] = (),
        *,
        every_topic: bool = False,
        window: int = WINDOW,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        ages: Ages | None = None,
    ) -> None:
        self._names, self._topics, self._every_topic = names, topics, every_topic
        self._window, self._patience = window, patience
        self._ages = ages or Ages()
        self.history = History()
        self._oldest: dict[tuple[str, Place], int] = {}
        self._judged: tuple[Look, int, list[Report]] | None = None

    def look(self, kafka: Connection) -> Look:
        """Ask the cluster once. Raises as ``consumers.lag.look.look`` does."""
        seen = self.ask(kafka)
        self.note(seen)
        return seen

    def ask(self, kafka: Connection) -> Look:
        """The asking alone, which may take as long as Kafka does; touches nothing that is told."""
        seen = look(kafka, self._names, self._topics, every_topic=self._every_topic)
        self._ages.read(kafka, _unread(seen))
        return seen

    def note(self, seen: Look) -> None:
        """Keep what was asked, for the reports. The same thread must ask and note."""
        self.history.add(seen)
        self._oldest = {}
        for name, group in seen.groups.items():
            for place in group.committed:
                offset = _first_unread(seen, name, place)
                oldest = None if offset is None else self._ages.time(place, offset)
                if oldest is not None:
                    self._oldest[name, place] = oldest
                caught_up = group.committed[place] == seen.ends.get(place)
                age = 0 if caught_up else None if oldest is None else max(0, seen.time - oldest)
                self.history.age(name, place, age)

    def reports(self, now: int) -> list[Report]:
        """The judgement of every group on what was seen up to now, or up to a moment ago."""
        seen = self.history.last
        if seen is None:
            return []
        if self._judged is None or self._judged[0] is not seen or now - self._judged[1] >= _STANDS:
            self._judged = seen, now, self._reports(seen, now)
        return self._judged[2]

    def _reports(self, seen: Look, now: int) -> list[Report]:
        return [
            Report(
                group=name,
                state=group.state,
                members=group.members,
                standings=tuple(
                    Standing(
                        place=place,
                        owner=(group.owners or {}).get(place),
                        judged=judge(
                            self.history.window(
                                name, place, now - self._window, self._oldest.get((name, place))
                            ),
                            now,
                            self._patience,
                        ),
                    )
                    for place in group.committed
                ),
            )
            for name, group in seen.groups.items()
        ]


def _first_unread(seen: Look, name: str, place: Place) -> int | None:
    """The offset of the oldest record that the group has not read and the partition still holds."""
    commit, end = seen.groups[name].committed[place], seen.ends.get(place)
    if commit is None or end is None or commit >= end:
        return None
    offset = max(commit, seen.starts.get(place, 0))
    return offset if offset < end else None


def _unread(seen: Look) -> dict[Place, set[int]]:
    wanted: dict[Place, set[int]] = {}
    for name, group in seen.groups.items():
        for place in group.committed:
            offset = _first_unread(seen, name, place)
            if offset is not None:
                wanted.setdefault(place, set()).add(offset)
    return wanted
