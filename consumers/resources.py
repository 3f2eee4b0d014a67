"""The packaged data files: tables in ``processors/data/``, read as bytes and handed to the core.

The core never opens a file; whoever builds it reads its tables here.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from importlib.resources import files
from pathlib import Path

from consumers.errors import CopydeskError

#: uPlot 1.6.31, MIT, as its maker released it (dist/ of the package uplot). The wheel of youplot
#: carries these files unchanged; nothing else of it is used, and it asks for no other package.
_CHARTS = "youplot"
_CHART_FILES = {
    "uplot.iife.min.js": "2d27e8ad3d228164525ce213f9dc716f39b4e3aee0cc773fb3491c96cf4921a2",
    "uplot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
}


def read(name: str) -> bytes:
    """The bytes of one packaged data file, such as ``places.tsv.gz``.

    Raises ``FileNotFoundError`` where the package lacks it, naming what is missing.
    """
    if "/" in name or name.startswith("."):
        raise ValueError(f"{name!r} is not the plain name of a data file")
    try:
        return files("processors").joinpath("data", name).read_bytes()
    except FileNotFoundError:
        message = f"the installed copydesk lacks its data file {name!r}: install it again"
        raise FileNotFoundError(message) from None


def page(name: str) -> bytes:
    """One file of the lag page, such as ``lag.html``."""
    return files("consumers").joinpath("web", "static", name).read_bytes()


def chart_library(name: str) -> bytes:
    """One file of the charting library, ``uplot.iife.min.js`` or ``uplot.min.css``.

    Raises CopydeskError where it is not installed, or is not the file that its maker released: it
    runs in a reader's browser.
    """
    try:
        found = metadata.distribution(_CHARTS).locate_file(f"{_CHARTS}/vendor/{name}")
        body = Path(str(found)).read_bytes()
    except (metadata.PackageNotFoundError, OSError):
        raise CopydeskError(
            f"the charting library of the lag page is not here: install the package {_CHARTS}"
        ) from None
    if hashlib.sha256(body).hexdigest() != _CHART_FILES[name]:
        raise CopydeskError(
            f"{name} of the package {_CHARTS} is not the file of uPlot 1.6.31: install the version "
            "that copydesk asks for"
        )
    return body
