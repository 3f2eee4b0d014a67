"""Does anything that was cleaned still run in a browser? ``python -m tools.browser_check``.

Loads sources that run a script (``tests/corpus/running.json``, and what chance makes of them) in
Chromium, as they are and cleaned with some paragraphs dropped, and counts those that ran. Needs
``chromium`` on the PATH; nothing but this uses it. Exit code 1 where anything cleaned ran.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from processors.html import remove, split_html

ROOT = Path(__file__).parent.parent
_PIECES = (
    "<p> </p> \" ' > <!-- --> <b> <svg> </svg> <table> <math> </style> <style> <select> \0 &lt; "
    "<br><br> text <![CDATA[ ]]> / = <title> </title> <textarea> </textarea> <template> <noscript>"
).split(" ")
_PAGE = """<!doctype html><meta charset=utf-8><body><script>
const sources = %s, ran = {};
window.hit = which => { ran[which] = 1; };
const load = source => new Promise(done => {
  const frame = document.createElement('iframe');
  const end = () => setTimeout(() => {
    try { frame.contentDocument.querySelectorAll('a').forEach(each => each.click()); } catch (e) {}
    setTimeout(() => { frame.remove(); done(); }, 40);
  }, 60);
  frame.onload = end;
  setTimeout(end, 400);
  frame.srcdoc = '<!doctype html><body>' + source;
  document.body.appendChild(frame);
});
(async () => {
  for (let at = 0; at < sources.length; at += 20)
    await Promise.all(sources.slice(at, at + 20).map(load));
  document.documentElement.innerHTML = '<pre>RAN ' + JSON.stringify(Object.keys(ran)) + '</pre>';
})();
</script>"""


def main() -> int:
    """Check; 0 where nothing cleaned ran."""
    asked = argparse.ArgumentParser(prog="python -m tools.browser_check", description=__doc__)
    asked.add_argument("--mixed", type=int, default=600, help="sources that chance mixes")
    asked.add_argument("--seed", type=int, default=5)
    given = asked.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - it must repeat by its seed
    known: list[str] = json.loads((ROOT / "tests/corpus/running.json").read_text("utf-8"))
    mixed = known + [_mixed(chance, known) for _ in range(given.mixed)]
    sources = [each.replace("RUN", f"parent.hit({n})") for n, each in enumerate(mixed)]
    before, after = _ran(sources), _ran([_cleaned(chance, each) for each in sources])
    print(f"{len(sources)} sources: {len(before)} ran as they came, {len(after)} cleaned")
    for number in after:
        print(repr(sources[int(number)]))
    return 1 if after or not before else 0


def _mixed(chance: random.Random, known: list[str]) -> str:
    def piece() -> str:
        one = chance.choice(known)
        cut = one[: chance.randint(1, 30)]
        return chance.choice([one, cut, chance.choice(_PIECES), chance.choice(_PIECES)])

    return "".join(piece() for _ in range(chance.randint(2, 8)))


def _cleaned(chance: random.Random, source: str) -> str:
    parsed = split_html(source)
    dropped = [index for index in range(len(parsed.spans)) if chance.random() < 0.4]
    return remove(source, parsed, dropped)[0]


def _ran(sources: list[str]) -> list[str]:
    """The numbers of the sources of which something ran."""
    data = json.dumps(sources).replace("<", "\\u003c")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(_PAGE % data, encoding="utf-8")
        done = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--timeout=240000",
             "--virtual-time-budget=400000", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, errors="replace", check=False, timeout=300,
        )  # fmt: skip
    found = re.search(r"RAN (\[[^<]*\])", done.stdout)
    if found is None:
        sys.exit("the browser did not come to the end of the page")
    numbers: list[str] = json.loads(found.group(1))
    return numbers


if __name__ == "__main__":
    sys.exit(main())
