"""``copydesk publish``: files into the input topic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from consumers.cli import bars
from consumers.cli.options import json_option, settings_of
from consumers.settings import Settings

if TYPE_CHECKING:
    from consumers.publishing import Job, Refusal, Tally

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/\s*([smh]))?")
_PER = {None: 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def _rate(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """``100``, ``100/s``, ``30/m`` as records a second."""
    if value is None:
        return None
    match = _RATE.fullmatch(value.strip())
    if match is None or float(match[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a rate such as 100/s or 30/m", ctx, param)
    return float(match[1]) / _PER[match[2]]


def _header(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, bytes], ...]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not NAME=VALUE", ctx, param)
    return tuple((name, text.encode()) for name, _, text in (v.partition("=") for v in values))


@click.command()
@click.argument("names", nargs=-1, metavar="FILE|DIR|-...")
@click.option("--topic", help="Another topic than the first of COPYDESK_INPUT.")
@click.option(
    "--form",
    type=click.Choice(["text", "html", "json", "lines", "xml"]),
    help="What the files hold, where their names do not say it (lines: JSON lines).",
)
@click.option(
    "--dated", is_flag=True, help="Give records the article's own time, where it has one."
)
@click.option("--rate", callback=_rate, metavar="N/s", help="At most so many records: 100/s, 30/m.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="STATE",
    help="Keep in the file STATE what was published, and go on from there when run again.",
)
@click.option("--header", "headers", multiple=True, callback=_header, metavar="NAME=VALUE",
              help="A header for every record; may be given more than once.")  # fmt: skip
@click.option("--withdraw", multiple=True, metavar="URI", help="Withdraw this uri.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    names: tuple[str, ...],
    topic: str | None,
    form: Literal["text", "html", "json", "lines", "xml"] | None,
    dated: bool,
    rate: float | None,
    resume: Path | None,
    headers: tuple[tuple[str, bytes], ...],
    withdraw: tuple[str, ...],
    as_json: bool,
) -> None:
    """Publish files to the input topic: text, HTML, JSON, JSON lines, ninjs, NewsML, NITF, feeds.

    A file that cannot be read as an article is named with the reason and not sent; the others
    are, and the exit code is 1. Records are keyed by uri, so that versions keep their order.

    \b
    Examples:
      copydesk publish story.txt
      copydesk publish --dated --resume backfill.state archive/
      feed | copydesk publish --rate 50/s -
      copydesk publish --withdraw urn:newsml:example:1
    """
    if not names and not withdraw:
        raise click.UsageError("Name a file, a directory, or - for standard input.", ctx)
    from consumers.publishing import Job

    settings = settings_of(ctx)
    job = Job(
        topic=topic or settings.input[0],
        names=names,
        withdraw=withdraw,
        form=form,
        headers=headers,
        dated=dated,
        rate=rate,
        state=resume,
    )
    tally = _run(settings, job, quiet=as_json)
    if as_json:
        from consumers.cli.output import print_json

        print_json({"topic": job.topic, "tally": tally})
    else:
        _say(job, tally)
    ctx.exit(1 if tally.refused else 0)


def _run(settings: Settings, job: Job, *, quiet: bool) -> Tally:
    from consumers.cli.output import safe
    from consumers.publishing import run

    def refused(refusal: Refusal) -> None:
        click.echo(f"copydesk: {safe(refusal.reason)}", err=True)

    with bars.of_files("publishing", job.names, quiet=quiet) as moved:
        return run(settings, job, refused, moved)


def _say(job: Job, tally: Tally) -> None:
    done = [f"{tally.published:,} published"]
    done += [f"{tally.withdrawn:,} withdrawn"] if tally.withdrawn else []
    done += [f"{tally.skipped:,} were done before"] if tally.skipped else []
    done += [f"{len(tally.refused):,} refused"] if tally.refused else []
    click.echo(f"{job.topic}: {', '.join(done)}")
    if not (tally.published or tally.withdrawn or tally.skipped or tally.refused):
        click.echo(
            "copydesk: there was no file in what was named (hidden ones are left out)", err=True
        )
    if tally.aged:
        click.echo(
            f"copydesk: {tally.aged:,} records are dated before what the topic keeps "
            "(retention.ms), so Kafka may delete them at any time: let workers read them soon",
            err=True,
        )
