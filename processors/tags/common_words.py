"""English and Arabic told by their commonest words, without asking a model.

Most paragraphs of an English or Arabic paper hold several words that hardly another language has.
Where there are enough of them for the length, the models would say the same: of 80,000 paragraphs
and sentences of the held corpora told so (``docs/tags.md`` has the count), they gave another answer
in a handful. Where there are not enough, nothing is said here.
"""

from __future__ import annotations

import re

_ENGLISH_WORDS = """
the and that with this from which have has been they their would were his will about who said there
are more when than its into could after some these also because not only before through where while
against during
"""
_ARABIC_WORDS = """
في إلى الى على التي الذي الذين هذه هذا ذلك أن إن كان كانت وقال وأضاف وأكد خلال عن أو لم لن قد كما
عند عندما حيث منذ أي وفي ومن وعلى وقد وأن حتى لكن ولكن مع قال يوم تم أكثر لها له بها به فيها فيه
منها منه عليها عليه
"""
# Sought between blanks in paragraphs of an article that is in their language already; none of them
# is a word of a neighbour, as Dutch "was" and "had" are.
_GOING_ON = {
    "en": "the and that with said this have from they has which are been their his who were will"
    " would about after not more could when while because before between against",
    "ar": "في على التي إلى أن الذي هذا هذه عن مع خلال كما حيث وقد إن كان قال تم منذ كانت أو قبل"
    " ذلك لكن",
}
_THE = " the "
_WITH_THE = (" of ", " to ", " and ", " in ")
_ENGLISH = frozenset(
    word for lower in _ENGLISH_WORDS.split() for word in (lower, lower.capitalize())
)
_ARABIC = frozenset(_ARABIC_WORDS.split())
# Letters that Arabic has not; whoever writes them writes Persian, Urdu, Kurdish, Pashto, Uyghur.
_NO_ARABIC = re.compile("[ٱ-ۓ]")


def _one_of(words: str) -> re.Pattern[str]:
    """Any of some words between blanks. By their first letters, which takes two thirds of the time
    of trying one after the other.
    """
    begun: dict[str, list[str]] = {}
    for word in words.split():
        begun.setdefault(word[0], []).append(word[1:])
    each = "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in begun.items())
    return re.compile(f" ({each})(?= )")


_SOUGHT = {language: _one_of(words) for language, words in _GOING_ON.items()}
_FEWEST = 3
_A_WORD_IN = 200
"""Characters for which there has to be one word more, each another."""
_ALMOST_ALL, _MOST = 0.9, 0.5


def plain_language(text: str) -> str | None:
    """``en`` or ``ar`` where the text is beyond doubt in it, None where one has to look closer."""
    size = len(text)
    enough = max(_FEWEST, size // _A_WORD_IN)
    in_ascii = size if text.isascii() else len(text.encode("ascii", "ignore"))
    if in_ascii > _ALMOST_ALL * size:
        return "en" if len(_ENGLISH.intersection(text.split())) >= enough else None
    if in_ascii > _MOST * size or len(_ARABIC.intersection(text.split())) < enough:
        return None
    return None if _NO_ARABIC.search(text) else "ar"


def goes_on_in(own: str, text: str) -> bool:
    """Whether a paragraph of an article in a language, ``en`` or ``ar``, is beyond doubt in it too.

    Two common words say so, of which fewer are needed than where nothing is known: of the 92,639
    held sentences in other languages 65 pass for English, most with a title or quotation in it, and
    of 91,345 none for Arabic.
    """
    sought = _SOUGHT.get(own)
    if sought is None:
        return False
    if own == "en":
        if not text.isascii() and len(text.encode("ascii", "ignore")) <= _ALMOST_ALL * len(text):
            return False
        if _THE in text:
            for word in _WITH_THE:
                if word in text:
                    return True
    found = sought.search(text)
    word = found[1] if found is not None else ""
    while found is not None:
        if found[1] != word:
            return True
        found = sought.search(text, found.end())
    return False
