"""Sizes of output and audit, known before anything is claimed.

Rule (section 5 of the contract): the output as if all were kept and the audit as if all were
dropped, or the article withdrawn, must fit the topics' ``max.message.bytes``, under the longest
names that the store may answer; after the claim it is too late to refuse.
"""

from __future__ import annotations

from collections.abc import Callable

from processors.article import MAX_URI
from processors.claims import Answer, Claim, Owner
from processors.core import Core, Prepared
from processors.errors import BadRecord
from processors.records import Outcome, Publication

#: Bytes that a record costs besides key, value and headers (batch header, lengths, attributes).
OVERHEAD = 512
#: Bytes of JSON that one paragraph may take in the compact audit, beside its owner's uri.
_PARAGRAPH = 400
#: The same for what the audit says of one piece cut out, besides its text.
_EDIT = 40
_LONGEST = "u" * MAX_URI


def cost(publication: Publication) -> int:
    """Bytes that a publication takes of its topic's ``max.message.bytes``, or a few more."""
    headers = 0
    for name, value in publication.headers:
        headers += len(name) + len(value) + 8
    return len(publication.value or b"") + len(publication.key or b"") + headers + OVERHEAD


def check(ready: Prepared, core: Core, finish: Callable[..., Outcome]) -> None:
    """Refuse what could not be published.

    Most records are far below the limits, which a cheap bound shows: no character of the source
    takes more than twelve bytes in output or audit (an escaped one, as text and as HTML).

    Raises:
        BadRecord: ``too-large-output`` or ``too-large-audit``.
    """
    limits = core.limits
    headers = sum([len(name) + len(value) + 8 for name, value in ready.record.headers])
    size = len(ready.record.value or b"") + len(ready.record.key or b"")
    tags = ready.tagged.tags if ready.tagged is not None else ()
    evidence = 200 * len(tags)
    evidence += sum([700 + 6 * len(piece.text) for tag in tags for piece in tag.evidence])
    places = len(ready.paragraphs) * (_PARAGRAPH + MAX_URI)
    bound = 12 * size + headers + evidence + places + 8 * OVERHEAD
    if bound <= limits.max_output and bound <= limits.max_audit:
        return
    for answer in _answers(ready):
        for publication in finish(ready, answer, core).publications:
            clean = publication.role == "clean"
            limit = limits.max_output if clean else limits.max_audit
            needs = cost(publication) + (0 if clean else _EDIT * len(ready.paragraphs))
            if needs > limit:
                what = "cleaned item" if clean else "audit record"
                raise BadRecord(
                    "too-large-output" if clean else "too-large-audit",
                    f"the {what} of {ready.article.uri!r} could take {needs:,} bytes, and its "
                    f"topic takes {limit:,} (max.message.bytes); raise the topic's limit or send "
                    "less",
                    "measure",
                )


def _answers(ready: Prepared) -> tuple[Answer, ...]:
    """Nothing, or everything, belongs to another; it is withdrawn; all names are the longest."""
    family = max(_LONGEST, ready.ask.family, key=len)
    if not isinstance(ready.ask, Claim):
        return (Answer(family),)
    owner = Owner(_LONGEST, _LONGEST, "", "", 0)
    owners = (owner,) * len(ready.ask.fingerprints)
    withdrawn = Answer(family, (), ready.record.timestamp)
    return Answer(family), Answer(family, owners), withdrawn
