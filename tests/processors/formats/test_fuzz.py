"""No bytes bring a decoder down: whatever comes, it is an article or a reason."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.fuzz.mutants import mutate, mutate_json, run, seeds, try_one

KNOWN = seeds()
media = st.sampled_from(
    [None, b"application/json", b"text/html", b"text/plain", b"application/xml", b"\xff;charset="]
)


def headers(said: bytes | None) -> tuple[tuple[str, bytes], ...]:
    return (("content-type", said),) if said is not None else ()


@given(st.binary(max_size=300), media)
@settings(max_examples=600)
def test_arbitrary_bytes_are_an_article_or_a_bad_record(value, said):
    assert try_one(value, headers(said))


@given(
    st.sampled_from([b"{", b"<", b"[", b"\0\0\0\0\1{", b"<?xml", b"<nitf>", b'{"uri":"u",']),
    st.binary(max_size=200),
)
@settings(max_examples=600)
def test_arbitrary_bytes_behind_a_good_start(start, rest):
    assert try_one(start + rest)


@given(st.sampled_from(KNOWN), st.integers(0, 2**32), st.booleans(), media)
@settings(max_examples=600)
def test_mutated_documents_are_an_article_or_a_bad_record(value, seed, typed, said):
    chance = random.Random(seed)
    if typed:
        value = mutate_json(chance, value)
    assert try_one(mutate(chance, value, KNOWN), headers(said))


@given(st.sampled_from(KNOWN), st.integers(0, 2**32))
@settings(max_examples=600)
def test_documents_with_values_of_other_types(value, seed):
    assert try_one(mutate_json(random.Random(seed), value))


def test_the_fuzzer_reaches_every_format():
    became = run(5, seed=7)
    reached = {outcome.split()[0] for outcome in became if " " in outcome}
    assert reached >= {
        "plain",
        "text",
        "html",
        "ninjs-1",
        "ninjs-2",
        "superdesk",
        "nitf",
        "newsml-g2",
        "newsml-1",
    }
