"""Settings: read from variables and a file, refused in sentences that name them."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.settings import Settings, SettingsError, describe, limits, load, policy
from consumers.settings.page import markdown
from consumers.settings.record import without_password
from consumers.settings.table import duration_text, table
from consumers.settings.words import WORDS
from processors.policy import Policy
from tests.tree import ROOT

#: variable, what it is set to, the setting, what it becomes, why the row is here
READ = [
    ("COPYDESK_KAFKA", "a:1,b:2", "kafka", "a:1,b:2", "a text"),
    ("COPYDESK_KAFKA", " [::1]:9092 ", "kafka", "[::1]:9092", "an IPv6 address, spaces around it"),
    ("COPYDESK_INPUT", "a, b,", "input", ("a", "b"), "a list, with a comma too many"),
    ("COPYDESK_TAGGERS", "", "taggers", (), "an empty list is none"),
    ("COPYDESK_WINDOW", "7d", "window", 604800.0, "days"),
    ("COPYDESK_WINDOW", "12h", "window", 43200.0, "hours"),
    ("COPYDESK_WINDOW", "1.5m", "window", 90.0, "minutes, with a fraction"),
    ("COPYDESK_WINDOW", "90s", "window", 90.0, "seconds"),
    ("COPYDESK_WINDOW", "90", "window", 90.0, "seconds without a unit"),
    ("COPYDESK_LINGER", "50ms", "linger", 0.05, "milliseconds"),
    ("COPYDESK_BATCH", " 7 ", "batch", 7, "a whole number"),
    ("COPYDESK_DUPLICATE_REST", "0.5", "duplicate_rest", 0.5, "a number"),
    ("COPYDESK_DUPLICATE_REST", "1", "duplicate_rest", 1.0, "a whole number for a share"),
    *(
        ("COPYDESK_LEAD_GUARD", word, "lead_guard", True, "yes")
        for word in ("true", "1", "YES", "on")
    ),
    *(
        ("COPYDESK_LEAD_GUARD", word, "lead_guard", False, "no")
        for word in ("false", "0", "no", "Off")
    ),
    ("COPYDESK_STORE_DOWN", "publish", "store_down", "publish", "a choice"),
    ("COPYDESK_KAFKA_USER", "", "kafka_user", "", "an empty text where one may be"),
]


def test_nothing_set_gives_the_defaults():
    assert load({}) == Settings()
    assert policy(load({})) == Policy()


@pytest.mark.parametrize(("variable", "text", "name", "value", "why"), READ)
def test_a_variable_is_read(variable, text, name, value, why):
    found = getattr(load({variable: text}), name)
    assert found == value, why
    assert type(found) is type(value)


def test_other_programs_variables_and_reserved_ones_are_left_alone(tmp_path):
    environ = {"HOME": "/", "COPYDESK_CACHE": "x", "COPYDESK_TEST_KAFKA": "y", "COPYDESKTOP": "z"}
    assert load(environ) == Settings()


def test_a_file_is_read_and_the_environment_beats_it(tmp_path):
    file = tmp_path / "copydesk.toml"
    file.write_text(
        'batch = 7\nwindow = "2d"\nretention = 86400\ninput = ["a", "b"]\nlead_guard = false\n'
    )
    settings = load({"COPYDESK_BATCH": "9"}, file)
    assert (settings.batch, settings.window, settings.retention) == (9, 172800.0, 86400.0)
    assert (settings.input, settings.lead_guard) == (("a", "b"), False)
    assert load({"COPYDESK_CONFIG": str(file)}).batch == 7


def test_the_file_given_by_hand_beats_the_one_in_the_environment(tmp_path):
    for name, batch in (("one.toml", 1), ("two.toml", 2)):
        (tmp_path / name).write_text(f"batch = {batch}\n")
    environ = {"COPYDESK_CONFIG": str(tmp_path / "one.toml")}
    assert load(environ, tmp_path / "two.toml").batch == 2


def test_a_secret_is_read_from_a_file_without_its_line_end(tmp_path):
    (tmp_path / "password").write_text(" a secret \n")
    settings = load({"COPYDESK_KAFKA_PASSWORD_FILE": str(tmp_path / "password")})
    assert settings.kafka_password == " a secret "


def test_any_setting_can_be_read_from_a_file(tmp_path):
    (tmp_path / "redis").write_text("redis://:s3cret@store:6379\n")
    assert (
        load({"COPYDESK_REDIS_FILE": str(tmp_path / "redis")}).redis == "redis://:s3cret@store:6379"
    )


def test_a_setting_and_its_file_are_not_both_taken(tmp_path):
    (tmp_path / "x").write_text("5")
    with pytest.raises(SettingsError, match="COPYDESK_BATCH_FILE and COPYDESK_BATCH are both set"):
        load({"COPYDESK_BATCH": "1", "COPYDESK_BATCH_FILE": str(tmp_path / "x")})


def test_a_description_for_logs_holds_no_secret():
    settings = Settings(
        redis="rediss://desk:hunter2@store:6379/1?password=hunter2",
        kafka_security="sasl_ssl",
        kafka_sasl="PLAIN",
        kafka_user="desk",
        kafka_password="hunter2",
    )
    shown = describe(settings)
    assert "hunter2" not in repr(shown)
    assert shown["redis"] == "rediss://desk:***@store:6379/1?password=***"
    assert set(shown) == set(table())
    assert msgspec.json.encode(shown)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://a:6379", "redis://a:6379"),
        ("redis://:p@a", "redis://:***@a"),
        ("redis://u:p@ss@a", "redis://u:***@a"),
        ("redis://u:p/s?s@a/1", "redis://u:***@a/1"),
        ("redis://u@a", "redis://u@a"),
        ("unix:///run/redis.sock?db=1&password=p", "unix:///run/redis.sock?db=1&password=***"),
    ],
)
def test_a_url_is_shown_without_its_password(url, shown):
    assert without_password(url) == shown


def test_policy_and_limits_carry_what_was_set():
    settings = load({
        "COPYDESK_SOURCE_POLICIES": "reuters=keep, a=b=mark",
        "COPYDESK_COMPARE": "exact",
        "COPYDESK_MAX_BODY": "10",
        **{f"COPYDESK_{name}": "keep" for name in ("WITHIN", "SAME_SOURCE", "CROSS_SOURCE")},
    })  # fmt: skip
    made = policy(settings)
    assert made.by_source == {"reuters": "keep", "a=b": "mark"}
    assert (made.compare, made.within, made.same_source, made.cross_source) == (
        "exact",
        *["keep"] * 3,
    )
    bounds = limits(settings, 100, 200)
    assert (bounds.max_body, bounds.max_output, bounds.max_audit) == (10, 100, 200)


def test_every_policy_field_comes_from_a_setting():
    """A field added to the policy and forgotten here would be a rule that nobody can set."""
    names = {field.name for field in msgspec.structs.fields(Policy)} - {"by_source", "uri_owners"}
    assert policy(Settings(uri_owners=("urn:a:=b",))).uri_owners == (("urn:a:", "b"),)
    assert names <= set(table())
    for name in names:
        default = getattr(Settings(), name)
        other = {"drop": "keep", "suppress": "stub", "profile": "exact"}.get(default) if isinstance(
            default, str) else (not default if isinstance(default, bool) else default + (1 if default >= 1 else 0.125))  # fmt: skip
        changed = msgspec.structs.replace(Settings(claim_from=1, block_from=500), **{name: other})
        assert getattr(policy(changed), name) == other


def test_every_setting_has_its_words_and_no_words_stand_without_one():
    described = [name for lines in WORDS.values() for name in lines]
    assert described == [field.name for field in msgspec.structs.fields(Settings)]
    assert all(line.endswith(".") for lines in WORDS.values() for line in lines.values())


def test_the_page_of_settings_is_what_the_code_says():
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: python -m consumers.settings.page > docs/settings.md"


def test_every_default_is_taken_as_its_own_text():
    """What the page shows as a default can be set, and gives the default."""
    environ = {each.variable: each.default_text for each in table().values() if each.default_text}
    assert load(environ) == Settings()


@given(st.floats(min_value=0.001, max_value=1e7).map(lambda s: round(s, 3)))
def test_a_duration_is_written_so_that_it_reads_the_same(seconds):
    text = duration_text(seconds)
    assert load({"COPYDESK_WINDOW": text}).window == pytest.approx(seconds, rel=1e-5)
