"""Each rule on one or two rows, calculated by hand; and what it does where data are missing or nothing is known."""

from __future__ import annotations

import pytest

from stadtland.inventory import harmonise as room
from stadtland.inventory.harmonise import exergy
from stadtland.inventory.harmonise.table import Row

Y = 2021


def run(rows, defaults=None, target=None, numbers=None, fill=None, more=None, **answers):
    years = {k: answers.pop(k) for k in ("factor_year",) if k in answers}
    table = {"inventory": {"year": Y, **years, **answers}}
    table |= {k: v for k, v in (("numbers", numbers), ("fill", fill)) if v} | (more or {})
    card = room.from_dict(table)
    return room.harmonise([Row(*r) if isinstance(r, tuple) else r for r in rows], card, Y, defaults, target)


def step(result, rule):
    return next(s for s in result.steps if s.rule == rule)


def known(mwh, **more):
    return room.Defaults(mwh, source="fictitious", **more)


def row(sector, carrier="", mwh=None, t=None, mode="", **more):
    return Row(sector, carrier, mode, mwh=mwh, t=t, **more)


def check(result, rule, delta, status="applied"):
    found = step(result, rule)
    assert found.status == status
    assert found.delta_t == pytest.approx(delta, abs=1e-6)
    return found


def test_h01_plants_leave_and_users_are_booked():
    # 1000 MWh · 472 + 500 MWh · 260 = 472 + 130 t; plants 700 t leave
    result = run([row("HH", "elec", 1000, 0.0), row("HH", "dh", 500, 0.0), row("PLANT", t=700.0)], principle="source")
    check(result, "H01", 472 + 130 - 700)
    assert result.memo["plants_t"] == 700


def test_h01_without_users_is_filled_or_said():
    rows = [row("HH", "gas", 100, 24.7), row("PLANT", t=700.0)]
    check(run(rows, principle="source"), "H01", -700, "needs_data")
    filled = run(rows, known({"HH.elec": 1000.0, "HH.dh": 0.0}), principle="source")
    check(filled, "H01", 472 - 700)
    assert [r.quality for r in filled.rows if r.origin == "H01"] == ["D"]


def test_h02_upstream_gas_and_direct_electricity_of_another_year():
    # gas 100 MWh: 201 → 247 g; electricity 100 MWh: direct 366 of 2020 → 429, then H06 to 472 of 2021
    result = run([row("HH", "gas", 100, 20.1), row("HH", "elec", 100, 36.6)])
    check(result, "H02", 100 * (0.247 - 0.201) + 100 * (0.429 - 0.366))
    check(result, "H06", 100 * (0.472 - 0.429))
    assert result.residual_t == 0


def test_h02_keeps_what_it_does_not_know_in_the_residual():
    # card: without upstream; 205 g is neither 201, 202 nor known: + 46 g of upstream, 4 g stay unexplained
    result = run([row("HH", "gas", 1000, 205.0)], upstream="excluded")
    check(result, "H02", 46.0)
    assert result.residual_t == pytest.approx(-4.0)
    ((cell, part, wanted),) = result.left
    assert (cell.line, part, wanted) == ("HH.gas", pytest.approx(-4.0), 247.0), "the residual is named by its row"


def test_tables_of_direct_co2_are_recognised():
    # Länder tables: natural gas 202 g, petrol 259 g; IPCC: petrol 249 g, heating oil 267 g. 2021: 247, 318, 337 g
    result = run([row("HH", "gas", 1000, 202.0), row("VK", "petrol", 1000, 259.0, mode="car")])
    check(result, "H02", 45.0)
    check(result, "H14", 78.0)
    assert result.residual_t == 0 and result.recognition.votes["LfU_direct_CO2"] == 2
    assert not result.recognition.ambiguous, "two tables of direct factors mean the same thing"
    second = run([row("HH", "oil", 10000, 2670.0), row("VK", "petrol", 1000, 249.0, mode="car")])
    check(second, "H02", 510.0)
    check(second, "H14", 88.0)
    assert second.residual_t == 0


def test_petrol_of_the_stationary_table_leaves_no_residual():
    # 263.88 g is the stationary value of the national inventory: + 73.12 g, not the 65.97 g of the tailpipe value
    result = run([row("VK", "petrol", 1000, 263.88, mode="car")])
    check(result, "H14", 73.12)
    assert result.residual_t == pytest.approx(0.0, abs=1e-9)


def test_h03_co2_only():
    check(run([row("HH", "oil", 1000, 314.0)], gases="CO2"), "H03", 4.0)
    lacking = run([row("HH", t=314.0)], gases="CO2")
    check(lacking, "H03", 0, "needs_data")


def test_h03_and_h02_share_what_each_explains():
    # 198 g: 3 g of methane and nitrous oxide, 46 g of upstream
    result = run([row("HH", "gas", 1000, 198.0)], gases="CO2")
    check(result, "H02", 46)
    check(result, "H03", 3)


def test_h03_does_not_swallow_a_factor_that_is_no_co2_factor():
    result = run([row("HH", "gas", 1000, 150.0)], gases="CO2")
    check(result, "H03", 0, "not_needed")
    assert result.residual_t == pytest.approx(97) and result.status != "ok"


def test_h04_gas_by_gas():
    # 10 t CH4, 2 t N2O with AR4: 250 + 596 = 846; AR5: 280 + 530 = 810
    result = run([row("AGR", t=846.0, ch4_t=10.0, n2o_t=2.0)])
    check(result, "H04", -36)
    check(result, "H18", -810)


def test_h04_mixed_sets_are_seen_and_totals_never_rescaled():
    # methane of AR5, nitrous oxide of AR4: 280 + 596 = 876
    check(run([row("AGR", t=876.0, ch4_t=10.0, n2o_t=2.0)]), "H04", -66)
    check(run([row("AGR", t=846.0)], gwp="AR4"), "H04", 0, "needs_data")


def test_h05_local_mix_and_strange_factor():
    check(run([row("HH", "elec", 1000, 50.0)], electricity="green"), "H05", 472 - 50)
    found = check(run([row("HH", "elec", 1000, 301.0)]), "H05", 472 - 301)
    assert found.why == "why_found"
    # a federal mix of another year is not a local mix
    check(run([row("HH", "elec", 1000, 505.0)]), "H05", 0, "not_needed")
    # the card says federal: not explained, so it stays in the residual
    said = run([row("HH", "elec", 1000, 301.0)], electricity="federal")
    assert said.residual_t == pytest.approx(171) and said.residual_share > 0.005


def test_h06_other_year():
    # 2021 computed with 505 of 2022; road diesel of the release of 2018
    result = run([row("HH", "elec", 1000, 505.0), row("VK", "diesel", 1000, 327.0, "car")], rail_ship="included")
    found = check(result, "H06", (472 - 505) + (331 - 327))
    assert "2022" in found.params["years"]


def test_h07_weather():
    # 1000 · (1 − 0.8 + 0.8 · 3000 / 3200) = 950 MWh: −50 MWh · 247
    numbers = {"hdd_year": 3000, "hdd_reference": 3200, "heat_share": 0.8}
    result = run([row("HH", "gas", 1000, 247.0, quality="A")], weather_correction="applied", numbers=numbers)
    check(result, "H07", -50 * 0.247)
    assert result.rows[0].quality == "B"
    industry = run([row("IND", "gas", 1000, 247.0)], weather_correction="applied", numbers=numbers)
    check(industry, "H07", 0)
    check(run([row("HH", "gas", 1000, 247.0)], weather_correction="applied"), "H07", 0, "needs_data")


NETWORK = {
    "fuel_mwh": 100, "fuel_factor": 247, "electricity_mwh": 40, "heat_mwh": 45, "supply_kelvin": 373,
    "delivered_mwh": 45,
}  # fmt: skip


def test_exergy_by_the_printed_example():
    # z = 1 − 283/373 = 0.24129; a = 0.21349; EF = 117.19
    assert exergy.factor(NETWORK) == pytest.approx(117.19, abs=0.005)
    # 10 % losses and a boiler of 5 MWh oil: (0.21349 · 24700 + 5 · 318) / 40.5
    more = NETWORK | {"delivered_mwh": 40.5, "boiler_fuel_mwh": 5, "boiler_fuel_factor": 318}
    assert exergy.factor(more) == pytest.approx((0.213494 * 24700 + 1590) / 40.5, abs=0.01)


def test_h08_allocation():
    check(run([row("HH", "dh", 1000, -20.0)], allocation="substitution"), "H08", 280)
    plant = run([row("HH", "dh", 1000, 90.0)], more={"heat_network": NETWORK})
    assert step(plant, "H08").delta_t == pytest.approx(27.19, abs=0.005)
    assert plant.new_t == pytest.approx(117.19, abs=0.005)
    # an admissible own factor stays
    own = run([row("HH", "dh", 1000, 117.19)], allocation="exergy")
    check(own, "H08", 0, "not_needed")
    assert own.new_t == pytest.approx(117.19)
    # nobody knows: the default
    assert step(run([row("HH", "dh", 1000, 77.0)]), "H08").why == "why_found"


def test_h09_certificate_by_card_and_by_fingerprint():
    check(run([row("HH", "dh", 1000, 7.1)], allocation="certificate"), "H09", 260 - 7.1)
    check(run([row("HH", "dh", 1000, 40.0)]), "H09", 220)


def test_h10_territory_replaces_registrations():
    rows = [row("VK", "diesel", 1000, 331.0, "car")]
    result = run(rows, known({"VK.car.diesel": 1500.0, "VK.truck.diesel": 200.0}), transport="registrations")
    check(result, "H10", 1700 * 0.331 - 331)
    assert result.memo["residents_transport_t"] == 331
    check(run(rows, transport="residents"), "H10", 0, "needs_data")


def test_h11_motorway_only_from_the_card():
    rows = [row("VK", "diesel", 1000, 331.0, "car")]
    check(run(rows, known({"VK.car.diesel": 9e9}), motorway="excluded"), "H11", 0, "needs_data")
    check(run(rows, fill={"motorway:VK.car.diesel": 300.0}, motorway="excluded"), "H11", 300 * 0.331)


def test_h12_landing_and_take_off():
    rows = [row("VK", "kerosene", 1000, 322.0, "air")]
    result = run(rows, known({"VK.air.kerosene": 80.0}), air="departures")
    check(result, "H12", -920 * 0.322)
    assert result.memo["aviation_outside_t"] == 322
    # a known zero is a value: no airport
    check(run(rows, known({"VK.air.kerosene": 0.0}), air="residents"), "H12", -322)
    check(run(rows, air="residents"), "H12", 0, "needs_data")


def test_h13_rail_and_ships():
    rows = [row("VK", "diesel", 1000, 331.0, "car")]
    mwh = {"VK.rail.elec": 100.0, "VK.ship.diesel": 10.0}
    check(run(rows, known(mwh), rail_ship="excluded"), "H13", 47.2 + 3.31)
    assert step(run(rows, known(mwh)), "H13").why == "why_found"
    check(run([row("VK", t=500.0)], known(mwh)), "H13", 0, "unknown")


def test_h14_tailpipe():
    result = run([row("VK", "diesel", 1000, 266.4972, "car"), row("VK", "petrol", 1000, 264.0, "car")])
    # petrol by the stationary factor 263.88 (264 in whole tonnes): 337 − 263.88 g are added, the rounding is left
    check(result, "H14", (331 - 266.4972) + (337 - 263.88))
    assert result.residual_t == pytest.approx(263.88 - 264.0, abs=1e-6)


def test_h15_split_and_municipal_facilities():
    result = run([row("ECONOMY", "gas", 1000, 247.0, quality="A")], numbers={"services_share": 0.3})
    check(result, "H15", 0)
    assert {(r.sector, round(r.mwh), r.quality) for r in result.rows} == {("GHD", 300, "C"), ("IND", 700, "C")}
    twice = run([row("GHD", "gas", 1000, 247.0), row("KE", "gas", 200, 49.4)], municipal="inside_services")
    check(twice, "H15", -49.4)
    small = [row("GHD", "gas", 150, 37.05), row("KE", "gas", 200, 49.4)]
    more_than_all = run(small, municipal="inside_services")
    check(more_than_all, "H15", 0, "needs_data")
    check(run([row("ECONOMY", "gas", 1000, 247.0)]), "H15", 0, "needs_data")


def test_h16_plants_under_emissions_trading():
    rows = [row("IND", "gas", 1000, 247.0)]
    check(run(rows, known({}, plants={"IND.gas": 400.0}), ets="excluded"), "H16", 98.8)
    check(run(rows, fill={"ets:IND.coal": 10.0}, ets="excluded"), "H16", 4.33)
    check(run(rows, known({}, plants={"IND.gas": 400.0}), ets="direct_only"), "H16", 0, "needs_data")


def test_h17_h18_h19_h31_leave_the_base():
    rows = [
        row("IPPU", t=10.0), row("AGR", t=20.0), row("WASTE", t=3.0), row("LULUCF", t=-50.0), row("CREDIT", t=-7.0),
        row("CONSUMPTION", t=30.0), row("HH", "gas", 100, 24.7),
    ]  # fmt: skip
    result = run(rows)
    for rule, delta in (("H17", -10), ("H18", 27), ("H19", 7), ("H31", -30)):
        check(result, rule, delta)
    assert result.new_t == pytest.approx(24.7)
    assert result.memo["lulucf_removals_t"] == -50 and "lulucf_emissions_t" not in result.memo


def test_h20_other_year_with_the_course_of_the_estimate():
    # 1000 MWh gas 2021 → index 0.9; electricity 1000 → index 1.1 and the factor of 2018
    rows = [row("HH", "gas", 1000, 247.0), row("HH", "elec", 1000, 472.0)]
    result = run(rows, known({}, index={"HH.gas": 0.9, "HH.elec": 1.1}), 2018)
    check(result, "H20", -24.7 + (1100 * 0.544 - 472))
    assert result.new_t == pytest.approx(900 * 0.247 + 1100 * 0.544) and result.residual_t == 0
    lacking = run(rows, known({}, index={"HH.gas": 0.9}), 2018)
    check(lacking, "H20", 0, "needs_data")
    assert lacking.new_t == pytest.approx(719), "stays in its own year"


def test_h20_rules_after_it_use_the_new_year():
    rows = [row("HH", "gas", 1000, 250.0), row("HH", "lpg", 1000, 277.0), row("HH", "elec", 1000, 565.0)]
    index = {"HH.gas": 1.0, "HH.lpg": 1.0, "HH.elec": 1.0}
    result = run(rows, known({}, index=index), 2018)
    assert result.new_t == pytest.approx(247 + 276 + 544)
    assert result.residual_share < 0.005


def test_h21_population_changes_heads_only():
    result = run(
        [row("HH", "gas", 100, 24.7)], population_basis="december",
        numbers={"population": 5000, "population_december_before": 4900, "population_december": 5000},
    )  # fmt: skip
    found = check(result, "H21", 0)
    assert found.params == {"old": 5000, "new": 4950}
    check(run([row("HH", "gas", 100, 24.7)], numbers={"population": 5000}), "H21", 0, "needs_data")


def test_h22_territory():
    rows = [row("HH", "gas", 1000, 247.0, quality="A")]
    scaled = run(rows, numbers={"territory_key": 0.8})
    check(scaled, "H22", -49.4)
    assert scaled.rows[0].quality == "C"
    # Hahausen is part of Langelsheim today: without a key nothing is guessed
    check(run(rows, ags="03153006"), "H22", 0, "needs_data")
    check(run(rows, ags="14729410"), "H22", 0, "not_needed")


def test_h22_estimate_is_never_scaled():
    rows = [row("HH", "gas", 1000, 247.0), row("VK", "diesel", 100, 33.1, "car")]
    result = run(rows, known({"VK.rail.elec": 100.0}), rail_ship="excluded", numbers={"territory_key": 0.5})
    assert next(r.mwh for r in result.rows if r.mode == "rail") == 100


def test_h23_upper_heating_value():
    check(run([row("HH", "gas", 1000, 247.0)], gas_heating_value="Hs"), "H23", -97.6 * 0.247)
    # 222.9 g per kWh Hs: the tonnes are right already
    per_hs = run([row("HH", "gas", 1000, 0.9024 * 247.0)], gas_heating_value="Hs")
    check(per_hs, "H23", 0)
    assert per_hs.new_t == pytest.approx(902.4 * 0.247)


def test_h24_ambient_heat():
    rows = [row("HH", "ambient", 320, 0.0), row("HH", "elec", 1000, 472.0)]
    check(run(rows, heat_pump_electricity="separate"), "H24", 320 * 0.1475)
    # inside: 320/3.2 = 100 MWh of electricity move to ambient heat, the total does not change
    inside = run(rows, heat_pump_electricity="inside")
    check(inside, "H24", 320 * 0.1475 - 100 * 0.472)
    assert sorted(round(r.mwh) for r in inside.rows) == [320, 900]
    check(run([row("HH", "ambient", 3200, 0.0)], heat_pump_electricity="inside"), "H24", 0, "needs_data")


def test_h25_renewable_heat():
    rows = [row("HH", "gas", 1000, 247.0), row("HH", "solar", 0, 0.0, state="explicit_zero")]
    result = run(rows, known({"HH.biomass": 100.0, "HH.solar": 50.0}), renewable_heat="excluded")
    check(result, "H25", 2.2)  # a confirmed zero stays zero
    check(run(rows, renewable_heat="excluded"), "H25", 0, "needs_data")
    check(run(rows, renewable_heat="included"), "H25", 0, "not_needed")


def test_h26_losses():
    rows = [row("HH", "dh", 1000, 260.0)]
    check(run(rows, heat_metering="plant_exit", numbers={"loss_share": 0.12}), "H26", -31.2)
    check(run(rows, heat_metering="plant_exit"), "H26", 0, "needs_data")


def test_h27_three_years():
    # mean of 900, 1200, 600 = 900 instead of 1200
    rows = [row("HH", "oil", 1000, 318.0), row("GHD", "oil", 200, 63.6)]
    result = run(rows, more={"smoothing": {"oil": [900, 1200, 600]}}, oil_basis="sales")
    check(result, "H27", -300 * 0.318)
    check(run(rows, oil_basis="sales"), "H27", 0, "needs_data")


def test_h28_own_use():
    rows = [row("HH", "elec", 1000, 472.0)]
    numbers = {"pv_kw": 1000, "pv_yield": 950, "pv_self_share": 0.3}
    check(run(rows, self_consumption="excluded", numbers=numbers), "H28", 285 * 0.472)
    check(run(rows, self_consumption="excluded", fill={"self:HH.elec": 10.0}), "H28", 4.72)
    check(run(rows, known({"HH.elec": 1000.0}), self_consumption="excluded"), "H28", 0, "needs_data")


def test_h29_one_electricity():
    result = run([row("HH", "elec", 900, 900 * 0.472), row("HH", "elec_heat", 100, 30.0)])
    check(result, "H29", 17.2)
    assert {r.carrier for r in result.rows} == {"elec"}


def test_h30_machines():
    moved = run([row("AGR", "diesel", 100, 33.1), row("VK", "diesel", 50, 16.55, "offroad"), row("AGR", t=5.0)])
    check(moved, "H30", 0)
    assert [r.sector for r in moved.rows] == ["GHD", "GHD"]
    rows = [row("GHD", "gas", 100, 24.7)]
    check(run(rows, known({"GHD.diesel": 100.0}), offroad="excluded"), "H30", 33.1)
    check(run(rows, offroad="excluded"), "H30", 0, "needs_data")


def test_h32_district():
    rows = [row("HH", "gas", 1000, 247.0)]
    check(run(rows, territory_level="district", numbers={"district_share": 0.1}), "H32", -222.3)
    check(run(rows, territory_level="district"), "H32", 0, "needs_data")


def test_h33_blank_is_not_zero():
    rows = [row("HH", "gas", 1000, 247.0), row("HH", "oil", 0, 0.0), row("HH", "coal", state="missing")]
    result = run(rows, known({"HH.oil": 100.0, "HH.coal": 0.0}))
    check(result, "H33", 31.8)
    assert [(r.carrier, r.state, r.mwh) for r in result.rows][1:] == [
        ("oil", "estimated", 100.0),
        ("coal", "missing", None),
    ]
    check(run(rows), "H33", 0, "needs_data")
    confirmed = run([rows[0], rows[1]], known({"HH.oil": 100.0}), zeros="confirmed")
    check(confirmed, "H33", 0, "not_needed")
    explicit = run([rows[0], row("HH", "oil", 0, 0.0, state="explicit_zero")], known({"HH.oil": 100.0}))
    check(explicit, "H33", 0, "not_needed")


def test_h33_energy_without_tonnes():
    check(run([row("HH", "gas", 1000)]), "H33", 247)


def test_h34_is_a_memo():
    # 40 % of 1000 MWh of wood from the partnership: −0.4 · 1000 · (22 − 18.382) / 1000
    result = run([row("HH", "biomass", 1000, 22.0)], more={"regional": {"biomass": 0.4}})
    found = check(result, "H34", 0)
    assert found.params["overlap_t"] == pytest.approx(-1.4472)
    lacking = run([row("VK", "biodiesel", 1000, 118.0, "car")], more={"regional": {"biodiesel": 0.4}})
    check(lacking, "H34", 0, "needs_data")


def test_h35_other_tools():
    rows = [row("HH", "gas", 10_000, 2500.0), row("HH", "oil", 10_000, 3190.0), row("HH", "elec", 10_000, 5650.0)]
    result = run(rows)
    check(result, "H35", -30 - 10 - 930)
    assert result.recognition.votes == {"GEMIS_4.95_KEA": 3}


def test_figures_of_the_card_share_the_territory_of_the_table():
    # key 0.5, then share 0.1: 1000 MWh of the table and 200 MWh of the card for a blank cell
    rows = [row("HH", "gas", 1000, 247.0), row("HH", "oil", state="missing")]
    numbers = {"territory_key": 0.5, "district_share": 0.1}
    result = run(rows, territory_level="district", numbers=numbers, fill={"HH.oil": 200.0})
    assert [r.mwh for r in result.rows] == pytest.approx([50, 10])
    check(result, "H33", 10 * 0.318)


def test_h01_and_h33_do_not_fill_a_cell_twice():
    rows = [
        row("HH", "elec", None, 0.0), row("ECONOMY", "elec", None, 0.0), row("HH", "dh", 0, 0.0, state="explicit_zero"),
        row("HH", "gas", 1000, 247.0), row("PLANT", t=700.0),
    ]  # fmt: skip
    mwh = {"HH.elec": 1000.0, "GHD.elec": 500.0, "IND.elec": 400.0, "HH.dh": 300.0}
    result = run(rows, known(mwh), principle="source")
    check(result, "H01", 1900 * 0.472 - 700)
    assert sum(r.mwh or 0 for r in result.rows if r.carrier == "elec") == 1900
    assert sum(r.mwh or 0 for r in result.rows if r.carrier == "dh") == 0, "a confirmed zero stays"


@pytest.mark.parametrize("year", [1987, 1990, 2005, 2010, 2020, 2024, 2025])
def test_years_far_back_and_ahead(year):
    rows = [row("HH", "gas", 1000, 247.0), row("VK", "diesel", 10, 3.3, "car"), row("HH", "ambient", 10, 0.0)]
    card = room.from_dict({"inventory": {"year": year}})
    result = room.harmonise(rows, card, year)
    assert result.new_t > 0 and result.status == "incomplete"
