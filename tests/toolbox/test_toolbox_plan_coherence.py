"""Plan parameters fit each other physically, and a measure alone lands in its published range."""

from __future__ import annotations

import pytest

from stadtland.toolbox.model import Measure

# t CO2e with upstream per unit of service of the technology in place; rounded, for this check only.
LEGACY = {
    "heat_hh": 0.24, "heat_ghd": 0.24, "heat_ke": 0.24, "heat_ind": 0.24, "dh": 0.25, "car": 0.21,
    "truck": 0.89, "bus": 1.21, "machines": 0.32, "el_ke": 0.363,
}  # fmt: skip
GRID = 0.363  # t/MWh, federal mix 2024


def test_each_supply_measure_alone_lands_in_its_published_range(measures: dict[str, Measure]) -> None:
    for m in measures.values():
        plan = m.plan
        if m.planning_class != "supply" or m.reference or plan.service is None or plan.service_per_unit is None:
            continue
        saved = plan.service_per_unit.central * LEGACY[plan.service]
        if plan.electricity_mwh_per_unit:
            saved += plan.electricity_mwh_per_unit.central * GRID
        if plan.ef_t_per_unit:
            saved -= plan.ef_t_per_unit.central
        saved -= sum(amount.central * LEGACY[to] for to, amount in plan.uses.items())
        assert m.effect.low <= saved <= m.effect.high, f"{m.id}: {saved:.3g} t"


@pytest.mark.parametrize(("measure", "factor"), [("B01", 3.1), ("B02", 4.1), ("B11", 3.1), ("B12", 3.1)])
def test_heat_pumps_replace_boiler_heat(measures: dict[str, Measure], measure: str, factor: float) -> None:
    plan = measures[measure].plan
    assert plan.service_per_unit and plan.electricity_mwh_per_unit
    useful = plan.service_per_unit.central * 0.9
    assert -plan.electricity_mwh_per_unit.central == pytest.approx(useful / factor, rel=0.02)


@pytest.mark.parametrize(
    ("reference", "measure"),
    [
        ("X01", "B01"),
        ("X02", "M01"),
        ("X03", "I01"),
        ("X04", "M12"),
        ("X05", "B11"),
        ("X06", "B12"),
        ("X07", "M03"),
    ],
)
def test_reference_and_measure_are_the_same_size(measures: dict[str, Measure], reference: str, measure: str) -> None:
    one, two = measures[reference], measures[measure]
    assert one.unit == two.unit
    assert one.plan.service == two.plan.service
    assert one.plan.service_per_unit and two.plan.service_per_unit
    assert one.plan.service_per_unit.central == two.plan.service_per_unit.central
    assert one.plan.capex_eur and two.plan.capex_eur
    # The clean technology costs more to buy and less to run: otherwise nothing had to be planned.
    assert one.plan.capex_eur.central < two.plan.capex_eur.central


def test_references_carry_full_cost_fuel_and_no_limit(measures: dict[str, Measure]) -> None:
    for m in measures.values():
        if not m.reference:
            continue
        assert m.potential.function == "unlimited"
        if m.id == "X09":
            assert m.plan.electricity_mwh_per_unit and m.plan.electricity_mwh_per_unit.central == -1
            continue
        assert m.plan.ef == "legacy"
        assert m.plan.fuel and m.plan.fuel_mwh_per_unit and m.plan.capex_eur and m.plan.capex_eur.central > 0
        if m.plan.service in ("heat_hh", "heat_ghd", "heat_ke", "heat_ind"):
            assert m.plan.service_per_unit
            assert m.plan.fuel_mwh_per_unit.central == m.plan.service_per_unit.central, m.id


def test_generation_has_a_roof_or_land(measures: dict[str, Measure]) -> None:
    for m in measures.values():
        use = m.plan.electricity_mwh_per_unit
        if m.planning_class == "supply" and use and use.low > 0:
            assert m.plan.land, m.id
            assert m.accounting_view == "electricity_credit_outside_bisko", m.id


def test_full_load_hours(measures: dict[str, Measure]) -> None:
    per_mw = {"E01": 1000, "E02": 1000, "E03": 1, "E04": 1, "E06": 1}
    for measure, units in per_mw.items():
        use = measures[measure].plan.electricity_mwh_per_unit
        assert use
        hours = use.central * units
        assert (2000 < hours < 3300) if measure == "E06" else (850 < hours < 1100), measure


def test_vehicle_consumption(measures: dict[str, Measure]) -> None:
    """kWh per km of battery and of combustion vehicles, in a plausible ratio."""
    for electric, fossil, low, high in (
        ("M01", "X02", 0.15, 0.3),
        ("M03", "X07", 0.9, 2.0),
        ("M12", "X04", 0.8, 1.7),
    ):
        one, two = measures[electric].plan, measures[fossil].plan
        assert one.electricity_mwh_per_unit and one.service_per_unit
        assert two.fuel_mwh_per_unit and two.service_per_unit
        use = -one.electricity_mwh_per_unit.central / one.service_per_unit.central
        burn = two.fuel_mwh_per_unit.central / two.service_per_unit.central
        assert low <= use <= high, electric
        assert 2.0 <= burn / use <= 4.0, electric
