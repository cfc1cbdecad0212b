"""The site: whole in both languages, links lead somewhere, numbers read back, no script, axe finds nothing, offline."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from fixture_results import results
from readback import compute
from test_guide_papers import bare, material

from stadtland.actions.guide import further_words
from stadtland.actions.guide_site import site
from stadtland.documents import guide_pages, papers
from stadtland.documents import site as writer
from stadtland.guide import chapters

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    m = material(results(2))
    rows = [
        {
            "rule": "votes", "role": "city", "ags": "joint", "state": "fires", "level": "regional", "effort": "low",
            "measures": (), "bundle": None, "reason": {"de": "Grund.", "en": "Reason."},
            "advice": {"de": "Rat.", "en": "Advice."}, "data": ({"names": ("[x]",), "data_quality": "B"},),
        }
    ]  # fmt: skip
    m.found["recommendations"] = rows
    site(m, out)
    return out


def pages(made: Path) -> list[Path]:
    return sorted([*made.glob("*.html"), *made.glob("*/*.html")])


def test_both_languages_have_the_same_pages(made: Path) -> None:
    de, en = ({p.name for p in (made / lang).glob("*.html")} for lang in ("de", "en"))
    assert de == en and len(de) > 60
    assert {"index.html", "gate-8.html", "chapter-idea.html", "examples.html", "easy.html", "sources.html"} <= de


def test_every_link_leads_somewhere_and_ids_are_unique(made: Path) -> None:
    ids: dict[Path, set[str]] = {}
    trees = {p: lxml.html.parse(str(p)) for p in pages(made)}
    for path, tree in trees.items():
        listed = tree.xpath("//@id")
        assert len(listed) == len(set(listed)), path.name
        ids[path] = set(listed)
    for path, tree in trees.items():
        for href in tree.xpath("//a/@href"):
            if href.startswith("http"):
                continue
            target, _, anchor = href.partition("#")
            to = (path.parent / target).resolve() if target else path
            assert to.exists(), (path.name, href)
            if anchor:
                assert anchor in ids[to], (path.name, href)


def test_no_script_no_request_no_leftover(made: Path) -> None:
    for path in pages(made):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text and not re.search(
            r"(?:src|href)=\"(?:https?:)?//[^\"]+\.(?:js|css|png|woff)", text
        )
        visible = " ".join(lxml.html.fromstring(text).xpath("//main//text()"))
        found = re.search(r"\{\w+\}|\[\[|\*\*|\[\?", visible)
        assert not found, (path.name, found)
        tree = lxml.html.fromstring(text)
        assert tree.get("lang") in ("de", "en") and len(tree.xpath("//h1")) == 1
        levels = [int(h.tag[1]) for h in tree.xpath("//h1|//h2|//h3|//h4")]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), (path.name, levels)
    css = (made / "guide.css").read_text(encoding="utf-8")
    assert 'url("http' not in css and "@import" not in css and "@media print" in css


def test_numbers_on_pages_equal_the_results(made: Path) -> None:
    body: dict[str, Any] = {**results(2), "guide": {"inventory_age": 5}}
    count = 0
    for path in pages(made):
        for node in lxml.html.parse(str(path)).xpath("//data"):
            count += 1
            assert float(node.get("value")) == pytest.approx(compute(node.get("data-path"), body), rel=1e-12), path.name
    assert count > 300


def test_pages_stand_without_a_plan() -> None:
    m = material(bare(1))
    c = papers.context(m.results, "de", m.today, None, further_words(m) | {"pages": True})
    c.glossary = "glossary.html"
    made = [guide_pages.index(c), *guide_pages.gates(c), *guide_pages.chapter_pages(c), guide_pages.challenge_page(c)]
    words, labels = chapters.words(), papers.labels(c.r)
    text = "".join(writer.render(page, "de", "x", words, labels, "").decode() for page in made)
    assert "noch kein Plan gerechnet" in text and "nur einen Partner" in text and 'class="gap"' in text


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="not run: needs Debian's Chromium")
def test_axe_finds_nothing_and_network_stays_quiet(made: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    names = [
        "index.html", "de/index.html", "en/gate-4.html", "de/chapter-sharing.html", "de/challenges.html",
        "en/recommendations.html", "de/examples.html", "de/papers.html", "en/sdg.html", "de/glossary.html",
    ]  # fmt: skip
    council = next((made / "de").glob("paper-council_paper-*.html"))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1100, "height": 900}, java_script_enabled=True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in [*(made / n for n in names), council]:
            page.goto(path.as_uri())
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            assert found.violations_count == 0, (path.name, found.generate_report())
        page.set_viewport_size({"width": 360, "height": 800})
        for name in ("de/index.html", "de/gate-4.html", "de/chapter-sharing.html"):
            page.goto((made / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
        assert page.evaluate("document.fonts.check('16px \"Fira Sans\"')")
        browser.close()
    assert asked and all(u.startswith("file:") for u in asked)
