"""The values that stand under a name in the store, as bytes and back: MessagePack, short.

A family that is the uri it stands under is left out, as most are.
"""

from __future__ import annotations

import msgspec

from consumers.store_names import Redirect, Row
from processors.claims import Claim

_ROW = msgspec.msgpack.Decoder(tuple[str, str, str, str])


def redirect_bytes(redirect: Redirect, uri: str) -> bytes:
    """A redirect as it stands under its uri."""
    family = "" if redirect.family == uri else redirect.family
    return msgspec.msgpack.encode((redirect.orphan, family, *redirect.former))


def redirect_of(value: bytes, uri: str) -> Redirect:
    """The redirect back."""
    orphan, family, *former = msgspec.msgpack.decode(value)
    return Redirect(family or uri, orphan, tuple(former))


def row_bytes(family: str, ask: Claim) -> bytes:
    """The row of a family whose first article asks."""
    return msgspec.msgpack.encode(
        (ask.uri, ask.source, ask.version, "" if family == ask.uri else family)
    )


def row_of(value: bytes) -> Row | None:
    """The row back; None for no bytes."""
    if not value:
        return None
    uri, source, version, family = _ROW.decode(value)
    return Row(family or uri, uri, source, version)
