"""What scenarios share: padding everywhere, sizes apart, and formulas that are those of the table."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.shared import draws, reductions
from tests.scenarios.planted import coefficients

Rng = np.random.RandomState
SEEDS = st.integers(0, 2**32 - 1).map(Rng)
FORMULAS = (
    "valid",
    "total",
    "sum_of_weights",
    "sum_of_all_weights",
    "nonzero_weights",
    "valid_and_nonzero_weights",
    "batch",
    "sum",
    "mask_ignored",
    "unweighted",
)


class TestDraws:
    def test_sizes_cannot_be_mistaken_for_each_other(self) -> None:
        sizes = {draws.BATCH, draws.STEPS, draws.FEATURES}
        assert len(sizes) == 3
        assert min(sizes) > 1

    @given(SEEDS)
    def test_there_is_padding_in_front_in_the_middle_at_the_end_and_nowhere(self, rng: Rng) -> None:
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
    def test_only_padding_holds_the_mask_value(self, rng: Rng, value: float) -> None:
        mask = draws.padding_mask(rng)
        inputs = draws.padded_inputs(rng, mask, mask_value=value)
        assert inputs.shape == (*mask.shape, draws.FEATURES)
        assert inputs.dtype == np.float32
        assert ((inputs == value).all(axis=-1) == ~mask).all()
        assert ((inputs != value).all(axis=-1) == mask).all()

    @given(SEEDS, st.sampled_from([(), (3,)]))
    def test_without_padding_only_the_masked_steps_are_others(
        self, rng: Rng, features: tuple[int, ...]
    ) -> None:
        """For numbers and for tokens: the type stays."""
        mask = draws.padding_mask(rng)
        x = (rng.randint(1, 9, (*mask.shape, *features)).T * mask.T).T.astype("int32")
        unpadded = draws.unpadded({"x": x, "mask": mask})
        assert (unpadded.shape, unpadded.dtype) == (x.shape, x.dtype)
        assert (unpadded[mask] == x[mask]).all()
        assert (unpadded != 0).all()
        assert (x[~mask] == 0).all()

    @given(SEEDS)
    def test_weights_under_a_mask_have_the_same_denominators_in_every_draw(self, rng: Rng) -> None:
        mask = draws.padding_mask(rng)
        weights = draws.weights_under_mask(rng, mask)
        denominators = mask.sum(), (weights != 0).sum(), weights[mask].sum(), weights.sum()
        assert denominators == pytest.approx((22, 21, 13.0, 16.1))
        assert weights[~mask].any()
        assert not weights[~mask].all()
        # Not the weights of a sample, repeated.
        assert (weights.std(axis=1) > 0).all()

    @given(SEEDS, st.sampled_from([1, 2]), st.sampled_from([(4,), (4, 7)]))
    def test_a_valid_steps_loss_grows_with_its_weight_and_a_masked_one_lies_far_off(
        self, rng: Rng, slope: int, shape: tuple[int, ...]
    ) -> None:
        mask, weights = draws.padding_mask(rng), rng.choice([0.0, 0.6, 1.5], shape)
        data = draws.planned(rng, mask, weights, slope=slope)
        each = np.broadcast_to(weights.reshape(len(weights), -1), mask.shape)
        assert data["loss"][mask] == pytest.approx(1 + slope * each[mask], rel=0.02)
        assert (data["loss"][~mask] > 20).all()
        assert ((data["x"] == 0).all(axis=-1) == ~mask).all()
        assert (data["unpadded"] != 0).all()
        assert data["mask"] is mask
        assert data["weights"] is weights

    @given(SEEDS, st.sampled_from([reductions.absolute_error, reductions.squared_error]))
    def test_a_target_lies_where_its_error_is_the_loss_that_was_planned(
        self, rng: Rng, error: Callable[..., Any]
    ) -> None:
        mask = draws.padding_mask(rng)
        data = draws.planned(rng, mask, np.ones(mask.shape), outputs=3)
        predicted = rng.uniform(-2, 2, (*mask.shape, 3))
        y = draws.targets(data, predicted, squared=error is reductions.squared_error)
        assert y.dtype == np.float32
        assert error(y, predicted) == pytest.approx(data["loss"], rel=1e-5)
        assert (np.sign(y - predicted) == data["signs"]).all()


class TestFormulas:
    @given(SEEDS, st.sampled_from([(4,), (4, 7)]))
    def test_they_are_those_of_the_table(self, rng: Rng, shape: tuple[int, ...]) -> None:
        loss, mask = rng.uniform(0.5, 2.0, (4, 7)), rng.rand(4, 7) < 0.7
        mask[0, 0] = True
        weights = rng.choice([0.0, 0.5, 2.0], shape)
        weights[0] = 1.0
        each = np.broadcast_to(weights.reshape(4, -1), (4, 7))
        said = reductions.candidates(FORMULAS, loss, mask, weights)
        for name in FORMULAS:
            planted = (loss * coefficients(name, mask.astype(float), each)).sum()
            assert said[name] == pytest.approx(planted, rel=1e-12), name

    def test_without_mask_and_weights_all_means_are_one(self) -> None:
        loss = np.arange(1.0, 29.0).reshape(4, 7)
        means = [name for name in FORMULAS if name not in {"batch", "sum"}]
        assert set(reductions.candidates(means, loss).values()) == {loss.mean()}

    def test_a_name_that_is_no_formula_is_refused(self) -> None:
        with pytest.raises(KeyError):
            reductions.candidates(["median"], np.ones((2, 3)))

    def test_weights_lie_along_either_axis(self) -> None:
        """By hand: the rows weighted 1 and 3, or the columns."""
        said = reductions.along_axes(np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([1.0, 3.0]))
        assert said == {"samples": (3 + 3 * 12) / 4, "timesteps": (5 + 3 * 10) / 4}

    @given(SEEDS)
    def test_a_mask_after_the_last_output_counts_a_loss_once_a_valid_step(self, rng: Rng) -> None:
        mask, loss = draws.padding_mask(rng), rng.uniform(0.5, 2.0, draws.BATCH)
        said = reductions.last_output_candidates(loss, mask)
        of_steps = np.repeat(loss[:, np.newaxis], draws.STEPS, axis=1)
        masked = reductions.candidates(["valid", "total"], of_steps, mask)
        plain = {"batch": loss.sum() / draws.BATCH, "sum": loss.sum()}
        assert said == pytest.approx({**masked, **plain})

    def test_batches_are_combined_in_the_ways_their_names_say(self) -> None:
        """By hand: a batch of two samples, three steps valid, and one of one sample, one valid."""
        loss = np.array([[2.0, 4.0], [6.0, 100.0], [10.0, 200.0]])
        mask = np.array([[1, 1], [1, 0], [1, 0]], bool)
        assert reductions.batches_candidates(loss, mask, 2) == {
            "valid_global": 22 / 4,
            "valid_weighted_by_batch_size": (2 * 4 + 1 * 10) / 3,
            "valid_mean_of_batches": (4 + 10) / 2,
            "total_global": 22 / 6,
            "total_mean_of_batches": (12 / 4 + 10 / 2) / 2,
            "mask_ignored_global": 322 / 6,
            "mask_ignored_mean_of_batches": (112 / 4 + 210 / 2) / 2,
        }

    def test_the_loss_of_a_step_is_keras_s(self) -> None:
        """By hand: means over features; the cross-entropy of normalised, clipped predictions."""
        said = reductions.absolute_error([[1.0, 2.0]], [[0.0, 4.0]])
        assert said.tolist() == [1.5]
        said = reductions.squared_error([[1.0, 2.0]], [[0.0, 4.0]])
        assert said.tolist() == [2.5]
        y, predicted = [[0.0, 2.0], [1.0, 0.0]], [[1.0, 3.0], [0.0, 1.0]]
        said = reductions.categorical_crossentropy(y, predicted)
        assert said == pytest.approx([-2 * np.log(0.75), -np.log(1e-7)])
