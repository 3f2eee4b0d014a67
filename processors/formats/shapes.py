"""The shapes of ninjs 3.1: what of a source's value may stand in an item that is to be valid.

Rules: what has no place in ninjs 3.1, or is there of the wrong type, is left out piece by piece,
and never makes the rest invalid. Names are matched whatever their capitals, so that the names of
generation 2 (``contenttype``) come out as those of 3 (``contentType``); ``scheme`` and ``code`` of
generation 1 become ``uri`` or ``literal``. Shapes are those of IPTC's ninjs-schema_3.1.json.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from processors.formats import values
from processors.formats.geojson import geometry

Check = Callable[[Any], Any]

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
#: Well-known schemes of IPTC, by the aliases that feeds use for them without a catalog.
SCHEMES: Mapping[str, str] = {
    "medtop": "http://cv.iptc.org/newscodes/mediatopic/",
    "mediatopic": "http://cv.iptc.org/newscodes/mediatopic/",
    "subj": "http://cv.iptc.org/newscodes/subjectcode/",
    "genre": "http://cv.iptc.org/newscodes/genre/",
    "ninat": "http://cv.iptc.org/newscodes/ninature/",
    "stat": "http://cv.iptc.org/newscodes/pubstatusg2/",
    "digsrctype": "http://cv.iptc.org/newscodes/digitalsourcetype/",
    "trustind": "http://cv.iptc.org/newscodes/trustindicator/",
    "iso3166-1a2": "http://cv.iptc.org/newscodes/iso3166-1a2/",
}


def uri(value: Any) -> str | None:
    """An absolute URI; characters beyond ASCII are percent-encoded. Anything else is None."""
    if not isinstance(value, str):
        return None
    plain = value.strip()
    if not plain.isascii():
        plain = quote(plain, safe="%:/?#[]@!$&'()*+,;=-._~")
    return plain if _URI.fullmatch(plain) else None


def concept(scheme: str | None, code: str, schemes: Mapping[str, str] = SCHEMES) -> dict[str, str]:
    """The ``uri`` or ``literal`` of a scheme and code, or of a qcode such as ``medtop:15000000``.

    A scheme is a URI or one of the aliases of ``schemes``; where none makes a URI of the code, the
    code is a literal.
    """
    if scheme is None:
        alias, colon, rest = code.partition(":")
        if colon and alias in schemes:
            scheme, code = alias, rest
        elif "://" in code or code.startswith("urn:"):
            return {"uri": named} if (named := uri(code)) else {"literal": code}
        else:
            return {"literal": code}
    base = schemes.get(scheme, scheme)
    named = uri(base + code) if base[-1:] in {"/", "#", "=", ":"} else None
    return {"uri": named} if named else {"literal": code}


def whole(low: int | None = None, high: int | None = None) -> Check:
    """A check for whole numbers, also where they are written as text or with a point and zero."""

    def check(value: Any) -> int | None:
        written = values.number_or_text(value)
        if written is None or not re.fullmatch(r"-?\d{1,15}", written, re.ASCII):
            return None
        number = int(written)
        inside = (low is None or number >= low) and (high is None or number <= high)
        return number if inside else None

    return check


def number(value: Any) -> float | int | None:
    """A JSON number."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def one_of(*words: str, **also: str) -> Check:
    """A check for one of ``words``; ``also`` translates the words of earlier generations."""

    def check(value: Any) -> str | None:
        word = also.get(value, value) if isinstance(value, str) else None
        return word if word in words else None

    return check


def many(check: Check) -> Check:
    """A check for a list whose readable members stay; one that stands alone is a list of one."""

    def each(value: Any) -> list[Any] | None:
        members = value if isinstance(value, list) else [value]
        return [good for one in members if (good := check(one)) is not None] or None

    return each


def record(
    fields: Mapping[str, Check],
    *needed: str,
    either: tuple[str, ...] = (),
    coded: bool = False,
    **earlier: str,
) -> Check:
    """A check for an object of ``fields``, nothing else in it.

    ``earlier`` names of earlier generations are read as the fields that they stand for.

    ``needed`` must be there; of ``either`` exactly one, the first that is, stays. ``coded`` reads
    ``scheme`` and ``code`` (or ``qcode``) as ``uri`` or ``literal`` where neither is given.
    """
    names = {name.lower(): name for name in fields} | earlier

    def check(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            return None
        found: dict[str, Any] = {}
        for key, inner in value.items():
            name = names.get(key.lower())
            if name is not None and name not in found:
                good = fields[name](inner)
                if good is not None:
                    found[name] = good
        if coded and "uri" not in found and "literal" not in found:
            found.update(_coded(value))
        present = [name for name in either if name in found]
        for name in present[1:]:
            del found[name]
        complete = all(name in found for name in needed) and (bool(present) or not either)
        return found if found and complete else None

    return check


def _coded(value: Mapping[str, Any]) -> dict[str, str]:
    code = values.number_or_text(value.get("code", value.get("qcode")))
    if code is None:
        given = values.text(value.get("uri"))
        return {"literal": given} if given else {}
    return concept(values.text(value.get("scheme")), code)


text = values.text
_NAMED = {"name": text, "rel": text, "uri": uri, "literal": text}
_ADDRESS = record(
    {
        "lines": many(text),
        "locality": text,
        "area": text,
        "postalCode": text,
        "country": text,
    }
)
_CONTACTS = many(
    record(
        {
            "type": text,
            "role": text,
            "lang": text,
            "name": text,
            "value": text,
            "address": _ADDRESS,
        },
        either=("value", "address"),
    )
)
_SYMBOLS = many(record({"exchange": text, "symbolType": uri, "symbol": text}, ticker="symbol"))
_PERCENT = whole(0, 100)
texts = many(record({"role": text, "contentType": text, "value": text}, "value"))
people = many(record({**_NAMED, "contactInfo": _CONTACTS}, coded=True))
organisations = many(record({**_NAMED, "symbols": _SYMBOLS, "contactInfo": _CONTACTS}, coded=True))
places = many(record({**_NAMED, "contactInfo": _CONTACTS, "geoJSON": geometry}, coded=True))
subjects = many(
    record({**_NAMED, "creator": text, "relevance": _PERCENT, "confidence": _PERCENT}, coded=True)
)
events = many(record({"id": text, **_NAMED}, coded=True))
objects = many(record(_NAMED, coded=True))
info_sources = many(
    record(
        {"name": text, "role": text, "uri": uri, "literal": text, "contactInfo": _CONTACTS},
        coded=True,
        rel="role",
    )
)
genres = many(record({"name": text, "uri": uri, "literal": text}, coded=True))
alt_ids = many(record({"role": text, "value": values.number_or_text}, "value"))
_TRUST = record({"role": uri, "title": text, "href": uri})
rights_info = record(
    {"langId": uri, "linkedRights": uri, "encodedRights": text},
    either=("linkedRights", "encodedRights"),
)
digital_source_type = record({"name": text, "uri": uri, "literal": text}, coded=True)
_POINT = record({"x": whole(), "y": whole()}, "x", "y")
renditions = many(
    record(
        {
            "name": text,
            "href": uri,
            "contentType": text,
            "title": text,
            "width": whole(),
            "height": whole(),
            "sizeInBytes": whole(),
            "duration": number,
            "format": text,
            "aspectRatio": text,
            "videoCodec": text,
            "frameRate": number,
            "poi": _POINT,
            "transportProtocol": text,
            "scanType": one_of("progressive", "interlaced"),
            "bitrate": text,
        },
        "name",
        mimetype="contentType",
    )
)


def _trusted(value: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _TRUST(value)
    if found and "role" not in found and (named := _coded(value).get("uri")):
        return {"role": named, **found}
    return found


trust_indicators = many(_trusted)
news_type = one_of(
    "text",
    "audio",
    "video",
    "picture",
    "graphic",
    "composite",
    "component",
    "event",
    "planning",
    preformatted="text",
)
