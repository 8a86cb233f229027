"""The layers of several inputs."""

from functools import reduce
from typing import Any

import numpy as np

from tests.scenarios.planted.answers import Array
from tests.scenarios.planted.graph import Layer, Tensor
from tests.scenarios.planted.layers import softmax


class Merge(Layer):
    """A layer that makes one mask of several; an input without one keeps all of its steps."""

    def compute_mask(self, inputs: list[Tensor], mask: Any = None) -> Any:
        if all(one is None for one in mask):
            return None
        masks = [
            np.ones(one.value.shape[:2], bool) if own is None else own
            for one, own in zip(inputs, mask, strict=True)
        ]
        return {
            "and": reduce(np.logical_and, masks),
            "or": reduce(np.logical_or, masks),
            "lost": None,
            "first": masks[0],
            "second": masks[1],
        }[self.planted.merged_mask]


class Add(Merge):
    def call(self, inputs: list[Tensor]) -> Array:
        return sum(one.value for one in inputs)


class Concatenate(Merge):
    def call(self, inputs: list[Tensor]) -> Array:
        return np.concatenate([one.value for one in inputs], axis=-1)


class Multiply(Merge):
    def call(self, inputs: list[Tensor]) -> Array:
        product = np.ones(())
        for one in inputs:
            factor = one.value
            if one.mask is not None and self.planted.masked_factor == "masked_factor_dropped":
                factor = np.where(one.mask[..., np.newaxis], factor, 1.0)
            product = product * factor
        return product


class Attention(Layer):
    """Dot products of queries and values; the mask is that of the queries."""

    def call(self, inputs: list[Tensor]) -> Array:
        queries, values = (one.value for one in inputs)
        return softmax(queries @ values.swapaxes(1, 2)) @ values
