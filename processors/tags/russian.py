"""Russian names in their cases, by the endings of nouns and adjectives: a rule, no dictionary.

A form that no one uses does no harm in an index; a form that is missing loses a mention.
"""

from __future__ import annotations

from itertools import product

_HUSHING = "гкхжшщчц"
_ADJECTIVES = {
    "ский": ("ского", "скому", "ским", "ском"),
    "цкий": ("цкого", "цкому", "цким", "цком"),
    "ний": ("него", "нему", "ним", "нем"),
    "кий": ("кого", "кому", "ким", "ком"),
    "ый": ("ого", "ому", "ым", "ом"),
    "ая": ("ой", "ую"),
    "ое": ("ого", "ому", "ым", "ом"),
    "ие": ("их", "им", "ими"),
    "ые": ("ых", "ым", "ыми"),
}
_SURNAMES = ("ов", "ев", "ин", "ын")
_INDECLINABLE = "оеиуэюё"  # ы is taken for a plural


def declined(name: str) -> set[str]:
    """The oblique cases of a name of one to three words; the nominative itself is left out."""
    words = name.split(" ")
    if len(words) > 3 or not all(words):
        return set()
    cases = [_cases(word) | {word} for word in words[:-1]]
    last = _cases(words[-1]) | ({words[-1]} if words[-1].endswith("ь") else set())
    return {" ".join(forms) for forms in product(*cases, last)} - {name}


def _cases(word: str) -> set[str]:
    for ending, others in _ADJECTIVES.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return {word[: -len(ending)] + other for other in others}
    last, stem = word[-1], word[:-1]
    if last == "а":
        endings: tuple[str, ...] = ("и" if stem[-1:] in _HUSHING else "ы", "е", "у", "ой")
    elif last == "я":
        endings = ("и", "е", "ю", "ей")
    elif last == "й":
        endings = ("я", "ю", "ем", "е")
    elif last == "ь":
        endings = ("и", "ю", "ью", "е", "я", "ем")
    elif last == "ы":
        endings = ("ов", "ам", "ами", "ах")
    elif last in _INDECLINABLE or not last.isalpha():
        return {word}
    else:
        instrumental = "ым" if word.endswith(_SURNAMES) and len(word) > 4 else "ом"
        stem, endings = word, ("а", "у", instrumental, "е")
    return {stem + ending for ending in endings}
