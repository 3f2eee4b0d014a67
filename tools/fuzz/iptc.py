"""The item that an article becomes, held against IPTC's ninjs 3.1 schema."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from processors import item
from processors.article import Article

NINJS = Path(__file__).parents[3] / "shared" / "schemas" / "ninjs"


@functools.cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads((NINJS / "ninjs-schema_3.1.json").read_bytes())
    places = json.loads((NINJS / "test_suite" / "GeoJSON-schema.json").read_bytes())
    registry = Registry().with_resource(
        "https://geojson.org/schema/GeoJSON.json", Resource.from_contents(places, DRAFT7)
    )
    return jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.FormatChecker()
    )


def published(article: Article) -> dict[str, Any]:
    """The cleaned item of an article, as it is published."""
    bodies = [item.Body(article.body_type, article.body)]
    language = article.language or "und"
    cleaned = item.clean(article, article.uri, 1_700_000_000_000, language, bodies, ())
    return msgspec.json.decode(item.encode(cleaned), type=dict[str, Any])


def faults(document: dict[str, Any]) -> list[str]:
    """What the schema has against a document; a uri of the source's own spelling is its own."""
    return [
        f"{'/'.join(map(str, fault.path))}: {fault.message}"
        for fault in validator().iter_errors(document)
        if list(fault.path) != ["uri"]
    ]
