"""The ways a record can be bad.

A bad record is not an error of the worker: it is a typed outcome, kept in the dead-letter
topic with a reason that a person understands. Faults of Kafka or Redis are never ``BadRecord``.
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["decode", "validate", "split", "measure"]


class BadRecord(Exception):
    """A record that cannot be processed, whatever is tried again.

    ``reason`` is a short stable word for metrics and ``copydesk dead list`` (``not-json``,
    ``no-body``, ``too-large``); the message is one sentence for people: what is wrong with
    this record, and what its sender can do. ``stage`` is the step that refused it.
    """

    def __init__(self, reason: str, message: str, stage: Stage = "decode") -> None:
        super().__init__(message)
        self.reason = reason
        self.stage: Stage = stage


class BadTaxonomy(ValueError):
    """A table of tags that cannot be used; the message names file and line where it has them."""
