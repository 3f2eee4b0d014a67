"""How claims lie in the store: generations, keys, hashes and the bytes of values.

Layout (every key begins with the namespace; ``{tag}`` is one of 64, so that a cluster keeps what
one script call touches in one slot):

- ``<namespace>{tag}:f:<generation>:<shard>``: claims. Tag and shard come from the fingerprint's
  first 24 bits; the field is its last 14 bytes; the value is the family's hash (8 bytes) and the
  claim's time, counted from the start of its generation.
- ``<namespace>{tag}:n:<generation>:<shard>``: names, under the hash of a uri or family: ``o``, who
  claimed first for the family, and ``r``, the family recorded for the uri.
- ``<namespace>{tag}:w:<period>``: withdrawals, ``u`` by uri and ``f`` by family; a family's mark
  stands under every tag, so that whatever looks at a claim sees it. A period is thirty days.
- ``<namespace>{tag}:m:<generation>`` and ``:m:w``: flags, that there is anything to look for; and
  under the first tag ``<namespace>{tag}:layout``, the settings that claims were laid out by.

A generation is one window of record time. No field has a time to live; keys have.
"""

from __future__ import annotations

import binascii
import hashlib
from functools import lru_cache
from itertools import product

import msgspec

from consumers.errors import UsageFault

TAGS = 64
#: Holds 12 million fingerprints a window in hashes of fewer than 512 fields (docs/store.md).
DEFAULT_SHARDS = 32768
#: What a server's clock, and one worker behind another, may be off before a claim dies early.
GRACE = 86_400_000
_SLOTS = 16384


class Layout(msgspec.Struct, frozen=True):
    """One namespace's layout. Times are milliseconds; ``shards`` counts those of a generation."""

    namespace: str
    window: int
    retention: int
    shards: int
    grace: int

    @property
    def time_bytes(self) -> int:
        """Bytes of a claim's time."""
        return 4 if self.window <= 1 << 32 else 6

    @property
    def claim_bits(self) -> int:
        """Bits of a fingerprint, behind the tag's, that choose the shard."""
        return (self.shards // TAGS).bit_length() - 1

    @property
    def name_bits(self) -> int:
        """The same for names, of which there are fewer: a quarter of the shards."""
        return max(0, self.claim_bits - 2)

    @property
    def claims_live(self) -> int:
        """How long claims live at least after the last write to their key."""
        return 2 * self.window + self.grace

    @property
    def names_live(self) -> int:
        """One window longer: what a claim refers to is on record for as long as the claim."""
        return 3 * self.window + self.grace

    @property
    def marks_live(self) -> int:
        """Withdrawals: as long as raw articles are kept, and never less than what they void."""
        return max(self.retention, self.names_live)

    @property
    def signature(self) -> str:
        """What workers of one namespace must share to see each other's claims."""
        return f"layout 1, window {self.window / 1000:g} s, {self.shards} shards"

    def generation(self, time: int) -> int:
        """The generation of a record's time."""
        return time // self.window


def layout(
    namespace: str, window: float, retention: float, shards: int = 0, grace: int = GRACE
) -> Layout:
    """A layout from settings: ``window`` and ``retention`` in seconds; no ``shards``: the default.

    Raises:
        UsageFault: a value that cannot be used, by the name of its setting.
    """
    if not namespace or "{" in namespace or "}" in namespace:
        raise UsageFault(
            "COPYDESK_NAMESPACE must be a text without { and }, such as copydesk:live:"
        )
    if not 1 <= window <= 10 * 366 * 86400:
        raise UsageFault("COPYDESK_WINDOW must be from 1s to ten years")
    if retention < 0:
        raise UsageFault("COPYDESK_RETENTION must not be negative")
    shards = shards or DEFAULT_SHARDS
    if shards & (shards - 1) or not TAGS <= shards <= TAGS << 18:
        raise UsageFault(f"COPYDESK_SHARDS must be 0 or a power of two from {TAGS} to {TAGS << 18}")
    return Layout(namespace, int(window * 1000), int(retention * 1000), shards, grace)


def name_hash(name: str) -> bytes:
    """64 bits of BLAKE2b over a uri or family; the first byte chooses the tag."""
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


@lru_cache(maxsize=1)
def tags() -> tuple[str, ...]:
    """64 tags of two characters, one in each 64th part of a cluster's slots: any even cut is fair.

    A slot is CRC-16/XMODEM modulo 16384 (Redis Cluster specification, "Key distribution model").
    """
    found: dict[int, str] = {}
    for pair in product("0123456789abcdefghijklmnopqrstuvwxyz", repeat=2):
        tag = "".join(pair)
        slot = binascii.crc_hqx(tag.encode(), 0) % _SLOTS
        found.setdefault(slot * TAGS // _SLOTS, tag)
    return tuple(found[part] for part in range(TAGS))


def arguments(layout: Layout) -> tuple[str | int, ...]:
    """What ``claims.lua`` is told of a layout at every call."""
    return (
        layout.namespace, "".join(tags()), layout.window, layout.time_bytes,
        layout.claim_bits, layout.name_bits, layout.claims_live, layout.names_live,
        layout.marks_live, max(1000, layout.grace // 4),
    )  # fmt: skip
