"""Languages told by their commonest words, without asking a model.

Most paragraphs of an English or Arabic paper hold several words that hardly another language has.
Where there are enough of them for the length, the models would say the same: of 80,000 paragraphs
and sentences of the held corpora told so (``docs/tags.md`` has the count), they gave another answer
in a handful. Where there are not enough, nothing is said here. Less is asked where an article's
language is known: whether a paragraph is in it too.
"""

from __future__ import annotations

import re
from functools import cache

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
# Sought between blanks in paragraphs of an article that is in their language already: the commonest
# words, less those of neighbours, as "was" is Dutch too, and "est" Latin.
_GOING_ON = {
    "en": "the and that with said this have from they has which are been their his who were will"
    " would about after not more could when while because before between against",
    "ar": "في على التي إلى أن الذي هذا هذه عن مع خلال كما حيث وقد إن كان قال تم منذ كانت أو قبل"
    " ذلك لكن",
    "fr": "et des le les une dans pour sur sont plus avec ce ont été être vous aux leur cette même"
    " fait deux comme aussi ses également tous moins ces où nous",
    "es": "y los con las más sus puede donde pero fue cuando hasta desde nuestro hacer ahora aunque"
    " hace también mucho muchos tiempo años según sin había",
    "de": "und die der von zu ist das eine sich im auf für es oder dass nicht auch nach sie wie"
    " einem wird einen aus bei über sind am nur war durch",
    "pt": "que do um uma os não são sua pode tem pelo muito também pela já foram ele ainda pessoas"
    " às anos suas há num deve foi até",
    "it": "di il che per della sono più alla delle nel anche essere gli nella come sul stato hanno"
    " ad cui ai due dal sulla degli questo ed molto anni",
    "nl": "van zijn door als werd naar niet bij wordt hij deze zich over heeft worden veel kunnen"
    " tussen zou eerst echter hebben vaak",
    "sv": "och att som är för till inte från andra vid alla mycket många där även än över utan vara"
    " också dessa mellan här när vilket genom hade",
    "pl": "się do nie jest że przez są dla tym tej oraz lub który był też już tego mogą można tylko"
    " gdy być może także będzie albo często niż jednak",
    "ru": "что как из это они был его время также которые же только могут является после можно"
    " может были более если которая которых очень которое быть чем",
    "uk": "що та до як від або із це про але щоб його був він після також чи вони цього який їх її"
    " бути яка має тому було зі лише",
    "tr": "ve bir için olarak ile çok veya gibi kadar büyük tarafından tüm ilgili bulunan önce göre"
    " fazla birlikte olmak ise ancak hem kabul",
    "fa": "در به که را با این برای یک است آن شده های تا خود ها بر روی بود نیز توسط اما مورد شد"
    " داشته کرده",
    "id": "yang dan di dengan untuk dari tidak dalam ini adalah itu akan pada bahwa menjadi atau"
    " dapat lebih oleh telah orang sebagai mereka juga",
}
_THE = " the "
_WITH_THE = (" of ", " to ", " and ", " in ")
_ENGLISH = frozenset(
    word for lower in _ENGLISH_WORDS.split() for word in (lower, lower.capitalize())
)
_ARABIC = frozenset(_ARABIC_WORDS.split())
# Letters that Arabic has not; whoever writes them writes Persian, Urdu, Kurdish, Pashto, Uyghur.
_NO_ARABIC = re.compile("[ٱ-ۓ]")


@cache
def _going_on(own: str) -> re.Pattern[str] | None:
    """Any of a language's words between blanks, None where they are not known here.

    By their first letters, which takes two thirds of the time of trying one after the other; made
    when first asked for, since it takes some milliseconds a language.
    """
    begun: dict[str, list[str]] = {}
    for word in _GOING_ON.get(own, "").split():
        begun.setdefault(word[0], []).append(word[1:])
    each = "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in begun.items())
    return re.compile(f" ({each})(?= )") if each else None


_FEWEST = 3
_A_WORD_IN = 200
"""Characters for which there has to be one word more, each another."""
_ALMOST_ALL, _NEARLY_ALL, _MOST = 0.9, 0.8, 0.5
_OTHER_SCRIPTS = frozenset(("ar", "fa", "ru", "uk"))


def plain_language(text: str) -> str | None:
    """``en`` or ``ar`` where the text is beyond doubt in it, None where one has to look closer."""
    size = len(text)
    enough = max(_FEWEST, size // _A_WORD_IN)
    in_ascii = _characters_in("ascii", text)
    if in_ascii > _ALMOST_ALL * size:
        return "en" if len(_ENGLISH.intersection(text.split())) >= enough else None
    if in_ascii > _MOST * size or len(_ARABIC.intersection(text.split())) < enough:
        return None
    return None if _NO_ARABIC.search(text) else "ar"


def goes_on_in(own: str, text: str) -> bool:
    """Whether a paragraph of an article in a language is beyond doubt in it too; never where its
    common words are not known here.

    Two of them say so, of which fewer are needed than where nothing is known: of some 92,000 held
    sentences in other languages 65 pass for English, most with a title or quotation in it, none for
    Arabic, and 2 to 13 for each of the others (``docs/tags.md``).
    """
    sought = _going_on(own)
    if sought is None:
        return False
    said = own == "en" and _THE in text and _says_one(_WITH_THE, text)
    return (said or _has_two(sought, text)) and _is_in_script_of(own, text)


def _says_one(words: tuple[str, ...], text: str) -> bool:
    for word in words:  # noqa: SIM110 - a generator takes twice the time
        if word in text:
            return True
    return False


def _has_two(sought: re.Pattern[str], text: str) -> bool:
    """Whether two different words are there."""
    found = sought.search(text)
    word = found[1] if found is not None else ""
    while found is not None:
        if found[1] != word:
            return True
        found = sought.search(text, found.end())
    return False


def _is_in_script_of(own: str, text: str) -> bool:
    """Whether most of a text is in the script of a language: it may be a quotation else."""
    if own in _OTHER_SCRIPTS:
        return _characters_in("ascii", text) <= _MOST * len(text)
    codec, least = ("ascii", _ALMOST_ALL) if own == "en" else ("latin-1", _NEARLY_ALL)
    return _characters_in(codec, text) > least * len(text)


def _characters_in(codec: str, text: str) -> int:
    """How many characters of a text ASCII or Latin-1 has."""
    return len(text) if text.isascii() else len(text.encode(codec, "ignore"))
