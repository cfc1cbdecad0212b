"""Use cases of the toolbox: check the catalogue, show a card with the tonnes of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stadtland import toolbox


def check(store: Path | None = None) -> list[dict[str, Any]]:
    """Findings of the catalogue, then each planned measure alone against its published range.

    `store`: a folder of own measures; only its measures and own values are checked then, each value beside that of the
    catalogue as a row of the check "own". Rows {id, check: format|range|own, ok, text, computed, low, high}: tonnes of
    one unit in the reference partnership;
    removals as mean of 20 years, others in 2030.
    """
    if store is not None:
        return _own(store)
    rows: list[dict[str, Any]] = [
        {
            "id": f.where,
            "check": "format",
            "ok": False,
            "text": f"{f.code}: {f.what}",
            "computed": None,
            "low": None,
            "high": None,
        }
        for f in toolbox.check_catalogue()
    ]
    from stadtland.roadmap import alone

    from . import cards

    case = cards.case()
    for measure in toolbox.catalogue().values():
        if measure.reference or measure.planning_class not in ("supply", "process", "land"):
            continue
        found = None
        for ags in case.ags:
            if measure.plan.kernel is not None:
                found = alone.mean_removal(case, measure.id, ags)
            else:
                per_unit = alone.tonnes_per_unit(case, measure.id, ags)
                found = None if per_unit is None else per_unit.get(2030, per_unit[2026])
            if found is not None:
                break
        low, high = measure.effect.low, measure.effect.high
        if found is None:
            rows.append({"id": measure.id, "check": "range", "ok": True, "text": "no unit in the reference partnership",
                         "computed": None, "low": low, "high": high})  # fmt: skip
            continue
        inside = low * (1 - 1e-6) <= found <= high * (1 + 1e-6)
        when = "20-year mean" if measure.plan.kernel else "2030 (yearly practices: 2026)"
        words = f"{found:.3g} t in {when}, published {low:.3g} to {high:.3g}"
        rows.append(
            {
                "id": measure.id,
                "check": "range",
                "ok": inside,
                "text": words,
                "computed": found,
                "low": low,
                "high": high,
            }
        )
    return rows


def _show_own(measure_id: str, lang: str, store: Path) -> list[str]:
    from stadtland.base.texts import text
    from stadtland.toolbox import cards as words
    from stadtland.toolbox import own_measures, reading

    measures = toolbox.catalogue(store)
    if measure_id not in measures:
        reading.get(measure_id)
    lines = words.card(measures[measure_id], lang, own_measures.load(store).sources)
    for one in own_measures.differences(store):
        if one.id == measure_id:
            key = "cli.card_own_moved" if one.catalogue_changed else "cli.card_own"
            lines.append(text(key, lang, what=one.key, own=one.own, catalogue=one.catalogue))
    return lines


def _own(store: Path) -> list[dict[str, Any]]:
    from stadtland.toolbox import own_measures

    own = own_measures.load(store)
    catalogue = toolbox.catalogue(store)  # an invalid own value is an InputError here
    none = {"computed": None, "low": None, "high": None}
    rows = [{"id": i, "check": "format", "ok": True, "text": catalogue[i].title.de, **none} for i in own.measures]
    for one in own_measures.differences(store):
        moved = " (catalogue has changed since)" if one.catalogue_changed else ""
        words = f"{one.key}: own {one.own}, catalogue {one.catalogue}{moved}"
        rows.append({"id": one.id, "check": "own", "ok": not one.catalogue_changed, "text": words, **none})
    return rows


def show(measure_id: str, lang: str, store: Path | None = None) -> list[str]:
    """The card of a measure in words, with the tonnes a unit saves in the reference partnership by the plan itself.

    `store`: a folder of own measures; its measures and own values hold, and each own value stands beside that of the
    catalogue. The tonnes of the plan are those of the bundled catalogue and are left out then.
    """
    if store is not None:
        return _show_own(measure_id, lang, store)
    from stadtland.base.locale import significant
    from stadtland.base.texts import text

    from . import cards

    lines = list(toolbox.show(measure_id, lang))
    measure = toolbox.get(measure_id)
    if measure.planning_class not in ("supply", "process", "land") or measure.reference:
        return lines
    unit = measure.unit_name.model_dump()[lang]
    for one in cards.of_measure(measure.id):
        values = ", ".join(f"{y}: {significant(t, lang)} t" for y, t in one["tonnes"].items())
        lines.append(text("cli.card_tonnes", lang, name=one["name"], values=values, unit=unit))
        spans = {k: significant(one[k], lang) for k in ("central", "low", "high")}
        lines.append(text("cli.card_potential", lang, quality=one["quality"], **spans))
    return lines
