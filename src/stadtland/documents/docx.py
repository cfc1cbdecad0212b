"""The DOCX writer: the tree as an editable file with real styles; every number is a field with its path as title."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from . import charts
from .style import palette
from .tree import (
    Blank,
    Block,
    Box,
    Bullets,
    Chart,
    Document,
    Gap,
    Heading,
    Inline,
    Lamp,
    Link,
    Num,
    Pair,
    Para,
    Strong,
    Table,
    Tiles,
    plain,
)

FONT = "Arial"
CULTURE = {"de": "de-DE", "en": "en-GB"}
PIXELS = 2.0  # picture points per point of the drawing: sharp in print


def render(document: Document, properties: Mapping[str, str] | None = None) -> bytes:
    """The document as DOCX bytes, the same bytes' content for the same document.

    properties: `{results, version, day}` for the file's own description. Numbers are content controls whose title is
    their path in results.json, so that a later version can be compared; blanks are highlighted in yellow.
    """
    return _Writer(document, properties or {}).bytes()


class _Writer:
    def __init__(self, document: Document, properties: Mapping[str, str]) -> None:
        import docx

        self.doc = document
        self.file: Any = docx.Document()
        self.controls = 0
        self._frame(properties)

    def bytes(self) -> bytes:
        head = self.file.add_paragraph(self.doc.title, style="Title")
        head.paragraph_format.keep_with_next = True
        self.file.add_paragraph(self.doc.subtitle, style="Subtitle")
        for i, section in enumerate(self.doc.sections):
            if len(self.doc.sections) > 1:
                paragraph = self.file.add_paragraph(style="Heading 1")
                paragraph.paragraph_format.page_break_before = i > 0 and section.fresh
                self._line(paragraph, section.title)
            self._blocks(section.blocks, self.file)
        out = io.BytesIO()
        self.file.save(out)
        return out.getvalue()

    # frame -----------------------------------------------------------------------------------------
    def _frame(self, properties: Mapping[str, str]) -> None:
        from datetime import datetime

        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor

        p = palette()
        styles = self.file.styles
        accent = RGBColor.from_string(p["accent"].lstrip("#").upper())
        for name, size, bold in (
            ("Normal", 10.5, False), ("Title", 20, True), ("Subtitle", 11, False), ("Heading 1", 16, True),
            ("Heading 2", 13, True), ("Heading 3", 11, True), ("List Bullet", 10.5, False), ("Caption", 9.5, True),
            ("Quote", 9, False), ("Intense Quote", 10.5, False),
        ):  # fmt: skip
            style = styles[name]
            style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(key), FONT)
            for key in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(key), None)
            if name.startswith(("Title", "Heading")):
                style.font.color.rgb = accent
            if name in ("Normal", "List Bullet", "Caption", "Quote", "Intense Quote", "Subtitle"):
                style.font.color.rgb = RGBColor.from_string(p["ink"].lstrip("#").upper())
        styles["Normal"].paragraph_format.space_after = Pt(6)
        styles["Normal"].paragraph_format.line_spacing = 1.15
        for element in styles.element.iter(qn("w:lang")):
            element.set(qn("w:val"), CULTURE[self.doc.lang])
            element.set(qn("w:eastAsia"), CULTURE[self.doc.lang])
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        section.top_margin = section.bottom_margin = Cm(2.2)
        header = section.header.paragraphs[0]
        header.text = f"{self.doc.subtitle} · {self.doc.title}"
        header.style = styles["Quote"]
        footer = section.footer.paragraphs[0]
        footer.style = styles["Quote"]
        footer.add_run(self.doc.footer + " · " + self.doc.labels["page"] + " ")
        for kind, text in (("begin", ""), ("instr", "PAGE"), ("end", "")):
            run = footer.add_run()
            if kind == "instr":
                element = OxmlElement("w:instrText")
                element.set(qn("xml:space"), "preserve")
                element.text = text
            else:
                element = OxmlElement("w:fldChar")
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
        core = self.file.core_properties
        core.title, core.author, core.language = self.doc.title, "StadtLand", CULTURE[self.doc.lang]
        core.subject = self.doc.subtitle
        core.comments = "; ".join(f"{k} {v}" for k, v in properties.items())
        day = properties.get("day")
        if day:
            core.created = core.modified = datetime.fromisoformat(day)

    # blocks ----------------------------------------------------------------------------------------
    def _blocks(self, blocks: Sequence[Block], place: Any) -> None:
        for block in blocks:
            self._block(block, place)

    def _block(self, block: Block, place: Any) -> None:
        match block:
            case Heading():
                self._line(place.add_paragraph(style=f"Heading {min(block.level, 3)}"), block.text)
            case Para():
                style = {"note": "Quote", "lead": "Normal"}.get(block.style, "Normal")
                self._line(place.add_paragraph(style=style), block.line)
            case Bullets():
                for item in block.items:
                    self._line(place.add_paragraph(style="List Bullet"), item)
            case Tiles():
                rows = [[t.label, t.value] for t in block.tiles]
                self._table(None, [], rows, "lr")
            case Chart():
                self._chart(block, place)
            case Table():
                self._table(block.caption, block.head, block.rows, block.align, block.total_row)
            case Box():
                self._line(place.add_paragraph(style="Intense Quote"), [Strong(tuple(_flat(block.title)))])
                for inner in block.blocks:
                    if isinstance(inner, Para):
                        self._line(place.add_paragraph(style="Intense Quote"), inner.line)
                    else:
                        self._block(inner, place)
            case Pair():
                self._blocks([*block.first, *block.second], place)

    def _table(
        self, caption: Sequence[Inline] | None, head: Sequence[Sequence[Inline]],
        rows: Sequence[Sequence[Sequence[Inline]]], align: str, total: bool = False,
    ) -> None:  # fmt: skip
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        if caption is not None:
            paragraph = self.file.add_paragraph(style="Caption")
            paragraph.paragraph_format.keep_with_next = True
            self._line(paragraph, caption)
        width = len(head) or len(rows[0])
        table = self.file.add_table(rows=0, cols=width, style="Table Grid")
        listed: list[Sequence[Sequence[Inline]]] = [head, *rows] if head else list(rows)
        for y, row in enumerate(listed):
            cells = table.add_row().cells
            for x, line in enumerate(row):
                paragraph = cells[x].paragraphs[0]
                strong = (bool(head) and y == 0) or (total and y == len(listed) - 1)
                self._line(paragraph, [Strong(tuple(_flat(line)))] if strong and line else line)
                paragraph.paragraph_format.space_after = 0
                if x < len(align) and align[x] == "r":
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if head:
            properties = table.rows[0]._tr.get_or_add_trPr()
            mark = OxmlElement("w:tblHeader")
            mark.set(qn("w:val"), "true")
            properties.append(mark)
        if caption is not None:
            description = OxmlElement("w:tblDescription")
            description.set(qn("w:val"), plain(caption))
            table._tbl.tblPr.append(description)
        self.file.add_paragraph().paragraph_format.space_after = 0

    def _chart(self, chart: Chart, place: Any) -> None:
        from docx.shared import Cm

        paragraph = place.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = True
        self._line(paragraph, [*chart.title, " – ", *chart.unit])
        picture = place.add_paragraph()
        run = picture.add_run()
        png = charts.png(chart.svg, PIXELS)
        shape = run.add_picture(io.BytesIO(png), width=Cm(min(16.4, chart.width / 660 * 16.4)))
        described = shape._inline.docPr
        described.set("descr", chart.alt)
        described.set("title", plain(chart.title))
        if chart.source:
            self._line(place.add_paragraph(style="Quote"), [self.doc.labels["source"], ": ", *chart.source])

    # lines -----------------------------------------------------------------------------------------
    def _line(self, paragraph: Any, line: Sequence[Inline], bold: bool | None = None) -> None:
        for piece in line:
            match piece:
                case Strong(parts=parts):
                    self._line(paragraph, parts, True)
                case Num() | Gap():
                    self._number(paragraph, piece, bold)
                case Blank(text=text):
                    self._blank(paragraph, text)
                case Link(text=text, href=href):
                    shown = f"{text} ({href})" if href.startswith("http") and text != href else text
                    paragraph.add_run(shown).bold = bold
                case Lamp(text=text):
                    paragraph.add_run(text).bold = bold
                case _:
                    paragraph.add_run(str(piece)).bold = bold

    def _number(self, paragraph: Any, piece: Num | Gap, bold: bool | None) -> None:
        """A content control: its title is the path, its tag a short name; the text stays editable."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        text = piece.text + (self.doc.labels["flag_mark"] if isinstance(piece, Num) and piece.flagged else "")
        run = paragraph.add_run(text)
        run.bold = bold
        if isinstance(piece, Gap):
            run.italic = True
        self.controls += 1
        control, properties, content = (OxmlElement(n) for n in ("w:sdt", "w:sdtPr", "w:sdtContent"))
        for name, value in (("w:alias", piece.formula), ("w:tag", f"stadtland-{self.controls}")):
            element = OxmlElement(name)
            element.set(qn("w:val"), value)
            properties.append(element)
        ident = OxmlElement("w:id")
        ident.set(qn("w:val"), str(100000 + self.controls))
        properties.append(ident)
        properties.append(OxmlElement("w:text"))
        control.append(properties)
        control.append(content)
        run._r.addprevious(control)
        content.append(run._r)

    def _blank(self, paragraph: Any, text: str) -> None:
        from docx.enum.text import WD_COLOR_INDEX

        run = paragraph.add_run(f"[{text}]")
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _flat(line: Sequence[Inline]) -> list[Any]:
    from .tree import pieces

    return list(pieces(line))


def numbers(raw: bytes) -> list[tuple[str, str]]:
    """Path and text of every number in a DOCX, read back from its content controls."""
    import docx
    from docx.oxml.ns import qn

    file: Any = docx.Document(io.BytesIO(raw))
    found = []
    for control in file.element.body.iter(qn("w:sdt")):
        alias = control.find(f"{qn('w:sdtPr')}/{qn('w:alias')}")
        text = "".join(t.text or "" for t in control.iter(qn("w:t")))
        if alias is not None:
            found.append((alias.get(qn("w:val")), text))
    return found
