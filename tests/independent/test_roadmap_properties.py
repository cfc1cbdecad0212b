"""Properties of the least cost on random instances: freedom, targets, homogeneity, units, names, groups, duality."""

from __future__ import annotations

import copy
import random
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roadmap_random import draw
from roadmap_second import cost as second_cost

from stadtland.roadmap.answer import answer
from stadtland.roadmap.build import build
from stadtland.roadmap.coalitions import coalitions
from stadtland.roadmap.lexical import solve_saved
from stadtland.roadmap.loading import load
from stadtland.roadmap.owen import owen
from stadtland.roadmap.solve import dual_value, kkt, resolve, solve

SEEDS = st.integers(0, 2**31)
QUICK = settings(max_examples=40, deadline=None)


def least(doc: dict[str, Any], members: tuple[str, ...] | None = None) -> float:
    solution = solve(build(load(doc), members))
    assert solution.status == "ok", solution.message
    return solution.cost


def scaled(value: Any, factor: float) -> Any:
    """Every number below `value` times `factor`."""
    if isinstance(value, dict):
        return {k: scaled(v, factor) for k, v in value.items()}
    if isinstance(value, list):
        return [scaled(v, factor) for v in value]
    return value * factor if isinstance(value, int | float) and not isinstance(value, bool) else value


def near(a: float, b: float) -> bool:
    return a == pytest.approx(b, rel=1e-6, abs=1e-6)


def not_above(a: float, b: float) -> bool:
    return a <= b + 1e-6 * max(1.0, abs(b))


@QUICK
@given(SEEDS, SEEDS)
def test_more_freedom_never_costs_more(seed: int, choice: int) -> None:
    doc = draw(seed, locks=False)
    rng = random.Random(choice)
    freer = copy.deepcopy(doc)
    for m in freer["measures"]:
        what = rng.choice(["potential", "ramp", "nothing", "share"])
        if what == "potential" and m["class"] != "process":
            m["potential"] *= 1.5
        elif what == "ramp":
            m.pop("ramp", None)
        elif what == "share" and "share_of_rest" in m:
            m["share_of_rest"] = min(1.0, m["share_of_rest"] + 0.2)
    freer["land"] = scaled(doc["land"], 1.3)
    freer.pop("conversion_cap", None)
    assert not_above(least(freer), least(doc))


@QUICK
@given(SEEDS)
def test_another_measure_never_costs_more(seed: int) -> None:
    doc = draw(seed, locks=False)
    if not doc["measures"] or "conversion_cap" in doc:
        return
    fewer = doc | {"measures": doc["measures"][:-1]}
    # a line without measures may stay; nothing else refers to a measure
    assert not_above(least(doc), least(fewer))


@QUICK
@given(SEEDS)
def test_a_tighter_target_never_costs_less(seed: int) -> None:
    doc = draw(seed, locks=False)
    if "caps" not in doc:
        return
    tighter = copy.deepcopy(doc)
    for table in tighter["caps"].values():
        for m, cap in table.items():
            table[m] = [None if v is None else v - 1 for v in cap] if isinstance(cap, list) else cap - 1
    assert not_above(least(doc), least(tighter))


def sized(doc: dict[str, Any], factor: float, who: str | None = None) -> None:
    """Pools, municipal money, needs and regional demands of a member (of all) times a factor."""
    tables = [*doc.get("labour", {}).values(), doc.get("municipal_budget", {}).get("limit", {})]
    tables += [d["demand"] for d in doc.get("regional_demands", [])]
    for table in tables:
        for m in table:
            if who in (None, m):
                table[m] = scaled(table[m], factor)
    for d in doc.get("adaptation", []):
        if d["need"] is not None and who in (None, d["member"]):
            d["need"] = 1 - (1 - d["need"]) ** factor if d["kind"] == "share" else d["need"] * factor


def owned(doc: dict[str, Any]) -> dict[str, Any]:
    """Without pools that belong to nobody."""
    for pools in doc.get("labour", {}).values():
        pools.pop("*", None)
    return doc


@QUICK
@given(SEEDS, st.sampled_from([0.01, 0.5, 3.0, 30.0]))
def test_cost_grows_with_the_size_of_everything(seed: int, factor: float) -> None:
    """Homogeneous of degree one in all right sides."""
    doc = draw(seed, locks=False)
    big = copy.deepcopy(doc)
    for key in ("rest_kt", "rest_bisko_kt", "lulucf_kt", "land", "lines_kt", "caps"):
        if key in big:
            big[key] = scaled(big[key], factor)
    for s in big["services"]:
        s["demand"] = scaled(s["demand"], factor)
        if "stock" in s.get("legacy", {}):
            s["legacy"]["stock"] *= factor
    for m in big["measures"]:
        m["potential"] *= factor
        if isinstance(m.get("ramp"), dict):
            m["ramp"]["seed"] *= factor
        elif "ramp" in m:
            m["ramp"] *= factor
    for cap in big.get("conversion_cap", []):
        cap["kha"] *= factor
    for d in big.get("adaptation", []):  # a share near one cannot be scaled up in doubles
        if d["kind"] == "share" and d["need"] is not None:
            d["need"] = min(d["need"], 0.3)
    doc["adaptation"] = copy.deepcopy(big.get("adaptation", []))
    sized(big, factor)
    if "electricity" in big:
        big["electricity"]["demand"] = scaled(big["electricity"]["demand"], factor)
    assert least(big) == pytest.approx(factor * least(doc), rel=1e-6, abs=1e-6 * factor)


@QUICK
@given(SEEDS, st.sampled_from([0.001, 7.5, 1000.0]))
def test_another_currency(seed: int, rate: float) -> None:
    doc = draw(seed, locks=False)
    other = copy.deepcopy(doc)
    for m in other["measures"]:
        m["capex"], m["opex"] = scaled(m["capex"], rate), scaled(m["opex"], rate)
    for s in other["services"]:
        if "legacy" in s:
            s["legacy"]["cost"] = scaled(s["legacy"]["cost"], rate)
            s["legacy"]["write_off"] = scaled(s["legacy"].get("write_off", 0), rate)
    for d in (*other.get("adaptation", []), *other.get("regional_demands", [])):
        d["price"] *= rate
    limit = other.get("municipal_budget", {}).get("limit", {})
    for m in limit:
        limit[m] = scaled(limit[m], rate)
    if "electricity" in other:
        for key in ("import_price", "export_price"):
            other["electricity"][key] = scaled(other["electricity"][key], rate)
    if "backstop" in other:
        other["backstop"] *= rate
    slack = other.get("slack", {})
    other["slack"] = {"unserved": slack.get("unserved", 1000) * rate}
    if "gross" in slack:
        other["slack"]["gross"] = slack["gross"] * rate
    assert least(other) == pytest.approx(rate * least(doc), rel=1e-6, abs=1e-6 * rate)


@QUICK
@given(SEEDS, st.sampled_from([1e-3, 8.0, 1e3]))
def test_another_unit_of_measures(seed: int, size: float) -> None:
    """A unit `size` times as large: amounts a unit times size, numbers of units divided by it."""
    doc = draw(seed, locks=False)
    other = copy.deepcopy(doc)
    for m in other["measures"]:
        amounts = ("per_unit", "capex", "opex", "ef", "electricity", "land", "t_per_unit", "uses")
        for key in (*amounts, "labour", "land_to", "cover", "delivers"):
            if key in m:
                m[key] = scaled(m[key], size)
        if m["class"] == "supply" and "service" in m:
            m.setdefault("per_unit", size)
        if "removal" in m:
            for key in ("annual", "cap_kt_per_unit"):
                if key in m["removal"]:
                    m["removal"][key] = scaled(m["removal"][key], size)
        m["potential"] /= size
        if isinstance(m.get("ramp"), dict):
            m["ramp"]["seed"] /= size
        elif "ramp" in m:
            m["ramp"] /= size
    for cap in other.get("conversion_cap", []):
        cap["measures"] = scaled(cap["measures"], size)
    assert near(least(other), least(doc))


@QUICK
@given(SEEDS, SEEDS)
def test_order_and_names_do_not_matter(seed: int, order: int) -> None:
    doc = draw(seed)
    try:
        load(doc)
    except Exception:  # contradictory locks, tested elsewhere
        return
    rng = random.Random(order)
    other = copy.deepcopy(doc)
    for key in ("members", "services", "measures"):
        rng.shuffle(other[key])
    assert near(least(other), least(doc))


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_groups_never_pay_more_together_and_owen_is_in_the_core(seed: int) -> None:
    doc = owned(draw(seed, members=3, locks=False))
    checked = load(doc)
    cost = {frozenset(c["members"]): c["cost"] for c in coalitions(checked)}
    for s, t in combinations(cost, 2):
        if not s & t:
            assert not_above(cost[s | t], cost[s] + cost[t])
    solution = solve(build(checked))
    shares = owen(solution)
    assert sum(shares.point.values()) == pytest.approx(solution.cost, rel=1e-8, abs=1e-7)
    for group, value in cost.items():
        assert not_above(sum(shares.point[m] for m in group), value)
    for m, (low, high) in shares.interval.items():
        assert low - 1e-9 <= shares.point[m] <= high + 1e-9
        assert not_above(high, cost[frozenset([m])])


def moved(doc: dict[str, Any], step: float) -> dict[str, Any]:
    """Everything that A owns grown by the share `step`."""
    result = copy.deepcopy(doc)
    factor = 1 + step
    for key in ("rest_kt", "rest_bisko_kt", "lulucf_kt", "land", "lines_kt"):
        if "A" in result.get(key, {}):
            result[key]["A"] = scaled(result[key]["A"], factor)
    for table in result.get("caps", {}).values():
        if "A" in table:
            table["A"] = scaled(table["A"], factor)
    for s in result["services"]:
        if s["member"] == "A":
            if "legacy" in s:
                s["legacy"].setdefault("stock", s["demand"][0] if isinstance(s["demand"], list) else s["demand"])
                s["legacy"]["stock"] *= factor
            s["demand"] = scaled(s["demand"], factor)
    for m in result["measures"]:
        if m["member"] == "A":
            m["potential"] *= factor
            if isinstance(m.get("ramp"), dict):
                m["ramp"]["seed"] *= factor
            elif "ramp" in m:
                m["ramp"] *= factor
    for cap in result.get("conversion_cap", []):
        if cap["member"] == "A":
            cap["kha"] *= factor
    if "A" in result.get("electricity", {}).get("demand", {}):
        result["electricity"]["demand"]["A"] = scaled(result["electricity"]["demand"]["A"], factor)
    sized(result, factor, "A")
    return result


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_ends_of_the_owen_interval_are_slopes_of_the_cost(seed: int) -> None:
    """Cost is piecewise linear in what a member owns: a small step is compared, solved by the second formulation."""
    doc = owned(draw(seed, years=2, members=2, locks=False))
    shares = owen(solve(build(load(doc))))
    base = second_cost(doc)
    low, high = shares.interval["A"]
    near_by = 1e-5 * max(1.0, abs(base))
    for sign, end in ((1, high), (-1, low)):
        far, close = ((second_cost(moved(doc, sign * h)) - base) / (sign * h) for h in (1e-4, 5e-5))
        # a kink nearer than the step can only move the slope outwards; where two steps agree there is none
        assert sign * far >= sign * end - near_by
        if far == pytest.approx(close, abs=near_by / 10):
            assert far == pytest.approx(end, abs=near_by)


@QUICK
@given(SEEDS)
def test_strong_duality_and_complementary_slackness(seed: int) -> None:
    programme = build(load(draw(seed, locks=False)))
    found = solve(programme)
    assert abs(dual_value(programme, found.row_dual, found.col_dual) - found.cost) <= 1e-8 * max(1.0, abs(found.cost))
    assert max(kkt(programme, found.x, found.row_dual, found.col_dual).values()) < 1e-7
    activity = programme.times(found.x)
    for dual, side in ((found.row_dual > 1e-9, programme.row_lo), (found.row_dual < -1e-9, programme.row_hi)):
        assert np.allclose(activity[dual], side[dual], atol=1e-6)


@QUICK
@given(SEEDS)
def test_settling_ties_keeps_cost_and_never_takes_more_land(seed: int) -> None:
    programme = build(load(draw(seed, locks=False)))
    cold, saved = solve(programme), solve_saved(programme)
    assert saved.cost == pytest.approx(cold.cost, rel=1e-9, abs=1e-9)
    if programme.tie_breaks:
        land = programme.tie_breaks[0]
        assert land @ saved.x <= land @ cold.x + 1e-7 * max(1.0, abs(land @ cold.x))


@QUICK
@given(SEEDS, st.floats(0.5, 1.5))
def test_a_warm_answer_equals_the_cold_one(seed: int, factor: float) -> None:
    doc = draw(seed, locks=False)
    before = solve(build(load(doc)))
    changed = copy.deepcopy(doc)
    for table in changed.get("caps", {}).values():
        for m in table:
            table[m] = scaled(table[m], factor)
    for m in changed["measures"]:
        m["capex"] = scaled(m["capex"], factor)
    programme = build(load(changed))
    assert resolve(programme, before).cost == pytest.approx(solve(programme).cost, rel=1e-7, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_the_same_instance_gives_the_same_answer(seed: int) -> None:
    doc = draw(seed, locks=False)
    one, two = (answer(load(d), solve_saved(build(load(d)))) for d in (doc, copy.deepcopy(doc)))
    assert one == two


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_coalition_equals_its_own_file(seed: int) -> None:
    doc = draw(seed, members=3, locks=False)
    own = copy.deepcopy(doc)
    own["members"] = ["A", "C"]
    for key in ("rest_kt", "rest_bisko_kt", "lulucf_kt", "land", "lines_kt"):
        own.get(key, {}).pop("B", None)
    for table in own.get("caps", {}).values():
        table.pop("B", None)
    own.get("electricity", {}).get("demand", {}).pop("B", None)
    own.get("municipal_budget", {}).get("limit", {}).pop("B", None)
    for table in (*own.get("labour", {}).values(), *(d["demand"] for d in own.get("regional_demands", []))):
        table.pop("B", None)
    for d in own.get("adaptation", []):
        d["upstream"].pop("B", None)
    kinds = {d["indicator"] for d in own.get("adaptation", []) if d["member"] != "B"}
    for m in own["measures"]:
        if "cover" in m:
            m["cover"] = {k: v for k, v in m["cover"].items() if k in kinds}
    for key in ("services", "measures", "conversion_cap", "adaptation"):
        own[key] = [row for row in own.get(key, []) if row["member"] != "B"]
    assert near(least(own), least(doc, ("A", "C")))
