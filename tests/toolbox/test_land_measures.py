"""Land, farming, water, adaptation and partnership measures: kernels against the published ranges, land use,
buffers, forgone income, additionality, records, own words; resilience and flow content against its data.

Kernels are recomputed here from their formulas and not read from the programme.
"""

from __future__ import annotations

import ast
import csv
import gzip
import math
import operator
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stadtland.base import content, toml
from stadtland.toolbox import reading
from stadtland.toolbox.assess import potentials
from stadtland.toolbox.model import HAZARDS, Measure

REMOVALS = ["A01", "A02", "A03", "A04", "A10", "A11", "A16", "L05", "L07", "L11", "L12", "S06"]
PEAT = ["L01", "L02", "L03", "L04"]
PROCESS = ["A05", "A06", "A07", "A08", "A12", "A13", "A14", "A15", "R01", "E15", "A09", "R02"]
ADAPTATION = [
    "A17",
    "A18",
    "A20",
    "A21",
    "G01",
    "G02",
    "G03",
    "G05",
    "G06",
    "G07",
    "G11",
    "G12",
    "H01",
    "H02",
    "H03",
    "L06",
    "L08",
    "L09",
    "L13",
    "L14",
    "S02",
    "S03",
    "S04",
    "S05",
    "W03",
    "W05",
    "W06",
]
ENABLING = [
    "A19",
    "C01",
    "C02",
    "C03",
    "ED1",
    "ED2",
    "ED3",
    "F01",
    "F02",
    "F03",
    "F04",
    "P01",
    "P02",
    "P03",
    "P04",
    "P06",
    "R03",
    "R04",
    "S01",
]
ALL = REMOVALS + PEAT + PROCESS + ADAPTATION + ENABLING
# Rent is the least that a hectare of cropland is worth; the yearly cost of these three already holds it.
RENT, GROSS_MARGIN = 214.0, 617.0
INCOME_INCLUDED = ["A10", "L12", "S06"]


def raw(measure_id: str) -> dict[str, Any]:
    return toml.read(content.path("measures", f"{measure_id}.toml"))


def measure(measure_id: str) -> Measure:
    return reading.read(content.path("measures", f"{measure_id}.toml"))


def stored(shape: str, cap: float, rate: float, years: float) -> float:
    """t CO2 stored per unit after `years`: the three shapes of the format."""
    if shape == "first_order":
        return cap * (1 - math.exp(-rate * years))
    if shape == "chapman_richards":
        return cap * (1 - math.exp(-rate * years)) ** 2
    return cap * min(1.0, rate * years)


def kernel(measure_id: str) -> tuple[str, float, float]:
    k = measure(measure_id).plan.kernel
    assert k is not None
    return k.shape, k.cap_t_per_unit.central, k.rate.central


def texts(node: Any, lang: str) -> Iterator[str]:
    """All texts of one language below a node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == lang:
                yield from [value] if isinstance(value, str) else value
            elif key not in ("de", "en"):
                yield from texts(value, lang)
    elif isinstance(node, list):
        for one in node:
            yield from texts(one, lang)


@pytest.mark.parametrize("measure_id", ALL)
def test_file_is_valid_and_its_sources_are_known(measure_id: str) -> None:
    known = reading.sources()
    m = measure(measure_id)
    named = set(m.sources) | set(m.effect.sources) | set(m.cost.sources) | {r.source for r in m.record}
    assert m.id == measure_id
    assert named and not named - set(known)
    assert m.funding.status_date == "2026-11-22"


@pytest.mark.parametrize(
    ("ids", "name"),
    [(REMOVALS + PEAT, "land"), (PROCESS, "process"), (ADAPTATION, "adaptation"), (ENABLING, "enabling")],
)
def test_planning_class(ids: list[str], name: str) -> None:
    assert {measure(i).planning_class for i in ids} == {name}


def test_hedge_kernel_by_hand() -> None:
    # 104 t C/ha × 44/12 = 381.3 t CO2/ha; 381·(1 − e^(−0.055·20)) = 381·(1 − 0.332871) = 254.2 t
    shape, cap, rate = kernel("A01")
    assert cap == pytest.approx(104 * 44 / 12, rel=2e-3)
    after20 = stored(shape, cap, rate, 20)
    assert after20 == pytest.approx(254.2, abs=0.1)
    # The source prints 2.1–5.2 t C/(ha a).
    assert 2.1 * 44 / 12 <= after20 / 20 <= 5.2 * 44 / 12
    assert stored(shape, cap, rate, 50) / cap == pytest.approx(1 - math.exp(-2.75), rel=1e-9)


def test_forest_grows_slowly_first_and_peaks_between_year_15_and_50() -> None:
    shape, cap, rate = kernel("L05")
    yearly = [stored(shape, cap, rate, t + 1) - stored(shape, cap, rate, t) for t in range(80)]
    peak = max(range(80), key=yearly.__getitem__)
    assert 15 <= peak + 1 <= 50
    assert peak == pytest.approx(math.log(2) / 0.04, abs=1)  # d²/dt² (1−e^(−bt))² = 0 at ln 2 / b
    assert sum(yearly[:5]) / 5 < 0.5 * max(yearly)
    assert stored(shape, cap, rate, 50) / 50 == pytest.approx(6.0, rel=0.15)  # rule of thumb 6 t/(ha a)


@pytest.mark.parametrize("measure_id", REMOVALS)
def test_first_twenty_years_lie_in_the_published_range(measure_id: str) -> None:
    effect = measure(measure_id).effect
    mean = stored(*kernel(measure_id), 20) / 20
    assert effect.low <= mean <= effect.high
    assert mean == pytest.approx(effect.central, rel=0.10)


@pytest.mark.parametrize("measure_id", REMOVALS)
def test_removal_is_bounded_and_held_back(measure_id: str) -> None:
    shape, cap, rate = kernel(measure_id)
    yearly = [stored(shape, cap, rate, t + 1) - stored(shape, cap, rate, t) for t in range(300)]
    assert sum(yearly) <= cap * (1 + 1e-9)
    assert max(yearly[200:]) < 0.05 * max(yearly), "a removal must fade out"
    k = measure(measure_id).plan.kernel
    assert k is not None and 0.10 <= k.buffer.central <= 0.20
    if shape == "chapman_richards":
        assert k.power is not None and k.power.central == 2


@pytest.mark.parametrize("measure_id", PEAT)
def test_rewetting_is_avoided_emission_without_kernel(measure_id: str) -> None:
    m = measure(measure_id)
    assert m.plan.kernel is None and m.type == "mitigation"
    assert m.plan.t_per_unit is not None and m.plan.t_per_unit.central == m.effect.central
    assert sum(v.central for v in m.plan.land.values()) == 1


def test_peat_difference_by_hand() -> None:
    # Table 2: deep 28.22 − shallow 16.42 = 11.80; cropland 36.45 − rewetted 7.5 = 28.95
    assert measure("L04").effect.central == pytest.approx(28.22 - 16.42)
    assert measure("L02").effect.central == pytest.approx(36.45 - 7.5)


@pytest.mark.parametrize(
    ("measure_id", "reason"),
    [
        ("L01", "potential.no_peat"),
        ("L02", "potential.no_peat"),
        ("L11", "potential.no_stream_map"),
        ("L12", "potential.no_stream_map"),
        ("A06", "potential.no_figure"),
        ("L13", "potential.no_figure"),
    ],
)
def test_unknown_base_gives_zero_with_a_reason(measure_id: str, reason: str) -> None:
    found = potentials(measure(measure_id), {"area.veg_agri": [4172.0], "population": [3548.0]}, {}, ["village"])
    assert found.central[0] == 0
    assert found.reasons == [reason]


def test_hedge_potential_by_hand() -> None:
    # 1000 ha of cropland × 1.5 % = 15 ha
    found = potentials(measure("A01"), {"area.veg_agri": [1300.0], "area.arable": [1000.0]}, {}, ["village"])
    assert found.central[0] == pytest.approx(15.0)


@pytest.mark.parametrize("measure_id", REMOVALS)
def test_land_that_is_taken_is_named(measure_id: str) -> None:
    land = {k: v.central for k, v in measure(measure_id).plan.land.items()}
    expected = {
        "A01": 1.0,
        "A02": 0.1,
        "A03": 1.0,
        "A10": 1.0,
        "A11": 0.7,
        "L05": 1.0,
        "L11": 2.0,
        "L12": 2.0,
        "S06": 1.0,
    }
    if measure_id in expected:
        assert land == {"arable": expected[measure_id]}
    elif measure_id == "L07":
        assert land == {"forest": 1.0}
    else:
        assert sum(land.values()) == 0, "cover crops and biochar take no land"


@pytest.mark.parametrize("measure_id", [i for i in REMOVALS if i not in ("A04", "A16", "L07")])
def test_forgone_income_is_paid(measure_id: str) -> None:
    m = measure(measure_id)
    hectares = m.plan.land["arable"].central
    assert m.plan.opex_eur is not None
    if measure_id in INCOME_INCLUDED:
        assert m.plan.opex_eur.central == m.cost.annual.central
        assert m.cost.annual.central / hectares >= RENT
    else:
        added = m.plan.opex_eur.central - m.cost.annual.central
        assert added / hectares == pytest.approx((RENT + GROSS_MARGIN) / 2)


@pytest.mark.parametrize("measure_id", REMOVALS)
def test_land_practice_has_no_end_unless_yearly(measure_id: str) -> None:
    life = measure(measure_id).parameter("lifetime_years")
    assert (life is not None and life.central == 1) if measure_id == "A04" else life is None


@pytest.mark.parametrize("measure_id", PROCESS)
def test_process_measure_lowers_one_line(measure_id: str) -> None:
    plan = measure(measure_id).plan
    assert len(plan.lines) == 1 and plan.lines[0].split(".")[0] in ("AGR", "WASTE")
    assert plan.t_per_unit is not None and plan.t_per_unit.low >= 0


def test_process_amounts_by_hand() -> None:
    assert measure("A12").effect.central == pytest.approx(3.96 * 0.28)
    # Nitrous oxide only: 1.08 t in total less 0.94 t of soil carbon.
    assert measure("A05").effect.central == pytest.approx(1.08 - 0.94)
    assert measure("A06").effect.central == measure("A05").effect.central
    # 3.96 + 12.656 kg CH4 × 28 + 0.562 kg N2O × 265
    assert measure("A13").effect.central == pytest.approx(3.96 + 12.656 * 28e-3 + 0.562 * 265e-3, abs=5e-3)
    assert measure("A14").effect.central == pytest.approx(23.318 * 28 / 20 * 0.92, abs=0.05)


@pytest.mark.parametrize("measure_id", ["A05", "A06", "A07", "A08"])
def test_soil_measure_never_exceeds_the_nitrous_oxide_of_a_hectare(measure_id: str) -> None:
    # Germany 2021, kg N2O per ha of farmland by source (Thünen tables), × 265
    whole = (0.748 + 0.573 + 0.007 + 0.183 + 0.208 + 0.334 + 0.003 + 0.702 + 0.242) * 0.265
    assert measure(measure_id).effect.high < whole


@pytest.mark.parametrize("measure_id", ADAPTATION + ENABLING)
def test_no_tonnes_where_none_are_claimed(measure_id: str) -> None:
    m = measure(measure_id)
    if measure_id == "L09":  # shown once per hectare on the card, half of 61 t C/ha; never in the plan
        assert m.effect.mode == "oneoff" and m.effect.central == pytest.approx(61 / 2 * 44 / 12, rel=1e-3)
    else:
        assert (m.effect.low, m.effect.central, m.effect.high) == (0, 0, 0)
    assert m.plan.kernel is None and m.plan.t_per_unit is None


@pytest.mark.parametrize(
    ("measure_id", "word"),
    [
        ("A04", "roten Gebieten"),
        ("L12", "vorgeschriebene Teil"),
        ("A01", "Ausgleichspflicht"),
        ("L11", "Randstreifen"),
        ("A19", "Doppelverkauf"),
        ("A07", "roten Gebiet"),
        ("A15", "ohnehin"),
        ("R01", "Gesetz"),
        ("A10", "Ausgleichsflächen"),
    ],
)
def test_what_the_law_demands_is_said_not_to_be_additional(measure_id: str, word: str) -> None:
    assert word in measure(measure_id).risks.de


_OPS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(formula: str, value: float) -> float:
    """Arithmetic on `value` and numbers only."""

    def walk(node: ast.AST) -> float:
        if isinstance(node, ast.Expression):
            return walk(node.body)
        if isinstance(node, ast.BinOp):
            return float(_OPS[type(node.op)](walk(node.left), walk(node.right)))
        if isinstance(node, ast.Name):
            assert node.id == "value"
            return value
        assert isinstance(node, ast.Constant)
        return float(node.value)

    return walk(ast.parse(formula, mode="eval"))


@pytest.mark.parametrize("measure_id", [i for i in ALL if "record" in raw(i)])
def test_recorded_figures_follow_from_the_printed_value(measure_id: str) -> None:
    for record in raw(measure_id)["record"]:
        node: Any = raw(measure_id)
        for key in record["figure"].split("."):
            node = node[key]
        assert evaluate(record["formula"], record["value"]) == pytest.approx(node, rel=2e-3), record["figure"]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_texts_share_no_long_runs_of_words(lang: str) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for measure_id in ALL:
        for text in texts(raw(measure_id), lang):
            words = re.findall(r"\w+", text.lower())
            for i in range(len(words) - 7):
                seen[" ".join(words[i : i + 8])].add(measure_id)
    assert not {run: ids for run, ids in seen.items() if len(ids) > 1}


@pytest.mark.parametrize("measure_id", ALL)
def test_summary_has_the_length_of_a_paragraph(measure_id: str) -> None:
    m = measure(measure_id)
    assert 48 <= len(m.summary.de.split()) <= 92
    assert 48 <= len(m.summary.en.split()) <= 92


# --- resilience ---------------------------------------------------------------------------------


def test_hazards_are_complete_and_their_need_is_not_guessed() -> None:
    found = toml.read(content.path("resilience", "hazards.toml"))
    assert set(found) == set(HAZARDS)
    for entry in found.values():
        assert entry["need"] == "unknown"
        assert set(entry["sources"]) <= set(reading.sources())
        for key in ("title", "city", "countryside", "indicator", "data_owner", "data_request"):
            assert entry[key]["de"] and entry[key]["en"]
        assert len(entry["impacts"]["de"]) == len(entry["impacts"]["en"]) >= 3


def effects() -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = toml.read(content.path("resilience", "effects.toml"))["effect"]
    return listed


def test_effects_fit_the_measures() -> None:
    assert {e["hazard"] for e in effects()} >= {
        "heat",
        "erosion",
        "heavy_rain",
        "flood",
        "storm",
        "low_flow",
        "drought",
        "wildfire",
    }
    for e in effects():
        m = measure(e["measure"])
        assert e["hazard"] in m.hazards and e["per"] == m.unit
        assert 0 <= e["low"] <= e["central"] <= e["high"]
        assert e["combine"] in ("share", "sum", "local")
        assert e["combine"] != "share" or (e["unit"].startswith("%") and e["high"] <= 100)
        assert e["evidence"] == "C" or e.get("sources") or e.get("definition")
        if e["indicator"] != "storage" and not e.get("definition") and m.adaptation is not None:
            a = m.adaptation
            assert (e["low"], e["central"], e["high"]) == (abs(a.low), abs(a.central), abs(a.high))


def test_one_indicator_is_listed_once_per_measure() -> None:
    keys = [(e["measure"], e["hazard"], e["indicator"]) for e in effects()]
    assert len(keys) == len(set(keys))


@pytest.mark.datapack
@pytest.mark.parametrize(("name", "file"), [("temperature", "tm"), ("precipitation", "rr")])
def test_state_means_recomputed_from_the_weather_service(datapack: Path, name: str, file: str) -> None:
    series = toml.read(content.path("resilience", "state_series.toml"))[name]
    lines = (datapack / "dwd" / f"regional_averages_{file}_year.txt").read_text(encoding="latin-1").splitlines()
    column = [c.strip() for c in lines[1].split(";")].index("Sachsen")
    values = {int(row.split(";")[0]): float(row.split(";")[column]) for row in lines[2:] if row.strip()}
    assert (min(values), max(values)) == (series["first_year"], series["last_year"])
    means = []
    for period in ("reference", "recent"):
        p = series[period]
        years = [values[y] for y in range(p["from"], p["to"] + 1)]
        means.append(sum(years) / len(years))
        assert p["mean"] == pytest.approx(means[-1], abs=1e-6)
    assert series["change"] == pytest.approx(means[1] - means[0], abs=2e-6)
    extreme = sorted(values.items(), key=lambda item: item[1], reverse=name == "temperature")[:3]
    listed = series["warmest"] if name == "temperature" else series["driest"]
    assert [(e["year"], e["value"]) for e in listed] == extreme
    assert series["resolved"] == "state" and series["territory"] == "Sachsen"


# --- flows between city and countryside ---------------------------------------------------------


def flows() -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in toml.read(content.path("guide", "flows.toml"))["flow"]}


def test_a_flow_has_a_figure_or_says_that_it_is_unknown() -> None:
    found = flows()
    assert {
        "drinking_water",
        "food",
        "electricity",
        "wood",
        "waste",
        "commuters_in",
        "compensation_land",
        "money",
    } <= set(found)
    for flow in found.values():
        assert flow["known"] == ("value" in flow) == ("year" in flow)
        assert flow["data_request"]["de"] and flow["data_request"]["en"] and flow["text"]["de"] and flow["text"]["en"]
        assert set(flow["source_ids"]) <= set(reading.sources())
        assert not flow["known"] or (flow["source"]["de"] and flow["unit"]["en"] and flow["evidence"] in "AB")


@pytest.mark.datapack
def test_commuters_recomputed_from_the_employment_agency(datapack: Path) -> None:
    path = datapack / "pendler_ba" / "einpendler_kreise_2023-06.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    total = {(r["home_kreis"], r["work_kreis"]): float(r["total"]) for r in rows}
    found = flows()
    assert found["commuters_in"]["value"] == total["14729", "14713"]
    assert found["commuters_out"]["value"] == total["14713", "14729"]
