"""What a publication had, the next one has, too."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from harness.model import Matrix, Status
from harness.publish.export import build_export
from harness.publish.lint_coverage import check_coverage

from .matrices import example
from .strategies import matrices

EXPORT = build_export(example())


def lost(kind: str, name: str) -> dict[str, Any]:
    """Return the export without a release or a question."""
    key = kind.removesuffix("s")
    return {
        **EXPORT,
        kind: [row for row in EXPORT[kind] if row["id"] != name],
        "cells": [cell for cell in EXPORT["cells"] if cell[key] != name],
    }


@settings(deadline=None)
@given(matrices())
def test_nothing_is_lost_from_one_report_to_the_same(drawn: Matrix) -> None:
    export = build_export(drawn)
    assert list(check_coverage(export, export)) == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [("releases", "tf-2.10.1"), ("questions", "dense_masking.loss_denominator")],
)
def test_what_is_gone_is_told_once(kind: str, name: str) -> None:
    assert list(check_coverage(lost(kind, name), EXPORT)) == [f"{name} is gone from the {kind}"]
    assert list(check_coverage(EXPORT, lost(kind, name))) == []


@pytest.mark.parametrize("after", Status)
@pytest.mark.parametrize("before", Status)
def test_a_cell_is_lost_where_its_outcome_is_not_known_any_more(
    before: Status, after: Status
) -> None:
    exports = [copy.deepcopy(EXPORT), copy.deepcopy(EXPORT)]
    for export, status in zip(exports, (before, after), strict=True):
        export["cells"][0].update(status=status.value, answer=None)
    cell = EXPORT["cells"][0]
    told = f"{cell['release']}, {cell['question']}: it was {before}, and is {after}"
    lost_one = before.known and not after.known
    assert list(check_coverage(exports[1], exports[0])) == ([told] if lost_one else [])


def test_a_cell_that_is_missing_is_lost() -> None:
    fewer = {**EXPORT, "cells": EXPORT["cells"][1:]}
    assert list(check_coverage(fewer, EXPORT)) == [
        "tf-1.4.1, dense_masking.loss_denominator: it was total, and is not_run"
    ]
