"""From plan to pipeline in one step: the used measures of results.json and the paths that monitoring compares with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base import canonical
from stadtland.base.errors import InputError

from .book import Book
from .pipeline import add, words
from .records import Draft

SCHEMA = "stadtland/results/1"
SECTOR_OF = {
    "heat_hh": "HH", "heat_ghd": "GHD", "heat_ke": "KE", "heat_ind": "IND", "car": "VK", "truck": "VK", "bus": "VK",
    "machines": "GHD", "el_ke": "KE",
}  # fmt: skip
FIELD_SECTOR = {"agriculture": "AGR", "waste": "WASTE", "food": "AGR", "industry": "IPPU"}
ACCOUNTS = ("bisko_t", "gross_t", "lulucf_t", "net_t", "partnership_t")


def start(name: str, members: list[dict[str, str]], training: bool = False) -> list[Draft]:
    """A new book: name and members `{code, name, role}`. InputError for none, twice or an unknown role."""
    seen: set[str] = set()
    for m in members:
        if not m.get("code") or m["code"] in seen or m.get("role") not in ("city", "rural"):
            raise InputError(
                "member-setup", f"the member {m.get('code')!r:.40} is not complete or named twice", "",
                "give code, name and role (city or rural) once each",
            )  # fmt: skip
        seen.add(m["code"])
    if not members:
        raise InputError("member-missing", "a partnership needs members", "", "name at least one")
    body = {"name": words(name, "name", True), "members": members, "training": training}
    return [Draft("setup.start", body)]


def adopt(book: Book, results: Mapping[str, Any], decision: str, member: str = "") -> list[Draft]:
    """Take over a computed plan: its paths, shares and every used measure (all members, or one).

    The plan is known by its SHA-256 (the document without `run`). Measures that are under way keep their history; only
    what is planned is renewed. Planned money a year is spread over the standing units so that its present value is the
    plan's: eur_y = k·u_y with Σ k·u_y/(1+r)^(y−first) = cost_eur. InputError `results-schema`, `plan-members`,
    `plan-status`.
    """
    if results.get("schema") != SCHEMA:
        raise InputError(
            "results-schema", f"this is no plan of schema {SCHEMA}", "results.json", "compute it with `stadtland plan`"
        )
    found = [
        {"code": str(m["ags"]), "name": str(m.get("name", m["ags"])), "role": str(m.get("role", "rural"))}
        for m in results["partnership"]["members"]
    ]
    drafts: list[Draft] = []
    state = book
    if book.setup is None:
        drafts += start(str(results["partnership"]["name"]), found, bool(results["partnership"].get("training")))
        state = _after(book, drafts)
    elif {m["code"] for m in found} != set(book.setup.codes):
        raise InputError(
            "plan-members", "the plan has other members than these records", "results.json",
            "use another database for another partnership",
        )  # fmt: skip
    if results.get("status") == "error":
        raise InputError("plan-status", "the plan was not computed to its end", "results.json", "compute it again")
    sha = canonical.digest({k: v for k, v in results.items() if k != "run"})
    if book.plan is not None and book.plan.sha256 == sha:
        raise InputError("plan-twice", "this very plan is in force already", "results.json", "nothing to do")
    decision = words(decision, "--decision", True)
    drafts.append(Draft("plan.adopt", {"sha256": sha, "decision": decision, "plan": _paths(results)}))
    for row in results["roadmap"]["measures"]:
        if row.get("used") != "used" or row.get("reference") or (member and row["member"] != member):
            continue
        drafts += _measure(state, row, results)
    return drafts


def _after(book: Book, drafts: list[Draft]) -> Book:
    from .book import replay
    from .records import Event

    return replay(Event(i, "", "", d.kind, d.body) for i, d in enumerate(drafts, 1)) if book.seq == 0 else book


def _paths(results: Mapping[str, Any]) -> dict[str, Any]:
    road = results["roadmap"]
    years = [int(y) for y in road["years"]]
    joint = {k: road[k] for k in ACCOUNTS if k in road}
    members = {ags: {k: m[k] for k in ACCOUNTS if k in m} for ags, m in road.get("members", {}).items()}
    targets = {
        who: {k: t.get(k) for k in ("account", "year", "cap_t", "cap_path_t")} for who, t in road["target"].items()
    }
    shares = {k: v for k, v in results.get("shares", {}).items() if isinstance(v, dict) and _amounts(v, results)}
    return {
        "years": years, "joint": joint, "members": members, "target": targets, "shares": shares,
        "default_rule": results.get("shares", {}).get("default_rule", "shapley"),
        "transfers": results.get("transfers", {}), "payments": _payments(results),
        "discount_rate": results["settings"]["discount_rate"],
        "price_year": results["settings"]["price_year"], "resilience": results.get("resilience", {}),
        "ranges": road.get("ranges", {}),
    }  # fmt: skip


def _payments(results: Mapping[str, Any]) -> dict[str, Any] | None:
    """The yearly payment plan of results.json: rule, years, EUR by member; None where there is none."""
    found = results.get("payments")
    if not isinstance(found, Mapping) or not found.get("years") or not _amounts_lists(found["by_member"], results):
        return None
    return {"rule": found["rule"], "years": list(found["years"]), "by_member": dict(found["by_member"])}


def _amounts_lists(table: Mapping[str, Any], results: Mapping[str, Any]) -> bool:
    return set(table) == {str(m["ags"]) for m in results["partnership"]["members"]}


def _amounts(table: Mapping[str, Any], results: Mapping[str, Any]) -> bool:
    codes = {str(m["ags"]) for m in results["partnership"]["members"]}
    return set(table) == codes and all(isinstance(v, int | float) and not isinstance(v, bool) for v in table.values())


def _measure(book: Book, row: Mapping[str, Any], results: Mapping[str, Any]) -> list[Draft]:
    years = [int(y) for y in results["roadmap"]["years"]]
    units = [float(u) for u in row["units"]]
    rate = float(results["settings"]["discount_rate"])
    present = sum(u / (1 + rate) ** (y - years[0]) for y, u in zip(years, units, strict=True))
    scale = float(row["cost_eur"]) / present if present else 0.0
    total = float(row.get("total_units") or 0.0)
    planned = {
        "years": years, "units": units, "tonnes": [float(t) for t in row["t_co2e"]], "eur": [scale * u for u in units],
        "ha_per_unit": float(row.get("land_ha") or 0.0) / total if total else 0.0,
    }  # fmt: skip
    service, kind = row.get("service"), row.get("class")
    if kind == "land":
        sector, account = "LULUCF", "lulucf"
    elif kind == "supply" and not service:
        sector, account = "", "credit"
    elif kind in ("adaptation", "enabling"):
        sector, account = "", "none"
    else:
        sector, account = SECTOR_OF.get(str(service)) or FIELD_SECTOR.get(str(row.get("field")), ""), "gross"
    unit = row.get("unit_name") or row["unit"]
    return add(
        book, str(row["id"]), str(row["member"]), dict(row["title"]),
        unit["de"] if isinstance(unit, dict) else str(unit), sector=sector, account=account, planned=planned,
        hazards=[str(h) for h in row.get("hazards", [])],
    )  # fmt: skip
