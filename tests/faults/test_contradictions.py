"""What is random says so: neither the draw, nor the run, nor the scenario that came first wins."""

from dataclasses import replace
from datetime import timedelta

from harness.judge.cells import build_matrix
from harness.model import Cell, Matrix, Status
from harness.publish.markdown import render_markdown
from harness.publish.report import pivot_grids
from harness.publish.text import render_text
from harness.questions import load_scenarios
from harness.store import read_observations, write_observations
from tests.builders import LOCK
from tests.measure.bench import RELEASE, Bench

QUESTION = "masking.loss"
SAYS = """
    import os

    def ask(probe):
        for rng in probe.draws():
            total = {}
            said = 1.0 if total else 2.0
            probe.observe("loss", said, {{"valid": 2.0, "total": 1.0}})
"""
ALTERNATES = 'os.path.exists(os.path.join(os.path.dirname(__file__), "again"))'


def cell(bench: Bench) -> Cell:
    matrix = judged(bench)
    return matrix.cells[RELEASE.id, QUESTION]


def judged(bench: Bench) -> Matrix:
    scenarios = load_scenarios(bench.scenarios)
    return build_matrix(
        [RELEASE],
        [question for scenario in scenarios for question in scenario.questions],
        bench.stored(),
        scenario_hashes={scenario.name: scenario.sha256 for scenario in scenarios},
        lock_hashes={RELEASE.id: LOCK},
    )


def test_draws_that_differ_are_contradictory_with_both_answers(bench: Bench) -> None:
    bench.write("masking", SAYS.format("probe.draw == 1"))
    bench.run()
    said = cell(bench)
    assert (said.status, said.reason) == (Status.CONTRADICTORY, "draw 0: valid; draw 1: total")
    matrix = judged(bench)
    for page in (render_text(matrix), render_markdown(matrix, pivot_grids(matrix))):
        assert "draw 0: valid; draw 1: total" in page


def test_runs_that_differ_are_contradictory_with_both_answers(bench: Bench) -> None:
    bench.write("masking", SAYS.format(ALTERNATES))
    bench.run()
    assert cell(bench).answer == "valid"
    (bench.scenarios / "again").touch()
    bench.run(again=True)
    first, second = dict.fromkeys(seen.provenance.run_id for seen in bench.stored())
    assert {seen.answer for seen in bench.stored()} == {"valid", "total"}
    said = cell(bench)
    assert said.status is Status.CONTRADICTORY
    assert said.reason in {
        f"run {first}: valid; run {second}: total",
        f"run {second}: valid; run {first}: total",
    }
    assert said.reason in render_text(judged(bench)).replace("\n    ", " ")


def test_answers_of_another_scenario_are_never_mixed_in(bench: Bench) -> None:
    bench.write("masking", SAYS.format("False"))
    bench.run()
    bench.write("masking", SAYS.format("True"))
    assert cell(bench).status is Status.NOT_RUN
    bench.run()
    said = cell(bench)
    assert (said.status, said.answer) == (Status.ANSWERED, "total")
    assert len({seen.scenario_sha256 for seen in bench.stored()}) == 2
    assert len({seen.scenario_sha256 for seen in said.evidence}) == 1
    # And back again: the first answers stand for the first scenario, unmeasured.
    bench.write("masking", SAYS.format("False"))
    assert bench.run().due == []
    assert cell(bench).answer == "valid"


def test_a_clock_that_was_ahead_once_does_not_have_the_last_word_for_ever(bench: Bench) -> None:
    bench.write("masking", SAYS.format(ALTERNATES))
    bench.run()
    folder = bench.settings.observations
    (file,) = folder.glob("*.parquet")
    ahead = [
        (seen, seen.recorded_at + timedelta(days=20_000)) for seen in read_observations(folder)
    ]
    file.unlink()
    # Of another worker: it is not the same setting, so that the newest alone counts.
    old = [
        replace(
            seen,
            recorded_at=when,
            provenance=replace(seen.provenance, worker_sha256="another"),
        )
        for seen, when in ahead
    ]
    write_observations(folder, old)
    (bench.scenarios / "again").touch()
    bench.run(again=True)
    assert cell(bench).answer == "total"
    times = {seen.answer: seen.recorded_at for seen in bench.stored()}
    assert times["total"] > times["valid"]


def test_two_draws_of_a_run_are_recorded_at_one_time(bench: Bench) -> None:
    bench.write("masking", SAYS.format("False"))
    bench.run()
    assert len({seen.recorded_at for seen in bench.stored()}) == 1
