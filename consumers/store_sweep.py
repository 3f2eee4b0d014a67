"""Deleting all that stands under one namespace, over whatever client runs the commands."""

from __future__ import annotations

import re
from typing import Any

_AT_ONCE = 1_000
#: What a pattern of SCAN reads as more than itself.
_SPECIAL = re.compile(r"([*?\[\]\\^])")


async def sweep(client: Any, namespace: str) -> int:
    """Delete every key of the namespace; how many there were.

    Keys are found in steps, so that the server answers others meanwhile. Every key of copydesk has
    its tag behind the namespace, so one namespace that begins like another takes nothing of it.
    """
    pattern = _SPECIAL.sub(r"\\\1", namespace) + "{*"
    gone = 0
    keys: list[bytes] = []
    async for key in client.scan_iter(match=pattern, count=_AT_ONCE):
        keys.append(key)
        if len(keys) == _AT_ONCE:
            gone += await _unlink(client, keys)
            keys = []
    return gone + await _unlink(client, keys)


async def _unlink(client: Any, keys: list[bytes]) -> int:
    if not keys:
        return 0
    # One command a key: on a cluster, keys of one command must lie in one slot.
    pipe = client.pipeline(transaction=False)
    for key in keys:
        pipe.unlink(key)
    return sum(await pipe.execute())
