"""Hand-made optima of the rows beyond services, land, electricity and caps; the cost of each is worked out beside it."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import math
from typing import Any

from roadmap_cases import one, service, supply

BASIN = {"id": "basin", "member": "A", "class": "adaptation", "potential": 2, "opex": 0.1, "cover": {"rain": 4}}
NEED = {"id": "rain", "member": "A", "need": 10, "price": 0.5, "unit": "m3"}


def area(name: str, land: str, kt: float, **more: Any) -> dict[str, Any]:
    """A kha that removes `kt` in its first year at 0.1 M EUR."""
    return {
        "id": name,
        "member": "A",
        "class": "land",
        "land": {land: 1},
        "opex": 0.1,
        "removal": {"annual": [kt]},
    } | more


MORE: dict[str, tuple[dict[str, Any], float]] = {
    # 2 FTE install 4 units a year, each lives one year: 2·(4·0.1 + 6·0.2)
    "labour_installs_only_so_much": (
        one(
            2, services=[service(10, {"ef": 0, "cost": 0.2})], labour={"fitters": {"A": 2}},
            measures=[supply(opex=0.1, lifetime=1, labour={"fitters": 0.5})],
        ),
        3.2,
    ),
    # half of capex 1 is paid by the municipality, which has 1 a year: 2 units a year at an annuity of 0.5; legacy 1 a GWh
    "municipal_money": (
        one(
            2, services=[service(10, {"ef": 0, "cost": 1})], municipal_budget={"limit": {"A": 1}},
            measures=[supply(capex=1, lifetime=2, public_share=0.5)],
        ),
        (2 * 0.5 + 8) + (4 * 0.5 + 6),
    ),
    # B has money that A may not use: A stays at legacy
    "municipal_money_not_pooled": (
        one(
            members=["A", "B"], services=[service(10, {"ef": 0, "cost": 1})],
            municipal_budget={"limit": {"A": 0, "B": 9}, "pooled": False},
            measures=[supply(capex=0.5, lifetime=1, public_share=0.5)],
        ),
        10.0,
    ),
    # 10 GWh retired early: 10·0.1 for the new plant and 10·0.1 written off, cheaper than 10·(0.05 + 0.3)
    "early_retirement_is_written_off": (
        one(
            services=[service(10, {"ef": 0.3, "cost": 0.05, "write_off": 0.1})], measures=[supply(opex=0.1)],
            caps={"net": {"A": 0}},
        ),
        2.0,
    ),
    # 6 of 10 GWh are not needed in 2026 and do not come back: 4·0.5 + 4·0.05 + 6·0.2
    "retired_for_good": (
        one(
            2, services=[service([4, 10], {"stock": 10, "ef": 0, "cost": [0.5, 0.05], "final": True})],
            measures=[supply(opex=[0.6, 0.2])],
        ),
        3.4,
    ),
    # 3.75 units of sun cover the 3 GWh of summer and 0.75 of winter; more would earn 0.02 a unit and cost 0.03
    "heat_of_summer_does_not_warm_winter": (
        one(
            services=[service(10, {"ef": 0, "cost": 0.1}) | {"slices": {"winter": 0.7, "summer": 0.3}}],
            measures=[supply(opex=0.03, potential=10, service_slices={"winter": 0.2, "summer": 0.8})],
        ),
        3.75 * 0.03 + 6.25 * 0.1,
    ),
    # 10 fed in, 9 arrive
    "loss_of_a_network": (one(services=[service(9, {"stock": 10, "ef": 0, "cost": 0.1}) | {"loss": 0.1}]), 1.0),
    # supply loses a tenth on the way, savings do not: 5 saved at 0.05, 4 arrive of 40/9 at 0.09
    "savings_are_not_lost": (
        one(
            services=[service(9) | {"loss": 0.1}],
            measures=[
                supply(id="ins", demand_side=True, potential=5, opex=0.05), supply(id="hp", opex=0.09),
            ],
        ),
        5 * 0.05 + 4 / 0.9 * 0.09,
    ),
    # 1 kha of arable becomes grassland (0.1), which then takes up 1 of 2 kt
    "land_handed_on": (
        one(
            land={"A": {"arable": 1}},
            measures=[
                area("grass", "grassland", 1), {"id": "turn", "member": "A", "class": "land", "capex": 0.1, "land": {"arable": 1}, "land_to": {"grassland": 1}},
            ],
            rest_kt={"A": 2}, caps={"net": {"A": 0}},
        ),
        0.1 + 0.1 + 1.0,
    ),
    # compost and catch crop share the hectare
    "two_services_on_one_hectare": (
        one(
            land={"A": {"arable": 1}}, measures=[area("compost", "arable", 1, layer="soil"), area("catch", "arable", 1, layer="crop")],
            rest_kt={"A": 2}, caps={"net": {"A": 0}},
        ),
        0.2,
    ),
    # a wood takes the hectare for itself: 2 of 4 kt in layers are better than 1.5
    "a_wood_takes_every_layer": (
        one(
            land={"A": {"arable": 1}},
            measures=[
                area("compost", "arable", 1, layer="soil"), area("catch", "arable", 1, layer="crop"), area("wood", "arable", 1.5),
            ],
            rest_kt={"A": 4}, caps={"net": {"A": 0}},
        ),
        0.2 + 2.0,
    ),
    # capex halves: 10·1 + 10·0.5
    "learning": (one(2, services=[service(10)], measures=[supply(capex=1, lifetime=1, learning=0.5)]), 15.0),
    # 8 of 10 m³: 2·0.1 + 2·0.5
    "uncovered_need_has_a_price": (one(adaptation=[NEED], measures=[BASIN]), 1.2),
    # three quarters less means ln 4; one unit halves (ln 2): 0.1 + ln 2 uncovered
    "reductions_add_up_as_logarithms": (
        one(
            adaptation=[NEED | {"kind": "share", "need": 0.75, "price": 1}],
            measures=[BASIN | {"potential": 1, "cover": {"rain": math.log(2)}}],
        ),
        0.1 + math.log(2),
    ),
    # 0.4 of what B keeps back arrives at A
    "protection_from_upstream": (
        one(
            members=["A", "B"], adaptation=[NEED | {"price": 1, "upstream": {"B": 0.4}}],
            measures=[BASIN | {"member": "B", "potential": 1, "cover": {"rain": 10}}],
        ),
        0.1 + 6.0,
    ),
    # unknown need is not zero and not a number: nothing happens
    "unknown_need_enters_nothing": (one(adaptation=[{"id": "rain", "member": "A", "need": None}], measures=[BASIN]), 0.0),
    # A needs 5, B delivers 2 on 4 units; 3 are bought outside
    "demand_a_city_cannot_serve": (
        one(
            members=["A", "B"], regional_demands=[{"id": "comp", "unit": "ha", "demand": {"A": 5, "B": None}, "price": 1}],
            measures=[{"id": "wood", "member": "B", "class": "land", "potential": 4, "opex": 0.1, "delivers": {"comp": 0.5}}],
        ),
        0.4 + 3.0,
    ),
    # means of two years: ramp 2 allows 3, then 7: 2·(0.3 + 1.4) + 2·(0.7 + 0.6), as year by year (2, 4, 6, 8)
    "ramp_in_periods": (
        one(
            4, services=[service(10, {"ef": 0, "cost": 0.2})], periods=[2026, 2028],
            measures=[supply(opex=0.1, lifetime=10, ramp=2, potential=10)],
        ),
        6.0,
    ),
    # mean demand 2 and 8, prices summed year by year: 2·(0.1+0.2) + 8·(0.3+0.4)
    "prices_of_every_year_in_periods": (
        one(4, services=[service([1, 3, 7, 9])], periods=[2026, 2028], measures=[supply(opex=[0.1, 0.2, 0.3, 0.4])]), 6.2,
    ),
    # cap of 2028 and 2029: mean of the rest 10 less mean of the cap 5, at 1 and 0.5 a year
    "cap_in_periods": (
        one(4, rest_kt={"A": 10}, periods=[2026, 2028], caps={"net": {"A": [None, None, 4, 6]}}, backstop=[9, 9, 1, 0.5]), 7.5,
    ),
}  # fmt: skip
