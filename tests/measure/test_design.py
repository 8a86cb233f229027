"""The design of a run of timings: who meets whom, and what fits into a budget."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.measure.design import (
    CASES,
    KERNELS,
    choose_block,
    choose_cases,
    fit_budget,
    plan_again,
)

ARMS = st.integers(1, 60).map(lambda number: [f"tf-2.{one}" for one in range(number)])
PLACES = st.integers(2, 8)


@given(arms=ARMS, places=PLACES, seed=st.integers())
def test_every_arm_meets_the_reference_equally_often(
    arms: list[str], places: int, seed: int
) -> None:
    random, blocks = Random(seed), Counter[str]()
    for _ in range(12):
        chosen = choose_block("ref", [*arms, "ref"], blocks, places=places, random=random)
        assert "ref" in chosen
        assert len(set(chosen)) == len(chosen) == min(places, len(arms) + 1)
        blocks.update(chosen)
    assert max(blocks[arm] for arm in arms) - min(blocks[arm] for arm in arms) <= 1


def test_a_block_without_undecided_arms_is_empty() -> None:
    assert choose_block("ref", ["ref"], {}, places=4, random=Random(0)) == ()


def test_the_company_and_the_order_change() -> None:
    random, blocks = Random(1), Counter[str]()
    chosen = set()
    for _ in range(20):
        block = choose_block("ref", ["a", "b", "c", "d"], blocks, places=3, random=random)
        blocks.update(block)
        chosen.add(block)
    assert len(chosen) > 6


def test_all_kernels_are_timed_in_every_mode_and_shape() -> None:
    assert len(set(CASES)) == 4 * 3 * 3
    assert choose_cases(()) == CASES
    assert {case.kernel for case in choose_cases(["train_step"])} == {"train_step"}


def test_an_unknown_kernel_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(UsageError) as caught:
        choose_cases(["reduction_row"])
    assert "Did you mean 'reduction_raw'?" in str(caught.value)
    assert all(kernel in str(caught.value) for kernel in KERNELS)


@given(arms=st.integers(1, 60), places=PLACES, budget_s=st.floats(1, 1e5))
def test_a_budget_gives_at_least_two_blocks_and_never_more_than_pay(
    arms: int, places: int, budget_s: float
) -> None:
    design = fit_budget(CASES, arms=arms, places=places, budget_s=budget_s, cores=2)
    assert 2 <= design.planned_blocks <= 15
    assert design.cases == CASES[: len(design.cases)]
    longer = fit_budget(CASES, arms=arms, places=places, budget_s=2 * budget_s, cores=2)
    assert len(longer.cases) >= len(design.cases)


def test_a_pair_has_time_for_every_case_and_fifteen_blocks() -> None:
    design = fit_budget(CASES, arms=2, places=6, budget_s=900, cores=2)
    assert design.cases == CASES
    assert design.planned_blocks == 15


@pytest.mark.parametrize(
    ("arms", "budget_s", "pace_s", "planned"),
    [(58, 3600, 11.0, 5), (58, 900, 11.0, 2), (1, 900, 11.0, 15), (58, 7200, 8.0, 15)],
)
def test_the_pace_says_how_many_blocks_there_will_be(
    arms: int, budget_s: float, pace_s: float, planned: int
) -> None:
    assert plan_again(arms, budget_s, pace_s) == planned


def test_every_shape_is_among_the_fewest_cases() -> None:
    assert len({(case.batch, case.timesteps) for case in CASES[:8]}) == 3
    assert {case.kernel for case in CASES[:8]} == set(KERNELS)
