"""Log lines say where they are about, under keys that a pipeline of logs may rely on."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from consumers import log_places, logs
from consumers.badruns import BadRuns, TooManyBad
from consumers.engine import Engine
from consumers.ledger import Hole, Ledger, Partition
from consumers.memory_store import MemoryStore
from consumers.meter import Silent
from consumers.pipe import Run, about
from consumers.store_layout import layout
from processors.core import Core
from processors.records import Record

KEYS = {
    "time", "level", "logger", "message", "instance", "uri", "topic", "partition", "offset",
    "offset_end", "origin", "exception",
}  # fmt: skip


@pytest.fixture
def written(monkeypatch) -> Iterator[io.StringIO]:
    """JSON logs at level debug, as a worker named desk-0 writes them."""
    root, ours = logging.getLogger(), logging.getLogger("copydesk")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("debug", "json", "desk-0")
    yield stream
    root.handlers[:], root.level, ours.level = before
    root.setLevel(before[1])
    ours.setLevel(before[2])
    logging.captureWarnings(capture=False)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def record(offset: int, value: bytes, key: bytes | None = b"urn:key") -> Record:
    return Record("articles.raw", 3, offset, 1_700_000_000_000, key, value)


def test_every_line_has_every_key_and_null_where_it_concerns_no_record(written):
    logging.getLogger("copydesk.any").info("worker started")
    logging.getLogger("aiokafka").warning("somebody else's line")
    try:
        raise ValueError("x")
    except ValueError:
        logging.getLogger("copydesk.any").exception("failed")
    for line in lines(written):
        assert line.keys() == KEYS
        assert line["instance"] == "desk-0"
        assert [line[key] for key in log_places.KEYS] == [None] * 6


@pytest.mark.parametrize(
    ("place", "uri", "offset", "end", "origin"),
    [
        (log_places.of_record(record(7, b"")), "urn:key", 7, 8, "articles.raw/3/7"),
        (log_places.of_record(record(7, b"", None)), None, 7, 8, "articles.raw/3/7"),
        (log_places.of_record(record(7, b""), "urn:x"), "urn:x", 7, 8, "articles.raw/3/7"),
        (log_places.of_records([record(7, b"")]), "urn:key", 7, 8, "articles.raw/3/7"),
        (log_places.of_records([record(7, b""), record(9, b"")]), None, 7, 10, "articles.raw/3/7-9"),
        (log_places.of_partition("articles.raw", 3, 7), None, 7, None, "articles.raw/3/7"),
        (log_places.of_partition("articles.raw", 3), None, None, None, "articles.raw/3"),
    ],
    ids=["its key", "no key", "its own uri", "a run of one", "a run with a gap", "a position",
         "a partition alone"],
)  # fmt: skip
def test_a_line_names_its_place(written, place, uri, offset, end, origin):
    logging.getLogger("copydesk.any").warning("x", extra=place)
    line = lines(written)[0]
    assert line.keys() == KEYS
    assert (line["topic"], line["partition"]) == ("articles.raw", 3)
    assert (line["uri"], line["offset"], line["offset_end"]) == (uri, offset, end)
    assert line["origin"] == origin


def test_a_line_about_no_records_at_all_is_still_whole(written):
    logging.getLogger("copydesk.any").warning("x", extra=log_places.of_records([]))
    assert lines(written)[0]["topic"] is None


def test_at_level_debug_every_record_has_a_line_with_its_uri_and_offset(written):
    engine = Engine(Core(), MemoryStore(layout("t:", 7 * 86_400, 30 * 86_400)), "wait", Silent())
    records = [
        record(11, b'{"uri": "urn:a", "body": "One paragraph of a story."}'),
        record(12, b'{"uri": "urn:b"}'),
        record(14, b'{"uri": "urn:c", "body": "Another paragraph of a story."}'),
    ]

    async def judged() -> None:
        ready = await engine.prepare(records)
        await engine.judge(ready, await engine.claim(ready, lambda: True))

    asyncio.run(judged())
    told = {line["offset"]: line for line in lines(written) if line["logger"] == "copydesk.engine"}
    assert told.keys() == {11, 12, 14}
    assert [line["uri"] for _, line in sorted(told.items())] == ["urn:a", "urn:key", "urn:c"]
    assert told[12]["level"] == "warning"
    assert told[11]["message"] == "published (plain): 1 paragraphs kept, 0 dropped"


def test_a_letter_of_an_article_that_was_read_bears_its_own_uri(written):
    engine = Engine(Core(), MemoryStore(layout("t:", 7 * 86_400, 30 * 86_400)), "wait", Silent())
    page = b'{"uri": "urn:a", "body": "<img>", "bodyType": "text/html"}'
    asyncio.run(engine.prepare([record(5, page)]))
    assert lines(written)[-1]["uri"] == "urn:a"


def test_the_last_words_of_a_worker_say_where_the_run_of_bad_records_stands():
    runs = BadRuns(2, 1.0)
    for offset in (5, 6):
        runs.bad(Partition("articles.raw", 3), offset, "no-body")
    with pytest.raises(TooManyBad) as caught:
        runs.bad(Partition("articles.raw", 3), 7, "no-body")
    assert log_places.of_failure(caught.value)["origin"] == "articles.raw/3/5-7"


def test_whatever_fails_over_a_run_says_which():
    run = Run(Partition("articles.raw", 3), 9, 12, 1, ())
    with pytest.raises(Hole) as caught, about(run):
        Ledger().arrived(run.partition, run.after, run.end)
    assert log_places.of_failure(caught.value)["origin"] == "articles.raw/3/9-11"


def test_the_most_exact_place_is_kept():
    failure = ValueError()
    log_places.mark(failure, log_places.of_record(record(5, b"")))
    log_places.mark(failure, log_places.of_partition("articles.raw", 3, 0, 50))
    assert log_places.of_failure(failure)["offset"] == 5


@pytest.mark.parametrize(
    ("wrong", "words", "code"),
    [
        ({"COPYDESK_WINDOWS": "7d"}, "did you mean COPYDESK_WINDOW?", 2),
        ({"COPYDESK_WEB": "127.0.0.1:x"}, "COPYDESK_WEB", 2),
    ],
    ids=["a setting that there is not", "an address that is none"],
)
def test_a_worker_that_cannot_start_says_so_in_json_too(wrong, words, code):
    environ = {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")}
    done = subprocess.run(
        [sys.executable, "-m", "consumers", "work"],
        env={**environ, "COPYDESK_LOG_FORMAT": "json", **wrong},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    [line] = [json.loads(line) for line in done.stderr.splitlines()]
    assert line.keys() == KEYS
    assert words in line["message"]
    assert done.returncode == code
