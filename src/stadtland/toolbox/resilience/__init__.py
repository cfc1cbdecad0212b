"""Resilience: exposure, effects in their own unit, need and coverage, who protects whom, data requests.

No score over hazards, no tonnes: a hazard is answered in its own unit or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadtland.toolbox.model import HAZARDS

    from .combine import additive, as_reduction, reduction, treated_share
    from .content import hazards, sources
    from .dwd import DailySeries, RegionalSeries, read_daily, read_file, read_regional
    from .exposure import age_share, local_exposure, rain_depth, sealed_share, station_exposure
    from .letters import letter
    from .need import coverage, for_results
    from .needs_table import as_partnership, read_needs, template
    from .programme import plan_rows

_HOMES = {
    "coverage": "need", "for_results": "need", "hazards": "content", "sources": "content", "HAZARDS": "content",
    "read_file": "dwd", "read_daily": "dwd", "read_regional": "dwd", "DailySeries": "dwd", "RegionalSeries": "dwd",
    "station_exposure": "exposure", "sealed_share": "exposure", "age_share": "exposure",
    "additive": "combine", "as_reduction": "combine", "reduction": "combine", "treated_share": "combine",
    "letter": "letters", "local_exposure": "exposure", "rain_depth": "exposure", "read_needs": "needs_table",
    "template": "needs_table", "as_partnership": "needs_table", "plan_rows": "programme",
}  # fmt: skip
__all__ = [
    "HAZARDS", "DailySeries", "RegionalSeries", "additive", "age_share", "as_partnership", "as_reduction",
    "coverage", "for_results", "hazards", "letter", "local_exposure", "plan_rows", "rain_depth", "read_daily",
    "read_file", "read_needs", "read_regional", "reduction", "sealed_share", "sources", "station_exposure",
    "template", "treated_share",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Loads a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
