"""``copydesk explain``: what was dropped from an article, and why."""

from __future__ import annotations

import os

import click

from consumers.cli.options import json_option, settings_of
from consumers.settings import Settings


@click.command()
@click.argument("uri")
@click.option("--all", "every", is_flag=True, help="Every audit record of the article, by time.")
@click.option(
    "--changes", "changed", is_flag=True, help="Only what changed against the version before."
)
@click.option("--lost-to", "lost", is_flag=True, help="Who lost paragraphs to the article instead.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, *, uri: str, every: bool, changed: bool, lost: bool, as_json: bool
) -> None:
    """Tell what was dropped from the article URI, by which rule, in whose favour.

    Reads the audit topic, and the output topic for the text. With --json, the latest audit record;
    with --changes, --all or --lost-to what these show, one object or one a line.

    \b
    Examples:
      copydesk explain urn:newsml:agency.example:20261123:storm
      copydesk explain --changes --json urn:newsml:agency.example:20261123:storm
      copydesk explain --lost-to urn:newsml:agency.example:20261123:storm
    """
    if every + changed + lost > 1:
        raise click.UsageError("Name one of --all, --changes and --lost-to.", ctx)
    settings = settings_of(ctx)
    if lost:
        _tell_losers(settings, uri, as_json)
    elif every:
        _tell_every(settings, uri, as_json)
    elif changed:
        _tell_changes(settings, uri, as_json)
    else:
        _tell(settings, uri, as_json)


def _tell(settings: Settings, uri: str, as_json: bool) -> None:
    from consumers import explaining
    from consumers.cli import explain_view, links, output

    if as_json:
        output.print_json(next(explaining.every(settings, uri)))
        return
    out = output.console()
    linked = links.shown_by(os.environ, terminal=out.is_terminal)
    explain_view.show(out, explaining.account(settings, uri, explaining.REACH), linked=linked)


def _tell_changes(settings: Settings, uri: str, as_json: bool) -> None:
    from consumers import explaining
    from consumers.cli import explain_view, output

    told = explaining.account(settings, uri)
    if as_json:
        output.print_json(explaining.delta(told))
    else:
        explain_view.show_changes(output.console(), told)


def _tell_every(settings: Settings, uri: str, as_json: bool) -> None:
    from consumers import explaining
    from consumers.cli import article_view, output

    out = output.console()
    for audit in reversed(list(explaining.every(settings, uri))):
        if as_json:
            output.print_json(audit)
        else:
            out.print(article_view.heading(audit))


def _tell_losers(settings: Settings, uri: str, as_json: bool) -> None:
    from consumers.cli import bars, explain_view, output
    from consumers.losses import held, losers

    with bars.of_records("reading the audit topic", held(settings)) as moved:
        found = losers(settings, uri, moved)
    if as_json:
        for each in found:
            output.print_json(each)
    else:
        explain_view.show_losers(output.console(), uri, found)
