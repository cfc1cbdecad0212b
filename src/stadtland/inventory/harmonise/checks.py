"""Checks of all rows together: signs, swapped columns, mixed units, sums among rows, double cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from .card import Card
from .problems import Findings
from .table import OTHER_SECTORS, Row

HIGHEST = 1100.0  # g/kWh; every real factor of final energy since 1990 is lower, a swapped one mostly higher
LOWEST_FOSSIL = 100.0  # g/kWh
FOSSIL = ("gas", "oil", "lpg", "coal", "hard_coal", "lignite", "diesel", "petrol", "kerosene", "cng")
PARTS = {"ECONOMY": ("GHD", "IND"), "BUILDINGS": (), "ALL": ()}
MAY_BE_NEGATIVE = ("CREDIT", "LULUCF")
TOTAL_SLACK = 0.001  # of the total, besides half a unit per row


def check_rows(
    rows: Sequence[Row], unit: Mapping[str, str], titles: Mapping[str, str], findings: Findings, card: Card,
    printed: float | None,
) -> None:  # fmt: skip
    """Adds a problem for each row that cannot be right; see the texts in problems.toml."""
    seen: dict[tuple[str, str, str, str], int | None] = {}
    for row in rows:
        key = (row.sector, row.carrier, row.mode, row.part)
        if key in seen and row.sector not in OTHER_SECTORS:
            findings.add("twice", row.number, titles.get("sector", "sector"), other=seen[key])
        seen.setdefault(key, row.number)
        _signs(row, titles, findings, card)
        _factor(row, unit, titles, findings)
    _wholes(rows, titles, findings)
    if printed is not None and not findings.problems:
        total = fsum(r.t for r in rows if r.t is not None)
        if abs(total - printed) > TOTAL_SLACK * abs(printed) + 0.5 * len(rows):
            findings.add("sum_wrong", rows=f"{total:.10g}", printed=f"{printed:.10g}")


def _signs(row: Row, titles: Mapping[str, str], findings: Findings, card: Card) -> None:
    for key, value in (("mwh", row.mwh), ("ch4_t", row.ch4_t), ("n2o_t", row.n2o_t)):
        if value is not None and value < 0:
            findings.add("negative", row.number, titles.get(key, key), text=f"{value:g}")
    heat = row.carrier == "dh" and card.say("allocation") == "substitution"
    if row.t is not None and row.t < 0 and row.sector not in MAY_BE_NEGATIVE and not heat:
        findings.add("negative", row.number, titles.get("t", "t_co2e"), text=f"{row.t:g}")


def _factor(row: Row, unit: Mapping[str, str], titles: Mapping[str, str], findings: Findings) -> None:
    value = row.factor
    if value is None or not row.carrier or row.sector == "CREDIT":
        return
    shown = {
        "t": f"{row.t:g}", "mwh": f"{row.mwh:g}", "factor": f"{value:.4g}", "energy": unit.get("mwh", "MWh"),
        "mass": unit.get("t", "t"),
    }  # fmt: skip
    column = titles.get("t", "t_co2e")
    if abs(value) > HIGHEST:
        findings.add("factor_high", row.number, column, **shown)
    elif row.carrier in FOSSIL and 0 < value < LOWEST_FOSSIL:
        findings.add("factor_low", row.number, column, carrier=row.carrier, **shown)


def _wholes(rows: Sequence[Row], titles: Mapping[str, str], findings: Findings) -> None:
    column = titles.get("sector", "sector")
    split = {(r.sector, r.mode) for r in rows if r.carrier}
    modes = {r.sector for r in rows if r.mode}
    sectors = {r.sector for r in rows}
    by_carrier: dict[str, set[str]] = {}
    for r in rows:
        if r.sector not in ("ALL", *OTHER_SECTORS):
            by_carrier.setdefault(r.carrier, set()).add(r.sector)
    for row in rows:
        if row.sector in OTHER_SECTORS:
            continue
        if not row.carrier and (
            (row.sector, row.mode) in split or (row.sector == "VK" and not row.mode and "VK" in modes)
        ):
            findings.add("all_and_parts", row.number, column, sector=row.sector)
        parts = [p for p in PARTS.get(row.sector, ()) if p in sectors]
        if row.sector == "BUILDINGS":
            parts = [p for p in ("GHD", "KE") if p in sectors]
        if row.sector == "ALL" and row.carrier:
            parts = sorted(by_carrier.get(row.carrier, set()))
        if parts:
            findings.add("merged_and_parts", row.number, column, sector=row.sector, parts=", ".join(parts))
