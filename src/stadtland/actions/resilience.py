"""Use cases: resilience of members, an offer to land users, regional value of a measure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stadtland.base.errors import InputError

YEAR = 2021


def members(ags: Sequence[str], data: Path | None = None) -> list[Any]:
    """Municipalities by code; InputError for none, a code given twice, or an unknown code."""
    from stadtland import facts

    if not ags:
        raise InputError("members-missing", "no municipality is named", "AGS", "give at least one code of 8 digits")
    twice = {a for a in ags if list(ags).count(a) > 1}
    if twice:
        raise InputError("members-twice", f"{sorted(twice)[0]} is named twice", "AGS", "name each municipality once")
    return list(facts.load_members(ags, YEAR, data))


def read_series(named: Sequence[str], ags: Sequence[str]) -> dict[str, list[Any]]:
    """Series files by member. `AGS=FILE`, or FILE alone when there is one member; `FILE@territory` for regional files.

    A daily station file stands for its station; a regional file needs the name of its column.
    Errors: InputError `series-*`, `ags-not-member`.
    """
    from stadtland.toolbox.resilience import RegionalSeries, read_file

    found: dict[str, list[Any]] = {}
    for word in named:
        head, sign, rest = word.partition("=")
        owner, name = (head, rest) if sign and head.isdigit() else ("", word)
        if not owner and len(ags) > 1:
            raise InputError(
                "series-member", f"{name} names no member", "--series", "write AGS=FILE: one file a member"
            )
        owner = owner or ags[0]
        if owner not in ags:
            raise InputError("ags-not-member", f"{owner} is not a member", "--series", "members: " + ", ".join(ags))
        name, _, territory = name.partition("@")
        series = read_file(Path(name))
        if isinstance(series, RegionalSeries):
            if not territory:
                raise InputError(
                    "series-territory", "a regional file needs the name of its column", name,
                    f"write {name}@NAME with one of: " + ", ".join(series.territories),
                )  # fmt: skip
            series.of(territory)
            found.setdefault(owner, []).append((series, territory))
        else:
            found.setdefault(owner, []).append(series)
    return found


def read_selection(named: Sequence[str], ags: Sequence[str]) -> dict[str, dict[str, float]]:
    """Measures by member from `AGS:ID=UNITS`, or `ID=UNITS` when there is one member.

    Errors: InputError `selection-format`, `selection-member`, `selection-twice`; members and ids are checked later.
    """
    found: dict[str, dict[str, float]] = {}
    for word in named:
        left, sign, amount = word.partition("=")
        owner, colon, measure = left.rpartition(":")
        if not colon and len(ags) > 1:
            raise InputError("selection-member", f"{word} names no member", "--measure", "write AGS:ID=UNITS")
        owner = owner or ags[0]
        try:
            units = float(amount) if sign and "_" not in amount else float("nan")
        except ValueError:
            units = float("nan")
        if not math.isfinite(units) or not measure:
            raise InputError(
                "selection-format", f"{word!r:.40} is no choice", "--measure", "write ID=UNITS, decimal point"
            )
        if measure in found.get(owner, {}):
            raise InputError(
                "selection-twice", f"{measure} is chosen twice for {owner}", "--measure", "add the units up"
            )
        found.setdefault(owner, {})[measure] = units
    return found


def resilience(
    ags: Sequence[str], named: Sequence[str] = (), selection: Mapping[str, Mapping[str, float]] | None = None,
    needs: Mapping[str, Any] | None = None, data: Path | None = None, needs_file: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Exposure, need, coverage and data requests of members: AGS → hazard → entry, with the names of the members.

    `needs_file`: a filled-in table of needs (`needs_template`) instead of `needs`.
    """
    from stadtland.toolbox import resilience as room

    found = members(ags, data)
    series = read_series(named, list(ags))
    if needs_file is not None:
        needs = room.read_needs(needs_file, found, data)
    answer = room.coverage(found, selection or {}, needs=needs, series=series, data=data)
    return {"names": {m.ags: m.name for m in found}, "resilience": answer}


def needs_template(path: Path, ags: Sequence[str], lang: str, data: Path | None = None) -> Path:
    """Write the empty table of needs as CSV; never over an existing file (InputError `file-exists`)."""
    from stadtland.base.files import OutDir
    from stadtland.toolbox import resilience as room

    if path.exists():
        raise InputError("file-exists", "the file exists already", str(path), "choose another name")
    text = room.template(members(ags, data), lang)
    with OutDir(path.parent) as folder:
        folder.stage(path.name, "\ufeff" + text)
        folder.commit()
    return path


def needs_toml(needs_file: Path, ags: Sequence[str], data: Path | None = None) -> str:
    """A filled-in table of needs as tables of a partnership file."""
    from stadtland.toolbox import resilience as room

    return str(room.as_partnership(room.read_needs(needs_file, members(ags, data), data)))


def plan_part(
    found: Sequence[Any], measures: Sequence[Mapping[str, Any]], needs: Mapping[str, Any] | None = None,
    data: Path | None = None,
) -> dict[str, dict[str, dict[str, Any]]]:  # fmt: skip
    """`resilience.<AGS>.<hazard>` of results.json: needs and what the plan's measures standing in 2045 cover.

    `found`: Municipality objects. `measures`: rows of `roadmap.measures` (id, member, total_units, reference).
    `needs`: as `read_needs` gives them; without them every need is null and names its data request.
    """
    from stadtland.toolbox import resilience as room

    standing: dict[str, dict[str, float]] = {}
    for row in measures:
        if row["total_units"] > 0 and not row["reference"]:
            standing.setdefault(row["member"], {})[row["id"]] = float(row["total_units"])
    return room.for_results(room.coverage(found, standing, needs=needs, data=data, clip=True))


def letter(hazard: str, ags: Sequence[str], lang: str, data: Path | None = None) -> str:
    """The data request for a hazard as a letter; `all`: one letter for each hazard."""
    from stadtland.toolbox import resilience as room

    names = [(m.ags, m.name) for m in members(ags, data)]
    if hazard == "all":
        return "\n\n--------\n\n".join(room.letter(one, names, lang) for one in room.hazards())
    return str(room.letter(hazard, names, lang))


def offer(measure: str, hectares: float, soil: str = "medium", ags: str | None = None, data: Path | None = None) -> Any:
    """An offer to land users over some hectares of a measure."""
    from stadtland.toolbox import offers

    member = None if ags is None else members([ags], data)[0]
    return offers.offer(measure, hectares, soil, member)


def value(measure: str, units: float, ags: str | None = None, data: Path | None = None) -> Any:
    """Regional value, drinking water and biodiversity of some units of a measure."""
    from stadtland.toolbox import regional_value

    return regional_value.value(measure, units, None if ags is None else members([ags], data)[0])
