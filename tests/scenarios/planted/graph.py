"""Tensors that remember how they came about, the layers that made them, and the weights of these.

What stands for a symbolic tensor is one of ones: a layer is called on it as on any other, and a
model repeats that history on what it is given.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.scenarios.planted.answers import Array, Planted


class Variable:
    """A weight, kept in float32 as a release does, for computing in float64."""

    def __init__(self, value: Array, *, trainable: bool = True) -> None:
        self.trainable = trainable
        self.assign(value)

    def assign(self, value: Array) -> None:
        self.value: Array = np.array(np.asarray(value, "float32"), "float64")

    def numpy(self) -> Array:
        return self.value.astype("float32")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tensor:
    """Values, the mask that travels with them, and their history; ``half`` precision is but said."""

    value: Array
    planted: Planted
    mask: Array | None = None
    half: bool = False
    layer: Any = None
    parents: tuple["Tensor", ...] = ()

    def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
        return np.asarray(self.value, dtype)

    def __mul__(self, other: float) -> "Tensor":
        return self._operate(lambda value: value * other)

    def __add__(self, other: float) -> "Tensor":
        return self._operate(lambda value: value + other)

    def _operate(self, function: Callable[[Array], Array]) -> "Tensor":
        operator = Operator(function)
        operator.planted = self.planted
        return operator(self)


def each(inputs: Sequence[Any]) -> Iterator[Any]:
    """Return the arguments of a call one by one, be they given in a list or not."""
    for one in inputs:
        if isinstance(one, (list, tuple)):
            yield from one
        else:
            yield one


class Layer:
    """What is called on tensors; by default it hands the mask of the first on.

    ``planted`` is set on the subclass that a release offers.
    """

    planted: Planted

    def __init__(self, name: str = "", dtype: str = "float32", **config: Any) -> None:
        self.name, self.half = name, dtype.endswith("float16")
        self.own: list[Variable] = []
        self.built = False

    def __call__(self, *inputs: Any, training: bool = False) -> Tensor:
        tensors = [self._tensor(one) for one in each(inputs)]
        if not self.built:
            self.own = self.build(*(tensor.value.shape for tensor in tensors))
            self.built = True
        masks = [tensor.mask for tensor in tensors]
        self.input = tensors if len(tensors) > 1 else tensors[0]
        value = np.asarray(self.call(self.input))
        mask = self.compute_mask(self.input, masks if len(tensors) > 1 else masks[0])
        masked = any(one is not None for one in (mask, *masks))
        if masked and type(self).__name__ == self.planted.loses:
            if self.planted.warns:
                warnings.warn(self.planted.warns, stacklevel=2)
            mask = None
        self.output = Tensor(
            value=value,
            planted=self.planted,
            mask=mask,
            half=self.half,
            layer=self,
            parents=tuple(tensors),
        )
        return self.output

    def _tensor(self, values: Any) -> Tensor:
        if isinstance(values, Tensor):
            return values
        return Tensor(value=np.asarray(values, "float64"), planted=self.planted)

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        """Return the weights for inputs of these shapes."""
        return []

    def call(self, inputs: Any) -> Any:
        """Return the values for one tensor or a list of several."""
        raise NotImplementedError

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the output."""
        return mask[0] if isinstance(mask, list) else mask

    def update(self) -> None:
        """Do what a step of training does to a layer besides the gradient."""

    def variables(self) -> list[Variable]:
        """Return the weights of the layer, then those of the layers that it holds."""
        parts = [part for part in each(list(vars(self).values())) if isinstance(part, Layer)]
        return [*self.own, *(found for part in parts for found in part.variables())]

    def get_weights(self) -> list[Array]:
        return [variable.numpy() for variable in self.variables()]

    def set_weights(self, weights: list[Array]) -> None:
        for variable, new in zip(self.variables(), weights, strict=True):
            assert variable.value.shape == np.shape(new)
            variable.assign(new)


class Operator(Layer):
    """An expression such as ``inputs * 2``; Lambda is one in a layer."""

    def __init__(self, function: Callable[[Any], Any], mask: Any = None) -> None:
        super().__init__()
        self.function = function

    def call(self, inputs: Tensor) -> Any:
        return self.function(inputs.value)
