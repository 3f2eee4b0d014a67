"""What stands around a name: the signs that it is a place, or that it is part of another name.

Only scripts with capitals tell a name's neighbours; in them a capitalised neighbour makes a
person or a company of it (Paris Hilton, Washington Post) unless a preposition stands before.
"""

from __future__ import annotations

import re

_JOINTS = " '\u2019-"
_AFTER = re.compile(r" ([^\W_]+)")
_SENTENCE_END = ".!?:;\n\"'“”«»„()[]—–-•*|/…"
_WINDOW = 24
TANWIN = frozenset("\u064b\u064c\u064d")
"""Arabic endings of words that are indefinite: a name of a place has none (صوفياً is no Sofia)."""

# Words that begin an English sentence before a place; any other capitalised one is a given name.
_OPENINGS = frozenset(
    (
        "the a an and but or yet so when while if as for since after before although though because"
        " however meanwhile today yesterday tomorrow monday tuesday wednesday thursday friday"
        " saturday sunday both neither either not only even also now then there here this that"
        " these those its his her their our my with without unlike like against about what why how"
        " where who did does do is are was were has have had will would should could may might can"
    ).split()
)

# Words before a name that say what kind of place it is, in languages without capitals.
KINDS = {
    "ar": frozenset(
        (
            "مدينة بلدة قرية محافظة ولاية العاصمة عاصمة مقاطعة إقليم ريف ضاحية منطقة مطار ميناء"
            " بمدينة لمدينة ومدينة بمحافظة بولاية ببلدة بلدية معتمدية"
        ).split()
    ),
    "fa": frozenset("شهر استان پایتخت شهرستان فرودگاه مردم".split(" ")),
}
_CLUB_WORDS = """
نادي النادي لنادي بنادي ونادي فريق لفريق وفريق أتلتيك أتلتيكو اتلتيكو ريال سبورتنغ دينامو
أولمبيك اولمبيك أولمبي اولمبي شاختار لاعب لاعبي لاعبو ولاعب للاعب مدرب ومدرب لمدرب مهاجم ومهاجم
لمهاجم مدافع لمدافع حارس لحارس مرمى جماهير لجماهير نجم ونجم لنجم هداف صفوف بصفوف
"""
_OTHER_WORDS = """
قناة لقناة بقناة وقناة تلفزيون لتلفزيون صحيفة لصحيفة وصحيفة جامعة بجامعة لجامعة وجامعة
شارع بشارع لشارع وشارع نهج ونهج بنهج
"""
_CLUBS = frozenset(_CLUB_WORDS.split())
_CALLED_AFTER = frozenset(_OTHER_WORDS.split())
_SAYING = frozenset(("said", "says", "told", "added", "wrote", "tweeted", "argued", "insisted"))

# Words before a name that make it a place, by language. Arabic ones stand for kinds of places.
CUES: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "in at from to near of outside around across towards toward between via city town"
        " village capital province district downtown central northern southern eastern western"
        " north south east west greater",
        "fr": "à a de en dans vers depuis près d ville capitale province région nord sud est ouest",
        "es": "en de a desde hacia ciudad capital provincia región norte sur este oeste",
        "pt": "em de no na do da para desde cidade capital norte sul leste oeste",
        "it": "a in di da verso città capitale provincia nord sud",
        "de": "in aus nach bei von um stadt hauptstadt provinz",
        "nl": "in uit naar bij van stad hoofdstad",
        "sv": "i från till vid staden",
        "da": "i fra til ved byen",
        "nb": "i fra til ved byen",
        "no": "i fra til ved byen",
        "pl": "w we z ze do koło miasto mieście miasta",
        "cs": "v ve z ze do u město městě",
        "ru": "в во из под на до от город городе города близ столица столице",
        "uk": "в у із з до під місто місті міста",
        "bg": "в във от до град",
        "tr": "ve",
        "id": "di ke dari kota provinsi",
        "ms": "di ke dari bandar",
        "ar": "مدينة مدينتي بلدة بلدتي قرية محافظة ولاية العاصمة عاصمة مقاطعة إقليم ريف ضاحية"
        " منطقة في إلى الى من قرب شمال جنوب شرق غرب شمالي جنوبي شرقي غربي وسط بين نحو داخل باتجاه",
        "fa": "در شهر استان به از پایتخت شمال جنوب شرق غرب",
        "ur": "شہر صوبہ دارالحکومت",
    }.items()
}


def word_before(text: str, start: int) -> str:
    """The word that stands right before a place in the text, or an empty string."""
    if start < 2 or text[start - 1] not in _JOINTS:
        return ""
    first = start - _WINDOW if start > _WINDOW else 0
    piece = text[text.rfind(" ", first, start - 1) + 1 or first : start - 1]
    if piece.isalpha():
        return piece
    at = len(piece)
    while at and piece[at - 1].isalpha():
        at -= 1
    return piece[at:]


def word_after(text: str, end: int) -> str:
    """The word that stands right behind, one space away, or an empty string."""
    found = _AFTER.match(text, end)
    return found.group(1) if found else ""


def is_cued(before: str, language: str) -> bool:
    """Whether the word before makes a place of what follows."""
    cues = CUES.get(language)
    return cues is not None and before.lower() in cues


def is_kind(before: str, language: str) -> bool:
    """Whether the word before says outright that a place follows; with capitals, any cue does."""
    kinds = KINDS.get(language)
    if kinds is None:
        return is_cued(before, language)
    return before in kinds


def is_club(before: str) -> bool:
    """Whether the word before makes a club of a city's name, as in فريق ليفربول."""
    return before in _CLUBS


def is_called_after(before: str) -> bool:
    """Whether the word before makes a canal, a channel, a newspaper, a university or a street of a
    city's name here, and nothing of what it is elsewhere: قناة السويس, جامعة حلوان.
    """
    return before in _CALLED_AFTER


def begins_sentence(text: str, start: int) -> bool:
    """Whether nothing but a sentence's end stands before: there a capital says nothing."""
    before = text[max(0, start - 3) : start].rstrip(" ")
    return not before or before[-1] in _SENTENCE_END


def in_other_name(text: str, start: int, end: int, language: str, before: str) -> bool:
    """Whether capitalised neighbours make the words part of another name. ``before``: the word
    before them.

    In German they say nothing: it writes every noun with a capital.
    """
    if language == "de":
        return False
    if before and before.lower() in CUES.get(language, ()):
        return False
    if before[:1].isupper() and text[start - 1] == " ":
        opens = begins_sentence(text, start - len(before) - 1)
        return not opens or (language == "en" and before.lower() not in _OPENINGS)
    after = word_after(text, end)
    return (after[:1].isupper() and not after.isupper()) or after in _SAYING
