"""The progress bars of verbs: by bytes of files, and by records."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def of_files(
    what: str, names: tuple[str, ...], *, quiet: bool = False
) -> Iterator[Callable[[int], None]]:
    """A progress bar by bytes, where there is a terminal and the size is known."""
    from consumers.cli.output import console, on_terminal
    from consumers.outbox import STDIN, files

    if quiet or not on_terminal() or STDIN in names:
        yield lambda _bytes: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    total = sum(Path(each).stat().st_size for each in files(names) if Path(each).is_file())
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)


@contextlib.contextmanager
def of_records(what: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A progress bar by records, where there is a terminal; it hears how many more were passed."""
    from consumers.cli.output import console, on_terminal

    if quiet or not on_terminal():
        yield lambda _count: None
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda count: shown.advance(task, count)
