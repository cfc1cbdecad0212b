"""Independent checker: reads the instance document and the answer document, and nothing of the builder.

It recomputes every balance, limit, account and euro from the standing units in the answer with its own arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .check_book import Array, Book, differ, over
from .check_more import found as extra
from .check_more import spent, uncovered, written_off

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
    book = Book(instance, answer)
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
        **extra(book),
    }
    rows = [{"name": k, "value": float(v), "limit": LIMIT, "passed": bool(v <= LIMIT)} for k, v in found.items()]
    unserved = float(np.max(book.array(answer["slack"]["unserved"]), initial=0.0))
    rows.append({"name": "unserved", "value": unserved, "limit": UNSERVED, "passed": unserved <= UNSERVED})
    return rows


def _never_falls(m: Mapping[str, Any]) -> bool:
    return m["class"] in ("land", "removal") or m.get("removal") is not None


def _demand(b: Book, s: Mapping[str, Any]) -> Array:
    total = b.array(s["demand"])
    for m in b.drawing.get(s["id"], []):
        total = total + m["uses"][s["id"]] * b.of(m, "standing")
    return total


def _services(b: Book) -> float:
    worst = 0.0
    for s in b.services:
        out = b.out["services"][s["id"]]
        supplied = (1 - s.get("loss", 0)) * b.array(out["legacy"]) + b.array(out["unserved"])
        for m in b.by_service.get(s["id"], []):
            supplied = supplied + _arrives(s, m) * b.of(m, "standing")
        if not s.get("slices"):
            worst = max(worst, over(b.level(_demand(b, s)), b.level(supplied)))
        worst = max(worst, over(-b.array(out["unserved"]), np.zeros(b.n)))
    total = sum((b.array(b.out["services"][s["id"]]["unserved"]) for s in b.services), np.zeros(b.n))
    return max(worst, differ(b.array(b.out["slack"]["unserved"]), total))


def _arrives(s: Mapping[str, Any], m: Mapping[str, Any]) -> float:
    """Service units of a standing unit that reach the consumers."""
    per_unit = float(m.get("per_unit", 1))
    return per_unit if m.get("demand_side") else per_unit * (1 - s.get("loss", 0))


def _shares(b: Book) -> float:
    """A share is a share of what the savings of the service leave."""
    worst = 0.0
    by_id = {s["id"]: s for s in b.services}
    for m in b.measures:
        if m.get("share_of_rest") is None:
            continue
        service = by_id[m["service"]]
        rest = _demand(b, service)
        for other in b.by_service[m["service"]]:
            if other.get("demand_side"):
                rest = rest - other.get("per_unit", 1) * b.of(other, "standing")
        covered = _arrives(service, m) * b.of(m, "standing")
        worst = max(worst, over(b.level(covered), m["share_of_rest"] * b.level(rest)))
    return worst


def _legacy(b: Book) -> float:
    worst = 0.0
    for s in b.services:
        out = b.array(b.out["services"][s["id"]]["legacy"])
        legacy = s.get("legacy")
        most = np.zeros(b.n)
        if legacy is not None:
            stock = legacy.get("stock", b.array(s["demand"])[0])
            most = stock * b.array(legacy.get("survival", 1))
            if legacy.get("final"):
                left = np.divide(most[1:], most[:-1], out=np.zeros(b.n - 1), where=most[:-1] > 0)
                worst = max(worst, over(out[1:], left * out[:-1]))
        worst = max(worst, over(b.level(out), b.level(most)), over(-out, np.zeros(b.n)))
    return worst


def _units(b: Book) -> float:
    """Standing is what was installed within the lifetime; area in a practice is all that ever entered."""
    worst = 0.0
    for m in b.measures:
        units, standing = b.of(m, "units"), b.of(m, "standing")
        life = m.get("lifetime") or b.n
        if not b.yearly:
            shown = b.level(units)
            own = np.maximum(b.flow(b.installed(m)), 0.0)
            worst = max(worst, differ(shown, own), over(-b.flow(b.installed(m)), np.zeros(len(own))))
            continue
        alive = np.array([units[max(0, t - life + 1) : t + 1].sum() for t in range(b.n)])
        worst = max(worst, differ(standing, alive), over(-units, np.zeros(b.n)))
        if _never_falls(m):
            worst = max(worst, differ(standing, np.cumsum(b.of(m, "entering"))))
    return worst


def _entering(b: Book) -> float:
    """Entering is the rise of standing beyond renewals, never more than installed."""
    worst = 0.0
    for m in b.measures:
        standing, entering = b.of(m, "standing"), b.of(m, "entering")
        rise = np.maximum(np.diff(standing, prepend=0.0), 0.0)
        if not b.yearly:
            worst = max(worst, differ(b.level(entering), b.flow(rise)))
        elif isinstance(m.get("ramp"), Mapping):
            worst = max(worst, over(rise, entering), over(entering, b.of(m, "units")))
        else:
            worst = max(worst, differ(entering, rise))
    return worst


def _potential(b: Book) -> float:
    worst = 0.0
    for m in b.measures:
        standing = b.of(m, "standing")
        worst = max(worst, over(-standing, np.zeros(b.n)))
        if m.get("potential") is not None:
            worst = max(worst, over(b.level(standing), b.level(b.array(m["potential"]))))
    return worst


def _ramp(b: Book) -> float:
    worst = 0.0
    for m in b.measures:
        ramp = m.get("ramp")
        if ramp is None:
            continue
        entering = b.of(m, "entering")
        if isinstance(ramp, Mapping):
            before = np.concatenate([[0.0], entering[:-1]])
            worst = max(worst, over(entering, (1 + ramp["growth"]) * before + ramp["seed"]))
        else:
            rise = np.diff(b.of(m, "standing"), prepend=0.0) if not b.yearly else entering
            worst = max(worst, over(b.flow(rise), np.full(len(b.flow(rise)), float(ramp))))
    return worst


def _lock(b: Book) -> float:
    worst = 0.0
    for m in b.measures:
        kept = b.of(m, "entering" if _never_falls(m) else "units")
        for year, units in (m.get("lock") or {}).items():
            worst = max(worst, abs(kept[int(year) - b.first] - units) / max(1.0, abs(units)))
    return worst


def _land(b: Book) -> float:
    """Every class and layer: what is taken for itself or in the layer, less what transitions hand on, fits the area."""
    worst = 0.0
    for member in b.set:
        mine = b.own[member]
        classes = {name for m in mine for name in m.get("land") or {}}
        for name in classes:
            area = b.array(b.doc.get("land", {}).get(member, {}).get(name, 0))
            for m in mine:
                area = area + (m.get("land_to") or {}).get(name, 0) * b.of(m, "standing")
            takers = [m for m in mine if (m.get("land") or {}).get(name, 0) > 0]
            for layer in {m.get("layer") for m in takers if m.get("layer")} or {None}:
                used = np.zeros(b.n)
                for m in takers:
                    if m.get("layer") in (None, layer):
                        used = used + m["land"][name] * b.of(m, "standing")
                worst = max(worst, over(b.level(used), b.level(area)))
    return worst


def _lines(b: Book) -> float:
    """Process measures never lower more than the rest of the member, nor more than their inventory line."""
    worst = 0.0
    for member in b.set:
        total = np.zeros(b.n)
        lines: dict[str, Array] = {}
        for m in b.own[member]:
            if m["class"] == "process":
                lowered = m.get("t_per_unit", 0) * b.of(m, "standing")
                total = total + lowered
                if m.get("line") is not None:
                    lines[m["line"]] = lines.get(m["line"], np.zeros(b.n)) + lowered
        worst = max(worst, over(b.level(total), b.level(b.by_member("rest_kt", member))))
        for name, lowered in lines.items():
            worst = max(worst, over(b.level(lowered), b.level(b.array(b.doc["lines_kt"][member][name]))))
    return worst


def _conversion(b: Book) -> float:
    worst = 0.0
    for cap in b.doc.get("conversion_cap", []):
        if cap["member"] in b.set:
            used = np.zeros(b.n)
            for m in b.measures:
                used = used + cap["measures"].get(m["id"], 0) * b.of(m, "standing")
            worst = max(worst, over(b.level(used), b.level(b.array(cap["kha"]))))
    return worst


def _electricity(b: Book) -> float:
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
        worst = max(worst, differ(b.level(made + bought), b.level(used + sold)), over(b.level(sold), b.level(made)))
        worst = max(worst, over(-bought, np.zeros(b.n)), over(-sold, np.zeros(b.n)))
    return worst


def _removals(b: Book) -> float:
    credited, kept = np.zeros(b.n), np.zeros(b.n)
    for m in b.measures:
        if m.get("removal") is not None:
            taken = b.removal(m)
            credited = credited + (1 - m.get("buffer", 0)) * taken
            kept = kept + m.get("buffer", 0) * taken
    return max(
        differ(b.array(b.out["removals_kt"]), credited),
        differ(b.array(b.out["buffer_kt"]), kept),
        over(-b.array(b.out["removals_kt"]), np.zeros(b.n)),
    )


def _account(b: Book, member: str) -> dict[str, Array]:
    """gross, bisko, net and credit (import and export alike) of a member from standing units."""
    gross = b.by_member("rest_kt", member)
    inside = b.doc.get("rest_bisko_kt", {})
    bisko = b.array(inside[member]) if member in inside else gross.copy()
    change, credit = b.by_member("lulucf_kt", member), np.zeros(b.n)
    energy = np.zeros(b.n)
    for name in b.slices:
        energy = energy + b.slice("ef", name) * b.array(b.power.get("demand", {}).get(member, {}).get(name, 0))
    for s in b.services_of.get(member, []):
        if s.get("legacy") is not None:
            energy = energy + b.array(s["legacy"].get("ef", 0)) * b.array(b.out["services"][s["id"]]["legacy"])
    for m in b.own[member]:
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
            change = change - (1 - m.get("buffer", 0)) * b.removal(m)
    gross, bisko = gross + energy, bisko + energy
    return {"gross_kt": gross, "bisko_kt": bisko, "net_kt": gross + change, "electricity_credit_kt": credit}


def _export_charge(b: Book) -> Array:
    """What exports take from the credit: nothing where they are credited like imports are charged."""
    total = np.zeros(b.n)
    if b.power.get("credit", "symmetric") == "import_only":
        for name in b.slices:
            total = total + b.slice("ef", name) * b.array(b.out["electricity"]["export"][name])
    return total


def _accounts(b: Book) -> float:
    worst = 0.0
    total: dict[str, Array] = {}
    for member in b.set:
        for key, value in _account(b, member).items():
            total[key] = total.get(key, np.zeros(b.n)) + value
            worst = max(worst, differ(b.array(b.out["members"][member][key]), value))
    total["electricity_credit_kt"] = total["electricity_credit_kt"] - _export_charge(b)
    total["partnership_kt"] = total["net_kt"] - total["electricity_credit_kt"]
    return max(worst, *(differ(b.array(b.out[key]), value) for key, value in total.items()))


def _caps(b: Book) -> float:
    """Each cap row covers the members of the set that have a cap of that kind in that year."""
    accounts = {m: _account(b, m) for m in b.set}
    backstop = b.array(b.out["backstop_kt"])
    worst = over(-backstop, np.zeros(b.n))
    for kind, caps in (b.doc.get("caps") or {}).items():
        held: dict[int, list[tuple[float, float]]] = {}
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
            held.setdefault(int(b.period[t]), []).append((level, most))
        for rows in held.values():  # one year, or the mean of a period; sums up to a year hold at its last year
            level, most = rows[-1] if kind == "cumulative" else np.mean(rows, axis=0)
            worst = max(worst, (level - most) / max(1.0, abs(most)))
    return worst


def _spent(b: Book, m: Mapping[str, Any]) -> float:
    """Capex of a measure as annuities inside the horizon from the year of installation, and opex (M EUR)."""
    units, standing = b.installed(m), b.of(m, "standing")
    capex, opex, life = b.capex(m), b.array(m.get("opex", 0)), m.get("lifetime")
    total = sum(b.discount[t] * opex[t] * standing[t] for t in range(b.n))
    rate = b.doc.get("discount", 0)
    for year in range(b.n):
        if life is None:
            total += b.discount[year] * capex[year] * units[year]
            continue
        payment = capex[year] * units[year] * (rate / (1 - (1 + rate) ** -life) if rate else 1 / life)
        total += payment * sum(b.discount[year : year + int(life)])
    return float(total)


def _cost(b: Book) -> float:
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
    total += spent(b)
    return float(abs(total - b.out["cost"]) / max(1.0, abs(total)))


def _spending(b: Book) -> float:
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
    priced += uncovered(b) + written_off(b)
    most = sum(float(limits[m]) for m in b.set)
    return max(0.0, (float(b.out["cost"]) - priced - most) / max(1.0, abs(most)))


def _gap(b: Book) -> float:
    """Distance of the value of the dual from the cost: 0 for an optimum."""
    if "dual_cost" not in b.out:
        return 0.0
    return float(abs(b.out["dual_cost"] - b.out["cost"]) / max(1.0, abs(b.out["cost"])))
