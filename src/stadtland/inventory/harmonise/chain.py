"""The 35 rules in their fixed order, and the bridge from the old total to the new one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum
from typing import Any

from . import recover, rules_area, rules_cells, rules_factors, rules_heat, rules_scope, rules_transport
from .card import Card
from .context import Context
from .defaults import Defaults
from .fingerprints import Recognition
from .table import ACCOUNTS, BASE_SECTORS, Outcome, Row, State, quality_of

Rule = Callable[[State, Context], Outcome]
SMALL = 1e-6  # part of the residual of a row that is not listed, share of the new total
LIMIT = 0.005  # residual that is still small, share of the new total
ORDER: Mapping[str, Rule] = {
    "H01": rules_scope.h01, "H02": rules_factors.h02, "H03": rules_factors.h03, "H04": rules_scope.h04,
    "H05": rules_factors.h05, "H06": rules_factors.h06, "H07": rules_heat.h07, "H08": rules_heat.h08,
    "H09": rules_heat.h09, "H10": rules_transport.h10, "H11": rules_transport.h11, "H12": rules_transport.h12,
    "H13": rules_transport.h13, "H14": rules_factors.h14, "H15": rules_area.h15, "H16": rules_scope.h16,
    "H17": rules_scope.h17, "H18": rules_scope.h18, "H19": rules_scope.h19, "H20": rules_area.h20,
    "H21": rules_area.h21, "H22": rules_area.h22, "H23": rules_heat.h23, "H24": rules_heat.h24,
    "H25": rules_cells.h25, "H26": rules_heat.h26, "H27": rules_cells.h27, "H28": rules_cells.h28,
    "H29": rules_cells.h29, "H30": rules_transport.h30, "H31": rules_scope.h31, "H32": rules_area.h32,
    "H33": rules_cells.h33, "H34": rules_scope.h34, "H35": rules_factors.h35,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One rule: change of the total (t), status, sentence and its numbers."""

    rule: str
    delta_t: float
    status: str
    why: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """A harmonised inventory and its bridge: old_t + Σ delta_t + residual_t = new_t, to rounding.

    `new_t`: base total, Σ MWh · EF over all rows with energy and a factor, plus rows that could not be recomputed
    (`fixed_t`, their tonnes taken over). `unrecovered_t`: tonnes of the old rows without energy. `memo`: what left
    the base by account (t). `left`: rows with their part of the residual (t) and the factor they are
    recomputed with (g/kWh), the largest first. `old_rows`: as read; `rows`: after all rules, at the factors of the
    release.
    """

    card: Card
    year: int
    target_year: int
    old_rows: tuple[Row, ...]
    rows: tuple[Row, ...]
    steps: tuple[Step, ...]
    old_t: float
    new_t: float
    residual_t: float
    fixed_t: float
    recovered: int
    memo: Mapping[str, float]
    recognition: Recognition
    quality_old: float | None
    quality_new: float | None
    population_old: float | None
    population_new: float | None
    defaults_source: str
    missing: tuple[str, ...] = ()
    raw_sha256: str = ""
    left: tuple[tuple[Row, float, float | None], ...] = ()

    @property
    def residual_share(self) -> float:
        """|residual| / |new total|; infinite where the new total is 0 and the residual is not."""
        if not self.residual_t:
            return 0.0
        return abs(self.residual_t / self.new_t) if self.new_t else float("inf")

    @property
    def status(self) -> str:
        """ok; unexplained (residual above 0.5 %); incomplete (a rule lacks data, cells are missing, or rows cannot be
        recomputed).
        """
        if any(s.status == "needs_data" for s in self.steps) or self.fixed_t or self.missing:
            return "incomplete"
        return "unexplained" if self.residual_share > LIMIT else "ok"


def harmonise(
    rows: Sequence[Row], card: Card, year: int, defaults: Defaults | None = None, target_year: int | None = None,
    raw: bytes = b"",
) -> Result:  # fmt: skip
    """Apply all rules in their order to the rows of an inventory; see `Result`. The rows given are not changed."""
    context = Context(card, year, year if target_year is None else target_year, defaults)
    start = State(tuple(rows))
    state, recovered = recover.recover(start, context)
    state, recognition = recover.recognise(state, context)
    old_t = start.total()
    steps = []
    for id, rule in ORDER.items():
        outcome = rule(state, context)
        steps.append(
            Step(id, outcome.state.total() - state.total(), outcome.status, outcome.why, outcome.params)
        )  # fmt: skip
        state = outcome.state
        if id == "H20":
            context = _moved_on(context, outcome)
        if id in ("H22", "H32") and outcome.status == "applied":
            context = replace(
                context, scale=context.scale * outcome.params.get("key", outcome.params.get("share", 1.0))
            )
    final = tuple(_recompute(r, context) for r in state.rows)
    new_t = fsum(r.t for r in final if r.t is not None)
    residual = fsum([new_t, -old_t, *(-s.delta_t for s in steps)])
    parts = [
        (b, (a.t or 0.0) - (b.t or 0.0), context.target(b, context.target_year))
        for a, b in zip(final, state.rows, strict=True)
    ]
    left = sorted((p for p in parts if abs(p[1]) > SMALL * max(abs(new_t), 1.0)), key=lambda p: -abs(p[1]))
    return Result(
        card, year, context.target_year, start.rows, final, tuple(steps), old_t, new_t,
        residual if abs(residual) > 1e-9 * max(abs(old_t), abs(new_t), 1.0) else 0.0,
        fsum(r.t for r in final if r.t is not None and not _computed(r, context)),
        len(recovered), _memo(state), recognition,
        quality_of(r for r in start.rows if r.sector in BASE_SECTORS), quality_of(final),
        card.number("population"), rules_area.population(context),
        defaults.source if defaults else "", missing_cells(final), hashlib.sha256(raw).hexdigest() if raw else "",
        tuple(left),
    )  # fmt: skip


def missing_cells(rows: Sequence[Row]) -> tuple[str, ...]:
    """Grid-bound carriers of households, services, industry, and road transport, that have no value: never a zero.

    A merged sector holds its parts.
    """
    held = {(p, r.carrier) for r in rows if r.mwh is not None or r.t is not None for p in _parts(r.sector)}
    cells = [f"{s}.{c}" for s in ("HH", "GHD", "IND") for c in ("elec", "gas", "dh") if not {(s, c), (s, "")} & held]
    return (*cells, *(["VK"] if not any(s == "VK" for s, _ in held) else []))


def _parts(sector: str) -> tuple[str, ...]:
    return (sector, *rules_cells.MERGED.get(sector, ()))


def _moved_on(context: Context, outcome: Outcome) -> Context:
    """After H20 everything is of the target year; where H20 lacked data the inventory stays in its own year."""
    if outcome.status != "applied":
        return replace(context, target_year=context.year)
    known = context.defaults
    if known is not None:
        mwh = {k: v * known.index[k] for k, v in known.mwh.items() if k in known.index}
        known = replace(known, mwh=mwh)
    return replace(context, year=context.target_year, defaults=known)


def _computed(row: Row, context: Context) -> bool:
    """Whether the tonnes of a row come from energy and a factor of the release."""
    own_heat = row.carrier == "dh" and context.dh_factor() is None
    return row.mwh is not None and (context.target(row, context.target_year) is not None or own_heat)


def _recompute(row: Row, context: Context) -> Row:
    value = context.target(row, context.target_year)
    if row.mwh is None or value is None:
        return row
    return replace(row, t=row.mwh * value / 1000)


def _memo(state: State) -> dict[str, float]:
    """What left the base, by account (t)."""
    out: dict[str, float] = {}
    for rule, row in state.moved:
        key = ACCOUNTS.get(
            row.sector, {"H10": "residents_transport_t", "H12": "aviation_outside_t"}.get(rule, "other_t")
        )
        out[key] = out.get(key, 0.0) + (row.t or 0.0)
        if row.sector == "LULUCF" and row.t:
            part = "lulucf_emissions_t" if row.t > 0 else "lulucf_removals_t"
            out[part] = out.get(part, 0.0) + row.t
    return out
