"""``copydesk explain`` on the terminal: kept and dropped side by side, why, and what changed.

Where the terminal is too narrow for two columns, paragraphs stand below each other. The words that
made a tag are coloured in the text, by the kind of tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.cli import article_view, links
from consumers.cli.output import safe, shown
from consumers.explaining import Account
from consumers.losses import Loser
from processors.audit import Audit, AuditOwner, AuditParagraph
from processors.revisions import Change, counts
from processors.text import Evidence

#: Columns from which kept and dropped stand side by side.
SIDE_BY_SIDE = 110
_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_SPACE = re.compile(r"\s+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_LONGEST = 700


def show(console: Console, told: Account, *, linked: bool) -> None:
    """Print one article's account. ``linked``: the terminal shows links."""
    audit = told.audit
    console.print(article_view.heading(audit))
    if audit.paragraphs:
        if console.width >= SIDE_BY_SIDE:
            console.print(_side_by_side(audit, told.texts, linked))
        else:
            console.print()
            for part in _stacked(audit, told.texts, linked):
                console.print(part)
    if told.before is not None:
        show_changes(console, told)
    if audit.tags:
        console.print(article_view.tags(audit.tags))
        if told.texts is not None and console.color_system is not None:
            console.print(_legend(audit))


def _side_by_side(audit: Audit, texts: Sequence[str] | None, linked: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    table.add_column("#", justify="right", style="dim", no_wrap=True)
    table.add_column("kept", ratio=5, overflow="fold")
    table.add_column("dropped", ratio=4 if audit.dropped else 1, overflow="fold")
    table.add_column("why", width=40, overflow="fold")
    for each in audit.paragraphs:
        text = _paragraph(audit, each, texts)
        kept = each.verdict == "kept"
        left, right = (text, Text("")) if kept else (Text(""), text)
        table.add_row(str(each.index + 1), left, right, _why(each, linked))
    return table


def _stacked(audit: Audit, texts: Sequence[str] | None, linked: bool) -> Iterable[Table]:
    """One table a paragraph, so that a long article begins to show at once."""
    number = len(str(len(audit.paragraphs)))
    for each in audit.paragraphs:
        kept = each.verdict == "kept"
        rows = Table.grid(padding=(0, 1))
        rows.add_column(style="green" if kept else "red")
        rows.add_column(style="dim", justify="right", width=number)
        rows.add_column(overflow="fold")
        rows.add_row("+" if kept else "-", str(each.index + 1), _paragraph(audit, each, texts))
        rows.add_row("", "", _why(each, linked))
        rows.add_row()
        yield rows


def _paragraph(audit: Audit, each: AuditParagraph, texts: Sequence[str] | None) -> Text:
    """One paragraph with its evidence coloured; its fingerprint where its text is gone."""
    struck = "" if each.verdict == "kept" else "red strike"
    if texts is None:
        return Text(each.fingerprint, style=struck or "dim")
    text = texts[each.index]
    found = Text(style=struck)
    isolated = _RIGHT_TO_LEFT.search(text) is not None
    if isolated:
        found.append(_FIRST_STRONG_ISOLATE)
    at = 0
    for start, end, colour in _marks(audit, each.index, min(len(text), _LONGEST)):
        found.append(_plain(text[at:start]))
        found.append(_plain(text[start:end]), style=f"bold {colour}")
        at = end
    rest = text[at:]
    cut = max(0, _LONGEST - at)
    found.append(_plain(rest if len(text) <= _LONGEST else rest[:cut] + " …"))
    if isolated:
        found.append(_POP_ISOLATE)
    return found


def _marks(audit: Audit, index: int, end: int) -> list[tuple[int, int, str]]:
    """Where evidence stands in a paragraph: no two pieces over each other, the longer one first,
    and of two on the same words the one that they name before the subject that they speak for.
    """
    pieces: list[tuple[Evidence, str]] = [
        (piece, article_view.KIND_COLOURS[tag.kind])
        for tag in sorted(audit.tags, key=lambda tag: tag.kind == "subject")
        for piece in tag.evidence
        if piece.paragraph == index and piece.start < piece.end <= end
    ]
    pieces.sort(key=lambda each: (each[0].start, -each[0].end))
    found: list[tuple[int, int, str]] = []
    for piece, colour in pieces:
        if not found or piece.start >= found[-1][1]:
            found.append((piece.start, piece.end, colour))
    return found


def _plain(text: str) -> str:
    return safe(_SPACE.sub(" ", text))


def _why(each: AuditParagraph, linked: bool) -> Text:
    text = Text(
        article_view.RULES.get(each.rule, each.rule),
        style="dim" if each.verdict == "kept" else "red",
    )
    if each.first is not None:
        text.append(f" (paragraph {each.first + 1})")
    if each.marked:
        text.append(", marked only: the policy keeps it")
    if each.owner is not None:
        text.append("\n")
        text.append_text(_owner(each.owner, linked))
    return text


def _owner(owner: AuditOwner, linked: bool) -> Text:
    address = links.target(owner.uri) if linked else None
    name = Text(shown(owner.uri), style=f"underline link {address}" if address else "")
    source = f" of {shown(owner.source)}" if owner.source else ""
    version = f", version {shown(owner.version)}" if owner.version else ""
    return name.append(f"{source}{version}, first seen {owner.first_seen}")


def show_changes(console: Console, told: Account) -> None:
    """Print what changed against the version before."""
    before, changed = told.before, told.changed
    uri = shown(told.audit.uri)
    if told.audit.kind == "withdrawal":
        console.print(
            f"The latest record of {uri} is a withdrawal, of {told.audit.record_time}: "
            "`copydesk explain --all URI` lists those before it."
        )
        return
    if before is None:
        console.print(f"The audit topic holds no other version of {uri} before this one.")
        return
    version = f"version {shown(before.version)}" if before.version else "the version before"
    if before.uri != told.audit.uri:
        version += f" under {shown(before.uri)}"
    head = f"Against {version}, record of {before.record_time} ({shown(before.origin)}): "
    if changed is None:
        console.print(Text(head + "its text is no longer kept", style="dim"))
        return
    told_counts = ", ".join(f"{number} {kind}" for kind, number in counts(changed).items())
    console.print(Text(head + told_counts, style="bold"))
    for each in changed:
        if each.kind != "kept":
            console.print(_change(each))
    console.print()


def _change(each: Change) -> Text:
    sign, colour = _SIGNS[each.kind]
    place = each.index if each.index is not None else each.before
    text = Text(f"{sign} {(place or 0) + 1} ", style=colour)
    if each.kind != "changed":
        return text.append(shown(_beginning(each.text or each.text_before)))
    text.append(shown(_beginning(each.text_before)), style="red strike")
    return text.append("\n    ").append(shown(_beginning(each.text)), style="green")


def _beginning(text: str, limit: int = 240) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def _legend(audit: Audit) -> Text:
    text = Text("evidence in the text: ", style="dim")
    for kind in dict.fromkeys(tag.kind for tag in audit.tags):
        text.append(f"{kind} ", style=f"bold {article_view.KIND_COLOURS[kind]}")
    return text


def show_losers(console: Console, uri: str, found: Sequence[Loser]) -> None:
    """One line an article that lost paragraphs, and those below it."""
    if not found:
        console.print(f"Nobody lost a paragraph to {shown(uri)}, as far as the audit topic goes.")
        return
    for each in found:
        version = f" version {shown(each.version)}" if each.version else ""
        head = Text(f"{shown(each.uri)}{version}", style="bold")
        head.append(f"  {each.record_time}, {each.verdict}, lost {len(each.paragraphs)}", "dim")
        console.print(head, soft_wrap=True)
        for lost in each.paragraphs:
            line = f"  - {lost.index + 1} ({lost.rule}) {shown(_beginning(lost.text, 160))}"
            console.print(Text(line), soft_wrap=True)
    console.print(
        f"{len(found):,} article{'' if len(found) == 1 else 's'}. "
        "`copydesk restore --publish URI` sends one of them on whole."
    )
