"""Records made to hurt, and the child process that takes one through the core under hard limits.

``python -m tests.processors.hostile NAME`` prints the verdict, CPU seconds and peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable

from consumers import assembly
from consumers.settings import Settings
from processors.claims import Answer, Claim, Standing
from processors.pipeline import Prepared, bury, finish, prepare
from processors.records import Header, Record

#: Seconds of processor and bytes of address space; a case that takes more is killed.
CPU, MEMORY = 60, 3 << 30


def _text(body: str, **more: str) -> bytes:
    return json.dumps({"uri": "urn:x", "body": body, **more}, ensure_ascii=False).encode()


def _html(body: str) -> bytes:
    return _text(body, bodyType="text/html")


#: Name -> the value; nearly every one is a few megabytes, as much as a topic lets through.
VALUES: dict[str, Callable[[], bytes]] = {
    "nested lists of JSON": lambda: b'{"body":"x","a":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
    "nested objects cut off": lambda: b'{"a":' * 800_000,
    "a number of a million digits": lambda: b'{"uri":"urn:x","body":"x","version":' + b"9" * 1_000_000 + b"}",
    "an exponent without end": lambda: b'{"uri":"urn:x","body":"x","version":1e999999999}',
    "a million keys": lambda: b'{"body":"x",' + b",".join(b'"%d":0' % i for i in range(400_000)) + b"}",
    "a million tiny paragraphs": lambda: _text("a\n" * 1_000_000),
    "as many as are allowed": lambda: _text("".join(f"paragraph number {i} of many\n" for i in range(20_000))),
    "one paragraph of megabytes": lambda: _text("word and " * 540_000),
    "one paragraph of 50 MB": lambda: _text("word and " * 5_560_000),
    "one paragraph of 50 MB, let through": lambda: _text("word and " * 5_560_000),
    "one word of megabytes": lambda: _text("a" * 4_900_000),
    "one Arabic paragraph": lambda: _text("كلمة ثم " * 330_000),
    "four hundred thousand marks": lambda: _text("a" + "\u0301\u0316" * 200_000),
    "Arabic and other marks": lambda: _text("ب" + "\u064b\u0316" * 200_000),
    "rows of marks in words": lambda: _text(("a" + "\u0327\u0301" * 40 + " ") * 8_000),
    "ligatures that unfold": lambda: _text("\ufdfa" * 400_000),
    "spaces and line ends": lambda: _text(("x" + " " * 5_000 + "\n \t") * 500),
    "quotes and dashes": lambda: _text("-\"'`.,;:" * 400_000),
    "digits and signs": lambda: _text("1.-" * 900_000),
    "names in a row": lambda: _text("Mr. John von der Al-Bin Abdul " * 60_000),
    "places in a row": lambda: _text("Paris, Texas, London, Beirut " * 60_000),
    "addresses": lambda: _text("http://a@b#c" * 200_000),
    "open tags": lambda: _html("<p" * 1_500_000),
    "nested blocks": lambda: _html("<div>" * 400_000 + "x"),
    "unclosed comments": lambda: _html("<!--" * 800_000),
    "unclosed scripts": lambda: _html("<script>" * 300_000),
    "attributes without end": lambda: _html("<p " + "a='" * 800_000 + ">x"),
    "breaks": lambda: _html("x" + "<br>" * 900_000 + "y"),
    "entities": lambda: _html("&amp;" * 500_000 + "&#" * 500_000),
    "end tags of nothing": lambda: _html("</b>" * 900_000 + "x"),
    "tables": lambda: _html("<table><tr><td>" * 150_000 + "x"),
    "entities that multiply": lambda: b'<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12))
    + b"]><nitf><body>&m;</body></nitf>",
    "nested XML": lambda: b"<nitf>" + b"<a>" * 600_000,
    "attributes of XML": lambda: b"<nitf " + b" ".join(b'a%d="x"' % i for i in range(200_000)) + b"/>",
}  # fmt: skip


def main(name: str) -> None:
    """Take one record through the core, as far as it goes."""
    settings = Settings(max_body=60_000_000) if name.endswith("let through") else Settings()
    core = assembly.core(settings, 128 << 20, 128 << 20)
    value = VALUES[name]()
    headers: tuple[Header, ...] = (("x\n\x1b[2J", b"\x00" * 1000), ("y" * 30_000, b"\r\nz: 1"))
    before = time.process_time()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU + int(before), CPU + int(before)))
    ready = prepare(Record("raw", 0, 1, 1_700_000_000_000, b"urn:key", value, headers), core)
    if isinstance(ready, Prepared):
        asked = ready.ask.fingerprints if isinstance(ready.ask, Claim) else ()
        mine: Standing = "mine"
        verdict = finish(ready, Answer(ready.ask.family, (mine,) * len(asked)), core).verdict
    else:
        bury(ready)
        verdict = f"dead: {ready.reason}"  # type: ignore[assignment] # what became of it, for people
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{verdict}; {time.process_time() - before:.1f} s, {len(value) >> 10} kB, {peak} MB")


if __name__ == "__main__":
    main(sys.argv[1])
