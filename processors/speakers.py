"""Who is speaking: paragraphs that go on with somebody's words and leave open who that is.

Two kinds, found by reading drops (docs/judgement.md):

1. A paragraph **continues** a quotation without a subject: "He added that", "وأضاف: «".
2. A paragraph **names** the speaker by one word alone, as one does who was introduced before:
   "وأضاف الحربي", "Smith said".

Both look at the beginning of a paragraph only, since that is where news says who speaks.
"""

from __future__ import annotations

import re

_OPENING = r"[\"'“”«‘’\s(\[\u200e\u200f\u2066-\u2069]*"
#: An Arabic verb of saying, with or without "and", masculine or feminine.
_SAID = (
    r"[وف]?(?:كما )?(?:[أا]ضاف|تابع|[أا]ردف|استطرد|واصل|زاد|[أا]كد|[أا]شار|[أا]وضح|قال|لفت|بي[ّ]?ن"
    r"|ذكر|نو[ّ]?ه|شدد|[أا]فاد|اعتبر|ر[أ]ى|كشف|[أا]بان|ختم|مضى|صرح|[أا]علن)ت?"
)
# Straight after it what was said, where it was said, or a title of respect without a name. With a
# name after the verb the subject is there.
_ARABIC = (
    rf"{_SAID}\s*(?:سموه|معاليه|سعادته|فضيلته|فخامته|جلالته)?\s*"
    r"(?:قائل[اةً]+|يقول|:|[«\"“”]|[إا]لى [أا]ن|ب?[أا]نه?ا?|[إ]نه?ا?|على|في|خلال)(?![^\W\d_])"
)
_PERSIAN = r"(?:وی|وي|او|ایشان|ايشان)(?![^\W\d_])"
_URDU = r"(?:انہوں نے|اُنہوں نے|اس نے|ان کا کہنا)"
_LATIN = (
    r"(?:[Hh]e|[Ss]he|[Tt]hey|Il|Elle|Ils|Elles|Er|Sie|Él|Ella|Añadió|Agregó|Dijo que)(?![^\W\d_])"
)
_RUSSIAN = r"(?:Он|Она|Они)(?![^\W\d_])"
_CONTINUES = re.compile(f"{_OPENING}(?:{_ARABIC}|{_PERSIAN}|{_URDU}|{_LATIN}|{_RUSSIAN})")

#: One word of Arabic, at the most with a title before it, and then what was said.
_ARABIC_NAME = (
    rf"{_SAID}\s+(?:(?:الدكتورة?|المهندس|الشيخ|السيدة?|الأمير|اللواء|العميد|العقيد|الأستاذ|د\.|م\.)\s*)?"
    r"(?P<arabic>[^\W\d_]{3,})\s*"
    r"(?:[:،,«\"“”(]|(?:[أإا]ن|ب?[أا]نه?ا?|[إ]نه?ا?|[إا]لى|على|في|خلال|قائلا?ً?|عن)(?![^\W\d_]))"
)
_ENGLISH_NAME = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.?\s+)?(?P<english>[A-Z][^\W\d_]{2,})\s+"
    r"(?:said|says|added|told|continued|explained|noted|went on)(?![^\W\d_])"
)
_NAMES = re.compile(f"{_OPENING}(?:{_ARABIC_NAME}|{_ENGLISH_NAME})")


def continues(text: str) -> bool:
    """Whether a paragraph begins with someone saying something, and does not say who."""
    return _CONTINUES.match(text) is not None


def name_alone(text: str) -> str | None:
    """The one word by which a paragraph names its speaker; None where it says more, or nothing."""
    found = _NAMES.match(text)
    if found is None or continues(text):
        return None
    return found.group("arabic") or found.group("english")


def mentions(text: str, name: str) -> bool:
    """Whether a text holds the name as a word of its own."""
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not text[at - 1 : at].isalpha() and not text[end : end + 1].isalpha():
            return True
        at = text.find(name, end)
    return False
