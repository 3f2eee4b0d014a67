"""Subjects: IPTC Media Topics, by a linear model over words and by topics named in the text.

The top-level topics are judged by ``subject_model`` from all words, headline and lead first.
A deeper topic is said only where the text names it and its top-level topic was judged, so that
a word with two meanings is read in the sense that the article is about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

import msgspec

from processors.errors import BadTaxonomy
from processors.tags import folded_of, scanned_of
from processors.tags.coded import Coded, Page
from processors.tags.fold import Folded
from processors.tags.scan import Scanned
from processors.tags.subject_model import Floats, Scored, SubjectModel, parse
from processors.tags.subject_topics import Topic, Topics, load_topics
from processors.tags.subject_words import words_of, words_on
from processors.tags.vocabulary import Ids, Vocabulary
from processors.text import Evidence, Tag, TagText

READ = 2400
"""Characters read of the title, and of the body: news says first what it is about. Of 1,500, 2,000
and 3,000 none was right more often in Arabic, English or French."""
LEAD = 60
"""Words of the body that count twice, as those of the title do."""
MOST = 4
"""Top-level topics said of one article, at most."""
LEAST = 0.25
"""Confidence below which nothing is said."""
FEW, LEAST_OF_FEW = 8, 0.67
"""Of texts with fewer known words something is said only with this confidence: a line or two may be
of no subject at all."""
WORDS_SHOWN = 3
"""Words given as evidence of one topic."""
NAMED_FIRST, NAMED_MORE = 0.55, 0.35
"""A deeper topic named in a text is right this often, and so much more where its root is sure:
by reading 135 in three languages."""
CREATOR = "copydesk"
Parts = tuple[bytes, bytes]
_LONGEST_NAME = 120
"""Characters that no topic's name has: one that begins in the title ends no later behind it."""


def counts_of(folded: Folded) -> Counter[str]:
    """The words of folded lines, the title being line 0, by how much they count."""
    end = _end_of_title(folded)
    title = _words(folded, 0, min(end, READ))
    body = _words(folded, end, end + READ)
    return Counter(title * 2 + body[:LEAD] + body)


def _end_of_title(folded: Folded) -> int:
    return folded.starts[1] if len(folded.starts) > 1 else len(folded.text)


def _words(folded: Folded, start: int, end: int) -> list[str]:
    on_page = folded.coded
    if on_page is not None:
        return words_on(on_page.page, on_page.data[start:end])
    return words_of(folded.text[start:end])


def _parts(folded: Folded, on_page: Coded) -> Parts:
    """What is read of the title, and of the body."""
    data, end = on_page.data, _end_of_title(folded)
    return data[: min(end, READ)], data[end : end + READ]


def load_subjects(topics: bytes, model: bytes) -> Callable[[TagText], Sequence[Tag]]:
    """The tagger, from ``topics.json`` and ``subjects.bin``. Raises ``BadTaxonomy``."""
    table, weights = load_topics(topics), parse(model)
    missing = sorted(set(weights.head.codes) - table.by_code.keys())
    if missing:
        raise BadTaxonomy(f"the model of subjects knows topics that the table lacks: {missing}")
    return Subjects(table, weights)


class _Words(msgspec.Struct, frozen=True):
    """What a text says: how it was judged, its words by the rows of that, and which of them may
    name a topic in a language below some roots.
    """

    scored: Scored
    word: Callable[[int], str]
    naming: Callable[[str, Iterable[str]], Iterable[str]]


class Subjects:
    """The tagger: call it with a prepared text."""

    def __init__(self, table: Topics, model: SubjectModel) -> None:
        self._table = table
        self._model = model
        self._met: dict[Page, Vocabulary] = {}

    def ahead(self, texts: Sequence[TagText]) -> None:
        """Judges some texts at once, which are asked for next; what is said of each is the same."""
        by_page: dict[Page, list[tuple[Scanned, Parts]]] = defaultdict(list)
        for text in texts:
            folded = folded_of(text)
            if folded.coded is not None:
                parts = _parts(folded, folded.coded)
                by_page[folded.coded.page].append((scanned_of(text), parts))
        for page, of_page in by_page.items():
            judged = self._of_page(page, [parts for _, parts in of_page])
            for (scanned, _), words in zip(of_page, judged, strict=True):
                scanned.found[self] = words

    def __call__(self, text: TagText) -> list[Tag]:
        """The subjects of a text, the most relevant first; deeper topics after their roots."""
        folded = folded_of(text)
        found = scanned_of(text).found
        # Numbers of words hold until the next texts are counted.
        words = found.pop(self) if self in found else self._alone(folded)
        if words is None:
            return []
        table, model, scored = self._table, self._model, words.scored
        tags: list[Tag] = []
        roots: dict[str, float] = {}
        least = LEAST if scored.known >= FEW else LEAST_OF_FEW
        for at in (-scored.shares).argsort(kind="stable")[:MOST].tolist():
            share = float(scored.shares[at])
            sure = model.confidence(share, scored.known)
            if sure < least:
                break
            code = model.head.codes[at]
            roots[code] = sure
            evidence = tuple(_telling(folded, words.word, scored.gains[:, at]))
            tags.append(_tag(table.by_code[code], text.language, share, sure, evidence))
        if roots:
            naming = words.naming(text.language, roots)
            tags.extend(_deeper(table, folded, naming, roots, text.language))
        return tags

    def _alone(self, folded: Folded) -> _Words | None:
        if folded.coded is not None:
            return next(self._of_page(folded.coded.page, [_parts(folded, folded.coded)]))
        counts = counts_of(folded)
        scored = self._model.score(counts)
        if scored is None:
            return None
        return _Words(scored, list(counts).__getitem__, lambda _language, _roots: counts)

    def _of_page(self, page: Page, texts: Sequence[Parts]) -> Iterator[_Words | None]:
        """The same of texts on a page, by numbers of words instead of the words."""
        met = self._met.get(page)
        if met is None:
            width = len(self._model.head.codes) + 1
            met = self._met[page] = Vocabulary(page, self._model.tell, width)
        counted = met.count(texts, LEAD)
        judged = self._model.judge(counted.known, counted.often, counted.bounds)
        for scored, (first, end) in zip(judged, pairwise(counted.bounds), strict=True):
            yield None if scored is None else self._words(scored, met, counted.ids[first:end])

    def _words(self, scored: Scored, met: Vocabulary, ids: Ids) -> _Words:
        def naming(language: str, roots: Iterable[str]) -> list[str]:
            filed = self._table.roots_of_words(language)
            return met.among(ids, language, filed, self._table.bits(roots)) if filed else []

        return _Words(scored, lambda row: met.word(int(ids[row])), naming)


def _tag(
    topic: Topic, language: str, share: float, sure: float, evidence: tuple[Evidence, ...]
) -> Tag:
    return Tag(
        kind="subject",
        name=topic.name(language),
        uri=f"medtop:{topic.code}",
        creator=CREATOR,
        relevance=round(100 * share),
        confidence=round(100 * sure),
        evidence=evidence,
    )


def _telling(folded: Folded, word: Callable[[int], str], gains: Floats) -> Iterator[Evidence]:
    """The words that spoke most for a topic above the others, where each is first said.

    ``gains`` are used up.
    """
    for _ in range(WORDS_SHOWN):
        row = int(gains.argmax())
        if gains[row] <= 0:
            return
        gains[row] = 0.0
        span = _first(folded.text, word(row))
        if span is not None:
            yield _evidence(folded, *span, "subjects:word")


def _first(text: str, word: str) -> tuple[int, int] | None:
    """Where a word first stands by itself; one of a script without spaces, where it stands."""
    at = text.find(word, 0, 2 * READ)
    while at >= 0:
        end = at + len(word)
        apart = not text[at - 1 : at].isalpha() and not text[end : end + 1].isalpha()
        if apart or word[0] >= "\u0e00":
            return at, end
        at = text.find(word, end, 2 * READ)
    return None


def _evidence(folded: Folded, start: int, end: int, rule: str) -> Evidence:
    line = folded.line(start)
    first, last = folded.source(start, end)
    began = folded.line_starts[line]
    shown = folded.original[first:last]
    return Evidence(
        paragraph=line - 1, start=first - began, end=last - began, text=shown, rule=rule
    )


def _deeper(
    table: Topics, folded: Folded, words: Iterable[str], roots: dict[str, float], language: str
) -> Iterator[Tag]:
    """Topics below the judged ones that the text names: in the title, or twice."""
    read = folded.text[: 2 * READ]
    early = _end_of_title(folded) + _LONGEST_NAME
    looked: dict[str, bool] = {}
    for named in table.named(words, language, roots):
        if not named.may_count(read, early, looked):
            continue
        sure = roots[table.roots[named.code]]
        spans = named.spans(read, WORDS_SHOWN)
        in_title = bool(spans) and folded.line(spans[0][0]) == 0
        if len(spans) + in_title < 2:
            continue
        weight = min(1.0, 0.3 * (len(spans) + in_title))
        evidence = tuple(_evidence(folded, *span, "subjects:name") for span in spans)
        yield _tag(
            table.by_code[named.code], language, weight, NAMED_FIRST + NAMED_MORE * sure, evidence
        )
