"""The JSON Schema of results.json: accepts the whole, refuses what is missing, misspelt or of the wrong sign."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from fixture_results import results

from stadtland.documents import schema

VALID = jsonschema.Draft202012Validator(schema())


def test_the_schema_is_one_and_accepts_the_whole() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for members in (2, 5):
        assert [e.message for e in VALID.iter_errors(results(members))] == []


def broken(path: str, value: Any) -> dict[str, Any]:
    data = results(2)
    *parents, last = path.split(".")
    node: Any = data
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node[key]
    if value is KeyError:
        del node[last]
    else:
        node[last] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "stadtland/results/2"),
        ("status", "fine"),
        ("inventory", KeyError),
        ("surprise", 1),
        ("inventory.joint.gross_t", KeyError),
        ("inventory.joint.lulucf_removals_t", 5.0),
        ("inventory.members.99000001.lulucf_emissions_t", -1.0),
        ("inventory.members.99000001.data_quality", 1.2),
        ("roadmap.grosst", []),
        ("roadmap.target.joint.reached", "yes"),
        ("roadmap.target.joint.definition.kind", "nett"),
        ("roadmap.measures.0.used", "maybe"),
        ("roadmap.measures.0.title", {"de": "x"}),
        ("roadmap.measures.0.evidence_effect", "D"),
        ("roadmap.reliability.joint", 12),
        ("cooperation.coalitions.0.members", []),
        ("shares.core.empty", None),
        ("partnership.members.0.ags", "123"),
        ("assumptions.0.evidence", "E"),
        ("roadmap.gross_t", [1, None]),
    ],
)
def test_faults_are_refused(path: str, value: Any) -> None:
    assert not VALID.is_valid(broken(path, value))
