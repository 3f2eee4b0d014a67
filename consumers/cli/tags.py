"""``copydesk tags``: check a newsroom's own tags, and try taggers on a text.

``check`` says every fault with its file and line; ``try`` shows which tags a text gets and the
words that gave them, as the worker would.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from consumers.cli.options import json_option, settings_of
from consumers.errors import CopydeskError

if TYPE_CHECKING:
    from processors.tags import Tagging
    from processors.text import Tag

_HEAD = ("kind", "name", "uri or code", "sure", "words")


@click.group()
def command() -> None:
    """Check tables of tags, or try them on a text."""


@command.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check tag files, or directories of them, and say what is wrong and where."""
    from consumers.cli.output import safe
    from consumers.taggers import own_tag_files
    from processors.errors import BadTaxonomy
    from processors.tags.own import read_own

    files = [file for path in paths for file in own_tag_files(path)]
    try:
        entries = read_own(files)
    except BadTaxonomy as error:
        faults = str(error).split("\n")
        for fault in faults:
            click.echo(safe(fault), err=True)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise CopydeskError(f"{count}: none of these tags is used") from error
    names = sum(len(names) for entry in entries for names in entry.names.values())
    if as_json:
        from consumers.cli.output import print_json

        print_json({"files": [name for name, _ in files], "tags": len(entries), "names": names})
        return
    click.echo(f"{len(entries)} tags with {names} names in {len(files)} files: all in order.")


@command.command("try")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--text", help="The text itself, instead of a FILE.")
@click.option("--own", type=click.Path(path_type=Path), help="Tag file or directory to try.")
@click.option("--taggers", help="Taggers to use, comma separated (else those of the settings).")
@click.option("--language", help="The language that the source would declare (BCP 47).")
@json_option
@click.pass_context
def try_(
    ctx: click.Context,
    file: Path | None,
    text: str | None,
    own: Path | None,
    taggers: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Show the tags that a text gets: of FILE, of --text, or of standard input (FILE is -).

    A FILE that ends in .toml is taken for a tag file, tried alone on --text or standard input.
    """
    from consumers import taggers as loading
    from processors.tags import Tagging, run
    from processors.tags.language import language_of, well_formed
    from processors.text import TagText

    if language not in {None, "und"} and not well_formed(language):
        raise click.UsageError(f"--language {language!r} is no BCP 47 tag such as pt-BR", ctx)
    settings = settings_of(ctx)
    names = settings.taggers if taggers is None else tuple(filter(None, taggers.split(",")))
    if file is not None and file.suffix == ".toml":
        own, file, names = file, None, () if taggers is None else names
    loaded = loading.load(names, str(own) if own else settings.tag_files)
    body = _body(file, text)
    paragraphs = tuple(line for line in body.splitlines() if line.strip())
    spoken = language_of(loaded.detector, "", paragraphs, language)
    tags, failures = run(loaded.taggers, TagText(spoken.tag, "", paragraphs))
    tagging = Tagging(spoken, tags, failures)
    if as_json:
        from consumers.cli.output import print_json

        print_json(tagging)
    else:
        _show(tagging, paragraphs)
    if failures:
        raise CopydeskError(f"these taggers failed on the text: {'; '.join(failures)}")


def _body(file: Path | None, text: str | None) -> str:
    if text is not None:
        return text
    try:
        data = click.get_binary_stream("stdin").read() if _is_stdin(file) else _read(file)
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CopydeskError(f"{file or 'standard input'} is not UTF-8: save it as UTF-8") from error


def _is_stdin(file: Path | None) -> bool:
    return file is None or str(file) == "-"


def _read(file: Path | None) -> bytes:
    try:
        return Path(file or "-").read_bytes()
    except OSError as error:
        raise CopydeskError(f"{file}: cannot be read: {error.strerror}") from error


def _show(tagging: Tagging, paragraphs: tuple[str, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    from consumers.cli.article_view import KIND_COLOURS
    from consumers.cli.output import console, shown

    out = console()
    language = tagging.language
    out.print(f"language {language.tag} ({round(100 * language.confidence)} % sure)")
    table = Table(*_HEAD, box=None, padding=(0, 2, 0, 0))
    for column in table.columns:
        column.overflow = "fold"
    for tag in tagging.tags:
        table.add_row(
            Text(tag.kind, style=KIND_COLOURS[tag.kind]),
            shown(tag.name),
            shown(tag.uri or tag.literal or ""),
            "" if tag.confidence is None else str(tag.confidence),
            shown(_words(tag)),
        )
    out.print(table if tagging.tags else "no tags")
    for index, paragraph in enumerate(paragraphs):
        out.print()
        out.print(_marked(index, paragraph, tagging.tags))


def _words(tag: Tag) -> str:
    return ", ".join(dict.fromkeys(f"{piece.text} ({piece.rule})" for piece in tag.evidence))


def _marked(index: int, paragraph: str, tags: tuple[Tag, ...]) -> Any:
    """The paragraph with its evidence in colour, its characters as they are for the terminal."""
    from rich.text import Text

    from consumers.cli.article_view import KIND_COLOURS
    from consumers.cli.output import safe

    line = Text(safe(paragraph))
    for tag in sorted(tags, key=lambda tag: tag.kind != "subject"):
        for piece in tag.evidence:
            if piece.paragraph == index and len(line) == len(paragraph):
                line.stylize(f"bold {KIND_COLOURS[tag.kind]}", piece.start, piece.end)
    return line
