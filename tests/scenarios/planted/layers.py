"""The layers of one input; those whose values do not matter pass them on as they are."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.scenarios.planted.answers import Array, fraction
from tests.scenarios.planted.graph import Layer, Tensor, Variable


def softmax(x: Array) -> Array:
    grown = np.exp(x - x.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "linear": lambda x: x,
    "elu": lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": sigmoid,
    "softmax": softmax,
    "tanh": np.tanh,
}


class Masking(Layer):
    def __init__(self, mask_value: float = 0.0, **config: Any) -> None:
        super().__init__(**config)
        self.mask_value = mask_value

    def call(self, inputs: Tensor) -> Array:
        if self.planted.mask_leaks:
            return inputs.value
        return inputs.value * self.compute_mask(inputs)[..., np.newaxis]

    def compute_mask(self, inputs: Tensor, mask: Any = None) -> Array:
        equal = inputs.value == self.mask_value
        if self.planted.masks_nan and np.isnan(self.mask_value):
            equal = np.isnan(inputs.value)
        whole = self.planted.masks_rows == "whole"
        return ~(equal.all(axis=-1) if whole else equal.any(axis=-1))


class Embedding(Layer):
    def __init__(self, size: int, units: int, *, mask_zero: bool = False) -> None:
        super().__init__()
        self.shape, self.mask_zero = (size, units), mask_zero

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        return [Variable(np.zeros(self.shape))]

    def call(self, inputs: Tensor) -> Array:
        (table,) = self.own
        return table.value[inputs.value.astype(int)]

    def compute_mask(self, inputs: Tensor, mask: Any = None) -> Any:
        return inputs.value != 0 if self.mask_zero else None


class Dense(Layer):
    def __init__(
        self,
        units: int,
        activation: str = "linear",
        kernel_initializer: str = "zeros",
        **config: Any,
    ) -> None:
        super().__init__(**config)
        self.units, self.activation, self.initial = units, activation, kernel_initializer

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        kernel = np.full((shapes[0][-1], self.units), float(self.initial == "ones"))
        return [Variable(kernel), Variable(np.zeros(self.units))]

    def call(self, inputs: Tensor) -> Array:
        kernel, bias = self.own
        return FUNCTIONS[self.activation](inputs.value @ kernel.value + bias.value)


class EinsumDense(Dense):
    def __init__(self, equation: str, output_shape: tuple[Any, ...]) -> None:
        super().__init__(output_shape[-1])


class Conv1D(Dense):
    """With padding="same"."""

    def __init__(self, filters: int, kernel_size: int, padding: str, **config: Any) -> None:
        super().__init__(filters, **config)
        self.size = kernel_size

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        kernel = np.zeros((self.size, shapes[0][-1], self.units))
        return [Variable(kernel), Variable(np.zeros(self.units))]

    def call(self, inputs: Tensor) -> Array:
        x, (kernel, bias) = inputs.value, self.own
        padded = np.concatenate([x, np.zeros_like(x[:, : self.size - 1])], axis=1)
        steps = x.shape[1]
        out = sum(padded[:, k : k + steps] @ kernel.value[k] for k in range(self.size))
        return FUNCTIONS[self.activation](out + bias.value)


class Recurrent(Layer):
    """A simple recurrent layer; it stands for the GRU, too."""

    gates = 1

    def __init__(
        self,
        units: int,
        activation: str = "tanh",
        recurrent_activation: str = "sigmoid",
        *,
        return_sequences: bool = False,
        unroll: bool = False,
    ) -> None:
        super().__init__()
        self.units, self.return_sequences = units, return_sequences

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        sizes = [(shapes[0][-1], self.gates * self.units), (self.units, self.gates * self.units)]
        return [Variable(np.zeros(size)) for size in [*sizes, sizes[0][1:]]]

    def call(self, inputs: Tensor) -> Array:
        return self.run(inputs.value, inputs.mask, self.planted.masked_steps)

    def run(self, x: Array, mask: Array | None, at_masked: str) -> Array:
        state, outputs = np.zeros((2, len(x), self.units)), []
        for step in range(x.shape[1]):
            kept = np.ones((len(x), 1), bool)
            if mask is not None and at_masked != "computed":
                kept = mask[:, step, np.newaxis]
            state = np.where(kept, self.advance(x[:, step], *state), state)
            shown = (kept | (at_masked == "repeated")) & (at_masked != "nothing")
            outputs.append(np.where(shown, state[0], 0.0))
        return np.stack(outputs, axis=1) if self.return_sequences else state[0]

    def gate(self, x: Array, output: Array) -> Array:
        kernel, recurrent, bias = self.own
        return x @ kernel.value + output @ recurrent.value + bias.value

    def advance(self, x: Array, output: Array, memory: Array) -> Array:
        return np.stack([np.tanh(self.gate(x, output)), memory])

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        goes_on = self.return_sequences or self.planted.last_output == "continues"
        return mask if goes_on else None


class LSTM(Recurrent):
    gates = 4

    def advance(self, x: Array, output: Array, memory: Array) -> Array:
        into, forget, candidate, out = np.split(self.gate(x, output), self.gates, axis=-1)
        memory = sigmoid(forget) * memory + sigmoid(into) * np.tanh(candidate)
        return np.stack([sigmoid(out) * np.tanh(memory), memory])


class Bidirectional(Layer):
    def __init__(self, layer: Recurrent) -> None:
        super().__init__()
        self.directions = [layer, copy.deepcopy(layer)]

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        for layer in self.directions:
            layer.own = layer.build(*shapes)
        return []

    def call(self, inputs: Tensor) -> Array:
        x, mask, (forwards, backwards) = inputs.value, inputs.mask, self.directions
        at_masked = self.planted.masked_steps
        reverse = (
            forwards.run(x, mask, at_masked),
            backwards.run(
                x[:, ::-1],
                None if mask is None else mask[:, ::-1],
                self.planted.masked_steps_backwards or at_masked,
            ),
        )
        return np.concatenate([reverse[0], reverse[1][:, ::-1]], axis=-1)


class TimeDistributed(Layer):
    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.inner = layer

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        self.inner.own = self.inner.build(*shapes)
        return []

    def call(self, inputs: Tensor) -> Any:
        return self.inner.call(inputs)


class BatchNormalization(Layer):
    """As in evaluation; a step of training moves the statistics, of which the mean is asked."""

    def __init__(self, momentum: float = 0.99) -> None:
        super().__init__()
        self.momentum = momentum

    def build(self, *shapes: tuple[int, ...]) -> list[Variable]:
        ones = np.ones(shapes[0][-1])
        moving = [Variable(values, trainable=False) for values in (0 * ones, ones)]
        return [Variable(ones), Variable(0 * ones), *moving]

    def call(self, inputs: Tensor) -> Array:
        scale, offset, mean, variance = (variable.value for variable in self.own)
        return (inputs.value - mean) / np.sqrt(variance + 1e-3) * scale + offset

    def update(self) -> None:
        seen = self.input
        assert isinstance(seen, Tensor)
        rows = seen.value.reshape(-1, seen.value.shape[-1])
        if seen.mask is not None and self.planted.statistics == "excludes_padding":
            rows = seen.value[seen.mask]
        if self.planted.statistics != "nothing":
            mean = self.own[2]
            mean.assign(self.momentum * mean.value + (1 - self.momentum) * rows.mean(axis=0))


class GlobalAveragePooling1D(Layer):
    def call(self, inputs: Tensor) -> Array:
        mask = np.ones(inputs.value.shape[:2]) if inputs.mask is None else inputs.mask
        pooled = []
        for values, kept in zip(inputs.value, mask.astype(float), strict=True):
            shares = fraction("valid", kept, np.ones_like(kept), self.planted.empty)
            pooled.append((values * shares[0][:, np.newaxis]).sum(axis=0) / shares[1])
        return np.array(pooled)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None


class Passing(Layer):
    """A layer that does nothing to the values here: dropout in evaluation, pooling of one step."""

    def __init__(self, *arguments: Any, **config: Any) -> None:
        super().__init__()

    def call(self, inputs: Tensor) -> Array:
        return inputs.value


class Flatten(Passing):
    """Without steps there is no mask of them to hand on."""

    def call(self, inputs: Tensor) -> Array:
        return inputs.value.reshape(len(inputs.value), -1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        return None


class RepeatVector(Layer):
    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def call(self, inputs: Tensor) -> Array:
        return np.repeat(inputs.value[:, np.newaxis], self.times, axis=1)


class Activation(Layer):
    def __init__(self, function: str = "tanh") -> None:
        super().__init__()
        self.function = FUNCTIONS[function]

    def call(self, inputs: Tensor) -> Array:
        return self.function(inputs.value)
