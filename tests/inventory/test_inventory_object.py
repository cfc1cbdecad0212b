"""The inventory of the five bundled members: accounts, ranges, views, own figures, other years, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from stadtland import inventory
from stadtland.base import canonical, content, toml
from stadtland.base.errors import InputError
from stadtland.inventory import bundle, factors
from stadtland.inventory.inventory import Inventory
from stadtland.inventory.lines import ENERGY_LINES, LINES, SECTORS, index, rows
from stadtland.inventory.sources import UNITS
from stadtland.inventory.uncertainty import GROUPS

FIVE = ("14713000", "14729380", "14729030", "14729245", "14729410")
LEIPZIG, WURZEN = FIVE[0], FIVE[4]


@pytest.fixture(scope="module")
def five() -> Inventory:
    return inventory.build(FIVE, 2021)


def test_shapes_and_missing(five: Inventory) -> None:
    assert five.lines == LINES and five.energy_mwh.shape == five.t_co2e.shape == (len(LINES), 5)
    assert np.isfinite(five.t_co2e).all() and (five.energy_mwh[: len(ENERGY_LINES)] >= 0).all()
    assert np.isnan(five.energy_mwh[len(ENERGY_LINES) :]).all()


def test_accounts_identities(five: Inventory) -> None:
    found = inventory.accounts(five)
    for j, ags in enumerate(FIVE):
        a = found[ags]
        assert a["gross_t"] == pytest.approx(a["bisko_t"] + a["agriculture_t"] + a["waste_t"] + a["ippu_t"], rel=1e-12)
        assert a["lulucf_t"] == pytest.approx(a["lulucf_emissions_t"] + a["lulucf_removals_t"], rel=1e-12)
        assert a["lulucf_emissions_t"] >= 0 >= a["lulucf_removals_t"]
        assert a["net_t"] == pytest.approx(a["gross_t"] + a["lulucf_t"], rel=1e-12)
        assert a["gross_t"] == pytest.approx(sum(five.t_co2e[i, j] for i in rows(*SECTORS[:-1])), rel=1e-9)
        assert sum(v or 0.0 for v in inventory.sectors(five)[ags].values()) == pytest.approx(a["net_t"], rel=1e-9)


def test_joint_is_the_plain_sum(five: Inventory) -> None:
    found = inventory.accounts(five)
    for key, value in found["joint"].items():
        if key != "eliminations_t":
            assert value == pytest.approx(sum(found[a][key] for a in FIVE), rel=1e-9, abs=1e-9), key
    assert found["joint"]["eliminations_t"] == 0.0


def test_a_member_does_not_depend_on_its_partners(five: Inventory) -> None:
    alone = inventory.build([WURZEN], 2021)
    np.testing.assert_array_equal(alone.t_co2e[:, 0], five.t_co2e[:, 4])


def test_order_of_members_does_not_matter(five: Inventory) -> None:
    turned = inventory.build(FIVE[::-1], 2021)
    np.testing.assert_array_equal(turned.t_co2e[:, ::-1], five.t_co2e)


def test_near_the_tried_method(five: Inventory) -> None:
    """BISKO totals 2021 of the tried estimation (variant b2): the code lands within 4 %, the joint within 2
    %.
    """
    tried = {
        LEIPZIG: 3275138,
        WURZEN: 159640,
        "14729380": 29956,
        "14729030": 35829,
        "14729245": 54157,
        "joint": 3554719,
    }
    found = inventory.accounts(five)
    for ags, value in tried.items():
        assert found[ags]["bisko_t"] == pytest.approx(value, rel=0.02 if ags == "joint" else 0.04), ags


def test_process_emissions_only_where_known(five: Inventory) -> None:
    entry = inventory.to_dict(five, detail=True)["members"]
    assert entry[WURZEN]["ippu_t"] > 0
    for ags in FIVE[:4]:
        assert entry[ags]["ippu_t"] is None and entry[ags]["sectors"]["IPPU"] is None
        assert entry[ags]["lines"]["IPPU.process"]["t_co2e"] is None
    # the plant of Wurzen: process and direct emissions of its gas stay below what it reported (47.9 kt)
    gas = five.energy_mwh[index()["IND.gas"], 4] * 0.201
    assert 0.7 * 47919 < entry[WURZEN]["ippu_t"] + gas < 1.05 * 47919


def test_ranges_contain_the_value_and_widen_for_villages(five: Inventory) -> None:
    found, accounts = inventory.ranges(five), inventory.accounts(five)
    for ags, entry in found.items():
        for account, (low, high) in entry.items():
            assert low <= accounts[ags][account] <= high, (ags, account)
    width = {a: (found[a]["bisko_t"][1] - found[a]["bisko_t"][0]) / accounts[a]["bisko_t"] for a in FIVE}
    assert width[LEIPZIG] < min(width[a] for a in FIVE[1:])
    assert ((five.low <= five.t_co2e) | np.isnan(five.high)).all()


def test_range_of_a_total_by_hand(five: Inventory) -> None:
    """Thallwitz: HH σ .15, GHD .38, IND .80, VK .35 (2,000–10,000 heads); quadrature of x·(e^{1.2816σ}−1)."""
    s = inventory.sectors(five)["14729380"]
    parts = [(s["HH"], 0.15), (s["GHD"] + s["KE"], 0.38), (s["IND"], 0.80), (s["VK"], 0.35)]  # type: ignore[operator]
    up = np.sqrt(sum((x * (np.exp(1.2815515655446004 * g) - 1)) ** 2 for x, g in parts))  # type: ignore[operator]
    assert inventory.ranges(five)["14729380"]["bisko_t"][1] == pytest.approx(sum(x for x, _ in parts) + up)  # type: ignore[misc]


def test_forest_is_a_range_of_two_inventories(five: Inventory) -> None:
    forest = index()["LULUCF.forest"]
    assert (five.forest_old < 0).all() and (five.forest_revised > 0).all()
    np.testing.assert_allclose(five.t_co2e[forest], (five.forest_old + five.forest_revised) / 2)
    np.testing.assert_allclose(five.low[forest], five.forest_old)
    np.testing.assert_allclose(five.high[forest], five.forest_revised)
    assert (five.data_quality[forest] == 0).all() and "superseded" in five.inventory_version


def test_views(five: Inventory) -> None:
    found, accounts = inventory.views(five), inventory.accounts(five)
    assert found[LEIPZIG]["without_motorway_t"] is None and found[LEIPZIG]["without_motorway_reason"]
    assert found["14729380"]["without_ets_t"] == pytest.approx(accounts["14729380"]["gross_t"])  # no plant in the list
    assert accounts[WURZEN]["gross_t"] - found[WURZEN]["without_ets_t"] > 40000
    assert found["joint"]["ets_t"] == pytest.approx(sum(found[a]["ets_t"] for a in FIVE))


def test_data_quality_by_hand(five: Inventory) -> None:
    n = len(ENERGY_LINES)
    weighted = (five.energy_mwh[:n, 0] * five.data_quality[:n, 0]).sum() / five.energy_mwh[:n, 0].sum()
    assert inventory.quality(five)[LEIPZIG]["data_quality"] == pytest.approx(weighted)
    assert five.data_quality.max() <= 0.25  # an estimate is never better than C


def test_not_for_decision(five: Inventory) -> None:
    ready = inventory.decision_ready(five)
    assert not ready[WURZEN]["agriculture_t"] and not ready["joint"]["lulucf_t"]
    assert ready[LEIPZIG]["bisko_t"]
    shares = inventory.share_d(five)
    for ags in (*FIVE, "joint"):
        assert all(ready[ags][k] == (s <= 0.5) for k, s in shares[ags].items())


def test_livestock_is_named_a_computed_share(five: Inventory) -> None:
    for line in ("AGR.enteric_dairy", "AGR.manure_ch4"):
        assert set(five.source[index()[line]]) == {"computed share of Saxony"}


def test_own_line_replaces_one_cell(five: Inventory) -> None:
    own = {WURZEN: {"HH.gas": {"value": 55.0, "unit": "GWh", "year": 2021, "source": "network operator"}}}
    inv = inventory.build(FIVE, 2021, overrides=own)
    i = index()["HH.gas"]
    changed = inv.t_co2e != five.t_co2e
    assert changed.sum() == 1 and changed[i, 4]
    assert inv.energy_mwh[i, 4] == 55000 and inv.t_co2e[i, 4] == pytest.approx(55000 * 0.247)
    assert inv.default_t[i, 4] == five.t_co2e[i, 4] and inv.owner[i, 4] == "own" and inv.data_quality[i, 4] == 1.0
    line = inventory.to_dict(inv, detail=True)["members"][WURZEN]["lines"]["HH.gas"]
    assert line["source"] == "network operator" and line["default_t"] == pytest.approx(five.t_co2e[i, 4])
    width = [b - a for a, b in (inventory.ranges(x)[WURZEN]["bisko_t"] for x in (inv, five))]
    assert width[0] < width[1]


def test_confirmed_zero() -> None:
    own = {WURZEN: {"HH.coal": {"value": 0, "unit": "MWh", "year": 2021, "source": "chimney sweeps"}}}
    inv = inventory.build([WURZEN], 2021, overrides=own)
    i = index()["HH.coal"]
    assert inv.owner[i, 0] == "confirmed_zero" and inv.state[i, 0] == "true_zero" and inv.t_co2e[i, 0] == 0


@pytest.mark.parametrize(
    ("figure", "unit", "sectors"),
    [
        ("cars.tot", "cars", {"VK"}),
        ("area.land_traffic", "ha", {"VK", "LULUCF"}),
        ("area.veg_forrest", "ha", {"LULUCF"}),
        ("stock.residential_buildings_area_total", "1000 m2", {"HH", "GHD", "KE"}),
        ("area.veg_agri", "ha", {"GHD", "AGR", "LULUCF"}),
        ("livestock.cows", "heads", {"AGR"}),
        ("ets.miner_glas", "t CO2e/a", {"IND", "IPPU"}),
        ("zensus2022.vacancy_rate", "%", {"HH"}),
        ("jobs", "persons", {"GHD", "KE", "VK"}),
    ],
)
def test_an_own_driver_moves_only_its_blocks(five: Inventory, figure: str, unit: str, sectors: set[str]) -> None:
    own = {
        WURZEN: {
            figure: {
                "value": 1234.0 if unit != "%" else 20.0,
                "unit": unit,
                "year": 2021,
                "source": "own count",
            }
        }
    }
    inv = inventory.build(FIVE, 2021, overrides=own)
    moved = {
        line.split(".")[0] for i, line in enumerate(LINES) if not np.allclose(inv.t_co2e[i], five.t_co2e[i], rtol=1e-12)
    }
    assert moved and moved <= sectors, moved
    np.testing.assert_array_equal(inv.t_co2e[:, :4], five.t_co2e[:, :4])  # neighbours do not move


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"14729999": {}}, "override-member"),
        ({WURZEN: {"HH.gaz": {"value": 1, "unit": "MWh", "source": "x"}}}, "override-id"),
        ({WURZEN: {"HH.gas": {"value": 1, "unit": "litres", "source": "x"}}}, "override-unit"),
        ({WURZEN: {"HH.gas": {"value": -1, "unit": "MWh", "source": "x"}}}, "override-negative"),
        ({WURZEN: {"HH.gas": {"value": float("nan"), "unit": "MWh", "source": "x"}}}, "override-value"),
        ({WURZEN: {"HH.gas": {"value": 1, "unit": "MWh"}}}, "override-source"),
        ({WURZEN: {"HH.gas": {"vlaue": 1, "unit": "MWh", "source": "x"}}}, "override-key"),
        ({WURZEN: {"HH.gas": 12}}, "override-value"),
        ({WURZEN: {"population": {"value": 0, "unit": "persons", "source": "x"}}}, "override-range"),
        ({WURZEN: {"zensus2022.vacancy_rate": {"value": 150, "unit": "%", "source": "x"}}}, "override-range"),
        (
            {WURZEN: {"HH.gas": {"value": 1, "unit": "MWh", "source": "x", "data_quality": "E"}}},
            "override-quality",
        ),
    ],
)
def test_bad_own_figures(own: dict, code: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(InputError) as error:
        inventory.build(FIVE, 2021, overrides=own)
    assert error.value.code == code and error.value.where


@pytest.mark.parametrize(
    ("ags", "year", "code"),
    [
        ([], 2021, "members-none"),
        ([WURZEN, WURZEN], 2021, "member-twice"),
        (["14729999"], 2021, "ags-unknown"),
        ([WURZEN], 2009, "inventory-year"),
        ([WURZEN], 2025, "inventory-year"),
    ],
)
def test_bad_members_and_years(ags: list[str], year: int, code: str) -> None:
    with pytest.raises(InputError) as error:
        inventory.build(ags, year)
    assert error.value.code == code and error.value.cure


def test_a_known_code_without_bundled_data_asks_for_the_folder() -> None:
    with pytest.raises(InputError) as error:
        inventory.build(["05711000"], 2021)
    assert error.value.code == "inventory-unknown" and "--data" in error.value.cure


def test_years_between_are_interpolated() -> None:
    a, b, between = (inventory.build(FIVE, y) for y in (2018, 2021, 2019))
    n = len(ENERGY_LINES)
    np.testing.assert_allclose(between.energy_mwh[:n], (2 * a.energy_mwh[:n] + b.energy_mwh[:n]) / 3, rtol=1e-12)
    i = index()["HH.elec"]
    np.testing.assert_allclose(between.t_co2e[i], between.energy_mwh[i] * 0.478)
    assert "other_year" in between.flags and between.base_years == (2018, 2021)
    for ags in FIVE:
        q, base = inventory.quality(between)[ags]["data_quality"], inventory.quality(a)[ags]["data_quality"]
        assert q is not None and base is not None and q < base
    agr = index()["AGR.enteric_dairy"]
    np.testing.assert_array_equal(between.t_co2e[agr], a.t_co2e[agr])  # nearest base year, versions are never mixed


def test_early_year_and_pandemic_year() -> None:
    early, base = inventory.build(FIVE, 2012), inventory.build(FIVE, 2018)
    i, gas = index()["GHD.elec"], index()["GHD.gas"]
    np.testing.assert_allclose(early.t_co2e[i], base.energy_mwh[i] * 0.645)
    np.testing.assert_allclose(early.t_co2e[gas], base.t_co2e[gas])
    assert early.data_quality.max() == 0
    pandemic = inventory.build(FIVE, 2020)
    assert "transport_2020" in pandemic.flags
    vk = GROUPS.index("VK")
    assert (pandemic.sigma[vk] > inventory.build(FIVE, 2019).sigma[vk]).all()


def test_document_form(five: Inventory) -> None:
    found = inventory.to_dict(five, detail=True)
    text = canonical.dumps(found)
    assert canonical.dumps(inventory.to_dict(inventory.build(FIVE, 2021), detail=True)) == text
    assert set(found) >= {"year", "inventory_version", "method_version", "members", "joint"}
    keys = {
        "bisko_t",
        "agriculture_t",
        "waste_t",
        "ippu_t",
        "gross_t",
        "lulucf_emissions_t",
        "lulucf_removals_t",
        "lulucf_t",
        "net_t",
        "electricity_credit_t",
        "partnership_t",
        "population",
        "data_quality",
        "data_quality_ext",
        "published",
        "ranges",
        "views",
        "sectors",
        "not_for_decision",
    }
    for entry in (*found["members"].values(), found["joint"]):
        assert keys <= set(entry)
    assert "eliminations_t" in found["joint"]
    assert set(found["members"][WURZEN]["lines"]) == set(LINES)
    assert {"low", "high", "data_quality", "owner", "vintage", "source"} <= set(
        found["members"][WURZEN]["lines"]["HH.gas"]
    )
    assert "lines" not in inventory.to_dict(five)["members"][WURZEN]
    assert found["joint"]["population"] == sum(m["population"] for m in found["members"].values()) == 632716


def test_published_stands_beside(five: Inventory) -> None:
    entry = inventory.to_dict(five)["members"][LEIPZIG]
    same = [p for p in entry["published"] if p["year"] == 2021]
    assert same and same[0]["value"] == 5.02
    assert same[0]["difference"] == pytest.approx(entry["bisko_t"] / entry["population"] / 5.02 - 1)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("detail", [False, True])
def test_table(five: Inventory, lang: str, detail: bool) -> None:
    found = inventory.table(five, lang, detail)
    assert all(r["label"] and set(r) == {"id", "label", *FIVE, "joint"} for r in found)
    by_id = {r["id"]: r for r in found}
    assert by_id["bisko_t"]["joint"] == pytest.approx(inventory.accounts(five)["joint"]["bisko_t"])
    assert by_id["ippu_t"][LEIPZIG] is None
    if detail:
        assert set(LINES) <= set(by_id)
    assert len(inventory.flags(five, lang)) == len(five.flags)


def test_bundled_drivers_are_the_figures_of_the_members() -> None:
    """One truth: what facts shows for a member is what the estimate uses."""
    from stadtland import facts

    for year in (2018, 2021):
        drivers = bundle.drivers(year)
        compared = 0
        for j, member in enumerate(facts.load_members(drivers.ags, year)):
            for key, values in drivers.values.items():
                value = member.maybe(key)
                if value is not None and not np.isnan(values[j]) and key in UNITS:
                    compared += 1
                    assert values[j] == pytest.approx(value, rel=1e-9), (member.ags, key, year)
        assert compared > 5 * 30


def test_factors_are_those_of_facts() -> None:
    for name in factors.NAMES:
        for year in range(factors.FIRST_YEAR, factors.LAST_YEAR + 1):
            figure = factors.factor(name, year)
            assert figure.value is not None and 10 < figure.value < 700 and figure.evidence in ("A", "B"), (name, year)
    assert factors.value("petrol", 2020) == 322 and factors.value("petrol", 2022) == 337


def test_content_is_complete_and_honest() -> None:
    method = toml.read(content.path("inventory", "method.toml"))
    for name, table in method.items():
        if name != "version":
            assert table["evidence"] in "ABC" and table["source"], name
    for year in (2018, 2021):
        drivers = bundle.drivers(year)
        assert set(drivers.ags) == set(FIVE)
        assert bundle.bundled_calibration(year).version == method["version"]
