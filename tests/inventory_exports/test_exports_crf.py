"""GPC/CRF: split of upstream, scopes, notation keys, totals; every seeded fault is found by the check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stadtland import inventory
from stadtland.inventory.exports import crf
from stadtland.inventory.exports.cells import Cell, check, close, joint
from stadtland.inventory.exports.split import direct_factor, split
from stadtland.inventory.lines import LINES, index

A, B = "14713000", "14729380"
ENERGY = {"HH.gas": 1000, "HH.elec": 100, "HH.dh": 10, "HH.ambient": 32, "HH.solar": 40, "HH.oil": 0}
# by hand: 2018 factors with upstream 247, 544, 260, 170, 25; direct 201, 473, none, 473/3.2, 0 g/kWh
BY_HAND = {"I.1.1": 201.0, "I.1.2": 47.3 + 2.6 + 4.73, "VI.1/I.1": 46.0 + 7.1 + 0.71 + 1.0}


def test_split_by_hand(toy):
    parts = split(toy(ENERGY))
    at = index()
    assert parts.direct[at["HH.gas"], 0] == pytest.approx(201)
    assert parts.upstream[at["HH.gas"], 0] == pytest.approx(46)
    assert parts.direct[at["HH.elec"], 0] == pytest.approx(47.3)
    assert parts.direct[at["HH.ambient"], 0] == pytest.approx(32 * 473 / 3.2 / 1000)
    assert parts.direct[at["HH.dh"], 0] == pytest.approx(2.6) and not parts.apart[at["HH.dh"], 0]
    assert parts.direct[at["HH.solar"], 0] == 0 and parts.upstream[at["HH.solar"], 0] == pytest.approx(1.0)


def test_direct_factor_needs_the_year_for_electricity_only():
    assert direct_factor("HH.elec", 2021) == 410
    assert direct_factor("HH.elec", 2009) is None
    assert direct_factor("HH.ambient", 2009) is None
    assert direct_factor("HH.gas", 2009) == direct_factor("IND.gas", 2024) == 201
    assert direct_factor("VK.car.lpg", 2021) == 238.8024 and direct_factor("HH.lpg", 2021) == 239
    assert direct_factor("HH.dh", 2021) is None and direct_factor("HH.biomass", 2021) is None


def test_direct_above_upstream_is_never_split(toy):
    """A direct factor above the one with upstream shows that the two sets do not fit: nothing is split."""
    inv = toy({"HH.gas": 1000})
    inv.t_co2e[index()["HH.gas"], 0] = 150.0
    parts = split(inv)
    assert parts.direct[index()["HH.gas"], 0] == 150 and not parts.apart[index()["HH.gas"], 0]
    assert parts.upstream.min() >= 0


def test_cells_by_hand(toy):
    table = crf.build(toy(ENERGY))
    for ref, value in BY_HAND.items():
        assert table.value(A, ref) == pytest.approx(value), ref
        assert table.value("joint", ref) == pytest.approx(3 * value), ref
    note = table.by[A, "VI.1/I.1"].note
    assert "Fernwärme" in note["de"] and "district heat" in note["en"] and "I.1.2" in note["en"]
    assert table.by[A, "I.1.3"].key == "IE" and "I.1.2" in table.by[A, "I.1.3"].note["de"]


def test_nothing_split_is_included_elsewhere(toy):
    cell = crf.build(toy({"HH.dh": 10})).by[A, "VI.1/I.1"]
    assert (cell.value, cell.key) == (None, "IE") and "I.1.2" in cell.note["en"]


def test_gases_by_hand(toy):
    inv = toy(tonnes={"AGR.enteric_dairy": 28, "AGR.enteric_other": 14, "AGR.manure_n2o": 265})
    table = crf.build(inv)
    row = next(r for r in crf.form() if r.ref == "V.1")
    assert crf.gases(table, A, row) == {"CO2": "NA", "CH4": pytest.approx(1.5), "N2O": pytest.approx(1.0)}
    mixed = next(r for r in crf.form() if r.ref == "V.3")
    assert set(crf.gases(table, A, mixed).values()) == {"IE"}


def test_unknown_process_is_not_zero(toy):
    inv = toy(tonnes={"IPPU.process": 5})
    inv.state[index()["IPPU.process"], 0] = "not_available"
    inv.t_co2e[index()["IPPU.process"], 0] = 0
    table = crf.build(inv)
    assert table.by[A, "IV.1"].key == "NE" and table.value(B, "IV.1") == 10
    total = table.by["joint", "IV.1"]
    assert total.value == 10 and "A (NE)" in total.note["de"]
    incomplete = next(t for t in crf.totals(table) if t["ags"] == "joint" and t["total"] == "BASIC+")
    assert incomplete["partial"] == ["IV.1"] and not incomplete["complete"]


def test_confirmed_zero_is_a_number_and_no_airport_is_a_key(toy):
    inv = toy()
    assert crf.build(inv).by[A, "II.4.1"].key == "NO"
    inv.owner[index()["VK.air.kerosene"], 0] = "confirmed_zero"
    cell = crf.build(inv).by[A, "II.4.1"]
    assert (cell.value, cell.key) == (0, None) and "bestätigt" in cell.note["de"]


def test_confidential_is_hidden_with_every_sum_that_would_tell(toy):
    inv = toy(tonnes={"AGR.liming": 7})
    inv.state[index()["AGR.liming"], 0] = "confidential"
    table = crf.build(inv)
    assert table.by[A, "V.3"].key == "C" and table.by["joint", "V.3"].key == "C" and table.value(B, "V.3") == 14
    sums = {(t["ags"], t["total"]): t["t_co2e"] for t in crf.totals(table)}
    assert sums[A, "BASIC+"] is None and sums["joint", "BASIC+"] is None and sums[B, "BASIC+"] == 14
    assert sums[A, "BASIC"] == 0 and not crf.verify(table)


def test_every_line_is_in_one_direct_cell():
    direct = [x for r in crf.form() if r.part == "direct" for x in r.lines]
    assert sorted(direct) == sorted(LINES)


@pytest.mark.parametrize("year", [2010, 2018, 2019, 2021, 2024])
def test_real_case_passes_and_sums_to_net(year):
    inv = inventory.build((A, B), year)
    table = crf.build(inv)
    assert crf.verify(table) == []
    books = inventory.accounts(inv)
    for who in (A, B, "joint"):
        total = sum(c.value for c in table.cells if c.who == who and c.value is not None)
        assert total == pytest.approx(books[who]["net_t"], rel=1e-9)


def test_seeded_faults_are_found(five):
    table = crf.build(five)

    def broken(ref, **change):
        cells = tuple(replace(c, **change) if (c.who, c.ref) == (A, ref) else c for c in table.cells)
        rebuilt = replace(table, cells=cells, by={(c.who, c.ref): c for c in cells})
        return {p.rule for p in crf.verify(rebuilt)}

    value = table.value(A, "I.1.1")
    assert value is not None
    assert {"joint", "total"} <= broken("I.1.1", value=value * 1.00001)
    assert "number_or_key" in broken("I.1.1", key="NE")
    assert "number_or_key" in broken("I.1.1", value=None)
    assert "known_key" in broken("I.1.3", key="XX")
    assert "reason" in broken("I.1.3", note={})
    assert "finite" in broken("I.1.1", value=float("nan"))
    fewer = tuple(c for c in table.cells if c.ref != "II.1.1" or c.who != B)
    assert "mandatory" in {p.rule for p in check(fewer, [r.ref for r in crf.form()], table.members)}
    twice = (*table.cells, table.cells[0])
    assert "once" in {p.rule for p in check(twice, [r.ref for r in crf.form()], table.members)}


def test_joint_cell_rules():
    note = {"de": "x", "en": "x"}
    names = {"1": "One", "2": "Two"}
    no, ne, ie = (Cell("2", "r", None, k, note) for k in ("NO", "NE", "IE"))
    one = Cell("1", "r", 3.0, None)
    assert joint([one, no], names).value == 3 and not joint([one, no], names).note
    assert "Two (NE)" in joint([one, ne], names).note["en"]
    assert joint([replace(no, who="1"), ie], names).key == "IE"
    assert joint([replace(ie, who="1"), ne], names).key == "NE"


def test_close_is_relative():
    assert close(1e6, 1e6 + 1e-4) and not close(1e6, 1e6 + 1e-2)


def test_letters_and_activity(toy):
    inv = toy(ENERGY)
    row = crf.form()[0]
    table = crf.build(inv)
    assert crf.letter(table, A, row) == "L" and crf.activity(table, A, row) == pytest.approx(1040)
    inv.data_quality[:] = 1.0
    assert crf.letter(table, A, row) == "H"
    inv.data_quality[:] = np.array([[0.5, 0.5]])
    assert crf.letter(table, "joint", row) == "M"
