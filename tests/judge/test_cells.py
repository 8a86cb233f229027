"""Which observations count, and when they contradict each other."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from harness.judge.cells import build_cell, build_matrix
from harness.model import Cell, Matrix, Observation, Status
from tests.builders import LOCK, NOON, SHA, observation
from tests.publish.matrices import question, release

RELEASE, QUESTION = "tf-2.10.1", "masking.loss"
LATER = NOON + timedelta(hours=1)
HERE, THERE = "linux-x86_64-2cpu-aaaaaaaa", "linux-x86_64-8cpu-bbbbbbbb"


def draws(*answers: str | None, **changed: object) -> list[Observation]:
    """Return one run's observation for each answer, draw by draw."""
    return [observation(answer, draw=draw, **changed) for draw, answer in enumerate(answers)]


def cell(observations: Sequence[Observation]) -> Cell:
    return build_cell(RELEASE, QUESTION, observations)


def matrix(observations: Sequence[Observation]) -> Matrix:
    return build_matrix(
        [release(RELEASE)],
        [question(QUESTION)],
        observations,
        scenario_hashes={"masking": SHA},
        lock_hashes={RELEASE: LOCK},
    )


def test_draws_that_agree_are_an_answer_with_all_of_them_as_evidence() -> None:
    said = draws("valid", "valid")
    answered = cell(said)
    assert (answered.status, answered.answer) == (Status.ANSWERED, "valid")
    assert answered.evidence == tuple(said)


def test_draws_that_disagree_are_contradictory_with_both_named() -> None:
    contradictory = cell(draws("valid", "total"))
    assert (contradictory.status, contradictory.answer) == (Status.CONTRADICTORY, None)
    assert contradictory.reason == "draw 0: valid; draw 1: total"


def test_a_draw_that_crashed_contradicts_one_that_answered() -> None:
    said = [*draws("valid"), observation(None, draw=1, status=Status.CRASHED)]
    assert cell(said).reason == "draw 0: valid; draw 1: crashed"


def test_a_single_draw_is_no_answer() -> None:
    alone = cell(draws("valid"))
    assert (alone.status, alone.answer) == (Status.UNEXPLAINED, None)
    assert "one draw only" in alone.reason


def test_machines_that_disagree_are_contradictory_with_both_named() -> None:
    said = draws("valid", "valid", machine=HERE) + draws("total", "total", machine=THERE)
    contradictory = cell(said)
    assert contradictory.status is Status.CONTRADICTORY
    assert contradictory.reason == f"{HERE}: valid; {THERE}: total"
    assert len(contradictory.evidence) == 4


def test_machines_that_agree_are_an_answer() -> None:
    said = draws("valid", "valid", machine=HERE) + draws("valid", "valid", machine=THERE)
    assert cell(said).answer == "valid"


@pytest.mark.parametrize("status", [Status.NO_INTERPRETER, Status.NOT_INSTALLABLE])
def test_a_machine_without_the_release_never_contradicts_one_that_measured(
    status: Status,
) -> None:
    absent = draws(None, None, machine=HERE, status=status, recorded_at=LATER)
    assert cell(draws("valid", "valid", machine=THERE) + absent).answer == "valid"
    # Not even the same machine, later.
    assert cell(draws("valid", "valid", machine=HERE) + absent).answer == "valid"
    assert cell(absent).status is status


@pytest.mark.parametrize("changed", ["worker_sha256", "python", "lock_sha256", "scenario_sha256"])
def test_the_newest_run_of_a_machine_wins_whatever_the_order(changed: str) -> None:
    old = draws("total", "total", run_id="run-9", **{changed: "another"})
    new = draws("valid", "valid", run_id="run-2", recorded_at=LATER)
    for said in (old + new, new + old):
        assert cell(said).answer == "valid"
        assert {o.provenance.run_id for o in cell(said).evidence} == {"run-2"}


def test_runs_of_one_setting_that_disagree_are_contradictory_with_both_named() -> None:
    said = draws("total", "total", run_id="run-9")
    said += draws("valid", "valid", run_id="run-2", recorded_at=LATER)
    for order in (said, said[::-1]):
        contradictory = cell(order)
        assert (contradictory.status, contradictory.answer) == (Status.CONTRADICTORY, None)
        assert contradictory.reason == "run run-9: total; run run-2: valid"
        assert len(contradictory.evidence) == 4


def test_an_earlier_run_that_agrees_or_knows_nothing_contradicts_nothing() -> None:
    new = draws("valid", "valid", run_id="run-2", recorded_at=LATER)
    for old in (
        draws("valid", "valid"),
        draws(None, None, status=Status.TIMED_OUT),
        draws(None, None, status=Status.CRASHED),
    ):
        assert cell(old + new).answer == "valid"
        assert {o.provenance.run_id for o in cell(old + new).evidence} == {"run-2"}


def test_a_newest_run_of_one_draw_is_not_completed_by_an_older_one() -> None:
    new = draws("valid", run_id="run-2", recorded_at=LATER)
    assert cell(draws("valid", "valid") + new).status is Status.UNEXPLAINED


def test_the_reason_of_every_draw_is_told_once() -> None:
    said = draws(None, None, status=Status.RAISED, reason="ValueError: no")
    assert (cell(said).status, cell(said).reason) == (Status.RAISED, "ValueError: no")


def test_nothing_observed_is_not_run() -> None:
    assert cell([]).status is Status.NOT_RUN
    assert matrix([]).cells[RELEASE, QUESTION].status is Status.NOT_RUN


@pytest.mark.parametrize("stale", [{"scenario_sha256": "1" * 64}, {"lock_sha256": "1" * 64}])
def test_what_was_measured_of_another_scenario_or_lock_never_counts(
    stale: dict[str, str],
) -> None:
    old = draws("total", "total", recorded_at=LATER, run_id="run-old", **stale)
    assert matrix(old).cells[RELEASE, QUESTION].status is Status.NOT_RUN
    assert matrix(old).run_ids == ()
    both = matrix(old + draws("valid", "valid"))
    assert both.cells[RELEASE, QUESTION].answer == "valid"
    assert both.run_ids == ("run-1",)


def test_a_release_or_scenario_that_is_gone_is_passed_over() -> None:
    said = draws("valid", "valid", release="tf-0.1") + draws("valid", "valid", scenario="gone")
    assert matrix(said).cells.keys() == {(RELEASE, QUESTION)}
    assert matrix(said).cells[RELEASE, QUESTION].status is Status.NOT_RUN


def test_a_matrix_names_the_runs_and_machines_that_it_rests_on() -> None:
    said = draws("valid", "valid", machine=THERE, run_id="run-2")
    said += draws("valid", "valid", machine=HERE, run_id="run-1")
    assert matrix(said).run_ids == ("run-1", "run-2")
    assert matrix(said).machines == (HERE, THERE)
