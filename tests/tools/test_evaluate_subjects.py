"""What is said of the subjects' quality still holds on the corpora, where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.evaluate import subjects
from tools.evaluate.__main__ import CORPORA
from tools.evaluate.__main__ import main as evaluate
from tools.evaluate.report import markdown, pooled, reliability
from tools.evaluate.rows import Row, bands_of, error_of

PROMISED = {"ar": 0.75, "en": 0.75, "fr": 0.65}
ELSEWHERE = 0.5


def test_subjects_are_as_good_on_unseen_outlets_as_the_card_says():
    if not (CORPORA / "masakhanews").is_dir():
        pytest.skip(f"no corpora in {CORPORA.name}: nothing to measure on")
    judged = [row for row in subjects.run(CORPORA) if row.kind == subjects.KIND]
    rows = [row for row in judged if row.note == subjects.UNSEEN]
    assert len(rows) == 17
    partly_seen = [row for row in judged if row.note in {subjects.SEEN, subjects.HELD}]
    assert len(partly_seen) == 3
    assert all((row.f1 or 0) >= ELSEWHERE for row in partly_seen)
    short = {
        row.language: row.f1
        for row in rows
        if (row.f1 or 0) < PROMISED.get(row.language, ELSEWHERE)
    }
    assert not short
    assert all((row.calibration or 0) < 0.08 for row in rows if row.language in PROMISED)


def test_without_corpora_the_evaluation_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["evaluate", "--corpora", str(tmp_path / "none")])
    evaluate()
    assert "nothing to measure on" in capsys.readouterr().out


MACRO = [
    (["a", "b"], ["a", "b"], 1.0, "all right"),
    (["a", "a", "b"], ["a", "a", ""], 0.5, "nothing said is wrong"),
    (["a", "b"], ["c", "c"], 0.0, "labels nobody wanted do not count in the mean"),
    (["a", "a"], ["a", "b"], 2 / 3, "one label"),
]


@pytest.mark.parametrize(("wanted", "said", "f1", "why"), MACRO)
def test_macro_f1_is_the_mean_over_wanted_labels(wanted, said, f1, why):
    assert subjects.macro_f1(wanted, said) == pytest.approx(f1), why


def test_bands_of_confidence_show_how_far_it_is_from_what_was_right():
    bands = bands_of([(80, True), (80, True), (80, True), (80, False), (95, True)])
    assert bands == ((0.8, 0.75, 4), (0.95, 1.0, 1))
    assert error_of(bands) == pytest.approx((4 * 0.05 + 0.05) / 5)
    assert error_of(()) is None


def test_points_of_the_plot_need_twenty_tags_and_start_at_nothing():
    row = Row(kind="k", corpus="c", language="l", records=1, wanted=1, bands=((0.5, 0.4, 12),))
    assert pooled([row]) == [(0.0, 0.0)]
    assert pooled([row, row])[1] == pytest.approx((0.5, 0.4))
    assert "| c | l | 1 |" in markdown([row])


def test_no_source_is_both_trained_and_only_measured_on():
    pytest.importorskip("sklearn", reason="training needs the dependency group tables")
    from tools import train_subjects
    from tools.subjects.corpora import MEASURE_ONLY, Document, is_held
    from tools.subjects.teacher import Labelled

    assert not set(train_subjects.OUTLETS) & set(MEASURE_ONLY)
    held = Document("farsnews_fa", "fa", "15", "گل", ())
    assert is_held(held)
    for stolen in (Document("masakhanews", "en", "15", "A goal", ()), held):
        with pytest.raises(ValueError, match="not to be trained on"):
            train_subjects.train([Labelled(stolen, "15", 1.0, "outlet")], None, None)  # type: ignore[arg-type] # refused before they are looked at


def test_the_training_texts_of_this_project_are_well_formed():
    here = Path(subjects.__file__).parents[1]
    for name in ("subjects_headlines.txt", "subjects_lexicon.txt"):
        for line in (here / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                head, _, text = line.partition(":")
                topic, language = head.split()
                assert "01" <= topic <= "17", line
                assert text.strip(), line
                assert language.isalpha(), line


def test_the_report_tells_how_often_each_confidence_was_right():
    bands = bands_of([(80, True), (85, False), (95, True), (100, True)])
    row = Row(kind="subject", corpus="news", language="en", records=4, wanted=4, bands=bands)
    silent = Row(kind="subject", corpus="news", language="fr", records=4, wanted=4)
    last = reliability([row, silent]).splitlines()[-1]
    assert last == "| news | en |  |  |  |  |  |  |  |  | 50 of 2 | 100 of 2 |"
    assert reliability([silent]) == ""
