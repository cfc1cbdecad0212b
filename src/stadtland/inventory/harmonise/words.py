"""Sentences of rules and protocol with numbers in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from stadtland.base import content, toml
from stadtland.base.locale import number, percent

from .chain import Step

SHARES = ("losses", "share")
FINE = {"by": 4, "key": 4, "old_gkwh": 1}


@cache
def rules() -> dict[str, Any]:
    """rules.toml: id → title, found_by, formula, why, needs, quality, source, evidence."""
    return toml.read(content.path("inventory", "harmonise", "rules.toml"))


@cache
def protocol() -> dict[str, Any]:
    """protocol.toml."""
    return toml.read(content.path("inventory", "harmonise", "protocol.toml"))


def say(key: str, lang: str, **params: Any) -> str:
    """A sentence of the protocol."""
    return str(protocol()[key][lang]).format(**params)


def shown(params: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Parameters as text: shares in percent, small numbers with decimals, tonnes and MWh whole."""
    out = {}
    for key, value in params.items():
        if isinstance(value, str):
            out[key] = value
        elif key in SHARES:
            out[key] = percent(value, lang, 1)
        elif key in FINE:
            out[key] = number(value, lang, FINE[key])
        else:
            out[key] = number(value, lang, 0 if abs(value) >= 100 or value == int(value) else 1)
    return out


def why(step: Step, lang: str) -> str:
    """The sentence of a step; empty where nothing was found."""
    if step.status == "not_needed":
        return say("not_needed", lang)
    if step.status == "unknown":
        return say("unknown_status", lang)
    return str(rules()[step.rule][step.why][lang]).format(**shown(step.params, lang))


def title(rule: str, lang: str) -> str:
    """Title of a rule."""
    return str(rules()[rule]["title"][lang])
