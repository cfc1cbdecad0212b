"""Faults put into the product on purpose: each must be caught by a case worked out by hand, or by the checker.

A fault is a patch of the product; the case that kills it is named. Without the patch the same case passes.
"""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from roadmap_cases import HAND

from stadtland.roadmap import accounts, answer, build, check, instance, parse, parse_measure, stock
from stadtland.roadmap.loading import load
from stadtland.roadmap.solve import solve

Patch = Callable[[pytest.MonkeyPatch], None]


def cost(name: str) -> float:
    checked = load(HAND[name][0])
    solution = solve(build.build(checked))
    return solution.cost if solution.status == "ok" else float("inf")


def measure_with(**changes: Any) -> Patch:
    """A loader that changes every measure."""

    def patch(monkey: pytest.MonkeyPatch) -> None:
        true = parse_measure.measure

        def faulty(*args: Any) -> Any:
            m = true(*args)
            return replace(m, **{k: f(m) for k, f in changes.items()})

        monkey.setattr(parse, "measure", faulty)

    return patch


def instance_with(**changes: Any) -> Patch:
    """A loader that changes the instance."""

    def patch(monkey: pytest.MonkeyPatch) -> None:
        true = parse.parse

        def faulty(source: Any) -> Any:
            found = true(source)
            return replace(found, **{k: f(found) for k, f in changes.items()})

        monkey.setattr(parse, "parse", faulty)

    return patch


def restart(m: Any) -> Any:
    """A kernel that starts again with every renewal."""
    if m.kernel is None or m.lifetime is None:
        return m.kernel
    kernel = m.kernel.copy()
    for age in range(m.lifetime, len(kernel)):
        kernel[age] += kernel[age - m.lifetime]
    return kernel


def ramp_on_renewals(monkey: pytest.MonkeyPatch) -> None:
    def faulty(asm: Any, m: Any, standing: Any, owner: int) -> None:
        rows, cols, values = stock.installed(len(standing), m.lifetime)
        if m.ramp is not None:
            row = asm.add_rows("ramp", m.id, "unit", np.arange(len(standing)), hi=m.ramp, owner=owner)
            asm.put(row[rows], standing[cols], values)

    monkey.setattr(build, "ramp_rows", faulty)


def credit_on_gross(monkey: pytest.MonkeyPatch) -> None:
    true = accounts.use_emissions
    monkey.setattr(accounts, "use_emissions", lambda i, m: true(i, m) - accounts.generation_credit(i, m))


def next_year_factor(monkey: pytest.MonkeyPatch) -> None:
    true = accounts.use_emissions

    def faulty(i: Any, m: Any) -> Any:
        ef = i.electricity.ef if i.electricity else None
        if ef is None:
            return true(i, m)
        shifted = np.concatenate([ef[:, 1:], ef[:, -1:]], axis=1)
        return true(replace(i, electricity=replace(i.electricity, ef=shifted)), m)

    monkey.setattr(accounts, "use_emissions", faulty)


def caps_of_everybody(monkey: pytest.MonkeyPatch) -> None:
    true = parse.parse

    def faulty(source: Any) -> Any:
        found = true(source)
        zero = np.zeros(len(found.years))
        caps = {k: {m: c.get(m, zero) for m in found.members} if c else c for k, c in found.caps.items()}
        return replace(found, caps=caps)

    monkey.setattr(parse, "parse", faulty)


def cumulative_every_year_of_net(monkey: pytest.MonkeyPatch) -> None:
    """The sum is charged on top of the net row: its own certificates."""
    true = accounts.account_rows

    def faulty(asm: Any, i: Any, *rest: Any) -> None:
        put = asm.put
        blocks = asm.blocks

        def without(rows: Any, cols: Any, values: Any) -> None:
            if blocks and blocks[-1].kind == "net" and np.all(np.asarray(values) == -1.0):
                cols = asm.add_cols("own:certificates", np.ones(len(rows)))
            put(rows, cols, values)

        asm.put = without
        true(asm, i, *rest)
        asm.put = put

    monkey.setattr(build, "account_rows", faulty)


FAULTS: dict[str, tuple[Patch, str]] = {
    "sign of removal": (
        measure_with(kernel=lambda m: None if m.kernel is None else -m.kernel), "removal_with_buffer",
    ),
    "missing buffer": (measure_with(buffer=lambda m: 0.0), "removal_with_buffer"),
    "factor of the next year": (next_year_factor, "factor_of_the_year"),
    "kernel restarted at renewal": (measure_with(kernel=restart), "renewal_starts_no_kernel"),
    "own and upstream emissions dropped": (measure_with(ef=lambda m: 0 * m.ef), "own_emissions"),
    "credit on gross": (credit_on_gross, "no_credit_on_gross"),
    "annuity one year short": (
        lambda k: k.setattr(build, "annuity", lambda r, n: instance.annuity(r, n - 1)), "annuity_inside_the_horizon",
    ),
    "annuity paid at the end of the year": (
        lambda k: k.setattr(build, "annuity", lambda r, n: instance.annuity(r, n) / (1 + r)), "annuity_inside_the_horizon",
    ),
    "ramp applied to renewals": (ramp_on_renewals, "renewals_have_no_ramp"),
    "share of rest without savings": (
        measure_with(demand_side=lambda m: False), "share_of_what_savings_leave",
    ),
    "stated electricity left out of gross": (
        lambda k: k.setattr(accounts, "demand_emissions", lambda i, m: np.zeros(len(i.years))), "demand_for_electricity_is_gross",
    ),
    "land use left out of net": (instance_with(lulucf_kt=lambda i: {}), "land_use_is_net"),
    "members without a cap counted": (caps_of_everybody, "cap_covers_members_with_a_cap"),
    "legacy never retires": (
        instance_with(
            services=lambda i: tuple(replace(s, legacy=replace(s.legacy, left=0 * s.legacy.left + 10)) for s in i.services)
        ),
        "survival",
    ),
    "missed gross at one backstop": (instance_with(slack_gross=lambda i: i.backstop), "missed_gross_costs_twice"),
    "discounting from the year before": (
        lambda k: k.setattr(
            instance.Instance, "factors", property(lambda i: (1 + i.discount) ** -(1.0 + np.arange(len(i.years))))
        ),
        "discounting",
    ),
    "certificates counted apart for the sum": (cumulative_every_year_of_net, "one_backstop_for_net_and_sum"),
    "process beyond its rest": (
        instance_with(rest_kt=lambda i: {m: v + 1 for m, v in i.rest_kt.items()}), "process_within_its_line",
    ),
    "named line forgotten": (
        measure_with(line=lambda m: None), "process_within_its_named_line",
    ),
    "use of another service forgotten": (measure_with(uses=lambda m: {}), "use_of_another_service"),
    "exports earn nothing": (
        instance_with(electricity=lambda i: None if i.electricity is None else replace(i.electricity, credit="import_only")),
        "exports_credited_like_imports",
    ),
    "exports credited after all": (
        instance_with(electricity=lambda i: None if i.electricity is None else replace(i.electricity, credit="symmetric")),
        "exports_without_credit",
    ),
    "food floor forgotten": (instance_with(conversion_caps=lambda i: ()), "conversion_cap"),
    "agriculture inside BISKO": (instance_with(rest_bisko_kt=lambda i: {}), "bisko_leaves_agriculture_out"),
    "growth without the seed year": (measure_with(seed=lambda m: 2 * m.seed), "ramp_with_growth"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_killed_by_its_case(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, name = FAULTS[fault]
    expected = HAND[name][1]
    assert cost(name) == pytest.approx(expected, abs=1e-6)
    patch(monkeypatch)
    assert cost(name) != pytest.approx(expected, abs=1e-4), f"the case {name} does not notice: {fault}"


def changed(result: dict[str, Any], path: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    copied = copy.deepcopy(result)
    at: Any = copied
    *way, last = path.split("/")
    for key in way:
        at = at[key]
    at[last] = change(at[last])
    return copied


def longer(values: list[float]) -> list[float]:
    return [v + 0.01 for v in values]


def less(values: list[float]) -> list[float]:
    return [v - 0.01 for v in values]


# a change of one number of an answer, and a check that must then fail
MUTANTS: dict[str, tuple[str, str, Callable[[Any], Any], str]] = {
    "gross too low": ("own_emissions", "gross_kt", less, "accounts"),
    "net of a member too low": ("own_emissions", "members/A/net_kt", less, "accounts"),
    "removals too high": ("removal_with_buffer", "removals_kt", longer, "removals"),
    "buffer left out": ("removal_with_buffer", "buffer_kt", lambda v: [0.0 for _ in v], "removals"),
    "certificates left out": ("land_use_is_net", "backstop_kt", lambda v: [0.0 for _ in v], "caps"),
    "missed gross left out": ("missed_gross_costs_twice", "slack/gross", lambda v: [0.0 for _ in v], "caps"),
    "missed BISKO left out": ("bisko_leaves_agriculture_out", "slack/bisko", lambda v: [0.0 for _ in v], "caps"),
    "cost too low": ("survival", "cost", lambda v: v - 0.01, "cost"),
    "cost of a measure": ("survival", "measures/m/cost", lambda v: v - 0.01, "cost"),
    "legacy beyond its survival": ("survival", "services/s/legacy", longer, "legacy"),
    "standing beyond potential": ("factor_of_the_year", "measures/m/standing", longer, "potential"),
    "standing without units": ("renewals_have_no_ramp", "measures/m/standing", longer, "units"),
    "units without standing": ("renewals_have_no_ramp", "measures/m/units", longer, "units"),
    "entering after a renewal": ("renewal_starts_no_kernel", "measures/strip/entering", lambda v: [1, 0, 1, 0], "units"),
    "entering not the rise": ("renewals_have_no_ramp", "measures/m/entering", longer, "entering"),
    "more than the ramp": ("ramp_with_growth", "measures/m/entering", longer, "ramp"),
    "demand not met": ("own_emissions", "measures/m/standing", less, "services"),
    "share of all": ("share_of_what_savings_leave", "measures/hp/standing", longer, "shares_of_rest"),
    "more land than there is": ("removal_with_buffer", "measures/hedge/standing", longer, "land"),
    "more than the line": ("process_within_its_named_line", "measures/mA/standing", longer, "process_lines"),
    "more than the food floor": ("conversion_cap", "measures/wood/standing", longer, "conversion"),
    "export not generated": ("exports_credited_like_imports", "electricity/export/all", longer, "electricity"),
    "credit too high": ("exports_credited_like_imports", "electricity_credit_kt", longer, "accounts"),
    "unserved hidden": ("survival", "slack/unserved", longer, "services"),
    "not the optimum": ("survival", "dual_cost", lambda v: v - 0.01, "dual_gap"),
    "not a number": ("own_emissions", "gross_kt", lambda v: [float("nan") for _ in v], "accounts"),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_checker_catches_a_changed_answer(mutant: str) -> None:
    name, path, change, expected = MUTANTS[mutant]
    doc = HAND[name][0]
    checked = load(doc)
    result = answer.answer(checked, solve(build.build(checked)))
    assert all(c["passed"] for c in check.check(doc, result))
    failed = {c["name"] for c in check.check(doc, changed(result, path, change)) if not c["passed"]}
    assert expected in failed


def test_checker_catches_a_broken_lock() -> None:
    doc = copy.deepcopy(HAND["survival"][0])
    doc["measures"][0]["lock"] = {"2026": 0.5}
    checked = load(doc)
    result = answer.answer(checked, solve(build.build(checked)))
    assert all(c["passed"] for c in result["checks"])
    failed = {c["name"] for c in check.check(doc, changed(result, "measures/m/units", longer)) if not c["passed"]}
    assert "lock" in failed


def test_checker_imports_nothing_of_the_builder() -> None:
    import ast
    from pathlib import Path

    allowed = {"__future__", "math", "collections.abc", "typing", "numpy", "numpy.typing", ".check_book", ".check_more"}
    for name in ("check", "check_book", "check_more"):
        tree = ast.parse(Path(check.__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
        modules = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        modules |= {f"{'.' * n.level}{n.module}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert modules <= allowed, name
