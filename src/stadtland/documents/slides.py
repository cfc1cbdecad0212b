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
LEFT, WIDE, TOP, HIGH = 0.6, 12.1, 3.0, 3.9  # inches: margin, width; top and height of picture or table
MOST_ROWS = 6


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
    _band(slide)
    title, body = slide.shapes.title, slide.placeholders[1]
    title.left, title.top, title.width, title.height = (Inches(n) for n in (LEFT, 0.35, WIDE, 0.9))
    _write(title.text_frame, [section.title], 32, document.lang, bold=True)
    # Few words above, picture or table below over the whole width: read from the last row.
    below = picture is not None or table is not None
    body.left, body.top, body.width = Inches(LEFT), Inches(1.35), Inches(WIDE)
    body.height = Inches(TOP - 1.4 if below else 5.3)
    if lines:
        lines, size = fitted(lines, float(body.width), float(body.height), 20 if below else 26)
        _write(body.text_frame, lines, size, document.lang)
    else:
        body._element.getparent().remove(body._element)
    if picture is not None:
        _picture(slide, picture)
    elif table is not None:
        _table(slide, table, document.lang)
    foot = slide.shapes.add_textbox(Inches(LEFT), Inches(6.98), Inches(WIDE), Inches(0.4))
    foot.name = "Fußzeile" if document.lang == "de" else "Footer"
    _write(foot.text_frame, [[f"{document.subtitle} · {document.footer} · {number}"]], 11, document.lang)
    slide.notes_slide.notes_text_frame.text = plain(section.kicker)


def _band(slide: Any) -> None:
    """A thin band of colour at the top; decoration only."""
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Inches

    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(13.333), Inches(0.18))
    band.fill.solid()
    band.fill.fore_color.rgb = _colour("accent")
    band.line.fill.background()
    band.name = "–"


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


def _write(
    frame: Any, lines: list[Line], size: float, lang: str, bold: bool = False, colour: str | None = None
) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    ink = _colour(colour or ("accent" if bold else "ink"))
    for i, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        paragraph.space_after, paragraph.alignment = Pt(8), PP_ALIGN.LEFT
        for text, strong in _runs(line):
            run = paragraph.add_run()
            run.text = text
            run.font.name, run.font.size, run.font.bold = FONT, Pt(size), bold or strong
            run.font.color.rgb = ink
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
    shape = slide.shapes.add_picture(io.BytesIO(png), Inches(LEFT), Inches(TOP))
    ratio = min(Inches(WIDE) / shape.width, Inches(HIGH) / shape.height)
    shape.width, shape.height = int(shape.width * ratio), int(shape.height * ratio)
    described = shape._element.nvPicPr.cNvPr
    described.set("descr", f"{plain(chart.title)} ({plain(chart.unit)}). {chart.alt}")
    shape.name = plain(chart.title)


def _table(slide: Any, table: Table, lang: str) -> None:
    from pptx.util import Inches

    rows = [table.head, *table.rows[:MOST_ROWS]]
    shape = slide.shapes.add_table(
        len(rows), len(table.head), Inches(LEFT), Inches(TOP), Inches(WIDE), Inches(0.42 * len(rows))
    )
    shape.name = plain(table.caption)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", plain(table.caption))
    letters = [max(len(plain(row[x])) for row in rows) for x in range(len(table.head))]
    shares = [max(12, min(n, 44)) for n in letters]
    for column, share in zip(shape.table.columns, shares, strict=True):
        column.width = int(Inches(WIDE) * share / sum(shares))
    for y, row in enumerate(rows):
        for x, line in enumerate(row):
            cell = shape.table.cell(y, x)
            cell.fill.solid()
            cell.fill.fore_color.rgb = _colour("accent") if y == 0 else _colour("white" if y % 2 else "tint")
            _write(cell.text_frame, [line], 14, lang, colour="white" if y == 0 else "ink")


def _colour(name: str) -> Any:
    import pptx.dml.color as module

    colours: Any = module.RGBColor
    return colours.from_string("FFFFFF" if name == "white" else palette()[name].lstrip("#").upper())
