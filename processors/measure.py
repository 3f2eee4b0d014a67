"""Sizes of output and audit, known before anything is claimed.

Rule (section 5 of the contract): the output as if all were kept and the audit as if all were
dropped must fit the topics' ``max.message.bytes``; after the claim it is too late to refuse.
"""

from __future__ import annotations

from collections.abc import Callable

from processors.article import MAX_URI
from processors.claims import Answer, Claim, Owner
from processors.core import Core, Outcome, Prepared
from processors.errors import BadRecord

#: Bytes that a record costs besides key, value and headers (batch header, lengths, attributes).
OVERHEAD = 512
#: Bytes of JSON that one paragraph may take in the compact audit, beside its owner's uri.
_PARAGRAPH = 400


def check(ready: Prepared, core: Core, finish: Callable[..., Outcome]) -> None:
    """Refuse what could not be published.

    Most records are far below the limits, which a cheap bound shows: no character of the source
    takes more than twelve bytes in output or audit (an escaped one, as text and as HTML).

    Raises:
        BadRecord: ``too-large-output`` or ``too-large-audit``.
    """
    limits = core.limits
    headers = sum(len(name) + len(value) + 8 for name, value in ready.record.headers)
    size = len(ready.record.value or b"") + len(ready.record.key or b"")
    tags = ready.tagged.tags if ready.tagged is not None else ()
    evidence = sum(200 + sum(700 + 6 * len(e.text) for e in tag.evidence) for tag in tags)
    places = len(ready.paragraphs) * (_PARAGRAPH + MAX_URI)
    bound = 12 * size + headers + evidence + places + 4 * OVERHEAD
    if bound <= min(limits.max_output, limits.max_audit):
        return
    kept = finish(ready, _answer(ready, dropped=False), core)
    gone = finish(ready, _answer(ready, dropped=True), core)
    for outcome in (kept, gone):
        for publication in outcome.publications:
            limit = limits.max_output if publication.role == "clean" else limits.max_audit
            cost = (
                len(publication.value or b"")
                + len(publication.key or b"")
                + sum(len(name) + len(value) + 8 for name, value in publication.headers)
                + OVERHEAD
            )
            if cost > limit:
                what = "cleaned item" if publication.role == "clean" else "audit record"
                raise BadRecord(
                    "too-large-output" if publication.role == "clean" else "too-large-audit",
                    f"the {what} of {ready.article.uri!r} could take {cost:,} bytes, and its topic "
                    f"takes {limit:,} (max.message.bytes); raise the topic's limit or send less",
                    "measure",
                )


def _answer(ready: Prepared, *, dropped: bool) -> Answer:
    """An answer by which nothing, or everything, belongs to a family with the longest name."""
    if not dropped or not isinstance(ready.ask, Claim):
        return Answer(ready.ask.family)
    owner = Owner("u" * MAX_URI, "u" * MAX_URI, "", "", 0)
    return Answer(ready.ask.family, (owner,) * len(ready.ask.fingerprints))
