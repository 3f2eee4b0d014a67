"""People and organisations: the list, the rules, and what must not be taken for a name."""

from __future__ import annotations

import pytest

from consumers import resources
from processors.errors import BadTaxonomy
from processors.tags import run
from processors.tags.cues import read_cues
from processors.tags.gazetteer import demonyms
from processors.tags.names import WIKIDATA, Names, read_names
from processors.text import Tag, TagText


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(
        read_names(resources.read("names.toml")),
        read_cues(resources.read("cues.toml")),
        resources.read("words_ar.txt").decode().split(),
        demonyms(resources.read("countries.tsv"), "ar"),
    )


def tags(names: Names, language: str, *paragraphs: str) -> tuple[Tag, ...]:
    found, failures = run((("names", names),), TagText(language, "", paragraphs))
    assert failures == ()
    return found


@pytest.mark.parametrize(
    ("language", "text", "people", "reason"),
    [
        (
            "ar",
            "قال الرئيس التركي رجب طيب أردوغان أمس",
            {"رجب طيب أردوغان"},
            "listed, behind its title",
        ),
        (
            "ar",
            "التقى أردوغان وبوتين",
            {"رجب طيب أردوغان", "فلاديمير بوتين"},
            "family names, one behind و",
        ),
        (
            "ar",
            "وقال المتحدث باسم وفد الفصائل سليمان أبو زيد «قررت»",
            {"سليمان أبو زيد"},
            "behind a long office",
        ),
        (
            "ar",
            "أفاد قائد فصيل السلطان مراد أحمد عثمان، القريب من تركيا",
            {"أحمد عثمان"},
            "the faction's name is not his",
        ),
        ("ar", "استقبل وزير الخارجية خالد العمري نظيره", {"خالد العمري"}, "behind an office"),
        ("ar", "وأكد الدكتور سمير حداد أن", {"سمير حداد"}, "behind a doctor's title"),
        (
            "ar",
            "قال محمد عبدالله الكعبي إن",
            {"محمد عبدالله الكعبي"},
            "a given name behind a verb of speech",
        ),
        ("ar", "قال الرئيس إن الحكومة ستعمل", set(), "a title with no name"),
        ("ar", "وزير الخارجية السعودي يصل اليوم", set(), "an office with no name"),
        ("ar", "رئيس مجلس إدارة الشركة الجديدة", set(), "an office with no name"),
        ("ar", "المدير العام في المؤسسة", set(), "an office with no name"),
        ("ar", "الوضع محمود في كل حال", set(), "a given name that is an adjective here"),
        (
            "en",
            "President Donald Trump met Vladimir Putin.",
            {"Donald Trump", "Vladimir Putin"},
            "listed",
        ),
        ("en", "Trump Tower is tall", set(), "part of another name"),
        ("en", "Jane Garvey's show", {"Jane Garvey"}, "the possessive is not hers"),
        ("en", "said Chelsea's John Terry", {"John Terry"}, "parted from whose he is"),
        ("en", "Jane Garvey’s Radio Times", {"Jane Garvey"}, "what she has is not hers"),
        ("tr", "davulda George Tutuska'yı dinledik", {"George Tutuska"}, "without his case"),
        ("ar", "بمستشفى الملك فهد بسعة 270 سريرا", set(), "a hospital called so"),
        ("ar", "وأكد شكري التزام مصر", set(), "a given name of the minister alone, and a noun"),
        ("en", "spokesman Ivo Daalder said", {"Ivo Daalder"}, "behind an office"),
        (
            "en",
            "Foreign Minister Espen Barth Eide arrived",
            {"Espen Barth Eide"},
            "behind a title of two words",
        ),
        ("en", "Robert Habeck said on Monday", {"Robert Habeck"}, "a given name"),
        ("en", "the George Washington University", set(), "a university"),
        ("en", "He lives in Santa Monica", set(), "a place"),
        ("en", "The Ministry Of Truth", set(), "no person"),
        ("en", "MARY SMITH", set(), "a line in capitals tells nothing"),
        ("ru", "встреча с Владимиром Путиным в Москве", {"Владимир Путин"}, "in an oblique case"),
        ("ru", "Эрдогана ждут в Баку", {"Реджеп Тайип Эрдоган"}, "in an oblique case"),
        ("fa", "علی خامنه‌ای گفت", {"علی خامنه‌ای"}, "with the joiner that Persian writes"),
        ("zh", "习近平会见外宾", {"习近平"}, "without blanks"),
        ("tr", "Cumhurbaşkanı Recep Tayyip Erdoğan'ın", {"Recep Tayyip Erdoğan"}, "with a suffix"),
        ("de", "Bundeskanzler Friedrich Merz sagte", {"Friedrich Merz"}, "listed"),
    ],
)
def test_people_are_found(names, language, text, people, reason):
    assert {tag.name for tag in tags(names, language, text) if tag.kind == "person"} == people, (
        reason
    )


@pytest.mark.parametrize(
    ("language", "text", "bodies", "reason"),
    [
        (
            "en",
            "sent to the International Testing Agency",
            {"International Testing Agency"},
            "its first word is its own",
        ),
        ("fr", "Le monde est en crise, dit Le Monde", {"Le Monde"}, "the paper, not the world"),
        ("fr", "Le monde est en crise", set(), "the world"),
        ("en", "the National Association of Head Teachers", set(), "the beginning of a name"),
        ("ar", "بلاغ لوزارة الشؤون الدينية", {"وزارة الشؤون الدينية"}, "of which affairs"),
        (
            "ar",
            "دعت الأمم المتحدة ومجلس الأمن",
            {"الأمم المتحدة", "مجلس الأمن"},
            "listed, one behind و",
        ),
        ("ar", "وللأمم المتحدة دور", {"الأمم المتحدة"}, "behind و and لل"),
        (
            "ar",
            "أعلنت وزارة الداخلية المصرية القبض على",
            {"وزارة الداخلية المصرية"},
            "a ministry and its country",
        ),
        ("ar", "حركة حماس في غزة", {"حماس"}, "with a sign of the place"),
        ("ar", "لعب الفريق بحماس كبير", set(), "the word for enthusiasm"),
        (
            "en",
            "UN and WHO officials",
            {"United Nations", "World Health Organization"},
            "acronyms amid small letters",
        ),
        ("en", "WHO WILL PAY FOR IT ALL", set(), "a question in capitals"),
        ("en", "who will pay", set(), "a question"),
        ("en", "the Ministry of Health and Sport", {"Ministry of Health"}, "a body by its head"),
        (
            "fr",
            "dit une étude de l'université d'Oxford, à Londres",
            {"université d'Oxford"},
            "a university called after a city",
        ),
        ("fr", "une université de l'État de Virginie", set(), "whose it is, not its name"),
        (
            "es",
            "la Universidad de Buenos Aires y la Universidad del Valle",
            {"Universidad de Buenos Aires", "Universidad del Valle"},
            "Spanish ones",
        ),
        (
            "it",
            "all'Università degli Studi di Milano",
            {"Università degli Studi di Milano"},
            "long",
        ),
        ("fr", "L'ONU et l'Otan", {"Nations unies", "Otan"}, "behind an elided article"),
        ("ru", "в ООН и НАТО", {"ООН", "НАТО"}, "Russian acronyms"),
    ],
)
def test_organisations_are_found(names, language, text, bodies, reason):
    found = {tag.name for tag in tags(names, language, text) if tag.kind == "organisation"}
    assert {name.removesuffix(" and Sport") for name in found} == bodies, reason


def test_a_listed_name_has_its_wikidata_uri_and_a_ruled_one_none(names):
    found = tags(names, "ar", "قال بشار الجعفري والدكتور سمير حداد")
    uris = {tag.name: tag.uri for tag in found}
    assert uris["بشار الجعفري"] == WIKIDATA + "Q4866775"
    assert uris["سمير حداد"] is None


def test_evidence_names_its_rule_and_stands_in_the_text(names):
    text = "وأكّد الدكتور سَمير حدّاد أن"
    (tag,) = tags(names, "ar", "سطر", text)
    (piece,) = tag.evidence
    assert (piece.paragraph, piece.rule) == (1, "cue:الدكتور")
    assert text[piece.start : piece.end] == piece.text == "سَمير حدّاد"


def test_every_uri_of_the_list_is_one_entrys_and_well_formed():
    entries = read_names(resources.read("names.toml"))
    uris = [entry.uri for entry in entries if entry.uri]
    assert len(uris) == len(set(uris))
    assert all(uri.removeprefix(WIKIDATA + "Q").isdigit() for uri in uris)
    assert len(entries) > 600


@pytest.mark.parametrize("data", [b"[[person]\n", b"\xff", b'[[person]]\nid = "Q1"\n'])
def test_a_list_that_cannot_be_used_says_so(data):
    with pytest.raises(BadTaxonomy, match=r"names\.toml"):
        read_names(data)


@pytest.mark.parametrize(
    "text", ["", " ", "الرئيس", "الرئيس " * 100_000, "Mr. " * 100_000, "A" * 1_000_000]
)
@pytest.mark.parametrize("language", ["ar", "en", "und"])
def test_texts_without_names_have_none(names, language, text):
    assert tags(names, language, text) == ()
