"""Loading taggers by their names, a newsroom's own files, and the seed article read with all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers import assembly
from consumers import taggers as loading
from consumers.cli import main
from consumers.errors import CopydeskError, UsageFault
from consumers.settings import Settings
from processors.pipeline import Prepared, prepare
from processors.records import Record
from processors.tags import merge, run
from processors.tags.language import language_of
from processors.tags.places import COUNTRY_URI, PLACE_URI
from processors.text import Tag, TagText

SEED = Path(__file__).parent.parent / "corpus" / "seed.txt"
DESK = '[[tag]]\nterm = "Ceasefire"\nvariants = ["وقف إطلاق النار"]\ncode = "desk:ceasefire"\n'


@pytest.fixture(scope="module")
def seed() -> tuple[str, tuple[Tag, ...]]:
    loaded = loading.load(("places", "subjects", "names"))
    paragraphs = tuple(SEED.read_text(encoding="utf-8").splitlines())
    language = language_of(loaded.detector, "", paragraphs)
    tags, failures = run(loaded.taggers, TagText(language.tag, "", paragraphs))
    assert failures == ()
    return language.tag, tags


def test_the_seed_article_is_arabic(seed):
    assert seed[0] == "ar"


def test_the_seed_articles_places_are_those_that_a_reader_finds(seed):
    places = {tag.uri: tag.name for tag in seed[1] if tag.kind == "place"}
    assert places == {
        COUNTRY_URI + "KZ": "كازاخستان",
        COUNTRY_URI + "RU": "روسيا",
        COUNTRY_URI + "SY": "سوريا",
        COUNTRY_URI + "TR": "تركيا",
        PLACE_URI + "1526273/": "الأستانة",
        PLACE_URI + "170905/": "درعا",
        PLACE_URI + "167357/": "منبج",
    }  # Iran is not named in it


def test_the_seed_articles_people_and_bodies_are_those_that_a_reader_finds(seed):
    people = {tag.name for tag in seed[1] if tag.kind == "person"}
    assert people == {"بشار الجعفري", "أسامة أبو زيد", "أحمد عثمان", "رجب طيب أردوغان"}
    bodies = {tag.name for tag in seed[1] if tag.kind == "organisation"}
    assert bodies == {"داعش", "درع الفرات", "فصيل السلطان مراد"}


def test_the_seed_article_has_the_same_tags_pasted_twice_as_once():
    judge = assembly.core(Settings(), 1 << 20, 1 << 20)
    twice = SEED.read_bytes()
    once = b"\n".join(list(dict.fromkeys(twice.splitlines())))
    assert len(once) < len(twice)
    tagged = []
    for body in (once, twice):
        ready = prepare(Record("raw", 0, 0, 1_700_000_000_000, b"urn:seed", body), judge)
        assert isinstance(ready, Prepared)
        assert ready.tagged is not None
        tagged.append(ready.tagged)
    assert tagged[0] == tagged[1]
    assert len(tagged[0].tags) > 15


def test_conflict_and_politics_are_among_the_seed_articles_subjects(seed):
    subjects = {tag.uri for tag in seed[1] if tag.kind == "subject"}
    assert {"medtop:11000000", "medtop:16000000"} <= subjects


def test_every_piece_of_evidence_stands_where_it_says(seed):
    paragraphs = SEED.read_text(encoding="utf-8").splitlines()
    for tag in seed[1]:
        for piece in tag.evidence:
            if piece.paragraph is not None:
                assert paragraphs[piece.paragraph][piece.start : piece.end] == piece.text


LOADED = loading.load(("places", "names"))
PIECES = st.sampled_from(
    "الرئيس التركي رجب أردوغان في سوريا وبالقاهرة للرياض ـ\u064b \u200f ﻻ ﷲ على بن عبد أحمد محمد، وزارة الداخلية\n"
    " President Mr. John of York said . , (Paris) U.S. İstanbul ß ﬁ e\u0301 Москве Путина 北京 서울은 בישראל تهران".split(
        " "
    )
)


@settings(max_examples=300)
@given(
    st.lists(st.lists(PIECES | st.text(max_size=8), max_size=12).map(" ".join), max_size=4),
    st.sampled_from(["ar", "en", "de", "fa", "he", "ko", "ru", "tr", "und", "zh", "pt-BR", ""]),
)
def test_no_text_fails_a_tagger_and_evidence_is_true(paragraphs, language):
    text = TagText(language, "A title", tuple(paragraphs))
    tags, failures = run(LOADED.taggers, text)
    assert failures == ()
    for tag in tags:
        for piece in tag.evidence:
            line = text.title if piece.paragraph == -1 else paragraphs[piece.paragraph or 0]
            assert line[piece.start : piece.end] == piece.text != ""
    assert run(LOADED.taggers, text) == (tags, failures)


def test_taggers_stand_in_the_order_of_the_setting():
    assert [name for name, _ in loading.load(("names", "places")).taggers] == ["names", "places"]
    assert loading.load(()).taggers == ()


def test_the_versions_of_all_data_are_said():
    versions = loading.load(("places", "names")).versions
    assert {"eldc", "cld3", "countries", "geonames", "names"} <= set(versions)


def test_an_unknown_tagger_is_a_fault_that_names_it():
    with pytest.raises(UsageFault, match="'place'"):
        loading.load(("place",))


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a newsroom's package on the path, as pip would: its taggers by name and function."""

    def put(**taggers: str) -> None:
        information = tmp_path / "our_desk-1.2.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: our-desk\nVersion: 1.2\n"
        )
        entries = "".join(f"{name} = {function}\n" for name, function in taggers.items())
        (information / "entry_points.txt").write_text(f"[{loading.GROUP}]\n{entries}")
        monkeypatch.syspath_prepend(str(tmp_path))

    return put


def test_an_installed_package_gives_a_newsroom_its_tagger(install):
    install(shout=f"{__name__}:make_shout")
    loaded = loading.load(("shout",))
    tags, failures = run(loaded.taggers, TagText("en", "", ("Stop!",)))
    assert ([tag.name for tag in tags], failures) == (["Shouting"], ())
    assert loaded.versions["shout"] == "1.2"


@pytest.mark.parametrize(
    ("function", "told", "reason"),
    [
        ("our_nothing:make", "No module named 'our_nothing'", "no such module"),
        (f"{__name__}:make_nothing_known", "no attribute 'make_nothing_known'", "nor function"),
        (f"{__name__}:make_fault", "RuntimeError: no model here", "it raises"),
        (f"{__name__}:make_none", "must return a callable", "it gives no tagger"),
        (f"{__name__}:DESK", "'str' object is not callable", "it is no function"),
    ],
)
def test_a_package_that_gives_no_tagger_stops_the_start_with_a_sentence(
    install, function, told, reason
):
    install(shout=function)
    with pytest.raises(UsageFault, match="the tagger 'shout'") as error:
        loading.load(("shout",))
    assert told in str(error.value), reason


def test_a_packages_tagger_is_held_to_the_types_of_a_tag(install):
    install(shout=f"{__name__}:make_unreadable")
    tags, failures = run(loading.load(("shout",)).taggers, TagText("en", "", ("Stop!",)))
    assert (tags, failures) == ((), ("shout: ValidationError",))


def make_fault():
    raise RuntimeError("no model here")


def make_none():
    return None


def make_unreadable():
    number: Any = 5
    return lambda text: [Tag("subject", number)]


def make_shout():
    def shout(text: TagText) -> list[Tag]:
        return [Tag("subject", "Shouting")] if any("!" in line for line in text.paragraphs) else []

    return shout


def test_a_desks_files_are_read_in_order_and_versioned(tmp_path):
    (tmp_path / "b.toml").write_text(DESK, encoding="utf-8")
    (tmp_path / "a.toml").write_text(DESK.replace("Ceasefire", "Peace"), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not tags", encoding="utf-8")
    (tmp_path / "old.toml").mkdir()
    assert [name for name, _ in loading.own_tag_files(tmp_path)] == ["a.toml", "b.toml"]
    loaded = loading.load((), str(tmp_path))
    assert len(loaded.versions["own"]) == 16
    tags, _ = run(loaded.taggers, TagText("ar", "", ("بعد وقف إطلاق النار",)))
    assert {tag.name for tag in tags} == {"Peace", "Ceasefire"}
    assert merge(tags) == tags


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[[tag]]\nterm = "x"\n', "desk.toml, line 2"),
        (None, "no .toml file"),
    ],
)
def test_a_desks_faults_stop_the_start_with_a_sentence(tmp_path, content, told):
    if content is not None:
        (tmp_path / "desk.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageFault, match=told):
        loading.load((), str(tmp_path))


def test_a_path_that_is_not_there_is_said():
    with pytest.raises(CopydeskError, match="cannot be read"):
        loading.load((), "nowhere/at-all.toml")


def invoke(*arguments: str, stdin: str = ""):
    return CliRunner().invoke(main, ["tags", *arguments], input=stdin)


def test_tags_check_says_that_all_is_in_order(tmp_path):
    (tmp_path / "desk.toml").write_text(DESK, encoding="utf-8")
    result = invoke("check", str(tmp_path))
    assert (result.exit_code, result.output.strip()) == (
        0,
        "1 tags with 2 names in 1 files: all in order.",
    )


def test_tags_check_tells_each_fault_and_fails(tmp_path):
    (tmp_path / "desk.toml").write_text(
        '[[tag]]\nterm = "x"\n\n[[tag]]\nkind = 3\n', encoding="utf-8"
    )
    result = invoke("check", str(tmp_path / "desk.toml"))
    assert result.exit_code == 1
    assert "desk.toml, line 2" in result.output
    assert "desk.toml, line 5" in result.output


def test_tags_try_shows_a_desks_tag_alone(tmp_path):
    (tmp_path / "desk.toml").write_text(DESK, encoding="utf-8")
    result = invoke("try", str(tmp_path / "desk.toml"), "--text", "بعد وقف إطلاق النار في سوريا")
    assert result.exit_code == 0
    assert "desk:ceasefire" in result.output
    assert "iso3166" not in result.output


def test_tags_try_prints_json_of_standard_input():
    result = invoke("try", "-", "--taggers", "places", "--json", stdin="in Moscow, Russia\n")
    assert result.exit_code == 0
    assert '"uri":"http://cvx.iptc.org/iso3166-1a2/RU"' in result.output


def test_tags_try_says_what_it_cannot_read():
    result = invoke("try", "nowhere.txt", "--taggers", "places")
    assert result.exit_code == 1
    assert "cannot be read" in result.output


def test_tags_try_refuses_a_language_that_is_none():
    result = invoke("try", "--text", "hello", "--language", "klingon!")
    assert result.exit_code == 2
    assert "no BCP 47 tag" in result.output
