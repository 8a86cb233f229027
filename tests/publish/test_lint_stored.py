"""A cell says only what was stored of that very release, scenario and lock."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from harness.model import Matrix, Observation, Status
from harness.publish.export import build_export
from harness.publish.lint_stored import check_stored

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

LOSS = question("dense_masking.loss_denominator")
CELL = ("tf-2.10.1", LOSS.id)


def evidence(drawn: Matrix) -> list[Observation]:
    return [seen for cell in drawn.cells.values() for seen in cell.evidence]


@settings(deadline=None)
@given(matrices())
def test_what_the_judge_makes_is_stored(drawn: Matrix) -> None:
    assert list(check_stored(build_export(drawn), evidence(drawn))) == []


@settings(deadline=None)
@given(matrices())
def test_without_the_store_no_cell_that_was_measured_holds(drawn: Matrix) -> None:
    measured = [cell for cell in drawn.cells.values() if cell.status is not Status.NOT_RUN]
    assert len(list(check_stored(build_export(drawn), []))) == len(measured)


def of_another_release(seen: Observation) -> Observation:
    return replace(seen, provenance=replace(seen.provenance, release="tf-2.9.3"))


def of_another_lock(seen: Observation) -> Observation:
    return replace(seen, provenance=replace(seen.provenance, lock_sha256="1" * 64))


NOTHING = "nothing is stored of this scenario in this release from this lock"
CHANGES: dict[str, tuple[Callable[[Observation], Observation], str]] = {
    "another release": (of_another_release, NOTHING),
    "another lock": (of_another_lock, NOTHING),
    "another scenario": (lambda seen: replace(seen, scenario_sha256="1" * 64), NOTHING),
    "another question": (lambda seen: replace(seen, question="dense_masking.other"), NOTHING),
    "another number": (
        lambda seen: replace(seen, observed=0.61),
        "0.6 is not what was observed there",
    ),
    "another hypothesis": (
        lambda seen: replace(seen, hypotheses={"total": 0.6, "valid": 1.1}),
        "0.6 is not what was observed there",
    ),
    "another answer": (
        lambda seen: replace(seen, answer="valid"),
        "it is total, and stored is valid",
    ),
    "another state": (
        lambda seen: replace(seen, status=Status.UNEXPLAINED, answer=None),
        "it is total, and stored is unexplained",
    ),
}


@pytest.mark.parametrize(("change", "wrong"), CHANGES.values(), ids=CHANGES)
def test_an_answer_that_was_not_given_is_found(
    change: Callable[[Observation], Observation], wrong: str
) -> None:
    drawn = example()
    stored = [
        change(seen) if (seen.provenance.release, seen.question) == CELL else seen
        for seen in evidence(drawn)
    ]
    found = list(check_stored(build_export(drawn), stored))
    assert set(found) == {f"{', '.join(CELL)}: {wrong}"}


def test_numbers_that_are_not_finite_are_themselves() -> None:
    words = Said(status=Status.UNEXPLAINED, observed=math.nan, hypotheses={"valid": -math.inf})
    drawn = matrix([release("tf-1")], [LOSS], {("tf-1", LOSS.id): words})
    assert list(check_stored(build_export(drawn), evidence(drawn))) == []
