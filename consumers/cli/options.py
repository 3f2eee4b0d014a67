"""What verbs share: the settings in force, and options that mean the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import click

from consumers.settings import Settings, load

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON: one object, or one a line."
)


def settings_of(ctx: click.Context) -> Settings:
    """The settings in force for this call. Raises SettingsError."""
    config = ctx.find_root().obj
    return load(os.environ, config if isinstance(config, Path) else None)
