"""Use case: shares of a written plan, also of an older one: rules, stability, transfers, fixed payments, payment
plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stadtland import sharing
from stadtland.base import json_file
from stadtland.base.errors import InputError
from stadtland.roadmap import reading_plan

from .shares import RULES, leaving, stands


def is_plan(path: Path) -> bool:
    """Whether a path is a plan (folder or results.json) and not a game."""
    if path.is_dir():
        return True
    found = json_file.read(path)
    return isinstance(found, Mapping) and "cooperation" in found


def share_plan(path: Path) -> dict[str, Any]:
    """{members, default_rule, rules {rule: {values, transfers, in_core, worst, unstable}}, corridor, core_empty, why,
    exit,
    decision, statutory, payments, computed_now, gaps}.

    What the plan holds is taken from it; rules an older plan lacks are computed from its coalitions (`computed_now`),
    the rest is listed in `gaps`. InputError `plan-no-coalitions`.
    """
    found = reading_plan.results(path)
    cooperating = found.get("cooperation", {})
    rows = cooperating.get("coalitions") or []
    names = {m["ags"]: m.get("name", m["ags"]) for m in found["partnership"]["members"]}
    if not rows:
        raise InputError(
            "plan-no-coalitions", "the plan holds no coalitions", str(path), "compute it again with stadtland plan"
        )
    shared = dict(found["shares"])
    values = {",".join(r["members"]): r["cost_eur"] for r in rows}
    stored = {k: v for k, v in shared.items() if isinstance(v, Mapping) and set(v) == set(names) and _numbers(v)}
    now: list[str] = []
    if len(rows) == 2 ** len(names) - 1:
        answer = sharing.solve_game({"kind": "cost", "players": list(names), "values": values})
        for rule in RULES:
            fresh = answer["rules"][rule]["values"]
            if rule not in stored and fresh is not None:
                stored[rule] = fresh
                now.append(rule)
    borne = {m: math.fsum(parts.values()) for m, parts in found.get("borne_eur", {}).items()}
    default = str(shared.get("default_rule", "shapley"))
    rules = {}
    for rule, part in stored.items():
        moved = found.get("transfers", {}).get(rule)
        if moved is None and borne and rule != "owen":
            moved = sharing.transfers(borne, part)
        rules[rule] = {"values": dict(part), "transfers": moved, **stands(values, part)}
    return {
        "name": found["partnership"].get("name", ""),
        "members": names,
        "default_rule": default,
        "rules": rules,
        "reasons": shared.get("reasons", {}),
        "core_empty": shared.get("core", {}).get("empty"),
        "corridor": shared.get("core", {}).get("corridor"),
        "owen_interval": shared.get("owen_interval"),
        "owen_unique": shared.get("owen_unique"),
        "why": shared.get("why"),
        "exit": leaving(values, rules[default]["values"]),
        "decision": shared.get("decision"),
        "statutory": found.get("statutory"),
        "payments": found.get("payments"),
        "alone_eur": cooperating.get("alone_eur", {}),
        "clubs": cooperating.get("clubs"),
        "computed_now": now,
        "gaps": [k for k in ("statutory", "payments") if k not in found],
    }


def _numbers(values: Mapping[str, Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values.values())
