"""A release of numpy with planted answers, asked by the real scenarios through the real worker.

Enough of Keras for stacks of Masking, Dense and Conv1D. Losses are linear in the loss of each
step, so a denominator is planted as the coefficients of the steps; they are derived here once more,
apart from the scenarios' own formulas. Float32 weights, as in a real release.
"""

import importlib.util
import json
from dataclasses import dataclass
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from harness.measure.collect import Collected, collect
from harness.measure.launch import WORKER
from harness.measure.protocol import Event, Task, parse_events, plan_event
from harness.questions import load_scenarios
from tests.builders import NOON, provenance

Array = Any
"""Of numpy, whose shapes and types are not told apart here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a release does: names of the table of answers, and whether masked inputs go on."""

    loss: str = "total"
    gradient: str | None = None
    metric: str = "unweighted"
    weighted_metric: str = "sum_of_weights"
    axis: str = "samples"
    mask_leaks: bool = False


def coefficients(name: str, mask: Array, weights: Array) -> Array:
    """Return what the loss of each step is multiplied by, in shape (batch, timesteps)."""
    kept = mask * weights
    match name:
        case "valid":
            return kept / mask.sum()
        case "total":
            return kept / mask.size
        case "sum_of_weights":
            return kept / kept.sum()
        case "nonzero_weights":
            return kept / (weights != 0).sum()
        case "batch":
            return kept / len(mask)
        case "sum":
            return kept
        case "mask_ignored":
            return weights / weights.size
        case "unweighted":
            return mask / mask.sum()
    raise KeyError(name)


class Layer:
    """A step of a stack; called on a stack, it is added to it."""

    def __call__(self, stack: "Stack") -> "Stack":
        return Stack(shape=stack.shape, layers=(*stack.layers, self))

    def build(self, features: int) -> tuple[list[tuple[int, ...]], int]:
        """Return the shapes of the weights, and how many features come out."""
        return [], features


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers on an input of a shape."""

    shape: tuple[int, ...]
    layers: tuple[Layer, ...] = ()


class Masking(Layer):
    def __init__(self, mask_value: float = 0.0) -> None:
        self.mask_value = mask_value


class Convolution(Layer):
    """Conv1D with padding="same"; a kernel of size 1 is a Dense layer."""

    def __init__(self, filters: int, size: int = 1, padding: str = "same", activation: str = ""):
        self.filters, self.size, self.activation = filters, size, activation

    def build(self, features: int) -> tuple[list[tuple[int, ...]], int]:
        return [(self.size, features, self.filters), (self.filters,)], self.filters

    def run(self, x: Array, kernel: Array, bias: Array) -> Array:
        padded = np.concatenate([x, np.zeros_like(x[:, : self.size - 1])], axis=1)
        steps = x.shape[1]
        out = bias + sum(padded[:, k : k + steps] @ kernel[k] for k in range(self.size))
        if self.activation == "elu":
            return np.where(out > 0, out, np.expm1(np.minimum(out, 0)))
        if self.activation == "softmax":
            grown = np.exp(out - out.max(axis=-1, keepdims=True))
            return np.asarray(grown / grown.sum(axis=-1, keepdims=True))
        return np.asarray(out)


def absolute_error(y: Array, predicted: Array) -> Array:
    return np.abs(y - predicted).mean(axis=-1)


def crossentropy(y: Array, predicted: Array) -> Array:
    return np.asarray(-(y * np.log(np.clip(predicted, 1e-7, 1 - 1e-7))).sum(axis=-1))


class Model:
    """A stack with weights, trained by plain SGD; linear layers only, and the "mae" loss."""

    def __init__(self, inputs: Stack, outputs: Stack, *, planted: Planted) -> None:
        self.planted, self.layers = planted, outputs.layers
        self._weights: list[Array] = []
        features = inputs.shape[-1]
        for layer in self.layers:
            shapes, features = layer.build(features)
            self._weights += [np.zeros(shape, "float32") for shape in shapes]

    def get_weights(self) -> list[Array]:
        return [w[0] if w.ndim == 3 and len(w) == 1 else w for w in map(np.copy, self._weights)]

    def set_weights(self, weights: list[Array]) -> None:
        self._weights = [
            np.asarray(new, "float32").reshape(old.shape)
            for new, old in zip(weights, self._weights, strict=True)
        ]

    def compile(
        self,
        optimizer: float = 0.0,
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
    ) -> None:
        self.rate = optimizer
        self.loss: Any = absolute_error if loss == "mae" else loss
        self.metrics = [(self.planted.metric, m) for m in metrics or []]
        self.metrics += [(self.planted.weighted_metric, m) for m in weighted_metrics or []]

    def _forward(self, x: Array) -> list[Array]:
        """Return the values before and after each layer that has weights."""
        values, weights = [np.asarray(x, "float64")], iter(self._weights)
        for layer in self.layers:
            if isinstance(layer, Masking) and not self.planted.mask_leaks:
                values[-1] = values[-1] * np.any(x != layer.mask_value, axis=-1, keepdims=True)
            elif isinstance(layer, Convolution):
                values.append(layer.run(values[-1], next(weights), next(weights)))
        return values

    def predict(self, x: Array, batch_size: int, verbose: int) -> Array:
        return self._forward(x)[-1]

    def _coefficients(self, name: str, x: Array, weights: Array | None) -> Array:
        mask = np.ones(np.shape(x)[:2])
        for layer in self.layers:
            if isinstance(layer, Masking):
                mask = np.any(np.asarray(x) != layer.mask_value, axis=-1).astype("float64")
        if weights is None:
            weights = np.ones_like(mask)
        elif weights.ndim == 1:
            along = np.newaxis if self.planted.axis == "timesteps" else slice(None)
            across = slice(None) if self.planted.axis == "timesteps" else np.newaxis
            weights = np.broadcast_to(weights[along, across], mask.shape)
        return coefficients(name, mask, weights)

    def evaluate(
        self, x: Array, y: Array, batch_size: int, verbose: int, sample_weight: Array | None = None
    ) -> Any:
        predicted, said = self._forward(x)[-1], []
        for name, function in [(self.planted.loss, self.loss), *self.metrics]:
            steps = function(np.asarray(y, "float64"), predicted)
            said.append(np.float32((steps * self._coefficients(name, x, sample_weight)).sum()))
        return said if self.metrics else said[0]

    def fit(
        self, x: Array, y: Array, *, batch_size: int, epochs: int, shuffle: bool, verbose: int
    ) -> Any:
        assert not shuffle
        history = []
        for _ in range(epochs):
            history.append(float(self.evaluate(x, y, batch_size, 0)))
            values = self._forward(x)
            steps = self._coefficients(self.planted.gradient or self.planted.loss, x, None)
            back = np.sign(values[-1] - y) / y.shape[-1] * steps[..., np.newaxis]
            moved: list[Array] = []
            for before, kernel in zip(values[-2::-1], self._weights[-2::-2], strict=True):
                gradients = [np.einsum("bti,bto->io", before, back)[np.newaxis], back.sum((0, 1))]
                moved = gradients + moved
                back = back @ kernel[0].T
            self.set_weights([w - self.rate * g for w, g in zip(self._weights, moved, strict=True)])
        return SimpleNamespace(history={"loss": history})


def keras(planted: Planted) -> Any:
    """Return the namespace that a scenario's probe looks into."""
    return SimpleNamespace(
        __name__="keras",
        backend=SimpleNamespace(),
        layers=SimpleNamespace(Input=Stack, Masking=Masking, Dense=Convolution, Conv1D=Convolution),
        models=SimpleNamespace(Model=partial(Model, planted=planted)),
        optimizers=SimpleNamespace(SGD=lambda rate: rate),
        losses=SimpleNamespace(categorical_crossentropy=crossentropy),
    )


def load_worker() -> ModuleType:
    """Import the worker from its file: it is in no package."""
    spec = importlib.util.spec_from_file_location("maskmatrix_worker", WORKER)
    assert spec
    assert spec.loader
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    return worker


def ask(scenario: str, experiment: str, planted: Planted, draws: int = 2) -> Collected:
    """Run an experiment of a real scenario on the planted release; return what is collected."""
    (found,) = [one for one in load_scenarios() if one.name == scenario]
    questions = tuple(q for q in found.questions if q.experiment == experiment)
    task = Task(
        scenario=scenario,
        scenario_sha256=found.sha256,
        file=str(found.file),
        experiment=experiment,
        questions=questions,
    )
    lines = [json.dumps(plan_event(provenance(), [task], draws))]

    def write(event: str, **fields: object) -> None:
        lines.append(json.dumps({**fields, "event": event}, allow_nan=False))

    described = {"index": 0, "scenario": scenario, "file": task.file, "experiment": experiment}
    load_worker().run_task(
        SimpleNamespace(write=write), described, SimpleNamespace(), keras(planted), draws
    )
    events: list[Event] = parse_events("".join(line + "\n" for line in lines).encode())
    return collect(events, NOON)
