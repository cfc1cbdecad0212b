"""Own figures as overrides: accepted by the inventory and the partnership file, converted by hand-checked factors."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from own_data_files import HEAD, LATEST, MEMBERS, csv_bytes, row

from stadtland import inventory
from stadtland.inventory import own_data
from stadtland.inventory.own_data.mapping import usable

LEIPZIG, THALLWITZ, BENNEWITZ = MEMBERS


def state(rows, head=HEAD):
    return {k: r for k, r in own_data.read(csv_bytes(rows, head), MEMBERS, LATEST).entries.items() if r is not None}


def values(rows, year=2021, head=HEAD, **more):
    found = own_data.overrides(state(rows, head), year, **more)
    return {(a, i): (e["value"], e["unit"]) for a, entries in found.items() for i, e in entries.items()}


def test_conversion_by_hand():
    found = values(
        [
            row(LEIPZIG, "HH.elec", "1,5", "TWh"),
            row(LEIPZIG, "HH.gas", "1000", "kWh Hs"),
            row(LEIPZIG, "HH.oil", "3,6", "TJ"),
            row(THALLWITZ, "HH.elec", "-"),
            row(THALLWITZ, "HH.gas", "."),
            row(THALLWITZ, "jobs", "0,5", "1000 Personen"),
        ]
    )
    assert found == {
        (LEIPZIG, "HH.elec"): (1.5e6, "MWh"),
        (LEIPZIG, "HH.gas"): (0.9024, "MWh"),
        (LEIPZIG, "HH.oil"): (1000.0, "MWh"),
        (THALLWITZ, "HH.elec"): (0.0, "MWh"),
        (THALLWITZ, "jobs"): (500.0, "persons"),
    }


def test_the_inventory_takes_them_and_keeps_the_default_beside(defaults):
    own = own_data.overrides(
        state(
            [
                row(THALLWITZ, "HH.elec", "4", "GWh", quality="B"),
                row(THALLWITZ, "HH.coal", "-"),
                row(THALLWITZ, "HH.gas", "."),
            ]
        ),
        2021,
    )
    inv, plain = inventory.build(MEMBERS, 2021, overrides=own), inventory.build(MEMBERS, 2021)
    at = {line: i for i, line in enumerate(inv.lines)}
    elec, coal, gas = at["HH.elec"], at["HH.coal"], at["HH.gas"]
    assert inv.energy_mwh[elec, 1] == 4000.0 and inv.data_quality[elec, 1] == 0.5 and inv.owner[elec, 1] == "own"
    assert (inv.owner[coal, 1], inv.state[coal, 1], inv.t_co2e[coal, 1]) == ("confirmed_zero", "true_zero", 0.0)
    assert plain.t_co2e[coal, 1] > 0 and inv.default_t[coal, 1] == plain.t_co2e[coal, 1]
    assert inv.energy_mwh[gas, 1] == plain.energy_mwh[gas, 1]  # confidential is not zero: the estimate stays
    np.testing.assert_array_equal(inv.t_co2e[:, [0, 2]], plain.t_co2e[:, [0, 2]])
    assert defaults.values[THALLWITZ, "HH.elec"] == plain.energy_mwh[elec, 1]


def test_every_figure_of_every_dataset_is_accepted_or_kept(defaults):
    """All datasets filled in with their defaults or 7: the inventory and the partnership parser take the result."""
    from stadtland.roadmap.partnership import _overrides

    everything = {}
    for dataset in own_data.datasets().values():
        table = own_data.rows(dataset, MEMBERS, 2021, "de", defaults)
        keys = dataset.columns()
        fields = {f.id: f for f in dataset.fields}
        for r in table[1:]:
            cell = dict(zip(keys, r, strict=True))
            entry = fields[cell["id"]]
            total = 7.0 * len(entry.sum_of) if entry.sum_of else 7.0
            filled = {
                "value": total,
                "source": "Zählung",
                "data_quality": "A",
                "role": "Amt",
                "part": "Schule",
                "complete": "ja",
                "published": "ja",
            }
            if (
                entry.line
                and dataset.id == "final_energy"
                and entry.line.endswith((".dh", ".elec", ".gas", ".oil", ".biomass"))
            ):
                filled["value"] = 7.0
            if entry.id == "dh.temperature":
                filled["value"] = 90.0
            for k, v in filled.items():
                if k in keys:
                    r[keys.index(k)] = v
        if dataset.parts:  # two spare rows per figure: one is enough
            table = [table[0], *table[1::2]]
        reading = own_data.read(own_data.to_csv(table, "de"), MEMBERS, LATEST, defaults=defaults)
        everything |= reading.entries
    assert len(everything) > 3 * 80
    mapping = own_data.overrides(everything, 2021)
    inventory.build(MEMBERS, 2021, overrides=mapping)
    plan = own_data.overrides(everything, 2021, target="partnership")
    table = tomllib.loads(own_data.toml_fragment(plan))
    assert set(_overrides(table["override"], "x", set(MEMBERS))) == set(MEMBERS)
    assert {i for e in plan.values() for i in e} - {i for e in mapping.values() for i in e} == {
        "cars.gasoline",
        "cars.diesel",
        "cars.cng_lpg",
        "cars.hev",
        "cars.phev",
        "cars.bev",
        "cars.other",
    }
    kept = {k.id for k in everything} - {i for e in plan.values() for i in e}
    assert kept == {k.id for k in everything if not usable(k.id, "partnership")}


def test_the_fragment_is_what_the_plan_reads():
    from stadtland.facts import load_members
    from stadtland.roadmap import own_figures

    rows = [
        row(THALLWITZ, "area.organic_soils", "1,5", "km²"),
        row(THALLWITZ, "cars.bev", "12", "Pkw"),
        row(THALLWITZ, "HH.elec", "4", "GWh"),
        row(THALLWITZ, "HH.gas", "1", source='sagt "so" \\ und'),
    ]
    text = own_data.toml_fragment(own_data.overrides(state(rows), 2021, target="partnership"))
    table = tomllib.loads(text)["override"]
    assert table[THALLWITZ]["area.organic_soils"] == {
        "value": 150.0,
        "unit": "ha",
        "year": 2021,
        "source": "Abrechnung",
        "data_quality": "A",
    }
    assert table[THALLWITZ]["HH.gas"]["source"] == 'sagt "so" \\ und'
    members, passed = own_figures.apply(load_members(MEMBERS, 2021), table)
    assert members[1].value("area.organic_soils") == 150.0 and members[1].value("cars.bev") == 12.0
    assert passed[THALLWITZ]["HH.elec"]["value"] == 4000.0
    inventory.build(MEMBERS, 2021, overrides=passed)


def test_meters_count_only_when_complete():
    head = [*HEAD, "Teil", "Vollständig (ja/nein)"]
    one = [*row(LEIPZIG, "KE.elec", "100"), "Schule am Markt", "ja"]
    two = [*row(LEIPZIG, "KE.elec", "0,2", "GWh", quality="C"), "Rathaus", "ja"]
    found = own_data.overrides(state([one, two], head), 2021)[LEIPZIG]["KE.elec"]
    assert (found["value"], found["unit"], found["data_quality"]) == (300.0, "MWh", "C")
    assert values([one, [*two[:-1], "nein"]], head=head) == {}
    assert values([one, [*two[:3], ".", *two[4:]]], head=head) == {}
    assert values([one, [*two[:3], "-", *two[4:]]], head=head) == {(LEIPZIG, "KE.elec"): (100.0, "MWh")}
    assert values([one, [*two[:5], "2020", *two[6:]]], head=head) == {(LEIPZIG, "KE.elec"): (100.0, "MWh")}


def test_cars_in_total_only_from_all_drives():
    parts = ["cars.gasoline", "cars.diesel", "cars.cng_lpg", "cars.hev", "cars.phev", "cars.bev", "cars.other"]
    rows = [row(LEIPZIG, p, str(i), "Pkw") for i, p in enumerate(parts, 1)]
    assert values(rows) == {(LEIPZIG, "cars.tot"): (28.0, "cars")}
    assert values(rows[:-1]) == {}
    assert values([*rows[:-1], row(LEIPZIG, "cars.other", "7", "Pkw", year="2020")]) == {}


def test_sold_district_heat_stands_for_its_lines():
    assert values([row(LEIPZIG, "dh.sold_ghd", "2", "GWh"), row(LEIPZIG, "dh.losses", "9", "GWh")]) == {
        (LEIPZIG, "GHD.dh"): (2000.0, "MWh")
    }


def test_year_of_the_inventory_or_the_nearest_up_to_three_years_away():
    rows = [
        row(LEIPZIG, "HH.elec", "18", year="2018"),
        row(LEIPZIG, "HH.elec", "20", year="2020"),
        row(LEIPZIG, "HH.elec", "22", year="2022"),
    ]
    found = {y: values(rows, y) for y in (2014, 2015, 2018, 2019, 2021, 2025, 2026)}
    at = {y: f[LEIPZIG, "HH.elec"][0] if f else None for y, f in found.items()}
    assert at == {2014: None, 2015: 18.0, 2018: 18.0, 2019: 18.0, 2021: 20.0, 2025: 22.0, 2026: None}


IDS = ["gas", "oil", "wood", "biogas", "ambient", "elec", "coal", "dh", "none"]


def census(counts, year="2022"):
    return [row(LEIPZIG, f"zensus2022.heat_{i}", str(n), "Wohnungen", year=year, quality="C")
            for i, n in zip(IDS, counts, strict=True)]  # fmt: skip


def test_heating_of_the_census_counts_only_whole():
    rows = census([40, 10, 5, 0, 5, 5, 5, 28, 2])
    shares = own_data.heat_shares(state(rows), LEIPZIG)
    assert shares["dh"] == pytest.approx(0.28) and sum(shares.values()) == pytest.approx(1.0)
    own = own_data.overrides(state(rows), 2021)
    assert {k: e["value"] for k, e in own[LEIPZIG].items()} == {
        f"zensus2022.heat_{i}": n for i, n in zip(IDS, [40, 10, 5, 0, 5, 5, 5, 28, 2], strict=True)
    }
    inv, plain = inventory.build(MEMBERS, 2021, overrides=own), inventory.build(MEMBERS, 2021)
    assert inv.energy_mwh[inv.lines.index("HH.dh"), 0] < plain.energy_mwh[inv.lines.index("HH.dh"), 0]
    assert own_data.heat_shares(state(rows[:-1]), LEIPZIG) is None
    assert own_data.overrides(state(rows[:-1]), 2021) == {}
    reasons = {u["id"]: u["reason"] for u in own_data.unused(state(rows[:-1]), 2021)}
    assert set(reasons.values()) == {"unused_set"} and len(reasons) == 8


def test_plants_of_a_network_count_only_when_they_fit():
    plant = [
        row(LEIPZIG, "dh.delivered", "40"), row(LEIPZIG, "dh.losses", "5"), row(LEIPZIG, "dh.fuel_gas", "100"),
        row(LEIPZIG, "dh.electricity", "40"), row(LEIPZIG, "dh.temperature", "100", "°C"),
    ]  # fmt: skip
    assert len(values(plant)) == 5
    stated = row(LEIPZIG, "dh.factor", "0,15", "kg/kWh")
    # without the supply temperature combined heat and power cannot be allocated: the stated factor counts
    assert values([*plant[:-1], stated]) == {(LEIPZIG, "dh.factor"): (150.0, "g/kWh")}
    assert {u["id"] for u in own_data.unused(state([*plant[:-1], stated]), 2021)} == {
        "dh.delivered", "dh.losses", "dh.fuel_gas", "dh.electricity",
    }  # fmt: skip


def test_figures_that_are_not_used_are_named_with_the_reason():
    found = own_data.unused(
        state(
            [
                row(LEIPZIG, "HH.elec", "18", year="2015"),
                row(LEIPZIG, "HH.gas", "20", year="2020"),
                row(LEIPZIG, "HH.gas", "21", year="2021"),
                row(LEIPZIG, "jobs.agriculture", "7", "Personen"),
                row(THALLWITZ, "organic.arable", "7", "ha"),
            ]
        ),
        2021,
    )
    assert {(u["id"], u["year"], u["reason"]) for u in found} == {
        ("HH.elec", 2015, "unused_year"), ("HH.gas", 2020, "unused_year"),
        ("jobs.agriculture", 2021, "unused_kept"), ("organic.arable", 2021, "unused_set"),
    }  # fmt: skip


def test_a_rounded_zero_says_so_in_its_source():
    found = own_data.overrides(state([row(LEIPZIG, "HH.coal", "0"), row(LEIPZIG, "HH.lpg", "-")]), 2021)[LEIPZIG]
    assert "less than half a unit" in found["HH.coal"]["source"] and "half" not in found["HH.lpg"]["source"]
