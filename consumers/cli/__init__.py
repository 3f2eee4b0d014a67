"""The command ``copydesk``: a module of this folder for each verb, its click command ``command``.

Rules:

1. A verb's module is imported when the verb is called, so that ``--help`` and the quick verbs
   start at once; the words in ``VERBS`` are what ``copydesk --help`` shows.
2. What goes wrong is one sentence on standard error and an exit code: 0 done, 1 failed, 2 usage,
   3 cannot reach Kafka or Redis, or may not, 130 interrupted. A traceback is a fault of copydesk.
"""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from consumers.errors import CopydeskError

#: Every verb and what it does, in the order in which ``copydesk --help`` shows them.
VERBS = {
    "demo": "Send the seed article through Kafka, Faust and Redis, and show the result.",
    "services": "Start or stop an embedded Kafka and Redis.",
    "work": "Run the agent that cleans articles.",
    "publish": "Publish files to the input topic.",
    "tail": "Show cleaned items as they come.",
    "judge": "Judge files without Kafka, in memory.",
    "tags": "Check tables of tags, or try them on a text.",
    "lag": "Show how far the workers are behind.",
    "replay": "Read a range again: in place, or beside the live run.",
    "dead": "List, show and redrive records that could not be read.",
    "explain": "Tell what was dropped from an article, and why.",
    "restore": "Rebuild an article as its source sent it.",
    "topics": "Create and list the topics.",
    "doctor": "Check Kafka, Redis, topics and settings, and say what to do.",
}
_INTERRUPTED = 130


class Failure(click.ClickException):
    """A CopydeskError on its way out: its sentence on standard error, its exit code."""

    def __init__(self, error: CopydeskError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence; what it quotes from data cannot steer the terminal."""
        from consumers.cli.output import safe

        click.echo(f"copydesk: {safe(self.message)}", file=file, err=file is None)


class Verbs(click.Group):
    """A group whose commands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The verbs that are there."""
        return [name for name in VERBS if importlib.util.find_spec(_module(name)) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None where there is no such verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(_module(cmd_name)).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, naming the nearest verbs where there is no such one."""
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            _no_such_verb(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing any."""
        rows = [(name, VERBS[name]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; an error meant for people becomes its sentence and exit code."""
        try:
            return super().invoke(ctx)
        except CopydeskError as error:
            raise Failure(error) from error
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


def _module(verb: str) -> str:
    return f"consumers.cli.{verb}"


def _no_such_verb(ctx: click.Context, given: str, known: list[str]) -> NoReturn:
    import difflib

    near = difflib.get_close_matches(given, known, n=2)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise click.UsageError(f"There is no command {given!r}.{hint}", ctx)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: ARG001
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    number = "(not installed)"
    with contextlib.suppress(PackageNotFoundError):
        number = version("copydesk")
    click.echo(f"copydesk {number}")
    ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Try `copydesk demo` first. Settings are COPYDESK_* variables: see docs/settings.md.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="TOML file of settings (else the one that COPYDESK_CONFIG names).",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
@click.pass_context
def main(ctx: click.Context, config: Path | None) -> None:
    """Read articles from Kafka, strike what was said before, tag the rest and pass it on."""
    ctx.obj = config
