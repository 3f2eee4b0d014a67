"""What carries a version keeps apart, or together, what it should."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors import audit as audits
from processors import compare
from processors.compare import Comparison
from processors.fingerprint import fingerprint

PROFILES = (compare.ARABIC, compare.HEBREW, compare.TURKISH, compare.OTHER, compare.EXACT)


@given(st.text(min_size=1), st.text(min_size=1))
def test_fingerprints_of_different_profiles_never_meet(one, other):
    """Not even for the same text, nor for texts that would fill the gap between name and text."""
    for first, second in itertools.permutations((*PROFILES, "ar-2", "ar-11", "ar-"), 2):
        assert fingerprint(Comparison(first, one, 1)) != fingerprint(Comparison(second, one, 1))
        assert fingerprint(Comparison(first, one, 1)) != fingerprint(Comparison(second, other, 1))


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_names_its_version(name):
    script, _, number = name.rpartition("-")
    assert script
    assert number.isdigit()


def test_an_audit_of_a_later_version_is_read_with_its_new_fields_passed_over():
    fields = json.loads(audits.encode(AUDIT))
    assert fields["schema_version"] == audits.SCHEMA_VERSION
    later = json.dumps({**fields, "added_later": {"a": 1}}).encode()
    assert audits.decode(later) == AUDIT


AUDIT = audits.Audit(
    schema_version=audits.SCHEMA_VERSION,
    uri="urn:a",
    family="urn:a",
    version=None,
    source=None,
    origin="raw/0/1",
    record_time="2023-11-14T22:13:20.000Z",
    kind="text",
    format="plain",
    verdict="published",
    dedupe="ok",
    profile="und-1",
    body_type="text/plain",
    length=1,
    digest=audits.digest_of(b"x"),
)
