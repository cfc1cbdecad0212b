"""Attainment of targets: reached or missed, by how much, since when, and what holds the plan back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadtland.base.locale import LANGUAGES
from stadtland.base.texts import text

from .partnership import Target
from .targets import NET_ZERO

Array = NDArray[np.float64]
TOLERANCE_T = 0.5
SHOWN = 5


def attainment(
    definition: dict[str, Any], account: str, path_t: Array, cap_t: Array, years: Sequence[int], year: int
) -> dict[str, Any]:
    """Whether an account (t a year) meets its cap in the target year; `first_year` from which it stays met.

    >>> a = attainment({}, "net", np.array([5.0, 2.0]), np.array([3.0, 2.0]), [2030, 2031], 2030)
    >>> a["reached"], a["missed_t"], a["first_year"]
    (False, 2.0, 2031)
    """
    at = list(years).index(year)
    missed = float(path_t[at] - cap_t[at])
    met = path_t <= cap_t + TOLERANCE_T
    first = None
    for position in range(len(years) - 1, -1, -1):
        if not met[position]:
            break
        first = int(years[position])
    return {
        "definition": definition,
        "account": account,
        "year": int(year),
        "cap_t": float(cap_t[at]),
        "value_t": float(path_t[at]),
        "reached": bool(met[at]),
        "missed_t": 0.0 if met[at] else missed,
        "first_year": first,
        "cap_path_t": [float(v) for v in cap_t],
    }


def definition(target: Target | None, kind: str) -> dict[str, Any]:
    """The target as decided; `value` is null on the national path, which is an assumption (evidence C)."""
    if target is None:
        source = "national path (assumption): KSG −65 % 2030, −88 % 2040, net zero 2045 against 1990"
        return {
            "kind": kind,
            "year": NET_ZERO,
            "value": None,
            "unit": "t",
            "base_year": None,
            "source": source,
            "evidence": "C",
        }
    return {
        "kind": target.kind,
        "year": target.year,
        "value": target.value,
        "unit": target.unit,
        "base_year": target.base_year,
        "source": target.source,
        "evidence": target.evidence,
    }


def bilingual(key: str, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """A text in both languages; `names` gives the parameter `name` by language."""
    return {lang: text(key, lang, name=names[lang]) if names else text(key, lang) for lang in LANGUAGES}


HOLDING = ("potential", "ramp", "share_of_rest", "land", "conversion", "line", "legacy")


def binding(
    duals: Mapping[str, float],
    sizes: Mapping[str, float],
    year: int,
    members: Sequence[str],
    titles: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """What holds the plan back in a year, the most valuable first: price of the row × its size, M EUR.

    `duals`: `kind:id:year` → M EUR per unit of the right side; `sizes`: `kind:id` → right side (1 where unknown).
    """
    rows = []
    for name, value in duals.items():
        kind, _, rest = name.partition(":")
        ident, _, when = rest.rpartition(":")
        if int(when) != year or kind not in HOLDING or abs(value) < 1e-9 or not any(m in ident for m in members):
            continue
        rows.append((abs(value) * sizes.get(f"{kind}:{ident}", 1.0), kind, ident))
    found = []
    for worth, kind, ident in sorted(rows, key=lambda r: (-r[0], r[1], r[2]))[:SHOWN]:
        base, _, owner = ident.partition("@")
        title = titles.get(base, dict.fromkeys(LANGUAGES, base))
        found.append(
            {
                "kind": kind,
                "id": base,
                "member": owner or None,
                "text": bilingual(f"plan.binding_{kind}", title),
                "worth_eur": worth * 1e6,
            }
        )
    return found
