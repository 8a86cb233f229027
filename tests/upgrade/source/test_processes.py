"""Work in several processes: the same results in the same order, whatever becomes of a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.upgrade.source.processes import count_cores, spread

ROOT = Path(__file__).parents[3]
HERE = str(os.getpid())


def square(number: int) -> int:
    return number * number


def tell_process(_: int) -> str:
    time.sleep(0.05)
    return str(os.getpid())


def die_elsewhere(process: str) -> str:
    if str(os.getpid()) != process:
        os.kill(os.getpid(), signal.SIGKILL)
    return "done here"


def refuse(number: int) -> int:
    if number == 3:
        raise ValueError("no threes")
    return number


def sleep_long(name: str) -> None:
    Path(name).write_text(str(os.getpid()))
    time.sleep(600)


@pytest.mark.parametrize("cores", [1, 2, 9])
def test_results_come_in_the_order_of_the_tasks(cores: int) -> None:
    assert spread(square, range(20), cores) == [number * number for number in range(20)]
    assert spread(square, [], cores) == []


def test_one_core_needs_no_process_and_more_have_their_own() -> None:
    assert set(spread(tell_process, range(4), 1)) == {HERE}
    elsewhere = set(spread(tell_process, range(12), 2))
    assert HERE not in elsewhere
    assert len(elsewhere) == 2


def test_where_a_process_is_killed_the_work_is_done_here() -> None:
    assert spread(die_elsewhere, [HERE] * 4, 2) == ["done here"] * 4


def test_an_error_of_the_work_is_its_own() -> None:
    with pytest.raises(ValueError, match="no threes"):
        spread(refuse, range(5), 2)


def test_a_program_that_is_no_file_has_it_done_all_the_same() -> None:
    code = "from harness.upgrade.source.processes import spread; print(spread(abs, [-1, 2], 2))"
    done = subprocess.run(
        [sys.executable, "-"], input=code, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[1, 2]\n"


def test_no_process_outlives_the_one_that_asked(tmp_path: Path) -> None:
    files = [str(tmp_path / "a"), str(tmp_path / "b")]
    program = tmp_path / "program.py"
    program.write_text(
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from harness.upgrade.source.processes import spread\n"
        "from tests.upgrade.source.test_processes import sleep_long\n"
        f"if __name__ == '__main__':\n    spread(sleep_long, {files!r}, 2)\n"
    )
    asking = subprocess.Popen([sys.executable, str(program)], cwd=ROOT)
    try:
        wait_for(lambda: all(Path(name).exists() and Path(name).read_text() for name in files))
        started = [int(Path(name).read_text()) for name in files]
        assert all(is_running(process) for process in started)
    finally:
        asking.kill()
        asking.wait()
    wait_for(lambda: not any(is_running(process) for process in started))


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        # A process that has ended and was not waited for is no longer at work.
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_cores_are_those_that_may_be_used() -> None:
    assert 1 <= count_cores() <= (os.cpu_count() or 1)
    if sys.platform == "linux":
        code = (
            "import os; from harness.upgrade.source.processes import count_cores\n"
            "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); print(count_cores())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout == "1\n"
