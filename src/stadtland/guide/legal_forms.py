"""Legal forms of co-operation by state: answers to a few questions lead to forms with reasons, never to a verdict.

Content: `content/guide/legal/<state>.toml` (state = first two digits of the municipality code).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stadtland.base import content, strict, toml
from stadtland.base.errors import InputError

ANSWERS = ("yes", "no")


def states() -> list[str]:
    """States for which forms are recorded."""
    return sorted(p.stem for p in content.path("guide", "legal").glob("*.toml"))


def forms(state: str) -> dict[str, Any]:
    """Questions, forms and sources of a state; InputError `state-unknown` where nothing is recorded yet."""
    if state not in states():
        raise InputError(
            "state-unknown",
            f"no legal forms are recorded for the state {state}",
            "municipality code",
            "recorded: " + ", ".join(states()) + "; a new file content/guide/legal/<state>.toml adds one",
        )
    return toml.read(content.path("guide", "legal", f"{state}.toml"))


def choose(codes: Sequence[str], told: Mapping[str, str]) -> dict[str, Any]:
    """Forms for these members with reasons: `{state, questions, answers, forms: [{id, title, state, reasons, …}]}`.

    `told`: question → yes|no; a question not answered stays open. state of a form: `fits` (all its conditions are
    met), `excluded` (one is not), `open` (an answer is missing). Errors: InputError `state-unknown`, `key-unknown`.
    """
    lands = {c[:2] for c in codes}
    if len(lands) > 1:
        raise InputError(
            "states-several", f"members of several states: {', '.join(sorted(lands))}", "members",
            "co-operation across a state border needs a treaty of the states; ask the supervisory authorities",
        )  # fmt: skip
    table = forms(lands.pop())
    strict.keys(dict(told), tuple(table["question"]), "--say")
    for key, value in told.items():
        strict.one_of(value, ANSWERS, f"--say {key}")
    found = [_form(key, f, told, table["question"]) for key, f in table["form"].items()]
    order = {"fits": 0, "open": 1, "excluded": 2}
    return {
        "title": table["title"],
        "check": table["check"],
        "authority": table["authority"]["several" if _several(codes) else "one"],
        "sources": table["sources"],
        "date": table["date"],
        "questions": {k: q["text"] for k, q in table["question"].items()},
        "answers": dict(told),
        "forms": sorted(found, key=lambda f: (order[f["state"]], f["burden"])),
    }


def _several(codes: Sequence[str]) -> bool:
    """Whether members lie in several districts (first five digits)."""
    return len({c[:5] for c in codes}) > 1


def _form(key: str, form: Mapping[str, Any], told: Mapping[str, str], questions: Mapping[str, Any]) -> dict[str, Any]:
    reasons, state = [], "fits" if form.get("can_be_founded", True) else "excluded"
    if state == "excluded":
        reasons.append(form["not_founded"])
    for question, need in form.get("needs", {}).items():
        said = told.get(question)
        if said is None:
            reasons.append(questions[question]["open"])
            state = "open" if state == "fits" else state
        elif said != need:
            reasons.append(questions[question]["against"][key] if key in questions[question].get("against", {})
                           else questions[question]["mismatch"])  # fmt: skip
            state = "excluded"
        else:
            reasons.append(questions[question][f"because_{said}"])
    return {
        "id": key, "title": form["title"], "text": form["text"], "state": state, "reasons": reasons,
        "approval": form["approval"], "example": form.get("example"), "burden": form["burden"],
    }  # fmt: skip
