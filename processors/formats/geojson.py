"""GeoJSON (RFC 7946), as far as a place of a news item carries it: geometries and features."""

from __future__ import annotations

from typing import Any

#: Geometry type -> how deep its positions lie in ``coordinates``, and how many there must be.
_GEOMETRIES = {
    "Point": (0, 1),
    "MultiPoint": (1, 0),
    "LineString": (1, 2),
    "MultiLineString": (2, 2),
    "Polygon": (2, 4),
    "MultiPolygon": (3, 4),
}


def geometry(value: Any) -> dict[str, Any] | None:
    """The geometry or feature, without members of its sender's own; None where it is not valid."""
    if not isinstance(value, dict):
        return None
    kind = value.get("type")
    if kind == "Feature":
        inner = geometry(value.get("geometry"))
        return {"type": kind, "properties": None, "geometry": inner} if inner else None
    known = _GEOMETRIES.get(kind) if isinstance(kind, str) else None
    if known is None or not _positions(value.get("coordinates"), *known):
        return None
    return {"type": kind, "coordinates": value["coordinates"]}


def _positions(value: Any, depth: int, least: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth == 0:
        return 2 <= len(value) <= 3 and all(
            isinstance(each, (int, float)) and not isinstance(each, bool) for each in value
        )
    enough = len(value) >= (least if depth == 1 else 0)
    return enough and all(_positions(each, depth - 1, least) for each in value)
