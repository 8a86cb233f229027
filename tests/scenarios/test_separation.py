"""Any two candidates lie at least 100 tolerances apart on what the scenarios draw.

The numpy stand-in runs whole experiments on many draws, and their own hypotheses are looked at; the
predictions of models that it cannot run are drawn as those would give them, over many seeds.
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.judge.classify import SEPARATION
from harness.questions import load_scenarios
from scenarios import (
    dense_masking,
    lstm_return_sequences,
    seq2seq_categorical_crossentropy,
    weighted_metrics,
)
from scenarios.shared import reductions
from tests.scenarios.planted import Planted, ask

Draw = Mapping[str, Any]
Rng = np.random.RandomState
SEEDS = st.integers(0, 2**32 - 1)
TOLERANCES = {asked.id: asked.tolerance for one in load_scenarios() for asked in one.questions}


def softmax(logits: Any) -> Any:
    grown = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def kernel(rng: Rng, *shape: int) -> Any:
    """Draw weights as draws.weights_like does."""
    return rng.uniform(0.2, 1.0, shape) * rng.choice([-1, 1], shape) * 0.5


def hidden(rng: Rng, data: Draw, units: int) -> Any:
    """Draw the outputs of an LSTM: within (-1, 1), and repeated where a step is masked."""
    said = rng.uniform(-1, 1, (*data["x"].shape[:2], units))
    for step in range(1, said.shape[1]):
        masked = ~data["mask"][:, step]
        said[masked, step] = said[masked, step - 1]
    said[~data["mask"][:, 0], 0] = 0.0
    return said


def dense_loss(rng: Rng, data: Draw) -> Any:
    """Return the loss under positive weights, whose outputs stay below the targets."""
    first, last = (abs(kernel(rng, *shape)) for shape in ((3, 5), (5, 2)))
    predicted = (data["x"] @ first + abs(kernel(rng, 5))) @ last + abs(kernel(rng, 2))
    return reductions.absolute_error(data["y"], predicted)


def sequence_loss(rng: Rng, data: Draw) -> Any:
    return reductions.absolute_error(data["y"], hidden(rng, data, 5))


def last_loss(rng: Rng, data: Draw) -> Any:
    return reductions.absolute_error(data["last"], rng.uniform(-1, 1, data["last"].shape))


def translation_loss(rng: Rng, data: Draw) -> Any:
    """Return the loss of a softmax in which padding is improbable; no mask reaches the decoder."""
    outputs = rng.uniform(-1, 1, (*data["x"].shape[:2], 5))
    predicted = softmax(outputs @ kernel(rng, 5, 3) + [0.5, -0.5, -3.0])
    return reductions.categorical_crossentropy(data["y"], predicted)


def seed_loss(rng: Rng, data: Draw) -> Any:
    """Return the loss after a few epochs on labels that are noise: predictions nearly uniform."""
    predicted = softmax(rng.normal(0, 0.1, data["y"].shape))
    return reductions.categorical_crossentropy(data["y"], predicted)


PAIRS = {
    "dense_masking.loss_denominator": (
        dense_masking.draw,
        dense_masking.candidates,
        dense_loss,
    ),
    "lstm_return_sequences.sequences_loss_denominator": (
        lstm_return_sequences.draw,
        lstm_return_sequences.candidates,
        sequence_loss,
    ),
    "lstm_return_sequences.last_output_loss_denominator": (
        lstm_return_sequences.draw,
        lstm_return_sequences.last_candidates,
        last_loss,
    ),
    "seq2seq_categorical_crossentropy.loss_denominator": (
        seq2seq_categorical_crossentropy.draw,
        seq2seq_categorical_crossentropy.candidates,
        translation_loss,
    ),
}


def nearest(candidates: Mapping[str, float], tolerance: float) -> tuple[float, str, str]:
    """Return how many tolerances the two nearest candidates lie apart, and which they are."""
    return min(
        (abs(first - second) / max(abs(first), abs(second)) / tolerance, one, other)
        for (one, first), (other, second) in combinations(candidates.items(), 2)
    )


@pytest.mark.parametrize(("asked", "pair"), PAIRS.items(), ids=PAIRS)
def test_candidates_are_told_apart_on_whatever_is_drawn(
    asked: str, pair: tuple[Callable[..., Any], ...]
) -> None:
    draw, candidates, loss = pair

    @settings(max_examples=100, deadline=None, database=None)
    @given(SEEDS)
    def told_apart(seed: int) -> None:
        rng = Rng(seed)
        data = draw(rng)
        apart, one, other = nearest(candidates(data, loss(rng, data)), TOLERANCES[asked])
        assert apart >= SEPARATION, f"{one} and {other}: {apart:.1f} tolerances"

    told_apart()


@pytest.mark.parametrize(
    ("scenario", "experiment"),
    [
        ("dense_masking", "loss_and_gradient"),
        ("weighted_metrics", "per_sample_metrics"),
        ("weighted_metrics", "per_sample_weighted_metrics"),
        ("weighted_metrics", "temporal_metrics"),
        ("weighted_metrics", "temporal_weighted_metrics"),
        ("weighted_metrics", "sample_weight_axis"),
    ],
)
def test_the_hypotheses_of_an_experiment_are_told_apart_in_every_draw(
    scenario: str, experiment: str
) -> None:
    near = []
    for seen in ask(scenario, experiment, Planted(), draws=400).observations:
        apart, one, other = nearest(seen.hypotheses, TOLERANCES[seen.question])
        if apart < SEPARATION:
            near.append(f"draw {seen.draw}: {one} and {other}, {apart:.1f} tolerances")
    assert not near


@pytest.mark.parametrize("seed", range(6))
def test_the_data_of_the_third_seed_tell_its_candidates_apart(seed: int) -> None:
    """With weights of one only those are offered that can differ."""
    rng = Rng(seed)
    for draw, asked in (("seed_data", "seed_program"), ("ones_data", "seed_program_ones")):
        data = getattr(weighted_metrics, draw)(rng)
        said = weighted_metrics.seed_candidates(data, seed_loss(rng, data), asked)
        apart, one, other = nearest(said, TOLERANCES[f"weighted_metrics.{asked}"])
        assert apart >= SEPARATION, f"{one} and {other}: {apart:.1f} tolerances"
