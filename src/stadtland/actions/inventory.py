"""Use cases: inventory with own figures beside the estimate, labelled views, uncertainty, conformity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stadtland.base import texts, toml
from stadtland.base.errors import InputError

VIEWS = ("local_mix", "weather", "without_ets", "without_motorway")
NEXT = 10  # data to measure next that are named


def load(
    ags: Sequence[str], year: int, data: Path | None = None, store: Path | None = None, internal: bool = False
) -> tuple[Any, list[dict[str, Any]]]:
    """(inventory, own figures that it does not use). `store`: folder of own figures; `internal`: with secret farms."""
    from stadtland import inventory as room
    from stadtland.facts import codes

    codes.check_all(ags)
    if store is None:
        return room.build(tuple(ags), year, data), []
    from stadtland.inventory import own_data

    if not store.is_dir():
        raise InputError(
            "own-data-folder", "there is no folder of own figures", str(store),
            "import a file first: stadtland data import",
        )  # fmt: skip
    state = own_data.load(store).state
    own = own_data.overrides(state, year, internal, members=ags)
    return room.build(tuple(ags), year, data, own), own_data.unused(state, year, internal, ags)


def inventory(
    ags: Sequence[str], year: int, data: Path | None = None, detail: bool = False, store: Path | None = None,
    internal: bool = False, view: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The `inventory` part of results.json for any municipalities.

    With `store` also `own`: {internal, lines: [{ags, line, label, owner, state, energy_mwh, t_co2e, default_t,
    difference_t, data_quality, vintage, source}], unused: [{ags, id, year, reason, text}], default {ags|joint: accounts
    without own figures}}. With `view` also `view`:
    {id, formula, members {ags: {label, bisko_t, low, high, difference_t, reason, inputs}}}. InputError `view-unknown`.
    """
    from stadtland import inventory as room

    if view is not None and view not in VIEWS:
        raise InputError("view-unknown", f"there is no view {view!r}", "--view", "use " + ", ".join(VIEWS))
    inv, unused = load(ags, year, data, store, internal)
    found = room.to_dict(inv, detail=detail)
    # whether every default rests on data of this year; a change between years is never a local one, see the flags
    found |= {"from_local_data": inv.base_years == (inv.year,), "local_trend": False}
    if store is not None:
        plain = room.accounts(room.build(inv.ags, year, data))
        found["own"] = {
            "internal": internal, "lines": _own_lines(inv), "unused": [_unused(u) for u in unused],
            "default": {a: {k: v[k] for k in ("bisko_t", "gross_t", "net_t")} for a, v in plain.items()},
        }  # fmt: skip
    if view is not None:
        from stadtland.inventory.exports.views import views

        every = views(inv, data)
        found["view"] = {
            "id": view,
            "formula": _both(f"inventory.formula_{view}"),
            "members": {who: entry[view] for who, entry in every.items()},
        }
    return found


def _both(key: str) -> dict[str, str]:
    return {lang: texts.text(key, lang) for lang in ("de", "en")}


def _own_lines(inv: Any) -> list[dict[str, Any]]:
    """Lines that differ from the default in owner: own value beside the estimate."""
    import math

    from stadtland.inventory.output import label

    out = []
    for j, ags in enumerate(inv.ags):
        for i, line in enumerate(inv.lines):
            if inv.owner[i, j] == "default":
                continue
            mwh, tonnes, default = (float(x[i, j]) for x in (inv.energy_mwh, inv.t_co2e, inv.default_t))
            out.append(
                {
                    "ags": ags, "line": line, "label": {k: label(line, k) for k in ("de", "en")},
                    "owner": inv.owner[i, j], "state": inv.state[i, j],
                    "energy_mwh": None if math.isnan(mwh) else mwh, "t_co2e": tonnes, "default_t": default,
                    "difference_t": tonnes - default, "data_quality": float(inv.data_quality[i, j]),
                    "vintage": inv.vintage[i, j], "source": inv.source[i, j],
                }
            )  # fmt: skip
    return out


def _unused(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"text": _both(f"inventory.{entry['reason']}")}


def uncertainty(
    ags: Sequence[str], year: int, data: Path | None = None, account: str = "gross_t", draws: int | None = None,
    seed: int | None = None, store: Path | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Correlated low-discrepancy draws: `{year, account, seed, draws, engine, bands, measure_next}`.

    Each band names its inputs with their share of the variance; `measure_next` ranks data by the variance of the joint
    account that goes when a member measures them. InputError for an unknown account or a bad number of draws.
    """
    from stadtland.inventory import uncertainty_draws

    inv, _ = load(ags, year, data, store)
    drawn = uncertainty_draws.draw(inv, draws, seed)
    drawn.rows(account)
    names = {a: n.split(",", maxsplit=1)[0] for a, n in zip(inv.ags, inv.names, strict=True)}
    return {
        "year": inv.year, "account": account, "names": names, **uncertainty_draws.bands(drawn, inv),
        "measure_next": uncertainty_draws.measure_next(drawn, account)[:NEXT],
    }  # fmt: skip


def conformity(
    ags: Sequence[str], year: int, data: Path | None = None, declared: Path | None = None, store: Path | None = None
) -> dict[str, Any]:
    """The seven BISKO tests and the additional views per member and jointly; `declared`: TOML, one table per AGS."""
    from stadtland.inventory.conformity import conformity as run
    from stadtland.inventory.exports.views import views

    said = toml.read(declared) if declared is not None else None
    inv, _ = load(ags, year, data, store)
    return run(inv, said) | {"views": views(inv, data)}
