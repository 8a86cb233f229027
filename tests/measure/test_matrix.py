"""A whole run: what is stored, what is never measured twice, and what a killed run leaves."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.measure import matrix
from harness.measure.journal import new_journal
from harness.measure.plan import Measurement
from harness.measure.protocol import plan_event
from harness.model import Status
from harness.questions import load_scenarios
from harness.releases.builds import Build
from tests.builders import LOCK, declared
from tests.measure.bench import RELEASE, SAYS_VALID, Bench, both

ROOT = Path(__file__).parent.parent.parent
VALID = both("answered", "valid")
END = '{"event": "end", "task": 0, "duration_s": 1.0}'


def planned(bench: Bench) -> Measurement:
    """Return the one measurement that is due."""
    build = Build(release=RELEASE.id, lock_sha256=LOCK, python=bench.python)
    (due,) = matrix.plan_run(bench.settings, [(RELEASE, build)], load_scenarios(bench.scenarios))
    return due


def leave_journal(bench: Bench, text: str) -> Path:
    """Write what a run that was killed would have left: its plan, then ``text``."""
    due = planned(bench)
    plan = plan_event(due.provenance, due.tasks, 2)
    name = f"{due.provenance.release}--{due.provenance.run_id}"
    with new_journal(bench.settings.journals, name, plan) as journal, journal.open("a") as file:
        file.write(text)
    return journal


def saying(number: float, draw: int) -> str:
    event = {"event": "observation", "task": 0, "draw": draw, "question": "loss"}
    said = {"observed": number, "hypotheses": {"valid": 2.0, "total": 1.0}, "note": ""}
    return json.dumps({**event, **said})


ANSWERED = "\n".join(['{"event": "start", "task": 0}', saying(2.0, 0), saying(2.0, 1), END]) + "\n"


def test_a_second_run_measures_nothing_and_again_measures_anew(bench: Bench) -> None:
    bench.write("masking")
    first = bench.run()
    assert bench.said() == {"masking.loss": VALID}
    assert (bench.run().due, bench.run().events) == ([], [])
    assert len(bench.stored()) == 2
    assert len(bench.run(again=True).due) == 1
    assert len(bench.stored()) == 4
    assert len({o.provenance.run_id for o in bench.stored()}) == 2
    assert "everything is measured" in matrix.announce(bench.settings, [], 1)
    assert "1 of 1 releases to measure" in matrix.announce(bench.settings, first.due, 1)


def test_two_workers_share_the_experiments_of_a_release_that_is_alone(bench: Bench) -> None:
    shared = replace(bench, workers=2)
    for name in ("masking", "reductions", "weights"):
        shared.write(name)
    run = shared.run()
    assert [[task.scenario for task in part.tasks] for part in run.due] == [
        ["masking", "weights"],
        ["reductions"],
    ]
    assert shared.said() == dict.fromkeys(
        ("masking.loss", "reductions.loss", "weights.loss"), VALID
    )
    assert "1 of 1 releases to measure, 3 experiments" in matrix.announce(
        shared.settings, run.due, 1
    )
    assert shared.run().due == []


def test_a_changed_scenario_is_measured_again_and_its_neighbour_is_not(bench: Bench) -> None:
    file = bench.write("masking")
    bench.write("weights")
    bench.run()
    file.write_text(file.read_text() + "# another line\n")
    (due,) = bench.run().due
    assert [task.scenario for task in due.tasks] == ["masking"]
    hashes = {o.scenario_sha256 for o in bench.stored() if o.scenario == "masking"}
    assert len(hashes) == 2
    assert bench.run().due == []


def test_a_failed_control_is_stored_as_unexplained(bench: Bench) -> None:
    code = SAYS_VALID + '            probe.control("total")("loss", 2.0, {"valid": 2.0})\n'
    bench.write("masking", code)
    bench.run()
    assert bench.said() == {"masking.loss": both("unexplained")}
    assert bench.reasons() == {
        "masking.loss": {"the positive control had to say total, but: valid"}
    }


@pytest.mark.parametrize("absent", [Status.NO_INTERPRETER, Status.NOT_INSTALLABLE])
def test_a_release_without_environment_is_stored_beside_one_that_is_measured(
    absent: Status, bench: Bench
) -> None:
    here = Build(release=RELEASE.id, lock_sha256=LOCK, python=bench.python)
    gone = Build(release="tf-0.1.0", lock_sha256=LOCK, absent=absent, reason="why not")
    bench = Bench(python=bench.python, folder=bench.folder, builds=[gone, here])
    bench.write("masking")
    bench.run()
    said = {(o.provenance.release, o.status, o.reason) for o in bench.stored()}
    assert said == {("tf-0.1.0", absent, "why not"), (RELEASE.id, Status.ANSWERED, "")}
    assert bench.run().due == []


def test_a_text_that_is_no_unicode_is_stored(bench: Bench) -> None:
    """Such as a file name in an exception: os.fsdecode makes lone surrogates of its bytes."""
    bench.write(
        "masking", "\ndef ask(probe):\n    raise ValueError('caf\\udce9 \\x00 \\x1b[31m')\n"
    )
    bench.write("weights")
    bench.run()
    assert bench.said() == {"masking.loss": both("raised"), "weights.loss": VALID}
    (reason,) = bench.reasons()["masking.loss"]
    assert reason.startswith("ValueError: caf")
    assert bench.journals() == []


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        pytest.param(ANSWERED, VALID, id="whole"),
        pytest.param(ANSWERED + '{"event": "sta', VALID, id="cut off at the end"),
        pytest.param(ANSWERED + "\0" * 100, VALID, id="zeros at the end"),
        pytest.param(ANSWERED.replace(END + "\n", ""), [], id="not ended"),
        pytest.param("", [], id="not started"),
    ],
)
def test_a_journal_that_was_left_behind_is_stored_once(
    journal: str, expected: list[tuple[str, str]], bench: Bench
) -> None:
    bench.write("masking")
    file = leave_journal(bench, journal)
    text = file.read_bytes()
    matrix.recover(bench.settings)
    assert bench.said().get("masking.loss", []) == expected
    assert bench.journals() == []
    # Killed between storing and discarding, the journal is there again.
    file.write_bytes(text)
    matrix.recover(bench.settings)
    assert bench.said().get("masking.loss", []) == expected
    assert bench.journals() == []
    assert len(bench.run().due) == (0 if expected else 1)
    assert bench.said() == {"masking.loss": VALID}


def test_garbage_in_the_middle_is_a_fault_and_what_is_whole_counts(bench: Bench) -> None:
    bench.write("masking")
    leave_journal(bench, ANSWERED.replace(saying(2.0, 1), "\xff garbage"))
    (collected,) = matrix.recover(bench.settings)
    assert bench.said() == {"masking.loss": [("answered", "valid"), ("unexplained", None)]}
    (fault,) = collected.faults
    assert "masking.ask: line 4 of the results is not valid" in fault


@pytest.mark.parametrize("first", ["garbage\n", '{"event": "bye"}\n', '{"event": "plan", "draws'])
def test_a_journal_that_is_none_is_named(first: str, bench: Bench) -> None:
    bench.write("masking")
    file = leave_journal(bench, "")
    file.write_text(first + "\n")
    with pytest.raises(UsageError) as caught:
        matrix.recover(bench.settings)
    assert file.name in str(caught.value)
    assert file.exists()


CONTROLLER = """
import sys
from pathlib import Path
from tests.measure.bench import Bench
Bench(python=Path(sys.argv[1]), folder=Path(sys.argv[2])).run()
"""
BLOCKS_ONCE = """
    import os, time

    def quick(probe):
        for rng in probe.draws():
            probe.observe("quick", 2.0, {"valid": 2.0})

    def ask(probe):
        started = os.path.join(os.path.dirname(__file__), "started")
        again = os.path.exists(started)
        with open(started, "w") as file:
            file.write(str(os.getpid()))
        for rng in probe.draws():
            probe.observe("loss", 2.0, {"valid": 2.0})
            time.sleep(0 if again else 600)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_controller_that_is_killed_loses_nothing_that_was_finished(
    ending: signal.Signals, bench: Bench
) -> None:
    bench.write("masking", BLOCKS_ONCE, quick=declared(experiment="quick"), loss=declared())
    command = [sys.executable, "-c", CONTROLLER, str(bench.python), str(bench.folder)]
    started = bench.scenarios / "started"
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as controller:
        while not (started.exists() and started.read_text()):
            assert controller.poll() is None
            time.sleep(0.05)
        os.kill(controller.pid, ending)
    run = bench.run()
    (due,) = run.due
    assert [task.experiment for task in due.tasks] == ["ask"]
    assert bench.said() == {"masking.quick": VALID, "masking.loss": VALID}
    runs = {(o.question, o.provenance.run_id) for o in bench.stored()}
    assert len({run_id for _, run_id in runs}) == len(runs) == 2
    assert bench.journals() == []
    assert bench.run().due == []
