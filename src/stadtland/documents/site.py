"""The guide as a static site: one page per chapter, gate, paper and member, both languages, no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content

from .html import line_filters
from .style import FONT, WEIGHTS, palette
from .tree import Block, Bullets, Heading, Section, flagged

NAV = (
    "index",
    "process",
    "chapters",
    "challenges",
    "recommendations",
    "examples",
    "papers",
    "profiles",
    "sdg",
    "glossary",
)


def _marked(page: Page) -> bool:
    """Whether a number of the page is marked as not for decision."""
    return flagged(Section(page.slug, [page.title], page.blocks))


@dataclass
class Page:
    """One page: its file name is the same in both languages, so each links to its twin."""

    slug: str
    title: str
    blocks: list[Block]
    nav: str  # the entry of the navigation that is marked as current
    before: tuple[str, str] | None = None  # (slug, title) of the page before and after, for reading on
    after: tuple[str, str] | None = None
    downloads: tuple[tuple[str, str], ...] = ()


def render(
    page: Page, lang: str, name: str, words: Mapping[str, Mapping[str, str]], labels: Mapping[str, str], footer: str
) -> bytes:
    """The page as UTF-8 HTML that rests on `../guide.css` beside it."""
    _prepare(page.blocks)
    other = "en" if lang == "de" else "de"
    html = _template(labels["flag_word"], labels["flag_mark"]).render(
        page=page, lang=lang, other=other, name=name, labels=labels, footer=footer,
        nav=[(slug, words[f"nav_{slug}"][lang]) for slug in NAV],
        w={k: v[lang] for k, v in words.items()}, other_name=words["this_language"][other],
    )  # fmt: skip
    return str(html).encode()


@cache
def _template(flag_word: str, flag_mark: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(content.path("report", "html")), autoescape=True, undefined=StrictUndefined
    )
    env.filters |= line_filters({"flag_word": flag_word, "flag_mark": flag_mark}) | {"marked": _marked}
    return env.get_template("guide.html.j2")


def landing(words: Mapping[str, Mapping[str, str]], name: str) -> bytes:
    """The first page: choice of the language."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(content.path("report", "html")), autoescape=True, undefined=StrictUndefined
    )
    return env.get_template("landing.html.j2").render(name=name, w=words).encode()


def assets() -> dict[str, bytes]:
    """Style sheet and fonts by file name."""
    faces = "".join(
        f'@font-face{{font-family:"{FONT}";font-weight:{weight};src:url("{name}") format("truetype")}}'
        for name, weight in WEIGHTS
    )
    colours = ";".join(f"--{k}:{v}" for k, v in palette().items() if isinstance(v, str))
    sheets = [content.path("report", "html", n).read_text(encoding="utf-8") for n in ("report.css", "guide.css")]
    css = faces + ":root{" + colours + "}" + "".join(sheets)
    fonts = {name: content.path("fonts", name).read_bytes() for name, _ in WEIGHTS}
    return {"guide.css": css.encode(), **fonts, "OFL.txt": content.path("fonts", "OFL.txt").read_bytes()}


def _prepare(blocks: list[Any]) -> None:
    """Lists get a name that the template can reach (items is a method of mappings in Jinja)."""
    for block in blocks:
        if isinstance(block, Bullets):
            block.items_ = block.items  # type: ignore[attr-defined]
        elif isinstance(block, Heading):
            block.level = max(2, min(block.level, 3))
        for inner in ("blocks", "first", "second"):
            _prepare(getattr(block, inner, []))
