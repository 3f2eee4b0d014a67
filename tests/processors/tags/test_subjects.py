"""Subjects: what the seed article is about, and texts that are about nothing at all."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.resources import read
from processors.errors import BadTaxonomy
from processors.tags import prepare
from processors.tags.subject_model import Head, pack, parse
from processors.tags.subject_topics import load_topics
from processors.tags.subject_words import LONGEST, entries_of, words_of
from processors.tags.subjects import READ, counts_of, load_subjects
from processors.text import Tag, TagText

SEED = (Path(__file__).parents[2] / "corpus/seed.txt").read_text(encoding="utf-8").splitlines()

CONFLICT, POLITICS, SPORT, HEALTH = "16000000", "11000000", "15000000", "07000000"
ECONOMY, SCIENCE, ARTS, LAW = "04000000", "13000000", "01000000", "02000000"

tag_subjects = load_subjects(read("topics.json"), read("subjects.bin"))


def text(*paragraphs: str, title: str = "", language: str = "en") -> TagText:
    return TagText(language=language, title=title, paragraphs=paragraphs)


def codes(tags: Sequence[Tag]) -> list[str]:
    return [(tag.uri or "").removeprefix("medtop:") for tag in tags]


def test_the_seed_article_is_about_conflict_and_politics():
    tags = tag_subjects(text(*SEED, language="ar"))
    assert {CONFLICT, POLITICS} <= set(codes(tags))
    assert not {SPORT, HEALTH, ECONOMY, ARTS} & set(codes(tags))
    named = {tag.uri: tag.name for tag in tags}
    assert named["medtop:16000000"] == "نزاعات، حرب وسلام"


NEWS = [
    ("en", "Striker scores twice as United win the cup final", "The goalkeeper saved a penalty in the second half of the match.", SPORT),
    ("en", "Central bank raises interest rates to fight inflation", "Shares fell and the currency lost value as markets reacted.", ECONOMY),
    ("en", "Hospital opens a ward for patients with malaria", "Doctors and nurses have treated the infection since the outbreak.", HEALTH),
    ("ar", "المنتخب يفوز بكأس البطولة", "سجل اللاعب هدفين في المباراة النهائية أمام الجماهير في الملعب.", SPORT),
    ("ar", "البنك المركزي يرفع سعر الفائدة", "تراجعت أسهم الشركات في البورصة بسبب التضخم.", ECONOMY),
    ("ar", "ارتفاع عدد المصابين بالفيروس", "قال الأطباء في المستشفى إن المرضى يتلقون العلاج واللقاح.", HEALTH),
    ("fr", "Le gouvernement convoque les électeurs", "Les députés de l'assemblée nationale ont voté; le premier ministre part en campagne.", POLITICS),
    ("fr", "Le club remporte la ligue des champions", "L'entraîneur a salué ses joueurs après le match.", SPORT),
    ("es", "El equipo gana la final del campeonato de fútbol", "El delantero marcó dos goles en el partido.", SPORT),
    ("de", "Bundestag stimmt über das Gesetz ab", "Die Regierung und die Opposition streiten vor der Wahl im Parlament.", POLITICS),
    ("ru", "Президент назначил выборы в парламент", "Партия и правительство обсудили голосование.", POLITICS),
    ("zh", "中国足球队赢得比赛", "球员在世界杯决赛中进球，教练很高兴。", SPORT),
    ("sw", "Timu yashinda fainali ya kombe", "Mchezaji alifunga mabao mawili uwanjani katika ligi kuu.", SPORT),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body", "code"), NEWS)
def test_plain_news_has_its_plain_subject_first(language: str, title: str, body: str, code: str):
    assert codes(tag_subjects(text(body, title=title, language=language)))[0] == code


def test_a_topic_is_named_in_the_language_of_the_article_or_else_in_english():
    body = "The goalkeeper saved a penalty in the football match and the team won the league."
    for language, name in (("fr", "Sport"), ("ar", "رياضة"), ("zh-Hans", "体育"), ("sw", "sport")):
        assert tag_subjects(text(body, language=language))[0].name.lower() == name.lower()


def test_a_deeper_topic_is_said_where_the_text_names_it_and_means_it():
    about = text(
        "An earthquake shook the city; rescuers searched for survivors.",
        "The earthquake killed nine. A bank and a school collapsed in the disaster.",
        title="Rescuers search after earthquake",
    )
    tags = {tag.uri or "": tag for tag in tag_subjects(about)}
    deeper = tags["medtop:20000153"]
    assert deeper.name == "earthquake"
    assert {piece.paragraph for piece in deeper.evidence} == {-1, 0, 1}
    assert "medtop:03000000" in tags
    match = text(
        "It was an earthquake of a match: the earthquake striker scored a goal for the team."
    )
    assert "medtop:20000153" not in {tag.uri for tag in tag_subjects(match)}


DEEPER = [
    ("en", "Elections are held today", "The president said that elections would be fair.", "plural"),
    ("ar", "الانتخابات اليوم", "قال الرئيس إن الحكومة تنظم الانتخابات وللانتخابات قانون.", "article and proclitics"),
    ("fr", "Élection présidentielle", "Les candidats à l'élection; le président et le parlement.", "accents"),
    ("zh", "总统选举结果公布", "政府和议会讨论选举，总统发表讲话。", "no spaces"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "title", "body", "why"), DEEPER)
def test_a_named_topic_is_found_in_the_forms_of_its_language(
    language: str, title: str, body: str, why: str
):
    uris = {tag.uri for tag in tag_subjects(text(body, title=title, language=language))}
    assert "medtop:20000574" in uris, why


def test_evidence_points_at_the_words_in_title_and_paragraphs():
    article = text(*SEED, title="مشاورات الأستانة", language="ar")
    for tag in tag_subjects(article):
        assert tag.evidence
        for piece in tag.evidence:
            assert piece.paragraph is not None
            line = article.title if piece.paragraph < 0 else article.paragraphs[piece.paragraph]
            assert line[piece.start : piece.end] == piece.text


LONGER = """The central bank kept its interest rate unchanged while investors sold shares. Prices of
oil and wheat rose, and economists expect growth to slow next year as trade and exports decline."""
NOTHING = [
    ("", "empty"),
    ("   \n\t", "white space"),
    ("12 345 6,7 %", "numbers"),
    ("🎉🎉🎉 ---", "no letters"),
    ("x" * 1_000_000, "one word, a megabyte long"),
    ("العربية" * 150_000, "one Arabic word, a megabyte long"),
    ("qzxv wkqj zzxq vvkw jqxz", "no language"),
    ("Just a text\nline two", "a few words that any text may have"),
    ("hello world", "two words"),
]


@pytest.mark.parametrize(("body", "why"), NOTHING, ids=[why for _, why in NOTHING])
def test_a_text_about_nothing_has_no_subject(body: str, why: str):
    assert tag_subjects(text(body, language="und")) == []


def test_a_subject_of_few_words_is_said_with_less_confidence():
    headline = "Stocks fall as inflation rises in Europe"
    [short, *_] = tag_subjects(text("", title=headline, language="en"))
    [long, *_] = tag_subjects(text(f"{headline}. " * 3 + LONGER, title=headline, language="en"))
    assert short.uri == long.uri == "medtop:04000000"
    assert (short.confidence or 0) < (long.confidence or 0)


def test_only_the_beginning_of_a_long_text_is_read():
    words = "match goal team " * 100_000
    counts = counts_of(prepare(text(words)).folded)  # type: ignore[arg-type]  # made by prepare
    assert sum(counts.values()) < READ
    assert tag_subjects(text(words)) == tag_subjects(text(words[: 2 * READ]))
    title = counts_of(prepare(text("", title=words)).folded)  # type: ignore[arg-type]  # the same
    assert sum(title.values()) < READ


def test_the_same_text_has_the_same_tags_whatever_was_read_before():
    first = tag_subjects(text(*SEED, language="ar"))
    fresh = load_subjects(read("topics.json"), read("subjects.bin"))
    for language, title, body, _ in NEWS:
        fresh(text(body, title=title, language=language))
    assert fresh(text(*SEED, language="ar")) == first


@given(st.text(), st.lists(st.text(), max_size=5), st.sampled_from(["ar", "en", "zh", "und", "no"]))
@settings(max_examples=200)
def test_any_text_gives_tags_with_honest_numbers(title: str, paragraphs: list[str], language: str):
    for tag in tag_subjects(text(*paragraphs, title=title, language=language)):
        assert tag.kind == "subject"
        assert 0 <= (tag.relevance or 0) <= 100
        assert 0 < (tag.confidence or 0) <= 100


def test_words_are_told_apart_from_signs_in_every_script():
    assert words_of("covid-19 l'état 3.5 u.s.") == ["covid", "l", "état", "u", "s"]
    assert words_of("قال «نعم»، ثم مضى.") == ["قال", "نعم", "ثم", "مضى"]
    assert words_of("中国队 won") == ["中国", "国队", "won"]


def test_arabic_proclitics_are_taken_off_only_to_look_a_word_up():
    assert entries_of("والحكومه")[:2] == ("والحكومه", "حكومه")
    assert entries_of("للمدارس")[1] == "مدارس"
    assert entries_of("ال")[1] == ""
    assert entries_of("a" * (LONGEST + 1)) == ("", "", "", "")


def test_a_model_survives_packing_within_the_width_of_its_numbers():
    random.seed(5)
    head = Head("", "1", ("a", "b"), 0, (0.5, -0.5), 0.7, (0.0, 1.0), (0.0, 1.0))
    import numpy as np

    table = {word: np.array([random.uniform(-9, 9) for _ in "ab"], np.float32) for word in "pqrs"}
    model = parse(pack(head, {f"{word}{word}": row for word, row in table.items()}))
    for word, row in table.items():
        scored = model.score({word * 2: 1, "unknown": 3})
        assert scored is not None
        assert np.abs(scored.gains[0] - (row - row.mean())).max() < 9 / 127
        assert not scored.gains[1].any()
    assert model.score({"unknown": 3}) is None


BROKEN = [
    (b"", "empty"),
    (b"{}\n", "no head"),
    (read("subjects.bin")[:-100], "breaks off"),
    (read("topics.json"), "another file"),
]


@pytest.mark.parametrize(("data", "why"), BROKEN, ids=[why for _, why in BROKEN])
def test_a_broken_model_is_refused_in_words(data: bytes, why: str):
    with pytest.raises(BadTaxonomy, match="model of subjects"):
        parse(data)


def test_a_table_with_a_loose_end_is_refused():
    table = msgspec.json.decode(read("topics.json"))
    table["topics"] = [topic for topic in table["topics"] if topic["code"] != "15000000"]
    with pytest.raises(BadTaxonomy, match="15000000"):
        load_topics(msgspec.json.encode(table))
    with pytest.raises(BadTaxonomy, match="cannot be read"):
        load_topics(b"[]")
