"""Do removals cover what is left? Reductions first; only removals count, and long-lived gases need lasting storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stadtland.base.errors import InputError

from .classes import classes
from .quantity import whole

FLOOR = 900  # permille of the base year that must be reduced before any removal counts


def cover(
    base_kg: int, long_lived_kg: int, short_lived_kg: int, units: Mapping[str, int], floor_permille: int = FLOOR,
    supplied: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """What removals cover of the residual emissions of a year; all kg.

    base_kg: gross emissions of the base year. long_lived_kg: CO2 of fossil and process origin, short_lived_kg: CH4 and
    N2O of agriculture, both of the year. units: counted kilograms by class. supplied: temporary units carry a buffer
    and a duty to supply again; without it they cover short-lived gases only.

    The allowed residual is base · (1 − floor). Emissions above it are not yet reduced and cannot be covered. Permanent
    units cover everything, long-lived gases first; temporary ones what is left. Reductions and contributions: nothing.

    >>> cover(1000, 60, 40, {"temporary_removal": 30, "permanent_removal": 50, "reduction": 500})["open_kg"]
    20
    >>> cover(1000, 200, 0, {"permanent_removal": 500})["open_kg"]  # 100 kg lie above the floor
    100
    """
    for name, value in (("base_kg", base_kg), ("long_lived_kg", long_lived_kg), ("short_lived_kg", short_lived_kg)):
        whole(value, name)
    if not 0 <= floor_permille <= 1000:
        raise InputError("neutrality-floor", f"a floor of {floor_permille} permille", "floor", "give 0 to 1000")
    unknown = sorted(set(units) - set(classes()))
    if unknown:
        raise InputError("class-unknown", f"{unknown[0]!r:.40} is not a class", "units", "use " + ", ".join(classes()))
    gross = long_lived_kg + short_lived_kg
    allowed = base_kg * (1000 - floor_permille) // 1000
    above = max(0, gross - allowed)
    # What lies above the floor is taken from the long-lived part first: that is the strict reading.
    long_left = max(0, long_lived_kg - above)
    short_left = gross - above - long_left
    lasting = sum(whole(units.get(c, 0), c) for c in ("permanent_removal",))
    passing = sum(whole(units.get(c, 0), c) for c in ("temporary_removal", "product_storage"))
    used_lasting_long = min(lasting, long_left)
    used_lasting_short = min(lasting - used_lasting_long, short_left)
    used_passing_short = min(passing, short_left - used_lasting_short)
    used_passing_long = min(passing - used_passing_short, long_left - used_lasting_long) if supplied else 0
    covered = used_lasting_long + used_lasting_short + used_passing_short + used_passing_long
    return {
        "gross_kg": gross, "allowed_residual_kg": allowed, "above_floor_kg": above, "covered_kg": covered,
        "open_kg": gross - covered, "neutral": gross == covered, "unused_kg": lasting + passing - covered,
        "not_counting_kg": sum(kg for c, kg in units.items() if not classes()[c].covers_residual),
    }  # fmt: skip
