"""What ``copydesk replay --beside`` shows: its plan, what came of it, how it differs."""

from __future__ import annotations

import click
from rich.text import Text

from consumers.cli.article_view import RULES
from consumers.cli.output import console, shown
from consumers.cli.replay_view import table
from consumers.replay.comparing import Report
from consumers.replay.job import Job
from consumers.replay.running import Done
from processors.differences import Difference
from processors.times import text_of

_KINDS = {
    "changed": "changed",
    "only_here": "only in the replay",
    "only_there": "only in the live run",
}


def plan(job: Job) -> None:
    """The plan of a run beside."""
    click.echo(f"replay {job.name}, from {shown(job.target)} on, planned at {job.planned_at}")
    rows = table("partition", ".judged from", ".published from", ".to", ".records", "from", "to")
    for each in job.ranges:
        rows.add_row(
            shown(f"{each.topic}/{each.partition}"),
            f"{each.lead:,}",
            f"{each.start:,}",
            f"{each.end:,}",
            f"{each.end - each.start:,}",
            text_of(each.start_time) if each.start_time is not None else "",
            text_of(each.end_time) if each.end_time is not None else "",
        )
    console().print(rows)
    click.echo(
        f"{job.records:,} records at most are judged and published, {job.lead:,} before them are "
        "judged only, so that their claims are there"
    )
    click.echo(f"claims: in {job.namespace}, its own; the live ones are neither read nor written")
    click.echo(f"publishes to {job.output}, {job.audit} and {job.dead}")
    changes = ", ".join(f"{name}={value}" for name, value in job.changes.items())
    click.echo(f"settings: {shown(changes)}" if changes else "settings: as in the live run")


def done(job: Job, came: Done) -> None:
    """What came of a run."""
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(came.verdicts.items()))
    click.echo(f"{job.name}: {came.judged:,} records judged now: {told or 'none to publish'}")


def report(job: Job, found: Report) -> None:
    """How a run differs from the live one."""
    items = found.items
    rows = table("articles", ".")
    for name, count in (
        ("equal", items.equal),
        ("changed", items.changed),
        ("only in the replay", items.only_here),
        ("only in the live run", items.only_there),
        ("published by neither", items.unpublished),
        ("dead letters in the replay", found.dead_here),
        ("dead letters in the live run", found.dead_there),
        ("paragraphs dropped only in the replay", items.dropped_only_here),
        ("paragraphs dropped only in the live run", items.dropped_only_there),
        ("tags only in the replay", items.tags_only_here),
        ("tags only in the live run", items.tags_only_there),
    ):
        rows.add_row(name, f"{count:,}")
    out = console()
    out.print(rows)
    for each in found.differences:
        out.print(_difference(each))
    left = items.changed + items.only_here + items.only_there - len(found.differences)
    if left > 0:
        click.echo(f"{left:,} more: `copydesk replay report {job.name} --details {left + 100}`")


def _difference(each: Difference) -> Text:
    text = Text()
    text.append(shown(each.uri or each.origin), style="bold")
    text.append(f"  {_KINDS[each.kind]}", style="yellow")
    text.append(f"  ({shown(each.origin)})", style="dim")
    if each.here != each.there:
        text.append(f"\n  replay: {shown(each.here)}; live: {shown(each.there)}")
    for paragraph in each.paragraphs:
        here = paragraph.dropped == "here"
        text.append(
            "\n  - dropped only in the replay: "
            if here
            else "\n  + dropped only in the live run: ",
            style="red" if here else "green",
        )
        text.append(shown(paragraph.text))
        why = RULES.get(paragraph.rule, paragraph.rule)
        owner = f", {shown(paragraph.owner)}" if paragraph.owner else ""
        text.append(f"\n      {why}{owner}", style="dim")
    for sign, tags in (("+", each.tags_only_here), ("-", each.tags_only_there)):
        for tag in tags:
            text.append(f"\n  {sign} tag {shown(tag)}", style="green" if sign == "+" else "red")
    if each.language is not None:
        text.append(f"\n  language {each.language[0]}, live {each.language[1]}")
    if each.split is not None:
        text.append(f"\n  split into {each.split[0]} paragraphs, live into {each.split[1]}")
    if each.other:
        text.append(f"\n  {each.other}")
    return text
