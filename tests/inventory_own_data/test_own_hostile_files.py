"""Thousands of generated bad files: a row-exact message or a right reading, never a traceback, never half of a file."""

from __future__ import annotations

import os
import tracemalloc
from collections import Counter

import pytest
from own_data_files import HEAD, LATEST, MEMBERS, csv_bytes, row, sheet_xml, xlsx_parts, zipped
from own_data_hostile import Bad, bad_file

from stadtland.inventory import own_data
from stadtland.inventory.own_data.mapping import base_value
from stadtland.inventory.own_data.problems import OwnDataError

BLOCK = 150
BLOCKS = 17  # 2,550 files
SOAK_BLOCKS = 400  # 60,000 more


def judge(bad: Bad) -> str:
    """What the reader made of a file; AssertionError if it is not what the file calls for."""
    try:
        reading = own_data.read(bad.raw, MEMBERS, LATEST, lang="de")
    except OwnDataError as error:
        assert error.problems and str(error)
        assert bad.truth is None, (bad.kind, str(error))
        if bad.row is not None:
            assert bad.row in {p.place.row for p in error.problems}, (bad.kind, bad.row, str(error))
            assert (
                len(error.problems) == 1
                or bad.kind.startswith(("headers", "mixed"))
                or len({p.place.row for p in error.problems}) == 1
            ), str(error)
        return "refused"
    assert bad.row is None and not bad.must_fail, (bad.kind, reading.entries)
    if bad.truth is not None:
        found = {(k.ags, k.id): base_value(k, r) for k, r in reading.entries.items()}
        assert found == pytest.approx(bad.truth, rel=1e-12), bad.kind
    return "read"


@pytest.mark.parametrize("block", range(BLOCKS))
def test_generated_files(block):
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        bad = bad_file(seed)
        try:
            judge(bad)
        except Exception as error:
            raise AssertionError(f"seed {seed}, {bad.kind}: {error!r}") from error


@pytest.mark.soak
@pytest.mark.parametrize("block", range(BLOCKS, BLOCKS + SOAK_BLOCKS))
def test_generated_files_soak(block):
    test_generated_files(block)


def test_the_generator_reaches_every_kind():
    kinds = Counter(bad_file(seed).kind.split()[0] for seed in range(BLOCK * BLOCKS))
    wanted = {"cell", "swap", "headers", "moved", "good", "twice", "mixed", "header", "farm", "bytes", "xml", "noise"}
    assert set(kinds) == wanted and min(kinds.values()) > 40, kinds


def test_a_judge_that_is_told_wrong_says_so():
    """The check itself must be able to fail."""
    good = next(b for b in map(bad_file, range(500)) if b.kind == "good")
    with pytest.raises(AssertionError):
        judge(Bad(good.raw, "x", row=3))
    with pytest.raises(AssertionError):
        judge(Bad(good.raw, "x", truth={k: v * 1.001 for k, v in (good.truth or {}).items()}))


def long_numbers():
    head = "Gemeindeschlüssel;Kennung;Eigener Wert;Einheit;Jahr;Quelle;Datengüte\n"
    return (head + f"14713000;HH.elec;{'1 ' * 900};MWh;2021;x;A\n" * 4000).encode()


BIG = {
    "csv rows": lambda: b"Kennung;Wert\n" + b"HH.elec;5\n" * 900_000,
    "csv one cell": lambda: b'"' + b"a" * 9_000_000,
    "csv quotes": lambda: b'"a"";' * 1_500_000,
    "csv separators": lambda: b";" * 9_000_000,
    "xlsx rows": lambda: zipped(
        dict(
            xlsx_parts(
                sheet_xml([row("14713000", "HH.elec", "5")]).replace(
                    "</sheetData>", "<row/>" * 1_000_000 + "</sheetData>"
                )
            )
        )
    ),
    "xlsx cells": lambda: zipped(
        dict(
            xlsx_parts(
                sheet_xml([]).replace(
                    "</sheetData>", "<row>" + "<c t='n'><v>1</v></c>" * 390_000 + "</row></sheetData>"
                )
            )
        )
    ),
    "xlsx wide": lambda: zipped(
        dict(
            xlsx_parts(
                sheet_xml([]).replace(
                    "</sheetData>",
                    "".join(f'<row r="{i}"><c r="XFD{i}"><v>{i}</v></c></row>' for i in range(2, 19_000))
                    + "</sheetData>",
                )
            )
        )
    ),
    "zip bomb": lambda: zipped(dict(xlsx_parts(sheet_xml([]))) | {"xl/a.xml": b"\0" * 80_000_000}),
    "long numbers": long_numbers,
    "merge marks": lambda: zipped(
        dict(xlsx_parts(sheet_xml([])))
        | {"xl/worksheets/sheet1.xml": "<mergeCell r=" * 70_000 + os.urandom(400_000).hex()}
    ),
    "row marks": lambda: zipped(
        dict(xlsx_parts(sheet_xml([]))) | {"xl/worksheets/sheet1.xml": "<row a " * 19_000 + os.urandom(400_000).hex()}
    ),
    "long texts": lambda: csv_bytes([row("14713000", "HH.elec", "x", source="a" * 299) for _ in range(19_000)]),
    "many ats": lambda: csv_bytes([row("14713000", "HH.elec", "x", source="a@" * 149) for _ in range(19_000)]),
    "many noughts": lambda: csv_bytes([row("14713000", "HH.elec", "x", source="0 1" * 90) for _ in range(19_000)]),
}


@pytest.mark.parametrize("name", BIG)
def test_big_files_end_in_little_memory(name):
    raw = BIG[name]()
    if name in ("xlsx cells",):  # tracing is slow there
        with pytest.raises(OwnDataError):
            own_data.read(raw, MEMBERS, LATEST)
    else:
        tracemalloc.start()
        with pytest.raises(OwnDataError):
            own_data.read(raw, MEMBERS, LATEST)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 250e6, (name, peak)


def test_a_full_table_is_read():
    """19,000 good rows with long texts."""
    head = [*HEAD, "Teil", "Vollständig (ja/nein)"]
    good = row("14713000", "KE.elec", "5", source="Abrechnung " * 25)
    raw = csv_bytes([[*good, f"Schule {i}", "ja"] for i in range(19_000)], head)
    assert len(own_data.read(raw, MEMBERS, LATEST).entries) == 19_000
