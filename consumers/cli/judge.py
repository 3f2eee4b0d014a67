"""``copydesk judge``: what would be dropped from files, without Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from consumers.cli import bars
from consumers.cli.options import json_option, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from consumers.judging import Judged, Summary
    from consumers.outbox import Form

#: Unreadable articles that are named; the rest is counted.
_FAULTS_SHOWN = 20


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE|DIR|-...")
@click.option(
    "--form",
    type=click.Choice(["text", "html", "json", "lines", "xml"]),
    help="What the files hold, where their names do not say it (lines: JSON lines).",
)
@click.option(
    "--all", "every", is_flag=True, help="Show articles that lose nothing too, and what is kept."
)
@click.option("--summary", "only_summary", is_flag=True, help="Show the summary alone.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    names: tuple[str, ...],
    form: Form | None,
    every: bool,
    only_summary: bool,
    as_json: bool,
) -> None:
    """Judge files as the agent would, in memory, and show what would be dropped.

    Nothing is published or kept: a newsroom tries it on its archive before it installs anything.
    With --json, an audit record a line (with --summary, the summary as one object).

    \b
    Examples:
      copydesk judge archive/ --summary
      copydesk judge articles.jsonl
      copydesk judge --json story.html
    """
    from consumers.cli import output
    from consumers.judging import Summary, judge

    settings = settings_of(ctx)
    if not as_json or only_summary:
        settings = msgspec.structs.replace(settings, taggers=())
    out = output.console()
    summary = Summary(dropped={}, letters={}, guards={})
    with bars.of_files("judging", names) as moved:
        for judged in judge(settings, names, form, moved):
            summary.add(judged)
            if judged.fault:
                if summary.unreadable <= _FAULTS_SHOWN:
                    said = output.safe(f"{judged.name}: {judged.fault}")
                    click.echo(f"copydesk: {said}", err=True)
            elif only_summary or judged.audit is None:
                continue
            elif as_json:
                output.print_json(judged.audit)
            elif every or judged.audit.dropped:
                _show(out, judged, every=every)
    if as_json and only_summary:
        output.print_json(summary)
    elif not as_json:
        _say(out, summary)
    ctx.exit(1 if summary.unreadable else 0)


def _show(out: Console, judged: Judged, *, every: bool) -> None:
    from consumers.cli import article_view

    assert judged.audit is not None  # noqa: S101 - asked by the caller
    out.print(article_view.heading(judged.audit))
    shown = article_view.paragraphs(judged.audit, judged.body, out.width, only_dropped=not every)
    out.print(shown)


def _say(out: Console, summary: Summary) -> None:
    from rich import box
    from rich.table import Table

    from consumers.cli.article_view import RULES

    out.print(
        f"{summary.articles:,} article{'' if summary.articles == 1 else 's'}: "
        f"{summary.published:,} published, {summary.duplicates:,} duplicates, "
        f"{summary.withdrawn:,} withdrawn, {summary.unreadable:,} unreadable"
    )
    gone = sum(summary.dropped.values())
    out.print(f"{summary.paragraphs:,} paragraphs, {gone:,} of them dropped")
    if not gone:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("rule", "in words", "paragraphs", "letters"):
        table.add_column(column, justify="right" if column in ("paragraphs", "letters") else "left")
    for rule, count in sorted(summary.dropped.items(), key=lambda row: -row[1]):
        table.add_row(rule, RULES.get(rule, ""), f"{count:,}", f"{summary.letters[rule]:,}")
    out.print(table)
    if summary.guards:
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(summary.guards.items()))
        out.print(f"guards that kept text: {told}")
