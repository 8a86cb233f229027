"""Keras, as far as the workers and the scenarios of the tests look into it."""

import os

from tensorflow.tensors import Tensor, array_of

__version__ = "9.9.0"


class _Dense:
    """A layer that every release has."""

    def __init__(self, units):
        self.units = units

    def __call__(self, inputs):
        return self

    def call(self, inputs):
        """Run the layer's Python code."""
        return inputs


class _Masking:
    def __init__(self, mask_value):
        self.mask_value = mask_value

    def __call__(self, inputs):
        return inputs


class layers:
    """A namespace."""

    Dense = _Dense
    Masking = _Masking

    @staticmethod
    def Input(shape):
        """Return a shape in place of a symbol."""
        return shape


class models:
    """A namespace."""

    class Model:
        """Masking and Dense(1), whatever it is given, with a mean absolute error."""

        def __init__(self, inputs, outputs):
            self._dense = outputs
            self._traced = set()

        def compile(self, optimizer, loss, run_eagerly=None):
            """Keep how steps are run."""
            self._rate = optimizer
            self._eager = run_eagerly

        def set_weights(self, weights):
            """Keep the weights."""
            self._weights = weights

        def get_weights(self):
            """Return the weights."""
            return self._weights

        def _run(self, name, x, y):
            if self._eager or name not in self._traced:
                self._traced.add(name)
                self._dense.call(x)
            kernel, bias = self._weights
            error = y - (x * kernel + bias)
            return abs(error)[x != 0].mean(dtype="float64")

        def test_on_batch(self, x, y):
            """Return the loss."""
            return self._run("test", x, y)

        def train_on_batch(self, x, y):
            """Return the loss before a step that all errors pull the same way."""
            loss = self._run("train", x, y)
            self._weights = [self._weights[0], self._weights[1] + self._rate]
            return loss


class optimizers:
    """A namespace."""

    @staticmethod
    def SGD(rate):
        """Return the rate, all there is to plain SGD."""
        return rate


class _MeanAbsoluteError:
    def __call__(self, y_true, y_pred):
        if os.environ.get("STANDIN") == "raises":
            raise ValueError("no such loss\nand a second line")
        error = abs(array_of(y_true) - array_of(y_pred))[..., 0]
        return Tensor(error[array_of(y_pred._keras_mask)].mean(dtype="float64"))


class losses:
    """A namespace."""

    MeanAbsoluteError = _MeanAbsoluteError


class backend:
    """A namespace that counts how often its graph was dropped."""

    cleared = 0

    @classmethod
    def clear_session(cls):
        """Count, where a release drops its graph."""
        cls.cleared += 1
