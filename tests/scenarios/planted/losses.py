"""Losses and metrics of each step, what a loss may be given as, and how its steps become one."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.scenarios.planted.answers import Array, Planted, fraction
from tests.scenarios.planted.graph import Tensor
from tests.scenarios.planted.layers import softmax

LARGEST = float(np.finfo("float32").max)

PerStep = Callable[[Array, Array], Array]
"""From targets and predictions to a loss for each step."""


def squared_error(y: Array, predicted: Array) -> Array:
    return np.square(y - predicted).mean(axis=-1)


def absolute_error(y: Array, predicted: Array) -> Array:
    return np.abs(y - predicted).mean(axis=-1)


def crossentropy(y: Array, predicted: Array) -> Array:
    return -(y * np.log(np.clip(predicted, 1e-7, 1 - 1e-7))).sum(axis=-1)


def _labels(y: Array, predicted: Array) -> Array:
    """Return integer labels of shape (...), be they given so or as (..., 1)."""
    return np.asarray(y, int).reshape(predicted.shape[:-1])


def sparse_crossentropy(y: Array, predicted: Array) -> Array:
    return crossentropy(np.eye(predicted.shape[-1])[_labels(y, predicted)], predicted)


def binary_crossentropy(y: Array, predicted: Array) -> Array:
    return -(y * np.log(predicted) + (1 - y) * np.log(1 - predicted)).mean(axis=-1)


def accuracy(y: Array, predicted: Array) -> Array:
    return (predicted.argmax(axis=-1) == _labels(y, predicted)).astype(float)


NAMED: Mapping[str, PerStep] = {
    "mse": squared_error,
    "mae": absolute_error,
    "categorical_crossentropy": crossentropy,
    "sparse_categorical_crossentropy": sparse_crossentropy,
    "binary_crossentropy": binary_crossentropy,
    "accuracy": accuracy,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A loss or metric as it was given, and the denominator planted for it.

    ``spelling`` is what ``Planted.spelled`` knows it by: its name; "function" for a function;
    "object", or the reduction it asks for; the name of the method of a model that was called.
    """

    function: PerStep
    denominator: str
    ignored_label: int | None = None

    def steps(self, y: Array, predicted: Array) -> Array:
        """Return a loss for each step, in shape (batch, timesteps); or one number if it is one."""
        each = np.asarray(self.function(np.asarray(y), predicted), "float64")
        return each.reshape(len(each), -1) if each.ndim else each

    def fraction(self, y: Array, output: Tensor, steps: Array, weights: Array | None) -> Any:
        """Return what each step is multiplied by, and what their sum is divided by."""
        if not steps.ndim:
            return np.ones(()), np.float64(1)
        planted = output.planted
        mask = np.ones_like(steps) if output.mask is None else output.mask.astype(float)
        if self.ignored_label is not None:
            mask = mask * (np.asarray(y).reshape(mask.shape) != self.ignored_label)
        if weights is None:
            weights = np.ones_like(mask)
        elif weights.ndim == 1 and planted.axis == "samples":
            weights = weights[:, np.newaxis]
        weights = np.broadcast_to(weights, mask.shape)
        return fraction(self.denominator, mask, weights, planted.empty)

    def value(self, y: Array, output: Tensor, weights: Array | None) -> Array:
        """Return what is said of one batch: a number, or one for each step if unreduced."""
        planted, steps = output.planted, self.steps(y, output.value)
        if self.denominator == "unreduced":
            return (steps * (1 if output.mask is None else output.mask)).astype("float32")
        multipliers, divisor = self.fraction(y, output, steps, weights)
        held = planted.half_overflows if output.half else ()
        steps = overflowing(steps)
        return np.float32(
            mean(steps, multipliers, divisor, selects=planted.loss_selects, half=held)
        )


def overflowing(steps: Array) -> Array:
    """Return infinity for what float32 cannot hold."""
    return np.where(steps > LARGEST, np.inf, steps)


def mean(
    steps: Array, multipliers: Array, divisor: Array, *, selects: bool, half: Collection[str] = ()
) -> Array:
    """Return the sum of products over the divisor; 0 times nan is nan, unless it is left out."""
    products = steps * multipliers
    if selects:
        products = np.where(multipliers == 0, 0.0, products)
    total = np.float16(products.sum()) if "sum" in half else products.sum()
    count = np.float16(divisor) if "count" in half else divisor
    return np.float64(total) / np.float64(count)


def find_loss(given: Any, planted: Planted, spelling: str = "") -> Criterion:
    """Return what was given as a loss: a name, an object, or a function."""
    ignored = None
    if isinstance(given, LossObject):
        spelling, function, ignored = spelling or given.spelling, given.function, given.ignored
    elif isinstance(given, str):
        spelling, function = spelling or given, NAMED[given]
    else:
        spelling, function = spelling or "function", given
    denominator = planted.spelled.get(spelling, planted.loss)
    return Criterion(function=function, denominator=denominator, ignored_label=ignored)


def find_metric(given: Any, denominator: str) -> Criterion:
    """Return what was given as a metric: a name, or a function."""
    function = NAMED[given] if isinstance(given, str) else given
    return Criterion(function=function, denominator=denominator)


class LossObject:
    """A loss as an object; called by hand, its spelling is "called"."""

    planted: Planted
    function: PerStep
    ignored: int | None = None

    def __init__(self, reduction: str = "") -> None:
        if reduction and reduction not in self.planted.reductions:
            msg = f"unknown reduction {reduction}"
            raise ValueError(msg)
        self.spelling = reduction or "object"

    def __call__(self, y: Array, predicted: Tensor) -> Array:
        return find_loss(self, self.planted, "called").value(y, predicted, None)


class MeanSquaredError(LossObject):
    function = staticmethod(squared_error)


class SparseCategoricalCrossentropy(LossObject):
    def __init__(
        self,
        *,
        from_logits: bool = False,
        ignore_class: int | None = None,
    ) -> None:
        super().__init__()
        self.ignored = ignore_class
        self.function = _of_logits if from_logits else sparse_crossentropy


def _of_logits(y: Array, logits: Array) -> Array:
    return sparse_crossentropy(y, softmax(logits))
