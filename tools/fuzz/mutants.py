"""Good documents and what chance makes of them; the fuzz tests run a little of it.

``python -m tools.fuzz.mutants 3600`` feeds every decoder for an hour and stops at
the first input that raises anything but ``BadRecord``, printing it. ``--seed N`` repeats a run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from processors.body import judged_body
from processors.errors import BadRecord
from processors.formats import decode
from processors.formats.feeds import take_apart
from processors.policy import Limits
from processors.records import Record

_ROOT = Path(__file__).parents[2]
_AGENCIES = _ROOT / "tests" / "processors" / "formats" / "agencies"
_SHARED = _ROOT.parent / "shared" / "schemas" / "ninjs"
_PIECES = [
    b"null", b"[]", b"{}", b'"', b"<", b"&", b"\\ud800", b"1e400", b"[1,2]", b"true", b"<p>", b"-1",
    b'""', b"\xff", b"\0", b"<!DOCTYPE", b"<![CDATA[", b"]]>", b"&nbsp;", b"<!--", b"--",
    b"\xef\xbb\xbf",    b"<br><br>", b"<script>", b"</body.content>", b"<nitf>", b"{" * 70,
]  # fmt: skip
_VALUES: list[Any] = [
    None, True, 0, -1, 1.5, "", [], {}, " ", "x", ["a"], [{}], [[]], {"a": 1}, {"value": 1},
    [{"value": None}], [None], "2026-01-01", {"html": "x"}, 10**30, [{"name": 5}], {"type": ["x"]},
    {"type": "Point", "coordinates": [1, "a"]}, {"coordinates": [[1]]},
    [{"uri": "urn:x", "name": "n"}], "<p>a</p><script>",
    "\ud83d\ude00", "\u202e\u0640", {"body": {"text": []}},
]  # fmt: skip
_NAMES = (
    "type uri guid bodies headlines places associations renditions altids standard pubstatus "
    "body_html body_x name scheme code geoJSON embargoed versioncreated version body id"
).split()
_MEDIA = [b"text/html", b"text/xml", b"application/json", b"text/plain", b"\xff", b"a; charset=x"]


def seeds() -> list[bytes]:
    """Documents of every format; IPTC's too where they are beside this repository."""
    found = [path.read_bytes() for path in sorted(_AGENCIES.iterdir())]
    found += [path.read_bytes() for path in sorted(_SHARED.glob("test_suite/*/*/*.json"))]
    found += [
        b'{"uri":"u","body":"one\\n\\ntwo","bodyType":"text/html","version":3}',
        b"<p>one<br><br>two</p><table><tr><td>a<td>b</table>",
        "نص\n\nنص آخر".encode(),
        b"<rss><item><guid>g</guid><description>&lt;p&gt;x</description></item></rss>",
        b"<feed><entry><id>i</id><content type='xhtml'><p>a</p></content></entry></feed>",
    ]
    return found


def mutate(chance: random.Random, value: bytes, others: list[bytes]) -> bytes:
    """``value`` with some bytes changed, cut, doubled, or taken from elsewhere."""
    data = bytearray(value)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        until = min(len(data), at + chance.randint(1, 40))
        way = chance.randrange(5)
        if way == 0 and at < len(data):
            data[at] = chance.randrange(256)
        elif way == 1:
            del data[at:until]
        elif way == 2:
            data[at:at] = data[at:until]
        elif way == 3:
            data[at:at] = chance.choice(_PIECES)
        else:
            other = chance.choice(others)
            begin = chance.randrange(len(other) + 1)
            data[at:at] = other[begin : begin + chance.randint(1, 60)]
    return bytes(data)


def mutate_json(chance: random.Random, value: bytes) -> bytes:
    """A JSON document with some values of other types, and some names that mean something."""
    try:
        document = json.loads(value)
    except ValueError:
        return value
    return json.dumps(_changed(chance, document)).encode()


def _changed(chance: random.Random, value: Any) -> Any:
    if chance.random() < 0.06:
        return chance.choice(_VALUES)
    if isinstance(value, dict):
        changed = {key: _changed(chance, inner) for key, inner in value.items()}
        if chance.random() < 0.1:
            changed[chance.choice(_NAMES)] = chance.choice(_VALUES)
        return changed
    if isinstance(value, list):
        return [_changed(chance, inner) for inner in value]
    return value


def try_one(value: bytes, headers: tuple[tuple[str, bytes], ...] = ()) -> str:
    """Decode and split a value; what became of it. Lets anything but ``BadRecord`` out."""
    limits = Limits()
    with contextlib.suppress(BadRecord):
        take_apart(value, limits)
    try:
        article = decode(Record("t", 0, 0, 0, b"k", value, headers), limits)
        if article.kind == "text":
            judged_body(article, limits).without(())
    except BadRecord as fault:
        if fault.reason == "format-failed":
            raise fault.__cause__ or fault from None
        return fault.reason
    return f"{article.format} {article.kind}"


def run(seconds: float, seed: int) -> Counter[str]:
    """Try mutants for that long; what became of how many."""
    chance = random.Random(seed)  # noqa: S311 - it must repeat by its seed
    known = seeds()
    became: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = chance.choice(known)
        if chance.random() < 0.5:
            value = mutate_json(chance, value)
        if chance.random() < 0.6:
            value = mutate(chance, value, known)
        media = chance.choice(_MEDIA) if chance.random() < 0.2 else None
        try:
            became[try_one(value, (("content-type", media),) if media else ())] += 1
        except Exception:
            print(f"seed {seed}, content type {media!r}:\n{value!r}")
            raise
    return became


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for outcome, count in run(chosen.seconds, chosen.seed).most_common():
        print(f"{count:>10}  {outcome}")
