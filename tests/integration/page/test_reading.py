"""The page for everybody: keyboard, screen reader, contrast, direction; and names that would run."""

from __future__ import annotations

import contextlib
import json
import re

import pytest

from tests.integration.page.browser import Browser
from tests.integration.page.scenes import HOSTILE, ROWS, Scene, show

pytestmark = pytest.mark.integration


def test_names_with_markup_in_them_are_text_and_nothing_comes_from_elsewhere(
    scene: Scene, page: Browser
) -> None:
    show(page, scene.address, scene.hostile, rows=3)
    members = page.wait_for(
        f"({ROWS}).every(r => r.member.includes('<img')) && ({ROWS}).map(r => r.member)"
    )
    assert all(member.startswith(HOSTILE) for member in members)
    page.wait_for("!!document.querySelector('#store canvas')")
    assert page.run("document.querySelectorAll('img, body script').length") == 0
    assert page.run("window.hit === undefined")
    files = ("", "lag.css", "lag.js", "words.js", "charts.js", "uplot.iife.min.js", "uplot.min.css")
    wanted = {
        *(f"{scene.address}/{name}" for name in files),
        *(f"{scene.address}/api/{name}" for name in ("groups", "lag", "series", "desk")),
    }
    # The icon is asked for once only.
    asked = {re.sub(r"[?#].*", "", url) for url in page.requests}
    assert asked | {f"{scene.address}/lag.svg"} == wanted | {f"{scene.address}/lag.svg"}
    assert page.faults == [], "the policy stopped something, or a script failed"


def test_the_policy_stops_what_would_come_from_elsewhere_or_run_from_text(
    scene: Scene, page: Browser
) -> None:
    show(page, scene.address, scene.group)
    with contextlib.suppress(AssertionError):
        page.run("fetch('http://127.0.0.1:9/')")
    for attempt in ("document.body.innerHTML = '<p>'", "eval('1')"):
        with pytest.raises(AssertionError, match="exceptionDetails"):
            page.run(f"(() => {{ {attempt} }})()")
    assert "127.0.0.1:9" in " ".join(page.faults)


def test_a_group_with_an_arabic_name_stands_right_to_left(scene: Scene, page: Browser) -> None:
    show(page, scene.address, scene.arabic)
    direction = "getComputedStyle(document.querySelector('#group-title bdi')).direction"
    assert page.run(direction) == "rtl"
    assert page.run("getComputedStyle(document.querySelector('#lag .plot')).direction") == "ltr"


def test_all_is_reached_and_used_with_the_keyboard_alone(scene: Scene, page: Browser) -> None:
    page.screen(1200, 900)
    show(page, scene.address, scene.group)
    page.wait_for("document.querySelectorAll('#groups tbody tr').length === 3")
    page.wait_for("!!document.querySelector('#store canvas')")
    page.run("document.activeElement.blur()")
    focus = """(() => { const e = document.activeElement, s = getComputedStyle(e);
      return e === document.body ? ['', ''] : [e.id || e.getAttribute('aria-label') || e.textContent.trim(), s.outlineStyle]; })()"""
    met: list[str] = []
    for _ in range(60):
        page.key("Tab")
        name, outline = page.run(focus)
        if met and name == met[0]:
            break
        met.append(name)
        assert outline != "none", f"{name} does not show that it has the focus"
    wanted = ["Skip to the group shown", "minutes", "pause", scene.group, scene.hostile]
    assert [name for name in met if name in wanted] == wanted
    sliders = [name for name in met if "arrow keys" in name]
    assert len(sliders) >= 3
    assert met.index(scene.group) < met.index(sliders[0]) < met.index("/metrics")


def test_a_link_and_a_chart_answer_to_keys(scene: Scene, page: Browser) -> None:
    show(page, scene.address, scene.group)
    page.wait_for("document.querySelectorAll('#groups tbody tr').length === 3")
    page.run("[...document.querySelectorAll('#groups a')].at(-1).focus()")
    wanted = page.run("document.activeElement.textContent")
    page.key("Enter")
    page.wait_for(
        f"document.getElementById('group-title').textContent.includes({json.dumps(wanted)})"
    )
    assert page.run("document.activeElement.textContent") == wanted, "the focus stays"
    page.wait_for(
        "document.querySelector('#lag canvas') && document.querySelector('#lag .plot').ariaValueMax > 2"
    )
    page.run("document.querySelector('#lag .plot').focus()")
    page.key("Home")
    page.wait_for("document.querySelector('#lag .plot').ariaValueNow === '0'")
    page.key("ArrowRight")
    page.wait_for("document.querySelector('#lag .plot').ariaValueNow === '1'")
    told = page.run("document.querySelector('#lag .plot').ariaValueText")
    assert re.fullmatch(r"\d\d:\d\d:\d\d: partition 0 \w+, partition 1 \w+, partition 2 \w+", told)


def test_a_screen_reader_is_told_names_and_the_rows_of_tables(scene: Scene, page: Browser) -> None:
    """At the width of a phone too, where a row is laid out as a card."""
    page.screen(390, 844, phone=True)
    show(page, scene.address, scene.group, rows=3)
    page.wait_for("!!document.querySelector('#groups tbody tr')")
    roles = page.roles()
    named = {role for role, name in roles if name}
    assert {"table", "columnheader", "rowheader", "slider", "button", "combobox", "link"} <= named
    assert ("table", f"Partitions of {scene.topic}") in roles
    silent = {role for role, name in roles if not name}
    assert not silent & {"button", "link", "slider", "combobox", "table", "heading", "searchbox"}
    assert page.run("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.screen(1200, 900)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(scene: Scene, page: Browser, dark: bool) -> None:
    """At least 4.5 to 1 (WCAG 2.2, 1.4.3), for every text that is shown."""
    page.screen(1200, 900, dark=dark)
    show(page, scene.address, scene.hostile, rows=3)
    page.wait_for("!!document.querySelector('#store canvas')")
    weak = page.run("""(() => {
      const light = (rgb) => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
      const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
      const behind = (e) => { for (; e; e = e.parentElement) {
        const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } };
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
      for (let n = walk.nextNode(); n; n = walk.nextNode()) {
        const e = n.parentElement;
        if (!n.textContent.trim() || !e.checkVisibility() || e.closest('noscript, option')) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(behind(e))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) found.push(n.textContent);
      }
      return found; })()""")
    assert weak == []
    page.screen(1200, 900)
