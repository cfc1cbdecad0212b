"""Is every counted unit seen by the inventories of both members? Checked per physical member, counting member, year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from .classes import classes
from .state import State

Lines = Mapping[tuple[str, int], Mapping[str, int]]  # (member, year) → {line: kg}, signs of the inventory


def check(state: State, lines: Lines, baseline: Lines | None = None) -> list[dict[str, Any]]:
    """One row per physical member, counting member, class and year: `{…, kg, status}`.

    - `no_inventory_place`, `no_inventory_holder`: a balance of that year is missing, nothing can be said
    - `not_visible`: the inventory does not show the effect (project says so, or the class has no line): keep it out of
      any neutrality claim, or refine the line
    - `more_than_line`: the units of all holders exceed what the line shows (removals), or the fall of the line against
      `baseline` (reductions): the effect would be counted twice
    - `no_baseline`: reductions cannot be compared without the baseline
    - `ok`
    """
    sums: dict[tuple[str, str, str, int, bool], int] = defaultdict(int)
    for (series, first), block in state.blocks.items():
        kind, _, owner = block.account.partition(":")
        if kind in ("hold", "retired") and block.claim == "internal":
            project = state.projects[block.project]
            key = (project.ags, state.holders[owner].ags, project.unit_class, int(series[-4:]), project.visible)
            sums[key] += block.last - first + 1
    issued: dict[tuple[str, str, int], int] = defaultdict(int)
    for (id, year), v in state.vintages.items():
        project = state.projects[id]
        if project.visible:
            issued[project.ags, classes()[project.unit_class].line, year] += v.held_kg + v.buffered_kg
    rows = []
    for (place, counts, unit_class, year, visible), kg in sorted(sums.items()):
        line = classes()[unit_class].line
        status = _status(lines, baseline, place, counts, line, year, visible, issued[place, line, year])
        rows.append(
            {
                "place": place,
                "holder": counts,
                "class": unit_class,
                "year": year,
                "kg": kg,
                "line": line,
                "status": status,
            }
        )
    return rows


def _status(
    lines: Lines, baseline: Lines | None, place: str, counts: str, line: str, year: int, visible: bool, issued: int
) -> str:
    if (place, year) not in lines:
        return "no_inventory_place"
    if (counts, year) not in lines:
        return "no_inventory_holder"
    shown = lines[place, year].get(line)
    if not visible or line == "outside" or shown is None:
        return "not_visible"
    if line == "lulucf_removals_t":
        return "ok" if issued <= -shown else "more_than_line"
    before = None if baseline is None else baseline.get((place, year), {}).get(line)
    if before is None:
        return "no_baseline"
    return "ok" if issued <= before - shown else "more_than_line"
