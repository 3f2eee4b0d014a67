"""``copydesk restore``: an article as its source sent it."""

from __future__ import annotations

import sys

import click

from consumers.cli.options import json_option, settings_of


@click.command()
@click.argument("uri")
@click.option("--origin", metavar="TOPIC/PARTITION/OFFSET", help="Another record than the latest.")
@click.option(
    "--publish",
    "to_output",
    is_flag=True,
    help="Send the whole item to the output topic, marked by the header copydesk-restored.",
)
@click.option(
    "--though-withdrawn",
    is_flag=True,
    help="With --publish: send it even where its uri was withdrawn since.",
)
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    uri: str,
    origin: str | None,
    to_output: bool,
    though_withdrawn: bool,
    as_json: bool,
) -> None:
    """Rebuild the body of the article URI from output and audit, letter for letter.

    Prints it as it came, and nothing else. With --publish, an article that was withdrawn since is
    refused.

    \b
    Examples:
      copydesk restore urn:newsml:agency.example:20261123:storm > storm.txt
      copydesk restore --publish urn:newsml:agency.example:20261123:storm
    """
    from consumers import restoring
    from consumers.cli.output import print_json, safe

    if though_withdrawn and not to_output:
        raise click.UsageError("--though-withdrawn goes with --publish.", ctx)
    settings = settings_of(ctx)
    audit = restoring.audit_of(settings, uri, origin)
    if to_output:
        sent = restoring.publish(settings, audit, though_withdrawn=though_withdrawn)
        where = {"topic": settings.output, "partition": sent.partition, "offset": sent.offset}
        if as_json:
            print_json({"uri": uri, "origin": audit.origin, **where})
        else:
            place = "/".join(str(part) for part in where.values())
            click.echo(f"{safe(uri)}: the whole item is in {place}")
        return
    body = restoring.body_of(settings, audit)
    if as_json:
        print_json({"uri": uri, "origin": audit.origin, "body_type": audit.body_type, "body": body})
    else:
        sys.stdout.buffer.write(body.encode("utf-8", "surrogatepass"))
        sys.stdout.buffer.flush()
