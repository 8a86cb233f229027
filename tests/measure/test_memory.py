"""How much memory is held, by whom, and how much may be."""

import os
import subprocess
import sys
import time
from pathlib import Path

from harness.measure.memory import (
    MemoryWatch,
    count_oom_kills,
    resident_bytes,
    share_memory,
)

HOLDS = "import sys, time; held = b'x' * 200_000_000; print('held', flush=True); time.sleep(600)"


def test_what_a_process_holds_is_what_the_kernel_says() -> None:
    held = b"x" * 100_000_000
    assert resident_bytes(os.getpid()) > len(held)
    assert resident_bytes(2**22 + 1) == 0


def test_what_its_children_hold_counts() -> None:
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDS!r}])"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        watch = MemoryWatch(process.pid, 150_000_000)
        assert watch.find_excess() == ""  # its family is not looked for each time
        time.sleep(0.3)
        assert watch.find_excess() == "out of memory: more than 0.1 GB in use"
        assert MemoryWatch(process.pid, 10**12).find_excess() == ""
        subprocess.run(["pkill", "-9", "-P", str(process.pid)], check=True)


def test_each_worker_has_its_share_and_never_less_than_it_needs() -> None:
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert share_memory(1, least=1) == int(0.8 * there)
    assert 4 * share_memory(4, least=1) <= 0.8 * there
    assert share_memory(10_000, least=2 * 10**9) == 2 * 10**9


def test_the_kernel_counts_what_it_kills(tmp_path: Path) -> None:
    file = tmp_path / "vmstat"
    file.write_text("pgfault 12\noom_kill 3\noom_kill_other 9\n")
    assert count_oom_kills(file) == 3
    file.write_text("pgfault 12\n")
    assert count_oom_kills(file) == 0
    assert count_oom_kills(tmp_path / "none") == 0
    assert count_oom_kills() >= 0
