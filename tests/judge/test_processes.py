"""Tables of processes: every value in its place, and nothing that was not planned."""

import math

import numpy as np
import pytest

from harness.judge.processes import Process, centre_rounds, tabulate_processes

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


def test_what_a_round_has_in_common_is_taken_off() -> None:
    """Two arms, one twice as slow, and a machine that is slower in each round than in the last."""
    centred = centre_rounds({"one": {0: 1.0, 1: 1.2, 2: 1.7}, "two": {0: 1.7, 1: 1.9, 2: 2.4}})
    assert centred == {"one": pytest.approx([1.3] * 3), "two": pytest.approx([2.0] * 3)}


def test_an_arm_that_lost_a_round_is_centred_by_the_others() -> None:
    centred = centre_rounds({"one": {0: 1.0, 1: 2.0}, "two": {0: 2.0, 1: 3.0}, "lost": {1: 5.0}})
    assert centred == {
        "one": pytest.approx([1.5, 1.5]),
        "two": pytest.approx([2.5, 2.5]),
        "lost": pytest.approx([4.5]),
    }


@pytest.mark.parametrize(
    "rounds",
    [{"alone": {0: 1.0, 1: 2.0}}, {"one": {0: 1.0}, "two": {1: 2.0}}, {}],
    ids=["one arm", "no round of all", "nothing"],
)
def test_without_two_whole_arms_nothing_is_taken_off(rounds: dict[str, dict[int, float]]) -> None:
    assert centre_rounds(rounds) == {arm: list(values.values()) for arm, values in rounds.items()}


def test_noise_that_rounds_share_does_not_reach_the_comparison() -> None:
    rng = np.random.default_rng(1)
    weather = rng.normal(0, 0.2, 8)
    arms = {
        arm: dict(enumerate((start + weather + rng.normal(0, 0.01, 8)).tolist()))
        for arm, start in (("one", 0.0), ("two", 0.05))
    }
    one, two = (np.median(values) for values in centre_rounds(arms).values())
    assert two - one == pytest.approx(0.05, abs=0.02)
