"""The report of the Klimakonto: who holds what, projects by stage, buffer, debts, attributed balances, checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtland.ledger import attribution
from stadtland.ledger.classes import classes
from stadtland.ledger.inventory_check import check

from .klimakonto import Konto, inventories

STAGES = ("planned", "validated", "monitored", "verified", "issued")


def report(konto: Konto, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Everything the account can say, as plain data; kg whole, tonnes nowhere rounded away.

    `files`: inventories as JSON; with them attributed balances and the check against both members' inventories.
    `nothing_issued` is true as long as no unit exists: then there is nothing to count yet.
    """
    state = konto.state
    accounts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, block in state.blocks.items():
        kind, _, owner = block.account.partition(":")
        accounts[owner if kind in ("hold", "retired") else kind][kind] += block.last - key[1] + 1
    net, lines = inventories(files)
    return {
        "journal": state.head.journal,
        "entry": state.head.seq,
        "hash": state.head.hash,
        "time": state.head.time,
        "nothing_issued": not state.serials,
        "issued_kg": state.issued_kg(),
        "accounts": {k: v for k, v in sorted(state.balances.items()) if v},
        "holders": [
            {
                "id": h.id, "name": konto.name(h.id), "role": h.role, "ags": h.ags,
                "held_kg": accounts[h.id]["hold"], "retired_kg": accounts[h.id]["retired"],
            }
            for h in state.holders.values()
        ],
        "projects": [_project(konto, id) for id in state.projects],
        "buffer_kg": {k[7:]: v for k, v in sorted(state.balances.items()) if k.startswith("buffer:") and v},
        "debt_kg": {p.id: p.debt_kg for p in state.projects.values() if p.debt_kg},
        "adjustments": [{"ags": a, "year": y, "kg": kg} for (a, y), kg in attribution.adjustments(state).items()],
        "exports": [{"ags": a, "year": y, "kg": kg} for (a, y), kg in attribution.exports(state).items()],
        "balances": [attribution.balances(state, net, y) for y in sorted({y for _, y in net})],
        "inventory_check": check(state, lines) if files else [],
        "plots_overlapping": sum(1 for other in state.plots.values() if other),
    }  # fmt: skip


def _project(konto: Konto, id: str) -> dict[str, Any]:
    state = konto.state
    p = state.projects[id]
    years = {y: v for (q, y), v in sorted(state.vintages.items()) if q == id}
    stage = p.status
    for v in years.values():
        step = "issued" if v.held_kg else "verified" if v.verified else "monitored"
        stage = max(stage, step, key=lambda s: STAGES.index(s) if s in STAGES else 0)
    record = konto.records.get("project", id) or {}
    return {
        "id": id, "title": record.get("title", id), "measure": p.measure, "class": p.unit_class,
        "class_title": classes()[p.unit_class].title, "ags": p.ags, "pool": p.pool, "start": p.start, "end": p.end,
        "until": p.until, "owner": p.owner, "owner_name": konto.name(p.owner), "buffer_permille": p.buffer,
        "stage": "suspended" if p.suspended else stage, "only_contribution": p.only_contribution,
        "lost_kg": p.lost_kg, "debt_kg": p.debt_kg,
        "years": [
            {
                "year": y, "low_kg": v.low_kg, "central_kg": v.central_kg, "high_kg": v.high_kg, "net_kg": v.net_kg,
                "issued_kg": v.held_kg, "buffer_kg": v.buffered_kg, "verified": v.verified, "expired": v.expired,
            }
            for y, v in years.items()
        ],
    }  # fmt: skip
