"""Rows of a table as measures in the measure format; every wrong row is one message, and nothing is written here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import ValidationError

from stadtland.base.texts import text
from stadtland.inventory.lines import OTHER_LINES
from stadtland.inventory.own_data import numbers
from stadtland.inventory.own_data.grid import Cell

from .model import HAZARDS, FieldName, Measure
from .own_measures import own_id
from .own_measures_classes import Planning
from .own_measures_table import Table, columns, messages

FIELDS: tuple[str, ...] = get_args(FieldName)
SIDES = {"stadt": ["city"], "city": ["city"], "land": ["rural"], "rural": ["rural"]}
BOTH = ("beide", "both", "stadt und land", "stadt, land", "city, rural", "")
NOT_STATED = {"de": "im Programm nicht genannt", "en": "not stated in the programme"}
EARLIEST, LATEST = 1900, 2100


@dataclass
class Rows:
    """What the rows say: raw tables of measures by id, their sources, one message for each wrong row."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def rows(table: Table, today: str, lang: str = "de") -> Rows:
    """Every row checked; `today` (YYYY-MM-DD) is the day of the import."""
    found = Rows()
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        one = _Row(cells, "point" if table.lang == "en" else "comma", lang)
        ident = one.ident(seen, number)
        made = one.measure(ident, today) if ident else None
        if one.problems or made is None or ident is None:
            words = messages()["row"][lang].format(row=number, problems="; ".join(one.problems))
            found.problems.append((number, words))
            continue
        key, entry = one.source(today)
        found.sources[key] = entry
        found.tables[ident] = made
    return found


class _Row:
    """One row; `problems` collects all that is wrong with it."""

    def __init__(self, cells: Mapping[str, Cell], rule: numbers.Rule, lang: str) -> None:
        self._cells, self._rule, self._lang = cells, rule, lang
        self.problems: list[str] = []

    def _say(self, code: str, **params: Any) -> None:
        if "column" in params:
            params["column"] = columns()[params["column"]]["header"][self._lang]
        self.problems.append(messages()[code][self._lang].format(**params))

    def _text(self, key: str) -> str:
        cell = self._cells.get(key)
        if cell is None or cell.kind == "empty":
            if columns()[key].get("required"):
                self._say("empty", column=key)
            return ""
        if cell.kind == "formula" or (cell.kind == "text" and re.match(r"[=@]|[+-](?!\s*[\d.,])\S", cell.text)):
            self._say("formula", column=key)
            return ""
        if cell.kind in ("error", "date", "bool"):
            self._say("cell", column=key)
            return ""
        return f"{cell.number:.15g}" if cell.number is not None else cell.text.strip()

    def _number(self, key: str) -> float | None:
        cell = self._cells.get(key)
        written = self._text(key)
        if not written:
            return None
        if cell is not None and cell.number is not None and cell.number >= 0:
            return float(cell.number)
        try:
            read = numbers.parse(written, self._rule)
        except numbers.NumberProblem:
            self._say("number", column=key, value=written[:40])
            return None
        if read.unit:
            self._say("number", column=key, value=written[:40])
        return read.value

    def ident(self, seen: dict[str, int], number: int) -> str | None:
        """The own id; None with a message where it is none or was there before."""
        written = self._text("id")
        made = own_id(written) if written else None
        if written and made is None:
            self._say("id", value=written[:40])
        if made in seen:
            self._say("twice", value=written[:40], first=seen[made])
            return made
        if made:
            seen[made] = number
        return made

    def source(self, today: str) -> tuple[str, dict[str, Any]]:
        """Key and entry of the source of this row."""
        citation, year, url = self._text("source"), int(self._number("source_year") or 0), self._text("source_url")
        words = "_".join(re.findall(r"[a-z0-9]+", citation.casefold())[:6])
        entry = {
            "citation": citation, "year": year, "url": url, "supports": "measures imported from this programme",
            "evidence": self._text("evidence") or "A", "accessed": today,
        }  # fmt: skip
        return f"own_{words}_{year}", entry

    def measure(self, ident: str, today: str) -> dict[str, Any] | None:
        """The row in the measure format, checked against it; None with messages where something is wrong."""
        both = {k: self._both(k) for k in ("title", "summary")}
        responsible = self._text("responsible_de")
        unit = self._text("unit")
        unit_name = {"de": unit or "Maßnahme", "en": unit or "measure"}
        effect, invest = self._span("effect"), self._span("invest")
        annual, price_year = self._number("annual_central"), self._number("price_year")
        lines = self._list("lines")
        grade = self._evidence(effect, invest, annual)
        year = self._number("source_year")
        if year is not None and not EARLIEST <= year <= LATEST:
            self._say("year", column="source_year", value=f"{year:g}")
        if (invest or annual is not None) and not (price_year and 2010 <= price_year <= 2030):
            self._say("price_year")
        for one in lines:
            if one not in OTHER_LINES or one.startswith("LULUCF."):
                self._say("line", value=one[:40])
        planning = Planning(self, effect)
        kind = planning.kind
        if kind == "process" and not lines:
            self._say("lines")
        if (invest is None) != (annual is None):
            self._say("cost_pair")
        elif effect and lines and invest is None:
            self._say("cost_incomplete")
        if kind == "process" and not effect and "class" in self._cells and self._text("class"):
            self._say("lines")
        planned = planning.plan(lines, invest is not None)
        potential = planning.potential()
        head = {"field": self._field(), "applies_to": self._sides(), "hazards": self._hazards()}
        self._text("source")
        if self.problems:
            return None
        key, _ = self.source(today)
        block = {"evidence": grade, "sources": [key]}
        unsure = {"evidence": "C", "sources": [key]}  # stands beside `unknown`: there is no figure
        zero = {"low": 0.0, "central": 0.0, "high": 0.0}
        plan: dict[str, Any] = {"evidence": grade, "sources": [key], **planned}
        if planned:
            plan |= {"capex_eur": invest, "opex_eur": dict.fromkeys(zero, annual or 0.0)}
        removal = "kernel" in planned
        if removal:
            effect = _twenty_years(planned["kernel"])
        cost_known = invest is not None and annual is not None
        made: dict[str, Any] = {
            "id": ident, **both, "field": head["field"], "class": kind,
            "type": "removal" if removal else "enabling" if kind == "enabling" else "mitigation",
            "applies_to": head["applies_to"],
            "unit": unit or "measure", "unit_name": unit_name,
            "accounting_view": planning.view(lines), "time_profile": "none" if kind == "enabling" else "constant",
            "hazards": head["hazards"], "actors": {"de": [responsible], "en": [responsible]},
            "city_rural": NOT_STATED, "risks": NOT_STATED, "sdgs": [13],
            "permanence": "medium" if removal else "not_applicable",
            "cobenefits": {"evidence": "C"}, "sources": [key], "status": "draft",
            "unknown": ([] if effect else ["effect"]) + ([] if cost_known else ["cost"]),
            "steps": {"de": [], "en": []}, "law": {"de": [], "en": []},
            "cooperation": dict.fromkeys(("who_pays", "who_delivers", "what_flows"), NOT_STATED),
            "funding": {"de": [], "en": [], "status_date": today},
            "effect": {
                **(effect or zero), "unit": "t CO2e/(unit a)", **(block if effect else unsure),
                "basis": _basis(self._text("source"), kind, removal, bool(effect)),
            },
            "cost": {
                "cost_basis": "full", "price_year": int(price_year or int(today[:4])), "invest": invest or zero,
                "annual": dict.fromkeys(zero, annual or 0.0), "revenue": zero, **(block if cost_known else unsure),
            },
            "potential": potential, "payer": {"municipality": 1.0}, "plan": plan,
        }  # fmt: skip
        return self._checked(made)

    def _checked(self, made: dict[str, Any]) -> dict[str, Any] | None:
        try:
            Measure.model_validate(made)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            self._say("model", what=f"{place}: {first['msg'].removeprefix('Value error, ')}")
            return None
        return made

    def _both(self, key: str) -> dict[str, str]:
        german = self._text(f"{key}_de")
        return {"de": german, "en": self._text(f"{key}_en") or german}

    def _list(self, key: str) -> list[str]:
        return [w.strip() for w in re.split(r"[,;]", self._text(key)) if w.strip()]

    def _span(self, key: str) -> dict[str, float] | None:
        low, central, high = (self._number(f"{key}_{end}") for end in ("low", "central", "high"))
        if central is None:
            if low is not None or high is not None:
                self._say("partial", column=f"{key}_central")
            return None
        low, high = central if low is None else low, central if high is None else high
        if not low <= central <= high:
            self._say("order", column=f"{key}_central", low=f"{low:g}", central=f"{central:g}", high=f"{high:g}")
        return {"low": low, "central": central, "high": high}

    def _evidence(self, *given: Any) -> str:
        grade = self._text("evidence").upper()
        if grade and grade not in ("A", "B", "C"):
            self._say("word", column="evidence", value=grade[:40], allowed="A, B, C")
        if not grade and any(g is not None for g in given):
            self._say("evidence")
        return grade or "C"

    def _field(self) -> str:
        shown = self._text("field")
        written = shown.casefold()
        names = {text(f"measure.field_{f}", lang).casefold(): f for f in FIELDS for lang in ("de", "en")}
        found = written if written in FIELDS else names.get(written, "")
        if written and not found:
            self._say("word", column="field", value=shown[:40], allowed=", ".join(FIELDS))
        return found

    def _sides(self) -> list[str]:
        shown = self._text("applies_to")
        written = shown.casefold()
        if written in BOTH:
            return ["city", "rural"]
        if written not in SIDES:
            self._say("word", column="applies_to", value=shown[:40], allowed="city, rural, both")
        return SIDES.get(written, [])

    def _hazards(self) -> list[str]:
        named = self._list("hazards")
        for one in named:
            if one not in HAZARDS:
                self._say("word", column="hazards", value=one[:40], allowed=", ".join(HAZARDS))
        return named


def _twenty_years(kernel: Mapping[str, Any]) -> dict[str, float]:
    """Mean of the first 20 years of a store that fills with first order: cap · (1 − exp(−20 · rate)) / 20, t a year."""
    part = -math.expm1(-20.0 * float(kernel["rate"])) / 20.0
    return {k: float(v) * part for k, v in kernel["cap_t_per_unit"].items()}


def _basis(source: str, kind: str, removal: bool, known: bool) -> dict[str, str]:
    if removal:
        return {
            "de": f"Mittel der ersten 20 Jahre aus Speicher und Füllrate, nach dem Programm: {source}",
            "en": f"Mean of the first 20 years from store and filling rate, according to the programme: {source}",
        }
    if kind == "supply":
        return {
            "de": "Die Tonnen rechnet der Plan aus Dienst, Menge und dem Brennstoff, den die Maßnahme ersetzt.",
            "en": "The plan computes the tonnes from service, amount and the fuel that the measure replaces.",
        }
    if known:
        return {"de": f"Nach dem Programm: {source}", "en": f"According to the programme: {source}"}
    return {
        "de": "Das Programm nennt keine Tonnen je Einheit; die Wirkung ist nicht bekannt.",
        "en": "The programme names no tonnes per unit; the effect is not known.",
    }
