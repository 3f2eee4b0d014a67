"""The item that an article becomes, held against IPTC's ninjs 3.1 schema; see ``tools.fuzz.iptc``."""

from __future__ import annotations

import pytest

from tools.fuzz.iptc import NINJS, faults, published

__all__ = ["NINJS", "faults", "needs_iptc", "published"]

needs_iptc = pytest.mark.skipif(
    not NINJS.is_dir(), reason="IPTC's schemas and examples are not beside this repository"
)
