"""Small random instances that use every key of the format; the same seed gives the same instance."""

from __future__ import annotations

import random
from typing import Any


def draw(seed: int, years: int | None = None, members: int | None = None, locks: bool = True) -> dict[str, Any]:
    """A valid instance of 1–3 members and 1–7 years."""
    rng = random.Random(seed)
    n = years or rng.randint(1, 7)
    names = ["A", "B", "C"][: members or rng.randint(1, 3)]

    def number(low: float, high: float) -> float:
        return round(rng.uniform(low, high), 3)

    def maybe_list(low: float, high: float) -> Any:
        return [number(low, high) for _ in range(n)] if rng.random() < 0.3 else number(low, high)

    doc: dict[str, Any] = {
        "schema": "stadtland/instance/1",
        "years": [2026, 2025 + n],
        "discount": rng.choice([0, 0, 0.02, 0.05]),
        "members": names,
        "services": [],
        "measures": [],
        "rest_kt": {m: maybe_list(5, 40) for m in names if rng.random() < 0.8},
        "lulucf_kt": {m: maybe_list(-5, 5) for m in names if rng.random() < 0.5},
        "land": {m: {"arable": number(1, 6), "grassland": number(1, 4)} for m in names},
    }
    grid = rng.random() < 0.7
    if grid:
        slices = ["day", "night"][: rng.randint(1, 2)]
        doc["electricity"] = {
            "slices": slices,
            "demand": {m: {q: maybe_list(0, 20) for q in slices} for m in names if rng.random() < 0.7},
            "import_price": {q: maybe_list(0.1, 0.3) for q in slices},
            "export_price": number(0.0, 0.09),
            "ef": maybe_list(0.05, 0.5),
            "credit": rng.choice(["symmetric", "symmetric", "import_only"]),
        }
    for m in names:
        for k in range(rng.randint(0, 2)):
            legacy: dict[str, Any] = {"ef": maybe_list(0.1, 0.4), "cost": maybe_list(0.02, 0.1)}
            if rng.random() < 0.5:
                legacy["survival"] = [round(max(0.0, 1 - 0.15 * t * rng.random()), 3) for t in range(n)]
            if rng.random() < 0.2:
                legacy["stock"] = number(10, 80)
            service = {"id": f"{m}.s{k}", "member": m, "demand": maybe_list(20, 100), "legacy": legacy}
            if rng.random() < 0.1:
                del service["legacy"]
            doc["services"].append(service)
        for k in range(rng.randint(0, 6)):
            _measure(doc, rng, m, k, n, grid, locks)
    _more(doc, rng, names, n)
    _caps(doc, rng, names, n)
    return doc


def _more(doc: dict[str, Any], rng: random.Random, names: list[str], n: int) -> None:
    """Labour, municipal money, protection, regional demands, carriers, write-offs, layers, transitions."""

    def number(low: float, high: float) -> float:
        return round(rng.uniform(low, high), 3)

    def some(low: float, high: float) -> dict[str, Any]:
        return {
            m: [number(low, high) for _ in range(n)] if rng.random() < 0.3 else number(low, high)
            for m in names
            if rng.random() < 0.8
        }

    free = [m for m in doc["measures"] if not m.get("reference") and "lock" not in m]
    if rng.random() < 0.4:
        doc["labour"] = {"fitters": some(0.5, 8), "diggers": some(0.5, 8)}
        if rng.random() < 0.2:
            doc["labour"]["diggers"]["*"] = number(0, 3)
        for m in free:
            if rng.random() < 0.5:
                m["labour"] = {rng.choice(["fitters", "diggers"]): number(0.05, 0.5)}
    if rng.random() < 0.4:
        doc["municipal_budget"] = {"limit": some(0, 3), "pooled": rng.random() < 0.5}
        for m in free:
            if rng.random() < 0.5:
                m["public_share"] = number(0, 1)
    if rng.random() < 0.5:
        doc["adaptation"] = []
        for m in names:
            kind = rng.choice(["sum", "share"])
            need = None if rng.random() < 0.2 else number(0.1, 0.9) if kind == "share" else number(1, 30)
            row = {"id": f"{m}.rain", "member": m, "indicator": f"rain_{kind}", "kind": kind, "need": need}
            row["price"] = number(0.01, 1)
            row["upstream"] = {o: number(0, 1) for o in names if o != m and rng.random() < 0.5}
            doc["adaptation"].append(row)
        kinds = sorted({d["indicator"] for d in doc["adaptation"]})
        for m in doc["measures"]:
            if rng.random() < 0.5:
                m["cover"] = {rng.choice(kinds): number(0.01, 0.5)}
        doc["measures"].append(
            {
                "id": "basin", "member": names[0], "class": "adaptation", "potential": number(1, 5),
                "lifetime": 3, "capex": number(0.1, 1), "opex": number(0, 0.1),
                "cover": {rng.choice(kinds): number(0.1, 2)},
            }
        )  # fmt: skip
    if rng.random() < 0.4:
        doc["regional_demands"] = [{"id": "compensation", "demand": some(0.1, 3), "price": number(0.05, 2)}]
        for m in doc["measures"]:
            if m["class"] in ("land", "removal") and rng.random() < 0.7:
                m["delivers"] = {"compensation": number(0.2, 1)}
    for m in doc["measures"]:
        if m.get("land") and rng.random() < 0.4:
            m["layer"] = rng.choice(["soil", "crop"])
        if m["class"] == "land" and m.get("land") and rng.random() < 0.3:
            m["land_to"] = {"grassland": round(0.7 * sum(m["land"].values()), 3)}
        if not isinstance(m.get("capex"), list) and rng.random() < 0.3:
            m["learning"] = number(0, 0.2)
        if m.get("buffer") and rng.random() < 0.5:
            m["reversal"] = number(0, 0.2)
    for s in doc["services"]:
        if s.get("legacy") and rng.random() < 0.3:
            s["legacy"]["write_off"] = number(0, 0.1)
        if s.get("legacy") and rng.random() < 0.3:
            s["legacy"]["final"] = True
        if rng.random() < 0.3:
            s["loss"] = number(0, 0.3)
        if rng.random() < 0.3:
            share = number(0.2, 0.8)
            s["slices"] = {"winter": share, "summer": 1 - share}
            for m in doc["measures"]:
                if m.get("service") == s["id"] and rng.random() < 0.6:
                    own = number(0, 1)
                    m["service_slices"] = {"winter": own, "summer": 1 - own}


def _measure(doc: dict[str, Any], rng: random.Random, m: str, k: int, n: int, grid: bool, locks: bool) -> None:
    def number(low: float, high: float) -> float:
        return round(rng.uniform(low, high), 3)

    services = [s["id"] for s in doc["services"] if s["member"] == m]
    kind = rng.choice(["supply"] * 4 + ["process", "land", "land", "removal"])
    row: dict[str, Any] = {"id": f"{m}.m{k}", "member": m, "class": kind, "potential": number(1, 60)}
    row["capex"] = [number(0.05, 1) for _ in range(n)] if rng.random() < 0.2 else number(0, 1)
    row["opex"] = number(0, 0.08)
    if rng.random() < 0.7:
        row["lifetime"] = rng.randint(1, n + 2)
    if rng.random() < 0.4:
        row["ramp"] = rng.choice([number(1, 20), {"growth": number(0, 1), "seed": number(0.5, 8)}])
    if kind == "supply":
        if services and rng.random() < 0.85:
            row["service"] = rng.choice(services)
            row["per_unit"] = number(0.2, 2)
            what = rng.random()
            if what < 0.3:
                row["demand_side"] = True
            elif what < 0.7:
                row["share_of_rest"] = number(0.1, 0.9)
            row["ef"] = number(0, 0.1)
            others = [s for s in services if s != row["service"]]
            if others and rng.random() < 0.3:
                row["uses"] = {others[0]: number(0.1, 0.9)}
            if rng.random() < 0.15:
                row["reference"] = True
                row.pop("ramp", None)
        elif not grid:
            return
        if grid and (rng.random() < 0.6 or "service" not in row):
            sign = -1 if "service" in row else 1
            row["electricity"] = {q: sign * number(0.1, 1.5) for q in doc["electricity"]["slices"]}
        if rng.random() < 0.3:
            row["land"] = {"arable": number(0, 0.05)}
    elif kind == "process":
        row |= {"t_per_unit": number(0.1, 1)}
        if rng.random() < 0.5:
            row["line"] = "manure"
            doc.setdefault("lines_kt", {})[m] = {"manure": number(1, 10)}
    else:
        row |= {"potential": number(1, 6), "land": {rng.choice(["arable", "grassland", "other"]): 1}}
        if rng.random() < 0.7:
            shape = rng.choice(["first_order", "chapman_richards", "linear", "annual"])
            if shape == "annual":
                row["removal"] = {"annual": [number(0, 2) for _ in range(rng.randint(1, n + 1))]}
            else:
                row["removal"] = {"cap_kt_per_unit": number(1, 20), "rate": number(0.03, 0.4), "shape": shape}
            row["buffer"] = number(0, 0.4)
        else:
            row["t_per_unit"] = number(0.1, 3)
        if rng.random() < 0.3:
            doc.setdefault("conversion_cap", []).append(
                {"member": m, "measures": {row["id"]: 1}, "kha": number(0.5, 3)}
            )
    if locks and rng.random() < 0.15 and "conversion_cap" not in doc and "share_of_rest" not in row:
        row["lock"] = {"2026": round(0.3 * min(1.0, row["potential"]), 3)}
    doc["measures"].append(row)


def _caps(doc: dict[str, Any], rng: random.Random, names: list[str], n: int) -> None:
    caps: dict[str, Any] = {}
    for kind in ("net", "gross", "bisko", "partnership", "cumulative"):
        if rng.random() < 0.5:
            table: dict[str, Any] = {}
            for m in names:
                if rng.random() < 0.8:
                    start = rng.uniform(5, 60) * (n / 2 if kind == "cumulative" else 1)
                    path = [round(start * (1 - t / n), 3) for t in range(n)]
                    table[m] = path if rng.random() < 0.5 else round(start * 0.6, 3)
                    if isinstance(table[m], list) and rng.random() < 0.3:
                        table[m][0] = None
            if table:
                caps[kind] = table
    if caps:
        doc["caps"] = caps
        doc["backstop"] = round(rng.uniform(0.1, 1), 3)
        if rng.random() < 0.4:
            doc["slack"] = {"gross": round(3 * doc["backstop"], 3), "unserved": 500}
        if rng.random() < 0.3:
            doc["rest_bisko_kt"] = dict.fromkeys(names, 3.0)
