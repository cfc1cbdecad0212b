"""Independent checker: reads the instance document and the answer document, and nothing of the builder.

It recomputes every balance, limit, account and euro from the standing units in the answer with its own arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LIMIT = 1e-6  # relative to the size of what is compared
UNSERVED = 1e-6


def check(instance: Mapping[str, Any], answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`[{name, value, limit, passed}]`: the largest violation by group of rules, relative
    (GWh, kt, kha, units, M EUR).

    Only the two documents are read. An answer without an optimum has no checks. `passed` is false for a value
    that is not finite.
    """
    if answer.get("status") != "ok":
        return []
    book = _Book(instance, answer)
    found = {
        "services": _services(book),
        "shares_of_rest": _shares(book),
        "legacy": _legacy(book),
        "units": _units(book),
        "entering": _entering(book),
        "potential": _potential(book),
        "ramp": _ramp(book),
        "lock": _lock(book),
        "land": _land(book),
        "process_lines": _lines(book),
        "conversion": _conversion(book),
        "electricity": _electricity(book),
        "removals": _removals(book),
        "accounts": _accounts(book),
        "caps": _caps(book),
        "spending": _spending(book),
        "cost": _cost(book),
        "dual_gap": _gap(book),
    }
    rows = [{"name": k, "value": float(v), "limit": LIMIT, "passed": bool(v <= LIMIT)} for k, v in found.items()]
    unserved = float(np.max(book.array(answer["slack"]["unserved"]), initial=0.0))
    rows.append({"name": "unserved", "value": unserved, "limit": UNSERVED, "passed": unserved <= UNSERVED})
    return rows


class _Book:
    """The two documents with numbers spread over years; violations are collected relative to a size."""

    def __init__(self, instance: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        self.doc, self.out = instance, answer
        first, last = instance["years"]
        self.n = int(last) - int(first) + 1
        self.first = int(first)
        self.set = list(answer.get("set", instance["members"]))
        self.discount = [1.0 / (1.0 + instance.get("discount", 0)) ** t for t in range(self.n)]
        found = [m for m in instance.get("measures", []) if m["member"] in self.set]
        self.measures = [{k: v for k, v in m.items() if v is not None} for m in found]  # null: absent
        self.services = [s for s in instance.get("services", []) if s["member"] in self.set]
        self.power: Mapping[str, Any] = instance.get("electricity") or {}
        self.slices: list[str] = list(self.power.get("slices", []))

    def array(self, value: Any, default: float = 0.0) -> Array:
        value = default if value is None else value
        if isinstance(value, list | tuple):
            return np.array([math.nan if v is None else float(v) for v in value])
        return np.array([float(value)] * self.n)

    def slice(self, key: str, name: str) -> Array:
        value = self.power.get(key, 0)
        return self.array(value.get(name, 0) if isinstance(value, Mapping) else value)

    def of(self, measure: Mapping[str, Any], key: str) -> Array:
        return self.array(self.out["measures"][measure["id"]][key])

    def by_member(self, table: str, member: str) -> Array:
        return self.array(self.doc.get(table, {}).get(member, 0))

    def power_of(self, measure: Mapping[str, Any], name: str) -> Array:
        return self.array((measure.get("electricity") or {}).get(name, 0))


def _over(left: Array, right: Array) -> float:
    """Largest amount by which left passes right, relative to the size of the right side (at least 1)."""
    if not (np.all(np.isfinite(left)) and not np.any(np.isnan(right))):
        return math.inf
    size = np.maximum(1.0, np.where(np.isfinite(right), np.abs(right), 1.0))
    return float(np.max(np.where(np.isfinite(right), left - right, -1.0) / size, initial=0.0))


def _differ(left: Array, right: Array) -> float:
    if not (np.all(np.isfinite(left)) and np.all(np.isfinite(right))):
        return math.inf
    return float(np.max(np.abs(left - right) / np.maximum(1.0, np.abs(right)), initial=0.0))


def _never_falls(m: Mapping[str, Any]) -> bool:
    return m["class"] in ("land", "removal") or m.get("removal") is not None


def _demand(b: _Book, s: Mapping[str, Any]) -> Array:
    total = b.array(s["demand"])
    for m in b.measures:
        per = (m.get("uses") or {}).get(s["id"], 0)
        total = total + per * b.of(m, "standing")
    return total


def _services(b: _Book) -> float:
    worst = 0.0
    for s in b.services:
        out = b.out["services"][s["id"]]
        supplied = b.array(out["legacy"]) + b.array(out["unserved"])
        for m in b.measures:
            if m.get("service") == s["id"]:
                supplied = supplied + m.get("per_unit", 1) * b.of(m, "standing")
        worst = max(worst, _over(_demand(b, s), supplied), _over(-b.array(out["unserved"]), np.zeros(b.n)))
    total = sum((b.array(b.out["services"][s["id"]]["unserved"]) for s in b.services), np.zeros(b.n))
    return max(worst, _differ(b.array(b.out["slack"]["unserved"]), total))


def _shares(b: _Book) -> float:
    """A share is a share of what the savings of the service leave."""
    worst = 0.0
    for m in b.measures:
        if m.get("share_of_rest") is None:
            continue
        service = next(s for s in b.services if s["id"] == m["service"])
        rest = _demand(b, service)
        for other in b.measures:
            if other.get("demand_side") and other.get("service") == m["service"]:
                rest = rest - other.get("per_unit", 1) * b.of(other, "standing")
        worst = max(worst, _over(m.get("per_unit", 1) * b.of(m, "standing"), m["share_of_rest"] * rest))
    return worst


def _legacy(b: _Book) -> float:
    worst = 0.0
    for s in b.services:
        out = b.array(b.out["services"][s["id"]]["legacy"])
        legacy = s.get("legacy")
        most = np.zeros(b.n)
        if legacy is not None:
            stock = legacy.get("stock", b.array(s["demand"])[0])
            most = stock * b.array(legacy.get("survival", 1))
        worst = max(worst, _over(out, most), _over(-out, np.zeros(b.n)))
    return worst


def _units(b: _Book) -> float:
    """Standing is what was installed within the lifetime; area in a practice is all that ever entered."""
    worst = 0.0
    for m in b.measures:
        units, standing = b.of(m, "units"), b.of(m, "standing")
        life = m.get("lifetime") or b.n
        alive = np.array([units[max(0, t - life + 1) : t + 1].sum() for t in range(b.n)])
        worst = max(worst, _differ(standing, alive), _over(-units, np.zeros(b.n)))
        if _never_falls(m):
            worst = max(worst, _differ(standing, np.cumsum(b.of(m, "entering"))))
    return worst


def _entering(b: _Book) -> float:
    """Entering is the rise of standing beyond renewals, never more than installed."""
    worst = 0.0
    for m in b.measures:
        standing, entering = b.of(m, "standing"), b.of(m, "entering")
        rise = np.maximum(np.diff(standing, prepend=0.0), 0.0)
        if isinstance(m.get("ramp"), Mapping):
            worst = max(worst, _over(rise, entering), _over(entering, b.of(m, "units")))
        else:
            worst = max(worst, _differ(entering, rise))
    return worst


def _potential(b: _Book) -> float:
    worst = 0.0
    for m in b.measures:
        standing = b.of(m, "standing")
        worst = max(worst, _over(-standing, np.zeros(b.n)))
        if m.get("potential") is not None:
            worst = max(worst, _over(standing, b.array(m["potential"])))
    return worst


def _ramp(b: _Book) -> float:
    worst = 0.0
    for m in b.measures:
        ramp = m.get("ramp")
        if ramp is None:
            continue
        entering = b.of(m, "entering")
        if isinstance(ramp, Mapping):
            before = np.concatenate([[0.0], entering[:-1]])
            worst = max(worst, _over(entering, (1 + ramp["growth"]) * before + ramp["seed"]))
        else:
            worst = max(worst, _over(entering, np.full(b.n, float(ramp))))
    return worst


def _lock(b: _Book) -> float:
    worst = 0.0
    for m in b.measures:
        kept = b.of(m, "entering" if _never_falls(m) else "units")
        for year, units in (m.get("lock") or {}).items():
            worst = max(worst, abs(kept[int(year) - b.first] - units) / max(1.0, abs(units)))
    return worst


def _land(b: _Book) -> float:
    worst = 0.0
    for member in b.set:
        used: dict[str, Array] = {}
        for m in b.measures:
            if m["member"] == member:
                for name, kha in (m.get("land") or {}).items():
                    used[name] = used.get(name, np.zeros(b.n)) + kha * b.of(m, "standing")
        for name, area in used.items():
            worst = max(worst, _over(area, b.array(b.doc.get("land", {}).get(member, {}).get(name, 0))))
    return worst


def _lines(b: _Book) -> float:
    """Process measures never lower more than the rest of the member, nor more than their inventory line."""
    worst = 0.0
    for member in b.set:
        total = np.zeros(b.n)
        lines: dict[str, Array] = {}
        for m in b.measures:
            if m["member"] == member and m["class"] == "process":
                lowered = m.get("t_per_unit", 0) * b.of(m, "standing")
                total = total + lowered
                if m.get("line") is not None:
                    lines[m["line"]] = lines.get(m["line"], np.zeros(b.n)) + lowered
        worst = max(worst, _over(total, b.by_member("rest_kt", member)))
        for name, lowered in lines.items():
            worst = max(worst, _over(lowered, b.array(b.doc["lines_kt"][member][name])))
    return worst


def _conversion(b: _Book) -> float:
    worst = 0.0
    for cap in b.doc.get("conversion_cap", []):
        if cap["member"] in b.set:
            used = np.zeros(b.n)
            for m in b.measures:
                used = used + cap["measures"].get(m["id"], 0) * b.of(m, "standing")
            worst = max(worst, _over(used, b.array(cap["kha"])))
    return worst


def _electricity(b: _Book) -> float:
    worst = 0.0
    for name in b.slices:
        made = np.zeros(b.n)
        used = np.zeros(b.n)
        for m in b.measures:
            flow = b.power_of(m, name) * b.of(m, "standing")
            made, used = made + np.maximum(flow, 0), used + np.maximum(-flow, 0)
        for member in b.set:
            used = used + b.array(b.power.get("demand", {}).get(member, {}).get(name, 0))
        bought = b.array(b.out["electricity"]["import"][name])
        sold = b.array(b.out["electricity"]["export"][name])
        worst = max(worst, _differ(made + bought, used + sold), _over(sold, made))
        worst = max(worst, _over(-bought, np.zeros(b.n)), _over(-sold, np.zeros(b.n)))
    return worst


def _removal(b: _Book, m: Mapping[str, Any]) -> Array:
    """Tonnes taken up in each year by all area that entered before, each cohort by its own age."""
    rule = m["removal"]
    if "annual" in rule:
        by_age = [rule["annual"][a] if a < len(rule["annual"]) else 0.0 for a in range(b.n)]
    else:
        rate, most = rule["rate"], rule["cap_kt_per_unit"]
        shape = rule.get("shape", "first_order")

        def stored(age: float) -> float:
            if shape == "linear":
                return float(most * min(1.0, rate * age))
            done = 1.0 - math.exp(-rate * age)
            return float(most * (done if shape == "first_order" else done**2))

        by_age = [stored(a + 1) - stored(a) for a in range(b.n)]
    # rebuilt from standing, so that a renewal can never start a kernel again
    entered = np.maximum(np.diff(b.of(m, "standing"), prepend=0.0), 0.0)
    return np.array([sum(entered[v] * by_age[t - v] for v in range(t + 1)) for t in range(b.n)])


def _removals(b: _Book) -> float:
    credited, kept = np.zeros(b.n), np.zeros(b.n)
    for m in b.measures:
        if m.get("removal") is not None:
            taken = _removal(b, m)
            credited = credited + (1 - m.get("buffer", 0)) * taken
            kept = kept + m.get("buffer", 0) * taken
    return max(
        _differ(b.array(b.out["removals_kt"]), credited),
        _differ(b.array(b.out["buffer_kt"]), kept),
        _over(-b.array(b.out["removals_kt"]), np.zeros(b.n)),
    )


def _account(b: _Book, member: str) -> dict[str, Array]:
    """gross, bisko, net and credit (import and export alike) of a member from standing units."""
    gross = b.by_member("rest_kt", member)
    inside = b.doc.get("rest_bisko_kt", {})
    bisko = b.array(inside[member]) if member in inside else gross.copy()
    change, credit = b.by_member("lulucf_kt", member), np.zeros(b.n)
    energy = np.zeros(b.n)
    for name in b.slices:
        energy = energy + b.slice("ef", name) * b.array(b.power.get("demand", {}).get(member, {}).get(name, 0))
    for s in b.services:
        if s["member"] == member and s.get("legacy") is not None:
            energy = energy + b.array(s["legacy"].get("ef", 0)) * b.array(b.out["services"][s["id"]]["legacy"])
    for m in b.measures:
        if m["member"] != member:
            continue
        standing = b.of(m, "standing")
        energy = energy + b.array(m.get("ef", 0)) * standing
        for name in b.slices:
            flow = b.power_of(m, name) * standing * b.slice("ef", name)
            energy, credit = energy + np.maximum(-flow, 0), credit + np.maximum(flow, 0)
        lowered = m.get("t_per_unit", 0) * standing
        if m["class"] == "process":
            gross = gross - lowered
        else:
            change = change - lowered
        if m.get("removal") is not None:
            change = change - (1 - m.get("buffer", 0)) * _removal(b, m)
    gross, bisko = gross + energy, bisko + energy
    return {"gross_kt": gross, "bisko_kt": bisko, "net_kt": gross + change, "electricity_credit_kt": credit}


def _export_charge(b: _Book) -> Array:
    """What exports take from the credit: nothing where they are credited like imports are charged."""
    total = np.zeros(b.n)
    if b.power.get("credit", "symmetric") == "import_only":
        for name in b.slices:
            total = total + b.slice("ef", name) * b.array(b.out["electricity"]["export"][name])
    return total


def _accounts(b: _Book) -> float:
    worst = 0.0
    total: dict[str, Array] = {}
    for member in b.set:
        for key, value in _account(b, member).items():
            total[key] = total.get(key, np.zeros(b.n)) + value
            worst = max(worst, _differ(b.array(b.out["members"][member][key]), value))
    total["electricity_credit_kt"] = total["electricity_credit_kt"] - _export_charge(b)
    total["partnership_kt"] = total["net_kt"] - total["electricity_credit_kt"]
    return max(worst, *(_differ(b.array(b.out[key]), value) for key, value in total.items()))


def _caps(b: _Book) -> float:
    """Each cap row covers the members of the set that have a cap of that kind in that year."""
    accounts = {m: _account(b, m) for m in b.set}
    backstop = b.array(b.out["backstop_kt"])
    worst = _over(-backstop, np.zeros(b.n))
    for kind, caps in (b.doc.get("caps") or {}).items():
        for t in range(b.n):
            level, most, anyone = 0.0, 0.0, False
            for member in b.set:
                if member not in caps:
                    continue
                cap = b.array(caps[member])[t]
                if np.isnan(cap) or (kind == "cumulative" and not isinstance(caps[member], list) and t < b.n - 1):
                    continue
                anyone, most = True, most + cap
                a = accounts[member]
                if kind == "cumulative":
                    level += float(a["net_kt"][: t + 1].sum())
                elif kind == "partnership":
                    level += float(a["net_kt"][t] - a["electricity_credit_kt"][t])
                else:
                    level += float(a[f"{kind}_kt"][t])
            if not anyone:
                continue
            if kind in ("gross", "bisko"):
                level -= b.out["slack"][kind][t]
            elif kind == "cumulative":
                level -= float(backstop[: t + 1].sum())
            else:
                level -= float(backstop[t])
            level += float(_export_charge(b)[t]) if kind == "partnership" else 0.0
            worst = max(worst, (level - most) / max(1.0, abs(most)))
    return worst


def _spent(b: _Book, m: Mapping[str, Any]) -> float:
    """Capex of a measure as annuities inside the horizon from the year of installation, and opex (M EUR)."""
    units, standing = b.of(m, "units"), b.of(m, "standing")
    capex, opex, life = b.array(m.get("capex", 0)), b.array(m.get("opex", 0)), m.get("lifetime")
    total = sum(b.discount[t] * opex[t] * standing[t] for t in range(b.n))
    rate = b.doc.get("discount", 0)
    for year in range(b.n):
        if life is None:
            total += b.discount[year] * capex[year] * units[year]
            continue
        payment = capex[year] * units[year] * (rate / (1 - (1 + rate) ** -life) if rate else 1 / life)
        total += payment * sum(b.discount[year : year + int(life)])
    return float(total)


def _cost(b: _Book) -> float:
    total = 0.0
    for m in b.measures:
        own = _spent(b, m)
        total += own
        shown = b.out["measures"][m["id"]].get("cost", own)
        if abs(shown - own) > LIMIT * max(1.0, abs(own)):
            return float(abs(shown - own) / max(1.0, abs(own)))
    slack = b.doc.get("slack") or {}
    backstop = b.array(b.doc.get("backstop"))
    missed = b.array(slack["gross"]) if "gross" in slack else 2 * backstop
    unserved = b.array(slack.get("unserved", 1000))
    for t in range(b.n):
        money = backstop[t] * b.out["backstop_kt"][t] + unserved[t] * b.out["slack"]["unserved"][t]
        money += missed[t] * (b.out["slack"]["gross"][t] + b.out["slack"].get("bisko", [0.0] * b.n)[t])
        for name in b.slices:
            money += b.slice("import_price", name)[t] * b.out["electricity"]["import"][name][t]
            money -= b.slice("export_price", name)[t] * b.out["electricity"]["export"][name][t]
        for s in b.services:
            if s.get("legacy") is not None:
                money += b.array(s["legacy"].get("cost", 0))[t] * b.out["services"][s["id"]]["legacy"][t]
        total += b.discount[t] * money
    return float(abs(total - b.out["cost"]) / max(1.0, abs(total)))


def _spending(b: _Book) -> float:
    """Money without the price of missed targets against the sum of the members' limits."""
    limits = b.doc.get("spending") or {}
    if not limits:
        return 0.0
    # the cost itself is recomputed from units by `_cost`
    d = np.array(b.discount)
    priced = float(np.sum(d * b.array(b.out["backstop_kt"]) * b.array(b.doc.get("backstop", 0))))
    slack = b.doc.get("slack") or {}
    rate = b.array(slack["gross"]) if "gross" in slack else 2.0 * b.array(b.doc.get("backstop", 0))
    for kind in ("gross", "bisko"):
        priced += float(np.sum(d * b.array(b.out["slack"].get(kind, 0.0)) * rate))
    priced += float(np.sum(d * b.array(b.out["slack"]["unserved"]) * b.array(slack.get("unserved", 1000))))
    most = sum(float(limits[m]) for m in b.set)
    return max(0.0, (float(b.out["cost"]) - priced - most) / max(1.0, abs(most)))


def _gap(b: _Book) -> float:
    """Distance of the value of the dual from the cost: 0 for an optimum."""
    if "dual_cost" not in b.out:
        return 0.0
    return float(abs(b.out["dual_cost"] - b.out["cost"]) / max(1.0, abs(b.out["cost"])))
