"""Each way in which a cell can lack its proof, in an export that is sound but for that."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from harness.model import Kind, Status
from harness.publish.export import build_export
from harness.publish.lint_cells import check_cells

from .matrices import Said, example, matrix, question, release

LOSS = question("dense_masking.loss_denominator")
MASK = question("lstm.mask", Kind.CATEGORICAL)
ODD = question("all_masked.loss", answers=("valid", "nan", "inf"))
TOLERANCES = {LOSS.id: 1e-4, MASK.id: 1e-4, ODD.id: 1e-4}
PROVED = Said(answer="valid", observed=1.0, hypotheses={"valid": 1.0, "total": 0.6})


def check(
    said: Said, asked: Any = LOSS, change: Callable[[Any], object] = lambda cell: None
) -> Any:
    """Return what is wrong with one cell, without its name."""
    export = build_export(matrix([release("tf-1")], [asked], {("tf-1", asked.id): said}))
    change(export["cells"][0])
    return [one.removeprefix(f"tf-1, {asked.id}: ") for one in check_cells(export, TOLERANCES)]


def test_a_sound_export_has_nothing_wrong() -> None:
    export = build_export(example())
    tolerances = {one["id"]: 1e-4 for one in export["questions"]}
    assert list(check_cells(export, tolerances)) == []
    assert check(PROVED) == []


def both(text: str) -> list[str]:
    return [text, text]


@pytest.mark.parametrize(
    ("asked", "said", "wrong"),
    [
        (LOSS, {"observed": 1.0002}, both("1.0002 was observed, and 'valid' would be 1.0")),
        (LOSS, {"observed": 1.00009}, []),
        (LOSS, {"hypotheses": {}}, both("no hypothesis tells what 'valid' would give")),
        (
            LOSS,
            {"hypotheses": {"total": 0.6}},
            both("no hypothesis tells what 'valid' would give"),
        ),
        (
            LOSS,
            {"hypotheses": {"valid": float("nan")}},
            both("no hypothesis tells what 'valid' would give"),
        ),
        (
            LOSS,
            {"hypotheses": {"valid": 1.0, "total": 0.9901}},
            both("1.0 is as well explained by 'total', 0.9901"),
        ),
        (LOSS, {"hypotheses": {"valid": 1.0, "total": 0.989}}, []),
        (LOSS, {"answer": "batch"}, ["'batch' is no answer to it"]),
        (LOSS, {"answer": None}, ["None is no answer to it"]),
        (LOSS, {"observed": None}, both("'valid' was observed where a number is asked for")),
        (LOSS, {"observed": float("nan")}, both("'nan' was observed, and the answer is 'valid'")),
        (ODD, {"observed": float("nan"), "answer": "nan", "hypotheses": {}}, []),
        (ODD, {"observed": float("-inf"), "answer": "inf", "hypotheses": {}}, []),
        (
            ODD,
            {"observed": float("inf"), "answer": "nan", "hypotheses": {}},
            both("'inf' was observed, and the answer is 'nan'"),
        ),
        (MASK, {"answer": "stops", "observed": None, "hypotheses": {}}, []),
        (
            MASK,
            {"answer": "stops", "observed": 1.0, "hypotheses": {}},
            both("1.0 was observed where a label is asked for"),
        ),
    ],
)
def test_an_answer_is_proved(asked: Any, said: dict[str, Any], wrong: list[str]) -> None:
    assert check(replace(PROVED, **said), asked) == wrong


@pytest.mark.parametrize(
    "status",
    [one for one in Status if one not in {Status.ANSWERED, Status.NOT_RUN, Status.CONTRADICTORY}],
)
def test_what_is_no_answer_has_a_reason(status: Status) -> None:
    assert check(Said(status=status, reason="it fell")) == []
    assert check(Said(status=status)) == [f"it is {status} without a reason"]


def empty(cell: dict[str, Any]) -> None:
    cell["observed"], cell["hypotheses"] = [], []


CHANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "one draw": (
        lambda cell: (cell["observed"].pop(), cell["hypotheses"].pop()),
        "it was answered once only",
    ),
    "lost hypotheses": (
        lambda cell: cell["hypotheses"].pop(),
        "not every observation has its hypotheses",
    ),
    "no observation": (empty, "it is answered without an observation"),
    "nothing seen": (
        lambda cell: cell["observed"].__setitem__(0, None),
        "nothing was observed that is 'valid'",
    ),
    "another label": (
        lambda cell: cell["observed"].__setitem__(0, "total"),
        "'total' was observed where a number is asked for",
    ),
    "no scenario": (
        lambda cell: cell.update(scenario_sha256=None),
        "it does not say which scenario was asked",
    ),
    "no lock": (
        lambda cell: cell.update(lock_sha256=None),
        "it does not say from which lock the release was installed",
    ),
    "a state that answers": (
        lambda cell: cell.update(status="raised", reason="ValueError"),
        "it is raised, and has an answer",
    ),
    "never measured": (
        lambda cell: cell.update(status="not_run", answer=None),
        "it has evidence, and is said not to be measured",
    ),
}


@pytest.mark.parametrize(("change", "wrong"), CHANGES.values(), ids=CHANGES)
def test_a_cell_that_was_tampered_with_is_found(
    change: Callable[[Any], object], wrong: str
) -> None:
    assert check(PROVED, change=change) == [wrong]


def test_every_cell_is_there_once() -> None:
    export = build_export(example())
    tolerances = {one["id"]: 1e-4 for one in export["questions"]}
    first = copy.deepcopy(export["cells"][0])
    name = f"{first['release']}, {first['question']}"
    assert list(check_cells({**export, "cells": export["cells"][1:]}, tolerances)) == [
        f"{name}: the cell is missing"
    ]
    assert list(check_cells({**export, "cells": [first, *export["cells"]]}, tolerances)) == [
        f"{name}: the cell is there 2 times"
    ]
    for key in ("release", "question"):
        other = {**first, key: "tf-9"}
        (wrong,) = check_cells({**export, "cells": [*export["cells"], other]}, tolerances)
        assert wrong.endswith("a cell of no release or no question")
