"""Tags: what an article is about, each with the words that say so.

Taggers are an ordered tuple of callables over one prepared text. One that raises is skipped for
that article and named among the failures; the others' tags stand. The outcome does not depend
on which tagger found a thing first in time: duplicates are merged, and the order is fixed.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections.abc import Callable, Sequence

import msgspec

from processors.tags.fold import Folded, fold_lines
from processors.tags.language import Language
from processors.tags.scan import Scanned, scanned
from processors.text import Evidence, Tag, TagText

Tagger = Callable[[TagText], Sequence[Tag]]
Came = tuple[tuple[Tag, ...], tuple[str, ...]]
"""What came of a text: its tags, and the names of the taggers that failed."""

MAX_EVIDENCE = 8
"""Pieces of evidence kept for a tag, the first ones in the text: enough to judge it by."""

AT_ONCE = 16
"""Texts that a tagger is shown ahead: so many fill the processor's caches, and no memory of words.
"""

_PARTS_OF_NAMES = frozenset({"city", "region"})
_KINDS = {"subject": 0, "place": 1, "person": 2, "organisation": 3}


class Tagging(msgspec.Struct, frozen=True):
    """All tags of an article, and the names of the taggers that failed on it."""

    language: Language
    tags: tuple[Tag, ...]
    failures: tuple[str, ...] = ()


class PreparedText(TagText, frozen=True):
    """A text with its title and paragraphs folded, and made ready for the search of names, once for
    all taggers; line 0 is the title.
    """

    folded: Folded | None = None
    scanned: Scanned | None = None


def prepare(text: TagText) -> PreparedText:
    """The text with its folding made; one that is prepared already comes back as it is."""
    if isinstance(text, PreparedText) and text.folded is not None and text.scanned is not None:
        return text
    folded = fold_lines((text.title, *text.paragraphs))
    return PreparedText(
        language=text.language,
        title=text.title,
        paragraphs=text.paragraphs,
        source_subjects=text.source_subjects,
        folded=folded,
        scanned=scanned(folded.text, folded.coded),
    )


def folded_of(text: TagText) -> Folded:
    """The folded lines of a text, the title first, made now where ``run`` has not made them."""
    folded = text.folded if isinstance(text, PreparedText) else None
    return folded if folded is not None else fold_lines((text.title, *text.paragraphs))


def scanned_of(text: TagText) -> Scanned:
    """A text's folded lines ready for the search of names, made now where ``run`` has not."""
    ready = text.scanned if isinstance(text, PreparedText) else None
    if ready is not None:
        return ready
    folded = folded_of(text)
    return scanned(folded.text, folded.coded)


def run(taggers: Sequence[tuple[str, Tagger]], text: TagText) -> Came:
    """Each tagger over one text: the tags merged and ordered, and the names of those that failed.

    A failure is the tagger's name and the kind of its error, such as ``places: KeyError``.
    """
    return run_all(taggers, (text,))[0]


def run_all(taggers: Sequence[tuple[str, Tagger]], texts: Sequence[TagText]) -> list[Came]:
    """The same for each of several texts, one tagger after the other over all of them: the tables
    of each stay in the processor's caches, which is a seventh of the whole for 25 articles.
    """
    prepared = [prepare(text) for text in texts]
    found: list[list[Tag]] = [[] for _ in texts]
    failures: list[list[str]] = [[] for _ in texts]
    for name, tagger in taggers:
        for at, text in enumerate(prepared):
            if at % AT_ONCE == 0:
                _look_ahead(tagger, prepared[at : at + AT_ONCE])
            try:
                found[at].extend([_checked(tag) for tag in tagger(text)])
            except Exception as error:  # noqa: BLE001 - a newsroom's own code may raise anything
                failures[at].append(f"{name}: {type(error).__name__}")
    return [
        (merge(outside_names(tags)), tuple(failed))
        for tags, failed in zip(found, failures, strict=True)
    ]


def _look_ahead(tagger: Tagger, texts: Sequence[TagText]) -> None:
    """Let a tagger that can, by a method ``ahead``, work on texts together before each is asked
    for. Where that fails, each is worked on by itself, and fails by itself.
    """
    ahead = getattr(tagger, "ahead", None)
    if ahead is not None:
        with contextlib.suppress(Exception):
            ahead(texts)


def outside_names(tags: Sequence[Tag]) -> list[Tag]:
    """The tags without cities and regions that are only part of a longer name.

    Such are Washington in Washington Post and القدس in فيلق القدس. A country in a name stays: its
    ministry is news of it.
    """
    names = sorted(
        _place(piece)[:3]
        for tag in tags
        if tag.kind in {"person", "organisation"}
        for piece in tag.evidence
    )
    if not names:
        return list(tags)
    kept = []
    for tag in tags:
        if tag.kind == "place" and any(piece.rule in _PARTS_OF_NAMES for piece in tag.evidence):
            evidence = tuple(piece for piece in tag.evidence if not _is_part(piece, names))
            if not evidence:
                continue
            if len(evidence) < len(tag.evidence):
                tag = msgspec.structs.replace(tag, evidence=evidence)  # noqa: PLW2901 - the same tag
        kept.append(tag)
    return kept


def _is_part(piece: Evidence, names: list[tuple[int, int, int]]) -> bool:
    """Whether a piece lies in a longer name: the last of them that begins no later."""
    paragraph, start, end, _ = _place(piece)
    at = bisect_right(names, (paragraph, start, 1 << 30)) - 1
    if at < 0:
        return False
    where, first, last = names[at]
    return where == paragraph and end <= last and last - first > end - start


def _checked(tag: object) -> Tag:
    """A tag that can be merged and published; raises ``TypeError`` where it is not one."""
    if not isinstance(tag, Tag) or tag.kind not in _KINDS or not tag.name:
        raise TypeError(f"not a tag: {tag!r}")
    return tag


def merge(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """Tags with duplicates made one, by kind, then the most relevant first, then in text order.

    Two tags are one if kind and uri agree, or, where a uri is missing, kind and folded name.
    The first keeps its words; evidence is joined, relevance and confidence are the highest.
    """
    kept: dict[tuple[str, str], Tag] = {}
    by_name: dict[tuple[str, str], tuple[str, str]] = {}
    for tag in tags:
        called = (tag.kind, tag.name.casefold())
        key = (tag.kind, tag.uri) if tag.uri else by_name.get(called, called)
        # The same name that came without a uri before is taken over by the one that knows more.
        nameless = kept.pop(called, None) if tag.uri else None
        known = kept.get(key)
        made = _bounded(tag) if known is None else _joined(known, tag)
        kept[key] = made if nameless is None else _joined(made, nameless)
        if tag.uri:
            by_name[called] = key
    return tuple(sorted(kept.values(), key=_rank))


def _joined(tag: Tag, other: Tag) -> Tag:
    return Tag(
        kind=tag.kind,
        name=tag.name,
        uri=tag.uri,
        creator=tag.creator,
        literal=tag.literal or other.literal,
        rel=tag.rel if tag.rel == other.rel else None,
        relevance=_highest(tag.relevance, other.relevance),
        confidence=_highest(tag.confidence, other.confidence),
        evidence=_first_ones(tag.evidence + other.evidence),
    )


def _highest(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _bounded(tag: Tag) -> Tag:
    if len(tag.evidence) < 2:
        return tag
    evidence = _first_ones(tag.evidence)
    return tag if evidence == tag.evidence else msgspec.structs.replace(tag, evidence=evidence)


def _first_ones(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The first pieces in the text, each once; of two on the same words by the same rule, one."""
    ranked = sorted((_place(piece), at) for at, piece in enumerate(evidence))
    kept: list[Evidence] = []
    last: tuple[int, int, int, str] | None = None
    for place, at in ranked:
        if place != last:
            kept.append(evidence[at])
            last = place
        if len(kept) == MAX_EVIDENCE:
            break
    return tuple(kept)


def _place(evidence: Evidence) -> tuple[int, int, int, str]:
    paragraph = 1 << 30 if evidence.paragraph is None else evidence.paragraph
    return paragraph, evidence.start, evidence.end, evidence.rule


def _rank(tag: Tag) -> tuple[int, int, tuple[int, int, int, str], str, str]:
    first = _place(tag.evidence[0]) if tag.evidence else (1 << 30, 0, 0, "")
    return _KINDS[tag.kind], -(tag.relevance or 0), first, tag.name, tag.uri or ""
