"""The packaged data files: tables in ``processors/data/``, read as bytes and handed to the core.

The core never opens a file; whoever builds it reads its tables here.
"""

from __future__ import annotations

from importlib.resources import files


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
