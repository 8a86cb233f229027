"""Tables of processes: every value in its place, and nothing that was not planned."""

import math

import numpy as np
import pytest

from harness.judge.processes import Process, tabulate_processes

ARMS = {"mean": ("2.1", "2.2", "2.3"), "step": ("2.1", "2.3")}


def process(case: str, arm: str, block: int, log_seconds: float) -> Process:
    return Process(case=case, arm=arm, block=block, log_seconds=log_seconds)


def test_every_value_has_its_place() -> None:
    tables = tabulate_processes(
        [
            process("mean", "2.2", 7, -1.0),
            process("mean", "2.1", 7, -2.0),
            process("mean", "2.3", 3, -3.0),
        ],
        ARMS,
    )
    nan = math.nan
    assert tables["mean"].arms == ("2.1", "2.2", "2.3")
    expected = [[nan, nan, -3.0], [-2.0, -1.0, nan]]
    np.testing.assert_array_equal(tables["mean"].log_seconds, expected)
    assert tables["step"].log_seconds.shape == (0, 2)


@pytest.mark.parametrize(
    ("processes", "why"),
    [
        ([process("mean", "1.15", 1, -1.0)], "not planned"),
        ([process("loss", "2.1", 1, -1.0)], "not planned"),
        ([process("mean", "2.1", 1, -1.0), process("mean", "2.1", 1, -1.0)], "second"),
        ([process("mean", "2.1", 1, -math.inf)], "finite"),
        ([process("mean", "2.1", 1, math.nan)], "finite"),
    ],
)
def test_what_cannot_be_is_refused(processes: list[Process], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        tabulate_processes(processes, ARMS)
