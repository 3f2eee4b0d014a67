"""What belongs to a neighbour that stays: pairs of lines with the reason for each verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import ties as ties_module
from processors.claims import Answer, Owner
from processors.judge import claimable, judge
from processors.policy import Policy
from processors.speakers import continues, name_alone
from processors.text import Paragraph, Span
from processors.ties import announces, ties

OTHER = Owner("family:b", "urn:b", "paper-b", "1", 1_000)

ANNOUNCES = [
    ("ثانياً :", True, "one decision of a cabinet, by its number"),
    ("The programme is as follows:", True, "what follows is the story"),
    ('He said: "', True, "an open quote behind the colon"),
    ("أسفرت الإجراءات عن النتائج التالية:-", True, "a dash behind the colon, as wires write it"),
    ("以下は声明の全文：", True, "a full-width colon"),
    ("Kick-off is at 15:30", False, "a colon inside a time"),
    ("He said that it was over.", False, "a sentence"),
    ("تقام المباريات وفق البرنامج التالي .", True, "'the following programme', with a full stop"),
    ("وجاءت القرارات على النحو الآتي", True, "'in the following manner'"),
    ("وانتهى المجلس إلى ما يلي.", True, "'to what follows'"),
    ("The teams are as follows.", True, "the same in English"),
    ("واستمر الاجتماع حتى اليوم التالي.", False, "'the next day' announces nothing"),
    ("وسيبدأ العمل في العام التالي", False, "nor does 'the next year'"),
    ("and he came the following day.", False, "nor this"),
    (":", True, "nothing but a colon"),
    ("", False, "nothing at all"),
]

CONTINUES = [
    ("وأضاف: «هناك توقعات بطفرة كبيرة»", True, "and he added, straight into the quotation"),
    ("وأوضح أن البرنامج يعمل", True, "and he explained that"),
    ("وأضافت أنه يشترط", True, "she"),
    ("واضاف انه سيزور", True, "written without hamza"),
    ("وقال معاليه إن المشروع", True, "a title of respect names nobody"),
    ("وأوضح أنس الفارس أن المشروع", False, "Anas is a name, not 'that'"),
    ("وقال مدير الإدارة إن العمل", False, "the subject is there"),
    ("وقالت جوجل في رسالة", False, "the subject is there"),
    ("وأضاف في كلمة له: «إن المشروع»", True, "where he said it names nobody either"),
    ("قالب جديد", False, "a word that only begins like the verb"),
    ("“He added that it was over.", True, "a pronoun behind a quote"),
    ("Helen said so", False, "a name that begins like a pronoun"),
    ("وی افزود که این طرح", True, "Persian: he added"),
    ("Она добавила, что", True, "Russian"),
    ("Er fügte hinzu", True, "German"),
    ("Ernst sagte", False, "a name"),
    ("A spokesman said", False, "somebody is named"),
]


NAMED = [
    ("وأضاف الحربي «المشاريع الجديدة»", "الحربي", "a surname, and what he said"),
    ("وقال شميدت: إن النتائج", "شميدت", "a foreign one"),
    ("وأوضح الدكتور العتيبي أن المشروع", "العتيبي", "a title does not say who he is"),
    ("وقال سعد الحربي إن المشروع", None, "two names are an introduction"),
    ("وأوضح المتحدث الرسمي محمد الحربي أن", None, "so are an office and a name"),
    ("وأضاف: «نعم»", None, "nobody is named"),
    ("وأوضح أن البرنامج يعمل", None, "nor here"),
    ("Smith said that it was over.", "Smith", "English"),
    ("“Mr. Smith added", "Smith", "behind a quote, with a form of address"),
    ("He said so", None, "a pronoun is no name"),
    ("John Smith said", None, "a full name is an introduction"),
]


@pytest.mark.parametrize(("text", "expected", "why"), NAMED)
def test_a_speaker_named_by_one_word_was_introduced_before(
    text: str, expected: str | None, why: str
) -> None:
    assert name_alone(text) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), ANNOUNCES)
def test_a_line_announces_what_follows_by_its_colon(text: str, expected: bool, why: str) -> None:
    assert announces(text) is expected, why


@pytest.mark.parametrize(("text", "expected", "why"), CONTINUES)
def test_a_quotation_that_goes_on_names_nobody(text: str, expected: bool, why: str) -> None:
    assert continues(text) is expected, why


LONG = "a paragraph of some length, which ends as sentences do."
NEWS = [
    (f"{LONG}|THIRD:|X|FOURTH:|own", "X", "a numbered decision keeps its text"),
    (f"{LONG}|It reads as follows:|X|Y|own", "XY", "a statement is announced as a whole"),
    (f"{LONG}|X|own", "", "a sentence announces nothing"),
    (f"One thing|{LONG}|Another|X", "X", "nothing else would be left under the heading"),
    (f"{LONG}|By our correspondent|X", "", "a short line alone is no heading"),
    ("A heading|X|Another heading|own", "X", "nor here, before the next one"),
    (f"A heading|X|{LONG}", "", "a paragraph of the article's own is left under it"),
    ("writer@paper.example|X", "", "an address is no heading"),
    (f"{LONG}|X|He added that it was over.", "X", "X says who he is"),
    (f"{LONG}|X|He said so.=|He added that it was over.", "X", "the nearest that says who"),
    (f"{LONG}|He said so.=|He added that it was over.", "", "he was named before the gap"),
    ("X|own", "", "nothing stands before it"),
    (f"{LONG}|There, he said,|X|Y", "X", "a sentence that goes on takes one paragraph with it"),
    (f"{LONG}|There, he said,=|own", "There, he said,=", "... and is not cut off from its end"),
    (f"{LONG}|Named were:=|1. somebody", "Named were:=", "a list keeps the line that announces it"),
    (f"{LONG}|Named were:=|X", "", "what it announces goes too"),
    (
        f"{LONG}|It says:=|X|He added that.",
        "It says:=X",
        "a chain: the speaker, and what leads to him",
    ),
]


@pytest.mark.parametrize(("article", "stays", "why"), NEWS)
def test_what_a_copy_editor_would_not_part_stays_together(
    article: str, stays: str, why: str
) -> None:
    texts = article.split("|")
    made = tuple(_paragraph(i, text.removesuffix("=")) for i, text in enumerate(texts))
    away = {i for i, text in enumerate(texts) if text in "XY" or text.endswith("=")}
    found = ties(made, away, set(), away, 60)
    assert "".join(texts[i] for i in sorted(found)) == stays, why


def test_the_guard_is_named_and_can_be_turned_off() -> None:
    texts = (LONG + " " + LONG, "THIRD:", "X" * 100)
    made = tuple(_paragraph(i, text) for i, text in enumerate(texts))
    for guard in (True, False):
        policy = Policy(context_guard=guard)
        asked = claimable(made, {}, policy)
        answer = Answer(
            "family:a", tuple(OTHER if f == made[2].fingerprint else "mine" for f in asked)
        )
        judgement = judge(made, {}, asked, answer, "", policy)
        assert judgement.guards == (("context",) if guard else ())
        assert judgement.rulings[2].rule == ("announced" if guard else "cross-source")
        assert judgement.rulings[2].owner == OTHER


@given(
    st.lists(
        st.sampled_from(
            "التالي التالية الآتي الاتي كالتالي اليوم ما يلي كما زیر ذیل به شرح درج as follows the "
            'following . : ـ » " * _ \n - x ا'.split(" ")
        ),
        max_size=9,
    )
)
def test_what_a_line_may_end_in_is_asked_first_and_changes_no_answer(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words), "x" * 70 + " " + " ".join(words)):
        searched = ties_module._FOLLOWS.search(text, max(0, len(text) - 60)) is not None
        assert announces(text) == (ties_module._end(text) in ties_module._COLONS or searched)


@given(
    st.lists(
        st.tuples(st.sampled_from(["own:", "Heading", LONG, "He added", "X"]), st.integers(0, 3))
    )
)
def test_ties_only_ever_keep_text_that_would_go(rows: list[tuple[str, int]]) -> None:
    made = tuple(_paragraph(i, text) for i, (text, _) in enumerate(rows))
    away = {i for i, (_, kind) in enumerate(rows) if kind == 1}
    gone = {i for i, (_, kind) in enumerate(rows) if kind == 2}
    assert set(ties(made, away, gone, away, 60)) <= away


def _paragraph(index: int, text: str) -> Paragraph:
    length = sum(c.isalnum() for c in text)
    return Paragraph(
        index, Span(index, index + 1, text), "und-1", length, index.to_bytes(16, "big")
    )
