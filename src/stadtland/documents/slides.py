"""Ten slides for a council meeting (PPTX): titles and bullets in real placeholders, pictures with alternative texts."""

from __future__ import annotations

import io
from typing import Any

from stadtland.guide.papers import slides as content_slides

from . import charts, markup
from .docx import CULTURE
from .style import palette
from .tree import Blank, Bullets, Chart, Document, Gap, Inline, Line, Num, Para, Section, Strong, Table, plain

FONT = "Arial"
PIXELS = 2.0


def compose(c: markup.Context) -> Document:
    """The slides as a tree: one section a slide, so that numbers are traced as in any other paper."""
    from . import papers

    lang = c.r.lang
    sections = []
    for i, slide in enumerate(content_slides(), 1):
        blocks = markup.blocks(slide["text"][lang], c)
        sections.append(
            Section(f"slide-{i}", markup.inline(slide["title"][lang], c), blocks, kicker=[slide["notes"][lang]])
        )
    footer = "".join(str(p) for p in c.word("footer", results=c.words["results_hash"], today=c.words["today"]))
    title = c.raw("slides_title")
    return Document(lang, f"{title}: {c.words['name']}", c.raw("draft_mark"), papers.labels(c.r), sections, footer)


def render(document: Document) -> bytes:
    """The slides as PPTX bytes."""
    from pptx import Presentation
    from pptx.util import Inches

    show: Any = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    show.core_properties.title, show.core_properties.author = document.title, "StadtLand"
    show.core_properties.language = CULTURE[document.lang]
    for i, section in enumerate(document.sections):
        _slide(show, document, section, i + 1)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _slide(show: Any, document: Document, section: Section, number: int) -> None:
    from pptx.util import Inches

    picture = next((b for b in section.blocks if isinstance(b, Chart)), None)
    table = next((b for b in section.blocks if isinstance(b, Table)), None)
    lines = _lines(section)
    layout = show.slide_layouts[1]  # title and content
    slide = show.slides.add_slide(layout)
    title, body = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = Inches(0.6), Inches(0.4), Inches(12.1), Inches(1.0)
    _write(title.text_frame, [section.title], 30, document.lang, bold=True)
    right = picture is not None or table is not None
    body.left, body.top, body.height = Inches(0.6), Inches(1.6), Inches(5.1)
    body.width = Inches(4.9 if right else 12.1)
    if lines:
        lines, size = fitted(lines, float(body.width), float(body.height), 20 if right else 22)
        _write(body.text_frame, lines, size, document.lang)
    else:
        body._element.getparent().remove(body._element)
    if picture is not None:
        _picture(slide, picture)
    elif table is not None:
        _table(slide, table, document.lang)
    foot = slide.shapes.add_textbox(Inches(0.6), Inches(6.95), Inches(12.1), Inches(0.4))
    foot.name = "Fußzeile" if document.lang == "de" else "Footer"
    _write(foot.text_frame, [[f"{document.subtitle} · {document.footer} · {number}"]], 10, document.lang)
    slide.notes_slide.notes_text_frame.text = plain(section.kicker)


def fitted(lines: list[Line], width: float, height: float, size: float) -> tuple[list[Line], float]:
    """The largest size from `size` down to 14 points at which the lines fit; if none does, the last lines go.

    Room by a mean letter of half its size and 1.25 of the size a line; width and height in EMU (12,700 a point).
    """

    def needed(points: float, some: list[Line]) -> float:
        letters_a_line = max(1, int((width / 12_700 - 16) / (0.52 * points)))
        rows = sum(max(1, -(-len(plain(line)) // letters_a_line)) for line in some)
        return (rows * 1.25 * points + 8 * len(some) + 8) * 12_700

    for points in (size, 18.0, 16.0, 14.0):
        if points <= size and needed(points, lines) <= height:
            return lines, points
    kept = list(lines)
    while len(kept) > 1 and needed(14.0, kept) > height:
        kept.pop()
    return kept, 14.0


def _lines(section: Section) -> list[Line]:
    found: list[Line] = []
    for block in section.blocks:
        if isinstance(block, Bullets):
            found += block.items
        elif isinstance(block, Para):
            found.append(block.line)
        elif hasattr(block, "tiles"):
            found += [[Strong((plain(t.value),)), " ", *t.label] for t in block.tiles]
        elif hasattr(block, "kind") and hasattr(block, "blocks"):
            found += [line.line for line in block.blocks if isinstance(line, Para)]
    return found


def _write(frame: Any, lines: list[Line], size: float, lang: str, bold: bool = False) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE
    from pptx.util import Pt

    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    colour = _colour("accent" if bold else "ink")
    for i, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(8)
        for text, strong in _runs(line):
            run = paragraph.add_run()
            run.text = text
            run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold or strong
            run.font.color.rgb = colour
            run._r.get_or_add_rPr().set("lang", CULTURE[lang])


def _runs(line: list[Inline], strong: bool = False) -> list[tuple[str, bool]]:
    found: list[tuple[str, bool]] = []
    for piece in line:
        if isinstance(piece, Strong):
            found += _runs(list(piece.parts), True)
        elif isinstance(piece, Blank):
            found.append((f"[{piece.text}]", strong))
        elif isinstance(piece, Num | Gap):
            found.append((piece.text, strong))
        else:
            found.append((piece if isinstance(piece, str) else piece.text, strong))
    return found


def _picture(slide: Any, chart: Chart) -> None:
    from pptx.util import Inches

    png = charts.png(chart.svg, PIXELS)
    shape = slide.shapes.add_picture(io.BytesIO(png), Inches(5.8), Inches(1.7), width=Inches(7.0))
    if shape.height > Inches(5.0):
        ratio = Inches(5.0) / shape.height
        shape.height, shape.width = Inches(5.0), int(shape.width * ratio)
    described = shape._element.nvPicPr.cNvPr
    described.set("descr", f"{plain(chart.title)} ({plain(chart.unit)}). {chart.alt}")
    shape.name = plain(chart.title)


def _table(slide: Any, table: Table, lang: str) -> None:
    from pptx.util import Inches

    rows = [table.head, *table.rows[:7]]
    shape = slide.shapes.add_table(
        len(rows), len(table.head), Inches(5.8), Inches(1.7), Inches(7.0), Inches(0.4 * len(rows))
    )
    shape.name = plain(table.caption)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", plain(table.caption))
    shares = table.widths or [1.0] * len(table.head)
    for column, share in zip(shape.table.columns, shares, strict=True):
        column.width = int(Inches(7.0) * share / sum(shares))
    for y, row in enumerate(rows):
        for x, line in enumerate(row):
            cell = shape.table.cell(y, x)
            _write(cell.text_frame, [line], 12, lang)


def _colour(name: str) -> Any:
    import pptx.dml.color as module

    colours: Any = module.RGBColor
    return colours.from_string(palette()[name].lstrip("#").upper())
