"""Instances small enough to be solved by hand; the cost of each is worked out beside it."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import math
from typing import Any

YEAR = [2026, 2026]

W1: dict[str, Any] = {
    "years": YEAR,
    "members": ["A"],
    "services": [{"id": "heat", "member": "A", "demand": 100, "legacy": {"ef": 0.24, "cost": 0.05}}],
    "measures": [
        {"id": "ins", "member": "A", "class": "supply", "service": "heat", "demand_side": True, "potential": 25, "opex": 0.08},
        {"id": "hp", "member": "A", "class": "supply", "service": "heat", "share_of_rest": 0.7, "opex": 0.09},
    ],
    "caps": {"net": {"A": 0}},
    "backstop": 0.5,
}  # fmt: skip

W2: dict[str, Any] = {
    "years": [2026, 2045],
    "discount": 0.02,
    "members": ["A"],
    "services": [{"id": "s", "member": "A", "demand": 1}],
    "measures": [{"id": "M", "member": "A", "class": "supply", "service": "s", "capex": 1, "lifetime": 14}],
}


def process(member: str, potential: float, price: float, **more: Any) -> dict[str, Any]:
    """A process measure with one kt a unit."""
    row = {
        "id": f"m{member}",
        "member": member,
        "class": "process",
        "t_per_unit": 1,
        "potential": potential,
        "opex": price,
    }
    return row | more


W3: dict[str, Any] = {
    "years": YEAR,
    "members": ["C", "R1", "R2"],
    "measures": [process("C", 20, 0.1), process("R1", 15, 0.05), process("R2", 15, 0.05)],
    "rest_kt": {"C": 100, "R1": 20, "R2": 20},
    "caps": {"net": {"C": 60, "R1": 18, "R2": 18}},
    "backstop": 0.2,
}


def one(years: int = 1, **keys: Any) -> dict[str, Any]:
    """An instance of the member A over `years` years with a backstop of 1 M EUR/kt."""
    return {"years": [2026, 2025 + years], "members": ["A"], "backstop": 1.0} | keys


def supply(**keys: Any) -> dict[str, Any]:
    return {"id": "m", "member": "A", "class": "supply", "service": "s"} | keys


def service(demand: Any, legacy: dict[str, Any] | None = None, name: str = "s") -> dict[str, Any]:
    row: dict[str, Any] = {"id": name, "member": "A", "demand": demand}
    return row if legacy is None else row | {"legacy": legacy}


SUN = {"id": "pv", "member": "A", "class": "supply", "electricity": {"all": 1}}

HAND: dict[str, tuple[dict[str, Any], float]] = {
    # kernel 10·(1−2^−τ): 5, then 2.5; credited 4 and 2; capex 1; missing 0 and 2 kt
    "removal_with_buffer": (
        one(
            2,
            measures=[
                {
                    "id": "hedge", "member": "A", "class": "land", "potential": 1, "capex": 1, "buffer": 0.2, "land": {"arable": 1},
                    "removal": {"cap_kt_per_unit": 10, "rate": math.log(2), "shape": "first_order"},
                }
            ],
            land={"A": {"arable": 1}}, rest_kt={"A": 10}, caps={"net": {"A": 6}},
        ),
        3.0,
    ),
    # enters once, renewed once at half of capex 1 a year: 4·0.5; removes 4+2+1+1 of 40 kt that are missing
    "renewal_starts_no_kernel": (
        one(
            4,
            measures=[
                {
                    "id": "strip", "member": "A", "class": "removal", "potential": 1, "capex": 1, "lifetime": 2,
                    "removal": {"annual": [4, 2, 1, 1]},
                }
            ],
            rest_kt={"A": 10}, caps={"net": {"A": 0}},
        ),
        34.0,
    ),
    # 2026 legacy 10·(0.07+0.2), later heat pump 10·(0.05+0.1+0.1) because the mix gets clean
    "factor_of_the_year": (
        one(
            3,
            services=[service(10, {"ef": 0.2, "cost": 0.07})],
            measures=[supply(opex=0.05, lifetime=1, potential=10, electricity={"all": -1})],
            electricity={"slices": ["all"], "import_price": 0.1, "ef": [0.5, 0.1, 0.1]},
            caps={"net": {"A": 0}},
        ),
        7.7,
    ),
    # own emissions 0.1 kt a GWh: 10·(0.05+0.1)
    "own_emissions": (
        one(services=[service(10, {"ef": 0.3, "cost": 0.05})], measures=[supply(opex=0.05, ef=0.1)], caps={"net": {"A": 0}}),
        1.5,
    ),
    # sun power lowers no gross tonne, so 5 kt are missed at 2; each GWh would lose 0.15 − 0.05
    "no_credit_on_gross": (
        one(
            measures=[SUN | {"potential": 100, "opex": 0.15}],
            electricity={"slices": ["all"], "import_price": 0.1, "export_price": 0.05, "ef": 0.1},
            rest_kt={"A": 10}, caps={"gross": {"A": 5}},
        ),
        10.0,
    ),
    "annuity_inside_the_horizon": (W2, 1.377674),
    # 2027 and later: 2 units enter while 2 are renewed; 0.1·(2+4+6+8)
    "renewals_have_no_ramp": (
        one(4, services=[service([2, 4, 6, 8])], measures=[supply(opex=0.1, lifetime=2, ramp=2, potential=8)]),
        2.0,
    ),
    "share_of_what_savings_leave": (W1, 10.55),
    # stated demand for electricity: 10·0.1 to buy, 3 kt to miss
    "demand_for_electricity_is_gross": (
        one(electricity={"slices": ["all"], "demand": {"A": {"all": 10}}, "import_price": 0.1, "ef": 0.3}, caps={"net": {"A": 0}}),
        4.0,
    ),
    "land_use_is_net": (one(lulucf_kt={"A": 2}, caps={"net": {"A": 0}}), 2.0),
    # B has no cap
    "cap_covers_members_with_a_cap": (
        one(members=["A", "B"], rest_kt={"A": 10, "B": 5}, caps={"net": {"A": 4}}), 6.0,
    ),
    # 10·0.1, then 5·0.1 + 5·0.2
    "survival": (
        one(2, services=[service(10, {"ef": 0, "cost": 0.1, "survival": [1, 0.5]})], measures=[supply(opex=0.2)]), 2.5,
    ),
    "missed_gross_costs_twice": (one(rest_kt={"A": 10}, caps={"gross": {"A": 4}}), 12.0),
    "discounting": (one(2, discount=0.05, services=[service(10, {"ef": 0, "cost": 0.1})]), 1 + 1 / 1.05),
    # 2026: 5 kt at 1; the same 5 count towards the 8 of the sum, 3 more in 2027 at 0.5
    "one_backstop_for_net_and_sum": (
        one(2, backstop=[1, 0.5], rest_kt={"A": 10}, caps={"net": {"A": [5, None]}, "cumulative": {"A": 12}}), 6.5,
    ),
    # no more than the 3 kt that are there
    "process_within_its_line": (
        one(measures=[process("A", 10, 0.1)], rest_kt={"A": 3}, caps={"net": {"A": 0}}), 0.3,
    ),
    # named line of 2 kt: 2·0.1 + 1 missed
    "process_within_its_named_line": (
        one(
            measures=[process("A", 10, 0.1, line="manure")], lines_kt={"A": {"manure": 2}}, rest_kt={"A": 3},
            caps={"net": {"A": 0}},
        ),
        1.2,
    ),
    # 10 GWh heat from a grid that takes 0.5 GWh of district heat each: 10·0.1 + 5·0.2
    "use_of_another_service": (
        one(
            services=[service(10), service(0, {"stock": 10, "ef": 0, "cost": 0.2}, "dh")],
            measures=[supply(opex=0.1, uses={"dh": 0.5})],
        ),
        2.0,
    ),
    # gross 5 + 0.4; 10 GWh sun: 0.5 − 6·0.04 + 4.4 missed
    "exports_credited_like_imports": (
        one(
            measures=[SUN | {"potential": 10, "opex": 0.05}],
            electricity={
                "slices": ["all"], "demand": {"A": {"all": 4}}, "import_price": 0.1, "export_price": 0.04, "ef": 0.1,
            },
            rest_kt={"A": 5}, caps={"partnership": {"A": 0}},
        ),
        4.66,
    ),
    # only the 4 GWh used at home earn a credit: 0.2 + 5 missed
    "exports_without_credit": (
        one(
            measures=[SUN | {"potential": 10, "opex": 0.05}],
            electricity={
                "slices": ["all"], "demand": {"A": {"all": 4}}, "import_price": 0.1, "export_price": 0.04, "ef": 0.1,
                "credit": "import_only",
            },
            rest_kt={"A": 5}, caps={"partnership": {"A": 0}},
        ),
        5.2,
    ),
    # rewetting lowers land use (net), never gross: 2·0.1; gross 10 at a cap of 10
    "rewetting_lowers_net_only": (
        one(
            measures=[{"id": "wet", "member": "A", "class": "land", "t_per_unit": 3, "potential": 1, "opex": 0.1}],
            rest_kt={"A": 10}, lulucf_kt={"A": 3}, caps={"net": {"A": 10}, "gross": {"A": 9}},
        ),
        0.1 + 2.0,
    ),
    # agriculture (4 of 10 kt) is outside the BISKO account: 6 kt against a cap of 5, missed at 2
    "bisko_leaves_agriculture_out": (
        one(measures=[process("A", 4, 0.1)], rest_kt={"A": 10}, rest_bisko_kt={"A": 6}, caps={"bisko": {"A": 5}}), 2.0,
    ),
    # practice of one year at capex 1, rate 0: paid every year it stands, no exit: 3·1 + missing 3·(2−1)
    "practice_of_one_year": (
        one(
            3,
            measures=[
                {"id": "cover", "member": "A", "class": "land", "lifetime": 1, "capex": 0.5, "potential": 1, "removal": {"annual": [1, 1, 1]}}
            ],
            rest_kt={"A": 2}, caps={"net": {"A": 0}},
        ),
        1.5 + 3.0,
    ),
    # food floor: of 2 kha only 1.5 may change: 1.5 kt gone at 0.1, 0.5 missed
    "conversion_cap": (
        one(
            measures=[{"id": "wood", "member": "A", "class": "land", "potential": 2, "opex": 0.1, "removal": {"annual": [1]}}],
            conversion_cap=[{"member": "A", "measures": {"wood": 1}, "kha": 1.5}],
            rest_kt={"A": 2}, caps={"net": {"A": 0}},
        ),
        0.15 + 0.5,
    ),
    # growth doubles 1, 2+1, 6+1: standing 1, 4, 11; legacy fills 20 at 0.2, measure at 0.1
    "ramp_with_growth": (
        one(
            3,
            services=[service(20, {"ef": 0, "cost": 0.2})],
            measures=[supply(opex=0.1, lifetime=10, ramp={"growth": 1, "seed": 1})],
        ),
        12.0 - 0.1 * (1 + 4 + 11),
    ),
}  # fmt: skip
