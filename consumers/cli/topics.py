"""``copydesk topics create|list``: the topics, as the settings name them."""

from __future__ import annotations

from typing import Any

import click

from consumers.cli.options import json_option, settings_of
from consumers.settings import Settings


@click.group()
def command() -> None:
    """Create and list the topics."""


@command.command()
@click.option("--mend", is_flag=True, help="Also set what differs in topics that are there.")
@json_option
@click.pass_context
def create(ctx: click.Context, mend: bool, as_json: bool) -> None:
    """Create the topics that are not there yet; running it again changes nothing.

    \b
    Examples:
      copydesk topics create
      copydesk topics create --mend
    """
    from consumers.cli.output import print_json

    told = create_all(settings_of(ctx), mend=mend)
    if as_json:
        print_json({"topics": told})
        return
    for each in told:
        _say(each)


def create_all(settings: Settings, *, mend: bool = False) -> list[dict[str, Any]]:
    """Create what is not there, and tell of each topic what was done and what differs."""
    from consumers import topics
    from consumers.kafka_client import connection
    from consumers.kafka_client.topics import configs, configure
    from consumers.kafka_client.topics import create as create_topic

    told: list[dict[str, Any]] = []
    with connection.connect(settings) as kafka:
        roles = topics.roles(settings)
        for plan in topics.plans(settings, connection.version(kafka)):
            created = create_topic(kafka, plan)
            found = configs(kafka, [plan.name])[plan.name]
            wrong = topics.differences(roles[plan.name], settings, found)
            if mend and wrong:
                configure(kafka, plan.name, {each.key: each.wanted for each in wrong})
            told.append(
                {
                    "topic": plan.name,
                    "created": created,
                    "mended": [each.key for each in wrong] if mend else [],
                    "differs": [] if mend else wrong,
                }
            )
    return told


def _say(told: dict[str, Any]) -> None:
    done = "created" if told["created"] else "is there already"
    click.echo(f"{told['topic']}: {done}")
    for key in told["mended"]:
        click.echo(f"  {key}: set")
    for each in told["differs"]:
        click.echo(f"  {each.key} is {each.found}, not {each.wanted}: {each.why}")
        click.echo("  (`copydesk topics create --mend` sets it)")


@command.command(name="list")
@click.option("--all", "every", is_flag=True, help="Every topic of the cluster, not just ours.")
@json_option
@click.pass_context
def list_(ctx: click.Context, every: bool, as_json: bool) -> None:
    """List the topics: partitions, replicas, how long and how much they keep.

    \b
    Examples:
      copydesk topics list
      copydesk topics list --all --json
    """
    from consumers import topics
    from consumers.cli.output import print_json

    settings = settings_of(ctx)
    roles = topics.roles(settings)
    rows = _rows(ctx, None if every else list(roles))
    missing = [name for name in roles if name not in {row["topic"] for row in rows}]
    for row in rows:
        row["role"] = roles.get(row["topic"])
    if as_json:
        print_json({"topics": rows, "missing": missing})
        return
    _table(rows)
    if missing:
        click.echo(f"Not there: {', '.join(missing)}. Run `copydesk topics create`.")


def _rows(ctx: click.Context, names: list[str] | None) -> list[dict[str, Any]]:
    from consumers.kafka_client import connection
    from consumers.kafka_client.offsets import earliest, latest
    from consumers.kafka_client.topics import configs, topics
    from consumers.kafka_client.words import Place

    with connection.connect(settings_of(ctx)) as kafka:
        found = {name: each for name, each in topics(kafka, names).items() if not each.internal}
        known = configs(kafka, found)
        places = [
            Place(name, number)
            for name, each in found.items()
            for number in range(each.partitions)
            if number not in each.leaderless
        ]
        starts, ends = earliest(kafka, places), latest(kafka, places)
    return [
        {
            "topic": name,
            "partitions": each.partitions,
            "replication": each.replication,
            "offsets": sum(ends[p] - starts[p] for p in places if p.topic == name and p in ends),
            "retention_ms": int(known[name]["retention.ms"]),
            "max_message_bytes": int(known[name]["max.message.bytes"]),
            "cleanup_policy": known[name]["cleanup.policy"],
            "leaderless": list(each.leaderless),
        }
        for name, each in sorted(found.items())
    ]


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from consumers.cli.output import console
    from consumers.settings.table import duration_text

    table = Table(box=None, header_style="bold")
    for heading in ("Topic", "Part", "Partitions", "Replicas", "Offsets kept", "Kept for"):
        table.add_column(heading, justify="left" if heading in {"Topic", "Part"} else "right")
    for row in rows:
        keeps = row["retention_ms"]
        table.add_row(
            row["topic"],
            row["role"] or "",
            str(row["partitions"]),
            str(row["replication"]),
            f"{row['offsets']:,}",
            "ever" if keeps < 0 else duration_text(keeps / 1000),
        )
    console().print(table)
