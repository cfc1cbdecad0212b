"""The Owen point where it is not unique, by hand, and its ownership of right sides."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import numpy as np
import pytest
from roadmap_cases import W3, one, process

from stadtland.roadmap.build import build
from stadtland.roadmap.loading import load
from stadtland.roadmap.owen import owen, point
from stadtland.roadmap.solve import solve

# C must lower 10 kt, R can lower exactly 10 at 0.05, the backstop costs 0.2: any price from 0.05 to 0.2 is a dual
KINK = {
    "years": [2026, 2026],
    "members": ["C", "R"],
    "measures": [process("R", 10, 0.05)],
    "rest_kt": {"C": 30, "R": 10},
    "caps": {"net": {"C": 20, "R": 10}},
    "backstop": 0.2,
}


def test_interval_at_a_kink() -> None:
    shares = owen(solve(build(load(KINK))))
    assert shares.interval["C"] == pytest.approx((0.5, 2.0), abs=1e-7)
    assert shares.interval["R"] == pytest.approx((-1.5, 0.0), abs=1e-7)
    assert not shares.unique
    assert sum(shares.point.values()) == pytest.approx(0.5)


def test_one_kt_more_makes_it_unique() -> None:
    shares = owen(solve(build(load(KINK | {"measures": [process("R", 9, 0.05)]}))))
    assert shares.unique
    # price 0.2: C pays 10·0.2; R earns 9·(0.2 − 0.05)
    assert shares.point == pytest.approx({"C": 2.0, "R": -1.35})


def test_abundant_supply_earns_nothing() -> None:
    """Glove game: with more than enough on offer its price is its cost."""
    shares = owen(solve(build(load(KINK | {"measures": [process("R", 10, 0.05), process("R", 10, 0.05, id="m2")],
                                           "rest_kt": {"C": 30, "R": 20}, "caps": {"net": {"C": 20, "R": 20}}}))))  # fmt: skip
    assert shares.point == pytest.approx({"C": 0.5, "R": 0.0}) and shares.unique


def test_one_member_pays_everything() -> None:
    solution = solve(build(load(one(rest_kt={"A": 5}, caps={"net": {"A": 1}}))))
    shares = owen(solution)
    assert shares.point["A"] == pytest.approx(4.0) and shares.unique


def test_right_sides_and_bounds_add_up_over_members() -> None:
    programme = build(load(W3))
    los, his = zip(*(programme.rhs(i) for i in range(3)), strict=True)
    for parts, total in ((los, programme.row_lo), (his, programme.row_hi)):
        finite = np.isfinite(total)
        assert np.allclose(np.sum([p[finite] for p in parts], axis=0), total[finite])
    los, his = zip(*(programme.bounds(i) for i in range(3)), strict=True)
    finite = np.isfinite(programme.col_hi)
    assert np.allclose(np.sum([p[finite] for p in his], axis=0), programme.col_hi[finite])
    assert point(solve(programme)).sum() == pytest.approx(2.9)


def test_rows_carry_tag_unit_and_sentence() -> None:
    programme = build(load(W3))
    tags = [programme.tag(r) for r in range(programme.shape[0])]
    assert "net:joint:2026" in tags and "process:C:2026" in tags
    assert len(set(tags)) == len(tags)
    from stadtland.base.texts import text

    for block in programme.blocks:
        assert block.unit and text(block.sentence, "de") and text(block.sentence, "en")
