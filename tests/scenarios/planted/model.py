"""Models: of a graph or subclassed, with one output or several, and what they say of batches."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.scenarios.planted.answers import Array
from tests.scenarios.planted.graph import Layer, Tensor, each
from tests.scenarios.planted.losses import Criterion, find_loss, find_metric, mean, overflowing
from tests.scenarios.planted.training import Adam, slopes

Logs = dict[str, Any]


class Model(Layer):
    """A layer of layers, which is trained; ``train_step`` may be a user's own."""

    def __init__(self, inputs: Any = None, outputs: Any = None, **config: Any) -> None:
        super().__init__(**config)
        self.inputs: list[Tensor] = list(each([] if inputs is None else [inputs]))
        self.outputs: list[Tensor] = list(each([] if outputs is None else [outputs]))
        self.shuffled = np.random.RandomState(0)
        self.layers: list[Layer] = []
        for output in self.outputs:
            self._collect(output)

    def _collect(self, tensor: Tensor) -> None:
        for parent in tensor.parents:
            self._collect(parent)
        if tensor.layer is not None and tensor.layer not in self.layers:
            self.layers.append(tensor.layer)

    def _replay(self, given: Sequence[Tensor]) -> list[Tensor]:
        known = {id(old): new for old, new in zip(self.inputs, given, strict=True)}

        def repeated(tensor: Tensor) -> Tensor:
            if id(tensor) not in known:
                known[id(tensor)] = tensor.layer(*map(repeated, tensor.parents))
            return known[id(tensor)]

        return [repeated(output) for output in self.outputs]

    def call(self, inputs: Any) -> Any:
        return self._replay(list(each([inputs])))[0]

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return self.call(inputs).mask

    def forward(self, x: Any) -> list[Tensor]:
        """Return each output for one batch."""
        if not self.outputs:
            return [self(x)]
        return self._replay([self._tensor(one) for one in each([x])])

    # What is compiled.

    def compile(
        self,
        optimizer: Any = "adam",
        loss: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        loss_weights: Any = None,
    ) -> None:
        self.optimizer = Adam() if optimizer == "adam" else optimizer
        self.names = [output.layer.name for output in self.outputs] or [""]
        self.losses = [find_loss(one, self.planted) for one in self._by_output(loss)]
        self.shares = self._by_output(loss_weights) if loss_weights else [1.0] * len(self.names)
        self.metrics: list[tuple[int, str, Criterion]] = []
        for given, denominator in (
            (metrics, self.planted.metric),
            (weighted_metrics, self.planted.weighted_metric),
        ):
            for index, own in enumerate(self._by_output(given or [])):
                for metric in own:
                    criterion = find_metric(metric, denominator)
                    key = f"{self.names[index]}_metric_{len(self.metrics)}"
                    self.metrics.append((index, key, criterion))
        self.reset_metrics()

    def reset_metrics(self) -> None:
        self.said_before: list[Logs] = []

    def _by_output(self, given: Any) -> list[Any]:
        if isinstance(given, dict):
            names = sorted(self.names) if self.planted.sorts_names else self.names
            return [given[name] for name in names]
        return given if len(self.names) > 1 and isinstance(given, list) else [given]

    def _targets(self, y: Any, weights: Any) -> Iterator[tuple[Array, Array | None]]:
        listed = self._by_output(weights) if weights is not None else [None] * len(self.names)
        return zip(self._by_output(y), listed, strict=True)

    # What is said of one batch, and of several.

    def _say(self, outputs: Sequence[Tensor], y: Any, weights: Any = None) -> Logs:
        """Return the total loss, then that of each output where it is logged, then the metrics."""
        targets = list(self._targets(y, weights))
        losses = [
            criterion.value(target, output, weight)
            for criterion, output, (target, weight) in zip(
                self.losses, outputs, targets, strict=True
            )
        ]
        weighted = [share * loss for share, loss in zip(self.shares, losses, strict=True)]
        logs: Logs = {"loss": sum(weighted[1:], weighted[0])}
        if len(outputs) > 1 and self.planted.logs_each_output:
            logged = weighted if self.planted.logs_loss_weight else losses
            logs |= {f"{name}_loss": loss for name, loss in zip(self.names, logged, strict=True)}
        for index, key, criterion in self.metrics:
            logs[key] = criterion.value(targets[index][0], outputs[index], targets[index][1])
        return logs

    def _say_of_batches(self, data: tuple[Any, ...], size: int, over: str, *, train: bool) -> Logs:
        """Return one number each for several batches, combined as planted."""
        ask = self.train_step if train else self._test_step
        count = len(next(each([data[0]])))
        batches = [_part(data, slice(start, start + size)) for start in range(0, count, size)]
        said = [ask(batch) for batch in batches]
        if len(said) == 1:
            return said[0]
        sizes = [len(next(each([batch[0]]))) for batch in batches]
        whole = self._test_step(data)
        return {
            key: {
                "weighted_by_batch_size": np.average([one[key] for one in said], weights=sizes),
                "mean_of_batches": np.mean([one[key] for one in said]),
                "last_batch": said[-1][key],
                "global": whole[key],
            }[over if key == "loss" else self.planted.metric_over_batches]
            for key in whole
        }

    def _say_on_batch(self, logs: Logs) -> list[Any]:
        self.said_before.append(logs)
        return [
            np.mean([one[key] for one in self.said_before])
            if (self.planted.running if key == "loss" else self.planted.metric_running)
            else logs[key]
            for key in logs
        ]

    def _test_step(self, data: tuple[Any, ...]) -> Logs:
        return self._say(self.forward(data[0]), *data[1:])

    def train_step(self, data: tuple[Any, ...]) -> Logs:
        outputs = self.forward(data[0])
        logs = self._say(outputs, *data[1:])
        if self.optimizer.rate:
            variables = [one for one in self.variables() if one.trainable]
            self.optimizer.step(variables, self._gradients(*data))
        for layer in self.layers:
            layer.update()
        return logs

    def _gradients(self, x: Any, y: Any, weights: Any = None) -> list[Array]:
        """Return the gradients, with the denominator that is planted for them."""
        targets = list(self._targets(y, weights))
        trained = [
            replace(one, denominator=self.planted.gradient or one.denominator)
            for one in self.losses
        ]

        def steps() -> list[Array]:
            outputs = self.forward(x)
            found = [
                criterion.steps(target, output.value)
                for criterion, output, (target, _) in zip(trained, outputs, targets, strict=True)
            ]
            return list(map(overflowing, found)) if self.planted.gradient_overflows else found

        fractions = [
            criterion.fraction(target, output, found, weight)
            for criterion, output, found, (target, weight) in zip(
                trained, self.forward(x), steps(), targets, strict=True
            )
        ]
        return [
            self._gradient(slopes(variable, steps), variable.value, fractions)
            for variable in self.variables()
            if variable.trainable
        ]

    def _gradient(self, found: Any, value: Array, fractions: Sequence[Any]) -> Array:
        gradient, selects = np.zeros_like(value), self.planted.gradient_selects
        for index, by_output in found:
            gradient[index] = sum(
                share * mean(slope, *parts, selects=selects)
                for share, slope, parts in zip(self.shares, by_output, fractions, strict=True)
            )
        return gradient

    # What a user calls.

    def predict(self, x: Any, batch_size: int, verbose: int) -> Any:
        outputs = [output.value for output in self.forward(x)]
        return outputs if len(outputs) > 1 else outputs[0]

    def evaluate(
        self, x: Any, y: Any, batch_size: int, verbose: int, sample_weight: Any = None
    ) -> Any:
        data = (x, y) if sample_weight is None else (x, y, sample_weight)
        logs = self._say_of_batches(data, batch_size, self.planted.over_batches, train=False)
        return list(logs.values()) if len(logs) > 1 else logs["loss"]

    def train_on_batch(self, x: Any, y: Any) -> list[Any]:
        return self._say_on_batch(self.train_step((x, y)))

    def test_on_batch(self, x: Any, y: Any) -> list[Any]:
        return self._say_on_batch(self._test_step((x, y)))

    def fit(
        self,
        x: Any,
        y: Any,
        *,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int = 1,
        shuffle: bool = True,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        validation_data: tuple[Any, ...] | None = None,
    ) -> Any:
        assert not shuffle or len(next(each([x]))) <= batch_size
        if class_weight is not None:
            sample_weight = self._with_class_weight(y, class_weight, sample_weight)
        data = (x, y) if sample_weight is None else (x, y, sample_weight)
        history: dict[str, list[Any]] = defaultdict(list)
        over = self.planted.over_batches
        for _ in range(epochs):
            logs = self._say_of_batches(data, batch_size, over, train=True)
            if validation_data:
                said = self._validate(validation_data, batch_size)
                logs |= {f"val_{key}": value for key, value in said.items()}
            for key, value in logs.items():
                history[key].append(value)
        return SimpleNamespace(history=dict(history))

    def _validate(self, data: tuple[Any, ...], size: int) -> Logs:
        if self.planted.shuffles_validation:
            data = _part(data, self.shuffled.permutation(len(data[0])))
        over = self.planted.validation_over_batches or self.planted.over_batches
        return self._say_of_batches(data, size, over, train=False)

    def _with_class_weight(
        self, y: Array, class_weight: Mapping[int, float], sample_weight: Array | None
    ) -> Array | None:
        """Return the weights of both, as planted; integers are labels, anything else one-hot."""
        table = np.array([class_weight[label] for label in sorted(class_weight)])
        classes = y.argmax(axis=-1)
        if np.issubdtype(y.dtype, np.integer):
            classes = y.reshape(y.shape[:2])
        ones, rule = np.ones(classes.shape), self.planted.class_weight
        by_class = {
            "per_label": lambda: table[classes],
            "ignored": lambda: ones,
            "argmax_as_one_hot": lambda: ones * table[classes.argmax(axis=1)][:, np.newaxis],
            "argmax_along_time": lambda: ones * table[classes.argmax(axis=1)],
        }[rule]()
        if sample_weight is None:
            return by_class
        return {
            "multiplied": by_class * sample_weight,
            "class_weight_ignored": sample_weight,
            "sample_weight_ignored": by_class,
            "both_ignored": None,
        }[self.planted.with_sample_weight]

    # What a train_step of a user's own calls.

    def compute_loss(self, x: Any, y: Array, y_pred: Tensor) -> Array:
        return self._called("compute_loss", y, y_pred)

    def compiled_loss(self, y: Array, y_pred: Tensor) -> Array:
        return self._called("compiled_loss", y, y_pred)

    def _called(self, spelling: str, y: Array, y_pred: Tensor) -> Array:
        denominator = self.planted.spelled.get(spelling, self.planted.loss)
        return replace(self.losses[0], denominator=denominator).value(y, y_pred, None)


def _part(data: Any, rows: Any) -> Any:
    """Return some rows of arrays, in whatever dicts, lists and tuples they come."""
    if isinstance(data, dict):
        return {name: _part(value, rows) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(_part(value, rows) for value in data)
    return data[rows]
