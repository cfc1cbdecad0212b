"""Recommendations with reasons per role, and bundles: content rules on numbers of a member.

Content: `content/toolbox/recommendations.toml` (conditions on figures of a member), `recommendations_results.toml`
(conditions on a computed partnership: inventory, plan, shares, monitoring), `bundles.toml`. A recommendation names its
rule and every number behind it. It is held back when all its numbers are of data quality D, and it drops measures that
the member cannot use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError
from stadtland.base.locale import LANGUAGES, significant

from .interactions import bilingual

PLACE_ROLES = ("city", "municipality", "farm", "company", "citizen")
ROLES = (*PLACE_ROLES, "region", "state")  # region and state only have rules on computed results
LEVELS = ("local", "regional", "national")
EFFORTS = ("low", "medium", "high")
MEMBER = "AGS"  # stands in a formula for the code of the member
JOINT = "joint"
Look = Callable[[str], tuple[float | None, str]]
"""Value of a formula over results and its data quality A–D; None where the results do not hold it."""
_KINDS = {"city": ("city",), "municipality": ("town", "village")}  # other roles: every member
OPERATORS = ("from", "until", "above")
# the potential is open, not zero: the measure stays, without a number
BASE_UNKNOWN = ("potential.no_data", "potential.no_figure", "potential.no_stream_map")
_CLASSES = ((0.75, "A"), (0.375, "B"), (1e-9, "C"))  # mean BISKO quality of inventory cells to a class, midpoints
UNITS: Mapping[str, Mapping[str, str]] = {
    "persons": {"de": "Menschen", "en": "people"}, "cows": {"de": "Milchkühe", "en": "dairy cows"},
    "Mio. €": {"de": "Mio. €", "en": "million €"}, "per 1000": {"de": "", "en": ""},
    "m³/d": {"de": "m³ am Tag", "en": "m³ a day"},
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """over / per · factor compared with a limit, names as in the profile; or a formula over results · factor."""

    over: Mapping[str, float]
    per: Mapping[str, float] | None
    factor: float
    unit: str
    operator: str
    limit: float
    formula: str | None = None


@dataclass(frozen=True)
class Rule:
    """When all conditions hold for a member (or jointly), advice and measures are recommended to the roles."""

    id: str
    roles: tuple[str, ...]
    measures: tuple[str, ...]
    bundle: str | None
    when: tuple[Condition, ...]
    reason: Mapping[str, str]
    level: str = "local"
    effort: str = "medium"
    advice: Mapping[str, str] | None = None

    @property
    def joint(self) -> bool:
        """Whether the rule speaks about the whole partnership: formulas that name no member."""
        return all(c.formula is not None and MEMBER not in c.formula for c in self.when)


@dataclass(frozen=True)
class Bundle:
    """Measures that carry each other; `first` is where to begin."""

    id: str
    title: Mapping[str, str]
    measures: tuple[str, ...]
    first: str
    text: Mapping[str, str]


@dataclass(frozen=True)
class Datum:
    """A number behind a recommendation: names of its figures, value, unit, limit, data quality."""

    names: tuple[str, ...]
    value: float | None
    unit: str
    operator: str
    limit: float
    holds: bool | None
    data_quality: str


@dataclass(frozen=True)
class Recommendation:
    """`state`: fires, held_back (data of quality D alone), unknown (a number is missing)."""

    rule: str
    role: str
    ags: str
    state: str
    measures: tuple[Mapping[str, Any], ...]
    bundle: str | None
    reason: Mapping[str, str]
    data: tuple[Datum, ...]
    level: str = "local"
    effort: str = "medium"
    advice: Mapping[str, str] | None = None


@cache
def bundles() -> dict[str, Bundle]:
    """All bundles by id, checked."""
    from .reading import catalogue

    return read_bundles(content.path("toolbox", "bundles.toml"), catalogue())


@cache
def rules() -> dict[str, Rule]:
    """All recommendation rules by id, checked."""
    from .reading import catalogue

    files = [content.path("toolbox", f"{name}.toml") for name in ("recommendations", "recommendations_results")]
    return {k: r for path in files for k, r in read_rules(path, catalogue(), bundles()).items()}


def read_bundles(path: Path, measures: Mapping[str, Any]) -> dict[str, Bundle]:
    """The bundles of a file; InputError for unknown measures and for a pair that excludes each other."""
    from .interactions import between

    found = {}
    keys = ("title", "measures", "first", "text")
    for key, entry in toml.read(path).items():
        where = f"{path.name}: {key}"
        strict.keys(strict.mapping(entry, where), keys, where, keys)
        for one in entry["measures"]:
            strict.one_of(one, sorted(measures), f"{where}.measures")
        strict.one_of(entry["first"], entry["measures"], f"{where}.first")
        for pair in between(set(entry["measures"])):
            if pair.relation == "exclusive" and pair.scope != "view":
                raise InputError(
                    "bundle-excludes",
                    f"{pair.a} and {pair.b} exclude each other",
                    f"{where}.measures",
                    "keep one of them",
                )
        found[key] = Bundle(
            key, bilingual(entry["title"], f"{where}.title"), tuple(entry["measures"]), entry["first"],
            bilingual(entry["text"], f"{where}.text"),
        )  # fmt: skip
    return found


def read_rules(path: Path, measures: Mapping[str, Any], known: Mapping[str, Bundle]) -> dict[str, Rule]:
    """The rules of a file; InputError names rule, key and cure."""
    found = {}
    for key, entry in toml.read(path).items():
        where = f"{path.name}: {key}"
        needed = ("roles", "when", "reason")
        more = ("measures", "bundle", "level", "effort", "advice")
        strict.keys(strict.mapping(entry, where), (*needed, *more), where, needed)
        for name, allowed in (("roles", ROLES), ("measures", sorted(measures))):
            for one in entry.get(name, ()):
                strict.one_of(one, allowed, f"{where}.{name}")
        level = strict.one_of(entry.get("level", "local"), LEVELS, f"{where}.level")
        effort = strict.one_of(entry.get("effort", "medium"), EFFORTS, f"{where}.effort")
        advice = bilingual(entry["advice"], f"{where}.advice") if "advice" in entry else None
        if "bundle" in entry:
            strict.one_of(entry["bundle"], sorted(known), f"{where}.bundle")
        when = tuple(_condition(c, f"{where}.when") for c in entry["when"])
        if not (when and entry["roles"] and (entry.get("measures") or advice)):
            raise InputError(
                "recommendation-empty", "a role, a condition and a measure or advice are needed", where,
                "add what is missing",
            )  # fmt: skip
        reason = bilingual(entry["reason"], f"{where}.reason")
        slots = {"name": "", **{f"v{i + 1}": "" for i in range(len(when))}}
        for lang in LANGUAGES:
            try:
                reason[lang].format(**slots)
            except (KeyError, IndexError, ValueError):
                raise InputError(
                    "recommendation-slot", f"the reason in {lang} names an unknown slot", f"{where}.reason",
                    "use {name} and {v1}, {v2} … for the conditions",
                ) from None  # fmt: skip
        found[key] = Rule(
            key, tuple(entry["roles"]), tuple(entry.get("measures", ())), entry.get("bundle"), when, reason, level,
            effort, advice,
        )  # fmt: skip
    return found


def _condition(entry: Any, where: str) -> Condition:
    table = strict.mapping(entry, where)
    by_formula = "formula" in table
    allowed = ("formula",) if by_formula else ("over", "per")
    strict.keys(table, (*allowed, "factor", "unit", *OPERATORS), where, (allowed[0], "unit"))
    operators = [k for k in OPERATORS if k in table]
    if len(operators) != 1:
        raise InputError(
            "recommendation-limit", f"{len(operators)} limits in one condition", where, "give from, until or above"
        )
    return Condition(
        {} if by_formula else dict(table["over"]), dict(table["per"]) if "per" in table else None,
        strict.finite(table.get("factor", 1.0), where), table["unit"], operators[0],
        strict.finite(table[operators[0]], where), table.get("formula"),
    )  # fmt: skip


def quality(names: Sequence[str], place: Any, inventory: Any) -> str:
    """Data quality A–D of a number built from these names: the worst of its parts.

    Figures carry their own; lines have the mean of their cells weighted by energy or tonnes (BISKO 1, 0.5, 0.25, 0).
    """
    column = list(inventory.ags).index(place.ags)
    worst = "A"
    for name in names:
        kind, _, pattern = name.partition(":")
        if kind in ("mwh", "t") and pattern:
            found = _line_quality(inventory, column, kind, pattern)
        else:
            found = str(getattr(place.member.figures.get(name), "data_quality", None) or "D")
        worst = max(worst, found)
    return worst


def _line_quality(inventory: Any, column: int, kind: str, pattern: str) -> str:
    import numpy as np

    at = [i for i, line in enumerate(inventory.lines) if fnmatchcase(line, pattern)]
    table = inventory.t_co2e if kind == "t" else inventory.energy_mwh
    amount = np.nan_to_num(np.abs(np.asarray(table, dtype=float)[at, column]))
    share = np.nan_to_num(np.asarray(inventory.data_quality, dtype=float)[at, column])
    total = float(amount.sum())
    mean = float((amount * share).sum() / total) if total > 0 else float(share.max(initial=0.0))
    return next((grade for limit, grade in _CLASSES if mean >= limit), "D")


def _looked(condition: Condition, ags: str, look: Look | None) -> Datum:
    """The number of a condition on results, with its data quality."""
    formula = str(condition.formula).replace(MEMBER, ags)
    value, grade = look(formula) if look is not None else (None, "D")
    value = None if value is None else condition.factor * value
    holds = None if value is None else _holds(condition, value)
    return Datum(
        (formula,), value, condition.unit, condition.operator, condition.limit, holds, "D" if value is None else grade
    )


def _holds(condition: Condition, value: float) -> bool:
    return {
        "from": value >= condition.limit, "until": value <= condition.limit, "above": value > condition.limit,
    }[condition.operator]  # fmt: skip


def _datum(condition: Condition, place: Any, inventory: Any, look: Look | None = None) -> Datum:
    if condition.formula is not None:
        return _looked(condition, place.ags, look)
    top = place.total(condition.over)
    below = place.total(condition.per) if condition.per is not None else place.get("1")
    names = (*condition.over, *(condition.per or ()))
    if top.value is None or not below.value:
        return Datum(names, None, condition.unit, condition.operator, condition.limit, None, "D")
    value = condition.factor * float(top.value) / float(below.value)
    grade = quality(names, place, inventory)
    return Datum(names, value, condition.unit, condition.operator, condition.limit, _holds(condition, value), grade)


def _shown(datum: Datum, lang: str) -> str:
    unit = UNITS.get(datum.unit, {"de": datum.unit, "en": datum.unit})[lang]
    return f"{significant(datum.value or 0.0, lang, 3)} {unit}".strip()


def recommend(role: str, members: Sequence[Any], inventory: Any, look: Look | None = None) -> list[Recommendation]:
    """Recommendations for a role, member by member in the order of the content; rules that do not hold are left out.

    city: members of kind city; municipality: towns and villages; farm, company, citizen: all members. Each measure row
    `{id, title, central, low, high, unit, data_quality, reason}` holds the potential of the member (central None and a
    reason where it is not known). Measures without potential or for the other side are dropped; without any measure
    left the rule does not fire. `look` answers the formulas of rules on a computed partnership; without it these rules
    are left out. Rules about the whole partnership come last, with the code `joint`. Errors: InputError `word-unknown`
    for a role, `member-missing`.
    """
    from stadtland.inventory.profile import places

    strict.one_of(role, ROLES, "role")
    found = []
    for place in places(inventory, members):
        if place.member.kind not in _KINDS.get(role, (place.member.kind,)):
            continue
        for rule in rules().values():
            if role in rule.roles and not rule.joint and (look or all(c.formula is None for c in rule.when)):
                one = _apply(rule, role, place, inventory, look)
                if one is not None:
                    found.append(one)
    if look is not None:
        for rule in rules().values():
            if role in rule.roles and rule.joint:
                one = _apply_joint(rule, role, look)
                if one is not None:
                    found.append(one)
    return found


def _apply_joint(rule: Rule, role: str, look: Look) -> Recommendation | None:
    data = tuple(_looked(c, JOINT, look) for c in rule.when)
    if any(d.holds is False for d in data):
        return None
    return _made(rule, role, JOINT, {"de": "", "en": ""}, data, _titles(rule.measures))


def _titles(ids: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Measures of a rule about the whole partnership: no potential of one place belongs to them."""
    from .reading import get

    empty = {"low": None, "central": None, "high": None, "data_quality": None, "reason": "potential.joint"}
    return tuple({"id": i, "title": get(i).title.model_dump(), "unit": get(i).unit, **empty} for i in ids)


def _apply(rule: Rule, role: str, place: Any, inventory: Any, look: Look | None = None) -> Recommendation | None:
    data = tuple(_datum(c, place, inventory, look) for c in rule.when)
    if any(d.holds is False for d in data):
        return None
    name = place.member.name.split(",", maxsplit=1)[0]
    measures = _usable(rule.measures, place.member, inventory)
    if not measures and rule.advice is None:
        return None
    return _made(rule, role, place.ags, dict.fromkeys(LANGUAGES, name), data, measures)


def _made(
    rule: Rule, role: str, ags: str, name: Mapping[str, str], data: tuple[Datum, ...],
    measures: tuple[Mapping[str, Any], ...],
) -> Recommendation:  # fmt: skip
    if any(d.holds is None for d in data):
        # silence about a missing number would look like "does not apply"; it is listed, but it recommends nothing
        return Recommendation(
            rule.id, role, ags, "unknown", (), None, dict.fromkeys(LANGUAGES, ""), data, rule.level, rule.effort
        )
    state = "held_back" if all(d.data_quality == "D" for d in data) else "fires"
    reason = {
        lang: rule.reason[lang].format(name=name[lang], **{f"v{i + 1}": _shown(d, lang) for i, d in enumerate(data)})
        for lang in LANGUAGES
    }
    return Recommendation(
        rule.id, role, ags, state, measures, rule.bundle, reason, data, rule.level, rule.effort, rule.advice
    )


def _usable(ids: Sequence[str], member: Any, inventory: Any) -> tuple[Mapping[str, Any], ...]:
    from .assess import potential
    from .reading import get

    rows: list[Mapping[str, Any]] = []
    for measure_id in ids:
        measure = get(measure_id)
        found = potential(measure, member, inventory)
        if found.reason is not None and found.reason not in BASE_UNKNOWN:
            continue
        unknown = found.reason is not None
        rows.append(
            {"id": measure_id, "title": measure.title.model_dump(), "unit": measure.unit,
             "unit_name": measure.unit_name.model_dump(),
             "low": None if unknown else found.low, "central": None if unknown else found.central,
             "high": None if unknown else found.high, "data_quality": found.data_quality, "reason": found.reason}
        )  # fmt: skip
    return tuple(rows)
