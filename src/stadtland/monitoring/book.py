"""The state of a partnership's records: the replay of its events. Nothing is stored that the events do not say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .records import Event

STATUSES = ("planned", "decided", "funded", "tendered", "building", "running", "done", "stopped")


@dataclass(frozen=True)
class Member:
    """A member: code, name, role (city or rural)."""

    code: str
    name: str
    role: str


@dataclass(frozen=True)
class Setup:
    """Head of the book: name, members, first reported year, and whether it is a training case with invented figures."""

    name: str
    members: tuple[Member, ...]
    training: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the members."""
        return tuple(m.code for m in self.members)

    def title(self, code: str) -> str:
        """Name of a member, the code where it is none."""
        return next((m.name for m in self.members if m.code == code), code)


@dataclass(frozen=True)
class Planned:
    """What the adopted plan says about a measure, by year: standing units, t CO2e a year, EUR a year, ha."""

    years: tuple[int, ...]
    units: tuple[float, ...]
    tonnes: tuple[float, ...]
    eur: tuple[float, ...]
    ha_per_unit: float = 0.0

    def at(self, series: str, year: int) -> float | None:
        """The value of a series in a year; None outside the plan."""
        if year not in self.years:
            return None
        return float(getattr(self, series)[self.years.index(year)])

    def factor(self, year: int) -> float | None:
        """t CO2e a unit and year; None where no unit stands in the year."""
        units, tonnes = self.at("units", year), self.at("tonnes", year)
        return None if not units or tonnes is None else tonnes / units


@dataclass(frozen=True)
class Spending:
    """Money spent on a measure: number, date, whole cents (negative: back), payer, what for, evidence."""

    number: int
    date: str
    cents: int
    payer: str
    text: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Built:
    """Units that came into operation (negative: gone) on a date."""

    date: str
    units: float
    evidence: str = ""


@dataclass(frozen=True)
class Due:
    """A milestone, task or reminder with a date; `done` is the date it was done."""

    number: int
    kind: str
    text: str
    date: str
    role: str = ""
    done: str = ""


@dataclass(frozen=True)
class Evidence:
    """A file that proves something: name, SHA-256, bytes; the file itself stays where the office keeps it."""

    name: str
    sha256: str
    size: int
    text: str = ""


@dataclass(frozen=True)
class Measure:
    """A measure under way."""

    id: str
    measure: str
    member: str
    title: dict[str, str]
    unit: str
    sector: str = ""
    account: str = "gross"
    status: str = "planned"
    since: str = ""
    decision: str = ""
    reason: str = ""
    responsible: str = ""
    contact: str = ""
    partners: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    planned: Planned | None = None
    budget: dict[int, int] = field(default_factory=dict)
    spending: tuple[Spending, ...] = ()
    built: tuple[Built, ...] = ()
    dues: tuple[Due, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[tuple[str, str, str], ...] = ()

    def units_at(self, date: str) -> float:
        """Units in operation on a date (ISO)."""
        return sum(b.units for b in self.built if b.date <= date)

    def spent(self, year: int | None = None) -> int:
        """Whole cents spent, in a year or altogether."""
        return sum(s.cents for s in self.spending if year is None or s.date.startswith(f"{year}-"))


@dataclass(frozen=True)
class Row:
    """One reported value: kind (line, driver, weather, indicator, hazard, measure), member, id, quantity, value, unit.

    `value` None: confidential or not known, with `state` saying which. Units are the base units of the quantity.
    """

    kind: str
    member: str
    id: str
    what: str
    value: float | None
    unit: str
    source: str
    quality: str
    state: str = "value"
    note: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the row is about."""
        return self.kind, self.member, self.id, self.what


@dataclass(frozen=True)
class Version:
    """Reported values of a year: number within the year, when, role, method, why it replaces the one before."""

    year: int
    number: int
    at: str
    role: str
    method: str
    reason: str
    sha256: str
    rows: tuple[Row, ...]

    def value(self, kind: str, member: str, id: str, what: str) -> float | None:
        """A reported value or None."""
        return self.index.get((kind, member, id, what))

    @property
    def index(self) -> dict[tuple[str, str, str, str], float | None]:
        """All values by key."""
        found: dict[tuple[str, str, str, str], float | None] | None = self.__dict__.get("_index")
        if found is None:
            found = {r.key: r.value for r in self.rows}
            object.__setattr__(self, "_index", found)
        return found


@dataclass(frozen=True)
class Adopted:
    """A plan taken over from results.json: its hash, decision, and the paths that monitoring compares with."""

    sha256: str
    at: str
    decision: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Book:
    """Everything recorded, as of event `seq`."""

    seq: int = 0
    setup: Setup | None = None
    plans: tuple[Adopted, ...] = ()
    measures: dict[str, Measure] = field(default_factory=dict)
    years: dict[int, tuple[Version, ...]] = field(default_factory=dict)
    trueups: tuple[dict[str, Any], ...] = ()

    @property
    def plan(self) -> Adopted | None:
        """The plan in force: the one adopted last."""
        return self.plans[-1] if self.plans else None

    def version(self, year: int, number: int | None = None) -> Version | None:
        """A version of a year, by default the newest."""
        versions = self.years.get(year, ())
        if number is None:
            return versions[-1] if versions else None
        return next((v for v in versions if v.number == number), None)


def replay(events: Iterable[Event]) -> Book:
    """The state after all events; an unknown kind is an error of the program that wrote it."""
    book = Book()
    for event in events:
        part = event.kind.partition(".")[0]
        book = replace(_APPLY[part](book, event), seq=event.seq)
    return book


def _setup(book: Book, event: Event) -> Book:
    b = event.body
    members = tuple(Member(m["code"], m["name"], m["role"]) for m in b["members"])
    return replace(book, setup=Setup(b["name"], members, bool(b.get("training"))))


def _plan(book: Book, event: Event) -> Book:
    b = event.body
    return replace(book, plans=(*book.plans, Adopted(b["sha256"], event.at, b["decision"], b["plan"])))


def _planned(b: dict[str, Any] | None) -> Planned | None:
    if b is None:
        return None
    series = {k: tuple(float(x) for x in b[k]) for k in ("units", "tonnes", "eur")}
    return Planned(tuple(int(y) for y in b["years"]), **series, ha_per_unit=float(b.get("ha_per_unit", 0.0)))


def _measure(book: Book, event: Event) -> Book:
    b, what = event.body, event.kind.partition(".")[2]
    old = book.measures.get(b["id"])
    if what == "add" or old is None:
        made = Measure(
            b["id"], b["measure"], b["member"], dict(b["title"]), b["unit"], b.get("sector", ""),
            b.get("account", "gross"), "planned", b.get("since", event.at[:10]), hazards=tuple(b.get("hazards", ())),
            planned=_planned(b.get("planned")), partners=tuple(b.get("partners", ())),
            history=((event.at[:10], "planned", event.role),),
        )  # fmt: skip
        if old is not None:  # a renewed plan changes what is planned, not what has happened
            made = replace(old, title=made.title, unit=made.unit, planned=made.planned, hazards=made.hazards)
        return replace(book, measures=book.measures | {b["id"]: made})
    return replace(book, measures=book.measures | {b["id"]: _CHANGE[what](old, b, event)})


def _status(m: Measure, b: dict[str, Any], event: Event) -> Measure:
    return replace(
        m, status=b["status"], since=b["date"], decision=b.get("decision") or m.decision, reason=b.get("reason", ""),
        history=(*m.history, (b["date"], b["status"], event.role)),
    )  # fmt: skip


def _assign(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    return replace(
        m, responsible=b.get("responsible", m.responsible), contact=b.get("contact", m.contact),
        partners=tuple(b.get("partners", m.partners)),
    )  # fmt: skip


def _spend(m: Measure, b: dict[str, Any], event: Event) -> Measure:
    row = Spending(event.seq, b["date"], int(b["cents"]), b["payer"], b.get("text", ""), b.get("evidence", ""))
    return replace(m, spending=(*m.spending, row))


def _build(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    return replace(m, built=(*m.built, Built(b["date"], float(b["units"]), b.get("evidence", ""))))


def _budget(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    return replace(m, budget=m.budget | {int(b["year"]): int(b["cents"])})


def _due(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    row = Due(len(m.dues) + 1, b["kind"], b["text"], b["date"], b.get("role", ""))
    return replace(m, dues=(*m.dues, row))


def _finish(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    return replace(m, dues=tuple(replace(d, done=b["date"]) if d.number == b["number"] else d for d in m.dues))


def _evidence(m: Measure, b: dict[str, Any], _: Event) -> Measure:
    return replace(m, evidence=(*m.evidence, Evidence(b["name"], b["sha256"], int(b["size"]), b.get("text", ""))))


def _year(book: Book, event: Event) -> Book:
    b = event.body
    rows = tuple(Row(**r) for r in b["rows"])
    before = book.years.get(int(b["year"]), ())
    made = Version(
        int(b["year"]), len(before) + 1, event.at, event.role, b["method"], b.get("reason", ""), b["sha256"], rows
    )
    return replace(book, years=book.years | {made.year: (*before, made)})


def _trueup(book: Book, event: Event) -> Book:
    return replace(book, trueups=(*book.trueups, event.body | {"seq": event.seq, "at": event.at, "role": event.role}))


_CHANGE: dict[str, Callable[[Measure, dict[str, Any], Event], Measure]] = {
    "status": _status, "assign": _assign, "spend": _spend, "build": _build, "budget": _budget, "due": _due,
    "finish": _finish, "evidence": _evidence,
}  # fmt: skip
_APPLY: dict[str, Callable[[Book, Event], Book]] = {
    "setup": _setup, "plan": _plan, "measure": _measure, "year": _year, "trueup": _trueup,
}  # fmt: skip
