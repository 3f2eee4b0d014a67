"""Writes ``docs/formats.md``: every field of every format and where it goes, out of the code.

Run ``python -m tools.describe_formats``; a test holds the page to what the code says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from processors.formats import BUILTIN
from processors.formats.base import EXTRA, Field, Format
from processors.formats.feeds import FIELDS as FEEDS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "formats.md"

#: Where a field of ``Article`` is found again: what it is called in the published item.
PLACES: Mapping[str, str] = {
    "uri": "`uri`, and the record's key",
    "kind": "whether the item is judged",
    "family": "the story that the item belongs to",
    "predecessor": "the story, through the item it evolved from; `altIds` as `evolvedFrom`",
    "version": "`version`",
    "source": "the policy by source; `infoSources` where there are none",
    "title": "`headlines`, the first",
    "headlines": "`headlines`",
    "body": "the judged body; `bodies`",
    "bodies": "the judged body; `bodies`",
    "judged": "the judged body; `bodies`",
    "body_type": "how the body is read",
    "language": "`language`, unless the text says otherwise",
    "published": "`versionCreated`, else the record's time",
    "embargoed_until": "`embargoedUntil`; until then the item claims nothing",
    "pub_status": "`pubStatus`; `canceled` withdraws",
}
HTML_BODIES = """\
## HTML bodies

A paragraph is what a block element, `<br><br>`, or a line end inside `<pre>` sets apart. A single
`<br>` sets apart only where text stands in no paragraph element. A table row whose cells hold no
blocks is one paragraph; rows of several cells and all that stands in a list are never dropped
singly. Markup is read as browsers read it, broken markup too. What a video, a sound or a canvas
holds for browsers that cannot show it stays in its place and is no paragraph.

The HTML that is published is the source's, character for character, less what is cut. Cut are the
dropped paragraphs, with their element where they have one of their own, and what could run:

- `script`, `style`, `noscript`, `template`, `iframe`, `object`, `applet`, `svg`, `math`, `select`,
  `button`, `textarea`, with what they hold;
- the tags `form`, `input`, `embed`, `frame`, `frameset`, `meta`, `link`, `base`, `plaintext`,
  `xmp`, whose text stays;
- comments, processing instructions, CDATA, and a tag that never ends;
- the attributes `on*`, `srcdoc`, `formaction`; any whose value is a `javascript:`, `vbscript:` or
  `data:` URL (pictures, sound and video excepted); `style` that names a script, a binding, an
  import or an expression.

SVG and MathML are cut because markup inside them is read by other rules, which is how scripts get
past filters. All that is cut is in the audit, so `copydesk restore` gives the source back. NITF and
NewsML bodies are first written as HTML; that HTML is their source then.
"""
REASONS: Mapping[str, str] = {
    "bad-embargo": "An embargo that is no date. Nothing is guessed: it would be broken.",
    "bad-encoding": "XML that declares an encoding which is not known.",
    "bad-status": "A `pubStatus` that is none of usable, withheld, canceled.",
    "binary": "A compressed value, a picture, a PDF, Avro or Protobuf.",
    "body-type": "A body that is neither text nor HTML nor NITF.",
    "cut-off": "JSON that breaks off: somebody cut the message to a size.",
    "format-failed": "A format that stumbled over the record: a fault of its code, to be told.",
    "lone-surrogate": "Half of a character: somebody cut a text between its halves.",
    "many-items": "A feed, or a NewsML message of several items or none: `copydesk publish` it.",
    "no-body": "No text in any body. Alerts that are a headline only end here.",
    "no-uri": "Neither a uri in the value nor a key.",
    "not-json": "A value that begins with `{` and is not JSON; or a number beyond all bounds.",
    "not-object": "JSON that is a list, a number, true, false or null.",
    "not-utf8": "Bytes that are not of their encoding, or UTF-16.",
    "not-xml": "XML that cannot be read, with line and column.",
    "too-deep": "Nested deeper than `max_depth`.",
    "too-large": "A body of more bytes than `max_body`.",
    "too-large-audit": "The audit would be larger than its topic takes, if all were dropped.",
    "too-large-output": "The item would be larger than its topic takes, if all were kept.",
    "too-many-paragraphs": "More paragraphs than `max_paragraphs`.",
    "unknown-format": "XML of a root that no format knows, or a content type.",
    "uri-too-long": "A uri longer than any that names an article.",
    "wrong-type": "A uri or a body that is not text.",
    "xml-entity": "XML that declares an entity or uses one that is not HTML's.",
}
HEAD = """\
<!-- Written by tools/describe_formats.py; do not edit. -->
# What copydesk reads

One record is one article. Its value is told apart by its `content-type` header (or
`ce_datacontenttype`), else by looking at it; the first format of the table below that knows it
reads it. Confluent's five-byte framing is taken off where JSON follows. Texts are UTF-8; XML may
declare another encoding.

- A **null value** withdraws the uri that the key names.
- The **uri** is the one in the value, else the record's key, else `ce_subject`, else (for plain
  text and HTML) `urn:sha256:` and the digest of the value. One that is no URI (`42`, `my story`) is
  kept as it is, since order and family hang on it: its item then fails schema checks of formats.
- **CloudEvents** headers (in structured mode, the envelope around `data`) fill what is left open:
  `ce_source` the source, `ce_time` the date; `ce_id` goes to `altIds`. On output they are written
  where `COPYDESK_CLOUDEVENTS` says so: `ce_id` is the origin, `ce_source` the article's source,
  `ce_type` `copydesk.item.cleaned.v1` (or `duplicate`, `withdrawn`, `passed`), `ce_subject` the
  uri, `ce_time` the record's time.
- A **date** is an RFC 3339, ISO 8601 or RFC 822 moment with its zone; what names no moment is left
  out. An **embargo** in doubt ends at its latest reading: a bare day at its end, an hour without
  zone where on earth it comes last.
- **What the source said and ninjs 3.1 has a place for passes through** under its ninjs 3.1 name.
  What ninjs 3.1 does not allow there is left out, piece by piece, so that the item stays valid.
- Items that are **not text** pass through as they came.
- copydesk is careful in what it sends and generous in what it takes: a document that IPTC's schemas
  refuse for one bad association, unknown field or misspelled status is read for what is good in
  it. A status or an embargo that cannot be read refuses the record: to publish what a source
  wanted held back cannot be taken back.

A newsroom adds a format of its own as an entry point of the group `copydesk.formats`: an object
`processors.formats.Format` with a name, `claims`, `decode` and its fields. It comes before those
here, in every command and worker of the Python environment that its package is installed in.

```toml
[project.entry-points."copydesk.formats"]
ourwire = "ourwire:FORMAT"
```

```python
# ourwire.py: our old wire sends {"no": 17, "slug": "...", "txt": "..."}
from processors.formats import Format
from processors.formats.base import Field, build, fill
from processors.formats.values import body, number_or_text, text

FIELDS = (
    Field(("no",), "uri", lambda value: "urn:ourwire:" + number_or_text(value)),
    Field(("slug",), "title", text),
    Field(("txt",), "body", body),
)
FORMAT = Format(
    "ourwire",
    "The old wire.",
    claims=lambda incoming: incoming.data is not None and "txt" in incoming.data,
    decode=lambda incoming: build(incoming, fill(FIELDS, incoming.data), "ourwire"),
    fields=FIELDS,
)
```

`copydesk judge FILE --json` shows, under `format`, which one has read an article.
"""


def page() -> str:
    """The whole page, as Markdown."""
    return "\n".join(
        [
            HEAD,
            *_overview(),
            *(line for formats in _alike() for line in _section(formats)),
            HTML_BODIES,
            *_feeds(),
            *_reasons(),
        ]
    )


def _overview() -> Iterator[str]:
    yield "| format | what it is |"
    yield "| --- | --- |"
    for each in BUILTIN:
        yield f"| [`{each.name}`](#{_anchor(each)}) | {each.about} |"
    yield ""


def _alike() -> list[list[Format]]:
    """The formats, those that share their fields together."""
    groups: list[list[Format]] = []
    for each in BUILTIN:
        if groups and groups[-1][0].fields == each.fields:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _anchor(wanted: Format) -> str:
    group = next(group for group in _alike() if wanted in group)
    return "-".join(each.name for each in group)


def _section(formats: list[Format]) -> Iterator[str]:
    yield f"## {' '.join(each.name for each in formats)}"
    yield ""
    yield from _table(formats[0].fields)
    if formats[0].left_out:
        yield f"Left out: {formats[0].left_out}."
        yield ""


def _table(fields: Iterable[Field]) -> Iterator[str]:
    yield "| field | goes to | |"
    yield "| --- | --- | --- |"
    for each in fields:
        names = ", ".join(f"`{name}`" for name in each.names)
        place = PLACES.get(each.to, f"`{each.to.removeprefix(EXTRA)}`")
        yield f"| {names} | {place} | {each.note} |"
    yield ""


def _feeds() -> Iterator[str]:
    yield "## Feeds, through `copydesk publish`"
    yield ""
    yield "RSS 2.0 and 1.0 and Atom are files of many articles: `copydesk publish` sends each entry"
    yield "as a record in the plain form. Entries without text of their own are left out."
    yield "NewsML messages of several items are taken apart in the same way. Nothing is fetched."
    yield ""
    for name, fields in FEEDS.items():
        yield f"### {name}"
        yield ""
        yield from _table(fields)


def _reasons() -> Iterator[str]:
    yield "## Why a record cannot be read"
    yield ""
    yield "| reason | meaning |"
    yield "| --- | --- |"
    for reason, meaning in REASONS.items():
        yield f"| `{reason}` | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(page() + "\n", encoding="utf-8")
