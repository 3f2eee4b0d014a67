"""Every short way of the taggers gives what the long way gives.

What is remembered, asked first or searched by parts is there for speed alone; each test here does
the same work the plain way beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import resources
from processors.tags import latin_names
from processors.tags.coded import page
from processors.tags.common_words import goes_on_in, plain_language
from processors.tags.cues import read_cues
from processors.tags.fold import fold, fold_at_length, fold_lines
from processors.tags.language import Detector, load_detector, paragraph_languages
from processors.tags.match import (
    Matcher,
    _Index,
    _longest,
    key_of,
    keys_of,
    search_together,
)
from processors.tags.scan import ANY, scanned
from processors.tags.subject_model import SubjectModel, parse
from processors.tags.subject_topics import Topics, load_topics
from processors.tags.subject_words import words_of, words_on
from processors.tags.subjects import _LONGEST_NAME
from processors.tags.tongues import near, primary

SEED = (Path(__file__).parents[2] / "corpus" / "seed.txt").read_text(encoding="utf-8")
NAMES = (
    "Paris", "New York", "York", "القاهرة", "مصر", "لبنان", "بنان", "Москва", "Київ", "Αθήνα",
    "ירושלים", "北京", "京", "東京都", "한국", "6th of October City", "€ crisis", "A/B", "İzmir",
)  # fmt: skip
PIECES = (*NAMES, " ", "\n", ", ", "و", "بال", "ب", "ה", "은", "2", ":", "’", "x", "ё", "的")
mixed = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
on_pages = st.lists(
    st.text(st.sampled_from(sorted(page("arabic").characters | set("…ßé\u0301\ufeffﷺ")))) | mixed,
    min_size=1, max_size=4,
)  # fmt: skip
LANGUAGES = (
    ("en", "The minister told members of parliament that prices of wheat and oil keep rising."),
    ("ar", "وقال المتحدث باسم وفد الفصائل إن القوات سيطرت على بعض البلدات قرب المدينة أمس"),
    ("fa", "رئیس جمهور در جمع خبرنگاران گفت که دولت برای حل این مشکل تلاش زیادی کرده است"),
    ("sr", "Председник је изјавио да ће се преговори наставити и да није било већих разлика"),
    ("mk", "Претседателот изјави дека преговорите ќе продолжат и дека нема поголеми разлики"),
    ("id", "Pemerintah mengatakan bahwa harga minyak bisa naik karena permintaan tinggi hari ini"),
    ("ms", "Kerajaan berkata harga minyak boleh naik kerana permintaan yang tinggi hari ini"),
    (
        "af",
        "Die minister het gesê dat hulle nie vir die nuwe wet sal stem nie, omdat dit te laat is",
    ),
    ("nl", "De minister zei dinsdag dat het kabinet volgend jaar minder geld aan wegen uitgeeft"),
    ("ps", "ولسمشر په کابل کې وویل چې د سولې خبرې به د راتلونکې اونۍ په ورځو کې پیل شي"),
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector()


@pytest.fixture(scope="module")
def model() -> SubjectModel:
    return parse(resources.read("subjects.bin"))


@given(st.text() | mixed)
def test_folding_without_the_way_back_gives_the_same_text(text):
    assert fold(text) == fold_lines((text,)).text


@given(st.lists(st.text(st.characters(exclude_characters="\0")) | mixed, max_size=5))
def test_many_names_are_folded_as_each_is(names):
    assert keys_of(names) == [key_of(name) for name in names]


@given(mixed)
def test_names_sought_alphabet_by_alphabet_are_those_of_one_search(text):
    keys = sorted({key_of(name) for name in NAMES})
    ready = scanned(fold(text))
    together: list[list[tuple[int, int, int, int, int, str]]] = [[]]
    _Index((keys,), (range(len(keys)),), ANY).find(ready, together)
    assert Matcher(keys).find_in(ready) == _longest(together[0], ready.text)


@given(on_pages)
def test_a_text_on_a_page_is_folded_as_at_length(lines):
    short, long = fold_lines(lines), fold_at_length("\n".join(lines), fold_lines(lines).line_starts)
    assert (short.text, short.starts) == (long.text, long.starts)
    everywhere = range(len(short.text))
    assert [short.source(at, at + 1) for at in everywhere] == [
        long.source(at, at + 1) for at in everywhere
    ]


@given(on_pages)
def test_a_text_on_a_page_is_spaced_and_cut_as_at_length(lines):
    folded = fold_lines(lines)
    short, long = scanned(folded.text, folded.coded), scanned(folded.text)
    assert (short.spaced, short.alphabets) == (long.spaced, long.alphabets)
    if folded.coded is not None:
        assert words_on(folded.coded.page, folded.coded.data) == words_of(folded.text)


@given(mixed)
def test_names_are_found_on_a_page_as_in_any_text(text):
    keys = sorted({key_of(name) for name in NAMES})
    folded = fold_lines((text,))
    on_page = Matcher(keys).find_in(scanned(folded.text, folded.coded))
    assert on_page == Matcher(keys).find(folded.text)


@given(mixed, st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_matchers_that_search_together_find_what_each_finds(text, ones, others):
    folded = fold_lines((text,))
    sets = [sorted({key_of(name) for name in names}) for names in (ones, others)]
    together = [Matcher(keys) for keys in sets]
    search_together(together)
    ready = scanned(folded.text, folded.coded)
    assert [matcher.find_in(ready) for matcher in together] == [
        Matcher(keys).find(folded.text) for keys in sets
    ]


MET_MUCH = Matcher([key_of(name) for name in NAMES])


@given(mixed)
def test_a_matcher_that_has_met_much_finds_what_a_new_one_finds(text):
    assert MET_MUCH.find(fold(text)) == Matcher(MET_MUCH.keys).find(fold(text))


@pytest.mark.parametrize(("own", "text"), [each for each in LANGUAGES if each[0] in ("ar", "en")])
def test_what_common_words_say_of_a_language_the_models_say_too(detector, own, text):
    assert plain_language(text) == own
    assert detector._detect(text, detector._first.detect_details(text)).tag == own


@pytest.mark.parametrize(
    ("own", "text"), [each for each in LANGUAGES if each[0] not in ("ar", "en")]
)
def test_common_words_say_nothing_of_other_languages(own, text):
    assert plain_language(text) is None, own


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing is in no language"),
        ("the and that with " + "ب" * 40, "most of it is in another script"),
        ("في من على التي الذي گفت که در این", "a letter that Arabic has not"),
        ("the the the the the", "one word often is no language"),
        ("x" * 2000 + " the and that", "three words are too few for so long a text"),
    ],
)
def test_common_words_say_nothing_where_there_is_doubt(text, reason):
    assert plain_language(text) is None, reason


@pytest.mark.parametrize(
    ("own", "text", "does", "reason"),
    [
        ("en", "The end of the road is near to where he was", True, "the, and what goes with it"),
        ("en", "Ministers said they would resign", True, "two common words, but the first"),
        ("en", "Officials \u201chave said so\u201d, and that was it", True, "quotes are not ASCII"),
        ("ar", "وصل الوزير في الصباح إلى المطار", True, "two common words"),
        ("en", "", False, "nothing goes on in nothing"),
        ("en", "Le ministre a dit que la loi sera votée", False, "no word of it"),
        ("en", "Hij was blij dat hij het had", False, "Dutch words that English has too"),
        ("en", "Ο υπουργός the of είπε ότι θα γίνει", False, "most of it is in another script"),
        ("ar", "وزیر خارجه در تهران با همتای خود دیدار کرد", False, "no word of it"),
        ("ar", "قال الوزير", False, "one word, and none between blanks"),
        ("ar", "The minister في the hotel على the way to it", False, "most of it is in another"),
        ("fa", "وصل في الصباح إلى المطار", False, "Arabic words that Persian has not"),
        ("fa", "وزیر خارجه در تهران با همتای خود دیدار کرد", True, "Persian ones"),
        ("ru", "Он сказал, что это будет после встречи", True, "two words, not one of them first"),
        ("ru", "Министърът каза, че това ще стане след срещата", False, "Bulgarian has others"),
        ("fr", "Le ministre a dit dans une lettre que la loi sera votée", True, "two common words"),
        (
            "fr",
            "El ministre va dir que la llei serà votada per les corts",
            False,
            "one, in Catalan",
        ),
        ("fr", "وصل dans المطار avec الوزير في الصباح", False, "most of it is in another script"),
        ("tr", "Bakan için bu karar çok önemli ve büyük", True, "letters that Latin-1 has not"),
        ("fi", "Hän sanoi, että se on niin kuin ennen", False, "nothing is known of Finnish"),
    ],
)
def test_a_paragraph_goes_on_in_its_articles_language_or_is_looked_at(own, text, does, reason):
    assert goes_on_in(own, text) is does, reason


@pytest.mark.parametrize(("own", "of_article"), LANGUAGES)
def test_a_paragraph_in_another_language_is_found_as_by_asking_of_each(detector, own, of_article):
    paragraphs = [text for _, text in LANGUAGES] + [of_article[:70], f"{of_article} 2026", SEED]
    for _ in range(2):  # asked again, the answers are remembered ones
        found = paragraph_languages(detector, paragraphs, own)
        plain = {
            at: answer
            for at, text in enumerate(paragraphs)
            if len(text) >= 60
            and (answer := detector.detect(text)).confidence >= 0.97
            and not near(primary(own), answer.tag)
        }
        assert found == plain


@given(st.text() | mixed)
def test_rows_that_are_remembered_score_as_those_looked_up(model, text):
    counts = Counter(words_of(fold(f"{text} election election والانتخابات")))
    first = model.score(counts)
    again = model.score(counts)
    model.remembered.clear()
    afresh = model.score(counts)
    for other in (again, afresh):
        assert first.shares.tolist() == other.shares.tolist()
        assert first.gains.tolist() == other.gains.tolist()


@cache
def the_topics() -> Topics:
    return load_topics(resources.read("topics.json"))


@pytest.mark.parametrize("language", ["ar", "en", "fr", "zh"])
def test_a_topics_name_is_found_though_its_pieces_are_asked_for_first(language):
    topics = the_topics()
    names = [topic.names[tag] for topic in topics.by_code.values() for tag in topic.names][::37]
    text = fold(" ؛ ".join(names) + SEED)
    words = dict.fromkeys(re.findall(r"\w+", text), 1)
    found, looked = 0, dict[str, bool]()
    for named in topics.named(words, language, set(topics.roots.values())):
        plain = named._replace(pieces=())
        found += len(named.spans(text, 3))
        asked_first = named.spans(text, 3) if named.may_count(text, len(text), looked) else []
        assert asked_first == plain.spans(text, 3)
    assert found or language == "zh"


@given(
    st.lists(st.sampled_from("صحة الصحة والصحة للصحة وصحه law laws outlaw in . \n xx".split(" "))),
    st.integers(0, 30),
)
def test_no_topic_that_counts_is_left_out_by_the_quick_look(words, title):
    topics = the_topics()
    text = fold(" ".join(words))
    for language in ("ar", "en"):
        looked: dict[str, bool] = {}
        for named in topics.named(words_of(text), language, set(topics.roots.values())):
            spans = named.spans(text, 3)
            if len(spans) > 1 or (spans and spans[0][0] < title):
                assert named.may_count(text, title + 100, looked)


def test_every_topics_name_is_short_enough_to_be_looked_for_behind_a_title():
    topics = the_topics()
    names = [name for topic in topics.by_code.values() for name in topic.names.values()]
    assert max(map(len, names)) + 5 * max(len(name.split()) for name in names) < _LONGEST_NAME


@given(st.lists(st.sampled_from("John Smith McDonald van de O’Neill J. @ / - . _ x É Ministry of the"
    " Defence and Bank University XBank \n".split(" ")), max_size=12).map(" ".join) | st.text())  # fmt: skip
def test_capitalised_runs_are_those_that_the_plain_expressions_find(text):
    rules = latin_names.LatinNames(read_cues(resources.read("cues.toml"))[1])
    _, latin = read_cues(resources.read("cues.toml"))
    particle = "|".join(sorted(latin.particles))
    word = latin_names._WORD
    plain = re.compile(rf"(?<![\w.@#/-]){word}(?:[ ](?:(?:{particle})[ ]){{0,2}}{word})+")
    assert _spans(rules._run, text) == _spans(plain, text)
    body = re.compile(
        r"\b(?:Ministry|Department|University|Bank|Institute|Academy|Federation)"
        rf" of(?: the)? {word}(?:[ ](?:and )?{word}){{0,3}}"
    )
    assert list(latin_names._headed(text)) == _spans(body, text)


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]
