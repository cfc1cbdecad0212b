"""What collides in a selection of measures and why: over-used stocks, pairs that exclude, share or follow each other.

Production and consumption are two views; a selection is summed within one view and never across.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.locale import LANGUAGES, significant

from . import ledgers
from .interactions import Pair, between
from .ledgers import Balance, Selection

SEVERITIES = ("conflict", "check", "info")
SIDES = {
    "bisko_territorial": "production", "territorial_agriculture": "production", "territorial_lulucf": "production",
    "electricity_credit_outside_bisko": "credit", "life_cycle": "consumption", "consumption": "consumption",
}  # fmt: skip
# these reach across members: who pays, who eats and who helps need not live where the measure stands
_ACROSS_SCOPES = ("view", "claim")


@dataclass(frozen=True)
class Collision:
    """One finding: kind (over_used, stock_unknown or a relation), how serious, where, and a sentence in both languages.

    needed, available, excess in `unit` of `stock`; factor is central and has no unit; None where it does not apply.
    """

    kind: str
    severity: str
    members: tuple[str, ...]
    measures: tuple[str, ...]
    stock: str | None
    unit: Mapping[str, str] | None
    needed: float | None
    available: float | None
    excess: float | None
    factor: float | None
    data_quality: str | None
    sentence: Mapping[str, str]
    source: str | None


@cache
def words() -> dict[str, dict[str, str]]:
    """The sentences of this part, {de, en} by id."""
    return toml.read(content.path("toolbox", "words.toml"))


def say(key: str, **params: Any) -> dict[str, str]:
    """A sentence in both languages; floats are rounded to three digits in the manner of the language.

    A parameter that is a mapping {de, en} is taken in its language.
    """

    def shown(value: Any, lang: str) -> Any:
        if isinstance(value, float):
            return significant(value, lang, 3)
        return value[lang] if isinstance(value, Mapping) else value

    return {lang: words()[key][lang].format(**{k: shown(v, lang) for k, v in params.items()}) for lang in LANGUAGES}


def collisions(selection: Selection, members: Sequence[Any], inventory: Any = None) -> list[Collision]:
    """All findings for a selection (AGS → measure → units), conflicts first.

    `members`: Municipality objects; `inventory`: the Inventory of these members, or None (stocks that need it are then
    unknown). Errors: InputError `selection-*` or `measure-unknown` for a bad selection.
    """
    by_code = {m.ags: m for m in members}
    ledgers.check_selection(selection, by_code)
    chosen = {ags: {k: float(v) for k, v in one.items() if v > 0} for ags, one in selection.items()}
    held = {ags: ledgers.holdings(by_code[ags], inventory) for ags in chosen}
    states = ledgers.balances(ledgers.bookings(chosen, held), held)
    names = {a: m.name.split(",", maxsplit=1)[0] for a, m in by_code.items()}
    found = [row for b in states if b.state != "fits" for row in [_stock_row(b, names)]]
    found += _pairs(chosen, {(b.ags, b.stock): b for b in states}, names)
    return sorted(found, key=lambda c: (SEVERITIES.index(c.severity), c.members, c.measures, c.stock or ""))


def _stock_row(b: Balance, names: Mapping[str, str]) -> Collision:
    sentence = _balance_sentence(b, b.state, names)
    kind, severity = {"over": ("over_used", "conflict"), "maybe_over": ("over_used", "check")}.get(
        b.state, ("stock_unknown", "check")
    )
    return Collision(
        kind, severity, (b.ags,), b.measures, b.stock, b.unit, b.needed, b.holding.central, b.excess, None,
        b.holding.data_quality, sentence, None,
    )  # fmt: skip


def _balance_sentence(b: Balance, key: str, names: Mapping[str, str]) -> dict[str, str]:
    stock = ledgers.stocks()[b.stock]
    sentence = say(
        key, measures=", ".join(b.measures), member=names[b.ags], needed=b.needed, unit=b.unit, stock=stock.title,
        available=b.holding.central, excess=b.excess, missing=", ".join(b.holding.missing),
    )  # fmt: skip
    if b.holding.central is not None and b.holding.data_quality == "D":
        note = say("quality_d")
        sentence = {lang: f"{sentence[lang]} {note[lang]}" for lang in LANGUAGES}
    if b.state == "unknown" and stock.ask is not None:
        sentence = {lang: f"{sentence[lang]} {stock.ask[lang]}." for lang in LANGUAGES}
    return sentence


def _reaches_across(pair: Pair) -> bool:
    return pair.scope in _ACROSS_SCOPES or pair.relation == "enabling"


def _pairs(
    chosen: Selection, states: Mapping[tuple[str, str], Balance], names: Mapping[str, str]
) -> Iterator[Collision]:
    for ags, one in chosen.items():
        for pair in between(set(one)):
            if not _reaches_across(pair):
                yield _pair_row(pair, (ags,), states.get((ags, pair.stock or "")), names)
    everything = {measure for one in chosen.values() for measure in one}
    for pair in between(everything):
        if _reaches_across(pair):
            where = tuple(sorted(a for a, one in chosen.items() if pair.a in one or pair.b in one))
            yield _pair_row(pair, where, None, names)


def _pair_row(pair: Pair, where: tuple[str, ...], b: Balance | None, names: Mapping[str, str]) -> Collision:
    severity = "info"
    if pair.relation == "exclusive":
        severity = "conflict" if pair.scope == "claim" else "check"  # a tonne sold twice is never right
        if b is not None:
            severity = {"over": "conflict", "fits": "info"}.get(b.state, "check")
            if b.state == "over" and not {pair.a, pair.b} <= set(b.measures):
                severity = "check"  # the stock is over-used by others
    elif pair.scope == "claim" or (pair.factor is not None and pair.factor[1] < 0):
        severity = "check"
    sentence = dict(pair.sentence)
    if b is not None and b.state == "fits":
        more = _balance_sentence(b, "fits", names)
        sentence = {lang: f"{sentence[lang]} {more[lang]}" for lang in LANGUAGES}
    return Collision(
        pair.relation, severity, where, (pair.a, pair.b), pair.stock, b.unit if b else None, b.needed if b else None,
        b.holding.central if b else None, b.excess if b else None, pair.factor[1] if pair.factor else None,
        b.holding.data_quality if b else None, sentence, pair.source,
    )  # fmt: skip


def by_view(selection: Selection, codes: Collection[str]) -> list[dict[str, Any]]:
    """Published effects of a selection, summed within one accounting view and never across.

    Rows `{view, side: production|credit|consumption, type: reduction|removal, mode: annual|oneoff, low, central, high,
    unit, measures, upper_bound}`; t CO2e a year or once = Σ units · t per unit. Tonnes of the plan are computed by the
    programme; these are card figures. `upper_bound`: measures of the row weaken each other, so the sum is a ceiling.
    Measures that belong to a view but have no published tonnes stand in a row of their own with None: not quantified.
    """
    from .reading import get

    ledgers.check_selection(selection, codes)
    cells: dict[tuple[str, str, str], list[tuple[str, str, float]]] = {}
    unknown: dict[str, set[str]] = {}
    for ags, one in selection.items():
        for measure_id, units in one.items():
            measure = get(measure_id)
            if units <= 0 or measure.accounting_view not in SIDES:
                continue
            if (measure.effect.low, measure.effect.high) == (0, 0):
                unknown.setdefault(measure.accounting_view, set()).add(measure_id)
                continue
            kind = "removal" if measure.type == "removal" else "reduction"
            cells.setdefault((measure.accounting_view, kind, measure.effect.mode), []).append(
                (ags, measure_id, float(units))
            )
    rows: list[dict[str, Any]] = []
    for (view, kind, mode), parts in sorted(cells.items()):
        sums = {
            level: math.fsum(units * getattr(get(m).effect, level) for _, m, units in parts)
            for level in ("low", "central", "high")
        }
        rows.append(
            {"view": view, "side": SIDES[view], "type": kind, "mode": mode, **sums,
             "unit": "t CO2e/a" if mode == "annual" else "t CO2e", "measures": tuple(sorted({m for _, m, _ in parts})),
             "upper_bound": _weaken(parts)}
        )  # fmt: skip
    for view, ids in sorted(unknown.items()):
        rows.append(
            {"view": view, "side": SIDES[view], "type": "reduction", "mode": "annual", "low": None, "central": None,
             "high": None, "unit": "t CO2e/a", "measures": tuple(sorted(ids)), "upper_bound": False}
        )  # fmt: skip
    return rows


def _weaken(parts: Sequence[tuple[str, str, float]]) -> bool:
    by_member: dict[str, set[str]] = {}
    for ags, measure, _ in parts:
        by_member.setdefault(ags, set()).add(measure)
    return any(
        pair.relation in ("exclusive", "ordering") or pair.factor is None or pair.factor[1] < 1
        for ids in by_member.values()
        for pair in between(ids)
    )
