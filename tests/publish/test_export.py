import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from harness.model import Matrix, Status
from harness.publish.export import build_export, render_json
from harness.publish.report import SCHEMA

from .matrices import LOCK, SHA, Said, example, matrix, question, release
from .strategies import matrices

VALIDATOR = Draft202012Validator(
    json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=FormatChecker()
)
LOSS = question("dense_masking.loss_denominator")
CHANGE = {
    "after": "tf-2.10.1",
    "cause": "keras",
    "evidence": {"keras": ["tf-2.16.2+tf-keras-2.16.0", "tf-2.16.2"], "tensorflow": None},
}
DIFFERENCE = {
    "question": "dense_masking.loss_denominator",
    "grade": "silent",
    "before": {"status": "answered", "answer": "valid"},
    "after": {"status": "answered", "answer": "total"},
}


def refuse(constant: str) -> None:
    raise AssertionError(constant)


def one_cell(word: Said | None) -> dict[str, Any]:
    words = {("tf-2.10.1", LOSS.id): word} if word else {}
    export = build_export(matrix([release("tf-2.10.1")], [LOSS], words))
    cell: dict[str, Any] = export["cells"][0]
    return cell


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(VALIDATOR.schema)


@given(matrices())
def test_what_is_exported_is_strict_and_valid(drawn: Matrix) -> None:
    text = render_json(build_export(drawn))
    parsed = json.loads(text, parse_constant=refuse)
    VALIDATOR.validate(parsed)
    assert parsed == build_export(drawn)
    assert text.isascii()


def test_what_is_ones_own_is_measured_again_from_its_folder() -> None:
    own = replace(LOSS, folder="/home/me/my scenarios")
    export = build_export(matrix([release("tf-2.10.1")], [own], {}))
    assert export["cells"][0]["reproduce"] == (
        'nox -s "matrix(tf-2.10.1)" -- --scenario dense_masking '
        "--scenarios '/home/me/my scenarios' --again"
    )


def test_a_cell() -> None:
    word = Said(answer="total", observed=0.1 + 0.2, hypotheses={"valid": math.inf, "total": 0.3})
    assert one_cell(word) == {
        "release": "tf-2.10.1",
        "question": "dense_masking.loss_denominator",
        "status": "answered",
        "answer": "total",
        "reason": "",
        "observed": [0.30000000000000004, 0.30000000000000004],
        "hypotheses": [{"total": 0.3, "valid": "inf"}, {"total": 0.3, "valid": "inf"}],
        "scenario_sha256": SHA,
        "lock_sha256": LOCK,
        "machines": ["linux-x86_64-4cpu-0123abcd"],
        "recorded_at": "2026-11-21T12:00:00+00:00",
        "reproduce": 'nox -s "matrix(tf-2.10.1)" -- --scenario dense_masking --again',
    }


def test_a_cell_that_was_not_run() -> None:
    cell = one_cell(None)
    assert (cell["status"], cell["observed"], cell["recorded_at"]) == ("not_run", [], None)


@pytest.mark.parametrize(
    ("number", "text"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf")]
)
def test_numbers_that_are_not_finite_are_words(number: float, text: str) -> None:
    word = Said(status=Status.UNEXPLAINED, observed=number)
    assert one_cell(word)["observed"] == [text, text]


def test_versions_are_those_that_were_there() -> None:
    rows = [
        release("tf-2.18.1+keras-3.9.2", keras="keras==3.9.2"),
        release("tf-2.18.1+keras-3.9.3", keras="keras==3.9.3"),
        release("tf-2.10.1"),
    ]
    words = {
        (rows[0].id, LOSS.id): Said(answer="valid", keras="3.9.2.post1"),
        (rows[1].id, LOSS.id): Said(status=Status.NOT_INSTALLABLE, keras=""),
    }
    found = build_export(matrix(rows, [LOSS], words))["releases"]
    assert [(row["measured"], row["keras"], row["python"]) for row in found] == [
        (True, "3.9.2.post1", "3.8.20"),
        (False, "3.9.3", "3.8"),
        (False, None, "3.8"),
    ]


def test_how_an_interval_began() -> None:
    intervals = build_export(example())["intervals"]
    loss = [row for row in intervals if (row["series"], row["question"]) == ("tensorflow", LOSS.id)]
    unseparated = {"keras": None, "tensorflow": None}
    assert [(row["first"], row["began"]) for row in loss] == [
        ("tf-1.4.1", None),
        ("tf-2.11.1", None),
        ("tf-2.16.2", CHANGE),
        (
            "tf-2.17.0rc0",
            {"after": "tf-2.16.2", "cause": "not_separated", "evidence": unseparated},
        ),
    ]


def test_a_candidate() -> None:
    (found,) = build_export(example())["candidates"]
    assert (found["release"], found["against"]) == ("tf-2.17.0rc0", "tf-2.16.2")
    assert found["differences"][0] == DIFFERENCE
    assert [one["grade"] for one in found["differences"]] == ["silent", "breaks"]
    assert found["unknown"] == ["lstm_return_sequences.last_output_mask"]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("cells", {"answer": None}),
        ("cells", {"status": "raised"}),
        ("cells", {"status": "unknown"}),
        ("cells", {"status": "not_run", "answer": None}),
        ("cells", {"observed": [0.6]}),
        ("cells", {"observed": [None, None]}),
        ("cells", {"hypotheses": [{"total": "many"}, {}]}),
        ("cells", {"lock_sha256": "abc"}),
        ("cells", {"more": 1}),
        ("intervals", {"answer": None}),
        ("intervals", {"status": "not_run"}),
        ("intervals", {"began": {}}),
        ("intervals", {"began": {**CHANGE, "cause": "tensorflow"}}),
        ("intervals", {"began": {**CHANGE, "cause": "not_separated"}}),
        ("intervals", {"began": {**CHANGE, "evidence": {"keras": ["a"], "tensorflow": None}}}),
        ("candidates", {"differences": [{**DIFFERENCE, "grade": "slower"}]}),
        (
            "candidates",
            {"differences": [{**DIFFERENCE, "after": {"status": "not_run", "answer": None}}]},
        ),
        ("candidates", {"against": ""}),
        ("releases", {"released": "6 September"}),
        ("releases", {"keras": ""}),
        ("questions", {"answers": []}),
        ("throughput", {"more": 1}),
    ],
)
def test_the_schema_refuses(part: str, change: dict[str, Any]) -> None:
    export = build_export(example())
    VALIDATOR.validate(export)
    row = {**export[part][0], **change} if export[part] else change
    assert not VALIDATOR.is_valid({**export, part: [row]})


def test_one_row_is_one_line() -> None:
    export = build_export(example())
    lines = render_json(export).splitlines()
    assert sum(line.startswith('{"answer": ') for line in lines) == 24 + len(export["intervals"])
    assert lines[-2:] == ['"throughput": []', "}"]
