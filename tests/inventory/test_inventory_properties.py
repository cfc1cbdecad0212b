"""Properties of the estimate for arbitrary members of the bundled region."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stadtland import inventory
from stadtland.base.errors import InputError
from stadtland.inventory import bundle, overrides, sources
from stadtland.inventory.calibration import bundled
from stadtland.inventory.estimate import estimate
from stadtland.inventory.lines import ENERGY_LINES, LINES, index, rows
from stadtland.inventory.sources import Drivers

FIVE = bundle.drivers(2021)
CALIBRATION = bundled(2021)
SCALED = [k for k in FIVE.values if k not in ("regiostar7", "zensus2022.vacancy_rate")]


def scaled(factor: float, names: list[str]) -> Drivers:
    """The five with some figures multiplied."""
    return Drivers(FIVE.ags, FIVE.names, {k: v * (factor if k in names else 1.0) for k, v in FIVE.values.items()})


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(SCALED), st.floats(0, 50), max_size=8))
@example({"population": 1.0, "zensus2022.population": 2.225073858507203e-309})
@example({"zensus2022.population": 1e-99})
def test_always_finite_and_never_negative(changes: dict[str, float]) -> None:
    values = {k: v * changes.get(k, 1.0) for k, v in FIVE.values.items()}
    found = estimate(Drivers(FIVE.ags, FIVE.names, values), CALIBRATION)
    n = len(ENERGY_LINES)
    assert np.isfinite(found.t_co2e).all() and np.isfinite(found.energy_mwh[:n]).all()
    assert (found.energy_mwh[:n] >= 0).all()
    gross = list(rows("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU"))
    assert (found.t_co2e[gross] >= 0).all()
    assert (found.plant_t <= found.t_co2e + 1e-9).all() or (found.t_co2e[list(rows("LULUCF"))] < 0).any()


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 20))
def test_twice_the_place_twice_the_tonnes(factor: float) -> None:
    """All sizes of a member × f: every line that is linear in size × f (roots of products keep degree 1)."""
    one, other = estimate(FIVE, CALIBRATION), estimate(scaled(factor, SCALED), CALIBRATION)
    np.testing.assert_allclose(other.t_co2e, factor * one.t_co2e, rtol=1e-9, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)))
def test_order_of_members(order: list[int]) -> None:
    one, other = estimate(FIVE, CALIBRATION), estimate(FIVE.take(list(order)), CALIBRATION)
    np.testing.assert_array_equal(other.t_co2e, one.t_co2e[:, list(order)])


@settings(max_examples=20, deadline=None)
@given(st.floats(1.01, 10))
def test_more_traffic_area_more_traffic(factor: float) -> None:
    one, other = estimate(FIVE, CALIBRATION), estimate(scaled(factor, ["area.land_traffic"]), CALIBRATION)
    road = [i for i, line in enumerate(LINES) if line.startswith(("VK.car", "VK.truck")) and one.t_co2e[i].sum() > 0]
    assert (other.t_co2e[road] > one.t_co2e[road]).all()
    assert index()["HH.gas"] not in road
    np.testing.assert_array_equal(
        other.t_co2e[list(rows("HH", "GHD", "KE", "IND", "AGR"))],
        one.t_co2e[list(rows("HH", "GHD", "KE", "IND", "AGR"))],
    )


UNIT_OF = {**sources.UNITS, **sources.OWN}


@st.composite
def own_figures(draw: st.DrawFn) -> dict[str, Any]:
    """Any own drivers of one member, whole sets where figures count only together, with odd and huge values."""
    size = st.one_of(st.just(0.0), st.floats(1e-6, 1e12, allow_nan=False), st.integers(0, 10**6).map(float))
    ids = set(draw(st.lists(st.sampled_from(sorted(sources.OWN)), max_size=4)))
    for start, whole in overrides.SETS.items():
        if any(k.startswith(start) for k in ids):
            ids |= set(whole)
    out = {}
    for k in sorted(ids):
        low, high = overrides.LIMITS.get(k, (0.0, 1e12))
        value = min(max(draw(size), low), high)
        grade = draw(st.sampled_from("ABCD"))
        out[k] = {"value": value, "unit": UNIT_OF[k], "year": 2021, "source": "s", "data_quality": grade}
    return out


@settings(max_examples=200, deadline=None)
@given(own_figures())
def test_any_own_drivers_give_a_finite_inventory_and_move_nobody_else(figures: dict[str, Any]) -> None:
    plain = _plain()
    try:
        inv = inventory.build(FIVE.ags, 2021, overrides={FIVE.ags[2]: figures})
    except InputError as error:
        assert error.code == "network"  # plants that do not fit are refused, nothing else is
        return
    assert np.isfinite(inv.t_co2e).all() and np.isfinite(inv.low[inv.state != "not_available"]).all()
    others = [0, 1, 3, 4]
    np.testing.assert_array_equal(inv.t_co2e[:, others], plain.t_co2e[:, others])
    np.testing.assert_array_equal(inv.default_t, plain.t_co2e)
    land = [i for i, line in enumerate(LINES) if line.startswith("LULUCF")]
    rest = [i for i in range(len(LINES)) if i not in land]
    assert (inv.t_co2e[rest] >= 0).all()
    moved = (inv.t_co2e != plain.t_co2e) & ~np.isclose(inv.t_co2e, plain.t_co2e, rtol=1e-9)
    assert (inv.owner[moved] == "own_driver").all() and (inv.owner[:, others] == "default").all()
    assert ((inv.data_quality >= 0) & (inv.data_quality <= 1)).all()
    books = inventory.accounts(inv)
    assert books["joint"]["gross_t"] == pytest.approx(sum(books[a]["gross_t"] for a in FIVE.ags))
    inventory.to_dict(inv, detail=True)


@cache
def _plain() -> inventory.Inventory:
    return inventory.build(FIVE.ags, 2021)
