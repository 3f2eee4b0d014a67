"""The small HTTP server: who may read what, and what a browser is told."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from consumers.errors import CopydeskError, UsageFault
from consumers.resources import chart_library
from consumers.web.server import start, text

TOKEN = "a-token"


@pytest.fixture
def address() -> Iterator[str]:
    pages = {
        "/open": lambda _: text(200, "open"),
        "/metrics": lambda query: text(200, f"asked for {query.get('what', 'nothing')}"),
        "/livez": lambda _: text(200, "alive"),
    }
    server = start("127.0.0.1:0", pages, "--serve", TOKEN, free=["/open"])
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def ask(
    address: str, path: str, method: str = "GET", **headers: str
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


#: path, what is sent, status, why the row is here
ACCESS = [
    ("/livez", {}, 200, "a probe has no token"),
    ("/open", {}, 200, "a page's files tell nothing"),
    ("/metrics", {}, 401, "figures are guarded"),
    ("/metrics", {"Authorization": "Bearer a-token"}, 200, "the token opens"),
    ("/metrics", {"Authorization": "Bearer a-tokem"}, 401, "another does not"),
    ("/metrics", {"Authorization": "Bearer "}, 401, "an empty one does not"),
    ("/metrics", {"Authorization": "Basic a-token"}, 401, "nor one of another kind"),
    ("/nothing", {}, 401, "what there is not is not told either"),
    ("/nothing", {"Authorization": "Bearer a-token"}, 404, "but to who may know"),
]


@pytest.mark.parametrize(("path", "headers", "status", "why"), ACCESS)
def test_who_may_read_what(address, path, headers, status, why):
    assert ask(address, path, **headers)[0] == status, why


def test_a_page_is_given_what_was_asked_for(address):
    told = ask(address, "/metrics?what=%D8%AE%D8%A8%D8%B1&x", Authorization=f"Bearer {TOKEN}")
    assert told[:2] == (200, "asked for خبر\n")


def test_a_browser_may_load_nothing_from_elsewhere_and_make_no_markup_from_text(address):
    policy = ask(address, "/open")[2]["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule or "http" in rule]


def test_the_head_of_a_page_has_no_body(address):
    status, body, headers = ask(address, "/open", "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, "", "5")


def test_nothing_can_be_sent(address):
    assert ask(address, "/open", "POST")[0] == 501


def test_an_ipv6_address_can_be_listened_on():
    server = start("[::1]:0", {}, "--serve")
    try:
        assert ask(f"[::1]:{server.server_address[1]}", "/x")[0] == 404
    finally:
        server.shutdown()
        server.server_close()


def test_an_address_that_is_taken_is_a_sentence(address):
    with pytest.raises(UsageFault, match=f"--serve is '{address}', which cannot be listened on"):
        start(address, {}, "--serve")


def test_the_charting_library_is_the_one_that_its_maker_released():
    assert b"leeoniya/uPlot (v1.6.31)" in chart_library("uplot.iife.min.js")
    assert b".uplot" in chart_library("uplot.min.css")


def test_a_charting_library_that_was_changed_is_refused(monkeypatch):
    monkeypatch.setitem(chart_library.__globals__["_CHART_FILES"], "uplot.min.css", "0" * 64)
    with pytest.raises(CopydeskError, match=r"is not the file of uPlot 1\.6\.31"):
        chart_library("uplot.min.css")
