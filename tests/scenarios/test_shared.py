"""What scenarios share: padding everywhere, sizes apart, and formulas that are those of the table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.questions import load_scenarios
from scenarios.shared import draws, reductions
from tests.scenarios.planted import coefficients

SEEDS = st.integers(0, 2**32 - 1).map(np.random.RandomState)
NAMES = ("valid", "total", "sum_of_weights", "nonzero_weights", "batch", "sum", "mask_ignored")


def test_sizes_cannot_be_mistaken_for_each_other() -> None:
    sizes = {draws.BATCH, draws.STEPS, draws.FEATURES}
    assert len(sizes) == 3
    assert min(sizes) > 1


@given(SEEDS)
def test_there_is_padding_in_front_in_the_middle_at_the_end_and_nowhere(
    rng: np.random.RandomState,
) -> None:
    mask = draws.padding_mask(rng)
    assert mask.shape == (draws.BATCH, draws.STEPS)
    padded = mask[~mask.all(axis=1)]
    assert len(padded) == draws.BATCH - 1
    assert mask.any(axis=1).all()
    front, end = ~padded[:, 0], ~padded[:, -1]
    assert (front.sum(), end.sum(), (~front & ~end).sum()) == (1, 1, 1)
    # So that no two samples weigh alike.
    assert len(set(mask.sum(axis=1))) == draws.BATCH
    # One stretch of padding in each.
    assert (np.abs(np.diff(padded.astype(int), axis=1)).sum(axis=1) <= 2).all()


@given(SEEDS, st.sampled_from([0.0, -3.0]))
def test_only_padding_holds_the_mask_value(rng: np.random.RandomState, value: float) -> None:
    mask = draws.padding_mask(rng)
    inputs = draws.padded_inputs(rng, mask, mask_value=value)
    assert inputs.shape == (*mask.shape, draws.FEATURES)
    assert inputs.dtype == np.float32
    assert ((inputs == value).all(axis=-1) == ~mask).all()
    assert ((inputs != value).all(axis=-1) == mask).all()


@given(SEEDS, st.sampled_from([(4,), (4, 7)]))
def test_the_formulas_are_those_of_the_table(
    rng: np.random.RandomState, shape: tuple[int, ...]
) -> None:
    loss, mask = rng.uniform(0.5, 2.0, (4, 7)), rng.rand(4, 7) < 0.7
    mask[0, 0] = True
    weights = rng.choice([0.0, 0.5, 2.0], shape)
    weights[0] = 1.0
    each = np.broadcast_to(weights.reshape(4, -1), (4, 7))
    said = reductions.candidates(NAMES, loss, mask, weights)
    for name in NAMES:
        planted = (loss * coefficients(name, mask.astype(float), each)).sum()
        assert said[name] == pytest.approx(planted, rel=1e-12), name
    own = reductions.candidates(
        ["sum_of_all_weights", "valid_and_nonzero_weights", "unweighted"], loss, mask, weights
    )
    kept = said["sum"]
    assert own["sum_of_all_weights"] == pytest.approx(kept / each.sum())
    both = mask.size * mask.mean() * (each != 0).mean()
    assert own["valid_and_nonzero_weights"] == pytest.approx(kept / both)
    assert own["unweighted"] == pytest.approx((loss * mask).sum() / mask.sum())


def test_without_mask_and_weights_all_means_are_one() -> None:
    loss = np.arange(1.0, 29.0).reshape(4, 7)
    names = ["valid", "total", "sum_of_weights", "nonzero_weights", "mask_ignored", "unweighted"]
    assert set(reductions.candidates(names, loss).values()) == {loss.mean()}


def test_a_name_that_is_no_formula_is_refused() -> None:
    with pytest.raises(KeyError):
        reductions.candidates(["median"], np.ones((2, 3)))


def test_every_denominator_that_is_offered_is_a_formula_or_the_scenarios_own() -> None:
    own = {"weighted_metrics.sample_weight_axis"}
    for scenario in load_scenarios():
        for asked in scenario.questions:
            if asked.kind == "numeric" and asked.id not in own:
                reductions.candidates(
                    [name for name in asked.answers if name not in {"nan", "inf"}],
                    np.ones((2, 3)),
                )


def test_the_loss_of_a_step_is_keras_s() -> None:
    """By hand: the mean over features; the cross-entropy of normalised, clipped predictions."""
    said = reductions.absolute_error([[1.0, 2.0]], [[0.0, 4.0]])
    assert said.tolist() == [1.5]
    said = reductions.categorical_crossentropy([[0.0, 2.0], [1.0, 0.0]], [[1.0, 3.0], [0.0, 1.0]])
    assert said == pytest.approx([-2 * np.log(0.75), -np.log(1e-7)])
