"""Workers that die, hang and leave things behind: one experiment is lost, the others are not."""

import subprocess
import sys
import time
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from harness.measure.alone import worker_environment
from harness.measure.journal import new_journal
from harness.measure.launch import Launch, run_workers
from harness.measure.protocol import parse_events, plan_event
from harness.releases.lock import find_uv
from tests.builders import declared
from tests.measure.bench import Bench, both

THREE = {
    "before": declared(experiment="before"),
    "loss": declared(experiment="ask"),
    "after": declared(experiment="after"),
}
AROUND = """
    import os, subprocess, sys, threading, time
    HERE = os.path.dirname(__file__)

    def before(probe):
        for rng in probe.draws():
            probe.observe("before", 2.0, {"valid": 2.0})

    def after(probe):
        for rng in probe.draws():
            probe.observe("after", 1.0, {"total": 1.0})

    def ask(probe):
        for rng in probe.draws():
"""
VALID, TOTAL = both("answered", "valid"), both("answered", "total")


def alive(pid: int) -> bool:
    """Say whether a process runs; one that is dead and not yet reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def dies(pid: int) -> bool:
    """Wait for a process that was killed: the kernel takes a moment."""
    for _ in range(200):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("os.abort()", "signal 6"),
        ("os._exit(0)", "exit code 0"),
        ("os._exit(3)", "exit code 3"),
        (
            'probe._output.file.write(\'{"event": "obs\'); probe._output.file.flush(); os.abort()',
            "signal 6",
        ),
        ("raise KeyboardInterrupt", "signal 2"),
    ],
)
def test_a_crash_is_laid_at_its_experiment_and_the_others_are_answered(
    code: str, reason: str, bench: Bench
) -> None:
    bench.write("masking", f"{AROUND}            {code}\n", **THREE)
    run = bench.run()
    assert bench.said() == {
        "masking.before": VALID,
        "masking.loss": both("crashed"),
        "masking.after": TOTAL,
    }
    (said,) = bench.reasons()["masking.loss"]
    assert said.startswith(reason)
    assert run.faults == []
    assert [e["task"] for e in run.events if e["event"] == "death"] == [1]
    # The second worker began where the first one died.
    assert [e["task"] for e in run.events if e["event"] == "start"] == [0, 1, 2]


def test_a_worker_that_somebody_killed_is_asked_once_more(bench: Bench) -> None:
    code = """\
            probe.observe("loss", 2.0, {"valid": 2.0})
            killed = os.path.join(HERE, "killed")
            if probe.draw and not os.path.exists(killed):
                open(killed, "w").close()
                os.kill(os.getpid(), 9)
"""
    bench.write("masking", AROUND + code, **THREE)
    run = bench.run()
    assert bench.said() == {"masking.before": VALID, "masking.loss": VALID, "masking.after": TOTAL}
    assert run.faults == []
    assert [e["task"] for e in run.events if e["event"] == "killed"] == [1]
    assert [e["task"] for e in run.events if e["event"] == "start"] == [0, 1, 1, 2]


def test_one_that_is_killed_again_has_crashed_there(bench: Bench) -> None:
    bench.write("masking", f"{AROUND}            os.kill(os.getpid(), 9)\n", **THREE)
    run = bench.run()
    assert bench.said() == {
        "masking.before": VALID,
        "masking.loss": both("crashed"),
        "masking.after": TOTAL,
    }
    assert bench.reasons()["masking.loss"] == {"signal 9 (Killed)"}
    told = [(e["event"], e["task"]) for e in run.events if e["event"] in {"killed", "death"}]
    assert told == [("killed", 1), ("death", 1)]


def test_a_hang_is_ended_by_the_time_limit_with_what_it_had_reported(bench: Bench) -> None:
    code = """\
            time.sleep(600 * probe.draw)
            probe.observe("loss", 2.0, {"valid": 2.0})
"""
    bench.write("masking", AROUND + code, **THREE)
    bench.run(timeout_s=8)
    assert bench.said() == {
        "masking.before": VALID,
        "masking.loss": [("answered", "valid"), ("timed_out", None)],
        "masking.after": TOTAL,
    }
    assert bench.reasons()["masking.loss"] == {"", "no result within 8 s"}


CHILD = """\
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            with open(os.path.join(HERE, "pids"), "a") as file:
                file.write("{}\\n".format(child.pid))
"""


@pytest.mark.parametrize("then", ['probe.observe("loss", 2.0, {"valid": 2.0})', "os.abort()"])
def test_children_of_a_scenario_do_not_outlive_the_worker(then: str, bench: Bench) -> None:
    bench.write("masking", f"{AROUND}{CHILD}            {then}\n", **THREE)
    bench.run()
    assert bench.said()["masking.after"] == TOTAL
    pids = [int(line) for line in (bench.scenarios / "pids").read_text().split()]
    assert pids
    assert [dies(pid) for pid in pids] == [True] * len(pids)


def test_a_thread_that_is_left_behind_does_not_keep_the_worker(bench: Bench) -> None:
    """Once the worker has said bye it is over, whatever a release does on its way out."""
    code = """\
            def linger():
                time.sleep(5)
                open(os.path.join(HERE, "lingered"), "w").close()
            threading.Thread(target=linger).start()
            probe.observe("loss", 2.0, {"valid": 2.0})
"""
    bench.write("masking", AROUND + code, **THREE)
    bench.run()
    assert bench.said()["masking.loss"] == VALID
    assert not (bench.scenarios / "lingered").exists()


def test_a_release_that_does_not_import_is_crashed_throughout(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    command = [find_uv(), "venv", "--quiet", "--python", sys.executable, str(folder)]
    subprocess.run(command, check=True)
    bench = Bench(python=folder / "bin" / "python", folder=tmp_path)
    bench.write("masking", f"{AROUND}            pass\n", **THREE)
    run = bench.run()
    assert set(map(tuple, bench.said().values())) == {tuple(both("crashed"))}
    for (reason,) in bench.reasons().values():
        assert reason == "exit code 1: ModuleNotFoundError: No module named 'tensorflow'"
    assert [e["event"] for e in run.events] == ["death"]
    assert bench.run().due == []


def test_the_environment_is_an_allow_list() -> None:
    outer = {
        "PATH": "/bin",
        "LANG": "C.UTF-8",
        "KERAS_BACKEND": "jax",
        "TF_USE_LEGACY_KERAS": "1",
        "PYTHONPATH": "/elsewhere",
        "HOME": "/home/somebody",
        "TOKEN": "secret",
    }
    inner = worker_environment(outer, "/private")
    assert (inner["PATH"], inner["LANG"]) == ("/bin", "C.UTF-8")
    assert inner.keys().isdisjoint({"KERAS_BACKEND", "TF_USE_LEGACY_KERAS", "PYTHONPATH", "TOKEN"})
    assert {inner["HOME"], inner["KERAS_HOME"], inner["TMPDIR"]} == {"/private"}


def test_the_worker_has_a_home_of_its_own_that_goes_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    code = """\
            home = os.path.expanduser("~")
            assert "KERAS_BACKEND" not in os.environ and os.getcwd() == home
            assert sys.stdin.fileno() == 0 and not sys.stdout.isatty()
            open(os.path.join(home, "left"), "w").close()
            probe.observe("loss", 2.0, {"valid": 2.0}, note=home)
"""
    bench.write("masking", AROUND + code, **THREE)
    bench.run()
    assert bench.said()["masking.loss"] == VALID
    (home,) = bench.reasons()["masking.loss"]
    assert home != str(Path.home())
    assert not Path(home).exists()


def test_a_stop_ends_the_worker_and_leaves_the_rest_open(bench: Bench) -> None:
    bench.write("masking", AROUND + CHILD + "            time.sleep(600)\n", **THREE)
    from tests.measure.test_matrix import planned

    measurement = planned(bench)
    plan = plan_event(measurement.provenance, measurement.tasks, 2)
    stop = Flag()
    with new_journal(bench.settings.journals, "one", plan) as journal:
        launch = Launch(
            python=bench.python,
            api="tf.keras",
            journal=journal,
            tasks=measurement.tasks,
            draws=2,
            timeout_s=60,
            memory_bytes=10**10,
        )
        thread = Thread(target=run_workers, args=(launch, stop, lambda event: None))
        thread.start()
        pids = bench.scenarios / "pids"
        while not (pids.exists() and pids.read_text().endswith("\n")):
            assert thread.is_alive()
            time.sleep(0.05)
        stop.set()
        thread.join()
    assert dies(int(pids.read_text()))
    # Nothing is said of the experiment that was stopped: it is still to be measured.
    events = parse_events(journal.read_bytes())
    assert [e["event"] for e in events if e.get("task") == 1] == ["start"]
    assert "death" not in {e["event"] for e in events}
