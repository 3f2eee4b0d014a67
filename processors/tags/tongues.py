"""What tells neighbouring languages apart: their own letters and their commonest words.

The detectors confuse a few pairs, always the same. Each rule here names letters that one of
the pair never writes, or short words that the other never uses; where a text has neither, the
detector's answer stands. Facts of orthography, from the languages' own alphabets.
"""

from __future__ import annotations

import re

SHORT_ARABIC = 30
"""Letters of Arabic script below which the second detector errs more often than the first."""

_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = (
    ("\u0370-\u03ff\u1f00-\u1fff", "el"),
    ("\u0530-\u058f", "hy"),
    ("\u10a0-\u10ff", "ka"),
    ("\u0e00-\u0e7f", "th"),
    ("\u0e80-\u0eff", "lo"),
    ("\u1780-\u17ff", "km"),
    ("\uac00-\ud7a3", "ko"),
    ("\u3040-\u30ff", "ja"),
    ("\u0b80-\u0bff", "ta"),
    ("\u0c00-\u0c7f", "te"),
    ("\u0d00-\u0d7f", "ml"),
    ("\u0c80-\u0cff", "kn"),
    ("\u0a80-\u0aff", "gu"),
    ("\u0d80-\u0dff", "si"),
    ("\u0590-\u05ff", "he"),
)
_ONE_LANGUAGE = tuple((re.compile(f"[{span}]"), tag) for span, tag in _ALONE)

_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_WRITTEN = {
    "\u0600-\u06ff": "ar fa ur ps ckb sd ug ku",
    "\u0400-\u052f": "ru uk be bg mk sr kk ky mn tg uz az bs",
    "\u0900-\u097f": "hi mr ne",
    "\u0980-\u09ff": "bn",
    "\u0a00-\u0a7f": "pa",
    "\u0b00-\u0b7f": "or",
    "\u1000-\u109f": "my",
    "\u1200-\u139f": "am ti",
    "\u3400-\u9fff\U00020000-\U0003ffff": "zh",
    "\u0590-\u05ff": "he yi",
    **{span: tag for span, tag in _ALONE if tag != "he"},
}
# Uzbek, Azeri, Serbian, Bosnian and Kurdish are written in Latin letters too.
_SCRIPTS = {
    tag: re.compile(f"[{span}{'A-Za-z' if tag in {'uz', 'az', 'sr', 'bs', 'ku'} else ''}]")
    for span, tags in _WRITTEN.items()
    for tag in tags.split()
}

# Answers of the first detector that may hide a language which it does not know, and the letters
# that give the hidden one away (None: no letter does, the second detector is always asked).
_HIDES: dict[str, re.Pattern[str] | None] = {
    "fa": re.compile("[ټډړږښځڅڼېۍەێۆڕڵۇۈ]"),
    "ur": re.compile("[ټډړږښځڅڼېۍەۇۈۋ]"),
    "ar": re.compile("[ټډړږښځڅڼېۍەێۆڕڵۇۈۋ]"),
    "ms": None,
    "tl": None,
    "nl": re.compile(
        r"\b(?:nie|hulle|hierdie|vir|jy|deur|sal|soos|baie|ek|oor|egter|gesê)\b", re.IGNORECASE
    ),
    "ru": re.compile("[әғқңөұүһіїєљњџќѓѕјђћҷӣӯҳў]"),
    "uk": re.compile("[әғқңөұүһљњџќѓѕјђћ]"),
    "be": re.compile("[әғқңөұүһ]"),
    "bg": re.compile("[әғқңөұүһіљњџќѓѕјђћыэ]"),
    "sr": re.compile("[ќѓѕ]|\\b(?:ќе|дека|што|од|со|во|ги|беше)\\b"),
    "he": re.compile("[ײױװ]|\\bאון\\b"),
    "hi": re.compile("\\b(?:छ|भएको|गर्न|हुन्छ|छन्|गरेको)\\b"),
    "mr": re.compile("\\b(?:छ|भएको|गर्न|हुन्छ|छन्|गरेको)\\b"),
}

_CASED = frozenset({"nl", "ru", "uk", "be", "bg", "sr"})
_SETTLED = frozenset({"ku", "ms", "id", "sr", "mk"})

# Spelling reforms and loans parted the two: these words, or these spellings, are only the one's.
_ONLY_INDONESIAN = """
bahwa karena bisa berbeda uang kantor perusahaan mobil provinsi kabupaten jakarta warga usai hingga
lantaran beda senin rabu jumat pihaknya ujar ungkap tersebut polisi ribu tewas terkait miliar
adalah sebuah sejumlah mengatakan menjelaskan pemerintah
"""
_ONLY_MALAY = """
bahawa kerana manakala kereta wang pejabat syarikat polis kerajaan isnin khamis jumaat sahaja
mesyuarat ekoran bilion ialah menerusi ditadbir pelbagai sekiranya ringgit
"""
_INDONESIAN = frozenset(_ONLY_INDONESIAN.split())
_MALAY = frozenset(_ONLY_MALAY.split())
_MACEDONIAN = re.compile(
    "[ќѓѕ]|\\b(?:во|со|го|ја|ги|е|дека|тоа|кои|кој|ќе|беше|но|тој|поради|според|еден|една|кај|овој)\\b"
)
_SERBIAN = re.compile(
    "[ђћ]|\\b(?:је|у|су|са|као|из|који|које|која|али|није|био|ће|због|или|бити|када)\\b"
)
_SORANI = re.compile("[\u0620-\u06d3]")
_GROUPS = (
    frozenset({"no", "nb", "nn"}),
    frozenset({"zh", "cmn", "yue", "wuu", "nan"}),
    frozenset({"fa", "prs", "pes", "per"}),
    frozenset({"ar", "arb", "arz", "ary", "apc", "ajp", "acm", "aeb", "afb"}),
    frozenset({"ms", "id", "zsm"}),
    frozenset({"sr", "hr", "bs", "sh", "cnr"}),
    frozenset({"ku", "ckb", "kmr"}),
    frozenset({"tl", "fil"}),
    frozenset({"ps", "pbt"}),
    frozenset({"az", "azb", "azj"}),
    frozenset({"uz", "uzn"}),
)
_GROUP_OF = {tag: group for group in _GROUPS for tag in group}
_PLAIN = {"iw": "he", "in": "id", "ji": "yi", "fil": "tl", "mo": "ro", "jw": "jv", "sh": "sr"}
_SECOND_KNOWS = """
af am ar bg bn bs ca ceb co cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha haw hi hmn
hr ht hu hy id ig is it he ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne
nl no ny pa pl ps pt ro ru sd si sk sl sm sn so sq sr st su sv sw ta te tg th tr uk ur uz vi xh yi
yo zh zu
"""
SECOND_KNOWS = frozenset(_SECOND_KNOWS.split())
"""The languages that the second detector (cld3) can name."""
WORLD = frozenset({"ar", "de", "en", "es", "fr", "pt", "ru", "zh"})
"""Languages that no detector takes a small one for in a whole paragraph."""
_BEYOND = frozenset({"bg-Latn", "el-Latn", "hi-Latn", "ja-Latn", "ru-Latn", "zh-Latn"})


def primary(tag: str) -> str:
    """The primary language subtag, lower case."""
    return tag.split("-", 1)[0].lower()


def plain(tag: str) -> str:
    """A detector's code as BCP 47 has it today; transliterations count as undetermined."""
    return "und" if tag in _BEYOND else _PLAIN.get(tag, tag)


def near(one: str, other: str) -> bool:
    """Whether two languages are equal, or of one group that detectors confuse."""
    one, other = primary(one), primary(other)
    return one == other or other in _GROUP_OF.get(one, ())


def is_arabic(text: str) -> bool:
    """Whether a text is written in Arabic script."""
    return _ARABIC.search(text) is not None


def only_language(text: str) -> str | None:
    """The one language, of those that newsrooms print, that is written in this text's script."""
    for script, tag in _ONE_LANGUAGE:
        if script.search(text):
            return tag
    return None


def can_be(tag: str, text: str) -> bool:
    """Whether a text has letters of the script in which a language is written."""
    return _SCRIPTS.get(tag, _LATIN).search(text) is not None


def is_taken_for(tag: str, text: str) -> bool:
    """Whether the first detector's answer may stand for a language that it does not know."""
    if tag not in _HIDES:
        return False
    letters = _HIDES[tag]
    return letters is None or letters.search(text.lower() if tag in _CASED else text) is not None


def is_unsettled(tag: str, text: str) -> bool:
    """Whether the first detector's answer may change by ``is_taken_for`` or ``settle``."""
    return tag in _SETTLED or is_taken_for(tag, text)


def settle(tag: str, text: str) -> str:
    """The tag after the rules for its neighbours.

    Those are Indonesian and Malay, Serbian and Macedonian, and Kurdish by its script.
    """
    if tag == "ku":
        return "ckb" if _SORANI.search(text) else "ku"
    if tag in {"ms", "id"}:
        words = [word.lower() for word in _WORD.findall(text)]
        indonesian = sum(word in _INDONESIAN for word in words)
        malay = sum(word in _MALAY for word in words)
        if indonesian != malay:
            return "id" if indonesian > malay else "ms"
        return "id"
    if tag in {"sr", "mk"}:
        lower = text.lower()
        if not re.search("[\u0400-\u04ff]", lower):
            return tag
        macedonian = len(_MACEDONIAN.findall(lower))
        return "mk" if macedonian > len(_SERBIAN.findall(lower)) else "sr"
    return tag
