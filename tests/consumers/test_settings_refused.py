"""Settings that cannot be used: refused in one sentence that names them, and never shows a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.settings import SettingsError, load
from consumers.settings.table import table

#: variables, words that the sentence must hold, why it is refused
REFUSED = [
    (
        {"COPYDESK_WINDOWS": "7d"},
        ["COPYDESK_WINDOWS", "COPYDESK_WINDOW"],
        "unknown, its neighbour named",
    ),
    ({"COPYDESK_ZZZZ": "7d"}, ["COPYDESK_ZZZZ", "docs/settings.md"], "unknown, like nothing known"),
    (
        {"COPYDESK_batch": "7"},
        ["COPYDESK_batch", "COPYDESK_BATCH"],
        "small letters are another variable",
    ),
    ({"COPYDESK_BATCH": "many"}, ["COPYDESK_BATCH", "'many'", "whole number"], "not a number"),
    ({"COPYDESK_BATCH": "1.5"}, ["COPYDESK_BATCH", "'1.5'", "whole number"], "not whole"),
    ({"COPYDESK_BATCH": "0"}, ["COPYDESK_BATCH", "'0'", "from 1 to 10000"], "out of its range"),
    ({"COPYDESK_BATCH": ""}, ["COPYDESK_BATCH is empty"], "empty, where something must be"),
    ({"COPYDESK_WINDOW": "7 weeks"}, ["COPYDESK_WINDOW", "'7 weeks'", "7d, 12h"], "no such unit"),
    ({"COPYDESK_WINDOW": "0s"}, ["COPYDESK_WINDOW", "more than 0"], "a window of nothing"),
    ({"COPYDESK_WINDOW": "-1d"}, ["COPYDESK_WINDOW", "'-1d'"], "before it begins"),
    ({"COPYDESK_BAD_SHARE": "nan"}, ["COPYDESK_BAD_SHARE"], "not a number at all"),
    ({"COPYDESK_BAD_SHARE": "1.5"}, ["COPYDESK_BAD_SHARE", "1 or less"], "more than all"),
    (
        {"COPYDESK_LEAD_GUARD": "maybe"},
        ["COPYDESK_LEAD_GUARD", "'maybe'", "true or false"],
        "neither",
    ),
    (
        {"COPYDESK_LOG": "loud"},
        ["COPYDESK_LOG", "'loud'", "debug, info, warning or error"],
        "no choice",
    ),
    (
        {"COPYDESK_SETTINGS_VERSION": "2"},
        ["COPYDESK_SETTINGS_VERSION is 2", "version 1", "docs/upgrades.md"],
        "of another version",
    ),
    ({"COPYDESK_KAFKA": "here"}, ["COPYDESK_KAFKA", "'here'", "host:port"], "no port"),
    ({"COPYDESK_KAFKA": "a:1,,b:2"}, ["COPYDESK_KAFKA", "host:port"], "a server without a name"),
    ({"COPYDESK_KAFKA": "a:99999"}, ["COPYDESK_KAFKA", "host:port"], "no such port"),
    ({"COPYDESK_KAFKA": "http://a:1"}, ["COPYDESK_KAFKA", "host:port"], "a URL"),
    ({"COPYDESK_REDIS": "localhost:6379"}, ["COPYDESK_REDIS", "redis://"], "no scheme"),
    ({"COPYDESK_REDIS": "redis://"}, ["COPYDESK_REDIS", "host"], "no host"),
    ({"COPYDESK_REDIS_CA": "ca.pem"}, ["COPYDESK_REDIS_CA", "rediss://"], "TLS is not asked for"),
    ({"COPYDESK_NAMESPACE": "a{b}"}, ["COPYDESK_NAMESPACE", "braces"], "a hash tag of its own"),
    ({"COPYDESK_INPUT": ""}, ["COPYDESK_INPUT", "one or more topics"], "nothing to read"),
    ({"COPYDESK_INPUT": "a b"}, ["COPYDESK_INPUT", "'a b'"], "no name for a topic"),
    ({"COPYDESK_OUTPUT": ".."}, ["COPYDESK_OUTPUT", "'..'"], "a name that Kafka refuses"),
    (
        {"COPYDESK_OUTPUT": "articles.raw"},
        ["COPYDESK_INPUT", "COPYDESK_OUTPUT", "articles.raw"],
        "a loop",
    ),
    (
        {"COPYDESK_DEAD": "articles.audit"},
        ["COPYDESK_AUDIT", "COPYDESK_DEAD"],
        "two parts, one topic",
    ),
    (
        {"COPYDESK_DROP_FROM": "10"},
        ["COPYDESK_DROP_FROM", "COPYDESK_CLAIM_FROM"],
        "dropped, never claimed",
    ),
    (
        {"COPYDESK_BLOCK_FROM": "10"},
        ["COPYDESK_BLOCK_FROM", "COPYDESK_BLOCK_AVERAGE"],
        "less than its part",
    ),
    (
        {"COPYDESK_SOURCE_POLICIES": "reuters"},
        ["COPYDESK_SOURCE_POLICIES", "source=action"],
        "no action",
    ),
    (
        {"COPYDESK_SOURCE_POLICIES": "a=burn"},
        ["COPYDESK_SOURCE_POLICIES", "drop, mark, keep"],
        "no such action",
    ),
    ({"COPYDESK_WORKERS": "a:1,b"}, ["COPYDESK_WORKERS", "'b'", "host:port"], "no port"),
    ({"COPYDESK_WEB_TOKEN": "two words"}, ["COPYDESK_WEB_TOKEN", "spaces"], "never in a header"),
    ({"COPYDESK_WEB": "8080"}, ["COPYDESK_WEB", "host:port"], "no host"),
    ({"COPYDESK_KAFKA_SECURITY": "sasl_ssl"}, ["COPYDESK_KAFKA_SASL"], "SASL, but how"),
    (
        {"COPYDESK_KAFKA_SECURITY": "sasl_ssl", "COPYDESK_KAFKA_SASL": "PLAIN"},
        ["COPYDESK_KAFKA_USER"],
        "SASL, but who",
    ),
    ({"COPYDESK_KAFKA_SASL": "PLAIN"}, ["COPYDESK_KAFKA_SECURITY"], "SASL is not asked for"),
    ({"COPYDESK_KAFKA_CERT": "c.pem"}, ["COPYDESK_KAFKA_KEY"], "a certificate without its key"),
    ({"COPYDESK_KAFKA_CA": "c.pem"}, ["COPYDESK_KAFKA_SECURITY"], "TLS is not asked for"),
    (
        {"COPYDESK_PROCESSING_GUARANTEE": "exactly_once"},
        ["exactly_once", "refused", "Faust", "at least once"],
        "cannot be kept",
    ),
    (
        {"COPYDESK_PROCESSING_GUARANTEE": "twice"},
        ["COPYDESK_PROCESSING_GUARANTEE", "at_least_once"],
        "no choice",
    ),
    ({"COPYDESK_CONFIG": "/nowhere/x.toml"}, ["/nowhere/x.toml", "No such file"], "no such file"),
    (
        {"COPYDESK_KAFKA_PASSWORD_FILE": "/nowhere/x"},
        ["COPYDESK_KAFKA_PASSWORD_FILE", "No such file"],
        "no such secret",
    ),
]


@pytest.mark.parametrize(("environ", "words", "why"), REFUSED)
def test_a_wrong_setting_is_refused_in_one_sentence_that_names_it(environ, words, why):
    with pytest.raises(SettingsError) as caught:
        load(environ)
    said = str(caught.value)
    assert all(word in said for word in words), (why, said)
    assert "\n" not in said
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("content", "words", "why"),
    [
        ("bach = 7", ["bach", "batch"], "unknown, its neighbour named"),
        ("[kafka]\nx = 1", ["kafka"], "a table where a text must be"),
        ("batch = ", ["not TOML"], "it breaks off"),
        ("batch = true", ["batch", "True", "whole number"], "a truth is not a number"),
        ("lead_guard = 1", ["lead_guard"], "a number is not a truth"),
        ("input = [1]", ["input", "list"], "a list of numbers"),
        ("kafka = 9092", ["kafka", "text"], "a number for a text"),
        ("window = true", ["window", "duration"], "a truth for a duration"),
        ("BATCH = 7", ["BATCH", "batch"], "keys are in small letters"),
    ],
)
def test_a_wrong_file_is_refused_and_named(tmp_path, content, words, why):
    file = tmp_path / "copydesk.toml"
    file.write_text(content)
    with pytest.raises(SettingsError) as caught:
        load({}, file)
    assert all(word in str(caught.value) for word in [*words, str(file)]), (why, str(caught.value))


def test_a_value_from_a_file_is_never_repeated_in_a_message(tmp_path):
    (tmp_path / "x").write_text("hunter2")
    with pytest.raises(SettingsError) as caught:
        load({"COPYDESK_BATCH_FILE": str(tmp_path / "x")})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["redis:hunter2@store", "http://:hunter2@store", "hunter2"])
def test_a_wrong_redis_url_does_not_show_its_password(url):
    with pytest.raises(SettingsError) as caught:
        load({"COPYDESK_REDIS": url})
    assert "hunter2" not in str(caught.value)


@given(st.sampled_from(sorted(table())), st.text(max_size=20).filter(lambda t: "\0" not in t))
def test_no_text_whatever_makes_anything_but_settings_or_one_sentence(name, text):
    variable = table()[name].variable
    said = refusal({variable: text})
    assert said is None or variable in said


def refusal(environ):
    """What is said of these settings, or None where they can be used."""
    try:
        load(environ)
    except SettingsError as error:
        return str(error)
    return None
