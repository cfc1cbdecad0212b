"""Rules of funding as conditions on a situation: fires, silent, or open with what must be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadtland.base import strict
from stadtland.base.errors import InputError

from .interactions import bilingual

# key → kind; what a user can say about a case
SITUATION: Mapping[str, str] = {
    "date": "date",
    "applicant": "applicant",
    "started_before_approval": "bool",
    "started_before_application": "bool",
    "early_start_permitted": "bool",
    "contract_conditional": "bool",
    "granted": "programmes",
    "cost_items_separate": "bool",
    "requested_share": "share",
    "public_share": "share",
    "own_share": "share",
    "budget_consolidation": "bool",
    "keep_years": "number",
    "aid_3y_eur": "number",
    "aid_scheme_exempted": "bool",
    "municipalities": "number",
    "lead_named": "bool",
    "outside_territory": "bool",
    "cooperation_agreement": "bool",
    "service_between_municipalities": "bool",
    "service_eur_a": "number",
    "contract_kind": "contract",
    "contract_eur": "number",
    "legal_duty": "bool",
}
DERIVED = ("granted_givers",)
_WORDS = {
    "applicant": ("municipality", "utility", "company", "farm", "citizen", "association"),
    "contract": ("services", "works"),
}
EFFECTS = ("excludes", "limits", "needs", "warns")
OPERATORS = ("is", "not", "in", "outside", "above", "below", "from", "until", "after")
_PROGRAMME_FACTS = tuple(
    f"programme.{k}"
    for k in ("giver", "applicants", "begin", "voluntary", "combines", "max_rate", "commitment_years", "until")
)
_KEYS = (
    "scope", "effect", "when", "unless", "sentence", "cure", "source", "evidence", "status_date", "fires", "silent",
)  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """`key operator value`; a value "@x" is read from the situation or the programme."""

    key: str
    operator: str
    value: Any


@dataclass(frozen=True)
class Rule:
    """All of `when` must hold and none of `unless`; `fires` and `silent` are worked examples."""

    id: str
    scope: str
    effect: str
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    sentence: Mapping[str, str]
    cure: Mapping[str, str]
    source: tuple[str, ...]
    evidence: str
    status_date: str
    fires: Mapping[str, Any]
    silent: Mapping[str, Any]

    def touched(self, facts: Mapping[str, Any]) -> bool:
        """Whether the situation says anything this rule is about (date and applicant alone do not count)."""
        return any(c.key in facts for c in self.when if c.key not in ("date", "applicant"))


def read_rules(
    data: Any, name: str, programmes: Mapping[str, Any], measures: Collection[str], sources: Collection[str]
) -> dict[str, Rule]:
    """The rules of a file; InputError names rule, key and cure."""
    found = {}
    for key, entry in strict.mapping(data, name).items():
        where = f"{name}: rule.{key}"
        strict.keys(strict.mapping(entry, where), _KEYS, where, [k for k in _KEYS if k != "unless"])
        scope = strict.one_of(entry["scope"], ("programme", "situation"), f"{where}.scope")
        strict.one_of(entry["evidence"], "ABC", f"{where}.evidence")
        for one in entry["source"]:
            strict.one_of(one, sorted(sources), f"{where}.source")
        for case in ("fires", "silent"):
            _example(entry[case], f"{where}.{case}", scope, programmes, measures)
        found[key] = Rule(
            key, scope, strict.one_of(entry["effect"], EFFECTS, f"{where}.effect"),
            tuple(_condition(c, f"{where}.when", scope) for c in entry["when"]),
            tuple(_condition(c, f"{where}.unless", scope) for c in entry.get("unless", ())),
            bilingual(entry["sentence"], f"{where}.sentence"), bilingual(entry["cure"], f"{where}.cure"),
            tuple(entry["source"]), entry["evidence"], _iso(entry["status_date"], f"{where}.status_date"),
            entry["fires"], entry["silent"],
        )  # fmt: skip
        if not found[key].when:
            raise InputError(
                "rule-empty", "a rule without condition would always fire", f"{where}.when", "add a condition"
            )
    return found


def _condition(entry: Any, where: str, scope: str) -> Condition:
    table = strict.mapping(entry, where)
    strict.keys(table, ("key", *OPERATORS), where, ("key",))
    operators = [k for k in table if k != "key"]
    if len(operators) != 1:
        raise InputError("rule-operator", f"{len(operators)} comparisons in one condition", where, "give exactly one")
    allowed = [*SITUATION, *DERIVED, *(_PROGRAMME_FACTS if scope == "programme" else ())]
    strict.one_of(table["key"], allowed, where)
    value = table[operators[0]]
    if isinstance(value, str) and value.startswith("@"):
        strict.one_of(value[1:], allowed, where)
    return Condition(table["key"], operators[0], value)


def _example(entry: Any, where: str, scope: str, programmes: Mapping[str, Any], measures: Collection[str]) -> None:
    needed = ("measure", "situation", *(("programme",) if scope == "programme" else ()))
    strict.keys(strict.mapping(entry, where), needed, where, needed)
    strict.one_of(entry["measure"], sorted(measures), f"{where}.measure")
    if scope == "programme":
        strict.one_of(entry["programme"], sorted(programmes), f"{where}.programme")
    check_situation(entry["situation"], programmes, where)


def check_situation(
    situation: Mapping[str, Any], programmes: Mapping[str, Any], where: str = "situation"
) -> dict[str, Any]:
    """The situation as facts for rules, with the givers of what is granted; InputError for wrong keys or kinds."""
    strict.keys(strict.mapping(situation, where), SITUATION, where)
    facts: dict[str, Any] = {}
    for key, value in situation.items():
        kind, place = SITUATION[key], f"{where}.{key}"
        if kind == "bool":
            if not isinstance(value, bool):
                raise InputError(
                    "kind-bool",
                    f"yes or no is needed, not {value!r:.40}",
                    place,
                    "write true or false, or leave it out",
                )
            facts[key] = value
        elif kind in _WORDS:
            facts[key] = strict.one_of(value, _WORDS[kind], place)
        elif kind == "programmes":
            facts[key] = [strict.one_of(one, sorted(programmes), place) for one in value]
            facts["granted_givers"] = sorted({programmes[one].facts["programme.giver"] for one in facts[key]})
        elif kind == "date":
            facts[key] = _iso(value, place)
        else:
            facts[key] = strict.finite(value, place, 0.0, 1.0 if kind == "share" else 1e12)
    return facts


def _iso(value: Any, where: str) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise InputError("date-format", f"{value!r:.40} is no date", where, "write YYYY-MM-DD") from None


def _holds(condition: Condition, facts: Mapping[str, Any]) -> tuple[bool | None, tuple[str, ...]]:
    """(True or False, ()) or (None, what is missing)."""
    wanted = condition.value
    names = [condition.key] + ([wanted[1:]] if isinstance(wanted, str) and wanted.startswith("@") else [])
    missing = tuple(n for n in names if n not in facts)
    if missing:
        return None, missing
    have = facts[condition.key]
    value = facts[names[1]] if len(names) > 1 else wanted
    return _compare(condition.operator, have, value), ()


def _compare(operator: str, have: Any, value: Any) -> bool:
    """Dates are ISO texts, so they compare like numbers."""
    if operator in ("is", "not"):
        return bool((have == value) == (operator == "is"))
    if operator in ("in", "outside"):
        return (have in value) == (operator == "in")
    if operator in ("above", "after"):
        return bool(have > value)
    if operator == "below":
        return bool(have < value)
    return bool(have >= value) if operator == "from" else bool(have <= value)


def answer(rule: Rule, facts: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """("fires" | "silent" | "open", keys the situation must still tell).

    Silent as soon as one condition is known not to hold or one exception is known to hold. Open while a condition is
    unknown; if all conditions hold and only an exception is unknown, the rule fires: nobody may rely on an exception
    that was not stated. What a programme does not publish makes its rule silent where the programme is exempt by design
    (`voluntary`, `until`, `rate`, `commitment_years` absent = no such limit known) and is never asked of the user.
    """
    unknown: list[str] = []
    for condition in rule.when:
        held, missing = _holds(condition, facts)
        if held is False or any(m.startswith("programme.") for m in missing):
            return "silent", ()
        unknown += [m for m in missing if m not in unknown]
    if any(_holds(c, facts)[0] for c in rule.unless):
        return "silent", ()
    if unknown:
        names = tuple("granted" if m in DERIVED else m for m in unknown)
        return "open", names
    return "fires", ()
