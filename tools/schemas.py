"""Write the JSON Schema of the audit record from the record itself: python -m tools.schemas.

And the examples of what is published (``tools.contract_examples``). The other schemas of
``contract/schemas`` are written by hand; tests hold all to real records.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from processors.audit import SCHEMA_VERSION, Audit
from tools import contract_examples

PLACE = Path(__file__).parent.parent / "contract" / "schemas" / f"audit.v{SCHEMA_VERSION}.json"


def audit_schema() -> dict[str, Any]:
    """The schema; ``$defs`` hold the records that an audit is made of."""
    own = msgspec.json.schema(Audit)
    defs: dict[str, Any] = own["$defs"]
    top: dict[str, Any] = defs.pop("Audit")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:copydesk:schema:audit:{SCHEMA_VERSION}",
        **top,
        "title": "The audit record of one article",
        "$defs": defs,
    }


def text() -> str:
    """The schema as it stands in its file."""
    encoded = msgspec.json.encode(audit_schema(), order="deterministic")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
    for name, made in contract_examples.examples().items():
        (contract_examples.PLACE / name).write_bytes(made)
