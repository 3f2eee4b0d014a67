"""From bytes to something a format can look at: framing, content type, UTF-8, JSON.

Rules: a value that begins with ``{`` is meant as JSON; text is strict UTF-8; every refusal says
what is wrong and where it stands. Confluent's five-byte framing (a zero byte and a four-byte
schema id) is taken off only where JSON follows it.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from processors.errors import BadRecord
from processors.formats import values, xml
from processors.formats.base import Incoming, not_utf8
from processors.policy import Limits
from processors.records import Record

_BOM = b"\xef\xbb\xbf"
_LINE_END = b"\n"
_SPACE = b" \t\r\n"
_SAYS_NOTHING = frozenset(("", "application/octet-stream", "binary/octet-stream"))
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_UTF_16 = re.compile(rb"\xff\xfe|\xfe\xff|\0[^\0]\0[^\0]|[^\0]\0[^\0]\0")
_HTML_START = re.compile(
    rb"<(?:!doctype html|(?:html|head|body|article|section|div|p|h[1-6]|ul|ol|table|blockquote)"
    rb"[\s>/])",
    re.IGNORECASE,
)
#: How a list begins, or what a serialiser makes of nothing, a number or a truth. A text in quotes
#: is a text: a line that is quoted as a whole looks the same.
_NO_OBJECT = re.compile(rb"\[|-?\d[\d.eE+-]*$|(?:null|true|false)$")
_LIST_OF = re.compile(rb'\s*\[\s*[{"\[]')
_ESCAPED = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_AT_BYTE = re.compile(r"\(byte (\d+)\)")
_ATTRIBUTES = ("id", "source", "time", "subject")
_DECODER = msgspec.json.Decoder()
_NESTED = frozenset((dict, list))


def read(record: Record, limits: Limits) -> Incoming:
    """The record as a format sees it. Its value must not be None. Raises ``BadRecord``."""
    value = record.value or b""
    if value[:1] == b"{" and value[1:2] != b"\0" and not record.headers:
        data = _json_object(value, limits)
        if "specversion" not in data:  # no event, and nothing else is said of it: by far the most
            return Incoming(
                record=record,
                limits=limits,
                value=value,
                media="application/json",
                key=key_text(record.key),
                data=data,
                json=value,
            )
    return _looked_at(record, limits)


def _looked_at(record: Record, limits: Limits) -> Incoming:
    value = _unframed(record.value or b"")
    media, charset = _content_type(record)
    start = _refuse_binary(value)
    if media in _SAYS_NOTHING or not media.startswith(("text/", "application/")):
        media = _looks_like(value, start)
    if charset not in ("", "utf-8", "utf8", "us-ascii") and "xml" not in media:
        raise BadRecord(
            "not-utf8", f"the content-type says charset={charset}; send the value as UTF-8"
        )
    data = None
    said = _binary_headers(record)
    if media == "application/json" or media.endswith("+json"):
        data = _json_object(value, limits)
        media = "application/json"
        if isinstance(data.get("specversion"), str) and isinstance(data.get("data"), dict):
            said, data = _attributes(data), data["data"]
    root = None
    if media != "application/xhtml+xml" and media.endswith("xml"):
        root = xml.parse(xml.decoded(value, charset), limits.max_depth)
        media = "application/xml"
    return Incoming(
        record=record,
        limits=limits,
        value=value,
        media=media,
        key=key_text(record.key),
        data=data,
        root=root,
        defaults=_from_cloudevents(said),
    )


def key_text(key: bytes | None) -> str | None:
    """A record's key as text, out of the quotes that a JSON serialiser puts it in; else None."""
    if not key:
        return None
    try:
        if key[:1] == b'"' == key[-1:] and len(key) > 2:
            return msgspec.json.decode(key, type=str).strip() or None
        return key.decode().strip() or None
    except (UnicodeDecodeError, msgspec.DecodeError):
        return None


def _unframed(value: bytes) -> bytes:
    if value[:1] == b"\0" and value[5:].lstrip(_SPACE)[:1] == b"{":
        return value[5:]
    return value


def _content_type(record: Record) -> tuple[str, str]:
    if not record.headers:
        return "", ""
    header = record.header("content-type") or record.header("ce_datacontenttype") or b""
    media, _, parameters = header.decode("latin-1").lower().partition(";")
    found = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", parameters)
    return media.strip(), found.group(1) if found else ""


def _refuse_binary(value: bytes) -> bytes:
    """The first bytes that say something. Raises ``BadRecord`` for what is plainly no text."""
    if value[:1] == b"{" and value[1:2] != b"\0":
        return value[:200]  # JSON, by far the most
    for magic, name in _MAGIC:
        if value.startswith(magic):
            raise BadRecord("binary", f"the value is {name}; send JSON, text, HTML or XML")
    if _UTF_16.match(value):
        raise BadRecord("not-utf8", "the value is UTF-16; send it as UTF-8")
    if value[:1] == b"\0":
        raise BadRecord(
            "binary",
            "the value begins with a zero byte (Avro or Protobuf in Confluent's framing?) and "
            "what follows is not JSON; send JSON, text, HTML or XML",
        )
    if value.startswith(_BOM):
        value = value[3:]
    return value[:200].lstrip(_SPACE) or value.lstrip(_SPACE)[:200]


def _looks_like(value: bytes, start: bytes) -> str:
    if start[:1] == b"{":
        return "application/json"
    if start[:1] == b"<":
        return "text/html" if _HTML_START.match(start) else _xml_or_text(start)
    if _NO_OBJECT.match(start) and _is_json(value):
        return "application/json"
    return "text/plain"


def _is_json(value: bytes) -> bool:
    """Whether a value that is no object is JSON all the same, or a list of objects cut off."""
    if _LIST_OF.match(value) and value.rstrip(_SPACE)[-1:] == b"]":
        return True
    try:
        _DECODER.decode(value.removeprefix(_BOM))
    except (RecursionError, UnicodeDecodeError, msgspec.DecodeError):
        return False
    return True


def _xml_or_text(start: bytes) -> str:
    return "application/xml" if re.match(rb"<(?:[?!]|[A-Za-z_])", start) else "text/plain"


def _json_object(value: bytes, limits: Limits) -> dict[str, Any]:
    if value.startswith(_BOM):
        value = value[3:]
    try:
        data = _DECODER.decode(value)
    except RecursionError:
        raise _too_deep(limits) from None
    except UnicodeDecodeError as error:
        raise _bad_utf8(value, error) from None
    except msgspec.ValidationError:
        raise BadRecord("not-json", "the JSON holds a number too large to be read") from None
    except msgspec.DecodeError as error:
        raise _bad_json(value, str(error)) from None
    if not isinstance(data, dict):
        raise BadRecord("not-object", f"the JSON is {values.kind_of(data)}, not an object")
    if not _NESTED.isdisjoint(map(type, data.values())) and _deeper(data, limits.max_depth):
        raise _too_deep(limits)
    return data


def _bad_utf8(value: bytes, error: UnicodeDecodeError) -> BadRecord:
    try:
        value.decode()
    except UnicodeDecodeError as whole:
        return not_utf8(value, whole)
    return BadRecord("not-utf8", f"the value is not UTF-8: {error.reason}")


def _bad_json(value: bytes, message: str) -> BadRecord:
    if (place := _lone_surrogate(value)) is not None:
        return BadRecord(
            "lone-surrogate",
            f"the JSON holds half a character at {_place(value, place)}: an escape \\ud800 to "
            "\\udfff without its other half; whoever cut the text must cut between characters",
        )
    if "truncated" in message:
        return BadRecord(
            "cut-off",
            f"the JSON breaks off at {_place(value, len(value))}; was the message cut to a size?",
        )
    found = _AT_BYTE.search(message)
    what = _AT_BYTE.sub("", message).removeprefix("JSON is malformed: ").strip()
    where = f" at {_place(value, int(found.group(1)))}" if found else ""
    meant = "begins like JSON" if value[:200].lstrip(_SPACE)[:1] in (b"{", b"[") else "came as JSON"
    return BadRecord("not-json", f"the value {meant} but is not: {what}{where}")


def _lone_surrogate(value: bytes) -> int | None:
    high_end = None
    for found in _ESCAPED.finditer(value):
        code = int(found.group(1), 16) if found.group(1) else 0
        low = 0xDC00 <= code < 0xE000
        if low and high_end == found.start():
            high_end = None
            continue
        if high_end is not None or low:
            return found.start() if high_end is None else high_end - 6
        high_end = found.end() if 0xD800 <= code < 0xDC00 else None
    return high_end - 6 if high_end is not None else None


def _place(value: bytes, byte: int) -> str:
    line = value.count(b"\n", 0, byte) + 1
    return f"line {line}, byte {byte - value.rfind(_LINE_END, 0, byte)}"


def _too_deep(limits: Limits) -> BadRecord:
    return BadRecord(
        "too-deep",
        f"the value is nested deeper than {limits.max_depth} levels (COPYDESK_MAX_DEPTH)",
    )


def _deeper(data: dict[str, Any], limit: int) -> bool:
    level: list[Any] = [data]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _binary_headers(record: Record) -> dict[str, str]:
    """What CloudEvents says in headers (binary mode of its Kafka binding)."""
    if not record.headers or not any(name[:3].lower() == "ce_" for name, _ in record.headers):
        return {}
    found = ((name, record.header(f"ce_{name}")) for name in _ATTRIBUTES)
    return {name: said.decode("utf-8", "replace").strip() for name, said in found if said}


def _attributes(event: dict[str, Any]) -> dict[str, str]:
    """What CloudEvents says around the data (structured mode)."""
    return {name: said for name in _ATTRIBUTES if (said := values.text(event.get(name)))}


def _from_cloudevents(said: dict[str, str]) -> dict[str, Any]:
    """What an event says of an article, to fill the gaps that value and key leave."""
    if not said:
        return {}
    found: dict[str, Any] = {}
    if uri := said.get("subject"):
        found["uri"] = uri
    if source := said.get("source"):
        found["source"] = source
    if published := values.date(said.get("time")):
        found["published"] = published
    if identity := said.get("id"):
        found["alt_ids"] = [{"role": "ce_id", "value": identity}]
    return found
