"""An article's audit on the terminal: what was kept, what went, by which rule, in whose favour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consumers.cli.output import shown
from processors.audit import Audit, AuditOwner, AuditParagraph
from processors.text import Tag

#: Each rule in words, for people.
RULES = {
    "own": "its own",
    "short": "too short to be dropped",
    "listed": "a line of a list",
    "within-single": "stood earlier in this article",
    "within-block": "its block stood earlier in this article",
    "same-source": "the same source published it before",
    "cross-source": "another source published it before",
    "duplicate": "the whole article is another's",
    "lead": "another's, kept as the lead",
    "announced": "another's, kept with what announces it, or what it announces",
    "speaker": "another's, kept since it says who goes on speaking",
    "remnant": "another's, kept so that no torso is published",
    "orphan": "another's, kept: its predecessor is not known",
    "unresolved": "another's, kept: its owner is no longer on record",
    "unasked": "claims nothing",
}
#: The colour of each kind of tag, in tables and in the text.
KIND_COLOURS = {
    "subject": "cyan",
    "place": "green",
    "person": "magenta",
    "organisation": "blue",
}
_VERDICTS = {
    "published": "published",
    "duplicate": "a duplicate of another article",
    "withdrawn": "withdrawn",
}


def summary(audit: Audit, body: str | None, *, width: int = 100) -> Iterable[Any]:
    """What rich prints for one article; ``body`` is the judged body, where it could be rebuilt."""
    yield heading(audit)
    if audit.paragraphs:
        yield paragraphs(audit, body, width)
    if audit.tags:
        yield tags(audit.tags)


def heading(audit: Audit) -> Text:
    """One line or two: what came of the article as a whole."""
    text = Text()
    text.append(shown(audit.uri), style="bold")
    text.append(
        f"  {_VERDICTS[audit.verdict]}", style="green" if audit.verdict == "published" else "yellow"
    )
    if audit.paragraphs:
        text.append(
            f", {len(audit.paragraphs)} paragraphs in, {audit.kept} kept, {audit.dropped} dropped"
        )
    if audit.kind == "other":
        text.append(", as it came: it is not text")
    if audit.duplicate_of is not None:
        text.append(f"\n  the other article: {_owner(audit.duplicate_of)}")
    if audit.withdrawn_at is not None:
        text.append(f"\n  its uri was withdrawn at {audit.withdrawn_at}")
    facts = [f"record of {audit.record_time}", f"origin {shown(audit.origin)}"]
    if audit.language is not None:
        facts.insert(0, f"language {audit.language.tag}")
    if audit.version:
        facts.insert(0, f"version {shown(audit.version)}")
    if audit.family != audit.uri:
        facts.append(f"family {shown(audit.family)}")
    facts += [f"guard: {guard}" for guard in audit.guards] + [
        f"note: {note}" for note in audit.notes
    ]
    facts += [
        f"a tagger failed and was skipped: {shown(failed)}" for failed in audit.failed_taggers
    ]
    if audit.dedupe == "skipped":
        facts.append("the store was away: not compared with other articles")
    text.append("\n  " + ", ".join(facts), style="dim")
    return text


def paragraphs(audit: Audit, body: str | None, width: int, *, only_dropped: bool = False) -> Table:
    """A row a paragraph, in order; with ``only_dropped`` those alone that go."""
    table = Table(box=box.SIMPLE_HEAD, expand=False, pad_edge=False)
    table.add_column("", width=1)
    table.add_column("#", justify="right", style="dim")
    table.add_column("paragraph", overflow="fold", max_width=max(24, width - 52))
    table.add_column("letters", justify="right", style="dim")
    table.add_column("why", max_width=40)
    for each in audit.paragraphs:
        kept = each.verdict == "kept"
        if kept and only_dropped:
            continue
        text = _beginning(body[each.start : each.end]) if body is not None else each.fingerprint
        table.add_row(
            Text("+", style="green") if kept else Text("-", style="red"),
            str(each.index + 1),
            Text(shown(text), style="" if kept else "red strike"),
            str(each.length),
            why(each),
        )
    return table


def why(each: AuditParagraph) -> Text:
    """One paragraph's rule and owner, in words."""
    text = Text(RULES.get(each.rule, each.rule), style="" if each.verdict == "kept" else "red")
    if each.first is not None:
        text.append(f" (paragraph {each.first + 1})")
    if each.marked:
        text.append(", marked only: the policy keeps it")
    if each.owner is not None:
        text.append(f"\n{_owner(each.owner)}", style="dim")
    return text


def tags(found: Iterable[Tag]) -> Table:
    """A row a tag with the words that made it, each with the rule or feature that it fell under."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("tag", "kind", "code", "because of"):
        table.add_column(column, overflow="fold")
    for tag in found:
        sure = f" {tag.confidence} %" if tag.confidence is not None else ""
        kind = Text(tag.kind, style=KIND_COLOURS[tag.kind]).append(sure, style="default")
        code = shown(tag.uri or tag.literal or "")
        table.add_row(shown(tag.name), kind, code, "\n".join(_reasons(tag)))
    return table


def _reasons(tag: Tag) -> Iterable[str]:
    """A line a rule, with the words that it found, in the order of the text."""
    by_rule: dict[str, dict[str, None]] = {}
    for piece in tag.evidence[:4]:
        by_rule.setdefault(piece.rule, {})[shown(piece.text)] = None
    return [f"{'; '.join(words)} ({shown(rule)})" for rule, words in by_rule.items()]


def show(console: Console, audit: Audit, body: str | None) -> None:
    """Print one article's account."""
    for part in summary(audit, body, width=console.width):
        console.print(part)


def _owner(owner: AuditOwner) -> str:
    version = f" version {owner.version}" if owner.version else ""
    return shown(f"{owner.uri}{version}, first seen {owner.first_seen}")


def _beginning(text: str, limit: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"
