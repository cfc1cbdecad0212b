"""The metadata card of an existing inventory: what is known of its method. Unknown is allowed, and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError
from stadtland.inventory.lines import ENERGY_LINES

from .table import GRADES

UNKNOWN = "unknown"
TEXTS = ("ags", "name", "source", "tool", "tool_version", "factor_release", "territory_date", "unknown_reason")
YEARS = ("year", "base_year", "factor_year")
FILL_KINDS = ("", "motorway:", "ets:", "self:")
NETWORK = ("fuel_mwh", "fuel_factor", "electricity_mwh", "heat_mwh", "supply_kelvin", "delivered_mwh")
NETWORK_MORE = ("boiler_fuel_mwh", "boiler_fuel_factor")


@cache
def questions() -> dict[str, Any]:
    """Questions of the card: id → title, choices."""
    return dict(toml.read(content.path("inventory", "harmonise", "card.toml"))["question"])


@cache
def figures() -> dict[str, Any]:
    """Figures of the card: id → title, unit, low, high."""
    return dict(toml.read(content.path("inventory", "harmonise", "card.toml"))["number"])


@dataclass(frozen=True)
class Card:
    """Answers (unknown where nothing is said), figures, own values for cells that are missing.

    `fill`: line or `motorway:`/`ets:`/`self:` + line → MWh. `smoothing`: carrier → sales of three years (MWh).
    `network`: plant data of the heat network. `regional`: carrier → share from inside the partnership (0–1).
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    years: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    fill: Mapping[str, float] = field(default_factory=dict)
    fill_quality: str = "C"
    smoothing: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    network: Mapping[str, float] = field(default_factory=dict)
    regional: Mapping[str, float] = field(default_factory=dict)
    raw: bytes = field(default=b"", repr=False)

    def say(self, question: str) -> str:
        """The answer to a question; `unknown` if there is none."""
        if question not in questions():
            raise KeyError(question)
        return self.answers.get(question, UNKNOWN)

    def number(self, name: str) -> float | None:
        """A figure of the card, or None."""
        if name not in figures():
            raise KeyError(name)
        return self.numbers.get(name)

    def unknown(self) -> list[str]:
        """Questions without an answer."""
        return [q for q in questions() if self.say(q) == UNKNOWN]


def template(lang: str) -> str:
    """An empty card as TOML text: every question `unknown`, its choices and the figures as comments."""
    lines = ["[inventory]", *(f'# {t} = ""' for t in TEXTS), *(f"# {y} = 2021" for y in YEARS)]
    for id, entry in questions().items():
        lines.append(f"# {entry['title'][lang]}")
        lines += [f"#   {c}: {words[lang]}" for c, words in entry["choices"].items()]
        lines.append(f'{id} = "{UNKNOWN}"')
    lines += ["", "[numbers]"]
    lines += [f"# {id} =   # {entry['title'][lang]} ({entry['unit']})" for id, entry in figures().items()]
    return "\n".join(lines) + "\n"


def read(path: Path) -> Card:
    """The card in a TOML file. InputError `card-*`, `key-*`, `word-unknown`, `number-*` naming file and key."""
    table = toml.read(path)
    return from_dict(table, path.name, path.read_bytes())


def from_dict(table: Mapping[str, Any], where: str = "card", raw: bytes = b"") -> Card:
    """A card from a table: `[inventory]` texts, years and answers; `[numbers]`, `[fill]`, `[smoothing]`,
    `[heat_network]`, `[regional]`.
    """
    strict.keys(table, ("inventory", "numbers", "fill", "smoothing", "heat_network", "regional"), where, ("inventory",))
    main = strict.mapping(table["inventory"], f"{where}, [inventory]")
    place = f"{where}, [inventory]"
    strict.keys(main, (*TEXTS, *YEARS, *questions()), place)
    answers = {
        q: strict.one_of(main[q], (*questions()[q]["choices"], UNKNOWN), f"{place}, {q}")
        for q in questions()
        if q in main
    }
    years = {y: _year(main[y], f"{place}, {y}") for y in YEARS if y in main}
    texts = {t: _text(main[t], f"{place}, {t}") for t in TEXTS if t in main}
    numbers = _numbers(table.get("numbers", {}), f"{where}, [numbers]")
    fill, grade = _fill(table.get("fill", {}), f"{where}, [fill]")
    card = Card(
        texts, years, answers, numbers, fill, grade,
        _smoothing(table.get("smoothing", {}), f"{where}, [smoothing]"),
        _network(table.get("heat_network", {}), f"{where}, [heat_network]"),
        _regional(table.get("regional", {}), f"{where}, [regional]"), raw,
    )  # fmt: skip
    _fits(card, place)
    return card


def _year(value: Any, where: str) -> int:
    number = strict.finite(value, where, 1987, 2100)
    if number != int(number):
        raise InputError("card-year", f"{value!r} is no year", where, "write a year with four digits")
    return int(number)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > 500 or any(ord(c) < 32 for c in value):
        raise InputError("card-text", "a short text in one line is needed", where, 'write it in quotes, e.g. "2.1"')
    return value.strip()


def _numbers(value: Any, where: str) -> dict[str, float]:
    table = strict.mapping(value, where)
    strict.keys(table, figures(), where)
    return {k: strict.finite(v, f"{where}, {k}", figures()[k]["low"], figures()[k]["high"]) for k, v in table.items()}


def _fill(value: Any, where: str) -> tuple[dict[str, float], str]:
    table = dict(strict.mapping(value, where))
    grade = strict.one_of(table.pop("data_quality", "C"), GRADES, f"{where}, data_quality")
    strict.keys(table, [k + line for k in FILL_KINDS for line in ENERGY_LINES], where)
    return {k: strict.finite(v, f"{where}, {k}", 0, 1e12) for k, v in table.items()}, grade


def _smoothing(value: Any, where: str) -> dict[str, tuple[float, ...]]:
    table = strict.mapping(value, where)
    strict.keys(table, ("oil", "lpg", "coal", "hard_coal", "lignite"), where)
    out = {}
    for key, series in table.items():
        if not isinstance(series, list) or len(series) != 3:
            raise InputError(
                "card-series", "sales of three years are needed", f"{where}, {key}", "write [a, b, c] in MWh"
            )
        out[key] = tuple(strict.finite(v, f"{where}, {key}", 0, 1e12) for v in series)
    return out


def _network(value: Any, where: str) -> dict[str, float]:
    table = strict.mapping(value, where)
    if not table:
        return {}
    strict.keys(table, (*NETWORK, *NETWORK_MORE), where, NETWORK)
    low = {"supply_kelvin": 284.0, "delivered_mwh": 1e-9, "heat_mwh": 1e-9}
    high = {"supply_kelvin": 473.0, "fuel_factor": 600.0, "boiler_fuel_factor": 600.0}
    return {k: strict.finite(v, f"{where}, {k}", low.get(k, 0), high.get(k, 1e12)) for k, v in table.items()}


def _regional(value: Any, where: str) -> dict[str, float]:
    table = strict.mapping(value, where)
    strict.keys(table, ("biomass", "biodiesel", "bioethanol", "biofuel"), where)
    return {k: strict.finite(v, f"{where}, {k}", 0, 1) for k, v in table.items()}


def _fits(card: Card, where: str) -> None:
    """Answers that exclude each other, and a code that is no municipality."""
    if card.say("gases") == "CO2" and card.say("factor_set") == "BISKO":
        raise InputError(
            "card-contradiction", "BISKO factors are CO2 equivalents, the card says CO2 only", where,
            "change gases or factor_set",
        )  # fmt: skip
    if card.say("upstream") == "excluded" and card.say("factor_set") in (
        "BISKO",
        "GEG_Anlage9",
        "GEMIS_4.95_KEA",
        "UBA_upstream",
    ):
        raise InputError(
            "card-contradiction", "this set of factors has upstream emissions, the card says they are left out",
            where, "change upstream or factor_set",
        )  # fmt: skip
    if "ags" in card.texts and card.say("territory_level") != "district":
        from stadtland.facts import codes

        code = card.texts["ags"]
        if not codes.successors(code):
            codes.check(code)
