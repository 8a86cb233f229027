"""What is due: all whose answer is not stored for this very setting, and nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.collect import absent_observations
from harness.measure.plan import (
    DRAWS,
    Measurement,
    divide_last,
    plan_measurements,
    stored_keys,
)
from harness.model import Observation, Status
from harness.questions import Scenario
from harness.releases.builds import Build
from tests.builders import LOCK, MACHINE, NOON, SHA, WORKER
from tests.publish.matrices import question, release

RELEASE = replace(release("tf-2.10.1"), python="3.8")
SCENARIOS = (
    Scenario(
        name="masking",
        file=Path("masking.py"),
        sha256=SHA,
        questions=(
            question("masking.loss", experiment="second"),
            question("masking.mask", experiment="first"),
            question("masking.gradient", experiment="second"),
        ),
    ),
    Scenario(
        name="weights", file=Path("weights.py"), sha256=SHA, questions=(question("weights.loss"),)
    ),
)
ABSENT = Build(
    release=RELEASE.id, lock_sha256=LOCK, absent=Status.NOT_INSTALLABLE, reason="why not"
)


def plan(stored: list[Observation], build: Build = ABSENT, **changed: Any) -> list[Measurement]:
    setting = {"run_id": "run-2", "machine": MACHINE, "worker_sha256": WORKER, **changed}
    return plan_measurements([(RELEASE, build)], SCENARIOS, stored_keys(stored), **setting)


def measured() -> list[Observation]:
    """Return what storing the whole plan leaves behind."""
    (due,) = plan([])
    collected = absent_observations(due.provenance, due.tasks, DRAWS, due.build, NOON)
    return list(collected.observations)


def asked(measurement: Measurement) -> list[str]:
    return [f"{task.scenario}.{task.experiment}" for task in measurement.tasks]


def test_each_experiment_is_one_task_with_all_of_its_questions() -> None:
    (due,) = plan([])
    assert asked(due) == ["masking.second", "masking.first", "weights.ask"]
    assert [asked.id for asked in due.tasks[0].questions] == ["masking.loss", "masking.gradient"]


def test_what_is_stored_is_not_due() -> None:
    assert plan(measured()) == []


@pytest.mark.parametrize("missing", range(8))
def test_an_experiment_of_which_one_draw_is_missing_is_due(missing: int) -> None:
    stored = measured()
    gone = stored.pop(missing)
    (due,) = plan(stored)
    experiments = {"masking.mask": "masking.first", "weights.loss": "weights.ask"}
    assert asked(due) == [experiments.get(gone.question, "masking.second")]


@pytest.mark.parametrize("changed", [{"machine": "another"}, {"worker_sha256": "b" * 64}])
def test_another_machine_or_worker_is_measured_anew(changed: dict[str, Any]) -> None:
    (due,) = plan(measured(), **changed)
    assert len(due.tasks) == 3


def test_another_lock_is_measured_anew() -> None:
    (due,) = plan(measured(), replace(ABSENT, lock_sha256="e" * 64))
    assert len(due.tasks) == 3


@pytest.mark.parametrize("line", ["version_info = 3.8.19", "version = 3.8.19.final.0"])
def test_another_patch_of_the_interpreter_is_measured_anew(line: str, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyvenv.cfg").write_text(f"home = /usr/bin\n{line}\n")
    build = replace(ABSENT, absent=None, python=tmp_path / "bin" / "python")
    (due,) = plan(measured(), build)
    assert due.provenance.python == "3.8.19"
    stored = [replace(o, provenance=due.provenance) for o in measured()]
    assert plan(stored, build) == []


def test_only_a_changed_scenario_is_measured_anew() -> None:
    stored = [
        replace(o, scenario_sha256="1" * 64) if o.scenario == "weights" else o for o in measured()
    ]
    (due,) = plan(stored)
    assert asked(due) == ["weights.ask"]


def test_another_release_is_due_beside_one_that_is_done() -> None:
    other = replace(RELEASE, id="tf-2.11.1")
    builds = [(RELEASE, ABSENT), (other, replace(ABSENT, release=other.id))]
    (due,) = plan_measurements(
        builds,
        SCENARIOS,
        stored_keys(measured()),
        run_id="run-2",
        machine=MACHINE,
        worker_sha256=WORKER,
    )
    assert due.release is other
    assert due.provenance.release == "tf-2.11.1"


@given(releases=st.integers(0, 9), workers=st.integers(1, 6))
def test_no_worker_idles_while_whole_releases_are_left(releases: int, workers: int) -> None:
    """Every experiment stays due once; the parts at the end fill the workers evenly."""
    (due,) = plan([])
    divided = divide_last([due] * releases, workers)
    assert sum(len(part.tasks) for part in divided) == releases * len(due.tasks)
    last = releases % workers
    parts = min(len(due.tasks), workers // last) if last else 1
    assert len(divided) == releases - last + last * parts


def test_parts_of_a_release_are_runs_of_their_own() -> None:
    (due,) = plan([])
    first, second = divide_last([due], 2)
    assert asked(first) == ["masking.second", "weights.ask"]
    assert asked(second) == ["masking.first"]
    assert [part.provenance.run_id for part in (first, second)] == ["run-2.1", "run-2.2"]
    assert divide_last([due], 1) == [due]
