"""Countries in texts: which words count, which do not, and where they stand."""

from __future__ import annotations

import pytest

from consumers import resources
from processors.tags import run
from processors.tags.gazetteer import Gazetteer
from processors.tags.places import COUNTRY_URI, Places
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
        ("ar", "الوضع المالي", set(), "the word for finance is not Mali"),
        ("en", "Syrian and Russian forces in Syria", {"SY", "RU"}, "adjectives and names"),
        ("en", "a slice of turkey", set(), "names stand with a capital"),
        ("en", "He told us that Us was a film", set(), "an acronym stands in capitals"),
        ("en", "the US said", {"US"}, "an acronym"),
        ("en", "New Jersey and New Mexico", set(), "names inside longer ones"),
        ("en", "Latin America", set(), "a continent is not the United States"),
        ("en", "Jordan scored 40 points", set(), "a weak name alone"),
        ("en", "Jordan and Jordanian officials", {"JO"}, "a weak name with another sign"),
        ("fr", "L'Allemagne et la France", {"DE", "FR"}, "an elided article is no part of a word"),
        ("de", "in Deutschland und Österreich", {"DE", "AT"}, "German names"),
        ("zh", "中国和俄罗斯的关系", {"CN", "RU"}, "a script without spaces"),
        ("tr", "Türkiye'nin başkenti", {"TR"}, "an apostrophe ends the name"),
        ("he", "הוא גר בישראל", {"IL"}, "a Hebrew prefix"),
        ("fa", "وزیر خارجه ایران", {"IR"}, "Persian letters"),
    ],
)
def test_a_country_is_found_by_its_names(places, language, text, expected, reason):
    assert countries(places, language, text) == expected, reason


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
