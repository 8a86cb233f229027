"""Comparisons: the laws they keep whatever the noise, and the four outcomes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judge.evidence import MARGIN
from harness.judge.processes import Process
from harness.judge.sequential import Looks
from harness.judge.speed import (
    Comparison,
    Sentinel,
    compare_arms,
    find_unfinished,
    judge_sentinel,
)
from harness.model import Speed

LOOKS = Looks(first=4, planned=8)
REFERENCE = "2.15"
RATIOS = {"twin": 1.0, "2.1": 0.7, "2.10": 1.2, "2.20": 1.01}
PLANNED = {"mean": tuple(RATIOS)}
SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def processes(seed: int, *, blocks: int = 8, spread: float = 0.03) -> list[Process]:
    rng = np.random.default_rng(seed)
    level = rng.normal(-8, 0.05, blocks)
    return [
        Process(
            case="mean",
            arm=arm,
            block=block,
            log_seconds=float(level[block] + math.log(ratio) + spread * rng.standard_normal()),
        )
        for block in range(blocks)
        for arm, ratio in {REFERENCE: 1.0, **RATIOS}.items()
    ]


def moved(values: list[Process], by: dict[int, float]) -> list[Process]:
    return [
        Process(
            case=one.case,
            arm=one.arm,
            block=one.block,
            log_seconds=one.log_seconds + by.get(one.block, 0.0),
        )
        for one in values
    ]


def compare(values: list[Process], looks: Looks = LOOKS) -> dict[str, Comparison]:
    found = compare_arms(values, planned=PLANNED, reference=REFERENCE, looks=looks)
    assert [one.arm for one in found] == list(RATIOS)
    return {one.arm: one for one in found}


def assert_alike(some: dict[str, Comparison], others: dict[str, Comparison]) -> None:
    for arm, one in some.items():
        other = others[arm]
        assert (one.outcome, one.blocks) == (other.outcome, other.blocks)
        assert [one.ratio, one.low, one.high, one.minimum_detectable_effect] == pytest.approx(
            [other.ratio, other.low, other.high, other.minimum_detectable_effect], rel=1e-8
        )
        assert one.p_value == pytest.approx(other.p_value, rel=1e-5)


@few
@given(SEEDS, st.floats(-20, 20), st.lists(st.floats(-1, 1), min_size=8, max_size=8))
def test_the_unit_and_what_a_block_shares_change_nothing(
    seed: int, unit: float, shared: list[float]
) -> None:
    values = processes(seed)
    shifts = {block: unit + shift for block, shift in enumerate(shared)}
    assert_alike(compare(values), compare(moved(values, shifts)))


@few
@given(SEEDS, st.randoms())
def test_the_order_of_processes_changes_nothing(seed: int, random: np.random.Generator) -> None:
    values = processes(seed)
    mixed = list(values)
    random.shuffle(mixed)
    assert_alike(compare(values), compare(mixed))


def test_the_order_of_arms_changes_nothing() -> None:
    values = processes(4)
    planned = {"mean": tuple(reversed(RATIOS))}
    found = compare_arms(values, planned=planned, reference=REFERENCE, looks=LOOKS)
    assert_alike(compare(values), {one.arm: one for one in found})


@few
@given(SEEDS)
def test_the_other_way_round_is_the_inverse(seed: int) -> None:
    values = processes(seed)
    there = compare(values)["2.10"]
    planned = {"mean": (REFERENCE, *(arm for arm in RATIOS if arm != "2.10"))}
    back = compare_arms(values, planned=planned, reference="2.10", looks=LOOKS)[0]
    assert [back.ratio, back.low, back.high] == pytest.approx(
        [1 / there.ratio, 1 / there.high, 1 / there.low]
    )
    assert back.p_value == pytest.approx(there.p_value)


@few
@given(SEEDS, st.integers(4, 7))
def test_a_later_look_withdraws_nothing(seed: int, blocks: int) -> None:
    values = processes(seed)
    early = compare([one for one in values if one.block < blocks])
    late = compare(values)
    for arm, one in late.items():
        assert one.low >= early[arm].low
        assert one.high <= early[arm].high
        if one.low <= one.high:
            assert one.p_value <= early[arm].p_value
            assert early[arm].outcome is Speed.UNDECIDED or one.outcome is not Speed.UNDECIDED


def test_the_four_outcomes() -> None:
    found = compare(processes(1, spread=0.008))
    assert {arm: one.outcome for arm, one in found.items()} == {
        "twin": Speed.SAME,
        "2.1": Speed.FASTER,
        "2.10": Speed.SLOWER,
        "2.20": Speed.SAME,
    }
    assert all(one.low < RATIOS[arm] < one.high for arm, one in found.items())
    wide = compare(processes(1, spread=0.1))
    assert wide["twin"].outcome is Speed.UNDECIDED
    assert wide["twin"].minimum_detectable_effect > 0.1


@pytest.mark.parametrize(
    ("ratio", "outcome"), [(1.028, Speed.SAME), (1.032, Speed.SLOWER), (1 / 1.032, Speed.FASTER)]
)
def test_the_margin_parts_same_from_different(ratio: float, outcome: Speed) -> None:
    rng = np.random.default_rng(1)
    values = [
        Process(case="mean", arm=arm, block=block, log_seconds=at + 1e-4 * rng.standard_normal())
        for block in range(8)
        for arm, at in {REFERENCE: 0.0, "2.10": math.log(ratio)}.items()
    ]
    found = compare_arms(values, planned={"mean": ("2.10",)}, reference=REFERENCE, looks=LOOKS)
    assert found[0].outcome is outcome
    assert pytest.approx(math.log(1.03)) == MARGIN


@pytest.mark.parametrize("blocks", [0, 1, 2, 3])
def test_before_the_first_look_nothing_is_known(blocks: int) -> None:
    for one in compare(processes(1, blocks=blocks, spread=0.0)).values():
        assert (one.blocks, one.outcome) == (blocks, Speed.UNDECIDED)
        assert (one.low, one.high, one.p_value) == (0.0, math.inf, 1.0)
        assert one.minimum_detectable_effect == math.inf


def test_values_all_alike_leave_a_width() -> None:
    values = [
        Process(case="mean", arm=arm, block=block, log_seconds=-8.0)
        for block in range(4)
        for arm in (REFERENCE, *RATIOS)
    ]
    for one in compare(values).values():
        assert one.low < 0.998
        assert one.high > 1.002
        assert one.minimum_detectable_effect > 0.002


def test_comparisons_that_have_not_begun_count() -> None:
    values = processes(3, spread=0.03)
    alone = compare_arms(values, planned=PLANNED, reference=REFERENCE, looks=LOOKS)
    many = {"mean": PLANNED["mean"], **{f"later {n}": ("2.1",) for n in range(400)}}
    among = compare_arms(values, planned=many, reference=REFERENCE, looks=LOOKS)
    assert len(among) == 404
    for one, other in zip(alone, among, strict=False):
        assert (one.ratio, one.low, one.p_value) == (other.ratio, other.low, other.p_value)
        assert other.minimum_detectable_effect > one.minimum_detectable_effect
    assert {one.outcome for one in among[4:]} == {Speed.UNDECIDED}


def test_more_blocks_than_planned_are_refused() -> None:
    with pytest.raises(ValueError, match="more than the 8 blocks planned"):
        compare(processes(1, blocks=9))


def test_a_run_without_comparisons_is_empty() -> None:
    assert compare_arms([], planned={}, reference=REFERENCE, looks=LOOKS) == ()


def row(arm: str, outcome: Speed, *, blocks: int = 8) -> Comparison:
    return Comparison(
        case="mean",
        arm=arm,
        blocks=blocks,
        ratio=1.0,
        low=0.9,
        high=1.1,
        p_value=1.0,
        outcome=outcome,
        minimum_detectable_effect=0.1,
    )


def test_unfinished_are_the_undecided_with_blocks_left() -> None:
    rows = [
        row("2.1", Speed.UNDECIDED, blocks=3),
        row("2.2", Speed.UNDECIDED, blocks=8),
        row("2.3", Speed.SAME, blocks=4),
    ]
    assert find_unfinished(rows, LOOKS) == (("mean", "2.1"),)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([Speed.SAME, Speed.SAME], Sentinel.HELD),
        ([Speed.SAME, Speed.UNDECIDED], Sentinel.OPEN),
        ([Speed.SAME, Speed.SLOWER], Sentinel.FAILED),
        ([Speed.UNDECIDED, Speed.FASTER], Sentinel.FAILED),
        ([], Sentinel.OPEN),
    ],
)
def test_the_sentinel(outcomes: list[Speed], said: Sentinel) -> None:
    rows = [row("2.10", Speed.SLOWER), *(row("twin", outcome) for outcome in outcomes)]
    assert judge_sentinel(rows, "twin") is said
