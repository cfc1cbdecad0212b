"""BISKO as a proof: seven conformity tests with verdict, reasons and missing cells, per member and jointly.

A balance may be called BISKO only if all seven tests pass; an estimate fails T1 (cells are not metered locally), so it
is always an "estimate by the BISKO system". What an inventory cannot show by itself a member may declare: confirmed
zeros of cells the inventory has no line for, road classes, weather correction, the route of district heat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stadtland.base import strict
from stadtland.base.errors import InputError

from . import factors
from .balance import quality
from .exports import release as releases
from .exports import words
from .exports.origins import factor_names
from .inventory import Inventory
from .lines import BISKO_SECTORS, ENERGY_LINES, carrier, index, rows, sector

TESTS = ("t1", "t2", "t3", "t4", "t5", "t6", "t7")
GRID = ("elec", "gas", "dh")
OTHER = ("oil", "biomass", "solar", "ambient")
REQUIRED = ("HH", "GHD", "IND")
ROUTES = ("default", "table5", "plant")
GRADES = (0.0, 0.25, 0.5, 1.0)
EQUAL = 1e-9
KEYS = ("zero", "road_classes", "weather_corrected", "heat_route")
ORDER = ("fail", "not_tested", "pass")


@dataclass
class Verdict:
    """Verdict of one test: `pass`, `fail` or `not_tested`; reasons {id, params, text}; missing cells."""

    test: str
    verdict: str = "pass"
    reasons: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, effect: str, id: str, cells: Sequence[str] = (), **params: Any) -> None:
        """A reason with its effect (`fail`, `not_tested` or `info`); cells join the missing list unless info."""
        self.reasons.append({"id": id, "effect": effect, "params": params, "text": words.say(id, **params)})
        if effect != "info":
            self.missing += [c for c in cells if c not in self.missing]
            self.verdict = min(self.verdict, effect, key=ORDER.index)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "id": self.test.upper(), "name": words.say(self.test), "verdict": self.verdict,
            "verdict_text": words.say(self.verdict), "reasons": self.reasons, "missing": self.missing,
        }  # fmt: skip


def conformity(inv: Inventory, declared: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """Verdicts of the seven tests per AGS and `joint`.

    `declared`: {ags: {zero: [cells such as "GHD.solar"], road_classes: bool, weather_corrected: bool, heat_route:
    default|table5|plant}}. Result: {year, release {id, sha256, locked}, members {ags: {tests, is_bisko, label,
    data_quality, data_quality_ext, data_quality_class}}, joint}. Joint: a test passes if it passes for every member.
    InputError for an unknown member, key, cell or route.
    """
    said = _declared(inv, declared or {})
    grades = quality(inv)
    members: dict[str, Any] = {}
    found: dict[str, list[Verdict]] = {}
    for j, ags in enumerate(inv.ags):
        found[ags] = [_TEST[t](inv, j, said[ags]) for t in TESTS]
        members[ags] = {"name": inv.names[j]} | _entry(found[ags], grades[ags])
    joint = _entry([_together(inv, found, i) for i in range(len(TESTS))], grades["joint"])
    now = releases.current()
    return {
        "year": inv.year,
        "release": {"id": now.id, "sha256": now.sha256, "locked": now.locked, "verified": now.verified},
        "members": members,
        "joint": joint,
    }


def quality_class(value: float | None) -> dict[str, str] | None:
    """Class of a BISKO data quality (0–1) in words (limits recalled, evidence B); None without a value."""
    if value is None:
        return None
    for row in words.table("quality_classes"):
        if value * 100 > float(row["from_pct"]) or float(row["from_pct"]) == 0:
            return {"de": row["label_de"], "en": row["label_en"], "evidence": row["evidence"]}
    raise AssertionError("the classes reach down to 0")


def _entry(found: Sequence[Verdict], grades: Mapping[str, float | None]) -> dict[str, Any]:
    passed = all(v.verdict == "pass" for v in found)
    return {
        "tests": [v.as_dict() for v in found],
        "is_bisko": passed,
        "label": words.say("bisko_name" if passed else "estimate_name"),
        "data_quality": grades["data_quality"],
        "data_quality_ext": grades["data_quality_ext"],
        "data_quality_class": quality_class(grades["data_quality"]),
    }


def _together(inv: Inventory, found: Mapping[str, list[Verdict]], i: int) -> Verdict:
    out = Verdict(TESTS[i])
    for ags in inv.ags:
        one = found[ags][i]
        out.verdict = min(out.verdict, one.verdict, key=ORDER.index)
        out.reasons += [{"member": ags, **r} for r in one.reasons if r["effect"] != "info"]
        out.missing += [f"{ags} {c}" for c in one.missing]
    return out


def _declared(inv: Inventory, given: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    allowed = {f"{s}.{c}" for s in REQUIRED for c in (*GRID, *OTHER)} - set(ENERGY_LINES)
    for ags, entry in given.items():
        where = f"declared.{ags}"
        if ags not in inv.ags:
            raise InputError("declared-member", f"{ags} is no member here", where, "members: " + ", ".join(inv.ags))
        strict.keys(strict.mapping(entry, where), KEYS, where)
        zeros = entry.get("zero", [])
        if not isinstance(zeros, list | tuple):
            raise InputError(
                "declared-zero", "a list of cells is needed", f"{where}.zero", 'write zero = ["GHD.solar"]'
            )
        for cell in zeros:
            strict.one_of(cell, sorted(allowed), f"{where}.zero")
        for key in ("road_classes", "weather_corrected"):
            if not isinstance(entry.get(key, False), bool):
                raise InputError("declared-bool", f"{key} is true or false", f"{where}.{key}", f"write {key} = true")
        if "heat_route" in entry:
            strict.one_of(entry["heat_route"], ROUTES, f"{where}.heat_route")
    # plant data in the inventory are the route; a factor that is only stated needs the member's declaration
    routes = {a: {"heat_route": "plant"} if r == "plant" else {} for a, r in inv.network_route.items()}
    return {a: routes.get(a, {}) | dict(given.get(a, {})) for a in inv.ags}


def _known(inv: Inventory, i: int, j: int) -> bool:
    return inv.state[i, j] not in ("not_available", "confidential") and bool(np.isfinite(inv.energy_mwh[i, j]))


def _local(inv: Inventory, i: int, j: int) -> bool:
    return inv.owner[i, j] in ("own", "confirmed_zero")


def _secret(inv: Inventory, j: int, verdict: Verdict) -> None:
    cells = [x for i, x in enumerate(ENERGY_LINES) if inv.state[i, j] == "confidential"]
    if cells:
        verdict.add("not_tested", "r_confidential", cells, count=len(cells))


def _t1(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Grid-bound final energy of HH, GHD, IND present as local figures of grade A; no energy cell without a value."""
    v = Verdict("t1")
    wanted = [f"{s}.{c}" for s in REQUIRED for c in GRID]
    weak = [
        x for x in wanted
        if _known(inv, index()[x], j) and not (_local(inv, index()[x], j) and inv.data_quality[index()[x], j] >= 1)
    ]  # fmt: skip
    absent = [x for i, x in enumerate(ENERGY_LINES) if inv.state[i, j] == "not_available"]
    if weak:
        v.add("fail", "r_cells_estimated", weak, count=len(weak))
    if absent:
        v.add("fail", "r_cells_missing", absent, count=len(absent))
    if not any(_local(inv, i, j) for i in range(len(ENERGY_LINES))):
        v.add("fail", "r_all_estimated")
    _secret(inv, j, v)
    return v


def _used(inv: Inventory, j: int) -> list[int]:
    return [i for i in range(len(ENERGY_LINES)) if _known(inv, i, j) and inv.energy_mwh[i, j] > 0]


def _factor(inv: Inventory, i: int, j: int) -> float:
    return float(inv.t_co2e[i, j] / inv.energy_mwh[i, j] * 1000)


def expected(line: str, year: int) -> tuple[float, float]:
    """Lowest and highest admissible factor of an energy line (g/kWh): one value, or the span of a biofuel mix."""
    mode = line.rpartition(".")[0][3:]
    ends = [factors.of_line(line, year, {mode: share}) for share in (0.0, 1.0)]
    return min(ends), max(ends)


def _differs(value: float, span: tuple[float, float]) -> bool:
    return not span[0] * (1 - EQUAL) <= value <= span[1] * (1 + EQUAL)


def _t2(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Every cell uses the locked release unchanged; unverified factors leave the test open."""
    v = Verdict("t2")
    now, used = releases.current(), _used(inv, j)
    if not now.locked:
        v.add("fail", "r_release_changed")
    changed = [ENERGY_LINES[i] for i in used if _differs(_factor(inv, i, j), expected(ENERGY_LINES[i], inv.year))]
    if said.get("heat_route") in ("table5", "plant"):
        changed = [x for x in changed if carrier(x) != "dh"]  # a real network factor is the better one, see T6
    if changed:
        v.add("fail", "r_factor_changed", changed, count=len(changed), release=now.id)
    names = tuple(sorted({n for i in used for n in factor_names(ENERGY_LINES[i])}))
    open_ = releases.unverified(inv.year, names)
    if now.locked and not now.verified:
        v.add("not_tested", "r_unverified_release", release=now.id)
    if open_["evidence"] and not now.verified:
        v.add("not_tested", "r_unverified_factors", open_["evidence"], count=len(open_["evidence"]))
    if open_["other_year"]:
        v.add("not_tested", "r_other_year_factors", open_["other_year"], count=len(open_["other_year"]), year=inv.year)
    _secret(inv, j, v)
    return v


def _t3(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Electricity, also traction current, with the federal mix of the year."""
    v = Verdict("t3")
    mix = factors.value("elec", inv.year)
    used = [i for i in _used(inv, j) if carrier(ENERGY_LINES[i]) == "elec"]
    other = [ENERGY_LINES[i] for i in used if _differs(_factor(inv, i, j), (mix, mix))]
    if other:
        v.add("fail", "r_other_mix", other, count=len(other), mix=f"{mix:g}")
    _secret(inv, j, v)
    return v


def _t4(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Final energy of the year itself, as consumed."""
    v = Verdict("t4")
    stationary = [i for i in rows(*BISKO_SECTORS) if sector(ENERGY_LINES[i]) != "VK"]
    guessed = [i for i in stationary if not _local(inv, i, j)]
    own = [ENERGY_LINES[i] for i in stationary if _local(inv, i, j) and inv.energy_mwh[i, j] > 0]
    if guessed and inv.base_years != (inv.year,):
        v.add("not_tested", "r_energy_other_year", year=inv.year)
    if said.get("weather_corrected"):
        v.add("fail", "r_weather_corrected", own)
    elif own and "weather_corrected" not in said:
        v.add("not_tested", "r_weather_unknown", own, count=len(own))
    return v


def _t5(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Every cell HH, GHD, IND × carrier has a value or a confirmed zero; transport local and by road class."""
    v = Verdict("t5")
    wanted = [f"{s}.{c}" for s in REQUIRED for c in (*GRID, *OTHER)]
    lines = [x for x in wanted if x in index()]
    absent = [x for x in lines if inv.state[index()[x], j] == "not_available"]
    if absent:
        v.add("fail", "r_cells_missing", absent, count=len(absent))
    without = [x for x in wanted if x not in index() and x not in said.get("zero", [])]
    if without:
        v.add("fail", "r_no_line", without, count=len(without))
    guessed = [ENERGY_LINES[i] for i in rows("VK") if not _local(inv, i, j)]
    if guessed:
        v.add("fail", "r_transport_estimated", guessed, count=len(guessed))
    if not said.get("road_classes"):
        v.add("fail", "r_road_classes")
    _secret(inv, j, v)
    return v


def _t6(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """District heat by plant data, table or the default; the default is admissible while nothing is declared."""
    v = Verdict("t6")
    used = [i for i in _used(inv, j) if carrier(ENERGY_LINES[i]) == "dh"]
    default = factors.value("dh", inv.year)
    if not used:
        v.add("info", "r_heat_none")
        return v
    other = [ENERGY_LINES[i] for i in used if _differs(_factor(inv, i, j), (default, default))]
    route = said.get("heat_route", "default")
    if route == "default" and other:
        v.add("fail", "r_heat_factor", other, count=len(other))
    elif route != "default" and not other:
        v.add("fail", "r_heat_route", [ENERGY_LINES[i] for i in used], route=route)
    elif route == "default":
        v.add("info", "r_heat_default", value=f"{default:g}")
    _secret(inv, j, v)
    return v


def _t7(inv: Inventory, j: int, said: dict[str, Any]) -> Verdict:
    """Every energy cell with a value carries a data quality; not graded is not grade D."""
    v = Verdict("t7")
    used = _used(inv, j)
    bare = [ENERGY_LINES[i] for i in used if not np.isfinite(inv.data_quality[i, j])]
    mixed = [i for i in used if np.isfinite(inv.data_quality[i, j]) and inv.data_quality[i, j] not in GRADES]
    if bare:
        v.add("fail", "r_ungraded", bare, count=len(bare))
    if mixed:
        v.add("info", "r_graded_mix", count=len(mixed))
    return v


_TEST = {"t1": _t1, "t2": _t2, "t3": _t3, "t4": _t4, "t5": _t5, "t6": _t6, "t7": _t7}
