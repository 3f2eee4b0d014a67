"""The audit record: what was done to one article and why, from which its body can be rebuilt.

Rules (section 7 of the contract): one record an article; together with the item published for the
same origin it gives the judged body back, character for character; where no body was published
(a duplicate, a withdrawn article), ``original`` holds it whole. Names are in snake_case; times are
RFC 3339; offsets are characters of the judged body.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, Literal

import msgspec

from processors.claims import Owner
from processors.edits import Edit, restore
from processors.judge import Judgement, Verdict
from processors.text import Paragraph, Tag
from processors.times import text_of

SCHEMA_VERSION = 1


class AuditOwner(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The article that a paragraph was dropped, or kept with a word, in favour of."""

    uri: str
    first_seen: str
    family: str = ""
    source: str = ""
    version: str = ""


class AuditParagraph(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One paragraph's fate.

    ``rule`` is one of ``processors.judge.Rule``; ``first`` the paragraph of the same article that
    it repeats; ``profile`` stands only where it is not the article's.
    """

    index: int
    start: int
    end: int
    verdict: Literal["kept", "dropped"]
    rule: str
    fingerprint: str = ""
    profile: str = ""
    length: int = 0
    first: int | None = None
    owner: AuditOwner | None = None
    marked: bool = False


class AuditLanguage(msgspec.Struct, frozen=True, omit_defaults=True):
    """The language in force, what was declared, and how sure the text is (0 to 100).

    ``paragraphs`` names, by index, those that are clearly in another language.
    """

    tag: str
    declared: str | None = None
    confidence: int | None = None
    contradicted: bool = False
    paragraphs: dict[str, str] = {}


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """See the module. ``digest`` is 128 bits of BLAKE2b over the judged body in UTF-8, in hex.

    Every field is written, empty ones too; those of its paragraphs, owners and tags only where they
    say something, since there are many.
    """

    schema_version: int
    uri: str
    family: str
    version: str | None = None
    source: str | None = None
    origin: str
    record_time: str
    kind: str
    format: str = ""
    verdict: Verdict
    dedupe: Literal["ok", "skipped"]
    profile: str = ""
    body_type: str = ""
    length: int = 0
    digest: str = ""
    kept: int = 0
    dropped: int = 0
    guards: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    duplicate_of: AuditOwner | None = None
    withdrawn_at: str | None = None
    paragraphs: tuple[AuditParagraph, ...] = ()
    edits: tuple[Edit, ...] = ()
    original: str | None = None
    language: AuditLanguage | None = None
    tags: tuple[Tag, ...] = ()
    failed_taggers: tuple[str, ...] = ()
    software: str = ""
    taxonomies: dict[str, str] = {}


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Audit)


def encode(audit: Audit) -> bytes:
    """The record as UTF-8 JSON."""
    return _ENCODER.encode(audit)


def compact(audit: Audit) -> Audit:
    """The same with owners named by uri and time alone, for a record too large for its topic."""

    def short(owner: AuditOwner | None) -> AuditOwner | None:
        return AuditOwner(owner.uri, owner.first_seen) if owner is not None else None

    paragraphs = tuple(
        msgspec.structs.replace(p, owner=short(p.owner)) if p.owner is not None else p
        for p in audit.paragraphs
    )
    return msgspec.structs.replace(
        audit, paragraphs=paragraphs, duplicate_of=short(audit.duplicate_of)
    )


def decode(value: bytes) -> Audit:
    """Read a record back.

    Raises:
        ValueError: it is not an audit record, or one of a later schema.
    """
    audit = _DECODER.decode(value)
    if audit.schema_version > SCHEMA_VERSION:
        message = (
            f"audit record of schema {audit.schema_version}, this copydesk reads {SCHEMA_VERSION}"
        )
        raise ValueError(message)
    return audit


def digest_of(body: bytes) -> str:
    """The digest by which a rebuilt body, in UTF-8, is known to be the right one."""
    return blake2b(body, digest_size=16).hexdigest()


def owner_of(owner: Owner | None) -> AuditOwner | None:
    """The owner in the audit's words."""
    if owner is None:
        return None
    family = owner.family if owner.family != owner.uri else ""
    return AuditOwner(owner.uri, text_of(owner.first_seen), family, owner.source, owner.version)


def paragraphs_of(
    paragraphs: tuple[Paragraph, ...], judgement: Judgement, profile: str
) -> tuple[AuditParagraph, ...]:
    """One entry a paragraph; its profile only where it is not the article's."""
    found: list[AuditParagraph] = []
    named: dict[Owner, AuditOwner | None] = {}
    for p, r in zip(paragraphs, judgement.rulings, strict=True):
        span, owner = p.span, None
        if r.owner is not None:
            owner = named.get(r.owner)
            if owner is None:
                owner = named[r.owner] = owner_of(r.owner)
        found.append(
            AuditParagraph(
                p.index,
                span.start,
                span.end,
                "kept" if r.kept else "dropped",
                r.rule,
                p.fingerprint.hex(),
                "" if p.profile == profile else p.profile,
                p.length,
                r.first,
                owner,
                r.marked,
            )
        )
    return tuple(found)


def dropped_text(audit: Audit, each: AuditParagraph) -> str:
    """The source of a dropped paragraph, out of the audit alone: it keeps what it took out."""
    if audit.original is not None:
        return audit.original[each.start : each.end]
    return "".join(
        edit.text[max(0, each.start - edit.offset) : max(0, each.end - edit.offset)]
        for edit in audit.edits
    )


def original_body(audit: Audit, item: dict[str, Any] | None) -> str:
    """Rebuild the judged body from the audit and the item published for the same origin.

    Raises:
        ValueError: the item is missing or another one, or what comes out is not the original.
    """
    if audit.original is not None:
        body = audit.original
    elif item is None:
        raise ValueError(f"{audit.uri}: the item published for {audit.origin} is missing")
    else:
        bodies = [b["value"] for b in item.get("bodies", ()) if b["contentType"] == audit.body_type]
        if not bodies:
            raise ValueError(f"{audit.uri}: the published item has no {audit.body_type} body")
        body = restore(bodies[0], audit.edits)
    if digest_of(body.encode("utf-8", "surrogatepass")) != audit.digest:
        raise ValueError(f"{audit.uri}: item and audit of {audit.origin} do not belong together")
    return body
