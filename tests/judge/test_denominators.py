"""What is said of a formula is held against the scenarios' own, on losses drawn at random."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judge.denominators import Family, find_formula
from harness.publish.answers import ANSWERS
from harness.publish.wording import REDUCTIONS
from scenarios.shared.reductions import batches_candidates, candidates

BATCH, STEPS = 4, 10
NAMES = {one.name for one in REDUCTIONS} | set(ANSWERS)
SLOPES = {name: one.slope for name in NAMES if (one := find_formula(name)) is not None}


def draw(seed: int, padded: int) -> tuple[np.ndarray, np.ndarray]:
    """Return losses, and a mask with so many padded steps in each sample."""
    rng = np.random.default_rng(seed)
    mask = np.ones((BATCH, STEPS), bool)
    for row in mask:
        row[rng.permutation(STEPS)[:padded]] = False
    return rng.uniform(0.5, 2, mask.shape), mask


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 2**32 - 1), st.integers(0, 9))
def test_a_share_is_what_the_answers_of_the_scenarios_divide_by(seed: int, padded: int) -> None:
    loss, mask = draw(seed, padded)
    found = candidates(["valid", "total"], loss, mask) | batches_candidates(loss, mask, BATCH // 2)
    shares = {
        name: 1 + slope * padded / STEPS for name in found if (slope := SLOPES[name]) is not None
    }
    # Beside what ignores the mask, all of them.
    assert len(shares) == len([name for name in found if "ignored" not in name]) == 7
    for before, after in permutations(shares, 2):
        assert found[after] / found[before] == pytest.approx(shares[before] / shares[after])


def test_only_where_padding_alone_decides_is_there_a_share() -> None:
    known = {name for name, slope in SLOPES.items() if slope is not None}
    assert known == {name for name in NAMES if name.split("_")[0] in {"valid", "total"}} - {
        "valid_and_nonzero_weights"
    }


@pytest.mark.parametrize(
    ("answer", "family"),
    [
        ("valid", Family.BATCH),
        ("mask_ignored", Family.BATCH),
        ("total_times_loss_weight", Family.WEIGHTED_OUTPUT),
        ("valid_of_shuffled_batches", Family.EPOCH),
        ("mask_ignored_mean_of_batches", Family.EPOCH),
    ],
)
def test_a_name_tells_what_it_is_a_number_of(answer: str, family: Family) -> None:
    formula = find_formula(answer)
    assert formula is not None
    assert formula.family is family
    assert formula.has_loss_weight == (family is Family.WEIGHTED_OUTPUT)


@pytest.mark.parametrize("answer", ["", "stops", "unweighted", "sum_global", "valid_", "VALID"])
def test_what_is_no_formula(answer: str) -> None:
    assert find_formula(answer) is None
