"""A second formulation of INSTANCE.json, written from the format alone.

It shares no code and no variables with the programme of the product: units are split into entering and renewed ones,
standing is a sum over cohorts, removals a sum over cohorts, accounts are written out in every cap row. It is solved
with GLOP. Only `cost` is meant to be compared.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from ortools.linear_solver import pywraplp


class Sum(defaultdict):
    """A linear expression: coefficient by variable; the key None is the constant."""

    def __init__(self, terms: dict[Any, float] | None = None) -> None:
        super().__init__(float, terms or {})

    def add(self, other: Sum, factor: float = 1.0) -> Sum:
        for key, value in other.items():
            self[key] += factor * value
        return self


def cost(doc: dict[str, Any], members: list[str] | None = None) -> float:
    """Least cost (M EUR present value) of a set of members; ValueError if GLOP finds no optimum."""
    return Second(doc, members or doc["members"]).solve()


class Second:
    def __init__(self, doc: dict[str, Any], members: list[str]) -> None:
        self.doc, self.members = doc, members
        self.years = range(doc["years"][1] - doc["years"][0] + 1)
        self.rate = doc.get("discount", 0)
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.objective = Sum()
        self.services = [s for s in doc.get("services", []) if s["member"] in members]
        self.measures = [m for m in doc.get("measures", []) if m["member"] in members]
        self.standing: dict[str, list[Sum]] = {}
        self.entering: dict[str, list[Sum]] = {}
        self.built: dict[str, list[Sum]] = {}
        self.legacy: dict[str, list[Any]] = {}

    def at(self, value: Any, t: int) -> float:
        return float(value[t] if isinstance(value, list) else value)

    def var(self, most: float = math.inf, price: float = 0.0) -> Any:
        v = self.solver.NumVar(0, most if math.isfinite(most) else self.solver.infinity(), "")
        self.objective[v] += price
        return v

    def at_most(self, terms: Sum, most: float, equal: bool = False) -> None:
        most -= terms.get(None, 0.0)
        row = self.solver.Constraint(most if equal else -self.solver.infinity(), most)
        for v, value in terms.items():
            if v is not None:
                row.SetCoefficient(v, value)

    def factor(self, t: int) -> float:
        return (1 + self.rate) ** -t

    def solve(self) -> float:
        for m in self.measures:
            self.stock(m)
        for s in self.services:
            self.service(s)
        self.area()
        self.exports = self.power()
        self.labour()
        self.protection()
        self.caps()
        for v, value in self.objective.items():
            if v is None:
                self.solver.Objective().SetOffset(value)
            else:
                self.solver.Objective().SetCoefficient(v, value)
        self.solver.Objective().SetMinimization()
        parameters = pywraplp.MPSolverParameters()
        if self.solver.Solve(parameters) != pywraplp.Solver.OPTIMAL:
            raise ValueError("no optimum")
        return float(self.solver.Objective().Value())

    def stock(self, m: dict[str, Any]) -> None:
        life, ramp, lock = m.get("lifetime"), m.get("ramp"), m.get("lock") or {}
        area = m["class"] in ("land", "removal") or "removal" in m
        enter, units, standing = [], [], []
        for t in self.years:
            e = Sum({self.var(): 1.0})
            x = Sum().add(e)
            if life is not None and t >= life:
                before = units[t - life]
                if area:
                    x.add(before)
                else:
                    renewed = self.var()
                    self.at_most(Sum({renewed: 1.0}).add(before, -1), 0)
                    x[renewed] += 1
            alive = Sum()
            for v in range(0 if life is None or area else max(0, t - life + 1), t):
                alive.add((enter if area else units)[v])
            alive.add(e if area else x)
            if m.get("potential") is not None:
                self.at_most(alive, self.at(m["potential"], t))
            if isinstance(ramp, dict):
                terms = Sum().add(e)
                if t:
                    terms.add(enter[t - 1], -1 - ramp["growth"])
                self.at_most(terms, ramp["seed"])
            elif ramp is not None:
                self.at_most(e, ramp)
            year = str(self.doc["years"][0] + t)
            if year in lock:
                self.at_most(e if area else x, lock[year], equal=True)
            self.objective.add(alive, self.factor(t) * self.at(m.get("opex", 0), t))
            capex = self.capex(m, t)
            if life is None:
                self.objective.add(x, self.factor(t) * capex)
            else:
                share = self.rate / (1 - (1 + self.rate) ** -life) if self.rate else 1 / life
                for later in range(t, min(t + life, len(self.years))):
                    self.objective.add(x, self.factor(later) * share * capex)
            enter.append(e)
            units.append(x)
            standing.append(alive)
        self.standing[m["id"]], self.entering[m["id"]], self.built[m["id"]] = standing, enter, units

    def capex(self, m: dict[str, Any], t: int) -> float:
        return self.at(m.get("capex", 0), t) * (1 - m.get("learning", 0)) ** t

    def labour(self) -> None:
        """Pools of trades and municipal money, over the members that have one."""
        for trade, pools in self.doc.get("labour", {}).items():
            for t in self.years:
                terms, most = Sum(), self.at(pools.get("*", 0), t)
                for member in self.members:
                    most += self.at(pools.get(member, 0), t)
                    for m in self.measures:
                        if m["member"] == member and (member in pools or "*" in pools):
                            terms.add(self.built[m["id"]][t], m.get("labour", {}).get(trade, 0))
                self.at_most(terms, most)
        rule = self.doc.get("municipal_budget")
        if rule is None:
            return
        having = [i for i in self.members if i in rule["limit"]]
        for group in [having] if rule.get("pooled", True) else [[i] for i in having]:
            for t in self.years:
                terms = Sum()
                for m in self.measures:
                    if m["member"] in group:
                        terms.add(self.built[m["id"]][t], m.get("public_share", 0) * self.capex(m, t))
                self.at_most(terms, sum(self.at(rule["limit"][i], t) for i in group))

    def protection(self) -> None:
        for d in self.doc.get("adaptation", []):
            if d["need"] is None or d["member"] not in self.members:
                continue
            for t in self.years:
                need = self.at(d["need"], t)
                if d.get("kind") == "share":
                    need = math.log(1 / (1 - need))
                terms = Sum({self.var(price=self.factor(t) * self.at(d["price"], t)): -1.0})
                for m in self.measures:
                    part = d.get("upstream", {}).get(m["member"], 0)
                    if m["member"] == d["member"]:
                        part = 1
                    terms.add(self.standing[m["id"]][t], -part * m.get("cover", {}).get(d.get("indicator", d["id"]), 0))
                self.at_most(terms, -need)
        for d in self.doc.get("regional_demands", []):
            for t in self.years:
                need = sum(self.at(d["demand"].get(i) or 0, t) for i in self.members)
                terms = Sum({self.var(price=self.factor(t) * self.at(d["price"], t)): -1.0})
                for m in self.measures:
                    terms.add(self.standing[m["id"]][t], -m.get("delivers", {}).get(d["id"], 0))
                self.at_most(terms, -need)

    def demand(self, s: dict[str, Any], t: int) -> Sum:
        terms = Sum({None: self.at(s["demand"], t)})
        for m in self.measures:
            if s["id"] in (m.get("uses") or {}):
                terms.add(self.standing[m["id"]][t], m["uses"][s["id"]])
        return terms

    def service(self, s: dict[str, Any]) -> None:
        legacy = s.get("legacy")
        kept = 1 - s.get("loss", 0)
        slices = s.get("slices") or {"all": 1.0}
        unserved = self.doc.get("slack", {}).get("unserved", 1000)
        self.legacy[s["id"]] = []
        serving = [m for m in self.measures if m.get("service") == s["id"]]
        before = None
        for t in self.years:
            old = None
            if legacy is not None:
                stock = legacy.get("stock", self.at(s["demand"], 0))
                most = stock * self.at(legacy.get("survival", 1), t)
                old = self.var(most, self.factor(t) * self.at(legacy.get("cost", 0), t))
                self.legacy[s["id"]].append(old)
                fine = self.factor(t) * self.at(legacy.get("write_off", 0), t)
                self.objective.add(Sum({None: fine * most, old: -fine}))
                if legacy.get("final") and before is not None:
                    left, was = most, before[1]
                    self.at_most(Sum({old: 1.0, before[0]: -(left / was if was > 0 else 0)}), 0)
                before = (old, most)
            whole = Sum({old: -1.0}) if old is not None else None
            for q, share in slices.items():
                served = Sum({self.var(price=self.factor(t) * self.at(unserved, t)): 1.0})
                if old is not None and len(slices) > 1:
                    piece = self.var()
                    served[piece] += kept
                    whole[piece] += 1.0
                elif old is not None:
                    served[old] += kept
                for m in serving:
                    part = (m.get("service_slices") or slices).get(q, 0)
                    arrives = 1 if m.get("demand_side") else kept
                    served.add(self.standing[m["id"]][t], part * arrives * m.get("per_unit", 1))
                self.at_most(Sum().add(self.demand(s, t), share).add(served, -1), 0)
            if old is not None and len(slices) > 1:
                self.at_most(whole, 0)
            saved = Sum()
            for m in serving:
                if m.get("demand_side"):
                    saved.add(self.standing[m["id"]][t], m.get("per_unit", 1))
            for m in serving:
                if m.get("share_of_rest") is not None:
                    terms = Sum().add(self.standing[m["id"]][t], kept * m.get("per_unit", 1))
                    terms.add(self.demand(s, t), -m["share_of_rest"]).add(saved, m["share_of_rest"])
                    self.at_most(terms, 0)

    def area(self) -> None:
        for member in self.members:
            mine = [m for m in self.measures if m["member"] == member]
            for t in self.years:
                used: dict[Any, Sum] = defaultdict(Sum)
                layers: dict[str, set[Any]] = defaultdict(set)
                for m in mine:
                    for name, kha in (m.get("land") or {}).items():
                        if kha > 0 and m.get("layer"):
                            layers[name].add(m["layer"])
                lines: dict[str, Sum] = defaultdict(Sum)
                total = Sum()
                for m in mine:
                    for name, kha in (m.get("land") or {}).items():
                        for layer in {m["layer"]} if m.get("layer") else layers[name] or {None}:
                            used[name, layer].add(self.standing[m["id"]][t], kha)
                    if m["class"] == "process":
                        total.add(self.standing[m["id"]][t], m.get("t_per_unit", 0))
                        if m.get("line"):
                            lines[m["line"]].add(self.standing[m["id"]][t], m.get("t_per_unit", 0))
                for (name, _), terms in used.items():
                    for m in mine:
                        terms.add(self.standing[m["id"]][t], -(m.get("land_to") or {}).get(name, 0))
                    self.at_most(terms, self.at(self.doc.get("land", {}).get(member, {}).get(name, 0), t))
                for name, terms in lines.items():
                    self.at_most(terms, self.at(self.doc["lines_kt"][member][name], t))
                if any(m["class"] == "process" for m in mine):
                    self.at_most(total, self.at(self.doc.get("rest_kt", {}).get(member, 0), t))
        for cap in self.doc.get("conversion_cap", []):
            if cap["member"] in self.members:
                for t in self.years:
                    terms = Sum()
                    for name, kha in cap["measures"].items():
                        terms.add(self.standing[name][t], kha)
                    self.at_most(terms, self.at(cap["kha"], t))

    def grid(self, key: str, q: str, t: int) -> float:
        value = self.doc["electricity"].get(key, 0)
        return self.at(value.get(q, 0) if isinstance(value, dict) else value, t)

    def slices(self) -> list[str]:
        return (self.doc.get("electricity") or {}).get("slices", [])

    def power(self) -> dict[tuple[str, int], Any]:
        exports = {}
        for q in self.slices():
            for t in self.years:
                bought = self.var(price=self.factor(t) * self.grid("import_price", q, t))
                sold = self.var(price=-self.factor(t) * self.grid("export_price", q, t))
                exports[q, t] = sold
                terms = Sum({bought: 1.0, sold: -1.0})
                for m in self.measures:
                    terms.add(self.standing[m["id"]][t], self.at((m.get("electricity") or {}).get(q, 0), t))
                need = sum(
                    self.at(self.doc["electricity"].get("demand", {}).get(i, {}).get(q, 0), t) for i in self.members
                )
                self.at_most(terms, need, equal=True)
        return exports

    def kernel(self, m: dict[str, Any], age: int) -> float:
        rule = m["removal"]
        if "annual" in rule:
            return rule["annual"][age] if age < len(rule["annual"]) else 0.0
        k, cap, shape = rule["rate"], rule["cap_kt_per_unit"], rule.get("shape", "first_order")
        stored = {
            "first_order": lambda a: cap * (1 - math.exp(-k * a)),
            "chapman_richards": lambda a: cap * (1 - math.exp(-k * a)) ** 2,
            "linear": lambda a: cap * min(1, k * a),
        }[shape]
        return stored(age + 1) - stored(age)

    def account(self, member: str, t: int, kind: str) -> Sum:
        rest = self.at(self.doc.get("rest_kt", {}).get(member, 0), t)
        if kind == "bisko":
            rest = self.at(self.doc.get("rest_bisko_kt", {}).get(member, rest), t)
        terms = Sum({None: rest})
        for q in self.slices():
            use = self.at(self.doc["electricity"].get("demand", {}).get(member, {}).get(q, 0), t)
            terms[None] += use * self.grid("ef", q, t)
        for s in self.services:
            if s["member"] == member and s.get("legacy") is not None:
                terms[self.legacy[s["id"]][t]] += self.at(s["legacy"].get("ef", 0), t)
        land = kind not in ("gross", "bisko")
        if land:
            terms[None] += self.at(self.doc.get("lulucf_kt", {}).get(member, 0), t)
        for m in (m for m in self.measures if m["member"] == member):
            stands = self.standing[m["id"]][t]
            terms.add(stands, self.at(m.get("ef", 0), t))
            for q in self.slices():
                amount = self.at((m.get("electricity") or {}).get(q, 0), t) * self.grid("ef", q, t)
                if amount < 0 or kind == "partnership":
                    terms.add(stands, -amount)
            lowers_this = kind != "bisko" if m["class"] == "process" else land
            if lowers_this:
                terms.add(stands, -m.get("t_per_unit", 0))
            if land and "removal" in m:
                for v in range(t + 1):
                    terms.add(self.entering[m["id"]][v], -(1 - m.get("buffer", 0)) * self.kernel(m, t - v))
        return terms

    def caps(self) -> None:
        caps = self.doc.get("caps") or {}
        if not caps:
            return
        price = self.doc["backstop"]
        bought = [self.var(price=self.factor(t) * self.at(price, t)) for t in self.years]
        for kind, table in caps.items():
            for t in self.years:
                terms, most, anyone = Sum(), 0.0, False
                for member in self.members:
                    if member not in table:
                        continue
                    cap = table[member]
                    if kind == "cumulative" and not isinstance(cap, list) and t < len(self.years) - 1:
                        continue
                    value = cap[t] if isinstance(cap, list) else cap
                    if value is None:
                        continue
                    anyone, most = True, most + value
                    for past in range(t + 1) if kind == "cumulative" else [t]:
                        terms.add(self.account(member, past, "net" if kind == "cumulative" else kind))
                if not anyone:
                    continue
                if kind in ("gross", "bisko"):
                    missed = self.doc.get("slack", {}).get("gross")
                    missed = 2 * self.at(price, t) if missed is None else self.at(missed, t)
                    terms[self.var(price=self.factor(t) * missed)] -= 1
                else:
                    for past in range(t + 1) if kind == "cumulative" else [t]:
                        terms[bought[past]] -= 1
                if kind == "partnership" and (self.doc.get("electricity") or {}).get("credit") == "import_only":
                    for q in self.slices():
                        terms[self.exports[q, t]] += self.grid("ef", q, t)
                self.at_most(terms, most)
