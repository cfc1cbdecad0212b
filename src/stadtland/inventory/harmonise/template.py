"""An empty table and an empty card: what a municipality fills in before its old inventory is harmonised."""

from __future__ import annotations

from ..lines import ENERGY_LINES
from . import card
from .reading import words

HEAD = {
    "de": ("Gemeindeschlüssel", "Jahr", "Sektor", "Energieträger", "Verkehrsmittel", "Endenergie [MWh]",
           "Emissionen [t]", "Zustand", "Datengüte", "Bemerkung"),
    "en": ("ags", "year", "sector", "carrier", "mode", "mwh", "t_co2e", "state", "data_quality", "note"),
}  # fmt: skip
CARRIERS_ASIDE = ("ambient",)  # rarely in an old inventory; may be added by hand
TABLE, CARD = "inventory-template.csv", "card-template.toml"


def table(lang: str, ags: str = "", year: int | None = None) -> str:
    """The empty table (UTF-8 with byte order mark for spreadsheets; `;` in German, `,` in English), one row a cell.

    Rows without a number are *missing*, never zero; a confirmed zero is 0 with the state `explicit_zero`. Rows that
    an inventory does not split may be replaced by merged ones (Wirtschaft, Gebäude).
    """
    mark = ";" if lang == "de" else ","
    rows = [mark.join(HEAD[lang])]
    for line in ENERGY_LINES:
        parts = line.split(".")
        if parts[-1] in CARRIERS_ASIDE:
            continue
        mode = _word("mode", parts[1], lang) if len(parts) == 3 else ""
        cells = (ags, str(year or ""), _word("sector", parts[0], lang), _word("carrier", parts[-1], lang), mode)
        rows.append(mark.join((*cells, "", "", "", "", "")))
    return "\ufeff" + "\r\n".join(rows) + "\r\n"


def _word(kind: str, id: str, lang: str) -> str:
    names = words()[kind][id]
    word = names[1] if lang == "de" and len(names) > 1 else id
    return word.capitalize() if lang == "de" else word


def files(lang: str, ags: str = "", year: int | None = None) -> dict[str, str]:
    """Both templates by file name."""
    about = card.template(lang)
    for key, value in (("ags", f'"{ags}"' if ags else ""), ("year", str(year or ""))):
        if value:
            old = f'# {key} = ""\n' if key == "ags" else f"# {key} = 2021\n"
            about = about.replace(old, f"{key} = {value}\n")
    return {TABLE: table(lang, ags, year), CARD: about}
