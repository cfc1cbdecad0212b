"""What a row of the import says for the programme: supply, land, process or enabling, with every fault as a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from .model import Fuel, LandClass, Profile, Service

CLASSES = {
    "versorgung": "supply", "supply": "supply", "prozess": "process", "process": "process", "fläche": "land",
    "flaeche": "land", "land": "land", "ermöglichend": "enabling", "ermoeglichend": "enabling", "enabling": "enabling",
}  # fmt: skip
YES, NO = ("ja", "yes", "x"), ("nein", "no", "")
RAMP, BUFFER = 10.0, 0.15  # own assumptions where the row is silent
OF_SUPPLY = (
    "service", "service_central", "saves", "share_of_rest", "generation", "electricity", "profile", "fuel",
    "fuel_per_unit", "own_emissions",
)  # fmt: skip
OF_LAND = ("cap_central", "rate", "buffer")
Say = Callable[..., None]


def own(value: float) -> dict[str, Any]:
    """A number the row does not give: an assumption of the import, evidence C."""
    return {"low": value, "central": value, "high": value, "evidence": "C", "note": "own assumption of the import"}


class Planning:
    """The part of a row that the programme uses. `row` offers `_text`, `_number`, `_span`, `_say` and `problems`."""

    def __init__(self, row: Any, effect: Mapping[str, float] | None) -> None:
        self._row = row
        self._effect = effect
        self.kind = self._kind()

    def _kind(self) -> str:
        written = self._row._text("class").casefold()
        if not written:
            return "process" if self._effect else "enabling"
        if written not in CLASSES:
            self._row._say("word", column="class", value=written[:40], allowed="supply, process, land, enabling")
        return CLASSES.get(written, "enabling")

    def _word(self, key: str, allowed: tuple[str, ...]) -> str:
        written = str(self._row._text(key)).strip()
        if written and written not in allowed:
            self._row._say("word", column=key, value=written[:40], allowed=", ".join(allowed))
            return ""
        return written

    def _fraction(self, key: str) -> float | None:
        value: float | None = self._row._number(key)
        if value is not None and not 0 < value <= 1:
            self._row._say("fraction", column=key, value=f"{value:g}")
        return value

    def _positive(self, key: str) -> float | None:
        value: float | None = self._row._number(key)
        if value is not None and value <= 0:
            self._row._say("positive", column=key, value=f"{value:g}")
        return value

    def strangers(self) -> None:
        """A message for each filled cell that the class of the row does not know."""
        wrong = {"supply": OF_LAND, "land": OF_SUPPLY}.get(self.kind, (*OF_SUPPLY, *OF_LAND, "land_class", "land_ha"))
        for key in wrong:
            if str(self._row._text(key)).strip():
                self._row._say("wrong_class", column=key, value=self.kind)

    def plan(self, lines: list[str], costs: bool) -> dict[str, Any]:
        """[plan] of the row without costs and evidence."""
        self.strangers()
        made: dict[str, Any] = {}
        if self.kind == "enabling":
            return made
        if self.kind != "process" and not costs:
            self._row._say("class_cost", value=self.kind)
        ramp, life = self._positive("ramp"), self._positive("lifetime")
        made["ramp_pct_a"] = own(RAMP) if ramp is None else ramp
        if life is not None:
            made["lifetime_years"] = life
        if self.kind == "supply":
            made |= self._supply(lines)
        elif self.kind == "land":
            made |= self._land(lines)
        else:
            made |= {"lines": lines, "t_per_unit": self._effect}
        return made

    def _supply(self, lines: list[str]) -> dict[str, Any]:
        if lines or self._effect:
            self._row._say("supply_tonnes")
        made: dict[str, Any] = self._area(needed=False)
        service, amount = self._word("service", get_args(Service)), self._row._span("service")
        generation, use = self._positive("generation"), self._positive("electricity")
        if bool(service) != bool(amount) or not (service or generation):
            self._row._say("supply_needs")
        if service and amount:
            made |= {"service": service, "service_per_unit": amount}
        made |= self._power(generation, use)
        saves = str(self._row._text("saves")).casefold()
        if saves not in (*YES, *NO):
            self._row._say("word", column="saves", value=saves[:40], allowed="ja, nein, yes, no")
        share = self._fraction("share_of_rest")
        if saves in YES:
            made["demand_side"] = True
            if share is not None:
                self._row._say("saves_share")
        elif share is not None:
            made["share_of_rest"] = share
        fuel, burned = self._word("fuel", get_args(Fuel)), self._positive("fuel_per_unit")
        if bool(fuel) != (burned is not None):
            self._row._say("fuel_pair")
        if fuel and burned is not None:
            made |= {"fuel": fuel, "fuel_mwh_per_unit": burned}
        emissions = self._row._number("own_emissions")
        return made if emissions is None else made | {"ef_t_per_unit": emissions}

    def _power(self, generation: float | None, use: float | None) -> dict[str, Any]:
        profile = self._word("profile", get_args(Profile))
        if generation is not None and use is not None:
            self._row._say("both_ways")
        if generation is None and use is None:
            return {}
        if not profile:
            self._row._say("profile_needed")
            return {}
        return {
            "electricity_mwh_per_unit": generation if generation is not None else -float(use or 0),
            "profile": profile,
        }

    def _area(self, needed: bool) -> dict[str, Any]:
        name, hectares = self._word("land_class", get_args(LandClass)), self._positive("land_ha")
        if bool(name) != (hectares is not None) or (needed and not name):
            self._row._say("land_needs")
            return {}
        return {"land": {name: hectares}} if name else {}

    def _land(self, lines: list[str]) -> dict[str, Any]:
        made = self._area(needed=True)
        cap, rate, buffer = self._row._span("cap"), self._positive("rate"), self._fraction("buffer")
        if lines:
            self._row._say("wrong_class", column="lines", value=self.kind)
        if (cap is None) != (rate is None) or (cap is None) == (self._effect is None):
            self._row._say("land_effect")
        elif cap is not None:
            kernel = {"shape": "first_order", "cap_t_per_unit": cap, "rate": rate}
            made["kernel"] = kernel | {"buffer": own(BUFFER) if buffer is None else buffer}
        else:
            made["t_per_unit"] = self._effect
        return made

    def view(self, lines: list[str]) -> str:
        """Account in which the tonnes count."""
        if self.kind == "land":
            return "territorial_lulucf"
        if self.kind == "supply":
            generates = self._row._number("generation") is not None
            return "electricity_credit_outside_bisko" if generates else "bisko_territorial"
        if not lines:
            return "none"
        return "territorial_agriculture" if lines[0].startswith("AGR.") else "bisko_territorial"

    def potential(self) -> dict[str, Any]:
        """Potential of the row: a count for each municipality, or unknown."""
        most = self._positive("units_max")
        if most is None:
            return {"function": "unknown", "evidence": "C"}
        return {"function": "per_municipality", "evidence": "C", "params": {"count": own(most)}}
