"""Countries in texts: which words count, which do not, and where they stand."""

from __future__ import annotations

import gzip

import pytest

from consumers import resources
from processors.errors import BadTaxonomy
from processors.tags import MAX_EVIDENCE, run
from processors.tags.gazetteer import Gazetteer
from processors.tags.match import key_of
from processors.tags.places import COUNTRY_URI, PLACE_URI, Places
from processors.text import Tag, TagText


@pytest.fixture(scope="module")
def places() -> Places:
    return Places(Gazetteer(resources.read("countries.tsv"), resources.read("places.tsv.gz")))


def tags(places: Places, language: str, *paragraphs: str) -> tuple[Tag, ...]:
    found, failures = run((("places", places),), TagText(language, "", paragraphs))
    assert failures == ()
    return found


def countries(places: Places, language: str, *paragraphs: str) -> set[str]:
    found = tags(places, language, *paragraphs)
    return {
        tag.uri.removeprefix(COUNTRY_URI) for tag in found if tag.uri and COUNTRY_URI in tag.uri
    }


@pytest.mark.parametrize(
    ("language", "text", "expected", "reason"),
    [
        ("ar", "زار الوزير روسيا أمس", {"RU"}, "the plain name"),
        ("ar", "وصل إلى موسكو قادما من وروسيا", {"RU"}, "with و"),
        ("ar", "العلاقات بالسعودية", {"SA"}, "با and the article in one"),
        ("ar", "قال للسعودية", {"SA"}, "لل takes the article's alif away"),
        ("ar", "الجيش السوري", {"SY"}, "an adjective counts for the country"),
        ("ar", "القوات التركية والروسية", {"TR", "RU"}, "adjectives with article and و"),
        ("ar", "قِطاعُ الاقتصاد في رُوسِيَا", {"RU"}, "vowel marks do not hide a name"),
        ("ar", "روســيا", {"RU"}, "nor does tatweel"),
        ("ar", "عقد البرلمان جلسة", set(), "لمان is no name, and nothing begins inside a word"),
        ("ar", "مصريون في المصرف", {"EG"}, "the plural adjective, and not the bank"),
        ("ar", "أمريكا اللاتينية", set(), "a continent is not the United States"),
        ("ar", "اللاعب الروماني سان مارتن", set(), "a man, not the island"),
        ("ar", "الوضع المالي", set(), "the word for finance is not Mali"),
        ("en", "Syrian and Russian forces in Syria", {"SY", "RU"}, "adjectives and names"),
        ("en", "a slice of turkey", set(), "names stand with a capital"),
        ("en", "He told us that Us was a film", set(), "an acronym stands in capitals"),
        ("en", "the US said", {"US"}, "an acronym"),
        ("en", "New Jersey and New Mexico", set(), "names inside longer ones"),
        (
            "ru",
            "российские и сирийские войска в Турции",
            {"RU", "SY", "TR"},
            "adjectives, and a case",
        ),
        ("de", "die syrische Regierung", {"SY"}, "a German adjective"),
        ("fr", "les forces turques", {"TR"}, "a French adjective"),
        ("es", "el gobierno venezolano", {"VE"}, "a Spanish adjective"),
        ("en", "Armenia and Somali officials", {"AM", "SO"}, "cities of these names are weak"),
        ("en", "Latin America", set(), "a continent is not the United States"),
        ("en", "Jordan scored 40 points", set(), "a weak name alone"),
        ("en", "Jordan and Jordanian officials", {"JO"}, "a weak name with another sign"),
        ("fr", "L'Allemagne et la France", {"DE", "FR"}, "an elided article is no part of a word"),
        ("de", "in Deutschland und Österreich", {"DE", "AT"}, "German names"),
        ("zh", "中国和俄罗斯的关系", {"CN", "RU"}, "a script without spaces"),
        ("tr", "Türkiye'nin başkenti", {"TR"}, "an apostrophe ends the name"),
        ("he", "הוא גר בישראל", {"IL"}, "a Hebrew prefix"),
        ("fa", "وزیر خارجه ایران", {"IR"}, "Persian letters"),
        ("fa", "شب چهارشنبه سوری", set(), "a feast, not Syrian"),
    ],
)
def test_a_country_is_found_by_its_names(places, language, text, expected, reason):
    assert countries(places, language, text) == expected, reason


@pytest.mark.parametrize(
    ("language", "text", "expected", "reason"),
    [
        ("ar", "وصل إلى موسكو قادما من وارسو", {"524901", "756135"}, "capitals by themselves"),
        ("ar", "محادثات الأستانة", {"1526273"}, "a spelling that newsrooms use"),
        ("ar", "في الأستانة2", {"1526273"}, "with a number glued on"),
        ("ar", "في درعا السورية", {"170905"}, "a small city beside its country"),
        ("ar", "في درعا", set(), "a small city by itself"),
        ("ar", "قرب مدينة منبج شمال سوريا", {"167357"}, "behind the word for city"),
        ("ar", "العاصمة الأردنية عمان", {"250441"}, "in news of Jordan عمان is Amman"),
        ("ar", "سلطنة عمان", set(), "and else Oman"),
        ("ar", "كان المدير في المدينة بعد الخميس", set(), "words that are also towns"),
        ("ar", "بالقاهرة وللقاهرة", {"360630"}, "proclitics and the article"),
        ("ar", "قاهرة الأعداء", set(), "an adjective, without the article"),
        ("ar", "فاز مانشستر سيتي على ريال مدريد", set(), "clubs"),
        ("ar", "أعلن نادي ليفربول الإنجليزي", set(), "a club called after its city"),
        ("ar", "قال لاعب ليفربول الإنجليزي", set(), "and its player"),
        ("ar", "تعادل ليفربول مع فريق ليفربول الثاني في إنجلترا", set(), "a club in all the text"),
        ("ar", "توسعة قناة السويس في مصر", set(), "a canal called after its city"),
        ("ar", "أستاذ في جامعة حلوان في مصر", set(), "a university"),
        ("ar", "نجم ميلان الإيطالي", set(), "a player of a club"),
        ("ar", "شوارع المدينة في العراق", set(), "the city, and not the town of that name"),
        ("ar", "في شارع الإسكندرية", set(), "a street"),
        ("ar", "صوفياً كان", set(), "an indefinite word"),
        ("ar", "للبالغين في الولايات المتحدة", set(), "adults, not Elgin behind ب"),
        ("ar", "في دارفور", {"Darfur"}, "a region without a number"),
        ("en", "in Paris, France", {"2988507"}, "the large one"),
        (
            "en",
            "in Paris, Texas, USA",
            {"4717560", "4736286"},
            "the one in the region named behind it",
        ),
        ("en", "Paris Hilton arrived", set(), "part of a person's name"),
        ("en", "the Washington Post wrote", set(), "part of a newspaper's name"),
        ("en", "officials in Washington said", {"4140963"}, "the capital"),
        ("en", "It was nice reading of mobile male orange", set(), "small letters"),
        ("en", "Reading is fun in the UK", set(), "a word at the beginning"),
        ("en", "George Washington was born", set(), "part of a person's name"),
        ("en", "The Centre for London has less", {"2643743"}, "a region of Cameroon is a word"),
        ("en", "Mr Reedman, from Norfolk, said", set(), "the larger one is across the sea"),
        ("en", "in Newcastle, England", {"2641673"}, "the shorter name, by the country"),
        ("fr", "né à Newcastle, en Angleterre", {"2641673"}, "the same in French"),
        ("es", "Nada cambia. La Mesa de diálogo en Plano", set(), "words at a beginning"),
        ("fr", "à Damas et à Alep", {"170654", "170063"}, "names of the language"),
        ("en", "at Damas", set(), "and only of the language"),
        ("ru", "в Москве и под Киевом", {"524901", "703448"}, "in their cases"),
        ("de", "in München und Essen", {"2867714"}, "Essen is also food"),
        ("de", "die Hauptstadt Berlin Anfang Mai", {"2950159"}, "German nouns have capitals"),
        ("ko", "부산에서 한국은", {"1838524"}, "before Korean particles"),
        ("zh", "在北京和上海", {"1816670", "1796236"}, "without blanks"),
        ("tr", "İstanbul'da ve Ankara'da", {"745044", "323786"}, "before a suffix"),
        ("fa", "در تهران", {"112931"}, "Persian"),
        ("fa", "عملیات خنثی سازی مین در افغانستان", set(), "a mine, not Maine"),
        ("fa", "به گزارش خبرگزاری فارس از سمنان", {"116402"}, "the agency is no region"),
        ("he", "בתל אביב", {"293397"}, "behind a Hebrew prefix"),
    ],
)
def test_cities_and_regions_are_found(places, language, text, expected, reason):
    found = [
        tag for tag in tags(places, language, text) if not (tag.uri or "").startswith(COUNTRY_URI)
    ]
    numbers = {tag.uri.removeprefix(PLACE_URI).strip("/") if tag.uri else tag.name for tag in found}
    assert {name.replace("دارفور", "Darfur") for name in numbers} == expected, reason


def test_a_tables_fault_is_told_with_its_line():
    with pytest.raises(BadTaxonomy, match=r"countries\.tsv, line 2"):
        Gazetteer(b"version\tx\t\t\nname\tSY\n")
    with pytest.raises(BadTaxonomy, match=r"places\.tsv\.gz"):
        Gazetteer(b"version\tx\t\t\n", gzip.compress(b"version\tx\nmany\n", mtime=0))


def test_every_name_of_the_table_is_kept_as_it_is_sought(places):
    names = Gazetteer(resources.read("countries.tsv"), resources.read("places.tsv.gz")).names
    assert len(names) > 100_000
    assert [name for name in names[::97] if key_of(name) != name] == []


@pytest.mark.parametrize(
    "text", ["روسيا " * 20_000, "Paris" * 200_000, "a" * 1_000_000, "北京" * 50_000]
)
def test_a_megabyte_of_one_word_is_no_trouble(places, text):
    for language in ("ar", "en", "zh"):
        assert all(len(tag.evidence) <= MAX_EVIDENCE for tag in tags(places, language, text))


def test_evidence_points_at_the_characters_of_the_original(places):
    text = "في\u200f وَرُوســيَا\u200e والقوات التركيّة"
    for tag in tags(places, "ar", "سطر", text):
        for piece in tag.evidence:
            assert piece.paragraph == 1
            assert text[piece.start : piece.end] == piece.text


def test_a_country_named_by_adjectives_alone_says_so(places):
    (tag,) = tags(places, "en", "Syrian forces")
    assert tag.rel == "demonym"
    assert tag.evidence[0].rule == "demonym"


def test_no_text_has_no_places(places):
    assert tags(places, "ar") == ()
    assert tags(places, "ar", "", "") == ()
    assert tags(places, "und", "١٢٣ 456 !!") == ()
