"""The report of an evaluation: Markdown tables, and plots where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.evaluate.rows import Row

HEADS = ("corpus", "language", "texts", "precision", "recall", "F1", "calibration", "µs/kB", "note")


def write(rows: Sequence[Row], folder: Path) -> Path:
    """Writes ``report.md`` and its plots into a folder that exists; gives the report's path."""
    parts = ["# Evaluation\n"]
    plots = draw(rows, folder)
    for kind in sorted({row.kind for row in rows}):
        parts.append(f"\n## {kind}\n")
        parts.append(markdown([row for row in rows if row.kind == kind]))
        parts.append(reliability([row for row in rows if row.kind == kind]))
        parts.extend(f"\n![{kind}]({name})\n" for name in plots.get(kind, ()))
    path = folder / "report.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def markdown(rows: Sequence[Row]) -> str:
    """One table; shares with three decimals, times in microseconds of one core a kilobyte."""
    lines = [f"| {' | '.join(HEADS)} |", f"|{' --- |' * len(HEADS)}"]
    for row in rows:
        shares = (row.precision, row.recall, row.f1, row.calibration)
        cells = [row.corpus, row.language, f"{row.records:,}"]
        cells += ["" if share is None else f"{share:.3f}" for share in shares]
        cells += ["" if row.per_kilobyte is None else f"{row.per_kilobyte:.0f}", row.note]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def reliability(rows: Sequence[Row]) -> str:
    """How often tags said with about the same confidence were right, a row a corpus and language:
    ``right of so many``, in hundredths. Empty where no row has confidences.
    """
    banded = [row for row in rows if row.bands]
    if not banded:
        return ""
    heads = ["corpus", "language", *(f"{at}0 to {at}9" for at in range(9)), "90 to 100"]
    lines = ["Of the tags said with a confidence of ..., right were:\n"]
    lines += [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for row in banded:
        cells = [""] * 10
        for said, right, count in row.bands:
            cells[min(int(round(said * 100, 6)) // 10, 9)] = f"{100 * right:.0f} of {count:,}"
        lines.append(f"| {' | '.join([row.corpus, row.language, *cells])} |")
    return "\n".join(lines) + "\n"


def draw(rows: Sequence[Row], folder: Path) -> dict[str, list[str]]:
    """Plots by kind: F1 by corpus and language, and said against right; none without matplotlib."""
    try:
        import matplotlib as mpl  # noqa: PLC0415 - wanted for the plots only
    except ImportError:
        return {}
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - after the backend is chosen

    drawn: dict[str, list[str]] = {}
    for kind in sorted({row.kind for row in rows}):
        some = [row for row in rows if row.kind == kind and row.f1 is not None]
        name = "".join(char if char.isalnum() else "-" for char in kind).strip("-")
        if some:
            figure, axes = plt.subplots(figsize=(8, 1 + 0.28 * len(some)))
            labels = [f"{row.corpus} {row.language}" for row in some]
            axes.barh(labels, [row.f1 or 0 for row in some], color="#33658a")
            axes.invert_yaxis()
            axes.set(xlim=(0, 1), xlabel="F1", title=kind)
            _save(figure, folder / f"{name}-f1.png")
            drawn.setdefault(kind, []).append(f"{name}-f1.png")
        banded = [row for row in some if row.bands]
        if banded:
            figure, axes = plt.subplots(figsize=(5, 5))
            axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
            for corpus in sorted({row.corpus for row in banded}):
                points = pooled([row for row in banded if row.corpus == corpus])
                axes.plot(*zip(*points, strict=True), marker="o", label=corpus)
            axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence said", ylabel="share right")
            axes.legend(fontsize=8)
            _save(figure, folder / f"{name}-calibration.png")
            drawn.setdefault(kind, []).append(f"{name}-calibration.png")
    plt.close("all")
    return drawn


def pooled(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Said and right of all rows together, a point a tenth of confidence that 20 tags have."""
    tenths: dict[int, list[tuple[float, float, int]]] = {}
    for band in (band for row in rows for band in row.bands):
        tenths.setdefault(min(int(band[0] * 10), 9), []).append(band)
    points = [(0.0, 0.0)]
    for _, bands in sorted(tenths.items()):
        count = sum(band[2] for band in bands)
        if count >= 20:
            said = sum(band[0] * band[2] for band in bands) / count
            points.append((said, sum(band[1] * band[2] for band in bands) / count))
    return points


def _save(figure: object, path: Path) -> None:
    figure.savefig(path, dpi=110, bbox_inches="tight")  # type: ignore[attr-defined] # untyped
