"""Twenty kinds of bad record, under limits of 5,000 bytes a body and 50 paragraphs."""

from __future__ import annotations

#: Value, headers, the reason in the dead letter, and why it is bad.
BAD: list[tuple[bytes | None, tuple[tuple[str, bytes], ...], str, str]] = [
    (b"\xff\xfe\x00b", (), "not-utf8", "UTF-16 with its mark"),
    (b"caf\xe9 au lait is Latin-1", (), "not-utf8", "bytes of another encoding"),
    (b'{"uri": "urn:x", "body": "br', (), "cut-off", "breaks off inside a text"),
    (b'{"uri": "urn:x", "body": "text"', (), "cut-off", "breaks off before the end"),
    (b'{"uri": "urn:x" "body": "text"}', (), "not-json", "a comma is missing"),
    (b"{'uri': 'urn:x', 'body': 'text'}", (), "not-json", "Python, not JSON"),
    (b'{"uri": "urn:x", "body": "\\ud800 alone"}', (), "lone-surrogate", "half a surrogate pair"),
    (b'{"uri": "urn:x", "body": "text"} {"uri": "urn:y"}', (), "not-json", "two values"),
    (b"[1, 2, 3]", (("content-type", b"application/json"),), "not-object", "a list"),
    (b'"text"', (("content-type", b"application/json"),), "not-object", "a text"),
    (b'{"uri": "urn:x"}', (), "no-body", "no body at all"),
    (b'{"uri": "urn:x", "body": ""}', (), "no-body", "an empty body"),
    (b'{"uri": "urn:x", "body": " \\n\\t "}', (), "no-body", "white space for a body"),
    (b"   \n ", (), "no-body", "plain text of white space"),
    (b"", (), "no-body", "an empty value"),
    (b'{"uri": "urn:x", "body": "' + b"long " * 1100 + b'"}', (), "too-large", "over the limit"),
    (
        b'{"uri": "urn:x", "body": "x", "a": ' + b"[" * 200 + b"]" * 200 + b"}",
        (),
        "too-deep",
        "nested",
    ),
    (b'{"uri": "urn:x", "body": "' + b"line\\n" * 60 + b'"}', (), "too-many-paragraphs", "sixty"),
    (
        b'{"uri": "' + b"u" * 1001 + b'", "body": "text"}',
        (),
        "uri-too-long",
        "a uri of 1,001 bytes",
    ),
    (b'{"uri": "urn:x", "body": 12}', (), "wrong-type", "a number for a body"),
]
