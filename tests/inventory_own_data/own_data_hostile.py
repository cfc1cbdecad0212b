"""Generator of bad files: a good table, then one thing that goes wrong, with what the reader must say about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from own_data_files import HEAD, NAMES, csv_bytes, row, sheet_xml, xlsx_bytes, xlsx_parts, zipped

IDS = [
    "HH.elec",
    "HH.gas",
    "HH.oil",
    "GHD.elec",
    "GHD.gas",
    "KE.elec",
    "IND.gas",
    "VK.car.diesel",
    "VK.car.petrol",
    "IND.coal",
]
TO_MWH = {"MWh": 1.0, "GWh": 1000.0, "kWh": 0.001, "GJ": 1 / 3.6, "TJ": 1000 / 3.6, "MWh/a": 1.0}
BAD_VALUES = [
    "abc",
    "-5",
    "=A1",
    '=HYPERLINK("x")',
    "@SUM(1)",
    "#REF!",
    "#NV",
    "1.2.3",
    "1,2,3",
    "12;5",
    "9" * 30,
    "1e400",
    "nan",
    "inf",
    "TRUE",
    "2021-05-03",
    "3. Mai",
    "12-14",
    "ca. 100",
    "1/2",
    "５",
    "12 t",
    "5 %",
    "0x1F",
    "1__0",
    "--",
    "+-5",
    "(",
    "12 MWh GWh",
    "€5",
    "5\x07",
    "1 23",
    "NULL",
    "None",
    "k.A.",
    "n/a",
    "?",
    "*",
]
BAD_UNITS = ["t", "MW", "kW", "m³", "EUR", "", "MWh Hs", "l", "%", "kg", "=MWh", "MWh;GWh", "mWhh", "persons"]
BAD_AGS = [
    ("14729", "Landkreis Leipzig"),
    ("14", "Sachsen"),
    ("14729000", "Landkreis Leipzig"),
    ("", "Summe"),
    ("Summe", ""),
    ("99999999", ""),
    ("1471300", ""),
    ("147130000", ""),
    ("14729410", "Wurzen"),
    ("DG", "Deutschland"),
    ("0", ""),
    ("14713000", "Wurzen"),
    ("14729380", "Bennewitz"),
    ("1.4713E+07", ""),
    ("'14713000", ""),
    ("Leipzig", ""),
    ("-", ""),
    ("", "Gemeinden zusammen"),
    ("14713000;", ""),
    ("１４７１３０００", ""),
    ("14713000\u200b", ""),
]


@dataclass
class Bad:
    """A file and what must be said: `row` named in a problem, or `truth` read exactly; neither: only no crash."""

    raw: bytes
    kind: str
    row: int | None = None
    truth: dict[tuple[str, str], float] | None = None
    must_fail: bool = False
    notes: list[str] = field(default_factory=list)


def german(value: float, rng: random.Random) -> str:
    """A number in one of the ways Germans write it."""
    whole, _, rest = f"{value:.2f}".partition(".")
    style = rng.choice(["plain", "dots", "blanks", "thin"])
    mark = {"plain": "", "dots": ".", "blanks": " ", "thin": "\u202f"}[style]
    grouped = f"{int(whole):,}".replace(",", mark)
    return grouped + ("," + rest if rest.strip("0") or rng.random() < 0.5 else "")


def table(rng: random.Random) -> tuple[list[list[Any]], dict[tuple[str, str], float]]:
    """Good rows and the truth in MWh."""
    rows, truth = [], {}
    cells = [(a, i) for a in NAMES for i in IDS]
    for ags, id in rng.sample(cells, rng.randint(3, 8)):
        value = round(rng.uniform(1, 5e5), 2)
        unit = rng.choice(list(TO_MWH))
        rows.append(row(ags, id, german(value, rng), unit))
        truth[ags, id] = value * TO_MWH[unit]
    return rows, truth


def pack(rows: list[list[Any]], rng: random.Random, xlsx: bool, head: Any = HEAD) -> bytes:
    """Rows as CSV in one of the usual encodings, or as a workbook."""
    if xlsx:
        return xlsx_bytes(rows, head)
    encodings = ["utf-8", "utf-8-sig", "utf-16"]
    text = "".join(str(c) for r in [head, *rows] for c in r)
    if all(ord(c) < 128 or c in "üäöß³€" for c in text):
        encodings.append("cp1252")
    return csv_bytes(rows, head, rng.choice(";\t"), rng.choice(encodings))


def one_cell(rng: random.Random, xlsx: bool) -> Bad:
    """One bad cell: value, unit, year, quality, source, code, id."""
    rows, _ = table(rng)
    k = rng.randrange(len(rows))
    what = rng.choice(["value", "value", "unit", "ags", "year", "quality", "source", "id", "role"])
    if what == "value":
        rows[k][3] = rng.choice(BAD_VALUES)
    elif what == "unit":
        rows[k][2] = "HH.elec"
        rows[k][4] = rng.choice(BAD_UNITS)
    elif what == "ags":
        rows[k][0], rows[k][1] = rng.choice(BAD_AGS)
    elif what == "year":
        rows[k][5] = rng.choice(["21", "1889", "2099", "2021/22", "", "abc", "2021.5", "-2021", "20211"])
    elif what == "quality":
        rows[k][7] = rng.choice(["", "E", "AA", "1", "sehr gut", "ä"])
    elif what == "source":
        rows[k][6] = rng.choice(
            ["", "=1+1", "+49 341 1234567", "a@b.example", "M\u00c3\u00bcnchen", "@x", "-x", "\ufffd"]
        )
    elif what == "id":
        rows[k][2] = rng.choice(
            ["", "HH", "hh.elec", "HH.electricity", "=HH.elec", "livestock.unicorns", "KE.petrol", "HH.elec "[:6]]
        )
    else:
        rows[k][8] = rng.choice(["", "=x", "Frau M., m@x.example"])
    if xlsx:
        rows = [[c.replace("\x07", "?") if isinstance(c, str) else c for c in r] for r in rows]
    return Bad(pack(rows, rng, xlsx), f"cell {what}", row=k + 2)


def swapped_cells(rng: random.Random, xlsx: bool) -> Bad:
    """Two cells of a row swapped."""
    rows, _ = table(rng)
    k = rng.randrange(len(rows))
    rows[k][3] = "18,25"
    a, b = rng.choice([(0, 1), (0, 2), (2, 3), (3, 4), (3, 5), (4, 5), (6, 7), (0, 3), (1, 2), (5, 7), (4, 7)])
    rows[k][a], rows[k][b] = rows[k][b], rows[k][a]
    return Bad(pack(rows, rng, xlsx), f"swap {a} {b}", row=k + 2)


def swapped_headers(rng: random.Random, xlsx: bool) -> Bad:
    """The names of two columns swapped but not their contents: every row must be refused."""
    rows, _ = table(rng)
    for r in rows:
        r[3] = "18,25"
    head = list(HEAD)
    a, b = rng.choice([(0, 1), (0, 2), (2, 3), (3, 4), (3, 5), (6, 7), (0, 3), (5, 7), (4, 7)])
    head[a], head[b] = head[b], head[a]
    return Bad(pack(rows, rng, xlsx, head), f"headers {a} {b}", row=2)


def moved_columns(rng: random.Random, xlsx: bool) -> Bad:
    """Whole columns in another order: to be read right."""
    rows, truth = table(rng)
    order = rng.sample(range(len(HEAD)), len(HEAD))
    return Bad(pack([[r[i] for i in order] for r in rows], rng, xlsx, [HEAD[i] for i in order]), "moved", truth=truth)


def good(rng: random.Random, xlsx: bool) -> Bad:
    """A good file in one of many ways of writing: to be read right."""
    rows, truth = table(rng)
    if xlsx:
        for r in rows:
            if rng.random() < 0.5:
                r[3] = float(r[3].replace(".", "").replace(" ", "").replace("\u202f", "").replace(",", "."))
            if rng.random() < 0.5:
                r[5] = 2021
            if rng.random() < 0.5:
                r[0] = int(r[0])
    return Bad(pack(rows, rng, xlsx), "good", truth=truth)


def duplicate(rng: random.Random, xlsx: bool) -> Bad:
    """A row twice."""
    rows, _ = table(rng)
    rows.append(list(rng.choice(rows)))
    return Bad(pack(rows, rng, xlsx), "twice", row=len(rows) + 1)


def mixed_styles(rng: random.Random, xlsx: bool) -> Bad:
    """A decimal point in one row makes 1.234 in another one doubtful."""
    rows, _ = table(rng)
    k, other = rng.sample(range(len(rows)), 2)
    rows[other][3] = f"{rng.randint(1, 99)}.{rng.randint(10, 99)}"
    rows[k][3] = f"{rng.randint(1, 99)}.{rng.randint(100, 999)}"
    return Bad(pack(rows, rng, xlsx), "mixed", row=k + 2)


def header_damage(rng: random.Random, xlsx: bool) -> Bad:
    """A needed column without its name, twice, or no header at all."""
    rows, _ = table(rng)
    head = list(HEAD)
    which = rng.choice([0, 2, 3, 4, 5, 6, 7])
    style = rng.choice(["rename", "twice", "drop"])
    if style == "rename":
        head[which] = rng.choice(["x", "", "Spalte", "123"])
    elif style == "twice":
        head[9] = head[which]
    else:
        head, rows = rows[0], rows[1:]
    return Bad(pack(rows, rng, xlsx, head), f"header {style}", must_fail=True)


def farm(rng: random.Random, xlsx: bool) -> Bad:
    """Bad figures of farms."""
    head = [*HEAD, "Betriebe", "Anteil des größten Betriebs in %", "Veröffentlicht (ja/nein)"]
    rows = [[*row(a, "livestock.cows", str(rng.randint(1, 900)), "Stück"), "5", "30", "nein"] for a in NAMES]
    k = rng.randrange(3)
    column, bad = rng.choice(
        [(10, "2,5"), (10, "x y"), (10, "-1"), (11, "120"), (11, "abc"), (11, "-5"), (12, "vielleicht"), (3, "2,5")]
    )
    rows[k][column] = bad
    return Bad(pack(rows, rng, xlsx, head), "farm", row=k + 2)


def bytes_damage(rng: random.Random, xlsx: bool) -> Bad:
    """Bytes flipped, cut, doubled or inserted."""
    rows, _ = table(rng)
    raw = bytearray(pack(rows, rng, xlsx))
    for _ in range(rng.choice([1, 1, 3, 30])):
        at = rng.randrange(len(raw))
        style = rng.choice(["flip", "cut", "insert", "double", "zero"])
        if style == "flip":
            raw[at] ^= 1 << rng.randrange(8)
        elif style == "cut":
            del raw[at : at + rng.choice([1, 5, 200])]
        elif style == "insert":
            raw[at:at] = rng.choice(
                [b"\x00", b'"', b";", b"\n", b"\r", b"\xff\xfe", b"PK\x03\x04", b"\x81", b"\xf0\x9f\x98\x80", b"\x1a"]
            )
        elif style == "double":
            raw[at:at] = raw[at : at + 50]
        else:
            raw[at] = 0
        if len(raw) < 4:
            break
    return Bad(bytes(raw), "bytes")


def xml_damage(rng: random.Random, xlsx: bool) -> Bad:
    """A workbook with a broken, hostile or odd part."""
    rows, _ = table(rng)
    sheet = sheet_xml(rows)
    parts: dict[str, Any] = dict(xlsx_parts(sheet))
    k = rng.randrange(len(rows))
    style = rng.choice(
        [
            "formula",
            "merge",
            "date",
            "error",
            "bool",
            "macro",
            "entity",
            "tag",
            "drop",
            "shared",
            "ref",
            "row",
            "bomb",
            "inf",
        ]
    )
    at = f'<c r="D{k + 2}" t="inlineStr">'
    end = sheet.index("</c>", sheet.index(at)) + 4
    old = sheet[sheet.index(at) : end]
    swap = {
        "formula": f'<c r="D{k + 2}"><f>SUM(A1:A9)</f><v>5</v></c>',
        "date": f'<c r="D{k + 2}" t="d"><v>2021-03-05T00:00:00</v></c>',
        "error": f'<c r="D{k + 2}" t="e"><v>#DIV/0!</v></c>',
        "bool": f'<c r="D{k + 2}" t="b"><v>1</v></c>',
        "inf": f'<c r="D{k + 2}"><v>1e999</v></c>',
    }
    if style in swap:
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, swap[style])
        return Bad(zipped(parts), f"xml {style}", row=k + 2)
    if style == "merge":
        parts["xl/worksheets/sheet1.xml"] = sheet_xml(
            rows, after=f'<mergeCells><mergeCell ref="D{k + 2}:D{k + 3}"/></mergeCells>'
        )
        return Bad(zipped(parts), "xml merge", row=k + 2)
    if style == "macro":
        parts[rng.choice(["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "XL/VBAPROJECT.BIN"])] = "x"
    elif style == "entity":
        parts["xl/worksheets/sheet1.xml"] = sheet.replace("?>", '?><!DOCTYPE w [<!ENTITY a "aaaa">]>', 1)
    elif style == "bomb":
        parts["xl/x.xml"] = "\0" * rng.choice([1_100_000, 3_000_000])
    else:
        changes: dict[str, Callable[[str], str]] = {
            "tag": lambda s: s.replace("</row>", "", 1),
            "drop": lambda s: s[: rng.randrange(1, len(s))],
            "shared": lambda s: s.replace(old, f'<c r="D{k + 2}" t="s"><v>99999</v></c>'),
            "ref": lambda s: s.replace(f'r="D{k + 2}"', rng.choice(['r="ZZZZZ1"', 'r=""', 'r="D"', 'r="D-1"'])),
            "row": lambda s: s.replace(
                f'<row r="{k + 2}"', rng.choice(['<row r="0"', '<row r="-1"', '<row r="x"', '<row r="99999999"'])
            ),
        }
        parts["xl/worksheets/sheet1.xml"] = changes[style](sheet)
        return Bad(zipped(parts), f"xml {style}")
    return Bad(zipped(parts), f"xml {style}", must_fail=True)


def noise(rng: random.Random, xlsx: bool) -> Bad:
    """Bytes that are no table."""
    size = rng.choice([0, 1, 10, 1000, 20000])
    start = rng.choice(
        [b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"%PDF-1.4", b"\x89PNG"]
    )
    return Bad(start + rng.randbytes(size), "noise", must_fail=True)


MAKERS = (
    one_cell,
    one_cell,
    one_cell,
    swapped_cells,
    swapped_headers,
    moved_columns,
    good,
    duplicate,
    mixed_styles,
    header_damage,
    farm,
    bytes_damage,
    bytes_damage,
    noise,
)


def bad_file(seed: int) -> Bad:
    """The bad file of a seed."""
    rng = random.Random(seed)
    xlsx = rng.random() < 0.4
    maker = xml_damage if xlsx and rng.random() < 0.25 else rng.choice(MAKERS)
    return maker(rng, xlsx)
