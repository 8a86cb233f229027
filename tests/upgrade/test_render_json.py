"""A verdict as data, held against its schema."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import harness.upgrade.render_json as here
from harness.model import Matrix
from harness.upgrade.check import Scope, compare
from harness.upgrade.policy import NONE
from harness.upgrade.render_json import build_document, render_json
from tests.publish.strategies import matrices

from .records import end, record
from .tellings import PAGE, TELLINGS, tell

SCHEMA = json.loads(Path(here.__file__).with_name("check.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def refuse(constant: str) -> None:
    raise AssertionError(constant)


def test_the_schema_is_one_of_this_version() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == here.SCHEMA_VERSION


@pytest.mark.parametrize("name", TELLINGS)
def test_what_is_written_is_strict_and_valid(name: str) -> None:
    telling = TELLINGS[name]()
    parsed = json.loads(render_json(telling), parse_constant=refuse)
    VALIDATOR.validate(parsed)
    assert parsed == build_document(telling)


@settings(deadline=None)  # the machine may be busy
@given(matrices(), st.data())
def test_any_two_releases(drawn: Matrix, data: st.DataObject) -> None:
    names = [release.id for release in drawn.releases]
    assume(len(names) > 1)
    first = data.draw(st.integers(0, len(names) - 2))
    second = data.draw(st.integers(first + 1, len(names) - 1))
    found = record(drawn)
    ends = end(found, names[first]), end(found, names[second])
    verdict = compare(found, *ends, Scope(policy=NONE, padding=0.3))
    document = build_document(tell(verdict))
    VALIDATOR.validate(document)
    counts = document["counts"]
    assert sum(counts.values()) == len(drawn.questions)
    assert counts["changed"] == len(document["changes"])


def test_a_change() -> None:
    document: dict[str, Any] = build_document(TELLINGS["plain"]())
    silent = document["changes"][0]
    assert silent["effect"] == {
        "quantity": "loss",
        "factor": 1.4286,
        "learning_rate": 0.7,
        "derived": True,
        "formula": "1 / (1 − p)",
        "says": silent["effect"]["says"],
    }
    assert silent["steps"] == [
        {
            "last": "tf-2.10.1",
            "first": "tf-2.11.1",
            "before": {"status": "answered", "answer": "total"},
            "after": {"status": "answered", "answer": "valid"},
            "untested_between": [],
            "cause": "not_separated",
        }
    ]
    assert silent["evidence"] == [
        f"{PAGE}#tf-2.10.1:dense_masking.loss_denominator",
        f"{PAGE}#tf-2.16.2:dense_masking.loss_denominator",
    ]
    assert silent["measure_again"] == (
        'nox -s "matrix(tf-2.10.1)" "matrix(tf-2.16.2)" -- --scenario dense_masking --again'
    )
