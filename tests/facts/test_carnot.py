"""Exergetic allocation: the hand-calculated case of the method, boilers, losses, limits, conservation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtland.base.errors import InputError
from stadtland.facts import carnot


def test_vector_of_the_method() -> None:
    # 40 MWh electricity, 45 MWh heat, 100 MWh gas at 247 g/kWh, supply 373 K
    assert float(carnot.exergy_factor(373)) == pytest.approx(0.24129, abs=5e-6)
    a = carnot.allocate(40, 45, 100, 247, 373)
    assert a.share_heat == pytest.approx(0.21349, abs=5e-6)
    assert a.ef_heat == pytest.approx(117.19, abs=0.01)
    assert a.ef_electricity == pytest.approx(485.67, abs=0.01)
    assert a.variant == "carnot_supply_283K"


def test_boiler_and_losses_by_hand() -> None:
    # CHP as above plus 20 MWh gas in a boiler giving 18 MWh; 56.7 of 63 MWh arrive (10 % lost)
    a = carnot.allocate(
        40, 45, 100, 247, 373, delivered_mwh=56.7, boiler_fuel_mwh=20, boiler_heat_mwh=18, ef_boiler=247
    )
    z = 1 - 283 / 373
    heat_share = z * 45 / (40 + z * 45)
    assert a.ef_heat == pytest.approx((heat_share * 24700 + 20 * 247) / 56.7)
    assert a.ef_electricity == pytest.approx(485.67, abs=0.01)


@given(
    st.floats(0.1, 1e4),
    st.floats(0.1, 1e4),
    st.floats(1, 1e5),
    st.floats(0, 1000),
    st.floats(300, 600),
)
def test_nothing_is_lost(el: float, heat: float, fuel: float, ef: float, t: float) -> None:
    a = carnot.allocate(el, heat, fuel, ef, t)
    assert a.share_electricity + a.share_heat == pytest.approx(1)
    assert a.ef_electricity * el + a.ef_heat * heat == pytest.approx(fuel * ef, rel=1e-9, abs=1e-9)
    assert a.ef_heat <= a.ef_electricity + 1e-9  # heat never weighs more than electricity


def test_warmer_supply_weighs_more() -> None:
    z = carnot.exergy_factor([320, 350, 400, 500])
    assert np.all(np.diff(z) > 0) and np.all((z > 0) & (z < 1))


def test_heat_only_plant() -> None:
    a = carnot.allocate(0, 90, 100, 247, 363)
    assert (a.share_heat, a.ef_electricity) == (1, 0) and a.ef_heat == pytest.approx(24700 / 90)


@pytest.mark.parametrize("t", [283, 10, float("nan"), float("inf")])
def test_temperature_in_celsius_is_refused(t: float) -> None:
    with pytest.raises(InputError):
        carnot.exergy_factor(t)


@pytest.mark.parametrize(("heat", "delivered"), [(45, 46), (45, 0), (45, -1)])
def test_network_must_fit(heat: float, delivered: float) -> None:
    with pytest.raises(InputError, match="delivered"):
        carnot.allocate(40, heat, 100, 247, 373, delivered_mwh=delivered)


def test_no_output_is_refused() -> None:
    with pytest.raises(InputError):
        carnot.shares([0, 0], [1, 0.2])
    with pytest.raises(InputError):
        carnot.shares([-1, 2], [1, 0.2])
