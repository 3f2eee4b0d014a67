"""``python -m tools.fuzz``: fuzz each target in a process of its own, and keep what it finds.

There is one target for each decoder, named like its format, and others for what they all share.
Needs atheris (``pip install atheris``), which the project does not pin: it is heavy, and nothing
but this uses it. The corpus grows in ``build/fuzz/corpus``; an input that breaks a promise is left
in ``build/fuzz/found`` and can be tried again: ``python -m tools.fuzz html --input FILE``.
"""

from __future__ import annotations

import argparse
import resource
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
    ROOT.parent / "shared" / "schemas" / "ninjs" / "examples",
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
        started, before = time.monotonic(), _spent()
        command = [sys.executable, "-m", "tools.fuzz", name, "--inside"]
        code = subprocess.run([*command, f"--minutes={given.minutes}"], cwd=ROOT, check=False)
        minutes = (time.monotonic() - started) / 60
        kept = len(list((HOME / "corpus" / name).iterdir()))
        what = "SOMETHING" if code.returncode else "nothing"
        print(f"{name}: {minutes:.1f} minutes, {(_spent() - before) / 60:.1f} of CPU, {what} "
              f"found, {kept} inputs kept", flush=True)  # fmt: skip
        found += bool(code.returncode)
    return min(found, 1)


def _spent() -> float:
    """Seconds of CPU that the ended children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _inside(name: str, minutes: float) -> int:
    try:
        import atheris  # noqa: PLC0415 - a tool that most people do not have
    except ImportError:
        print("atheris is not installed here: pip install atheris", file=sys.stderr)
        return 2
    corpus, found = HOME / "corpus" / name, HOME / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["processors"]):
        from tools.fuzz.targets import TARGETS  # noqa: PLC0415 - now, so that it is instrumented
    from tools.fuzz.mutating import structured  # noqa: PLC0415 - it imports what is instrumented

    options = [
        f"-max_total_time={int(minutes * 60)}", f"-max_len={_LONGEST}", "-timeout=20",
        "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=0",
        f"-artifact_prefix={found}/{name}-", str(corpus),
    ]  # fmt: skip
    _plant(corpus, name)
    # looked up at each call, since atheris puts the working one there only when it has begun
    mutator = structured(lambda data, longest: atheris.Mutate(data, longest))  # noqa: PLW0108
    atheris.Setup([name, *options], TARGETS[name], custom_mutator=mutator)
    atheris.Fuzz()
    return 0


def _plant(corpus: Path, name: str) -> None:
    """Documents to begin with: for a decoder, those of its format; for the rest, all.

    Those of ``wire`` and ``judge`` are led by the byte that chooses the content type.
    """
    from tools.fuzz.decoders import DECODERS, known_to  # noqa: PLC0415 - as above

    for folder in SEEDS:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            value = path.read_bytes()
            if len(value) >= _LONGEST or (name in DECODERS and not known_to(name, value)):
                continue
            led = b"\0" if name in ("wire", "judge") else b""
            (corpus / f"seed-{path.name}").write_bytes(led + value)


if __name__ == "__main__":
    sys.exit(main())
