"""The HTML writer: one self-contained file, works without JavaScript and without the network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup, escape

from stadtland.base import content

from .style import FONT, WEIGHTS, palette
from .tree import Blank, Bullets, Chart, Document, Gap, Heading, Inline, Lamp, Link, Num, Strong, flagged, plain


def render(document: Document) -> bytes:
    """The report as UTF-8 HTML. Texts out of the results are escaped, never parsed."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(content.path("report", "html")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )

    env.filters |= line_filters(document.labels)
    # The style sheet is content of this package.
    css = Markup(_css())  # nosec B704
    page = env.get_template("report.html.j2").render(doc=_Page(document), labels=document.labels, css=css)
    return page.encode()


def line_filters(labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The filters that a template of blocks needs: `line`, `text`, `picture`, `flagged`."""
    marks = labels or {"flag_word": "", "flag_mark": ""}

    def line(pieces: Sequence[Inline]) -> Markup:
        return Markup("").join(_piece(p, marks) for p in pieces)

    return {"line": line, "text": plain, "picture": _picture, "flagged": flagged}


class _Page:
    """The document as the template sees it: headings one level lower, list items under a name Jinja can reach."""

    def __init__(self, document: Document) -> None:
        self.lang, self.title, self.subtitle = document.lang, document.title, document.subtitle
        self.footer, self.sections = document.footer, document.sections
        for section in document.sections:
            _prepare(section.blocks)


def _prepare(blocks: list[Any]) -> None:
    for block in blocks:
        if isinstance(block, Bullets):
            block.items_ = block.items  # type: ignore[attr-defined]
        elif isinstance(block, Heading):
            block.level = 3
        for inner in ("blocks", "first", "second"):
            _prepare(getattr(block, inner, []))


def _piece(piece: Inline, labels: Mapping[str, str]) -> Markup:
    match piece:
        case Strong(parts=parts):
            return Markup("<strong>") + Markup("").join(_piece(p, labels) for p in parts) + Markup("</strong>")
        case Num(formula=formula, value=value, text=text, flagged=flag):
            number = Markup('<data value="{}" data-path="{}">{}</data>').format(repr(value), formula, text)
            mark = Markup('<abbr class="flag" title="{}">{}</abbr>').format(labels["flag_word"], labels["flag_mark"])
            return number + mark if flag else number
        case Lamp(tone=tone, text=text):
            return Markup('<span class="lamp" style="color:var(--{})" aria-hidden="true">{}</span>').format(tone, text)
        case Link(text=text, href=href, title=title, lang=lang):
            hint = Markup(' title="{}"').format(title) if title else Markup("")
            hint += Markup(' lang="{}"').format(lang) if lang else Markup("")
            return Markup('<a href="{}"{}>{}</a>').format(href, hint, text)
        case Blank(text=text):
            return Markup('<span class="blank">[{}]</span>').format(text)
        case Gap(formula=formula, text=text):
            return Markup('<span class="gap" data-path="{}">{}</span>').format(formula, text)
        case _:
            return escape(piece)


def _picture(chart: Chart) -> Markup:
    attributes = Markup('<svg role="img" aria-label="{}" style="max-width:{:.0f}px" ').format(
        chart.alt, chart.width * 1.25
    )
    # The chart is drawn by this package with names escaped (tests/documents: hostile names).
    return attributes + Markup(chart.svg.removeprefix("<svg "))  # nosec B704


@cache
def _css() -> str:
    faces = []
    for name, weight in WEIGHTS:
        data = base64.b64encode(content.path("fonts", name).read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{FONT}";font-weight:{weight};'
            f'src:url(data:font/ttf;base64,{data}) format("truetype")}}'
        )
    colours = ";".join(f"--{k}:{v}" for k, v in palette().items() if isinstance(v, str))
    sheet = content.path("report", "html", "report.css").read_text(encoding="utf-8")
    return "".join(faces) + ":root{" + colours + "}" + sheet
