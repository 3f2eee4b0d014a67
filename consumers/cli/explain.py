"""``copydesk explain``: what was dropped from an article, and why."""

from __future__ import annotations

import click

from consumers.cli.options import json_option, settings_of
from consumers.errors import CopydeskError


@click.command()
@click.argument("uri")
@json_option
@click.pass_context
def command(ctx: click.Context, uri: str, as_json: bool) -> None:
    """Tell what was dropped from the article URI, by which rule, in whose favour.

    \b
    Reads the audit topic, and the output topic for the text. Example:
      copydesk explain urn:newsml:agency.example:20261123:storm
    """
    from consumers import lookups
    from consumers.cli import article_view, output
    from processors.audit import original_body

    settings = settings_of(ctx)
    found = next(lookups.audits_of(settings, uri), None)
    if found is None:
        raise CopydeskError(
            f"the topic {settings.audit!r} holds no record of {uri!r}: it was never processed, "
            "its record is gone by the topic's retention, or the uri is written otherwise"
        )
    _, audit = found
    if as_json:
        output.print_json(audit)
        return
    item = lookups.item_of(settings, uri, audit.origin) if audit.original is None else None
    try:
        body: str | None = original_body(audit, item) if audit.digest else None
    except ValueError:
        body = None
    article_view.show(output.console(), audit, body)
