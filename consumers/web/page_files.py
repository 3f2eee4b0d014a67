"""The files that make up the lag page: its own, and those of the charting library."""

from __future__ import annotations

from consumers import resources
from consumers.web.server import Reply

_OWN = {
    "/": "lag.html",
    "/lag.css": "lag.css",
    "/lag.js": "lag.js",
    "/charts.js": "charts.js",
    "/words.js": "words.js",
    "/lag.svg": "lag.svg",
}
_CHARTS = ("uplot.iife.min.js", "uplot.min.css")
_KINDS = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
}


def page_files() -> dict[str, Reply]:
    """Each file by its path. Raises CopydeskError where the charting library is not installed."""
    found = {path: (name, resources.page(name)) for path, name in _OWN.items()}
    found |= {f"/{name}": (name, resources.chart_library(name)) for name in _CHARTS}
    return {
        path: (200, f"{_KINDS[name.rpartition('.')[2]]}; charset=utf-8", body)
        for path, (name, body) in found.items()
    }
