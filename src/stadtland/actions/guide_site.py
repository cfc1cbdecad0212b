"""Use case: the whole guide of a partnership as a static site in both languages, with its papers beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtland.base.files import OutDir

from . import guide

LANGUAGES = ("de", "en")


def site(m: guide.Material, out: str | Path, step: Any = lambda _: None) -> list[Path]:
    """Write `index.html`, style, fonts and the folders `de` and `en` to `out`; returns the paths.

    Nothing of an earlier site is replaced before all pages of both languages are made. Papers lie beside their pages as
    DOCX, slides as PPTX.
    """
    from stadtland.documents import site as writer
    from stadtland.guide import chapters

    words = chapters.words()
    with OutDir(out) as top, OutDir(Path(out) / "de") as german, OutDir(Path(out) / "en") as english:
        name = str(m.results["partnership"]["name"])
        for file, raw in writer.assets().items():
            top.stage(file, raw)
        top.stage("index.html", writer.landing(words, name))
        for lang, folder in zip(LANGUAGES, (german, english), strict=True):
            step(f"guide_{lang}")
            for file, raw in _language(m, lang).items():
                folder.stage(file, raw)
        return [*german.commit(), *english.commit(), *top.commit()]


def composed(m: guide.Material, lang: str) -> dict[str, Any]:
    """The trees of all papers by file stem: one for each kind, for kinds about one member one for each member."""
    from stadtland.documents import papers
    from stadtland.guide import papers as kinds

    found = {}
    for kind, paper in kinds.papers().items():
        for ags in m.codes if paper.per_member else (None,):
            found[papers.file_stem(kind, ags, lang)] = guide.compose(kind, m, lang, ags)
    found[papers.file_stem("slides", None, lang)] = guide.compose("slides", m, lang)
    return found


def _language(m: guide.Material, lang: str) -> dict[str, bytes]:
    from stadtland.documents import docx, guide_pages, papers, site, slides
    from stadtland.guide import chapters

    trees = composed(m, lang)
    files = {}
    for stem, tree in trees.items():
        if stem.startswith("slides-"):
            files[f"{stem}.pptx"] = slides.render(tree)
        else:
            files[f"{stem}.docx"] = docx.render(tree, {"results": papers.digest(m.results), "day": m.today})
    c = papers.context(m.results, lang, m.today, None, guide.further_words(m) | {"pages": True})
    labels = papers.labels(c.r)
    footer = "".join(map(str, c.word("footer", results=c.words["results_hash"], today=c.words["today"])))
    for page in guide_pages.pages(c, guide.sdgs(), m.codes, trees):
        files[f"{page.slug}.html"] = site.render(page, lang, c.words["name"], chapters.words(), labels, footer)
    return files
