"""Releases and scenarios that misbehave: a state with its reason for that experiment alone."""

import signal
import time

import pytest

from harness.measure import alone, matrix
from tests.faults.conftest import count
from tests.faults.place import processes_of
from tests.measure.bench import Bench, both
from tests.measure.test_launch import AROUND, THREE, TOTAL, VALID, dies

ANSWER = 'probe.observe("loss", 2.0, {"valid": 2.0})'
RAW = "probe._output.file.flush(); os.write(probe._output.file.fileno(), "


def measure(bench: Bench, code: str, *, timeout_s: float = 30.0) -> list[str]:
    """Run the code between two experiments that behave; return the faults of the scenario.

    Nobody is left over from it, no file, and its neighbours are answered.
    """
    lines = "".join(f"            {line}\n" for line in code.splitlines())
    bench.write("masking", f"{AROUND}{lines}", **THREE)
    run = bench.run(timeout_s=timeout_s)
    assert bench.said()["masking.before"] == VALID
    assert bench.said()["masking.after"] == TOTAL
    assert not list((bench.folder / "homes").iterdir())
    assert bench.journals() == []
    assert list(processes_of(bench.folder / "homes")) == []
    assert bench.run().due == []
    count("releases that misbehave")
    return run.faults


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import ctypes; ctypes.string_at(0)", "signal 11"),
        ("os.kill(os.getpid(), 9)", "signal 9"),
        ("os.kill(os.getppid(), 9); time.sleep(60)", "signal 9"),
        ("probe._output.file.close()", "exit code 1: ValueError: I/O operation on closed file"),
        ("os.closerange(3, 200)", "exit code 1: OSError: [Errno 9]"),
        ("os.close(0); os._exit(4)", "exit code 4"),
        ("sys.stdout.buffer.write(bytes(range(256)) * 99); sys.stdout.flush(); os.abort()", "sig"),
        ("print('a' * 10**7, flush=True); os.abort()", "signal 6"),
        ("bytearray(10**18)", "out of memory: MemoryError"),
        ("raise OSError(28, 'No space left on device')", "OSError: [Errno 28]"),
        ("while True: probe._output.file.write('x' * 10**6)", "more than 2 MB of results"),
        ("while True: probe._output.file.write('x' * 999 + '\\n')", "more than 2 MB of results"),
        ("while True: probe._output.file.write('\\n' * 10**6)", "more than 2 MB of results"),
        ("while True: " + ANSWER, "more than 2 MB of results"),
        ("[os.setsid() for _ in '1' if not os.fork()]; time.sleep(1); os.abort()", "signal 6"),
    ],
)
def test_a_death_is_told_with_its_reason(code: str, reason: str, bench: Bench) -> None:
    measure(bench, code)
    states = [status for status, _ in bench.said()["masking.loss"]]
    assert "crashed" in states
    assert set(states) <= {"crashed", "answered", "unexplained"}
    assert any(said.startswith(reason) for said in bench.reasons()["masking.loss"])


@pytest.mark.parametrize(
    "code",
    [
        "signal.signal(15, signal.SIG_IGN)\nwhile True: pass",
        "import ctypes; ctypes.PyDLL(None).sleep(600)",
        "while True: print('still here')",
        "time.sleep(600)",
    ],
)
def test_a_hang_of_any_kind_is_ended_by_the_time_limit(code: str, bench: Bench) -> None:
    started = time.monotonic()
    measure(bench, f"import signal\n{code}", timeout_s=3)
    assert bench.said()["masking.loss"] == both("timed_out")
    assert bench.reasons()["masking.loss"] == {"no result within 3 s"}
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "code",
    [
        f"for _ in range(500): os.write(1, b'x' * 10**6)\n{ANSWER}",
        f"os.write(2, bytes(range(256)) * 4000)\n{ANSWER}",
        f"if not probe.draw: os.close(1); os.close(2)\n{ANSWER}",
        f"if not probe.draw: os.close(0)\n{ANSWER}",
        f"if not probe.draw: os.makedirs('a/b'); open('a/b/c', 'w').close(); os.chmod('a', 0)\n{ANSWER}",
    ],
)
def test_what_harms_nobody_is_answered(code: str, bench: Bench) -> None:
    assert measure(bench, code) == []
    assert bench.said()["masking.loss"] == VALID


def test_rubbish_among_the_results_is_a_fault_of_that_scenario_alone(bench: Bench) -> None:
    (fault,) = measure(bench, f"{RAW}b'\\xff\\x00 rubbish\\n')\n{ANSWER}")
    assert fault.startswith("masking.ask: line ")
    assert "of the results is not valid" in fault
    # The answers beside it are whole, each on a line of its own.
    assert bench.said()["masking.loss"] == VALID


def test_rubbish_that_swallows_the_answers_leaves_them_unexplained(bench: Bench) -> None:
    (fault,) = measure(bench, f"{RAW}b'\\xff\\x00 rubbish')\n{ANSWER}")
    assert "of the results is not valid" in fault
    assert bench.said()["masking.loss"] == both("unexplained")
    (reason,) = bench.reasons()["masking.loss"]
    assert reason.startswith("scenario fault: line ")


def test_rubbish_that_swallows_the_end_is_not_taken_for_an_end(bench: Bench) -> None:
    """The worker says bye, and the experiment was never ended: it must not be due for ever."""
    measure(bench, f"if probe.draw: {RAW}b'\\xff\\x00 rubbish'); break\n{ANSWER}")
    assert bench.said()["masking.loss"] == [("answered", "valid"), ("crashed", None)]
    assert (
        "the worker ended without saying how this experiment had" in bench.reasons()["masking.loss"]
    )


def test_a_line_that_death_cut_off_is_no_fault(bench: Bench) -> None:
    assert measure(bench, f'{RAW}b\'{{"event": "obs\'); os.abort()') == []
    assert bench.said()["masking.loss"] == both("crashed")


HOG = "hog = []\nwhile True: hog.append(b'x' * 10**7); time.sleep(0.01)"

TIMED = f"import time\n{HOG}"


@pytest.mark.parametrize(
    "code",
    [HOG, f"subprocess.run([sys.executable, '-c', {TIMED!r}])"],
    ids=["itself", "a child"],
)
def test_memory_is_limited(code: str, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "share_memory", lambda workers, least: 400_000_000)
    measure(bench, code)
    assert bench.said()["masking.loss"] == both("crashed")
    assert bench.reasons()["masking.loss"] == {"out of memory: more than 0.4 GB in use"}


DAEMON = """\
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(os.path.join(HERE, "pid"), "a").write("{}\\n".format(os.getpid()))
        os.environ.clear()
        time.sleep(600)
    os._exit(0)
while not os.path.exists(os.path.join(HERE, "pid")): time.sleep(0.01)
"""


@pytest.mark.parametrize("then", [ANSWER, "os.abort()", "os._exit(0)", "time.sleep(600)"])
def test_a_daemon_does_not_outlive_the_worker(then: str, bench: Bench) -> None:
    measure(bench, DAEMON + then, timeout_s=3)
    pids = [int(line) for line in (bench.scenarios / "pid").read_text().split()]
    assert pids
    assert all(dies(pid) for pid in pids)


def test_many_children_do_not_outlive_the_worker(bench: Bench) -> None:
    code = "for _ in range(50):\n    if os.fork() == 0: os.setsid(); time.sleep(600)\n"
    measure(bench, code + ANSWER)
    assert bench.said()["masking.loss"] == VALID


def test_a_keeper_that_is_stopped_stops_nobody_else(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "_PATIENCE_S", 1.0)
    measure(bench, f"os.kill(os.getppid(), {signal.SIGSTOP:d})\n{ANSWER}")
    assert bench.said()["masking.loss"] == VALID
