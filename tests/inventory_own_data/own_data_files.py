"""Small files with own figures, written by hand and not by the code under test."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

MEMBERS = ("14713000", "14729380", "14729030")
NAMES = {"14713000": "Leipzig, Stadt", "14729380": "Thallwitz", "14729030": "Bennewitz"}
HEAD = (
    "Gemeindeschlüssel",
    "Gemeinde",
    "Kennung",
    "Eigener Wert",
    "Einheit",
    "Jahr",
    "Quelle",
    "Datengüte",
    "Zuständig (Rolle)",
    "Vermerk",
)
LATEST = 2026


def row(ags: str, id: str, value: str, unit: str = "MWh", year: str = "2021", **more: str) -> list[str]:
    """A row in the order of HEAD."""
    return [
        ags,
        NAMES.get(ags, ""),
        id,
        value,
        unit,
        year,
        more.get("source", "Abrechnung"),
        more.get("quality", "A"),
        more.get("role", "Bauamt"),
        more.get("note", ""),
    ]


def csv_bytes(
    rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD, separator: str = ";", encoding: str = "utf-8"
) -> bytes:
    """CSV written by hand, quoted where needed."""

    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in (separator, '"', "\n")) else cell

    return "\r\n".join(separator.join(quoted(c) for c in r) for r in [head, *rows]).encode(encoding)


TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/>'
    "</Relationships>"
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Blatt" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def cell_xml(reference: str, cell: object) -> str:
    """A cell: text inline, numbers as numbers, ("f", formula, result) as formula, ("raw", xml) as it is."""
    if isinstance(cell, tuple) and cell[0] == "f":
        return f'<c r="{reference}"><f>{escape(cell[1])}</f><v>{cell[2]}</v></c>'
    if isinstance(cell, tuple):
        return str(cell[1]).replace("REF", reference)
    if isinstance(cell, int | float):
        return f'<c r="{reference}"><v>{cell!r}</v></c>'
    return (
        f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>' if cell else ""
    )


def sheet_xml(rows: Sequence[Sequence[object]], head: Sequence[object] = HEAD, after: str = "") -> str:
    """The XML of a sheet."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    body = "".join(
        f'<row r="{y}">' + "".join(cell_xml(f"{letters[x]}{y}", c) for x, c in enumerate(r)) + "</row>"
        for y, r in enumerate([head, *rows], start=1)
    )
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{body}</sheetData>{after}</worksheet>"
    )


def xlsx_parts(sheet: str) -> dict[str, str]:
    """The parts of a small workbook."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS.format(kind="officeDocument", target="xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """Parts packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        for name, text in parts.items():
            box.writestr(name, text)
    return buffer.getvalue()


def xlsx_bytes(rows: Sequence[Sequence[object]], head: Sequence[object] = HEAD, after: str = "") -> bytes:
    """A small workbook written by hand, without the library that reads it."""
    return zipped(dict(xlsx_parts(sheet_xml(rows, head, after))))
