"""Shared fixtures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test depends on how fast the machine is; a run of CI can be repeated, other runs look at new examples.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

ROOT = Path(__file__).resolve().parent.parent


def find_datapack() -> Path | None:
    """The folder of public data: STADTLAND_DATA, or shared/data beside the repository."""
    named = os.environ.get("STADTLAND_DATA")
    candidates = [Path(named)] if named else [ROOT.parent / "shared" / "data"]
    return next((c for c in candidates if (c / "localzero").is_dir()), None)


@pytest.fixture(scope="session")
def datapack() -> Path:
    """The folder of public data; the test is reported as not run without it (CI fails instead)."""
    found = find_datapack()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("the public data folder is missing: set STADTLAND_DATA")
        pytest.skip("not run: needs the folder of public data (STADTLAND_DATA)")
    return found


@pytest.fixture
def accessible() -> Callable[[Path, int], None]:
    """Opens a page: axe finds nothing, it fits the width, and nothing is asked of the network."""

    def check(path: Path, width: int) -> None:
        from axe_playwright_python.sync_playwright import Axe
        from playwright.sync_api import sync_playwright

        with sync_playwright() as p:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser")
            browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(path.as_uri())
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert all(u.startswith(("file:", "data:")) for u in asked)
            browser.close()

    return check
