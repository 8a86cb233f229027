"""Calibrations of noise with a known truth: the rates that must come out, and honest intervals."""

import math

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from scipy.stats import binom, binomtest

from harness.judge import calibration
from harness.judge.calibration import calibrate, draw_pairs, find_rate
from harness.judge.recorded import Recorded, measure_spread, tabulate_samples
from harness.judge.sequential import Looks
from harness.model import Case, Status
from tests.timed_runs import timing

EQUAL = ("one", "two", "three")
PLANTED = {"much": 1.1, "some": 1.05}
LOOKS = Looks(first=4, planned=15)


def record(
    rng: Generator, *, between: float, within: float, blocks: int = 30, cases: int = 2
) -> list[Recorded]:
    """Draw processes that spread so in blocks that spread by 5 %; cases share half of it."""
    arms = (*EQUAL, *PLANTED)
    truth = np.log([1.0] * len(EQUAL) + list(PLANTED.values()))
    shape = blocks, len(arms)
    common = rng.standard_normal(shape)
    found = []
    for _ in range(cases):
        process = between * np.sqrt(0.5) * (common + rng.standard_normal(shape))
        values = process + 0.05 * rng.standard_normal((blocks, 1)) + truth
        rounds = values[..., None] + within * rng.standard_normal((*shape, 6))
        found.append(
            Recorded(samples={arm: list(rounds[:, place]) for place, arm in enumerate(arms)})
        )
    return found


def test_what_is_planted_is_found_and_measured() -> None:
    found = calibrate(record(default_rng(3), between=0.03, within=0.01), EQUAL, PLANTED, LOOKS)
    assert [one.planted for one in found] == [1.0, 1.05, 1.1]
    same, some, much = found
    # The nominal rate lies within the honest interval; the two slowdowns are 5 and 10 spreads off.
    assert same.called.low <= 0.05 <= same.called.high
    assert some.called.share > 0.95
    assert much.called.share == 1
    assert same.blocks > some.blocks > much.blocks >= LOOKS.first
    assert same.ratio.low < 1 < same.ratio.high
    assert some.ratio.low < 1.05 < some.ratio.high
    assert much.ratio.low < 1.1 < much.ratio.high
    # Rounds are not independent: pooled, more than the nominal 5 % of the same is called different.
    assert same.student > 0.1
    # A factor of 10 % hides a slowdown of 5 %, and half of those of 10 %.
    assert some.mann_whitney < 0.1
    assert same.mann_whitney == 0


def test_a_faster_arm_is_not_called_slower() -> None:
    cases = record(default_rng(3), between=0.03, within=0.01)
    for one in cases:
        one.samples["some"][:] = [rounds - 0.2 for rounds in one.samples["some"]]  # type: ignore[index]
    (_, faster) = calibrate(cases, EQUAL, {"some": 0.86}, LOOKS)
    assert faster.called.share == 0
    assert faster.ratio.high < 0.9


def test_the_interval_of_a_rate_holds_what_other_recordings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """2 % at a spread of 4 % is found now and then: a rate that the few blocks must not feign."""
    monkeypatch.setattr(calibration, "RUNS", 80)
    monkeypatch.setattr(calibration, "RULE_RUNS", 1)
    rng = default_rng(5)
    found = []
    for _ in range(40):
        cases = record(rng, between=0.04, within=0.01, cases=1)
        for one in cases:
            one.samples["some"][:] = [rounds - 0.03 for rounds in one.samples["some"]]  # type: ignore[index]
        found.append(calibrate(cases, EQUAL, {"some": 1.02}, LOOKS)[1].called)
    truth = float(np.mean([one.share for one in found]))
    assert 0.1 < truth < 0.9
    held = sum(one.low <= truth <= one.high for one in found)
    assert held >= binom.ppf(1e-3, len(found), 0.95)


def test_too_few_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match="16 blocks are too few for runs of 15"):
        calibrate(record(default_rng(3), between=0.03, within=0.01, blocks=16), EQUAL, {}, LOOKS)


def test_a_pair_is_of_two_processes_of_one_block() -> None:
    blocks = np.array([2, 3, 5, 7, 11])
    chosen, columns = draw_pairs(default_rng(1), blocks, 3, 3, (200, 4))
    assert chosen.shape == (200, 4)
    assert columns.shape == (200, 4, 2)
    assert set(chosen.flat) == set(blocks)
    assert all(len(set(run)) == 4 for run in chosen)
    assert (columns[..., 0] != columns[..., 1]).all()
    assert {tuple(pair) for pair in columns.reshape(-1, 2)} == {
        (first, second) for first in range(3) for second in range(3) if first != second
    }
    _, columns = draw_pairs(default_rng(1), blocks, 3, 4, (200, 4))
    assert set(columns[..., 0].flat) == {0, 1, 2}
    assert set(columns[..., 1].flat) == {3}


@pytest.mark.parametrize(
    ("share", "low", "high"), [(1.0, 0.025**0.5, 1.0), (0.0, 0.0, 1 - 0.025**0.5)]
)
def test_where_nothing_varies_only_runs_that_share_nothing_count(
    share: float, low: float, high: float
) -> None:
    """Of n trials without a miss the exact interval begins at the n-th root of 2.5 %."""
    rate = find_rate(share, [share] * 10, 2)
    assert [rate.low, rate.high] == pytest.approx([low, high])


def test_a_jackknife_that_varies_more_gives_a_wider_interval() -> None:
    narrow = find_rate(0.5, [0.49, 0.51] * 5, 2)
    wide = find_rate(0.5, [0.45, 0.55] * 5, 2)
    assert wide.low < narrow.low < 0.5 < narrow.high < wide.high


def test_the_variance_of_the_jackknife_says_how_many_trials_there_were() -> None:
    """Nine tenths of ten squares are p (1 - p) / n; here n is 10, for which the interval is known."""
    apart = math.sqrt(0.25 / 10 / 9)
    rate = find_rate(0.5, [0.5 - apart, 0.5 + apart] * 5, 2)
    exact = binomtest(5, 10).proportion_ci(method="exact")
    assert [rate.low, rate.high] == pytest.approx([exact.low, exact.high])


def test_the_spreads_are_those_that_were_drawn() -> None:
    cases = record(default_rng(3), between=0.04, within=0.01, blocks=200)
    between, within = measure_spread(cases, EQUAL)
    assert between == pytest.approx(math.hypot(0.04, 0.01 * 1.25 / math.sqrt(6)), rel=0.1)
    assert within == pytest.approx(0.01, rel=0.1)


def test_only_whole_blocks_count() -> None:
    case = Case(kernel="reduction_raw", mode="graph", batch=2, timesteps=3)
    rows = [
        timing(case=case, arm=arm, block=block, round=place, seconds_per_call=math.exp(place))
        for arm in ("one", "two")
        for block in (1, 2)
        for place in (0, 1)
    ]
    voided = timing(case=case, arm="one", block=3, seconds_per_call=1.0, traces=1)
    failed = timing(case=case, arm="one", block=4, status=Status.RAISED)
    alone = timing(case=case, arm="two", block=3, seconds_per_call=1.0)
    (found,) = tabulate_samples([*rows, voided, failed, alone], [case], ["one", "two"])
    assert {arm: [list(rounds) for rounds in blocks] for arm, blocks in found.samples.items()} == {
        "one": [[0.0, 1.0], [0.0, 1.0]],
        "two": [[0.0, 1.0], [0.0, 1.0]],
    }
    assert found.medians(["one", "two"]).tolist() == [[0.5, 0.5], [0.5, 0.5]]
