"""Rules on sectors, years, people and places: H15, H20, H21, H22, H32."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

from .context import Context
from .table import BASE_SECTORS, Outcome, Row, State, worse


def h15(state: State, context: Context) -> Outcome:
    """Sectors: services and industry split by key (total unchanged); municipal facilities taken out of services.

    GHD_new = GHD − KE carrier by carrier, where KE has rows of its own and services contain them too.
    """
    merged = [r for r in state.rows if r.sector == "ECONOMY"]
    twice = context.card.say("municipal") == "inside_services"
    ke: dict[str, float] = {}
    for r in state.rows:
        if r.sector == "KE" and r.mwh:
            ke[r.carrier] = ke.get(r.carrier, 0.0) + r.mwh
    if not merged and not (twice and ke):
        said = context.card.say("municipal")
        asked = any(r.sector == "KE" for r in state.rows) and any(r.sector in ("GHD", "ECONOMY") for r in state.rows)
        return Outcome(state, "unknown" if said == "unknown" and asked else "not_needed")
    new, removed, lacking = state, 0.0, False
    if twice and ke:
        new, removed, lacking = _without_ke(state, ke)
    parts: list[Row] = []
    unsplit = False
    for row in new.rows:
        share = _services_share(row, context) if row.sector == "ECONOMY" else None
        if row.sector != "ECONOMY" or share is None:
            unsplit |= row.sector == "ECONOMY"
            parts.append(row)
            continue
        parts += [_part(row, "GHD", share), _part(row, "IND", 1 - share)]
    new = replace(new, rows=tuple(parts))
    if lacking or (unsplit and removed == 0 and len(parts) == len(state.rows)):
        return Outcome(new, "needs_data", "needs")
    return Outcome(new, "applied", "why_ke" if removed else "why", {"mwh": removed})


def _without_ke(state: State, ke: dict[str, float]) -> tuple[State, float, bool]:
    home = "GHD" if any(r.sector == "GHD" for r in state.rows) else "ECONOMY"
    held: dict[str, float] = {}
    for r in state.rows:
        if r.sector == home and r.mwh:
            held[r.carrier] = held.get(r.carrier, 0.0) + r.mwh
    out = {c: m for c, m in ke.items() if held.get(c, 0.0) >= m}

    def one(row: Row) -> Row:
        if row.sector != home or not row.mwh or row.carrier not in out:
            return row
        keep = 1 - out[row.carrier] / held[row.carrier]
        return replace(row, mwh=row.mwh * keep, t=None if row.t is None else row.t * keep)

    return state.map(one), fsum(out.values()), len(out) < len(ke)


def _services_share(row: Row, context: Context) -> float | None:
    own = context.card.number("services_share")
    if own is not None:
        return own
    carriers = [row.carrier] if row.carrier else []
    found = {s: [context.fill(f"{s}.{c}") for c in carriers] for s in ("GHD", "IND")}
    ghd, ind = (fsum(f[0] for f in found[s] if f is not None) for s in ("GHD", "IND"))
    return ghd / (ghd + ind) if ghd + ind > 0 else None


def _part(row: Row, sector: str, share: float) -> Row:
    def times(value: float | None) -> float | None:
        return None if value is None else value * share

    return replace(row, sector=sector, mwh=times(row.mwh), t=times(row.t), quality=worse(row.quality, "C"))


def h20(state: State, context: Context) -> Outcome:
    """Another year: E(y0) = E(y1) · I_national(y0) / I_national(y1) by line, at the factor of y0; grade D."""
    if context.target_year == context.year:
        return Outcome(state, "not_needed")
    index = context.defaults.index if context.defaults else {}
    lacking = [r for r in state.rows if r.t and r.sector in BASE_SECTORS and _key(r) not in index]
    if lacking:
        return Outcome(state, "needs_data", "needs", {"year": str(context.target_year), "rows": len(lacking)})

    def one(row: Row) -> Row:
        by = index.get(_key(row))
        if by is None:
            return row
        old, new = context.target(row), context.target(row, context.target_year)
        ratio = new / old if old and new is not None else 1.0
        return replace(
            row, mwh=None if row.mwh is None else row.mwh * by, t=None if row.t is None else row.t * by * ratio,
            quality=worse(row.quality, "D"), vintage=context.target_year if row.factor_set == "BISKO" else row.vintage,
        )  # fmt: skip

    return Outcome(state.map(one), "applied", "why", {"year": str(context.target_year), "old": str(context.year)})


def _key(row: Row) -> str:
    """Line of the national index: heating electricity as electricity, kinds of biofuel as biofuel."""
    for special, line in (("elec_heat", "elec"), ("biodiesel", "biofuel"), ("bioethanol", "biofuel")):
        if row.carrier == special:
            return replace(row, carrier=line).line
    return row.line


def population(context: Context) -> float | None:
    """Mean population of the year: (31.12. of the year before + 31.12. of the year) / 2; else of the estimate."""
    first, last = (context.card.number(n) for n in ("population_december_before", "population_december"))
    if first is not None and last is not None:
        return (first + last) / 2
    return context.defaults.population if context.defaults else None


def h21(state: State, context: Context) -> Outcome:
    """Population: tonnes do not change, tonnes per head do."""
    said, old = context.card.say("population_basis"), context.card.number("population")
    new = population(context)
    if old is None:
        return Outcome(state, "unknown")
    if said == "mean" and (new is None or abs(new - old) < 0.5):
        return Outcome(state, "not_needed")
    if new is None:
        return Outcome(state, "needs_data", "needs")
    return Outcome(state, "applied", "why", {"old": old, "new": new})


def _scaled(state: State, by: float) -> State:
    """Rows times a key, except those that come from the estimate of the present territory."""

    def one(row: Row) -> Row:
        if row.ours:
            return row
        parts = {k: None if v is None else v * by for k, v in (("mwh", row.mwh), ("t", row.t))}
        return replace(row, mwh=parts["mwh"], t=parts["t"], quality=worse(row.quality, "C"))

    return state.map(one)


def h22(state: State, context: Context) -> Outcome:
    """Territory: X = X_old · key. A code that was only renamed needs no key."""
    key = context.card.number("territory_key")
    if key is not None:
        return Outcome(_scaled(state, key), "applied", "why", {"key": key})
    code = context.card.texts.get("ags")
    if code is None or context.card.say("territory_level") == "district":
        return Outcome(state, "unknown")
    from stadtland.inventory.consolidate_members import territory

    row = territory([code])[0]
    if row["state"] in ("merged", "split"):
        return Outcome(state, "needs_data", "needs", {"now": ", ".join(row["now"])})
    if row["state"] == "renamed":
        return Outcome(state, "applied", "why_renamed", {"now": row["now"][0]})
    if row["state"] == "grew" and context.card.texts.get("territory_date", "9999") < row["date"]:
        return Outcome(state, "needs_data", "needs", {"now": code})
    return Outcome(state, "not_needed")


def h32(state: State, context: Context) -> Outcome:
    """A district instead of a municipality: never added to its municipalities; X = X_district · share."""
    if context.card.say("territory_level") != "district":
        return Outcome(state, "not_needed")
    share = context.card.number("district_share")
    if share is None:
        return Outcome(state, "needs_data", "needs")
    return Outcome(_scaled(state, share), "applied", "why", {"share": share})
