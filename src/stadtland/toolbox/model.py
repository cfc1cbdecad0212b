"""The measure format as a model: what a measure file may say, with every rule that needs no other file."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Evidence = Literal["A", "B", "C"]
SERVICES = ("heat_hh", "heat_ghd", "heat_ke", "heat_ind", "dh", "car", "truck", "bus", "machines", "el_ke")
PROFILES = ("pv", "wind", "heat_pump", "charging", "flat", "dh_heat_pump")
LAND_CLASSES = ("arable", "grassland", "forest", "settlement", "water", "other", "roof")
HAZARDS = ("drought", "erosion", "flood", "heat", "heavy_rain", "low_flow", "storm", "wildfire")
FUELS = (
    "gas_household", "gas_industry", "oil", "car_fuel", "diesel_truck", "wood_chips", "district_heat_fuel",
)  # fmt: skip
Service = Literal["heat_hh", "heat_ghd", "heat_ke", "heat_ind", "dh", "car", "truck", "bus", "machines", "el_ke"]
Hazard = Literal["drought", "erosion", "flood", "heat", "heavy_rain", "low_flow", "storm", "wildfire"]
LandClass = Literal["arable", "grassland", "forest", "settlement", "water", "other", "roof"]
Profile = Literal["pv", "wind", "heat_pump", "charging", "flat", "dh_heat_pump"]
Fuel = Literal["gas_household", "gas_industry", "oil", "car_fuel", "diesel_truck", "wood_chips", "district_heat_fuel"]
FieldName = Literal[
    "energy", "buildings", "construction", "mobility", "industry", "agriculture", "land", "water", "waste",
    "food", "green", "health", "safety", "governance", "education",
]  # fmt: skip
View = Literal[
    "bisko_territorial", "territorial_agriculture", "territorial_lulucf",
    "electricity_credit_outside_bisko",
    "life_cycle", "consumption", "none",
]  # fmt: skip
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Strict(BaseModel):
    """Base of all blocks: unknown keys are errors, values do not change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameter(NamedTuple):
    """A number as a range with the evidence and the sources that hold for it."""

    low: float
    central: float
    high: float
    evidence: str
    sources: tuple[str, ...]


class Bilingual(Strict):
    """One text in German and English."""

    de: Text
    en: Text


class BilingualList(Strict):
    """A list of texts in German and English, item by item."""

    de: list[Text]
    en: list[Text]

    @model_validator(mode="after")
    def _same_length(self) -> BilingualList:
        if len(self.de) != len(self.en):
            raise ValueError(f"{len(self.de)} German and {len(self.en)} English items; give each in both languages")
        return self


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Sources = Annotated[list[Text], BeforeValidator(_as_list)]


class Range(Strict):
    """`{low, central, high, evidence, source}`; a plain number n is read as low = central = high = n."""

    low: float
    central: float
    high: float
    evidence: Evidence | None = None
    source: Sources = []
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if not self.low <= self.central <= self.high:
            raise ValueError(f"low {self.low} ≤ central {self.central} ≤ high {self.high} does not hold")
        if self.evidence in ("A", "B") and not self.source:
            raise ValueError(f"evidence {self.evidence} needs a source")
        return self


def _as_range(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"low": value, "central": value, "high": value}
    return value


Number = Annotated[Range, BeforeValidator(_as_range)]


class Block(Strict):
    """A block with an evidence of its own, which its plain numbers take over."""

    evidence: Evidence = "C"
    sources: Sources = []

    @model_validator(mode="after")
    def _sourced(self) -> Block:
        if self.evidence in ("A", "B") and not self.sources:
            raise ValueError(f"evidence {self.evidence} needs sources")
        return self

    def parameter(self, value: Range) -> Parameter:
        """The range with the evidence and sources of the block where it has none of its own."""
        sources = tuple(value.source or self.sources)
        return Parameter(value.low, value.central, value.high, value.evidence or self.evidence, sources)


class Effect(Block):
    """What is published per unit; shown on the card. t CO2e per unit and year, or once."""

    low: float
    central: float
    high: float
    unit: Text
    mode: Literal["annual", "oneoff"] = "annual"
    basis: Bilingual

    @model_validator(mode="after")
    def _ordered(self) -> Effect:
        if not self.low <= self.central <= self.high:
            raise ValueError("low ≤ central ≤ high does not hold")
        return self


class Cost(Block):
    """EUR of `price_year` per unit before grants; revenue is shown and never enters the programme."""

    cost_basis: Literal["full", "extra"]
    price_year: int = Field(ge=2010, le=2030)
    invest: Number
    annual: Number
    revenue: Number
    note: Bilingual | None = None


class Adaptation(Block):
    """What the measure does against a climate hazard, in a physical unit."""

    indicator: Bilingual
    low: float
    central: float
    high: float
    unit: Text
    hazard: Hazard | None = None
    additive: Literal["physical", "share"] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Adaptation:
        ends = sorted((self.low, self.high))
        if not ends[0] <= self.central <= ends[1]:
            raise ValueError("central does not lie between low and high")
        return self


class PotentialSpec(Block):
    """Which function counts the units a member could reach, and its parameters."""

    function: Text
    share: Number | None = None
    params: dict[str, Number] = {}
    note: Bilingual | None = None

    @model_validator(mode="after")
    def _a_share(self) -> PotentialSpec:
        if self.share is not None and not 0 <= self.share.low <= self.share.high <= 1:
            raise ValueError(f"share runs from {self.share.low:g} to {self.share.high:g}, not within 0 to 1")
        return self


class Payer(Strict):
    """Who bears the cost at home, as shares."""

    municipality: float = Field(0.0, ge=0, le=1)
    households: float = Field(0.0, ge=0, le=1)
    companies: float = Field(0.0, ge=0, le=1)
    farms: float = Field(0.0, ge=0, le=1)
    utility: float = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _whole(self) -> Payer:
        total = self.municipality + self.households + self.companies + self.farms + self.utility
        if abs(total - 1) > 1e-9:
            raise ValueError(f"the shares sum to {total:g}, not to 1")
        return self


class Kernel(Strict):
    """How a stock fills after the area enters the practice: never a flat yearly removal."""

    shape: Literal["first_order", "chapman_richards", "linear"]
    cap_t_per_unit: Number
    rate: Number
    buffer: Number
    power: Number | None = None


class Plan(Block):
    """Parameters of the programme; keys by planning class, see docs/reference/measure-format.md."""

    service: Service | None = None
    service_per_unit: Number | None = None
    demand_side: bool = False
    share_of_rest: Annotated[float, Field(gt=0, le=1)] | None = None
    electricity_mwh_per_unit: Number | None = None
    profile: Profile | None = None
    ef_t_per_unit: Number | None = None
    ef: Literal["legacy"] | None = None
    fuel: Fuel | None = None
    fuel_mwh_per_unit: Number | None = None
    uses: dict[Service, Number] = {}
    lines: list[Text] = []
    t_per_unit: Number | None = None
    kernel: Kernel | None = None
    land: dict[LandClass, Number] = {}
    enables: list[Text] = []
    capex_eur: Number | None = None
    opex_eur: Number | None = None
    lifetime_years: Number | None = None
    ramp_pct_a: Number | None = None

    @model_validator(mode="after")
    def _coherent(self) -> Plan:
        if (self.service is None) != (self.service_per_unit is None):
            raise ValueError("service and service_per_unit belong together")
        if self.demand_side and self.share_of_rest is not None:
            raise ValueError("a demand-side measure has no share_of_rest")
        if self.electricity_mwh_per_unit is not None and self.profile is None:
            raise ValueError("electricity_mwh_per_unit needs a profile")
        if (self.fuel is None) != (self.fuel_mwh_per_unit is None):
            raise ValueError("fuel and fuel_mwh_per_unit belong together")
        if self.ef is not None and self.ef_t_per_unit is not None:
            raise ValueError("give either ef or ef_t_per_unit")
        return self

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or `default` where it is absent."""
        value = getattr(self, key, None) if key in type(self).model_fields else None
        return default if value is None else value

    def __getitem__(self, key: str) -> Any:
        value = self.get(key)
        if value is None:
            raise KeyError(key)
        return value


class Record(Strict):
    """Where a figure was read: `formula` computes it from `value`, the number as printed."""

    figure: Text
    value_as_printed: Text
    value: float
    unit: Text
    source: Text
    place: Text
    formula: Text


class Cooperation(Strict):
    """What city and countryside do for each other with this measure."""

    who_pays: Bilingual
    who_delivers: Bilingual
    what_flows: Bilingual


class Funding(BilingualList):
    """Programmes that may pay, with the day on which this was true."""

    status_date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Cobenefits(Strict):
    """Scores from −2 to +3 beside the climate effect."""

    nitrate: int = Field(0, ge=-2, le=3)
    biodiversity: int = Field(0, ge=-2, le=3)
    regional_value: int = Field(0, ge=-2, le=3)
    health: int = Field(0, ge=-2, le=3)
    jobs: int = Field(0, ge=-2, le=3)
    evidence: Evidence = "C"


class Measure(Strict):
    """One measure of the toolbox. Units are named in docs/reference/measure-format.md."""

    id: Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}\d{1,2}|OWN-[A-Z0-9][A-Z0-9-]{0,23})$")]
    title: Bilingual
    summary: Bilingual
    steps: BilingualList
    field: FieldName
    planning_class: Literal["supply", "process", "land", "adaptation", "enabling"] = Field(alias="class")
    reference: bool = False
    type: Literal["mitigation", "removal", "adaptation", "enabling"]
    applies_to: list[Literal["city", "rural"]] = Field(min_length=1)
    unit: Text
    unit_name: Bilingual
    accounting_view: View
    time_profile: Text
    hazards: list[Hazard] = []
    actors: BilingualList
    cooperation: Cooperation
    city_rural: Bilingual
    funding: Funding
    law: BilingualList
    risks: Bilingual
    permanence: Annotated[str, StringConstraints(pattern=r"^(not_applicable|low|medium|high|years_\d+)$")]
    sdgs: list[Annotated[int, Field(ge=1, le=17)]]
    cobenefits: Cobenefits
    sources: Sources
    status: Literal["active", "draft", "retired"] = "active"
    unknown: list[Literal["effect", "cost"]] = []
    effect: Effect
    cost: Cost
    adaptation: Adaptation | None = None
    potential: PotentialSpec
    payer: Payer
    plan: Plan
    record: list[Record] = []

    @model_validator(mode="after")
    def _of_one_class(self) -> Measure:
        for rule in _CLASS_RULES.get(self.planning_class, ()):
            problem = rule(self)
            if problem:
                raise ValueError(problem)
        own = self.id.startswith("OWN-")  # an adopted programme may name no steps
        if not self.reference and not own and not 3 <= len(self.steps.de) <= 6:
            raise ValueError(f"{len(self.steps.de)} steps; 3 to 6 are asked for")
        if self.plan.ef == "legacy" and not self.reference:
            raise ValueError('ef = "legacy" is for reference technologies only')
        if "cost" in self.unknown and self.planning_class != "enabling":
            raise ValueError("only an enabling measure, which no plan counts, may have an unknown cost")
        if "effect" in self.unknown and self.planning_class not in ("enabling", "supply", "land"):
            raise ValueError("an unknown effect needs a class whose tonnes the programme computes, or no tonnes")
        return self

    def parameter(self, key: str) -> Parameter | None:
        """The [plan] number `key` with evidence and sources resolved; None where it is absent."""
        value = self.plan.get(key)
        return None if value is None else self.plan.parameter(value)


def _supply(m: Measure) -> str:
    p = m.plan
    generates = p.electricity_mwh_per_unit is not None and p.electricity_mwh_per_unit.low > 0
    if p.service is None and not generates:
        return "a supply measure serves a service or generates electricity"
    if p.lines or p.kernel or p.t_per_unit:
        return "a supply measure has no lines, kernel or t_per_unit: its tonnes are computed"
    if m.reference and (p.service is None or p.share_of_rest is not None or p.demand_side):
        return "a reference technology serves all of one service"
    return ""


def _process(m: Measure) -> str:
    if not m.plan.lines or m.plan.t_per_unit is None:
        return "a process measure needs lines and t_per_unit"
    return "" if m.plan.service is None and m.plan.kernel is None else "a process measure has no service or kernel"


def _land(m: Measure) -> str:
    p = m.plan
    if (p.kernel is None) == (p.t_per_unit is None):
        return "a land measure has either a kernel with cap_t_per_unit or t_per_unit (soil emissions)"
    if m.type == "removal" and p.kernel is None:
        return "a removal needs a kernel with a cap, never a flat yearly removal"
    return "" if p.land else "a land measure names the land it uses"


def _enabling(m: Measure) -> str:
    if (m.effect.low, m.effect.central, m.effect.high) != (0, 0, 0):
        return "an enabling measure has no tonnes of its own"
    p = m.plan
    return "an enabling measure serves nothing" if p.service or p.kernel or p.t_per_unit or p.lines else ""


def _costed(m: Measure) -> str:
    p = m.plan
    missing = [k for k in ("capex_eur", "opex_eur", "ramp_pct_a") if p.get(k) is None and not m.reference]
    return f"[plan] lacks {', '.join(missing)}" if missing else ""


_CLASS_RULES = {
    "supply": (_supply, _costed), "process": (_process, _costed), "land": (_land, _costed),
    "adaptation": (_costed,), "enabling": (_enabling,),
}  # fmt: skip
