from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.effects import COUNTED, loss_factor
from harness.publish.answers import ANSWERS
from harness.publish.wording import REDUCTIONS
from harness.upgrade.effects import derive_effect
from tests.publish.matrices import question

SHARES = st.floats(0, 0.99)
NAMES = st.sampled_from([*COUNTED, "batch", "sum_of_weights", "mask_ignored", "stops"])


@pytest.mark.parametrize("valid", range(1, 11))
def test_the_factor_is_what_the_two_formulas_give(valid: int) -> None:
    losses = [0.5 + step for step in range(valid)] + [0.0] * (10 - valid)
    total, by_valid = sum(losses) / 10, sum(losses) / valid
    assert loss_factor("total", "valid", 1 - valid / 10) == pytest.approx(by_valid / total)
    assert loss_factor("valid", "total", 1 - valid / 10) == pytest.approx(total / by_valid)


@pytest.mark.parametrize("valid", range(1, 6))
def test_alike_batches_combine_to_the_same_factor(valid: int) -> None:
    batches = [[float(step)] * valid + [0.0] * (5 - valid) for step in (1, 2, 3)]
    mean_of_batches = sum(sum(batch) / valid for batch in batches) / len(batches)
    over_all_steps = sum(map(sum, batches)) / 15
    factor = loss_factor("total_global", "valid_mean_of_batches", 1 - valid / 5)
    assert factor == pytest.approx(mean_of_batches / over_all_steps)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("total", "mask_ignored"),
        ("valid", "sum_of_weights"),
        ("total", "valid_times_loss_weight"),
        ("valid_global", "valid_mean_of_batches"),
        ("stops", "continues"),
        ("", "valid"),
    ],
)
def test_nothing_is_said_where_the_share_does_not_tell(before: str, after: str) -> None:
    assert loss_factor(before, after, 0.3) is None
    assert loss_factor(after, before, 0.3) is None


@given(NAMES, NAMES, SHARES)
def test_going_back_undoes_it(before: str, after: str, padding: float) -> None:
    there, back = loss_factor(before, after, padding), loss_factor(after, before, padding)
    if there is None or back is None:
        assert there is back
    else:
        assert there * back == pytest.approx(1)


@given(SHARES)
def test_the_upgrade_check_says_the_same(padding: float) -> None:
    """The page and the check have a formula each; where both give a factor it is one."""
    asked = question("dense_masking.loss", answers=tuple(COUNTED), title="What a loss is")
    compared = 0
    for before, after in permutations(COUNTED, 2):
        factor = loss_factor(before, after, padding)
        if factor is not None:
            said = derive_effect(asked, before, after, padding).factor
            assert said == pytest.approx(factor)
            compared += 1
    assert compared == 2 + 2 + 2 * 4 * 2


@given(SHARES)
def test_a_change_in_two_steps_is_the_product(padding: float) -> None:
    for first, second, third in permutations(("total", "valid", "total")):
        steps = [loss_factor(old, new, padding) for old, new in pairwise((first, second, third))]
        assert all(steps)
        assert steps[0] is not None
        assert steps[1] is not None
        assert steps[0] * steps[1] == pytest.approx(loss_factor(first, third, padding))


@pytest.mark.parametrize("padding", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_that_is_none_is_refused(padding: float) -> None:
    with pytest.raises(ValueError, match="share"):
        loss_factor("total", "valid", padding)


def test_every_answer_that_is_counted_is_one_that_is_explained() -> None:
    assert set(COUNTED) <= set(ANSWERS) | {reduction.name for reduction in REDUCTIONS}
