"""The load: article number i of a seed, always the same, and what may come of it.

Every article has paragraphs that only it has, most have wire paragraphs that a few articles near it
carry too; some come again as a second version, some are withdrawn, some are copied whole under
another uri, some repeat a block inside, and between them come records that cannot be read.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

_WORDS = (
    "river council budget storm minister harbour market school bridge winter engine".split(),
    "المدينة المجلس الوزير الميناء السوق المدرسة الجسر الشتاء الطبيب القرية التقرير".split(),
)
_BAD = (b"\xff\xfe not text", b'{"uri": "urn:bad", "body": "brea', b'{"uri": "urn:bad"}', b"")


class Row(NamedTuple):
    """One record to publish; ``value`` None withdraws. ``skew`` moves its time, in milliseconds.

    ``any_time``: what comes of it does not hang on its time; a publisher's clock may be wrong.
    """

    key: str
    value: bytes | None
    skew: int
    any_time: bool = False


def wire(number: int) -> str:
    """A paragraph that several articles carry."""
    return _paragraph("wire", number)


def own(number: int, part: int) -> str:
    """A paragraph that one article alone carries, or one article and its copy."""
    return _paragraph(f"own{part}", number)


def _paragraph(label: str, number: int) -> str:
    words = _WORDS[number % 2]
    chosen = blake2b(f"{label} {number}".encode(), digest_size=18).digest()
    return f"{label} {number} " + " ".join([words[byte % len(words)] for byte in chosen])


def wires(number: int) -> list[int]:
    """Which wire paragraphs article ``number`` carries: each stands in a few that are near."""
    rnd = random.Random(f"wires {number}")  # noqa: S311 - chance for a test
    base = number // 3
    return sorted({max(0, base + rnd.randint(-2, 2)) for _ in range(rnd.randint(0, 2))})


def is_copy(number: int) -> bool:
    """Whether the article copies the one before it whole, under a uri of its own."""
    return number % 40 == 9


def is_revised(number: int) -> bool:
    """Whether a second version comes later."""
    return number % 10 == 3


def is_withdrawn(number: int) -> bool:
    """Whether it is taken back later."""
    twinned = is_copy(number) or is_copy(number + 1)
    return number % 97 == 5 and not is_revised(number) and not twinned


def lines(number: int, version: int) -> list[str]:
    """The paragraphs of a version, as published by the source."""
    if is_copy(number):
        return [*lines(number - 1, 1), "Our own desk"]
    text = [own(number, 0), "By our correspondent", own(number, 1)]
    text += [wire(each) for each in wires(number)]
    text.append(own(number, 2))
    if number % 7 == 0:
        text += [own(number, 1), *(wire(each) for each in wires(number)), own(number, 2)]
    if version == 2:
        text.append(own(number, 3))
    return text


def rows(count: int, seed: int) -> Iterator[Row]:
    """All records of a campaign, in order of publication."""
    rnd = random.Random(seed)  # noqa: S311 - likewise
    later: dict[int, list[Row]] = {}
    for number in range(count):
        yield _article(number, 1, rnd)
        if number % 50 == 7:
            yield Row(f"urn:bad:{number}", rnd.choice(_BAD), 0)
        if is_revised(number):
            due = number + rnd.randint(1, 200)
            later.setdefault(due, []).append(_article(number, 2, rnd))
        if is_withdrawn(number):
            due = number + rnd.randint(1, 200)
            later.setdefault(due, []).append(Row(f"urn:c:{number}", None, 0))
        yield from later.pop(number, ())
    for due in sorted(later):
        yield from later[due]


def _article(number: int, version: int, rnd: random.Random) -> Row:
    uri = f"urn:c:{number}"
    article = {
        "uri": uri,
        "version": version,
        "source": f"paper-{number % 9}",
        "body": "\n".join(lines(number, version)),
    }
    skew = rnd.randint(-10_800_000, 600_000) if number % 5 == 0 and not is_withdrawn(number) else 0
    value = json.dumps(article, ensure_ascii=False).encode()
    return Row(uri, value, skew, any_time=not is_withdrawn(number))
