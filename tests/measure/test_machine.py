"""What else keeps the machine busy, as Linux counts it."""

import os
import subprocess
import sys

import pytest

from harness.measure.machine import Activity


def activity(at_s: float, all_s: float, own_s: float) -> Activity:
    return Activity(at_s=at_s, all_s=all_s, own_s=own_s)


def test_the_load_is_what_others_have_used_of_the_time() -> None:
    before = activity(10.0, 100.0, 5.0)
    assert activity(12.0, 105.0, 7.0).load_since(before) == pytest.approx(1.5)
    assert activity(12.0, 102.0, 7.0).load_since(before) == 0
    assert activity(10.0, 100.0, 5.0).load_since(before) == 0


def test_a_process_is_credited_with_its_own_work() -> None:
    before = Activity.of(os.getpid())
    while os.times().user - before.own_s < 0.5:
        sum(range(1000))
    after = Activity.of(os.getpid())
    assert after.own_s - before.own_s >= 0.4
    assert after.all_s - before.all_s >= 0.4
    assert after.at_s > before.at_s


def test_a_process_that_is_gone_has_no_activity() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    with pytest.raises(OSError, match="No such"):
        Activity.of(process.pid)
