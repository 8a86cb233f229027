"""The factors are held against the formulas they are derived from, on losses drawn at random."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.questions import load_scenarios
from harness.upgrade.effects import Quantity, derive_effect, find_quantity
from scenarios.shared.reductions import batches_candidates, candidates
from tests.publish.matrices import question

MASKED = question(
    "a.masked",
    title="What a masked loss is divided by",
    answers=(
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
    ),
)
UNMASKED = question(
    "a.unmasked",
    title="What the loss is divided by under weights",
    answers=("total", "sum_of_weights", "nonzero_weights", "batch", "sum", "unweighted"),
)
BATCH, STEPS = 4, 10
SAME_NUMERATOR = MASKED.answers[:8]
pairs = st.tuples(st.sampled_from(SAME_NUMERATOR), st.sampled_from(SAME_NUMERATOR)).filter(
    lambda pair: pair[0] != pair[1]
)


def draw(seed: int, padded: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return losses, a mask with so many padded steps in each sample, and weights with zeros."""
    rng = np.random.default_rng(seed)
    mask = np.ones((BATCH, STEPS), bool)
    for row in mask:
        row[rng.permutation(STEPS)[:padded]] = False
    return rng.uniform(0.5, 2, mask.shape), mask, rng.choice([0.0, 0.5, 2.0], mask.shape)


@settings(deadline=None)  # the machine may be busy
@given(pairs, st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_a_factor_is_the_ratio_of_the_formulas(
    pair: tuple[str, str], seed: int, padded: int
) -> None:
    loss, mask, weights = draw(seed, padded)
    kept = weights[mask]
    if not kept.any():
        return
    effect = derive_effect(MASKED, *pair, padded / STEPS)
    assert effect.derived
    known = {
        "(1 − p)": 1 - padded / STEPS,
        "the mean weight of the unmasked steps": kept.mean(),
        "the mean weight of all steps": weights.mean(),
        "the share of steps whose weight is not 0": (weights != 0).mean(),
        "the number of timesteps": STEPS,
        "the number of steps": BATCH * STEPS,
    }
    found = candidates(pair, loss, mask, weights)
    ratio = found[pair[1]] / found[pair[0]]
    assert evaluate(effect.formula, known) == pytest.approx(ratio)
    if effect.factor is not None:
        assert effect.factor == pytest.approx(ratio)


def evaluate(formula: str, known: dict[str, float]) -> float:
    """Return the value of a product in words, which is what a person would compute from it."""
    top, *under = formula.split(" / ")
    factors = [1.0 if name == "1" else known[name] for name in top.split(" × ")]
    return math.prod(factors) / math.prod(known[name] for name in under)


@settings(deadline=None)  # the machine may be busy
@given(
    st.sampled_from(["total", "sum_of_weights", "nonzero_weights", "batch", "sum"]),
    st.sampled_from(["total", "sum_of_weights", "nonzero_weights", "batch", "sum"]),
    st.integers(0, 2**32 - 1),
    st.floats(0, 0.9),
)
def test_without_a_mask_padding_does_nothing(
    before: str, after: str, seed: int, padding: float
) -> None:
    loss, _, weights = draw(seed, 1)
    if before == after or not weights.any():
        return
    effect = derive_effect(UNMASKED, before, after, padding)
    found = candidates([before, after], loss, None, weights)
    known = {
        "the mean weight of all steps": weights.mean(),
        "the share of steps whose weight is not 0": (weights != 0).mean(),
        "the number of timesteps": STEPS,
        "the number of steps": BATCH * STEPS,
    }
    assert evaluate(effect.formula, known) == pytest.approx(found[after] / found[before])


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(["valid", "total"]), st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_counting_padding_is_what_the_words_say(name: str, seed: int, padded: int) -> None:
    loss, mask, _ = draw(seed, padded)
    share = padded / STEPS
    found = candidates([name, "mask_ignored"], loss, mask)
    over_padding = loss[~mask].mean()
    kept = 1 - share if name == "valid" else 1.0
    assert found["mask_ignored"] == pytest.approx(kept * found[name] + share * over_padding)
    there = derive_effect(MASKED, name, "mask_ignored", share)
    assert f"{share:.2f} × its mean over the padded steps" in there.says
    assert (f"{kept:.2f} × what it was" in there.says) == (name == "valid")
    back = derive_effect(MASKED, "mask_ignored", name, share)
    assert back.formula.startswith("(old − p × mean over padding)")
    assert there.factor is back.factor is None
    assert there.derived
    assert back.derived


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 2**32 - 1), st.integers(1, 9))
def test_where_batches_are_alike_the_way_to_combine_them_does_not_matter(
    seed: int, padded: int
) -> None:
    loss, mask, _ = draw(seed, padded)
    found = batches_candidates(loss, mask, BATCH // 2)
    asked = question("a.batches", title="How fit combines losses", answers=tuple(found))
    for before in found:
        for after in found:
            effect = derive_effect(asked, before, after, padded / STEPS)
            if before != after and effect.factor is not None:
                assert effect.factor == pytest.approx(found[after] / found[before])
                assert "alike in size and padding" in effect.says
                assert effect.learning_rate is None


def test_the_question_that_people_ask() -> None:
    effect = derive_effect(MASKED, "total", "valid", 0.3)
    assert effect.factor == pytest.approx(1 / 0.7)
    assert effect.learning_rate == pytest.approx(0.7)
    assert effect.formula == "1 / (1 − p)"
    assert effect.headline == "loss × 1.43"
    assert effect.says == (
        "the loss is multiplied by 1.43; so are its gradient and the step of plain SGD, which a "
        "learning rate × 0.70 keeps as it was (Adam hardly feels a constant factor)"
    )


@pytest.mark.parametrize(
    ("title", "rate"),
    [("What the gradient is divided by", 0.7), ("What a metric is divided by", None)],
)
def test_only_what_is_trained_on_moves_the_learning_rate(title: str, rate: float | None) -> None:
    asked = question("a.b", title=title, answers=MASKED.answers)
    assert derive_effect(asked, "total", "valid", 0.3).learning_rate == (
        rate if rate is None else pytest.approx(rate)
    )


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("reaches", "lost", "the padded steps, 25 % of all, count"),
        (
            "reaches",
            "lost_with_warning",
            "the padded steps, 25 % of all, count; a warning says so",
        ),
        ("lost", "reaches", "the padded steps, 25 % of all, no longer count"),
        ("lost", "lost_with_warning", "nothing else changes; a warning says so now"),
        ("lost_with_warning", "lost", "nothing else changes; the warning is gone"),
        ("samples", "timesteps", "no factor follows from the answers"),
        ("valid", "unweighted", "no factor follows from the answers"),
        ("valid_times_loss_weight", "mask_ignored", "no factor follows from the answers"),
    ],
)
def test_what_has_no_factor(before: str, after: str, says: str) -> None:
    effect = derive_effect(MASKED, before, after, 0.25)
    assert effect.says == says
    assert effect.factor is None
    assert effect.derived == ("follows" not in says)


def test_a_loss_of_one_value_a_sample_has_formulas_of_its_own() -> None:
    """There, "batch" is the plain mean, and "valid" one that counts a sample once a valid step."""
    asked = question("a.last", title="What the loss is divided by", answers=("batch", "valid"))
    assert not derive_effect(asked, "batch", "valid", 0.3).derived


def test_without_padding_nothing_follows_from_the_mask() -> None:
    effect = derive_effect(MASKED, "total", "valid", 0.0)
    assert (effect.factor, effect.learning_rate) == (1, None)


def test_every_question_of_a_denominator_says_what_it_divides() -> None:
    """A scenario whose title tells neither loss, gradient nor metric would have no effect."""
    asked = [question for one in load_scenarios() for question in one.questions]
    denominators = {"valid", "total", "sum_of_weights", "nonzero_weights"}
    numeric = [one for one in asked if len(denominators & set(one.answers)) > 1]
    assert numeric
    assert not [one.id for one in numeric if find_quantity(one) is None]


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("dense_masking.loss_denominator", Quantity.LOSS),
        ("dense_masking.gradient_denominator", Quantity.GRADIENT),
        ("metrics_under_mask.metrics", Quantity.METRIC),
        ("text_model.tagging_accuracy", Quantity.METRIC),
        ("text_model.epoch_loss", Quantity.REPORTED),
        ("loss_reduction.reduction_none", Quantity.REPORTED),
        ("batch_normalization.moving_mean", None),
    ],
)
def test_what_a_title_is_about(name: str, quantity: Quantity | None) -> None:
    asked = {question.id: question for one in load_scenarios() for question in one.questions}
    assert find_quantity(asked[name]) is quantity
