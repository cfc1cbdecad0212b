"""Generated instances of the size of a real partnership; invented numbers, good for timing only."""
# ruff: noqa: E501 (tables of cases)

from __future__ import annotations

from typing import Any

import numpy as np


def generated(members: int = 5, years: tuple[int, int] = (2026, 2055), seed: int = 1) -> dict[str, Any]:
    """An instance with one city and `members`−1 villages, about 50 measures each, 8 services, 4 slices, all kinds of caps."""
    rng = np.random.default_rng(seed)
    n = years[1] - years[0] + 1
    names = [f"M{i}" for i in range(members)]
    slices = ["winter_wind", "winter_calm", "summer_day", "summer_night"]
    doc: dict[str, Any] = {
        "schema": "stadtland/instance/1",
        "years": list(years),
        "discount": 0.03,
        "members": names,
        "services": [],
        "measures": [],
        "land": {},
        "rest_kt": {},
        "lulucf_kt": {},
        "caps": {"net": {}, "gross": {}, "partnership": {}, "cumulative": {}},
        "backstop": [round(0.25 * 1.03**t, 6) for t in range(n)],
        "electricity": {
            "slices": slices,
            "demand": {},
            "import_price": {q: float(p) for q, p in zip(slices, [0.1, 0.2, 0.06, 0.12], strict=True)},
            "export_price": {q: float(p) for q, p in zip(slices, [0.05, 0.1, 0.02, 0.06], strict=True)},
            "ef": [max(0.02, 0.35 * (1 - t / 20)) for t in range(n)],
        },
        "lines_kt": {},
    }
    path = np.maximum(0.0, 1 - np.arange(n) / 19)
    for i, m in enumerate(names):
        size = 40.0 if i == 0 else rng.uniform(0.5, 1.6)
        total = _services(doc, rng, m, size, n)
        farm = 0.3 if i == 0 else 1.0
        doc["land"][m] = {
            "arable": 10 * farm * rng.uniform(0.6, 1.2),
            "grassland": 3 * farm * rng.uniform(0.5, 1.2),
            "forest": 4 * farm,
            "roof": 0.05 * size,
        }
        rest = 40 * size * 0.4 + 15 * farm
        doc["rest_kt"][m] = [round(rest * (1 - 0.01 * t), 6) for t in range(n)]
        doc["lulucf_kt"][m] = [float(rng.uniform(-5, 8))] * n
        doc["lines_kt"][m] = {"AGR.manure": 6.0 * farm, "IPPU.process": 0.2 * rest}
        doc["electricity"]["demand"][m] = dict.fromkeys(slices, 60.0 * size)
        start = total + rest + 240 * size * 0.35
        doc["caps"]["gross" if i == 0 else "net"][m] = [round(v, 6) for v in start * (0.05 + 0.95 * path)]
        doc["caps"]["partnership"][m] = [round(v, 6) for v in start * path]
        doc["caps"]["cumulative"][m] = round(float(start * path.sum()), 6)
        _measures(doc, rng, m, size, farm, slices, n)
    return doc


def _services(doc: dict[str, Any], rng: np.random.Generator, m: str, size: float, n: int) -> float:
    total = 0.0
    for s, per, ef, cost, life in (
        ("heat_hh", 240, 0.24, 0.09, 20), ("heat_ghd", 90, 0.25, 0.09, 20), ("heat_ke", 15, 0.24, 0.09, 20),
        ("heat_ind", 80, 0.22, 0.07, 25), ("dh", 80, 0.25, 0.08, 20), ("car", 300, 0.2, 0.25, 15),
        ("truck", 40, 0.9, 0.9, 12), ("bus", 4, 1.0, 1.5, 12),
    ):  # fmt: skip
        if s == "dh" and size < 1:
            continue
        demand = per * size * rng.uniform(0.8, 1.2)
        total += demand * ef
        doc["services"].append(
            {
                "id": f"{m}:{s}",
                "member": m,
                "demand": [round(demand * (1 - 0.003 * t), 6) for t in range(n)],
                "legacy": {"survival": [max(0.0, 1 - t / life) for t in range(n)], "ef": ef, "cost": cost},
            }
        )
    return total


def _measures(
    doc: dict[str, Any], rng: np.random.Generator, m: str, size: float, farm: float, slices: list[str], n: int
) -> None:
    def add(name: str, kind: str, **keys: Any) -> None:
        doc["measures"].append({"id": f"{m}:{name}", "member": m, "class": kind, **keys})

    use = dict(zip(slices, [0.4, 0.35, 0.05, 0.2], strict=True))
    for service in [s for s in doc["services"] if s["member"] == m]:
        short = service["id"].split(":")[1]
        most = float(service["demand"][0])
        base = float(service["legacy"]["cost"])
        add(
            f"{short}_same", "supply", service=service["id"], reference=True, lifetime=18,
            capex=base * 6 * rng.uniform(0.9, 1.1), opex=base * 1.02, ef=float(service["legacy"]["ef"]) * 0.95,
        )  # fmt: skip
        for step in range(2 if short in ("bus", "truck", "dh") else 3):
            add(
                f"{short}_save{step}", "supply", service=service["id"], demand_side=True, potential=most * 0.1, ramp=most * 0.008,
                lifetime=35, capex=base * rng.uniform(10, 25) * (1 + step), opex=0.0,
            )  # fmt: skip
        for tech in range(2):
            cop = rng.uniform(2.5, 4.0)
            add(
                f"{short}_new{tech}", "supply", service=service["id"], share_of_rest=float(rng.uniform(0.5, 0.9)), lifetime=18,
                potential=most, ramp=most * 0.05, capex=base * rng.uniform(10, 20), opex=0.01, per_unit=0.02 if tech else 1,
                electricity={q: -(0.02 if tech else 1) * v / cop for q, v in use.items()},
            )  # fmt: skip
    for name, profile, area, potential in (
        ("pv_roof", [0.1, 0.05, 0.8, 0.05], {"roof": 0.001}, 80 * size), ("pv_ground", [0.1, 0.05, 0.8, 0.05], {"arable": 0.001}, 500 * farm),
        ("agri_pv", [0.1, 0.06, 0.78, 0.06], {"arable": 0.0003}, 200 * farm), ("wind", [0.5, 0.1, 0.2, 0.2], {"forest": 0.0002}, 300 * farm),
    ):  # fmt: skip
        add(
            name, "supply", potential=potential, ramp=potential / 12, lifetime=25, capex=float(rng.uniform(0.8, 1.4)), opex=0.02,
            electricity={q: v * (1.0 if "pv" in name else 2.5) for q, v in zip(slices, profile, strict=True)}, land=area,
        )  # fmt: skip
    for name, area, cap, rate, shape in (
        ("hedge", "arable", 200, 0.05, "chapman_richards"), ("agroforestry", "arable", 120, 0.06, "chapman_richards"),
        ("afforestation", "arable", 400, 0.03, "chapman_richards"), ("compost", "arable", 16, 0.055, "first_order"),
        ("cover_crop", "arable", 14, 0.05, "first_order"), ("to_grassland", "arable", 60, 0.04, "first_order"),
        ("forest_rebuild", "forest", 90, 0.04, "first_order"), ("grassland_care", "grassland", 12, 0.05, "first_order"),
    ):  # fmt: skip
        add(
            name, "land", potential=2.0 * farm, ramp=0.2 * farm, land={area: 1}, removal={"cap_kt_per_unit": cap, "rate": rate, "shape": shape},
            buffer=0.2, capex=float(rng.uniform(0.5, 8)), opex=float(rng.uniform(0.05, 0.5)), lifetime=None if cap > 100 else 20,
        )  # fmt: skip
    add(
        "rewetting",
        "land",
        potential=0.6 * farm,
        ramp=0.1 * farm,
        land={"grassland": 1},
        t_per_unit=20,
        capex=6,
        opex=0.3,
    )
    for k in range(4):
        add(
            f"process{k}", "process", line="AGR.manure" if k < 2 else "IPPU.process", potential=10 * farm, ramp=farm, t_per_unit=0.5,
            capex=float(rng.uniform(0.2, 2)), opex=0.05, lifetime=15,
        )  # fmt: skip


def full(doc: dict[str, Any]) -> dict[str, Any]:
    """Adds every further kind of row in place: labour, municipal money, protection with upstream parts, a regional
    demand, district heat by season with losses, write-offs, learning, layers, transitions."""
    names = doc["members"]
    rng = np.random.default_rng(2)
    size = {m: float(doc["electricity"]["demand"][m]["winter_calm"]) / 60 for m in names}
    trades = ("heating", "envelope", "civil", "farm", "electric")
    doc["labour"] = {t: {m: 4.0 + 60 * size[m] for m in names} for t in trades}
    doc["municipal_budget"] = {"limit": {m: 20 + 40 * size[m] for m in names}, "pooled": False}
    doc["adaptation"] = [
        {
            "id": f"{hazard}:{m}", "member": m, "indicator": hazard, "kind": kind, "price": 0.5,
            "need": 0.4 if kind == "share" else 20 * size[m],
            "upstream": {names[(i + 1) % len(names)]: 0.3} if kind == "sum" and len(names) > 1 else {},
        }
        for i, m in enumerate(names) for hazard, kind in (("storage", "sum"), ("heat", "share"), ("soil", "share"))
    ]  # fmt: skip
    doc["regional_demands"] = [{"id": "compensation", "unit": "kha", "demand": {names[0]: 0.3}, "price": 3.0}]
    for s in doc["services"]:
        if s["id"].endswith(":dh"):
            s |= {"slices": {"winter": 0.7, "summer": 0.3}, "loss": 0.1}
            s["demand"] = [0.88 * v for v in s["demand"]]
            s["legacy"]["stock"] = s["demand"][0] / 0.85
        s["legacy"]["write_off"] = 0.002
    for m in doc["measures"]:
        short = m["id"].split(":")[1]
        if not m.get("reference"):
            m["labour"] = {trades[len(short) % 5]: float(rng.uniform(0.001, 0.02))}
            m["public_share"] = float(rng.choice([0, 0, 0.2]))
        m["learning"] = 0.01 if m["class"] == "supply" else 0.0
        if short.startswith("dh_new"):
            m["service_slices"] = {"winter": 0.5, "summer": 0.5}
        if short in ("compost", "cover_crop"):
            m["layer"] = "soil" if short == "compost" else "crop"
        if short == "to_grassland":
            m["land_to"] = {"grassland": 1.0}
        if short in ("hedge", "rewetting"):
            m |= {"cover": {"storage": 30.0, "soil": 0.05}, "delivers": {"compensation": 0.5}}
    for m in names:
        doc["measures"].append(
            {
                "id": f"{m}:basin", "member": m, "class": "adaptation", "potential": 30 * size[m], "lifetime": 30,
                "ramp": 3 * size[m], "capex": 0.4, "opex": 0.01, "cover": {"storage": 1.0, "heat": 0.02 / size[m]},
            }
        )  # fmt: skip
    return doc
