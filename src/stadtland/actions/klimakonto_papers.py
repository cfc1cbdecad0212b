"""Facts for the papers of the account: what an entry moved, for whom, under which claim; a contract from an offer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError
from stadtland.ledger.classes import classes

from .klimakonto import Konto

KINDS = {"unit.transfer": "transfer", "unit.retire": "retire"}


def facts(konto: Konto, seq: int) -> dict[str, Any]:
    """The facts of entry `seq`, a transfer or a retirement, for `documents.certificates.certificate`.

    InputError `entry-unknown`, `certificate-kind`.
    """
    journal = konto.account.journal
    entry = next(iter(journal.read(after=seq - 1)), None) if seq > 0 else None
    if entry is None or entry.seq != seq:
        raise InputError("entry-unknown", f"there is no entry {seq}", "", "stadtland ledger report shows the last one")
    if entry.kind not in KINDS:
        raise InputError(
            "certificate-kind", f"entry {seq} is {entry.kind}", "", "name the entry of a transfer or a retirement"
        )
    state, data = konto.state, entry.data
    owner = str(data["to"] if entry.kind == "unit.transfer" else data["owner"])
    projects = [state.projects[p] for p in sorted({_project(konto, m) for m in data["moves"]})]
    places = sorted({p.ags for p in projects})
    corrected = next((e.seq for e in journal.read(after=seq, kinds="unit.correct") if e.data["corrects"] == seq), None)
    note = konto.records.get("statement", str(data.get("statement", ""))) or {}
    return {
        "kind": KINDS[entry.kind], "seq": seq, "hash": entry.hash, "time": entry.time, "journal": state.head.journal,
        "holder": konto.name(owner), "kg": data["kg"], "claim": data["claim"], "places": places,
        "place_names": [_place(a) for a in places], "classes": [classes()[p.unit_class].title for p in projects],
        "measures": sorted({p.measure for p in projects}), "until": sorted({p.until for p in projects}),
        "years": sorted({int(m[0][-4:]) for m in data["moves"]}), "blocks": [(m[0], m[1], m[2]) for m in data["moves"]],
        "statement": str(data.get("statement", "")), "purpose": note.get("purpose", ""), "corrected": corrected,
    }  # fmt: skip


def _project(konto: Konto, move: Any) -> str:
    """The project of a move: serials never change project, whatever happened to the block since."""
    series, first = move[0], move[1]
    starts = (k for k in konto.state.blocks if k[0] == series and k[1] <= first)
    return str(konto.state.blocks[max(starts)].project)


def _place(ags: str) -> str:
    """The name of a municipality, or its code where it is none (fictitious regions)."""
    from stadtland.facts import codes

    try:
        return codes.name(ags)
    except (KeyError, InputError):
        return ags


def contract(
    konto: Konto, user: str, fund: str, measure: str, hectares: float, start: int, plots: list[str],
    soil: str = "medium", ags: str | None = None, data: Path | None = None, agreed_eur: float | None = None,
    owner: str = "", lang: str = "de",
) -> dict[str, Any]:  # fmt: skip
    """The facts of a contract sheet from an offer of the toolbox, for `documents.certificates.contract`."""
    from stadtland.actions.resilience import offer as made
    from stadtland.base import strict
    from stadtland.toolbox.offers import sections

    found = made(measure, hectares, soil, ags, data)
    if agreed_eur is not None:
        strict.finite(agreed_eur, "--agreed", 0, 1e6)
    unknown = sorted(set(plots) - set(konto.state.plots))
    if unknown:
        raise InputError(
            "plot-unknown", f"the plot {unknown[0]!r:.40} is not registered", "--plot", "ledger plots FILE"
        )
    return {
        "offer": found, "sections": sections(found, lang), "fund": fund, "user": user, "plots": plots, "start": start,
        "agreed_eur": agreed_eur, "owner": owner or fund,
    }  # fmt: skip
