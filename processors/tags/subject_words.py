"""The words of a folded text, and the entries under which the subject model files them.

Training and tagging read text through this one door, so that a word weighed is a word found.
Scripts written without spaces give overlapping runs of characters instead of words.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from zlib import crc32

from processors.tags.coded import Page

LONGEST = 40
"""Longer runs are addresses, hashes or noise: not words."""

_UNSPACED = re.compile(
    "[\u0e01-\u0e4e\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u9fff]"
)
_SIGNS = "،؛؟۔٪«»“”„‘‚‹›–—…•·।॥、。・「」『』《》〈〉（）【】，：；！？፡።፣፤፥፧\u2028\u2029"
_LETTERS_ONLY = bytes(
    ord(char.lower()) if char.isalpha() else ord(" ") for char in map(chr, range(128))
) + bytes(range(128, 256))
_MAY_LEAN = frozenset("وفبكلا")
_PROCLITICS = re.compile("^[وف]?(?:[بك]?ال|لل)(?=..)|^[وفبلك](?=...)")


def words_on(page: Page, folded: bytes) -> list[str]:
    """The same as ``words_of``, of a folded text that is on a page."""
    return page.decode(folded.translate(_table(page))).split()


@functools.cache
def _table(page: Page) -> bytes:
    return page.table(parted)


def words_of(folded: str) -> list[str]:
    """Every word of a text made by ``processors.tags.fold``, in order, as often as it is said.

    Digits and signs part words, so ``covid-19`` is ``covid`` and ``l'état`` is ``l``, ``état``.
    """
    plain = parted(folded)
    words = plain.split()
    if plain.isascii():
        return words
    if _UNSPACED.search(plain):
        return [piece for word in words for piece in _pieces(word)]
    return words


def parted(folded: str) -> str:
    """The text with a blank for each character that is of no word."""
    if folded.isascii():
        return folded.encode().translate(_LETTERS_ONLY).decode()
    for sign in _SIGNS:
        folded = folded.replace(sign, " ")
    return folded.encode("utf-8", "replace").translate(_LETTERS_ONLY).decode("utf-8")


def _pieces(word: str) -> Iterator[str]:
    if not _UNSPACED.search(word):
        yield word
        return
    # Two characters are a word in Chinese and Japanese; the alphabets of the south need four.
    span = 2 if word[0] >= "\u3041" else 4
    for at in range(max(1, len(word) - span + 1)):
        yield word[at : at + span]


def key_of(entry: str) -> int:
    """The 32 bits under which the model files a word, a beginning or an end; 0 of nothing."""
    return crc32(entry.encode("utf-8", "replace"))


def entries_of(word: str) -> tuple[str, str, str, str]:
    """Where to look a word up, empty where there is nothing to look for: the word itself, the
    word bare of Arabic proclitics, its beginning (``econo*``) and its end (``*onomy``).
    """
    if len(word) > LONGEST or (len(word) < 2 and word < "\u1000"):
        return "", "", "", ""
    if "\u0600" <= word[0] <= "\u06ff":
        bare = _PROCLITICS.sub("", word) if word[0] in _MAY_LEAN else word
        return word, bare if bare != word else "", bare[:4] + "*" if len(bare) > 4 else "", ""
    if len(word) > 5:
        return word, "", word[:5] + "*", "*" + word[-5:]
    return word, "", "", ""
