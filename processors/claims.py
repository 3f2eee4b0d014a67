"""What is asked of the store of claims, and what it answers.

A claim says "this fingerprint belongs to that family"; it always has an owner, and is never a
bare "seen": that is what lets a redelivered, replayed or revised article come out whole
(the rule is the design's; the failure it avoids is described in getsentry/sentry#115283).

A store takes a sequence of ``Claim`` and ``Withdrawal`` and answers each in that order, as if each
had been asked alone: how a stream is cut into batches never changes an answer.
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Owner(msgspec.Struct, frozen=True, gc=False):
    """The other family that owns a fingerprint. ``first_seen``: the claim's time, ms since 1970.

    ``uri``, ``source`` and ``version`` are those of the family's article that claimed first of all.
    """

    family: str
    uri: str
    source: str
    version: str
    first_seen: int


class Claim(msgspec.Struct, frozen=True):
    """One article asks who owns its paragraphs, claiming those that nobody owns.

    ``family`` is the family that the article itself suggests; ``explicit`` says that the source
    named it, which beats whatever was recorded before. ``predecessor`` is the uri the article
    evolved from and ``predecessor_families`` the families that this uri may have had.
    ``fingerprints`` are 16 bytes each, each once, in the article's order. ``time`` is the record's.
    """

    uri: str
    family: str
    source: str
    version: str
    time: int
    fingerprints: tuple[bytes, ...]
    explicit: bool = False
    predecessor: str | None = None
    predecessor_families: tuple[str, ...] = ()


class Withdrawal(msgspec.Struct, frozen=True):
    """A uri is taken back: its family's claims made up to ``time`` are void from now on."""

    uri: str
    family: str
    time: int
    explicit: bool = False


Ask = Claim | Withdrawal

#: ``mine``: the family's own, or nobody's until now; ``unresolved``: another's, but its owner is
#: not on record any more, so the paragraph is kept and the claim left alone.
Standing = Literal["mine", "unresolved"]


class Answer(msgspec.Struct, frozen=True):
    """What the store knows, for one ``Ask``.

    ``family`` is the family in force (recorded at first sight). ``owners`` has one entry a
    fingerprint. ``withdrawn`` is the time of a withdrawal of this uri later than the asking
    record, or None; nothing is claimed then, and ``owners`` is empty. ``orphan`` says that a
    predecessor was named that is not known: such an article loses nothing across articles.
    """

    family: str
    owners: tuple[Owner | Standing, ...] = ()
    withdrawn: int | None = None
    orphan: bool = False
