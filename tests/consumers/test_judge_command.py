"""``copydesk judge``: the agent's judgement on files, without services."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from consumers.cli.judge import command
from processors import audit as audits

SEED = Path(__file__).parent.parent / "corpus" / "seed.txt"
SHARED = "A paragraph of wire copy that two papers carry on the same day, word for word and line by line, with figures."


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Two papers that share a paragraph, and one broken line."""
    rows = [
        {"uri": f"urn:{i}", "source": f"paper-{i}", "body": f"A lead of paper {i}'s own, long enough to be the lead of a story and to be kept for that.\n{SHARED}"}
        for i in range(2)
    ]  # fmt: skip
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows) + '\n{"uri": "urn:broken", \n')
    return file


def test_the_seed_article_loses_its_four_repeated_paragraphs() -> None:
    done = CliRunner().invoke(command, [str(SEED)], obj=None)
    assert done.exit_code == 0, done.output
    assert "9 paragraphs in, 5 kept, 4 dropped" in " ".join(done.output.split())


def test_json_gives_an_audit_record_a_line_that_says_whose_a_dropped_paragraph_is(
    papers: Path,
) -> None:
    done = CliRunner().invoke(command, ["--json", str(papers)], obj=None)
    first, second = (audits.decode(line.encode()) for line in done.stdout.splitlines())
    assert first.dropped == 0
    assert second.paragraphs[1].rule == "cross-source"
    assert second.paragraphs[1].owner is not None
    assert second.paragraphs[1].owner.uri == "urn:0"
    assert done.exit_code == 1, "one line could not be read"
    assert "item 3" in done.stderr


def test_the_summary_counts_by_rule(papers: Path) -> None:
    done = CliRunner().invoke(command, ["--json", "--summary", str(papers)], obj=None)
    summary = json.loads(done.stdout)
    assert summary["articles"] == 3
    assert summary["unreadable"] == 1
    assert summary["dropped"] == {"cross-source": 1}


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path / "none.txt")], obj=None)
    assert done.exit_code == 1
    assert "none.txt cannot be read: No such file" in str(done.exception)


def test_only_what_goes_is_listed_unless_all_is_asked_for(papers: Path) -> None:
    brief = CliRunner().invoke(command, [str(papers)], obj=None).stdout
    assert "its own" not in brief
    assert "another source published it before" in " ".join(brief.split())
    assert "its own" in CliRunner().invoke(command, ["--all", str(papers)], obj=None).stdout


def test_a_feed_is_judged_entry_by_entry_and_what_has_no_text_is_named(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<rss version="2.0"><channel><title>T</title><item><guid>urn:1</guid><title>One</title>'
        "<description>&lt;p&gt;A first text.&lt;/p&gt;</description>"
        "<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate></item>"
        "<item><guid>urn:2</guid><link>https://a.example/2</link></item></channel></rss>"
    )
    done = CliRunner().invoke(command, ["--json", str(feed)], obj=None)
    (audit,) = (audits.decode(line.encode()) for line in done.stdout.splitlines())
    assert audit.record_time == "2026-11-23T09:00:00.000Z"
    assert "one entry without text of its own" in done.stderr
