"""The language of a text, as a BCP 47 tag, with how sure one can be.

Rules: English and Arabic that only they can be are told by their commonest words. Of all else eldc
answers first (microseconds); where it is unsure, or names a language that it is
known to take for another it lacks, cld3 is asked, save on short Arabic script, where it is the
worse of the two. Pairs that both confuse are told apart by their own letters and by common
words. Text with too few letters is ``und``. A declared language stands unless the text speaks
clearly against it: feeds declare wrongly, but a detector on twenty letters errs more often.

Confidence is a measured share of right answers, by length and by how the answer was found
(``tools/evaluate/language.py`` prints the table that it was taken from).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import eldc
import gcld3
import msgspec

from processors.tags import tongues
from processors.tags.common_words import goes_on_in, plain_language

SAMPLE = 1500
"""Characters read of one text: more never changed an answer on the held news."""
ENOUGH = 6
"""Letters below which a text has no language, unless its script has only one."""
_CONTRADICTS = 60
_CLEARLY = 0.97
_CLD3_BYTES = 600
_COUNTED = 300
_ENOUGH_TO_TELL = 120
_PLAIN = 800
"""Characters read to tell English and Arabic by their commonest words."""
_REMEMBERED = 4096
"""Paragraphs remembered, a few megabytes of text."""

_NOISE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+")
_MARKS = re.compile(
    "[\u0640\u064b-\u0652\u0670\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+"
)
_LATIN = re.compile("[A-Za-z][A-Za-z.'-]*")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_TAG = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*$")


class Detected(msgspec.Struct, frozen=True):
    """A BCP 47 tag and the share of such answers that were right, 0 to 1; ``und`` has 0."""

    tag: str
    confidence: float


class Language(msgspec.Struct, frozen=True):
    """The language in force for an article. ``declared`` is the source's, well-formed, or None;
    ``contradicted`` says that the text speaks another language than declared, clearly, and that
    ``tag`` is therefore the detected one.
    """

    tag: str
    confidence: float
    declared: str | None = None
    contradicted: bool = False


UNDETERMINED = Detected("und", 0.0)


class Detector:
    """Tells the language of texts; build one a process with ``load_detector``."""

    def __init__(self, first: Any, second: Any, known: frozenset[str]) -> None:
        self._first = first
        self._second = second
        self._known = known
        self._met: dict[tuple[str, str], Detected | None] = {}

    def detect(self, text: str) -> Detected:
        """The language of a text; of a long one, of its first ``SAMPLE`` characters."""
        if len(text) >= _CONTRADICTS and (tag := plain_language(text[:_PLAIN])) is not None:
            return Detected(tag, _first_confidence(_letters(text[:_ENOUGH_TO_TELL])))
        sample = clean(text[: SAMPLE + _CLD3_BYTES])[:SAMPLE]
        return self._detect(sample, self._first.detect_details(sample))

    def other_than(self, own: str, text: str) -> Detected | None:
        """The language of a text, or None where common words or the first model say that it is
        ``own``.

        The last texts are remembered: copies and boilerplate come within hours of each other.
        """
        if goes_on_in(own, text):
            return None
        asked = own, text
        known = self._met.get(asked, self)
        if not isinstance(known, Detector):
            return known
        found = self._other_than(own, text)
        if len(text) <= SAMPLE:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            self._met[asked] = found
        return found

    def _other_than(self, own: str, text: str) -> Detected | None:
        sample = clean(text[: SAMPLE + _CLD3_BYTES])[:SAMPLE]
        answer = self._first.detect_details(sample)
        if answer.language == own and answer.reliable and not tongues.is_unsettled(own, sample):
            return None
        return self._detect(sample, answer)

    def _detect(self, sample: str, answer: Any) -> Detected:
        letters = _letters(sample)
        if letters < ENOUGH:
            return UNDETERMINED if letters < 2 else _by_script(sample)
        tag, sure = answer.language, answer.reliable
        if tag == "und":
            return self._ask_second(sample, letters, "und", sure=False)
        if sure and not tongues.is_taken_for(tag, sample):
            return Detected(tongues.settle(tag, sample), _first_confidence(letters))
        if letters < tongues.SHORT_ARABIC and tongues.is_arabic(sample):
            return Detected(tongues.settle(tag, sample), 0.6 if letters >= 12 else 0.4)
        return self._ask_second(sample, letters, tag, sure=sure)

    def forget(self) -> None:
        """Forget the texts met: for who measures."""
        self._met.clear()

    def knows(self, tag: str) -> bool:
        """Whether one of the models can name the language of a tag."""
        own = tongues.primary(tag)
        return any(tongues.near(own, known) for known in self._known | tongues.SECOND_KNOWS)

    def _ask_second(self, sample: str, letters: int, first: str, *, sure: bool) -> Detected:
        answer = self._second.FindLanguage(sample)
        second = tongues.plain(answer.language)
        if not tongues.can_be(second, sample):
            second = "und"
        agreed = second != "und" and tongues.near(first, second)
        if agreed:
            return Detected(tongues.settle(first, sample), 0.99 if letters >= 40 else 0.9)
        if second not in self._known and second != "und" and answer.is_reliable:
            return Detected(tongues.settle(second, sample), 0.97 if letters >= 40 else 0.6)
        if sure:
            return Detected(tongues.settle(first, sample), 0.9 if letters >= 40 else 0.6)
        if letters < 20 or second == first == "und":
            return UNDETERMINED
        best = first if second == "und" or (not answer.is_reliable and first != "und") else second
        return Detected(tongues.settle(best, sample), 0.8 if letters >= 40 else 0.5)


def load_detector() -> Detector:
    """A detector with its models in memory (some 20 ms, under 25 MB)."""
    eldc.init()
    first = eldc.instance()
    first.set_scores(1)
    known = frozenset(eldc.LANGUAGES)
    return Detector(first, gcld3.NNetLanguageIdentifier(0, _CLD3_BYTES), known)


def clean(text: str) -> str:
    """Text as the models read it best.

    Presentation forms are undone; marks, addresses and, where another script leads, Latin words
    are taken out.
    """
    if "@" in text or "//" in text or "#" in text or "www." in text:
        text = _NOISE.sub(" ", text)
    if text.isascii():
        return text.strip()
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = _MARKS.sub("", text)
    if _LATIN.search(text):
        latin = sum(map(len, _LATIN.findall(text)))
        if len(text) - len(text.encode("ascii", "ignore")) > latin:
            text = _LATIN.sub(" ", text)
    return text.strip()


def language_of(
    detector: Detector, title: str, paragraphs: Sequence[str], declared: str | None = None
) -> Language:
    """The language in force for an article: the declared one, unless its text contradicts it.

    The text is the title and as many paragraphs as fill a sample. A declared tag that is not
    well-formed, or ``und`` or ``mul``, counts as undeclared. A language that no detector knows is
    contradicted by a world language only: the detectors name its neighbours for it.
    """
    said = well_formed(declared)
    sample = _sample(title, paragraphs)
    found = detector.detect(sample)
    if said is None:
        return Language(found.tag, found.confidence)
    if tongues.near(tongues.primary(said), found.tag):
        return Language(said, found.confidence, said)
    letters = _letters(sample)
    can_tell = detector.knows(said) or found.tag in tongues.WORLD
    if found.confidence >= _CLEARLY and letters >= _CONTRADICTS and can_tell:
        return Language(found.tag, found.confidence, said, contradicted=True)
    return Language(said, 0.0 if found.tag == "und" else round(1 - found.confidence, 3), said)


def paragraph_languages(
    detector: Detector, paragraphs: Sequence[str], article: str
) -> dict[int, Detected]:
    """The paragraphs that are clearly in another language than the article, by index."""
    own = tongues.primary(article)
    differing = {}
    for index, paragraph in enumerate(paragraphs):
        if len(paragraph) < _CONTRADICTS:
            continue
        found = detector.other_than(own, paragraph)
        if found is None:
            continue
        if found.confidence >= _CLEARLY and not tongues.near(own, found.tag):
            differing[index] = found
    return differing


def well_formed(tag: str | None) -> str | None:
    """A declared tag in the case that BCP 47 recommends, or None where it says nothing."""
    if tag is None or not _TAG.match(tag.strip()):
        return None
    first, *rest = tag.strip().replace("_", "-").split("-")
    language = tongues.plain(first.lower())
    if language in {"und", "mul", "zxx", "mis"}:
        return None
    parts = [language]
    for part in rest:
        if len(part) == 4 and part.isalpha():
            parts.append(part.title())
        else:
            parts.append(part.upper() if len(part) == 2 else part.lower())
    return "-".join(parts)


def _letters(text: str) -> int:
    """How many letters a text has, counted no further than matters."""
    return len(_NOT_LETTERS.sub("", text[:_COUNTED]))


def _sample(title: str, paragraphs: Sequence[str]) -> str:
    pieces, size = [title], len(title)
    for paragraph in paragraphs:
        if size > SAMPLE:
            break
        pieces.append(paragraph)
        size += len(paragraph)
    return "\n".join(pieces)


def _by_script(sample: str) -> Detected:
    tag = tongues.only_language(sample)
    return Detected(tag, 0.9) if tag else UNDETERMINED


def _first_confidence(letters: int) -> float:
    if letters >= 40:
        return 0.995
    return 0.98 if letters >= 20 else 0.95 if letters >= 10 else 0.9
