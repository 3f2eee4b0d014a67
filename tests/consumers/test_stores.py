"""What every store answers: the case tables, by reason."""

from __future__ import annotations

import pytest

from processors.claims import Owner
from tests.consumers.desks import Desk, claim, short, withdraw

#: Why; what is asked, in order; what is answered. The window is 10,000 ms.
OWNERSHIP = [
    ("nobody's paragraph is claimed",
     [claim("a", 0, "pq")],
     ["a: . ."]),
    ("another family's within the window is a repeat",
     [claim("a", 1000, "pq"), claim("b", 2000, "qr")],
     ["a: . .", "b: a@1000 ."]),
    ("a redelivered article keeps its paragraphs",
     [claim("a", 1000, "pq"), claim("b", 1500, "p"), claim("a", 1000, "pq")],
     ["a: . .", "b: a@1000", "a: . ."]),
    ("a revision keeps its family's paragraphs",
     [claim("a", 1000, "pq"), claim("a", 4000, "pqr", version="2")],
     ["a: . .", "a: . . ."]),
    ("less than a window apart, over the border of two generations",
     [claim("a", 9000), claim("b", 18_999)],
     ["a: .", "b: a@9000"]),
    ("a window apart is nobody's any more",
     [claim("a", 9000), claim("b", 19_000)],
     ["a: .", "b: ."]),
    ("time may go back: a claim from the generation to come counts",
     [claim("a", 12_000), claim("b", 3000)],
     ["a: .", "b: a@12000"]),
    ("a window back is nobody's either",
     [claim("a", 12_000), claim("b", 2000), claim("c", 2500)],
     ["a: .", "b: .", "c: b@2000"]),
    ("a record read again meets the owner it met at first, though a nearer one claimed after it",
     [claim("a", 1000), claim("d", 7000), claim("b", 11_500), claim("d", 7000)],
     ["a: .", "d: a@1000", "b: .", "d: a@1000"]),
    ("of two claims made by then the nearer answers",
     [claim("a", 1000), claim("b", 11_500), claim("c", 12_000)],
     ["a: .", "b: .", "c: b@11500"]),
    ("a claim of its own generation counts before one of the next, both made after",
     [claim("c", 14_900), claim("a", 4500), claim("d", 4200)],
     ["c: .", "a: .", "d: a@4500"]),
    ("and of the generation before only where its own has none by then",
     [claim("a", 9500), claim("b", 19_800), claim("c", 19_000)],
     ["a: .", "b: .", "c: a@9500"]),
    ("the own claim answers first, though another took over after the window",
     [claim("a", 1000), claim("b", 12_000), claim("a", 12_500), claim("a", 1000)],
     ["a: .", "b: .", "a: .", "a: ."]),
    ("an own claim out of the window, in the next generation but one border, still answers",
     [claim("a", 0), claim("b", 15_000), claim("a", 19_999)],
     ["a: .", "b: .", "a: ."]),
    ("claims are not renewed: two generations on the owner is another",
     [claim("a", 0), claim("a", 9000), claim("b", 10_500), claim("a", 20_000)],
     ["a: .", "a: .", "b: .", "a: b@10500"]),
    ("an own claim in a neighbour is not copied: after the window another takes over",
     [claim("a", 9000), claim("a", 11_000), claim("b", 19_500)],
     ["a: .", "a: .", "b: ."]),
    ("an article without claimable paragraphs is answered too",
     [claim("a", 1000, "")],
     ["a:"]),
    ("time before 1970, as a record without one has",
     [claim("a", -1), claim("b", -1), claim("c", 5000)],
     ["a: .", "b: a@-1", "c: a@-1"]),
]  # fmt: skip

WITHDRAWALS = [
    ("a withdrawal voids the claims made before it",
     [claim("a", 1000), withdraw("a", 2000), claim("b", 3000)],
     ["a: .", "a:", "b: ."]),
    ("and those of the same millisecond",
     [claim("a", 2000), withdraw("a", 2000), claim("b", 3000)],
     ["a: .", "a:", "b: ."]),
    ("an article of that uri from before it comes out withdrawn and claims nothing",
     [withdraw("a", 2000), claim("a", 1000), claim("b", 3000)],
     ["a:", "a withdrawn 2000:", "b: ."]),
    ("of the same millisecond it is not",
     [withdraw("a", 2000), claim("a", 2000)],
     ["a:", "a: ."]),
    ("a story published again after it is claimed again",
     [claim("a", 1000), withdraw("a", 2000), claim("a", 3000), claim("b", 4000)],
     ["a: .", "a:", "a: .", "b: a@3000"]),
    ("unless another has taken it meanwhile",
     [claim("a", 1000), withdraw("a", 2000), claim("b", 2500), claim("a", 3000)],
     ["a: .", "a:", "b: .", "a: b@2500"]),
    ("the latest of several counts, whichever came first",
     [claim("a", 2500), withdraw("a", 3000), withdraw("a", 2000), claim("a", 2600),
      claim("b", 2700)],
     ["a: .", "a:", "a withdrawn 3000:", "a withdrawn 3000:", "b: ."]),
    ("a claim made after the mark's time stands",
     [claim("a", 5000), withdraw("a", 2000), claim("b", 6000)],
     ["a: .", "a:", "b: a@5000"]),
    ("a claim made later with an earlier time is void at once",
     [withdraw("a", 5000, "f"), claim("a2", 3000, family="f", explicit=True), claim("b", 4000)],
     ["f:", "f: .", "b: ."]),
    ("it voids the claims of the whole family, and withdraws the uri alone",
     [claim("n:1", 1000, "p", "n"), claim("n:2", 1500, "pq", "n"), withdraw("n:1", 2000, "n"),
      claim("n:2", 1500, "pq", "n"), claim("b", 2500, "pq")],
     ["n: .", "n: . .", "n:", "n: . .", "b: . ."]),
    ("it acts on the family recorded for the uri, whatever it suggests itself",
     [claim("a", 1000, "p", "f", explicit=True), withdraw("a", 2000), claim("b", 3000, "p")],
     ["f: .", "f:", "b: ."]),
    ("a claim in the generation before is voided too",
     [claim("a", 9000), withdraw("a", 10_500), claim("b", 11_000), claim("c", 12_000)],
     ["a: .", "a:", "b: .", "c: b@11000"]),
    ("a claim that was looked at before its withdrawal is void after it",
     [withdraw("z", 1), claim("a", 1000), claim("b", 1100), withdraw("a", 2000), claim("c", 1200)],
     ["z:", "a: .", "b: a@1000", "a:", "c: ."]),
    ("a withdrawal takes effect at its place in the sequence",
     [claim("a", 1000), claim("b", 1100), withdraw("a", 2000), claim("c", 1200), claim("a", 900)],
     ["a: .", "b: a@1000", "a:", "c: .", "a withdrawn 2000:"]),
]  # fmt: skip

FAMILIES = [
    ("versions by uri are one family where the version was stripped",
     [claim("n:1", 1000, "pq", "n"), claim("n:2", 2000, "pq", "n", version="2")],
     ["n: . .", "n: . ."]),
    ("first sight decides: what was stripped once stays stripped for this uri",
     [claim("urn:x:1", 1000, "p", "urn:x"), claim("urn:x:1", 2000, "p")],
     ["urn:x: .", "urn:x: ."]),
    ("and what was not, is not stripped later",
     [claim("urn:x:1", 1000, "p"), claim("urn:x:1", 2000, "p", "urn:x")],
     ["urn:x:1: .", "urn:x:1: ."]),
    ("the source's own word beats what was recorded, and a story is no repeat of itself",
     [claim("a", 1000, "p"), claim("a", 2000, "pq", "f", explicit=True), claim("a", 3000, "pr"),
      claim("a", 1000, "p")],
     ["a: .", "f: . .", "f: . .", "f: ."]),
    ("however often its source changes its mind",
     [claim("a", 1000, "p", "f", explicit=True), claim("a", 2000, "pq", "g", explicit=True),
      claim("a", 3000, "pqr"), claim("a", 1000, "pq", "f", explicit=True)],
     ["f: .", "g: . .", "g: . . .", "f: . ."]),
    ("of two words the one given in the record's own generation counts",
     [claim("a", 500, "p", "f", explicit=True), claim("a", 12_000, "q", "g", explicit=True),
      claim("a", 13_000, "r"), claim("a", 1000, "s")],
     ["f: .", "g: .", "g: .", "f: ."]),
    ("another item of the family named later is not the story that claimed before",
     [claim("a", 1000, "p"), claim("a", 2000, "p", "f", explicit=True),
      claim("b", 3000, "p", "f", explicit=True)],
     ["a: .", "f: .", "f: a@1000"]),
    ("a withdrawal voids what the story claimed under its former family too",
     [claim("a", 1000, "p"), claim("a", 2000, "p", "f", explicit=True), withdraw("a", 3000),
      claim("b", 4000, "p")],
     ["a: .", "f: .", "f:", "b: ."]),
    ("a successor belongs to the family of what it evolved from",
     [claim("a", 1000, "pq"), claim("b", 2000, "pqr", after="a")],
     ["a: . .", "a: . . ."]),
    ("and so does a successor's successor",
     [claim("a", 1000, "p"), claim("b", 2000, "p", after="a"), claim("c", 3000, "p", after="b")],
     ["a: .", "a: .", "a: ."]),
    ("by the family that the source named for the predecessor",
     [claim("a", 1000, "p", "f", explicit=True), claim("b", 2000, "p", after="a")],
     ["f: .", "f: ."]),
    ("by one of the families that the predecessor may have had",
     [claim("n:1", 1000, "p", "n"), claim("b", 2000, "p", after="n:0", after_families=("m", "n"))],
     ["n: .", "n: ."]),
    ("a predecessor without claimable paragraphs is known all the same",
     [claim("a", 1000, ""), claim("b", 2000, "p", after="a")],
     ["a:", "a: ."]),
    ("an unknown predecessor makes an orphan, now and whenever it is asked again",
     [claim("b", 2000, "p", after="a"), claim("b", 2000, "p", after="a"), claim("b", 2500, "p")],
     ["b!: .", "b!: .", "b!: ."]),
    ("an orphan claims, and stays one though its predecessor turns up",
     [claim("b", 2000, "p", after="a"), claim("a", 2100, "p"), claim("b", 2200, "pq", after="a")],
     ["b!: .", "a: b@2000", "b!: . ."]),
    ("an orphan whose source names its family is none",
     [claim("b", 2000, "p", after="a"), claim("b", 2100, "p", "f", explicit=True),
      claim("b", 2200, "p")],
     ["b!: .", "f: .", "f!: ."]),
    ("an item that names itself as predecessor has none",
     [claim("b", 2000, "p", after="b")],
     ["b: ."]),
    ("an item known as a family of its own stays it, whatever it evolved from later",
     [claim("a", 1000, "p"), claim("b", 1000, "q"), claim("b", 2000, "pq", after="a")],
     ["a: .", "b: .", "b: a@1000 ."]),
    ("a withdrawn article leaves no trace",
     [withdraw("a", 2000), claim("a", 1000, "p"), claim("b", 3000, "p", after="a")],
     ["a:", "a withdrawn 2000:", "b!: ."]),
    ("a family is remembered for as long as the story runs",
     [claim("a", 0, "p", "f", explicit=True), claim("a", 10_000, "p"), claim("a", 20_000, "p"),
      claim("a", 30_000, "q")],
     ["f: .", "f: .", "f: .", "f: ."]),
    ("and forgotten two generations after it fell silent, as its claims are",
     [claim("a", 0, "p", "f", explicit=True), claim("a", 20_000, "p")],
     ["f: .", "a: ."]),
]  # fmt: skip

CASES = [
    pytest.param(asks, answers, id=why) for why, asks, answers in OWNERSHIP + WITHDRAWALS + FAMILIES
]


@pytest.mark.parametrize(("asks", "answers"), CASES)
def test_a_sequence_is_answered_as_the_rules_say(desk: Desk, asks, answers):
    assert [short(answer) for answer in desk.ask(*asks)] == answers


@pytest.mark.parametrize(("asks", "answers"), CASES)
def test_asked_one_by_one_the_answers_are_the_same(desk: Desk, asks, answers):
    assert [short(answer) for ask in asks for answer in desk.ask(ask)] == answers


def test_nothing_asked_is_nothing_answered(desk: Desk):
    assert desk.ask() == []


def test_an_owner_is_the_article_of_its_family_that_claimed_first(desk: Desk):
    desk.ask(
        claim("n:1", 1000, "", "n", source="wire", version="1"),
        claim("n:2", 2000, "p", "n", source="web", version="2"),
    )
    (answer,) = desk.ask(claim("b", 3000))
    assert answer.owners == (Owner("n", "n:1", "wire", "1", 2000),)


def test_the_first_article_is_still_known_a_generation_later(desk: Desk):
    desk.ask(claim("n:1", 1000, "", "n"), claim("n:2", 11_000, "p", "n", version="2"))
    (answer,) = desk.ask(claim("b", 20_500))
    assert answer.owners == (Owner("n", "n:1", "agency", "1", 11_000),)


@pytest.mark.parametrize("length", [1, 40, 63, 64, 65, 127, 128, 129, 5000])
def test_names_of_every_length_and_script_come_back_whole(desk: Desk, length):
    uri = ("الشرق/新闻:" * length)[:length]
    desk.ask(claim(uri, 1000, "p", "f" + uri, explicit=True, source=uri, version=uri))
    known, other = desk.ask(claim(uri, 1500, "p"), claim("b", 2000))
    assert known.family == "f" + uri
    assert other.owners == (Owner("f" + uri, uri, uri, uri, 1000),)


def test_a_long_article_is_claimed_whole_and_in_its_order(desk: Desk):
    letters = "".join(chr(0x4E00 + at) for at in range(3000))
    desk.ask(claim("a", 1000, letters[::3]))
    (answer,) = desk.ask(claim("b", 2000, letters))
    assert [owner == "mine" for owner in answer.owners] == [at % 3 > 0 for at in range(3000)]


def test_what_one_store_claimed_another_in_the_same_namespace_sees(real: Desk):
    real.ask(claim("a", 1000))
    real.close()
    assert short(real.ask(claim("b", 2000))[0]) == "b: a@1000"
