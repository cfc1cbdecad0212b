"""The partnership as the user writes it: partnership.toml, strict (contracts section 6)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

from . import decision as decisions
from . import levers as lever_table
from . import limits as limit_tables
from .decision import OPEN, Decision
from .levers import NONE, Levers
from .limits import Limits

KINDS = ("bisko_gross", "gross", "net", "partnership")
UNITS = ("t", "t_per_head", "percent_vs_base")
TARGET_KEYS = ("own_target", "equal_percent", "per_head_convergence")


@dataclass(frozen=True)
class Target:
    """A target as decided or assumed; `steps` are earlier points (year, value) in the same unit."""

    kind: str
    year: int
    value: float
    unit: str
    base_year: int | None
    source: str
    evidence: str
    steps: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True)
class Member:
    """One member: official code, role, own target (None: national path, marked as assumption)."""

    ags: str
    role: str
    target: Target | None = None


@dataclass(frozen=True)
class Partnership:
    """A checked partnership.toml."""

    name: str
    members: tuple[Member, ...]
    inventory_year: int = 2021
    price_year: int = 2024
    discount_rate: float = 0.03
    horizon: int = 2045
    target: Target | None = None
    target_key: str = "own_target"
    backstop_eur_per_t: tuple[float, float, float] | None = None
    include_evidence_c: bool = False
    exclude: tuple[str, ...] = ()
    max_units: dict[str, float | dict[str, float]] = field(default_factory=dict)
    locks: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)
    overrides: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    levers: Levers = NONE
    scenario: str | None = None
    sharing: Decision = OPEN
    limits: Limits = limit_tables.NONE

    @property
    def ags(self) -> tuple[str, ...]:
        return tuple(m.ags for m in self.members)


def bundled() -> list[str]:
    """Names of the bundled partnerships."""
    return sorted(p.stem for p in content.path("partnerships").glob("*.toml"))


def load(name_or_file: str | Path) -> Partnership:
    """A bundled partnership by name, or a file. InputError names file, key and cure."""
    path = Path(name_or_file)
    if path.suffix != ".toml" and not os.path.isfile(path):  # unlike Path.is_file it takes any text
        if str(name_or_file) not in bundled():
            raise InputError(
                "partnership-unknown",
                f"no partnership {str(name_or_file)[:60]!r}",
                "",
                "name a file ending in .toml or one of: " + ", ".join(bundled()),
            )
        path = content.path("partnerships", f"{name_or_file}.toml")
    return parse(toml.read(path), str(path.name))


def parse(table: dict[str, Any], where: str = "partnership") -> Partnership:
    """A partnership from its table."""
    known_tables = ("partnership", "member", "override", "measures", "locks", "levers", "sharing", *limit_tables.TABLES)
    strict.keys(table, known_tables, where, ("partnership", "member"))
    head = strict.mapping(table["partnership"], f"{where} [partnership]")
    strict.keys(
        head,
        (
            "name",
            "inventory_year",
            "price_year",
            "discount_rate",
            "horizon",
            "target",
            "target_key",
            "backstop_eur_per_t",
        ),
        f"{where} [partnership]",
        ("name",),
    )
    if not isinstance(head["name"], str) or not head["name"].strip():
        raise InputError(
            "name-missing", "the partnership needs a name", f"{where} [partnership].name", 'write name = "…"'
        )
    values: dict[str, Any] = {"name": head["name"].strip(), "members": _members(table["member"], where)}
    for key, low, high in (("inventory_year", 2010, 2024), ("price_year", 2015, 2030), ("horizon", 2045, 2045)):
        if key in head:
            values[key] = int(strict.finite(head[key], f"{where} [partnership].{key}", low, high))
    if "discount_rate" in head:
        values["discount_rate"] = strict.finite(head["discount_rate"], f"{where} [partnership].discount_rate", 0, 0.2)
    if "target" in head:
        values["target"] = read_target(head["target"], f"{where} [partnership].target")
    if "target_key" in head:
        values["target_key"] = strict.one_of(head["target_key"], TARGET_KEYS, f"{where} [partnership].target_key")
    if "backstop_eur_per_t" in head:
        values["backstop_eur_per_t"] = _backstop(
            head["backstop_eur_per_t"], f"{where} [partnership].backstop_eur_per_t"
        )
    known = {m.ags for m in values["members"]}
    values |= _measures(table.get("measures", {}), f"{where} [measures]", known)
    values["locks"] = locks(table.get("locks", {}), f"{where} [locks]", known)
    values["overrides"] = _overrides(table.get("override", {}), f"{where} [override]", known)
    values["levers"] = lever_table.parse(table.get("levers", {}), f"{where} [levers]", known)
    values["limits"] = limit_tables.parse(table, where, known)
    values["sharing"] = decisions.parse(table.get("sharing", {}), f"{where} [sharing]", known)
    return settled(Partnership(**values))


def settled(partnership: Partnership) -> Partnership:
    """The partnership with the levers of its own file put in their place."""
    from .scenario import settle

    return settle(partnership)


def _members(rows: Any, where: str) -> tuple[Member, ...]:
    if not isinstance(rows, list) or not rows:
        raise InputError(
            "member-missing", "the partnership has no members", where, "add a [[member]] with ags and role"
        )
    seen: dict[str, int] = {}
    members = []
    for number, row in enumerate(rows, 1):
        place = f"{where} [[member]] {number}"
        strict.keys(strict.mapping(row, place), ("ags", "role", "target"), place, ("ags", "role"))
        ags = row["ags"]
        if not isinstance(ags, str):
            raise InputError(
                "ags-text", f"ags must be text, not {ags!r}", place, 'write it in quotes: ags = "14713000"'
            )
        if ags in seen:
            raise InputError(
                "member-twice", f"{ags} is a member twice (rows {seen[ags]} and {number})", place, "remove one of them"
            )
        seen[ags] = number
        role = strict.one_of(row["role"], ("city", "rural"), f"{place}.role")
        members.append(Member(ags, role, read_target(row["target"], f"{place}.target") if "target" in row else None))
    return tuple(members)


def read_target(row: Any, where: str) -> Target:
    """A target from its table; InputError for unknown keys, kinds and numbers."""
    table = strict.mapping(row, where)
    strict.keys(
        table,
        ("kind", "year", "value", "unit", "base_year", "source", "evidence", "steps"),
        where,
        ("kind", "year", "value", "unit", "source", "evidence"),
    )
    unit = strict.one_of(table["unit"], UNITS, f"{where}.unit")
    base_year = table.get("base_year")
    if unit == "percent_vs_base" and base_year is None:
        raise InputError("target-base", "a target in percent needs its base year", where, "add base_year")
    low, high = (-100.0, 0.0) if unit == "percent_vs_base" else (0.0, 1e9)
    steps = tuple(
        (
            int(strict.finite(s["year"], f"{where}.steps", 2022, 2045)),
            strict.finite(s["value"], f"{where}.steps", low, high),
        )
        for s in table.get("steps", ())
    )
    return Target(
        kind=strict.one_of(table["kind"], KINDS, f"{where}.kind"),
        year=int(strict.finite(table["year"], f"{where}.year", 2026, 2045)),
        value=strict.finite(table["value"], f"{where}.value", low, high),
        unit=unit,
        base_year=None if base_year is None else int(strict.finite(base_year, f"{where}.base_year", 1990, 2030)),
        source=str(table["source"]),
        evidence=strict.one_of(table["evidence"], ("A", "B", "C"), f"{where}.evidence"),
        steps=steps,
    )


def _backstop(value: Any, where: str) -> tuple[float, float, float]:
    if not isinstance(value, list) or len(value) != 3:
        raise InputError(
            "backstop-three",
            "three backstop prices are needed",
            where,
            "write three numbers in EUR/t, rising; the middle one plans",
        )
    low, mid, high = (strict.finite(v, where, 1, 10_000) for v in value)
    if not low < mid < high:
        raise InputError("backstop-order", "the three backstop prices must rise", where, "sort them")
    return low, mid, high


def _measures(table: Any, where: str, ags: set[str]) -> dict[str, Any]:
    strict.keys(strict.mapping(table, where), ("exclude", "include_evidence_c", "max_units"), where)
    exclude = table.get("exclude", [])
    if not isinstance(exclude, list) or not all(isinstance(x, str) for x in exclude):
        raise InputError(
            "exclude-list", "exclude must be a list of measure ids", f"{where}.exclude", 'write ["E06", "M01"]'
        )
    include_c = table.get("include_evidence_c", False)
    if not isinstance(include_c, bool):
        raise InputError("bool-kind", "include_evidence_c must be true or false", where, "write true or false")
    limits: dict[str, float | dict[str, float]] = {}
    for mid, limit in strict.mapping(table.get("max_units", {}), f"{where}.max_units").items():
        place = f"{where}.max_units.{mid}"
        if isinstance(limit, dict):
            _check_ags(limit, ags, place)
            limits[mid] = {k: strict.finite(v, f"{place}.{k}", 0, 1e12) for k, v in limit.items()}
        else:
            limits[mid] = strict.finite(limit, place, 0, 1e12)
    return {"exclude": tuple(exclude), "include_evidence_c": include_c, "max_units": limits}


def locks(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, dict[int, float]]]:
    """Locks by member and measure: year → units entering."""
    _check_ags(strict.mapping(table, where), ags, where)
    result: dict[str, dict[str, dict[int, float]]] = {}
    for code, measures in table.items():
        for mid, years in strict.mapping(measures, f"{where}.{code}").items():
            place = f"{where}.{code}.{mid}"
            entry: dict[int, float] = {}
            for year, units in strict.mapping(years, place).items():
                if not year.isdigit() or not 2026 <= int(year) <= 2045:
                    raise InputError(
                        "lock-year", f"{year!r} is not a year of the plan", place, "use years from 2026 to 2045"
                    )
                entry[int(year)] = strict.finite(units, f"{place}.{year}", 0, 1e12)
            result.setdefault(code, {})[mid] = entry
    return result


def _overrides(table: Any, where: str, ags: set[str]) -> dict[str, dict[str, dict[str, Any]]]:
    _check_ags(strict.mapping(table, where), ags, where)
    for code, figures in table.items():
        for fid, figure in strict.mapping(figures, f"{where}.{code}").items():
            place = f"{where}.{code}.{fid!r}"
            needed = ("value", "unit", "year", "source")
            strict.keys(strict.mapping(figure, place), (*needed, "data_quality"), place, needed)
            strict.finite(figure["value"], f"{place}.value", 0, 1e12)
            strict.one_of(figure.get("data_quality", "A"), ("A", "B", "C", "D"), f"{place}.data_quality")
    return {k: {f: dict(v) for f, v in figures.items()} for k, figures in table.items()}


def _check_ags(table: Mapping[str, Any], ags: set[str], where: str) -> None:
    for code in table:
        if code not in ags:
            raise InputError("ags-not-member", f"{code!r} is not a member", where, "members: " + ", ".join(sorted(ags)))
