"""Several records prepared at once: each becomes what it becomes by itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from processors.audit import AuditLanguage
from processors.pipeline import Core, Dead, Prepared, Tagged, ToTag, prepare, prepare_all
from processors.records import Record

LONG = "paragraph of more than eighty letters, so that it may be dropped where it stood before, too"


def _record(offset: int, value: object) -> Record:
    encoded = None if value is None else msgspec.json.encode(value)
    return Record("raw", 0, offset, 1_700_000_000_000, b"urn:key", encoded)


def _bare(ready: Prepared | Dead) -> Prepared | Dead:
    """Without the split body, which is equal to none but itself."""
    if isinstance(ready, Dead):
        return ready
    return msgspec.structs.replace(ready, judged=None)


def test_records_prepared_together_become_what_each_becomes_by_itself():
    def telling(articles: Sequence[ToTag]) -> list[Tagged]:
        return [Tagged(AuditLanguage("en"), failures=(a.title,)) for a in articles]

    core = Core(tag_all=telling)
    records = [
        _record(0, {"uri": "urn:a", "title": "first", "body": LONG}),
        _record(1, {"uri": "urn:b", "title": "no text", "body": "  "}),
        _record(2, None),
        _record(3, {"uri": "urn:c", "title": "second", "body": f"{LONG}\n\n{LONG}"}),
    ]
    together = prepare_all(records, core)
    alone = [prepare(record, core) for record in records]
    assert list(map(_bare, together)) == list(map(_bare, alone))
    told = [each.tagged for each in together if isinstance(each, Prepared) and each.tagged]
    assert [tagged.failures for tagged in told] == [("first",), ("second",)]
    assert isinstance(together[1], Dead)
    assert prepare_all([], core) == []


def test_taggers_read_once_what_an_article_says_twice():
    read: list[Sequence[str]] = []

    def reading(articles: Sequence[ToTag]) -> list[Tagged]:
        read.extend(each.texts for each in articles)
        return [Tagged(AuditLanguage("en")) for _ in articles]

    body = f"first {LONG}\nsecond {LONG}\nfirst {LONG}\nthird {LONG}"
    prepare(_record(0, {"uri": "urn:a", "body": body}), Core(tag_all=reading))
    assert read == [[f"first {LONG}", f"second {LONG}", "", f"third {LONG}"]]
