"""What the checker reads: the two documents with numbers spread over years, and comparisons relative to a size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Book:
    """The two documents with numbers spread over years; violations are collected relative to a size."""

    def __init__(self, instance: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        self.doc, self.out = instance, answer
        first, last = instance["years"]
        self.n = int(last) - int(first) + 1
        self.first = int(first)
        self.set = list(answer.get("set", instance["members"]))
        self.discount = np.array([1.0 / (1.0 + instance.get("discount", 0)) ** t for t in range(self.n)])
        found = [m for m in instance.get("measures", []) if m["member"] in self.set]
        self.measures = [{k: v for k, v in m.items() if v is not None} for m in found]  # null: absent
        self.services = [s for s in instance.get("services", []) if s["member"] in self.set]
        firsts = [int(y) - self.first for y in instance.get("periods") or range(self.first, self.first + self.n)]
        self.period = np.searchsorted(firsts, np.arange(self.n), side="right") - 1
        self.yearly = len(firsts) == self.n
        self.own: dict[str, list[Any]] = {name: [] for name in self.set}
        self.services_of: dict[str, list[Any]] = {}
        for s in self.services:
            self.services_of.setdefault(s["member"], []).append(s)
        self.by_service: dict[str, list[Any]] = {}
        self.drawing: dict[str, list[Any]] = {}
        for m in self.measures:
            self.own[m["member"]].append(m)
            self.by_service.setdefault(str(m.get("service")), []).append(m)
            for name in m.get("uses") or {}:
                self.drawing.setdefault(name, []).append(m)
        self.power: Mapping[str, Any] = instance.get("electricity") or {}
        self.slices: list[str] = list(self.power.get("slices", []))

    def array(self, value: Any, default: float = 0.0) -> Array:
        value = default if value is None else value
        if isinstance(value, list | tuple):
            return np.array([math.nan if v is None else float(v) for v in value])
        return np.array([float(value)] * self.n)

    def level(self, values: Array) -> Array:
        """Mean of each period (each year where there are none): the level at which rows of periods hold."""
        if self.yearly:
            return values
        return np.array([values[self.period == p].mean() for p in range(self.period[-1] + 1)])

    def flow(self, values: Array) -> Array:
        """Yearly mean of changes between the middles of two periods (each year where there are none)."""
        if self.yearly:
            return values
        found = []
        for p in range(self.period[-1] + 1):
            top = bottom = 0.0
            for q, falling in ((p, True), (p - 1, False)):
                years = np.flatnonzero(self.period == q)
                for k, t in enumerate(years):
                    w = 1 - k / len(years) if falling else k / len(years)
                    top, bottom = top + w * values[t], bottom + w
            found.append(top / bottom)
        return np.array(found)

    def installed(self, measure: Mapping[str, Any]) -> Array:
        """Units installed by year: from the answer, in periods from standing (what ends is replaced or gone)."""
        if self.yearly:
            return self.of(measure, "units")
        standing, life = self.of(measure, "standing"), measure.get("lifetime") or self.n
        units = np.diff(standing, prepend=0.0)
        for t in range(int(life), self.n):
            units[t] += units[t - int(life)]
        return units

    def removal(self, m: Mapping[str, Any]) -> Array:
        """Tonnes taken up in each year by all area that entered before, each cohort by its own age."""
        rule = m["removal"]
        if "annual" in rule:
            by_age = [rule["annual"][a] if a < len(rule["annual"]) else 0.0 for a in range(self.n)]
        else:
            rate, most = rule["rate"], rule["cap_kt_per_unit"]
            shape = rule.get("shape", "first_order")

            def stored(age: float) -> float:
                if shape == "linear":
                    return float(most * min(1.0, rate * age))
                done = 1.0 - math.exp(-rate * age)
                return float(most * (done if shape == "first_order" else done**2))

            by_age = [stored(a + 1) - stored(a) for a in range(self.n)]
        # rebuilt from standing, so that a renewal can never start a kernel again
        entered = np.maximum(np.diff(self.of(m, "standing"), prepend=0.0), 0.0)
        return np.array([sum(entered[v] * by_age[t - v] for v in range(t + 1)) for t in range(self.n)])

    def capex(self, measure: Mapping[str, Any]) -> Array:
        """Capex by year of installation, falling by the yearly share `learning`."""
        fall = np.array([(1 - measure.get("learning", 0)) ** t for t in range(self.n)])
        return np.asarray(self.array(measure.get("capex", 0)) * fall)

    def slice(self, key: str, name: str) -> Array:
        value = self.power.get(key, 0)
        return self.array(value.get(name, 0) if isinstance(value, Mapping) else value)

    def of(self, measure: Mapping[str, Any], key: str) -> Array:
        return self.array(self.out["measures"][measure["id"]][key])

    def by_member(self, table: str, member: str) -> Array:
        return self.array(self.doc.get(table, {}).get(member, 0))

    def power_of(self, measure: Mapping[str, Any], name: str) -> Array:
        return self.array((measure.get("electricity") or {}).get(name, 0))


def over(left: Array, right: Array) -> float:
    """Largest amount by which left passes right, relative to the size of the right side (at least 1)."""
    if not (np.all(np.isfinite(left)) and not np.any(np.isnan(right))):
        return math.inf
    size = np.maximum(1.0, np.where(np.isfinite(right), np.abs(right), 1.0))
    return float(np.max(np.where(np.isfinite(right), left - right, -1.0) / size, initial=0.0))


def differ(left: Array, right: Array) -> float:
    if not (np.all(np.isfinite(left)) and np.all(np.isfinite(right))):
        return math.inf
    return float(np.max(np.abs(left - right) / np.maximum(1.0, np.abs(right)), initial=0.0))
