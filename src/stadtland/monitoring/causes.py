"""The change between two years taken apart so that it adds up to the kilogram.

Each line is a chain of levels, population P → driver D → energy at mean weather F* → energy F → tonnes E, so that

    E = P · (D/P) · (F*/D) · (F/F*) · (E/F),   F* = F / W,   W = 1 − s + s·G_y/G_m

(s share of space heating, G_y degree days of the year, G_m their long-term mean). The difference of the product is
attributed to its factors by the Shapley value, the mean over all orders of change: exact, order-free, and defined for
zero and negative values, where the logarithmic mean Divisia index is not. Levels that are not reported drop out of the
chain. Registered measures (units in operation × effect a unit) are taken out of the intensity F*/D; what remains is
called unexplained. Sources: Albrecht, François, Schoors 2002, Energy Policy 30, 727–736 (Shapley decomposition without
residual); Ang 2015, Energy Policy 86, 233–238 (LMDI, used as the second way in the tests); VDI 3807 (degree days).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from typing import Any

from stadtland.base import content, toml
from stadtland.base.errors import InputError
from stadtland.inventory.decompose import shapley
from stadtland.inventory.lines import carrier, sector

from .amounts import whole
from .book import Book, Measure, Version

CAUSES = (
    "method", "correction", "coverage", "population", "activity", "weather", "grid_mix", "heat_mix", "measures",
    "unexplained",
)  # fmt: skip
SECTORS = {
    "bisko": ("HH", "GHD", "KE", "IND", "VK"),
    "gross": ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU"),
    "net": ("HH", "GHD", "KE", "IND", "VK", "AGR", "WASTE", "IPPU", "LULUCF"),
}
MEASURE_ACCOUNTS = {"bisko": ("gross",), "gross": ("gross",), "net": ("gross", "lulucf")}
Effects = dict[str, int]


@cache
def spec() -> dict[str, Any]:
    """Groups of lines, drivers, weather share, names of causes: `content/monitoring/causes.toml`."""
    return toml.read(content.path("monitoring", "causes.toml"))


@cache
def group(line: str) -> Mapping[str, Any]:
    """The first group whose patterns fit a line."""
    found: Mapping[str, Any] = next(g for g in spec()["group"] if any(fnmatchcase(line, p) for p in g["lines"]))
    return found


def lines(version: Version, account: str) -> dict[tuple[str, str], int]:
    """Whole kg CO2e by (member, line) of an account; lines without a value are left out, not zero."""
    wanted = SECTORS[account]
    return {
        (r.member, r.id): whole(r.value, 1000)
        for r in version.rows
        if r.kind == "line" and r.what == "t_co2e" and r.value is not None and sector(r.id) in wanted
    }


def weather(version: Version, member: str) -> float | None:
    """G_y/G_m of a member; None unless both are reported and above 0."""
    year = version.value("weather", member, "degree_days", "level")
    mean = version.value("weather", member, "degree_days_mean", "level")
    return year / mean if year and mean and year > 0 and mean > 0 else None


def heated(line: str) -> bool:
    """Whether the space-heat share of a line follows the degree days."""
    w = spec()["weather"]
    return sector(line) in w["sectors"] and carrier(line) in w["carriers"]


def line_effects(old: Version, new: Version, member: str, line: str, same_method: bool = True) -> Effects:
    """Effects of one line in whole kg; Σ = change of the line. `intensity` is not split into measures and rest yet."""
    levels: list[tuple[str, float, float]] = [("start", 1.0, 1.0)]

    def level(cause: str, values: Iterable[float | None]) -> None:
        first, last = values
        if first is not None and last is not None:
            levels.append((cause, first, last))

    tonnes = [v.value("line", member, line, "t_co2e") or 0.0 for v in (old, new)]
    about = group(line)
    if about["population"]:
        level("population", (v.value("driver", member, "population", "level") for v in (old, new)))
    if about["driver"]:
        level("activity", (v.value("driver", member, about["driver"], "level") for v in (old, new)))
    energy = [v.value("line", member, line, "energy_mwh") for v in (old, new)]
    if None not in energy:
        ratios = [weather(v, member) for v in (old, new)]
        if heated(line) and None not in ratios:
            share = spec()["weather"]["space_heat_share"]
            level(
                "intensity",
                ((f or 0.0) / (1 - share + share * (g or 1.0)) for f, g in zip(energy, ratios, strict=True)),
            )
            level("weather", energy)
        else:
            level("intensity", energy)
        mix = next((k for k in ("grid", "heat") if carrier(line) in spec()["mix"][k]), None)
        last = f"{mix}_mix" if mix else "intensity" if same_method else "method"
    else:
        last = "intensity"
    levels.append((last, tonnes[0], tonnes[1]))
    whole_change = whole(tonnes[1], 1000) - whole(tonnes[0], 1000)
    return _closed(levels, whole_change)


def _closed(levels: list[tuple[str, float, float]], total: int) -> Effects:
    """Shapley effects of a chain of levels in whole kg; Σ = total, roundings fall on the intensity."""
    ends = levels[-1]
    kept = [
        entry for entry in levels[:-1] if not ((entry[1] == 0 and ends[1] != 0) or (entry[2] == 0 and ends[2] != 0))
    ]  # a level of 0 under a value is a contradiction; it explains nothing
    kept.append(ends)
    factors = [_ratios(low, high) for low, high in pairwise(kept)]
    found = shapley([f[0] for f in factors], [f[1] for f in factors])
    out: Effects = {"intensity": 0}
    for (cause, _, _), effect in zip(kept[1:], found, strict=True):
        out[cause] = out.get(cause, 0) + round(1000 * float(effect))
    out["intensity"] += total - sum(out.values())
    return out


def _ratios(low: tuple[str, float, float], high: tuple[str, float, float]) -> tuple[float, float]:
    """The factor on both sides; where the lower level is 0 it is undefined and takes the other side's value."""
    one = high[1] / low[1] if low[1] else None
    other = high[2] / low[2] if low[2] else None
    if one is None:
        return (0.0, 0.0) if other is None else (other, other)
    return one, (one if other is None else other)


def measure_kg(book: Book, measure: Measure, year: int, version: Version | None = None) -> int | None:
    """Whole kg CO2e a year that a registered measure saves in a year; None where units or factor are not known.

    A reported (measured) value comes first. Else t = f · (u_start + u_end)/2: mean of the units in operation at both
    ends of the year (from the years' reports, else from the pipeline), f the plan's t a unit and year (of the nearest
    year with units in the plan). `version`: instead of the newest report of the year.
    """
    version = version or book.version(year)
    if version is not None:
        reported = version.value("measure", measure.member, measure.measure, "t_co2e")
        if reported is not None:
            return whole(reported, 1000)
    both = units(book, measure, year - 1) + units(book, measure, year)
    known = [y for y in measure.planned.years if measure.planned.factor(y) is not None] if measure.planned else []
    if measure.planned is None or not known:
        return None if both else 0
    factor = measure.planned.factor(min(known, key=lambda y: (abs(y - year), y))) or 0.0
    return whole(factor * both / 2, 1000)


def units(book: Book, measure: Measure, year: int) -> float:
    """Units in operation at the end of a year: as reported for the year, else from the pipeline."""
    version = book.version(year)
    reported = version.value("measure", measure.member, measure.measure, "units") if version else None
    return measure.units_at(f"{year}-12-31") if reported is None else reported


def _pair(first: tuple[Version, ...], last: tuple[Version, ...]) -> tuple[int, int]:
    """Positions of the newest versions of both years with the same method; the newest of all where there are none."""
    pairs = [(j, i) for j, b in enumerate(last) for i, a in enumerate(first) if a.method == b.method]
    j, i = max(pairs, default=(len(last) - 1, len(first) - 1))
    return i, j


def change(book: Book, first: int, last: int, account: str = "gross", restated: bool = False) -> dict[str, Any]:
    """The change of an account between two years, by cause, member and sector; whole kg, exactly closing.

    From what was first reported for `first` (with `restated`: from the version compared) to the newest version of
    `last`. Compared are the newest versions with the same method; what lies between the versions of one year is the
    cause method or correction. Result `{account, first, last, start_kg, end_kg, change_kg,
    causes[{id, kg}], members.<code>.{start_kg, end_kg, causes}, sectors.<sector>.…, measures[{id, kg}], notes[…]}`.
    InputError `year-missing`, `account-unknown`.
    """
    if account not in SECTORS:
        raise InputError(
            "account-unknown", f"the account {account!r:.30} is not known", "", "use " + ", ".join(SECTORS)
        )
    for year in (first, last):
        if book.version(year) is None:
            have = ", ".join(str(y) for y in sorted(book.years)) or "none"
            raise InputError("year-missing", f"nothing is reported for {year}", "", f"import it; reported: {have}")
    if first >= last:
        raise InputError("year-order", f"{first} is not before {last}", "", "name the earlier year first")
    i, j = _pair(book.years[first], book.years[last])
    before, after = book.years[first][: i + 1], book.years[last][j:]
    before = before[-1:] if restated else before
    start, old, new, end_version = before[0], before[-1], after[0], after[-1]
    cells: dict[tuple[str, str], Effects] = {}
    for one_version, next_version in (*pairwise(before), *pairwise(after)):
        cause = "correction" if one_version.method == next_version.method else "method"
        a, b = lines(one_version, account), lines(next_version, account)
        for key in a.keys() | b.keys():
            _add(cells, (key[0], sector(key[1])), cause, b.get(key, 0) - a.get(key, 0))
    one, other = lines(old, account), lines(new, account)
    only = sorted(one.keys() ^ other.keys())
    for key in only:
        _add(cells, (key[0], sector(key[1])), "coverage", other.get(key, 0) - one.get(key, 0))
    for member, line in sorted(one.keys() & other.keys()):
        for cause, kg in line_effects(old, new, member, line, old.method == new.method).items():
            _add(cells, (member, sector(line)), "unexplained" if cause == "intensity" else cause, kg)
    registered: list[dict[str, Any]] = []
    for m in book.measures.values():
        if m.account not in MEASURE_ACCOUNTS[account] or (m.sector and m.sector not in SECTORS[account]):
            continue
        at = [measure_kg(book, m, year, v) for year, v in ((first, old), (last, new))]
        if at[0] is None or at[1] is None:
            registered.append({"id": m.id, "kg": None})
            continue
        kg = at[0] - at[1]  # more saved is less emitted
        if kg:
            registered.append({"id": m.id, "kg": kg})
            _add(cells, (m.member, m.sector), "measures", kg)
            _add(cells, (m.member, m.sector), "unexplained", -kg)
    begin, end = lines(start, account), lines(end_version, account)
    return {
        "account": account, "first": first, "last": last, "start_kg": sum(begin.values()), "end_kg": sum(end.values()),
        "change_kg": sum(end.values()) - sum(begin.values()), "causes": _summed(cells.values()),
        "members": _by(cells, 0, begin, end), "sectors": _by(cells, 1, begin, end), "measures": registered,
        "only_one_year": [f"{line}@{member}" for member, line in only], "notes": _notes(old, new, book),
        "versions": {
            "first_reported": start.number, "first_compared": old.number, "last_compared": new.number,
            "last": end_version.number,
        },
    }  # fmt: skip


def _add(cells: dict[tuple[str, str], Effects], key: tuple[str, str], cause: str, kg: int) -> None:
    cell = cells.setdefault(key, {})
    cell[cause] = cell.get(cause, 0) + kg


def _summed(cells: Iterable[Effects]) -> list[dict[str, Any]]:
    out = dict.fromkeys(CAUSES, 0)
    for cell in cells:
        for cause, kg in cell.items():
            out[cause] += kg
    return [{"id": cause, "kg": kg} for cause, kg in out.items()]


def _by(
    cells: Mapping[tuple[str, str], Effects], position: int, begin: Mapping[tuple[str, str], int],
    end: Mapping[tuple[str, str], int],
) -> dict[str, Any]:  # fmt: skip
    def name(key: tuple[str, str]) -> str:
        return key[0] if position == 0 else sector(key[1])

    names = sorted({k[position] for k in cells} | {name(k) for k in (*begin, *end)})
    return {
        n or "none": {
            "start_kg": sum(v for k, v in begin.items() if name(k) == n),
            "end_kg": sum(v for k, v in end.items() if name(k) == n),
            "causes": _summed(c for k, c in cells.items() if k[position] == n),
        }
        for n in names
    }


def _notes(old: Version, new: Version, book: Book) -> list[str]:
    """Which parts could not be separated, as text ids."""
    notes = []
    codes = book.setup.codes if book.setup else ()
    if any(c not in {m for m, _ in lines(v, "net")} for v in (old, new) for c in codes):
        notes.append("member_missing")
    if old.method != new.method:
        notes.append("not_restated")
    if any(weather(v, c) is None for v in (old, new) for c in codes):
        notes.append("no_weather")
    if any(v.value("driver", c, "population", "level") is None for v in (old, new) for c in codes):
        notes.append("no_population")
    if not any(r.kind == "driver" and r.id != "population" for r in new.rows):
        notes.append("no_activity")
    return notes
