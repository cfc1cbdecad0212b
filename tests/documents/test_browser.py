"""The HTML report in a real browser: no rule of axe at level A or AA is broken, nothing is asked of the network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fixture_results import results

from stadtland.documents import html, report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="not run: needs Debian's Chromium")
@pytest.mark.parametrize(("lang", "width"), [("de", 1200), ("en", 1200), ("de", 360)])
def test_axe_finds_nothing_and_network_stays_quiet(tmp_path: Path, lang: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    path = tmp_path / "report.html"
    path.write_bytes(html.render(report.compose(results(5), lang)))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(u.startswith(("file:", "data:")) for u in asked)
        browser.close()
