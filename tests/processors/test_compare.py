"""Which two texts are one paragraph, language by language, and which never are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.compare import comparison
from processors.fingerprint import fingerprint

MEET = [
    # language, one text, the other, why they are the same paragraph
    ("ar", "قال المتحدث", "قـــال المتحـدث", "tatweel only stretches a line"),
    ("ar", "قال المتحدث", "قَالَ المُتَحَدِّثُ", "harakat are written or left out at will"),
    ("ar", "الأستانة", "الاستانة", "hamza on alef is left out in haste"),
    ("ar", "آلاف", "\u0627\u0653لاف", "madda typed as a mark of its own"),
    ("ar", "مؤتمر", "مو\u0654تمر", "hamza typed as a mark of its own"),
    ("ar", "مؤتمر", "مو\u200d\u0654تمر", "a joiner between letter and hamza is invisible"),
    ("ar", "لاعب", "ﻻﻋﺐ", "presentation forms of an old system"),
    ("ar", "هٰذا", "هذا", "superscript alef is a mark"),
    ("ar", "١٢ قتيلا", "12 قتيلا", "Arabic-Indic digits are the same figures"),
    ("ar", "نسبة ٥٪", "نسبة 5%", "the Arabic percent sign is one"),
    ("ar", "٣٫٥ مليون", "3.5 مليون", "the Arabic decimal sign is one"),
    ("ar", "٣٬٥٠٠ ريال", "3,500 ريال", "the Arabic thousands sign is one"),
    ("ar", "فاز ٢ـ١", "فاز 2-1", "a tatweel between digits was typed for a dash"),
    ("ar", "فاز ٢\u200fـ\u200f١", "فاز 2-1", "... with bidi marks around it"),
    ("ar", "القاهرة ـ رويترز", "القاهرة - رويترز", "tatweel as a dash between words"),
    ("ar", "قال «لا» ثم مضى", 'قال "لا" ثم مضى', "guillemets and straight quotes"),
    ("ar", "قال “لا” ثم مضى", "قال ''لا'' ثم مضى", "curly quotes and doubled apostrophes"),
    ("ar", "وقال، أمس؛ نعم", "وقال, أمس; نعم", "Arabic and Latin comma"),
    ("ar", "هل عاد؟", "هل عاد", "final punctuation"),
    ("ar", "انتهى.", "انتهى…", "final punctuation"),
    ("ar", "عام 2015.", "عام 2015", "a full stop after a figure ends the sentence"),
    ("ar", "عام\u00a02015", "عام 2015", "NBSP is white space"),
    ("ar", "\u200fعام\u200e 2015\u202c", "عام 2015", "bidi marks are invisible"),
    ("ar", "عام  \t2015\n\nميلادي", "عام 2015 ميلادي", "white space and line ends"),
    ("ar", "\ufeffعام", "عام", "a byte order mark left in"),
    ("ar", "1436هـ", "1436ه", "the tatweel of the Hijra sign"),
    ("ar", "صلى الله عليه وسلم", "\ufdfa", "one character that spells a sentence"),
    ("fa", "می‌خواهم", "میخواهم", "ZWNJ is invisible"),
    ("fa", "۱۲ نفر", "12 نفر", "Persian digits are the same figures"),
    ("fa", "گفت: «آری»", "گفت : آری", "a space before the colon"),
    ("ur", "کہا۔", "کہا", "the Urdu full stop is final punctuation"),
    ("ur", "فی نفسہٖ", "فی نفسہ", "the Urdu subscript alef is a mark"),
    ("ur", "۵ فیصد", "5 فیصد", "Urdu digits are the same figures"),
    ("he", "שָׁלוֹם", "שלום", "points are written or left out at will"),
    ("he", "צה״ל", 'צה"ל', "gershayim and a straight quote"),
    ("he", "ג׳ורג׳", "ג'ורג'", "geresh and an apostrophe"),
    ("he", "תל־אביב", "תל-אביב", "maqaf and hyphen"),
    ("he", "\ufb2aם", "שם", "presentation forms of an old system"),
    ("tr", "İSTANBUL", "istanbul", "dotted I in capitals"),
    ("tr", "IŞIK", "ışık", "dotless I in capitals"),
    ("tr", "i̇stanbul", "istanbul", "İ lowered by a program that knows no Turkish"),
    ("tr", "Türkiye'nin", "Türkiye’nin", "the apostrophe before a suffix"),
    ("az", "ƏLİYEV", "əliyev", "the Azerbaijani schwa"),
    ("az", "BAKI", "bakı", "Azerbaijani has the same two letters"),
    ("ru", "Москва — столица", "Москва - столица", "em dash and hyphen"),
    ("ru", "МОСКВА", "Москва", "case"),
    ("ru", "й", "и\u0306", "a letter typed with its mark"),
    ("ru", "№ 5", "No 5", "the number sign is two letters"),
    ("el", "ΟΔΟΣ", "οδος", "final sigma is sigma"),
    ("el", "Αθήνα;", "Αθήνα·", "final punctuation"),
    ("el", "Ταΐζω", "ταΐζω", "two marks on one letter, any way typed"),
    ("de", "STRASSE", "Straße", "ß has no capital in most fonts"),
    ("de", "Masse", "Maße", "the price of that: mass and measures, never alone in a paragraph"),
    ("de", "„Nein“, sagte er", "»Nein«, sagte er", "both kinds of German quotes"),
    ("de", "schön", "scho\u0308n", "a letter typed with its mark"),
    ("fr", "l’État : « oui »", "l'État: «oui»", "French spaces before signs"),
    ("fr", "5\u202f000 morts", "5 000 morts", "narrow no-break space"),
    ("fr", "cœur", "CŒUR", "case of a ligature"),
    ("en", "don’t", "don't", "curly and straight apostrophe"),
    ("en", "don`t", "don´t", "accents typed for apostrophes"),
    ("en", "Hawaiʻi", "Hawai'i", "U+02BB and its kin"),
    ("en", "ﬁrst oﬀice", "first office", "ligatures of a PDF"),
    ("en", "co\u00adoperate", "cooperate", "a soft hyphen is invisible"),
    ("en", "–5 degrees", "−5 degrees", "an en dash typed for a minus"),
    ("en", "1990–95", "1990-95", "an en dash between figures"),
    ("en", "½ a mile", "1/2 a mile", "a ready-made fraction"),
    ("hi", "१२ लोग", "12 लोग", "Devanagari digits are the same figures"),
    ("hi", "कहा।", "कहा", "the danda is final punctuation"),
    ("hi", "\u0958लम", "\u0915\u093cलम", "a letter typed with its nukta"),
    ("th", "๑๒ คน", "12 คน", "Thai digits are the same figures"),
    ("th", "กำ", "ก\u0e4d\u0e32", "sara am typed in two"),
    ("th", "น้ำ\u200bใจ", "น้ำใจ", "a zero-width space for line breaking"),
    ("zh", "“中国”", "「中国」", "curly quotes and corner brackets"),
    ("zh", "中国。", "中国", "final punctuation"),
    ("zh", "５％", "5%", "full-width figures"),
    ("zh", "GDP增长", "ＧＤＰ增长", "full-width letters"),
    ("zh", "\u3000中国", "中国", "the ideographic space of an indent"),
    ("ja", "ｶﾞｽ", "ガス", "half-width katakana"),
    ("ja", "が", "か\u3099", "a kana typed with its mark"),
    ("ja", "㈱東京", "(株)東京", "a sign that spells a word"),
    ("ko", "한국", "\u1112\u1161\u11ab국", "a syllable typed in its parts"),
]

NEVER = [
    ("ar", "مقتل 10 أشخاص", "مقتل 12 أشخاص", "another toll"),
    ("ar", "-94", "94", "a sign makes another figure"),
    ("ar", "٪٩٤", "٩٤", "percent is not a count"),
    ("ar", "فاز ٢ـ١", "فاز ٢١", "a score is not a figure"),
    ("ar", "علي", "على", "a name and a preposition"),
    ("ar", "كرة", "كره", "ball and hatred: teh marbuta is a letter"),
    ("ar", "سؤال", "سوال", "hamza on waw is a letter"),
    ("ar", "رئيس", "رييس", "hamza on yeh is a letter"),
    ("ar", "قال لا", "قاللا", "a space divides words"),
    ("fa", "علی", "علي", "Persian and Arabic yeh: folded only in a profile that asks for it"),
    ("fa", "کتاب", "كتاب", "keheh and kaf, likewise"),
    ("fa", "می خواهم", "میخواهم", "a space is not a ZWNJ"),
    ("ur", "میں", "میں نہیں", "a denial"),
    ("ur", "ہ", "ھ", "two letters of Urdu"),
    ("he", "שבת", "שבט", "another letter"),
    ("tr", "ılık", "ilik", "lukewarm and marrow: ı is not i"),
    ("tr", "sık", "şık", "frequent and chic"),
    ("ru", "все", "всё", "all and everything: no mark is stripped"),
    ("ru", "и", "й", "the breve makes a letter"),
    ("el", "νόμος", "νομός", "law and prefecture: the accent tells"),
    ("de", "schön", "schon", "beautiful and already"),
    ("fr", "pêche", "péché", "peach and sin"),
    ("fr", "a", "à", "has and to"),
    ("sv", "tåg", "tag", "train and grip"),
    ("en", "10 killed", "12 killed", "another toll"),
    ("en", "3-5", "3.5", "a range and a decimal"),
    ("en", "3-5", "35", "a range and a figure"),
    ("en", "3-5", "3 5", "a range and two figures"),
    ("en", "3.5", "35", "a decimal and a figure"),
    ("en", "3.5", "3,5", "signs between digits stay what they are"),
    ("en", "10:30", "10.30", "signs between digits stay what they are"),
    ("en", "5%", "5", "percent is not a count"),
    ("en", "5%", "5‰", "percent is not per mille"),
    ("en", "+5", "5", "symbols are not punctuation"),
    ("en", "−5", "5", "a true minus sign"),
    ("en", "(-5)", "(5)", "a sign after a bracket"),
    ("en", ".5", "5", "a decimal point that begins a figure"),
    ("en", "(.5)", "(5)", "... after a bracket"),
    ("en", "-.5", ".5", "a sign before a decimal point"),
    ("en", "$5", "€5", "symbols are not punctuation"),
    ("en", "10² km", "102 km", "a power is not a figure"),
    ("en", "5½", "51/2", "a fraction is not a figure"),
    ("en", "1/2", "12", "a fraction is not a figure"),
    ("en", "C", "C++", "symbols are not punctuation"),
    ("hi", "दूध", "दध", "vowel marks are the word (milk)"),
    ("hi", "दिन", "दीन", "day and poor"),
    ("hi", "में", "मे", "the nasal mark tells"),
    ("th", "ม้า", "มา", "horse and come: the tone mark tells"),
    ("th", "ใกล้", "ใกล", "near, and nothing"),
    ("zh", "十二人", "十人", "another toll, in words"),
    ("zh", "台湾", "臺灣", "simplified and traditional are not folded"),
    ("zh", "3：5", "35", "a score is not a figure"),
    ("ja", "が", "か", "the voicing mark makes another kana"),
    ("ja", "はは", "ばば", "mother and old woman"),
    ("ja", "ビル", "ビール", "building and beer: the long mark is a letter"),
    ("ko", "배", "베", "another vowel"),
]

PROFILES = [
    ("وقال المتحدث", None, "ar-1", "Arabic letters"),
    ("گفت که می‌آید", "fa", "ar-1", "Persian is of the Arabic script"),
    ("قال IBM", None, "ar-1", "half or more of the letters"),
    ("قال IBM and Microsoft", None, "und-1", "less than half of the letters"),
    ("قال IBM and Microsoft", "tr", "tr-1", "less than half, in a Turkish article"),
    ("وقال المتحدث IBM", "tr", "ar-1", "Turkish rules do not reach into Arabic"),
    ("שלום", None, "he-1", "Hebrew letters"),
    ("Merhaba", "tr", "tr-1", "Turkish"),
    ("Merhaba", "tr-TR", "tr-1", "Turkish of a country"),
    ("Salam", "az_Latn", "tr-1", "Azerbaijani"),
    ("Trinidad", "trv", "und-1", "Seediq is not Turkish"),
    ("Hello", "en", "und-1", "one set of rules for every other script"),
    ("中国", "zh", "und-1", "one set of rules for every other script"),
    ("12/5", "ar", "und-1", "no letters at all"),
    ("ﷺ", None, "ar-1", "by the comparison text, not by how it was typed"),
]


@pytest.mark.parametrize(("language", "one", "other", "why"), MEET)
def test_these_are_one_paragraph(language, one, other, why):
    assert comparison(one, language) == comparison(other, language), why
    assert fingerprint(comparison(one, language)) == fingerprint(comparison(other, language))


@pytest.mark.parametrize(("language", "one", "other", "why"), NEVER)
def test_these_are_never_one_paragraph(language, one, other, why):
    assert comparison(one, language).text != comparison(other, language).text, why
    assert fingerprint(comparison(one, language)) != fingerprint(comparison(other, language))


@pytest.mark.parametrize(("text", "language", "profile", "why"), PROFILES)
def test_the_profile_is_that_of_most_letters(text, language, profile, why):
    assert comparison(text, language).profile == profile, why


TEXTS = st.text(
    st.sampled_from("قالمتحدثأ\u064eـ ١٢5.,-%aIéß中がक\u093f")
    | st.characters(exclude_categories=["Cs"])
)


@given(TEXTS, TEXTS, st.sampled_from("\u200e\u200f\u202b\u202c\u061c\u2067\ufeff\u00ad\u200c"))
def test_an_invisible_character_anywhere_changes_nothing(before, after, invisible):
    assert comparison(before + invisible + after) == comparison(before + after)


@given(TEXTS, TEXTS, st.sampled_from("\u064e\u064b\u0651\u0670\u06d6\u05b0\u05c1"))
def test_a_vowel_mark_anywhere_changes_nothing(before, after, mark):
    assert comparison(before + mark + after) == comparison(before + after)


@given(TEXTS, TEXTS)
def test_a_tatweel_anywhere_but_between_figures_changes_nothing(before, after):
    stretched = re.sub(
        "[\u0590-\u05cf\u061c\u064b-\u0670\u200b-\u2069\ufeffـ]", "", before + "|" + after
    )
    if not re.search(r"\d\|\d", stretched):
        assert comparison(before + "ـ" + after) == comparison(before + after)


@given(TEXTS, st.sampled_from(["'", '"', "«", "”", "‘", "`", "´", "ʼ", "״", "「", "‹"]), TEXTS)
def test_one_quote_is_as_good_as_another(before, quote, after):
    assert comparison(before + quote + after) == comparison(before + "’" + after)


@given(TEXTS, st.sampled_from(["。", "।", "؟", "!", "۔", "…", ":", "،", "»", "\u00a0", "\n"]))
def test_final_punctuation_and_white_space_change_nothing(text, sign):
    assert comparison(text + " " + sign) == comparison(text)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from("٠०๐０۰"))
def test_figures_meet_only_where_they_are_equal(one, other, zero):
    digits = {ord("0") + value: chr(ord(zero) + value) for value in range(10)}
    elsewhere = comparison(f"مقتل {other} شخصا".translate(digits))
    assert (comparison(f"مقتل {one} شخصا") == elsewhere) == (one == other)
