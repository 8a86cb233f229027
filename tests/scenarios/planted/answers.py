"""What can be planted, and the denominators, derived here once more apart from the scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any
"""Of numpy, whose shapes and types are not told apart here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a release does; denominators are names of :func:`fraction`."""

    # Losses and metrics: what they are divided by.
    loss: str = "total"
    """With "nothing" a loss is 0, and "unreduced" it is one number a step."""
    spelled: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Another denominator for a loss by how it is given: see ``losses.Criterion.spelling``."""
    gradient: str | None = None
    """That of the loss, unless said otherwise."""
    metric: str = "unweighted"
    weighted_metric: str = "sum_of_weights"
    reductions: tuple[str, ...] = ("sum", "none", "mean_with_sample_weight")
    empty: str = "nan"
    """What zero over zero is: nan, zero, huge (kept by an epsilon), ordinary (over all steps)."""
    half_overflows: tuple[str, ...] = ()
    """What is held in half precision where the outputs are: the "sum", the "count", or both."""

    # Weights.
    axis: str = "samples"
    """The axis along which weights of shape (batch,) are laid."""
    class_weight: str = "per_label"
    """Or ignored, argmax_as_one_hot, argmax_along_time."""
    with_sample_weight: str = "multiplied"
    """Class weights beside sample weights; or one of them ignored, or both."""

    # Where the mask comes from, who drops it, and how it is applied.
    masks_rows: str = "whole"
    """Or any_feature: a step is masked of which any feature has the mask value."""
    masks_nan: bool = False
    mask_leaks: bool = False
    """Whether masked inputs go on as they are."""
    loses: str = ""
    """The class of layers that drop the mask; "Operator" stands for operators."""
    warns: str = ""
    """What it says of that."""
    last_output: str = "stops"
    """Or continues: a mask of steps comes out of a recurrent layer though its output has none."""
    loss_selects: bool = False
    """Whether a loss at a masked step is left out, rather than multiplied by 0; so for gradients."""
    gradient_selects: bool = False
    gradient_overflows: bool = False
    """Whether the gradient goes through the loss in float32, where 1e30 squared is infinite."""

    # Layers.
    merged_mask: str = "and"
    """Or "or", lost, first, second."""
    masked_factor: str = "product"
    """Or masked_factor_dropped."""
    masked_steps: str = "repeated"
    """What a recurrent layer puts out there; or zeros, computed; or nothing, at any step."""
    masked_steps_backwards: str | None = None
    statistics: str = "includes_padding"
    """What a normalization's moving mean takes in; or excludes_padding, or nothing."""

    # From batches to what is said.
    over_batches: str = "weighted_by_batch_size"
    """Or global, mean_of_batches, last_batch; so for metrics and for validation."""
    metric_over_batches: str = "weighted_by_batch_size"
    validation_over_batches: str | None = None
    shuffles_validation: bool = False
    running: bool = False
    """Whether train_on_batch and test_on_batch say a mean over the batches before."""
    metric_running: bool = False
    sorts_names: bool = False
    """Whether what is given by name goes to the outputs in the order of the alphabet."""
    logs_each_output: bool = True
    logs_loss_weight: bool = False


def fraction(name: str, mask: Array, weights: Array, empty: str = "nan") -> tuple[Array, Array]:
    """Return what the loss of each step is multiplied by, and what the sum is divided by."""
    kept = mask * weights
    multipliers, divisor = {
        "valid": (kept, mask.sum()),
        "total": (kept, mask.size),
        "sum_of_weights": (kept, kept.sum()),
        "sum_of_all_weights": (kept, weights.sum()),
        "nonzero_weights": (kept, (weights != 0).sum()),
        "valid_and_nonzero_weights": (kept, mask.sum() * (weights != 0).sum() / mask.size),
        "batch": (kept, len(mask)),
        "sum": (kept, 1),
        "mask_ignored": (weights, weights.size),
        "unweighted": (mask, mask.sum()),
        "nothing": (0 * kept, 1),
    }[name]
    if not divisor:
        multipliers, divisor = {
            "nan": (multipliers, 0),
            "zero": (multipliers, 1),
            "huge": (weights, 1e-7),
            "ordinary": (weights, weights.size),
        }[empty]
    return multipliers, np.float64(divisor)


def coefficients(name: str, mask: Array, weights: Array) -> Array:
    """Return what the loss of each step is multiplied by, in shape (batch, timesteps)."""
    multipliers, divisor = fraction(name, mask, weights)
    return multipliers / divisor
