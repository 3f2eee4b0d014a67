"""The language of texts: detected, declared, contradicted, undetermined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.tags.language import (
    Detector,
    clean,
    language_of,
    load_detector,
    paragraph_languages,
    well_formed,
)

ARABIC = "قاطعت فصائل المعارضة مشاورات الأستانة احتجاجا على استمرار النظام باستهداف المدن"
ENGLISH = "The opposition groups boycotted the talks in protest at the continued bombing of cities"
DETECTOR = load_detector()


@pytest.fixture(scope="module")
def detector() -> Detector:
    return DETECTOR


@pytest.mark.parametrize(
    ("text", "tag", "reason"),
    [
        (ARABIC, "ar", "plain Arabic"),
        (ENGLISH, "en", "plain English"),
        ("ﻗﺎﻃﻌﺖ ﻓﺼﺎﺋﻞ ﺍﻟﻤﻌﺎﺭﺿﺔ ﺍﻟﺴﻮﺭﻳﺔ ﻣﺸﺎﻭﺭﺍﺕ ﺍﻷﺳﺘﺎﻧﺔ", "ar", "presentation forms read as letters"),
        ("قَاطَعَتْ فَصَائِلُ المُعَارَضَةِ مُشَاوَرَاتِ", "ar", "vowel marks"),
        ("وزیر امور خارجه ایران گفت که مذاکرات ادامه خواهد یافت", "fa", "Persian"),
        ("د افغانستان د بهرنیو چارو وزیر وویل چې خبرې به دوام ومومي", "ps", "Pashto, which eldc takes for Persian"),
        ("وەزیری دەرەوەی عێراق ڕایگەیاند کە دانوستانەکان بەردەوام دەبن", "ckb", "Sorani by its letters"),
        ("وزیر خارجہ نے کہا کہ مذاکرات جاری رہیں گے اور فیصلہ جلد ہوگا", "ur", "Urdu"),
        ("Menteri luar negeri mengatakan bahwa perundingan itu akan dilanjutkan karena penting", "id", "Indonesian by its spelling"),
        ("Perdana menteri berkata bahawa kerajaan akan meneruskan rundingan kerana penting", "ms", "Malay by its spelling"),
        ("Министар је рекао да ће се преговори наставити и да су важни за све", "sr", "Serbian"),
        ("Министерот рече дека преговорите ќе продолжат и дека се важни за сите", "mk", "Macedonian, which eldc takes for Serbian"),
        ("Die minister het gesê dat hulle nie weer oor die saak sal praat nie", "af", "Afrikaans, which eldc takes for Dutch"),
        ("外交部长表示，谈判将继续进行", "zh", "Chinese"),
        ("外務大臣は交渉が続くと述べた", "ja", "Japanese"),
        ("Новости Reuters: министр иностранных дел заявил, что переговоры продолжатся https://example.org/en/news/today", "ru", "Latin words and addresses do not count against Cyrillic"),
        ("اليوم Reuters news agency في الرياض أعلنت وزارة الخارجية", "ar", "Latin words amid Arabic"),
        ("", "und", "nothing"),
        ("  \n\t ", "und", "blanks"),
        ("2026 - 11 - 23, 12:30", "und", "no letters"),
        ("😀🎉🔥", "und", "no letters"),
        ("***", "und", "furniture"),
        ("x", "und", "one letter"),
    ],
)  # fmt: skip
def test_the_language_of_a_text(detector, text, tag, reason):
    assert detector.detect(text).tag == tag, reason


@pytest.mark.parametrize(
    ("declared", "text", "tag", "contradicted", "reason"),
    [
        (None, ARABIC, "ar", False, "nothing declared"),
        ("ar", ARABIC, "ar", False, "declared rightly"),
        ("ar-SA", ARABIC, "ar-SA", False, "the region of the declaration is kept"),
        ("AR_sa", ARABIC, "ar-SA", False, "brought into BCP 47's form"),
        ("en", ARABIC, "ar", True, "declared wrongly"),
        ("en-GB", ENGLISH, "en-GB", False, "a region that no text shows"),
        ("en", "عاجل", "en", False, "one word is no proof"),
        ("fr", "", "fr", False, "no text speaks against nothing"),
        ("nb", "Utenriksministeren sa at forhandlingene vil fortsette i dag og i morgen", "nb", False, "Bokmål is Norwegian"),
        ("sr-Latn", "Ministar je rekao da će se pregovori nastaviti i da su veoma važni za sve", "sr-Latn", False, "Serbian in Latin letters looks Croatian"),
        ("prs", "وزیر امور خارجه گفت که مذاکرات ادامه خواهد یافت و نتیجه اعلام می شود", "prs", False, "Dari is read as Persian"),
        ("lg", "Omwogezi wa gavumenti yagambye nti enteeseganya zijja kugenda mu maaso enkya mu kibuga", "lg", False, "a language that no detector knows"),
        ("und", ARABIC, "ar", False, "und declares nothing"),
        ("arabic", ARABIC, "ar", False, "not a tag"),
        ("zz9!", ENGLISH, "en", False, "not a tag"),
    ],
)  # fmt: skip
def test_a_declared_language_stands_unless_the_text_contradicts_it(
    detector, declared, text, tag, contradicted, reason
):
    language = language_of(detector, "", (text,), declared)
    assert (language.tag, language.contradicted) == (tag, contradicted), reason


def test_a_paragraph_in_another_language_is_named(detector):
    paragraphs = (ARABIC, ENGLISH, "قال", "Reuters")
    assert {
        index: found.tag for index, found in paragraph_languages(detector, paragraphs, "ar").items()
    } == {1: "en"}


def test_neighbouring_languages_are_not_told_apart_by_paragraph(detector):
    norwegian = "Utenriksministeren sa at forhandlingene vil fortsette i dag og i morgen tidlig"
    assert paragraph_languages(detector, (norwegian,), "nn-NO") == {}


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text):
    found = DETECTOR.detect(text)
    assert found.tag == "und" or well_formed(found.tag) == found.tag
    assert 0 <= found.confidence <= 1
    assert (found.tag == "und") == (found.confidence == 0)


@given(st.text(max_size=200))
def test_the_same_text_has_the_same_language(text):
    assert DETECTOR.detect(text) == DETECTOR.detect(text)
    assert clean(clean(text)) is not None


def test_a_megabyte_of_one_word_is_read_in_part_only(detector):
    assert detector.detect("كلمة" * 250_000).tag in {"ar", "und", "fa", "ur"}
    assert detector.detect("https://" * 130_000).confidence >= 0
