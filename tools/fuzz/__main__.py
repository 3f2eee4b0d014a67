"""``python -m tools.fuzz``: fuzz each target in a process of its own, and keep what it finds.

Needs atheris (``pip install atheris``), which the project does not pin: it is heavy, and nothing
but this uses it. The corpus grows in ``build/fuzz/corpus``; an input that breaks a promise is left
in ``build/fuzz/found`` and can be tried again: ``python -m tools.fuzz html --input FILE``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
HOME = ROOT / "build" / "fuzz"
#: Where inputs to begin with are: documents of every format, and the corpus of the tests.
SEEDS = (
    ROOT / "tests" / "processors" / "formats" / "agencies",
    ROOT / "tests" / "corpus",
    ROOT / "contract" / "examples",
    ROOT.parent / "shared" / "schemas" / "ninjs" / "test_suite",
)
_LONGEST = 16_384


def main() -> int:
    """Fuzz; 0 where nothing was found."""
    asked = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    asked.add_argument("targets", nargs="*", metavar="TARGET", help="default: all")
    asked.add_argument("--minutes", type=float, default=1.0, help="for each target")
    asked.add_argument("--input", type=Path, help="try one file on one target, and end")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        return _inside(given.targets[0], given.minutes)
    from tools.fuzz.targets import TARGETS  # noqa: PLC0415 - inside, it is imported instrumented

    if unknown := [name for name in given.targets if name not in TARGETS]:
        asked.error(f"there is no target {unknown[0]}; there are {', '.join(TARGETS)}")
    chosen = given.targets or list(TARGETS)
    if given.input is not None:
        TARGETS[chosen[0]](given.input.read_bytes())
        return 0
    found = 0
    for name in chosen:
        started = time.monotonic()
        command = [sys.executable, "-m", "tools.fuzz", name, "--inside"]
        code = subprocess.run([*command, f"--minutes={given.minutes}"], cwd=ROOT, check=False)
        minutes = (time.monotonic() - started) / 60
        print(f"{name}: {minutes:.1f} minutes, {'nothing' if not code.returncode else 'SOMETHING'}"
              f" found, {len(list((HOME / 'corpus' / name).iterdir()))} inputs kept")  # fmt: skip
        found += bool(code.returncode)
    return min(found, 1)


def _inside(name: str, minutes: float) -> int:
    try:
        import atheris  # noqa: PLC0415 - a tool that most people do not have
    except ImportError:
        print("atheris is not installed here: pip install atheris", file=sys.stderr)
        return 2
    corpus, found = HOME / "corpus" / name, HOME / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    _plant(corpus, led=name in ("decode", "judge"))
    with atheris.instrument_imports(include=["processors"]):
        from tools.fuzz.targets import TARGETS  # noqa: PLC0415 - now, so that it is instrumented
    options = [
        f"-max_total_time={int(minutes * 60)}", f"-max_len={_LONGEST}", "-timeout=20",
        "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0",
        f"-artifact_prefix={found}/{name}-", str(corpus),
    ]  # fmt: skip
    atheris.Setup([name, *options], TARGETS[name])
    atheris.Fuzz()
    return 0


def _plant(corpus: Path, *, led: bool) -> None:
    """Documents to begin with; ``led`` by the byte that chooses the content type."""
    for folder in SEEDS:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            value = path.read_bytes()
            if len(value) < _LONGEST:
                (corpus / f"seed-{path.name}").write_bytes(b"\0" + value if led else value)


if __name__ == "__main__":
    sys.exit(main())
