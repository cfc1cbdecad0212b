"""The file of targets: own and joint ones of every kind, residual shares, and a carbon budget of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadtland.base import strict, toml
from stadtland.base.errors import InputError

from .lines import BISKO_SECTORS
from .target_views import KIND_ACCOUNT, UNITS, Target

KEYS = ("scope", "kind", "year", "value", "unit", "base_year", "base_t", "steps", "source", "evidence")
LIMITS = {"t": (-1e9, 1e9), "t_per_head": (-1e3, 1e3), "percent_vs_base": (-100.0, 0.0)}


@dataclass(frozen=True)
class Given:
    """Targets with the base value where one is given (t CO2e), residual shares by sector (0–1)."""

    targets: tuple[tuple[Target, float | None], ...] = ()
    residual: Mapping[str, float] = field(default_factory=dict)


def read(path: Path) -> Given:
    """The file, strict. InputError `key-*`, `word-unknown`, `number-*`, `target-*` naming file and entry.

    ```toml
    [[target]]
    scope = "14729410"        # or "joint"
    kind = "gross"            # bisko_gross, gross, net, partnership
    year = 2035
    value = -65
    unit = "percent_vs_base"  # or t, t_per_head
    base_year = 1990
    base_t = 250000           # value of the base year by the same method; left out: the estimate, from 2010 on
    source = "council decision …"
    evidence = "A"
    [residual]
    AGR = 0.6                 # share of today that stays
    ```
    """
    return parse(toml.read(path), path.name)


def parse(table: Mapping[str, Any], where: str = "targets") -> Given:
    """The targets from their table; see `read`."""
    strict.keys(table, ("target", "residual"), where)
    rows = table.get("target", [])
    if not isinstance(rows, list):
        raise InputError(
            "kind-list", "[[target]] must be a list of tables", where, "write [[target]] with two brackets"
        )
    rest = strict.mapping(table.get("residual", {}), f"{where} [residual]")
    strict.keys(rest, (*BISKO_SECTORS, "AGR", "WASTE", "IPPU"), f"{where} [residual]")
    shares = {s: strict.finite(v, f"{where} [residual].{s}", 0, 1) for s, v in rest.items()}
    return Given(tuple(_target(row, f"{where} [[target]] {n}") for n, row in enumerate(rows, 1)), shares)


def _target(row: Any, where: str) -> tuple[Target, float | None]:
    table = strict.mapping(row, where)
    strict.keys(table, KEYS, where, ("scope", "kind", "year", "value", "unit", "source"))
    unit = strict.one_of(table["unit"], UNITS, f"{where}.unit")
    base_year = _year(table["base_year"], f"{where}.base_year", 1990) if "base_year" in table else None
    if unit == "percent_vs_base" and base_year is None:
        raise InputError("target-base", "a target in percent needs its base year", where, "add base_year")
    steps = table.get("steps", [])
    if not isinstance(steps, list):
        raise InputError("target-steps", "steps must be a list", where, "write [{ year = 2030, value = 1.9 }]")
    points = tuple(_step(s, unit, f"{where}.steps {n}") for n, s in enumerate(steps, 1))
    year = _year(table["year"], f"{where}.year", 2022)
    if any(y >= year for y, _ in points) or len({y for y, _ in points}) != len(points):
        raise InputError("target-steps", "a step must lie before the target year, each year once", where, "sort them")
    target = Target(
        str(table["scope"]),
        strict.one_of(table["kind"], KIND_ACCOUNT, f"{where}.kind"),
        year,
        strict.finite(table["value"], f"{where}.value", *LIMITS[unit]),
        unit,
        base_year,
        tuple(sorted(points)),
        str(table["source"])[:300],
        strict.one_of(table.get("evidence", "C"), ("A", "B", "C"), f"{where}.evidence"),
    )
    base_t = strict.finite(table["base_t"], f"{where}.base_t", 0, 1e12) if "base_t" in table else None
    return target, base_t


def _year(value: Any, where: str, low: int) -> int:
    number = strict.finite(value, where, low, 2045)
    if number != int(number):
        raise InputError("target-year", f"{value!r} is no year", where, "write a year with four digits")
    return int(number)


def _step(row: Any, unit: str, where: str) -> tuple[int, float]:
    table = strict.mapping(row, where)
    strict.keys(table, ("year", "value"), where, ("year", "value"))
    return _year(table["year"], where, 2022), strict.finite(table["value"], where, *LIMITS[unit])
