"""Writes ``docs/settings.md`` from the table of settings; a test holds the file to it.

``python -m consumers.settings.page > docs/settings.md``
"""

from __future__ import annotations

import sys

from consumers.settings.table import Setting, table

_HEAD = """# Settings

Each is an environment variable, or the same name in small letters without `COPYDESK_` in a TOML
file that `COPYDESK_CONFIG` or `--config` names; the environment beats the file.

- Lists are comma-separated (arrays in TOML). Durations are `7d`, `12h`, `15m`, `90s`, `50ms`, or
  a number of seconds.
- `COPYDESK_<NAME>_FILE` names a file that holds the value, for secrets.
- An unknown setting, or a value that it does not take, is an error that names it.
- `COPYDESK_CACHE`, the folder that `copydesk services` downloads to, is read by that command alone.

This page is made from the code: `python -m consumers.settings.page > docs/settings.md`.
"""


def markdown() -> str:
    """The page."""
    lines = [_HEAD.rstrip()]
    section = ""
    for setting in table().values():
        if setting.section != section:
            section = setting.section
            lines += ["", f"## {section}", ""]
            lines += ["| variable | default | takes | what it does |", "| --- | --- | --- | --- |"]
        lines.append(_row(setting))
    return "\n".join(lines) + "\n"


def _row(setting: Setting) -> str:
    default = f"`{setting.default_text}`" if setting.default_text else "(empty)"
    secret = " Never shown in messages or logs." if setting.name == "kafka_password" else ""
    return f"| `{setting.variable}` | {default} | {setting.takes} | {setting.description}{secret} |"


if __name__ == "__main__":
    sys.stdout.write(markdown())
