"""The functions of scenarios that make a label of numbers, at their edges."""

import numpy as np
import pytest

from harness.questions import load_scenarios
from scenarios import (
    all_masked_batch,
    half_precision,
    merge_layers,
    text_model,
    values_at_masked_steps,
)

NAN, INF = np.nan, np.inf
OFFERED = {asked.id: set(asked.answers) for one in load_scenarios() for asked in one.questions}


@pytest.mark.parametrize(
    ("values", "label"),
    [
        (0.0, "zero"),
        ([0.0, -0.0], "zero"),
        (1e-9, "ordinary"),
        ([0.0, -9.0], "ordinary"),
        ([1.0, -1e5], "huge"),
        (-INF, "huge"),
        ([0.0, INF, NAN], "nan"),
    ],
)
def test_the_worst_value_decides(values: object, label: str) -> None:
    assert all_masked_batch.magnitude(values) == label


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (1.5, "finite"),
        (1.5 * 1.049, "finite"),
        (1.35 * 0.951, "finite"),
        (1.5 * 1.051, "wrong"),
        (1.35 * 0.949, "wrong"),
        (0.0, "wrong"),
        (-1.5, "wrong"),
        (NAN, "nan"),
        (INF, "inf"),
        (-INF, "inf"),
    ],
)
def test_a_loss_is_finite_only_near_one_that_is_right(said: float, label: str) -> None:
    assert half_precision.label(said, [1.5, 1.35]) == label


MASK = np.array([[0, 1, 1, 0, 0, 1]], bool)


@pytest.mark.parametrize(
    ("outputs", "label"),
    [
        ([0, 1, 2, 0, 0, 3], "zeros"),
        ([0, 1, 2, 2, 2, 3], "repeated"),
        ([0, 1, 2, 4, 5, 3], "computed"),
        ([0, 1, 2, 2, 5, 3], "mixed"),
        ([0, 1, 2, 0, 5, 3], "mixed"),
        # Before the first kept step nothing can be repeated, whatever stands there.
        ([9, 1, 2, 0, 0, 3], "zeros"),
        ([9, 1, 2, 2, 2, 3], "repeated"),
    ],
)
def test_a_value_at_masked_steps_is_known_by_the_one_before(outputs: list[int], label: str) -> None:
    values = np.array(outputs, float)[np.newaxis, :, np.newaxis] * [1.0, -0.5]
    assert values_at_masked_steps.value(MASK, values) == label
    backwards = values_at_masked_steps.value(MASK[:, ::-1], values[:, ::-1], backwards=True)
    assert backwards == label


def test_what_is_mixed_is_no_answer() -> None:
    assert "mixed" not in OFFERED["values_at_masked_steps.lstm"]


def test_every_meaning_of_what_is_felt_is_an_answer_and_each_is_another() -> None:
    meanings = list(merge_layers.MEANINGS.values())
    for question in ("overlap", "concatenate_different_masks"):
        assert sorted(meanings) == sorted(OFFERED[f"merge_layers.{question}"])


@pytest.mark.parametrize(
    ("losses", "val_losses", "label"),
    [
        ([2.0], [2.0], "agree"),
        ([2.0, 2.0], [2.0, 2.0001], "agree"),
        ([2.0, 2.0], [2.0, 2.001], "differ"),
        ([2.0], [0.0], "differ"),
        ([2.0], [NAN], "differ"),
    ],
)
def test_losses_agree_only_if_every_epoch_does(
    losses: list[float], val_losses: list[float], label: str
) -> None:
    assert text_model._agreement(losses, val_losses) == label


def test_other_batches_are_offered_only_where_epochs_differ() -> None:
    rng = np.random.RandomState(0)
    data = text_model.draw_epoch(rng)
    loss = rng.uniform(0.5, 2.0, data["mask"].shape)
    in_order = text_model.epoch_candidates(data, loss)
    said = text_model.shuffled_candidates(data, loss, [1.7, 1.7, 1.7])
    assert said == (1.7, in_order)
    one = in_order["valid_weighted_by_batch_size"]
    order = [5, 4, 3, 2, 1, 0]
    other = text_model.epoch_candidates({"mask": data["mask"][order]}, loss[order])
    shuffled = other["valid_weighted_by_batch_size"]
    observed, offered = text_model.shuffled_candidates(data, loss, [one, shuffled, one])
    assert observed == shuffled
    assert offered == {**in_order, "valid_of_shuffled_batches": pytest.approx(shuffled)}
