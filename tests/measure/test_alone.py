"""A process and its keeper: what it prints, how it ends, and that nobody of it is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.measure.alone import describe_death, own_home, run_alone
from harness.measure.keeper import END_OF_LOG, MOST_LOG, descendants
from tests.measure.test_launch import alive, dies

ROOT = Path(__file__).parents[2]
SLEEPS = "import time; time.sleep(600)"


def run(code: str, log: Path) -> int:
    """Run some Python alone until it ends; return how."""
    with own_home() as home, run_alone([sys.executable, "-c", code], home, log) as process:
        return process.wait()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("pass", 0),
        ("raise SystemExit(3)", 3),
        ("import os; os.abort()", -signal.SIGABRT),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
        ("import os; os.kill(os.getpid(), 15)", -signal.SIGTERM),
    ],
)
def test_an_end_is_told_as_popen_tells_it(code: str, expected: int, tmp_path: Path) -> None:
    assert run(code, tmp_path / "log") == expected


def test_what_it_prints_is_logged_to_the_last_word(tmp_path: Path) -> None:
    code = "import os, sys; print('out', flush=True); os.write(2, b'err\\n'); os.abort()"
    assert run(code, tmp_path / "log") == -signal.SIGABRT
    assert (tmp_path / "log").read_text() == "out\nerr\n"
    assert describe_death(-6, tmp_path / "log") == "signal 6 (Aborted): err"


def test_of_a_flood_the_end_is_kept(tmp_path: Path) -> None:
    code = "import os\nfor n in range(300): os.write(1, b'%06d' % n * 30000)\nprint('last')"
    assert run(code, tmp_path / "log") == 0
    text = (tmp_path / "log").read_bytes()
    assert END_OF_LOG <= len(text) <= MOST_LOG
    assert text.endswith(b"000299last\n")


def test_a_log_that_can_not_be_written_costs_the_log_alone(tmp_path: Path) -> None:
    assert run("print('x' * 100)", tmp_path / "none" / "log") == 0
    assert describe_death(1, tmp_path / "none" / "log") == "exit code 1"


def test_a_python_that_is_not_there_is_an_end_with_its_reason(tmp_path: Path) -> None:
    with own_home() as home, run_alone([tmp_path / "python"], home, tmp_path / "log") as process:
        code = process.wait()
    assert describe_death(code, tmp_path / "log") == (
        "exit code 127: its Python could not be started: No such file or directory"
    )


def test_it_leads_a_group_below_a_keeper_of_ours(tmp_path: Path) -> None:
    with (
        own_home() as home,
        run_alone([sys.executable, "-c", SLEEPS], home, tmp_path / "log") as process,
    ):
        assert os.getpgid(process.pid) == os.getsid(process.pid) == process.pid
        assert process.poll() is None
        assert process.pid in descendants(os.getpid())
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert [line.split()[4] for line in limits.splitlines() if "core file" in line] == ["0"]
        assert Path(f"/proc/{process.pid}/oom_score_adj").read_text() == "1000\n"
    assert not alive(process.pid)


def test_it_inherits_what_it_is_given_and_no_more(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    code = "import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd')))"
    command = [sys.executable, "-c", f"{code}; os.write({writing}, b'here')"]
    with own_home() as home, run_alone(command, home, tmp_path / "log", [writing]) as process:
        os.close(writing)
        assert os.read(reading, 9) == b"here"
        assert process.wait() == 0
    # Nobody else holds the other end any more, nor did its keeper.
    assert os.read(reading, 9) == b""
    os.close(reading)
    # Its own three, what it was given, and the folder that it lists.
    assert len((tmp_path / "log").read_text().split(",")) == 5


def test_one_that_is_killed_tells_whoever_waits_for_it(tmp_path: Path) -> None:
    with (
        own_home() as home,
        run_alone([sys.executable, "-c", SLEEPS], home, tmp_path / "log") as process,
    ):
        process.kill()
        assert process.wait() == -signal.SIGKILL
        process.kill()  # once more does no harm
    assert process.poll() == -signal.SIGKILL


DAEMON = f"""
import os, subprocess, sys
with open(sys.argv[1], "w") as file:
    for alone in (True, False):
        child = subprocess.Popen([sys.executable, "-c", {SLEEPS!r}], start_new_session=alone)
        file.write(str(child.pid) + " ")
"""


@pytest.mark.parametrize("then", ["", "os.abort()", SLEEPS])
@pytest.mark.parametrize("keeper_dies", [False, True])
def test_what_it_started_ends_with_it(then: str, *, keeper_dies: bool, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = [sys.executable, "-c", f"{DAEMON}\n{then}", str(pids)]
    with own_home() as home, run_alone(command, home, tmp_path / "log") as process:
        while not (pids.exists() and pids.read_text().endswith(" ")):
            time.sleep(0.01)
        if keeper_dies:
            for keeper in set(descendants(os.getpid())) - set(descendants(process.pid)):
                with suppress(OSError):
                    if b"keeper.py" in Path(f"/proc/{keeper}/cmdline").read_bytes():
                        os.kill(keeper, signal.SIGKILL)
    started = [int(word) for word in pids.read_text().split()]
    assert len(started) == 2
    assert all(dies(pid) for pid in [process.pid, *started])


NAMES_ITSELF = """
import os, sys
with open(sys.argv[1], "w") as file:
    file.write("{} {} ".format(os.getpid(), os.getppid()))
"""
CONTROLLER = """
import sys
from pathlib import Path
from harness.measure.alone import own_home, run_alone
folder = Path(sys.argv[1])
command = [sys.executable, "-c", sys.argv[2], str(folder / "pids")]
with own_home() as home, run_alone(command, home, folder / "log") as process:
    (folder / "home").write_text(str(home))
    process.wait()
"""


@contextmanager
def controlling(code: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """Start a controller of a worker that names its processes; yield it and them."""
    command = [sys.executable, "-c", CONTROLLER, str(folder), f"{code}\n{SLEEPS}"]
    pids = folder / "pids"
    with subprocess.Popen(command, cwd=ROOT) as controller:
        while not (pids.exists() and pids.read_text().endswith(" ")):
            assert controller.poll() is None
            time.sleep(0.01)
        yield controller, [int(word) for word in pids.read_text().split()]


def test_a_worker_ends_with_its_keeper_when_nobody_is_left_to_end_it(tmp_path: Path) -> None:
    with controlling(NAMES_ITSELF, tmp_path) as (controller, pids):
        worker, keeper = pids
        os.kill(controller.pid, signal.SIGSTOP)
        try:
            os.kill(keeper, signal.SIGKILL)
            assert dies(worker)
        finally:
            controller.kill()


def test_a_controller_that_is_killed_leaves_nobody_and_no_home(tmp_path: Path) -> None:
    with controlling(DAEMON, tmp_path) as (controller, pids):
        home = Path((tmp_path / "home").read_text())
        assert home.is_dir()
        controller.kill()
    assert all(map(dies, pids))
    for _ in range(200):
        if not home.exists():
            break
        time.sleep(0.02)
    assert not home.exists()
