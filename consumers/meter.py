"""What the worker counts, as the words in which its parts report; ``consumers.metrics`` keeps it.

Rule: nothing here may raise or wait, whatever it is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from processors.records import Outcome

#: ``tag`` is not in ``decode``, which is all else that is done before the claim.
Stage = Literal["decode", "tag", "claim", "judge", "publish"]


class Meter(Protocol):
    """Counts and times of one worker process. Durations are seconds."""

    def stage(self, stage: Stage, seconds: float, articles: int) -> None:
        """One batch passed a stage."""
        ...

    def outcomes(self, outcomes: Sequence[Outcome], oldest: int) -> None:
        """A batch is published; ``oldest`` is the record time of its oldest record, in ms."""
        ...

    def store(self, *, up: bool) -> None:
        """Redis answered, or did not."""
        ...

    def producer(self, *, up: bool) -> None:
        """Kafka took a batch, or did not."""
        ...

    def progress(self, behind: int) -> None:
        """The worker is alive; ``behind`` offsets are read and not yet committed."""
        ...


class Silent:
    """A meter for nobody."""

    def stage(self, stage: Stage, seconds: float, articles: int) -> None:
        """See ``Meter``."""

    def outcomes(self, outcomes: Sequence[Outcome], oldest: int) -> None:
        """See ``Meter``."""

    def store(self, *, up: bool) -> None:
        """See ``Meter``."""

    def producer(self, *, up: bool) -> None:
        """See ``Meter``."""

    def progress(self, behind: int) -> None:
        """See ``Meter``."""
