"""The timer under every interpreter that is here, by its protocol; nothing of it depends on time."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from harness.measure.alone import worker_environment
from harness.measure.launch import WORKER
from tests.measure.test_worker import VERSIONS

TIMER = WORKER.with_name("timer.py")
SIDE_BY_SIDE = sorted(WORKER.parent.glob("*.py"))
RAW, LOSS, EVALUATE, TRAIN = KERNELS = (
    "reduction_raw",
    "reduction_loss_object",
    "evaluate_step",
    "train_step",
)


def case(kernel: str, mode: str = "graph") -> dict[str, Any]:
    return {"kernel": kernel, "mode": mode, "batch": 3, "timesteps": 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A running timer: what it is told, and what it answers."""

    process: subprocess.Popen[bytes]
    replies: TextIO

    def hear(self) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.replies.readline())
        return reply

    def tell(self, command: str, **arguments: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"command": command, **arguments}).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, command: str, **arguments: object) -> dict[str, Any]:
        self.tell(command, **arguments)
        return self.hear()

    def hang_up(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()


@contextmanager
def talk(
    python: Path, folder: Path, cases: Sequence[dict[str, Any]], breaks: str = ""
) -> Iterator[Talk]:
    """Start a timer with the stand-in, which does badly what ``breaks`` names."""
    reading, writing = os.pipe()
    job = folder / "job.json"
    row = {"api": "tf.keras", "output": writing, "threads": 1, "cases": cases}
    job.write_text(json.dumps(row))
    process = subprocess.Popen(
        [python, TIMER, job],
        env=worker_environment(os.environ, str(folder)) | {"STANDIN": breaks},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[writing],
    )
    os.close(writing)
    with process, os.fdopen(reading, encoding="utf-8") as replies:
        try:
            yield Talk(process=process, replies=replies)
        finally:
            process.kill()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_protocol_under_every_interpreter(
    version: str, environment: Callable[[str], Path], tmp_path: Path
) -> None:
    cases = [case(kernel, mode) for kernel in KERNELS for mode in ("eager", "graph", "xla")]
    with talk(environment(version), tmp_path, cases) as timer:
        hello = timer.hear()
        assert hello["event"] == "hello"
        assert (hello["tensorflow"], hello["keras"]) == ("9.9.9", "9.9.0")
        assert hello["python"].startswith(version + ".")
        assert (hello["intra_op_threads"], hello["inter_op_threads"]) == (1, 1)
        assert hello["onednn"] is None
        assert hello["threads"] >= 2
        assert hello["keeps_memory"]
        for number, row in enumerate(cases):
            ready = timer.ask("prepare", case=number)
            assert ready["case"] == number
            if row["mode"] == "xla" and row["kernel"] in {EVALUATE, TRAIN}:
                assert (ready["event"], ready["status"]) == ("failure", "not_applicable")
                assert ready["reason"] == "Model.compile(jit_compile=)"
                continue
            assert ready["event"] == "ready"
            assert ready["denominator"] == "valid"
            assert ready["mask"] == {RAW: "operand", LOSS: "attribute"}.get(row["kernel"], "layer")
            assert ready["bytes_per_call"] == (9 if row["kernel"] == LOSS else 8) * 3 * 5 + 4
            assert ready["traces"] == (None if row["mode"] == "eager" else 0)
            for arguments in ({}, {"renew": True}, {"calls": 7}):
                sample = timer.ask("time", case=number, **arguments)
                assert sample["event"] == "sample"
                assert sample["case"] == number
                if "calls" in arguments:
                    assert sample["calls"] == arguments["calls"]
                else:
                    assert sample["calls"] >= ready["calls"]
                assert sample["traces"] == ready["traces"]
                assert sample["result"] == pytest.approx(ready["result"], rel=1e-3)
                assert sample["wall_s"] > 0
                assert sample["threads"] == hello["threads"]
        assert timer.ask("forget", case=0) == {"event": "forgotten", "case": 0}
        core = min(os.sched_getaffinity(0))
        assert timer.ask("pin", core=core) == {"event": "pinned", "core": core}
        threads = Path(f"/proc/{timer.process.pid}/task").iterdir()
        assert all(os.sched_getaffinity(int(thread.name)) == {core} for thread in threads)
        bandwidth = timer.ask("bandwidth")
        assert bandwidth["bytes_per_s"] > 0
        bye = timer.ask("bye")
        assert bye["event"] == "bye"
        # What the bandwidth is measured with does not count.
        assert hello["peak_rss_bytes"] <= bye["peak_rss_bytes"] < 2 * bandwidth["array_bytes"]
        assert timer.process.wait(timeout=30) == 0


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("file", SIDE_BY_SIDE, ids=lambda file: file.stem)
def test_every_file_compiles_without_a_warning(
    version: str, file: Path, environment: Callable[[str], Path]
) -> None:
    code = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), 'file', 'exec')"
    command = [str(environment(version)), "-W", "error", "-c", code, str(file)]
    subprocess.run(command, check=True)


def test_a_timer_ends_with_its_controller_in_the_midst_of_timing(
    standin: Path, tmp_path: Path
) -> None:
    with talk(standin, tmp_path, [case(EVALUATE)]) as timer:
        assert timer.hear()["event"] == "hello"
        assert timer.ask("prepare", case=0)["event"] == "ready"
        timer.tell("time", case=0, calls=10**12)
        timer.hang_up()
        assert timer.process.wait(timeout=30) == 1
        assert timer.replies.read() == ""


def test_a_wrong_result_is_refused_with_both_numbers(standin: Path, tmp_path: Path) -> None:
    with talk(standin, tmp_path, [case(RAW, "eager"), case(LOSS)], "wrong") as timer:
        timer.hear()
        failure = timer.ask("prepare", case=0)
        assert (failure["event"], failure["case"]) == ("failure", 0)
        assert failure["status"] == "fault"
        assert re.fullmatch(
            r"gave \d\.\d+, numpy batch \d\.\d+, .*, valid \d\.\d+ \(tolerance 0\.001\)",
            failure["reason"],
        )
        # It was not prepared, so that it cannot be timed; another can.
        failure = timer.ask("time", case=0)
        assert failure["reason"] == "case 0 is not prepared"
        assert timer.ask("prepare", case=1)["event"] == "ready"


def test_what_a_release_raises_is_told_by_its_first_line(standin: Path, tmp_path: Path) -> None:
    with talk(standin, tmp_path, [case(LOSS), case(RAW)], "raises") as timer:
        timer.hear()
        assert timer.ask("prepare", case=0) == {
            "event": "failure",
            "case": 0,
            "status": "raised",
            "reason": "ValueError: no such loss",
        }
        assert timer.ask("prepare", case=1)["event"] == "ready"


def test_tracing_at_each_call_is_told(standin: Path, tmp_path: Path) -> None:
    with talk(standin, tmp_path, [case(RAW)], "retraces") as timer:
        timer.hear()
        ready = timer.ask("prepare", case=0)
        assert (ready["traces"], ready["calls"], ready["warm_up_rounds"]) == (1, 1, 0)
        assert not ready["settled"]
        assert timer.ask("time", case=0, calls=4)["traces"] == 4


def test_what_makes_no_sense_is_a_fault_and_no_end(standin: Path, tmp_path: Path) -> None:
    with talk(standin, tmp_path, [case("reduction_row")]) as timer:
        timer.hear()
        fault = {"event": "failure", "case": None, "status": "fault"}
        assert timer.ask("main") == {**fault, "reason": "no command is named main"}
        reason = "no kernel reduction_row in mode graph"
        assert timer.ask("prepare", case=0) == {**fault, "case": 0, "reason": reason}
        assert timer.ask("prepare", case=5)["reason"] == "IndexError: list index out of range"
        assert timer.ask("time")["status"] == "raised"
        assert timer.ask("bye")["event"] == "bye"
