"""``copydesk doctor``: what is wrong, and what to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from consumers.cli.options import json_option

if TYPE_CHECKING:
    from consumers.doctor.findings import Finding

_COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check Kafka, Redis, topics, recent input and settings, and say what to do. Changes nothing.

    \b
    Exit codes: 0 no problem, 1 a problem, 3 Kafka or Redis cannot be reached.
    Example:
      copydesk doctor
    """
    from consumers.cli.output import print_json
    from consumers.doctor.run import findings

    found: list[Finding] = []
    for finding in findings(os.environ, ctx.find_root().obj):
        found.append(finding)
        if not as_json:
            _say(finding)
    problems = [each for each in found if each.level == "problem"]
    if as_json:
        print_json({"ok": not problems, "findings": found})
    else:
        _sum_up(found)
    if any(each.unreachable for each in problems):
        ctx.exit(3)
    ctx.exit(1 if problems else 0)


def _say(finding: Finding) -> None:
    from consumers.cli.output import safe

    label = click.style(f"{finding.level:<8}", fg=_COLOURS[finding.level])
    click.echo(f"{label} {finding.check}: {safe(finding.message)}")
    if finding.mend:
        click.echo(f"{'':<8} {'':>{len(finding.check)}}  {safe(finding.mend)}")


def _sum_up(found: list[Finding]) -> None:
    problems = sum(each.level == "problem" for each in found)
    warnings = sum(each.level == "warning" for each in found)
    if not problems and not warnings:
        click.echo("All is well.")
        return
    click.echo(f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
