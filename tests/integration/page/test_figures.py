"""The lag page in Debian's Chromium, on a real broker: what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumers.embedded import start_kafka
from consumers.embedded.process import free_port
from consumers.kafka_client import connection, groups, offsets, topics
from consumers.kafka_client.words import Place, Plan
from consumers.settings import Settings
from tests.conftest import Addresses, Topics
from tests.integration.hands import wait_for
from tests.integration.harness import TAGLESS, desk
from tests.integration.page.browser import Browser
from tests.integration.page.scenes import ROWS, Scene, fetch, served, show, write
from tests.leash import Leash

pytestmark = pytest.mark.integration

ARTICLE = "A paragraph of a story that is long enough to be dropped where it comes a second time in it, whole, and from its first word to the last one."


def test_the_page_shows_what_the_broker_says(scene: Scene, page: Browser) -> None:
    show(page, scene.address, scene.group, rows=3)
    with connection.connect(scene.settings) as kafka:
        ends = offsets.latest(kafka, offsets.places(kafka, [scene.topic]))
        stands = groups.committed(kafka, [scene.group])[scene.group]
    shown = {
        Place(scene.topic, int(row["partition"])): (row["committed"], row["end"], row["lag"])
        for row in page.run(ROWS)
    }
    assert shown == {
        place: (f"{stands[place].offset:,}", f"{end:,}", str(end - stands[place].offset))
        for place, end in ends.items()
    }
    page.wait_for("document.querySelectorAll('#groups tbody tr').length === 3")
    assert "21 in all" in page.wait_for("document.getElementById('lag').innerText")
    reasons = page.wait_for(
        f"({ROWS}).every(row => row.verdict.includes('stopped')) && ({ROWS}).map(row => row.why)"
    )
    assert all("no member of the group reads it; 7 records unread" in why for why in reasons)


def test_the_charts_can_be_read_as_tables(scene: Scene, page: Browser) -> None:
    show(page, scene.address, scene.group)
    page.wait_for("!!document.querySelector('#lag canvas')")
    page.run("document.querySelector('#lag summary').click()")
    cells = "[...document.querySelectorAll('#lag tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    page.wait_for(f"({cells}).length > 2")
    for _, *lags in page.run(cells):
        assert set(lags) <= {"7", "unknown"}
    assert page.run(cells)[0][1:] == ["7", "7", "7"]


def test_what_is_not_known_is_said_to_be_unknown_with_the_reason(
    scene: Scene, page: Browser
) -> None:
    """The topics of this scene's desk do not exist, and no worker serves metrics."""
    show(page, scene.address, scene.group)
    for chart, why in (
        ("dropped", f"Unknown: the topic '{scene.settings.audit}' is not there"),
        ("dead", f"Unknown: the topic '{scene.settings.dead}' is not there"),
        ("store", "Unknown: what claims take: no worker's metrics are known here"),
    ):
        text = f"document.getElementById('{chart}').innerText"
        page.wait_for(f"{text}.includes({json.dumps(why)})")
    assert "A round trip now takes" in page.text()
    told = json.loads(fetch(f"{scene.address}/api/desk")[1])
    assert told["totals"] == {"paragraphs": None, "dead": None, "held": None}


def test_a_token_is_asked_for_and_kept_for_the_tab(scene: Scene, page: Browser) -> None:
    token = "secret-and-long"
    with served(scene.settings, "--group", scene.group, COPYDESK_WEB_TOKEN=token) as address:
        for path in ("/metrics", "/api/lag", "/api/desk", "/api/series?group=x"):
            assert fetch(address + path)[0] == 401
            assert fetch(address + path, Authorization="Bearer wrong")[0] == 401
        assert fetch(f"{address}/metrics", Authorization=f"Bearer {token}")[0] == 200
        page.open(address)
        page.wait_for("document.getElementById('ask').hidden === false")
        assert page.run("document.getElementById('main').hidden")
        page.run(f"document.getElementById('token').value = '{token}'")
        page.run("document.getElementById('token').focus()")
        page.key("Enter")
        page.wait_for("document.querySelectorAll('#partitions tbody tr').length === 3")
        assert token not in page.run("location.href + document.documentElement.outerHTML")
        page.run("sessionStorage.clear()")


def test_the_page_tells_what_the_desk_did(
    services: Addresses, topics: Topics, namespace: str, tmp_path: Path, page: Browser
) -> None:
    """Also where a token guards worker and page alike: the page's server bears it to the worker."""
    own = {"COPYDESK_WEB": f"127.0.0.1:{free_port()}", "COPYDESK_WEB_TOKEN": "a-token"}
    with desk(services, topics, namespace, tmp_path, **TAGLESS, **own) as here:
        here.make_topics()
        here.start()
        with served(here.settings, "--group", topics.group) as address:

            def told():
                return json.loads(fetch(f"{address}/api/desk", Authorization="Bearer a-token")[1])

            wait_for(lambda: told()["totals"]["paragraphs"] is not None)
            wait_for(lambda: told()["totals"]["dead"] is not None)
            here.publish(
                {"uri": f"urn:{i}", "body": f"{i} {ARTICLE}\n{i} {ARTICLE}"} for i in range(20)
            )
            here.publish([{"uri": "urn:bad", "body": ""}])
            judged = {"kept": 20, "within-single": 20}
            wait_for(
                lambda: (
                    told()["totals"] == {"paragraphs": judged, "dead": {"no-body": 1}, "held": 1}
                )
            )
            assert 0.5 in told()["dropped"]["within-single"]
            wait_for(lambda: any(told()["store"]["claim_95"]) and told()["unknown"] == {})
            store = told()["store"]
            for median, most in zip(store["claim_median"], store["claim_95"], strict=True):
                assert median is None or 0 < median <= most
            assert fetch(f"http://{own['COPYDESK_WEB']}/metrics")[0] == 401
            page.open(address)
            page.wait_for("document.getElementById('ask').hidden === false")
            page.run("sessionStorage.setItem('copydesk-token', 'a-token')")
            show(page, address, topics.group)
            page.wait_for(
                "document.getElementById('dropped').innerText.includes('repeat inside the article')"
            )
            page.wait_for(
                "document.getElementById('dropped').innerText.includes('40 judged so far')"
            )
            page.wait_for(
                "document.getElementById('dead').innerText.includes('1 came so far; the topic holds 1.')"
            )


@pytest.mark.slow
def test_the_page_says_that_the_broker_is_away_and_recovers_when_it_is_back(
    leash: Leash, tmp_path: Path, services: Addresses, page: Browser
) -> None:
    (tmp_path / "kafka").mkdir()
    server = start_kafka(tmp_path / "kafka")
    leash.hold(server)
    settings = Settings(kafka=server.address, redis=services.redis, group="g", audit="a", dead="d")
    try:
        with connection.connect(settings) as kafka:
            for name in ("t", "a", "d"):
                topics.create(kafka, Plan(name, 1, 1, {}))
            write(settings, "t", 10)
            groups.move(kafka, "g", {Place("t", 0): 4})
        with served(settings) as address:
            wait_for(lambda: fetch(f"{address}/readyz")[0] == 200)
            show(page, address, "g")
            page.wait_for(f"({ROWS})[0].lag === '6'")
            server.kill()
            page.wait_for(
                "document.getElementById('state').textContent.startsWith('Kafka does not answer')"
            )
            page.wait_for("document.getElementById('when').textContent.includes('ago')")
            page.wait_for("document.getElementById('dead').innerText.includes('Unknown: ')")
            assert fetch(f"{address}/readyz")[0] == 503
            assert fetch(f"{address}/livez")[0] == 200
            server.restart()
            leash.hold(server)
            wait_for(lambda: fetch(f"{address}/readyz")[0] == 200, 60)
            write(settings, "t", 5)
            page.wait_for(f"({ROWS})[0].lag === '11'")
            page.wait_for("document.getElementById('state').textContent.startsWith('Live')")
    finally:
        server.kill()
