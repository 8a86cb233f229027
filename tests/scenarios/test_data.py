"""What scenarios promise of the data they draw, on which their answers rest."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import (
    batches,
    class_weight,
    half_precision,
    masking_layer,
    merge_layers,
    sample_weight,
    text_model,
)
from scenarios.shared import draws

SEEDS = st.integers(0, 2**32 - 1).map(np.random.RandomState)
Rng = np.random.RandomState


@given(SEEDS)
def test_class_weights_sample_weights_and_their_product_have_a_mean_of_one(rng: Rng) -> None:
    """So that only the numerator tells."""
    data = class_weight.draw(rng)
    by_class = class_weight.class_weights(data["labels"])
    for weights in (by_class, data["weights"], by_class * data["weights"]):
        assert weights.mean() == pytest.approx(1)
        assert weights.all()


@given(SEEDS, st.sampled_from([class_weight.draw_sequences, class_weight.draw_square]))
def test_class_weights_of_steps_and_of_positions_have_a_mean_of_one(
    rng: Rng, draw: Callable[[Rng], Any]
) -> None:
    labels = draw(rng)["labels"]
    for taken in (labels, labels.argmax(axis=1)):
        assert class_weight.class_weights(taken).mean() == pytest.approx(1)


@given(SEEDS)
def test_two_masks_leave_no_kind_of_step_out(rng: Rng) -> None:
    data = merge_layers.draw(rng)
    first, second = data["first_mask"], data["second_mask"]
    for steps in (first & second, first & ~second, ~first & second, ~first & ~second):
        assert steps.any()
    for name, mask in (("first", first), ("second", second)):
        assert ((data[name] == 0).all(axis=-1) == ~mask).all()


@given(SEEDS)
def test_no_step_of_a_product_is_masked_by_both_and_each_masks_some(rng: Rng) -> None:
    data = merge_layers.product_draw(rng)
    first, second = ((data[name] == 0).all(axis=-1) for name in ("first", "second"))
    assert not (first & second).any()
    assert first.any()
    assert second.any()


@given(SEEDS)
def test_weights_of_samples_under_a_mask_have_the_same_denominators_in_every_draw(
    rng: Rng,
) -> None:
    data = sample_weight.draw_masked(rng)
    mask, steps = data["mask"], np.repeat(data["weights"][:, np.newaxis], draws.STEPS, axis=1)
    denominators = mask.sum(), (steps != 0).sum(), steps[mask].sum(), steps.sum()
    assert denominators == pytest.approx((22, 21, 14.0, 16.1))


@given(SEEDS, st.sampled_from([0.0, np.nan]))
def test_a_partial_row_has_the_mask_value_in_one_feature_only(rng: Rng, value: float) -> None:
    data = masking_layer.draw(rng, mask_value=value)
    of_value = np.isnan if np.isnan(value) else (lambda values: values == value)
    assert (of_value(data["x"]).all(axis=-1) == ~data["mask"]).all()
    assert (of_value(data["partial"]).sum(axis=-1) == ~data["mask"]).all()
    assert ((data["changed"] != data["y"]).all(axis=-1) == ~data["mask"]).all()
    assert (data["changed"] != data["y"]).any()


@given(SEEDS, st.sampled_from([batches.draw, text_model.draw_epoch]))
def test_the_last_batch_is_smaller_and_mostly_padding(rng: Rng, draw: Callable[[Rng], Any]) -> None:
    mask = draw(rng)["mask"]
    full, short = mask[: draws.BATCH], mask[draws.BATCH :]
    assert 0 < len(short) < len(full) == draws.BATCH
    assert short.mean() < 0.5 < full.mean()
    assert short.any(axis=1).all()


@settings(max_examples=5)
@given(SEEDS)
def test_neither_the_steps_nor_their_losses_can_be_counted_in_half_precision(rng: Rng) -> None:
    data = half_precision.draw(rng)
    largest = float(np.finfo("float16").max)
    assert data["mask"].sum() > largest
    right = half_precision.means(data)
    assert min(right) * data["mask"].sum() > largest
    # Each of which, as a mean, is a number that half precision holds well.
    assert max(right) < 10
