"""Draws: medians, spreads and correlations by formula, shares that add up, and what to measure next."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest_profile import subset

from stadtland.base.errors import InputError
from stadtland.inventory import uncertainty_draws as room

Z80 = 1.2815515655446004


def test_one_log_normal_by_hand(made_up):
    inv = made_up(1, {"HH.gas": [1000.0]}, {"HH.gas": 247.0}, sigma=0.3)
    band = room.bands(room.draw(inv, 16384), inv)["bands"]["joint"]["bisko_t"]
    assert band["central"] == pytest.approx(247.0)
    assert band["median"] == pytest.approx(247.0, rel=2e-3)
    assert band["low"] == pytest.approx(247 * np.exp(-0.3 * Z80), rel=2e-3)
    assert band["high"] == pytest.approx(247 * np.exp(0.3 * Z80), rel=2e-3)
    assert [i["id"] for i in band["inputs"]] == ["HH"] and band["inputs"][0]["share"] == pytest.approx(1.0)


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_correlation_of_two_members_by_formula(made_up, shared):
    inv = made_up(2, {"HH.gas": [1000.0, 1000.0]}, {"HH.gas": 100.0}, sigma=0.2)
    draws = room.draw(inv, 16384, shared=shared)
    logs = np.log(draws.values[:, 0, :])
    assert np.corrcoef(logs.T)[0, 1] == pytest.approx(shared, abs=0.01)
    # Var of a sum of two log-normals: 2 v (1 + corr), v = m²(e^{σ²}−1)e^{σ²}, corr of levels = (e^{ρσ²}−1)/(e^{σ²}−1)
    s2 = 0.04
    one = 100.0**2 * (np.exp(s2) - 1) * np.exp(s2)
    corr = (np.exp(shared * s2) - 1) / (np.exp(s2) - 1)
    assert draws.total("bisko_t").var() == pytest.approx(2 * one * (1 + corr), rel=0.01)


def test_forest_lies_between_the_versions(inv):
    draws = room.draw(inv, 16384)
    (at,) = [k for k, c in enumerate(draws.components) if c[2] == "LULUCF.forest"]
    values = draws.values[:, at, 0]
    low, high = sorted((inv.forest_old[0], inv.forest_revised[0]))
    assert np.quantile(values, [0.1, 0.9]) == pytest.approx([low, high], rel=0.01)
    assert np.corrcoef(draws.values[:, at].T).min() == pytest.approx(1.0), "one national question for all"


def test_water_reaches_from_zero_to_its_high_end(inv):
    draws = room.draw(inv, 16384)
    (at,) = [k for k, c in enumerate(draws.components) if c[2] == "LULUCF.water"]
    row = inv.lines.index("LULUCF.water")
    assert draws.values[:, at, 0].min() >= 0
    assert np.quantile(draws.values[:, at, 0], 0.9) == pytest.approx(inv.high[row, 0], rel=0.02)


def test_seed_is_in_the_result_and_repeats(inv):
    one, two, other = (room.draw(inv, 256, seed=s) for s in (5, 5, 6))
    assert np.array_equal(one.values, two.values) and not np.array_equal(one.values, other.values)
    found = room.bands(one, inv)
    assert (found["seed"], found["draws"]) == (5, 256) and "Sobol" in found["engine"]


def test_low_discrepancy_beats_plain_random_numbers(made_up):
    """The error of the median of a sum over seeds is at least four times smaller than with pseudo-random numbers."""
    inv = made_up(3, {"HH.gas": [1e3, 2e3, 3e3], "VK.car.diesel": [1e3] * 3}, {"HH.gas": 200.0, "VK.car.diesel": 300.0})
    exact = room.draw(inv, 131072, seed=99).total("bisko_t").mean()
    sobol = [room.draw(inv, 1024, seed=s).total("bisko_t").mean() - exact for s in range(12)]
    generator = np.random.default_rng(0)
    c = room.draw(inv, 2)
    plain = []
    for _ in range(12):
        z = generator.standard_normal((1024, 2, 4))
        mixed = np.sqrt(c.shared)[None, :, None] * z[:, :, :1] + np.sqrt(1 - c.shared)[None, :, None] * z[:, :, 1:]
        plain.append((c.central * np.exp(c.sigma * mixed)).sum(axis=(1, 2)).mean() - exact)
    assert np.std(sobol) * 4 < np.std(plain)


def test_shares_of_inputs_add_up_to_one(inv):
    found = room.bands(room.draw(inv), inv)["bands"]
    for of, accounts in found.items():
        for account, band in accounts.items():
            if band is None:
                assert account == "ippu_t" and of not in ("14729410", "joint")
                continue
            assert band["low"] <= band["median"] <= band["high"]
            assert band["inputs"], (of, account)
            assert sum(i["share"] for i in band["inputs"]) == pytest.approx(1.0)
            assert all(set(i["title"]) == {"de", "en"} for i in band["inputs"])
    assert "IPPU" not in {i["id"] for i in found["14729380"]["gross_t"]["inputs"]}, "nothing booked, nothing named"


def test_bands_agree_with_the_ranges_of_the_balance(inv):
    """One group and one member: the band is the range of the balance."""
    from stadtland.inventory import ranges

    found, printed = room.bands(room.draw(inv, 16384), inv)["bands"], ranges(inv)
    for ags in inv.ags:
        for account in ("agriculture_t", "waste_t"):
            band = found[ags][account]
            assert [band["low"], band["high"]] == pytest.approx(printed[ags][account], rel=0.02)
    joint = found["joint"]["agriculture_t"]
    together = room.draw(inv, 16384, shared=1.0).total("agriculture_t")
    assert np.quantile(together, [0.1, 0.9]) == pytest.approx(printed["joint"]["agriculture_t"], rel=0.02)
    assert joint["low"] > printed["joint"]["agriculture_t"][0], "errors of members partly offset each other"


def test_what_to_measure_next_by_hand(made_up):
    """Independent parts: measuring one takes its variance (less the metered one) out of the total."""
    inv = made_up(
        2, {"HH.gas": [3000.0, 0.0], "VK.car.diesel": [0.0, 1000.0]}, {"HH.gas": 100.0, "VK.car.diesel": 100.0}
    )
    draws = room.draw(inv, 16384, shared=0.0)
    s2 = 0.04
    unit = (np.exp(s2) - 1) * np.exp(s2)
    variances = {"HH": 300.0**2 * unit, "VK": 100.0**2 * unit}
    total = sum(variances.values())
    found = {(e["id"], e["ags"]): e["reduction"] for e in room.measure_next(draws, "bisko_t")}
    for name, ags, t in (("HH", inv.ags[0], 300.0), ("VK", inv.ags[1], 100.0)):
        assert found[name, ags] == pytest.approx((variances[name] - (0.03 * t) ** 2) / total, abs=0.01)
    assert found["HH", inv.ags[1]] == pytest.approx(0.0, abs=1e-9)


def test_measuring_one_of_two_that_move_together_by_hand(made_up):
    """T = 2x: Var(T) = 4V, after measuring one V (and the metered part) is left; both: only the metered part."""
    inv = made_up(2, {"HH.gas": [1000.0, 1000.0]}, {"HH.gas": 100.0})
    entry = room.measure_next(room.draw(inv, 16384, shared=1.0), "bisko_t")[0]
    v = 100.0**2 * (np.exp(0.04) - 1) * np.exp(0.04)
    assert entry["reduction"] == pytest.approx((3 * v - 3.0**2) / (4 * v), abs=0.005)
    assert entry["reduction_all"] == pytest.approx((4 * v - 2 * 3.0**2) / (4 * v), abs=0.005)


def test_measuring_really_narrows_the_band(inv):
    """The named reduction is what comes out when the cells are entered as metered figures."""
    draws = room.draw(inv)
    first = room.measure_next(draws, "bisko_t")[0]
    owner = inv.owner.copy()
    at = [i for i, line in enumerate(inv.lines) if line.split(".")[0] == first["id"]]
    owner[at, inv.ags.index(first["ags"])] = "own"
    after = room.draw(replace(inv, owner=owner))
    gone = 1 - after.total("bisko_t").var() / draws.total("bisko_t").var()
    assert gone == pytest.approx(first["reduction"], abs=0.03)
    entries = room.measure_next(draws, "bisko_t")
    assert [e["reduction"] for e in entries] == sorted((e["reduction"] for e in entries), reverse=True)
    assert all(e["measure"]["de"] and e["ask"]["en"] for e in entries)


def test_ten_members_at_once(inv):
    ten = subset(inv, [*range(5), *range(5)])
    ten = replace(ten, ags=tuple(f"9900000{k}" for k in range(10)))
    draws = room.draw(ten)
    assert room.bands(draws, ten)
    assert room.measure_next(draws)
    assert draws.values.shape[0] == 10_000 and draws.values.shape[2] == 10


@pytest.mark.parametrize(
    ("kwargs", "code"), [({"n": 1}, "draws-number"), ({"n": 10**9}, "draws-number"), ({"shared": 1.5}, "draws-shared")]
)
def test_bad_input(inv, kwargs, code):
    with pytest.raises(InputError) as caught:
        room.draw(inv, **kwargs)
    assert caught.value.code == code and caught.value.cure


def test_unknown_account_and_member(inv):
    draws = room.draw(inv, 16)
    for call in (lambda: draws.total("wrong_t"), lambda: draws.total("net_t", "12345678")):
        with pytest.raises(InputError):
            call()
