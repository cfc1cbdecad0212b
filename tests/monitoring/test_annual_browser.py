"""The annual report in a real browser: no rule of axe at level A or AA is broken, nothing is asked of the network."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from stadtland.actions import fund as funds
from stadtland.actions import monitoring as use
from stadtland.documents import annual

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="not run: needs Debian's Chromium")
@pytest.mark.parametrize(("lang", "width"), [("de", 1200), ("de", 360)])
def test_axe_finds_nothing_and_network_stays_quiet(trained, tmp_path: Path, lang: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    found = use.annual(
        trained.repository, funds.state(trained.journal), funds.account(trained.journal), 2024, None, "net",
        clock=lambda: datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    path = tmp_path / "annual.html"
    path.write_bytes(annual.render(found, lang)[f"annual-2024-{lang}.html"])
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert result.violations_count == 0, result.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(u.startswith(("file:", "data:")) for u in asked)
        browser.close()
