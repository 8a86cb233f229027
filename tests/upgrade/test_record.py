"""The export is believed only where nothing that is here today speaks against it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from harness.errors import UsageError
from harness.model import Matrix
from harness.publish.export import build_export
from harness.upgrade.record import Present, Record, find_staleness, read_export
from tests.publish.matrices import LOCK, SHA
from tests.publish.strategies import matrices

from .records import LOSS, RELEASES, record, small_matrix


def present(matrix: Matrix, **changed: Any) -> Present:
    usual = Present(
        releases=matrix.releases,
        questions=matrix.questions,
        scenario_hashes={question.scenario: SHA for question in matrix.questions},
        lock_hashes={release.id: LOCK for release in matrix.releases},
        runs={"run-0", "run-1"},
        timed_runs=set(),
    )
    return replace(usual, **changed)


def test_an_export_of_today_is_believed() -> None:
    matrix = small_matrix()
    assert find_staleness(build_export(matrix), present(matrix)) == ""


def test_an_export_without_its_store_is_believed() -> None:
    matrix = small_matrix()
    assert find_staleness(build_export(matrix), present(matrix, runs=set())) == ""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"runs": {"run-1", "run-2"}}, "the run run-2 is newer"),
        ({"runs": {"run-0"}}, "the run run-1 is no longer stored"),
        ({"timed_runs": {"run-7"}}, "the timings run-7 are not in it"),
        ({"releases": RELEASES[1:]}, "the catalogue holds other releases"),
        ({"questions": (LOSS,)}, "the scenarios ask other questions"),
        (
            {
                "scenario_hashes": {
                    "dense_masking": "1" * 64,
                    "mask_reaches_loss": SHA,
                    "sample_weight": SHA,
                }
            },
            "the scenario dense_masking has been edited since",
        ),
        (
            {"lock_hashes": {release.id: LOCK for release in RELEASES} | {"tf-2.10.1": "1" * 64}},
            "the lock of tf-2.10.1 has been changed since",
        ),
    ],
)
def test_what_speaks_against_an_export(changed: dict[str, Any], why: str) -> None:
    matrix = small_matrix()
    assert find_staleness(build_export(matrix), present(matrix, **changed)) == why


def test_another_version_of_the_export_is_not_read() -> None:
    matrix = small_matrix()
    export = build_export(matrix) | {"schema_version": 999}
    assert "schema version 999" in find_staleness(export, present(matrix))


@settings(deadline=None)  # the machine may be busy
@given(matrices())
def test_a_record_says_what_the_matrix_says(drawn: Matrix) -> None:
    found = read_export(build_export(drawn), drawn.releases, drawn.questions)
    assert {key: (cell.status, cell.answer) for key, cell in found.matrix.cells.items()} == {
        key: (cell.status, cell.answer) for key, cell in drawn.cells.items()
    }
    assert found.matrix.intervals == drawn.intervals


def spoil_cells(export: dict[str, Any]) -> None:
    del export["cells"][0]


def spoil_status(export: dict[str, Any]) -> None:
    export["cells"][0]["status"] = "splendid"


def spoil_intervals(export: dict[str, Any]) -> None:
    export["intervals"] = [None]


@pytest.mark.parametrize("spoil", [spoil_cells, spoil_status, spoil_intervals])
def test_an_export_that_is_not_what_it_should_be(spoil: Callable[[dict[str, Any]], None]) -> None:
    matrix = small_matrix()
    export = build_export(matrix)
    spoil(export)
    with pytest.raises(UsageError, match="not what it should be"):
        read_export(export, matrix.releases, matrix.questions)


def test_a_release_is_measured_where_something_is_known() -> None:
    nothing = {("tf-2.9.3", question.id): None for question in record().matrix.questions}
    found: Record = record(small_matrix(nothing))
    assert not found.is_measured("tf-2.9.3")
    assert found.is_measured("tf-2.10.1")
