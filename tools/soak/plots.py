"""Draws what a soak saw: memory, open files, Redis, lag, over the minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.soak.samples import Sample


def draw(samples: list[Sample], file: Path) -> None:
    """Four panels, one below the other, into a PNG or SVG."""
    # Here, since it is slow to load and only --plot needs it.
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    seen = [s for s in samples if s.lag < 1 << 30]
    minutes = [s.at / 60 for s in seen]
    figure, panels = plt.subplots(4, 1, sharex=True, figsize=(8, 9), layout="constrained")
    rows: list[tuple[str, list[float], str]] = [
        ("worker processes, resident memory, MB", [s.worker_mb for s in seen], "C0"),
        ("worker processes, open files", [float(s.worker_files) for s in seen], "C1"),
        ("Redis, used memory, MB", [s.redis_mb for s in seen], "C2"),
        ("lag, records not yet committed", [float(s.lag) for s in seen], "C3"),
    ]
    for panel, (title, values, colour) in zip(panels, rows, strict=True):
        panel.plot(minutes, values, color=colour, linewidth=1)
        panel.set_title(title, fontsize=9, loc="left")
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.3)
        _mark_phases(panel, seen)
    panels[-1].set_xlabel("minutes")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, dpi=80)
    plt.close(figure)


def _mark_phases(panel: Any, seen: list[Sample]) -> None:
    before = ""
    for sample in seen:
        if sample.phase != before:
            panel.axvline(sample.at / 60, color="grey", linewidth=0.6, linestyle=":")
            top = panel.get_ylim()[1]
            panel.text(sample.at / 60, top, f" {sample.phase}", fontsize=6, va="top", rotation=90)
        before = sample.phase
