"""The calls whose spelling differs between releases, made on releases that differ."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scenarios.shared import draws, models, reductions
from tests.scenarios.planted import Planted, keras, tensorflow
from tests.scenarios.planted.asking import load_worker

X = np.arange(1.0, 25.0).reshape(4, 3, 2)


def make_probe(*, eager: bool = False, **planted: Any) -> Any:
    tf = tensorflow(eager=eager)
    return load_worker().Probe(tf, keras(Planted(**planted)), None, {"index": 0}, 2)


def two_outputs(probe: Any) -> Any:
    layers = probe.get("layers")
    inputs = layers.Input(shape=(3, 2))
    outputs = [layers.Dense(size, kernel_initializer="ones")(inputs) for size in (1, 2)]
    return probe.get("models.Model")(inputs, outputs)


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        (2.0, 2.0, False),
        (2.0, 2.0001, False),
        (-2.0, -2.0001, False),
        (2.0, 2.1, True),
        (2.0, 1.9, True),
        (0.0, 0.0, False),
        (0.0, 1e-6, True),
        (np.nan, np.nan, True),
        (2.0, np.nan, True),
        (np.inf, np.inf, True),
    ],
)
def test_a_loss_has_moved_unless_it_surely_stayed(
    before: float, after: float, *, answer: bool
) -> None:
    assert models.moved(before, after) is answer


@pytest.mark.parametrize("eager", [False, True])
def test_each_output_is_predicted_be_tensors_eager_or_not(*, eager: bool) -> None:
    probe = make_probe(eager=eager)
    model = probe.get("models.Model")
    of_one = models.stack(probe, (3, 2), [probe.get("layers.Dense")(1, kernel_initializer="ones")])
    assert isinstance(of_one, model)
    total = X.sum(axis=-1, keepdims=True)
    assert (models.predict(probe, of_one, X) == total).all()
    assert models.predict(probe, of_one, X).dtype == np.float64


def test_several_outputs_are_predicted_in_their_order() -> None:
    probe = make_probe()
    first, second = models.predict_each(probe, two_outputs(probe), X)
    assert (first.shape, second.shape) == ((4, 3, 1), (4, 3, 2))
    assert (second == first).all()


def test_an_eager_model_is_called_and_not_traced() -> None:
    """Whatever it returns: one output, a list or a tuple."""
    probe = make_probe(eager=True)
    for said, count in ((X, 1), ([X, X], 2), ((X, X, X), 3)):
        assert len(models.predict_each(probe, lambda x, training, s=said: s, X)) == count


def test_a_batch_is_a_dataset_where_arrays_would_be_made_one() -> None:
    """Of the numbers that the release would make of them; with weights it is arrays everywhere."""
    given: list[Any] = []

    def said(*data: Any, **arguments: Any) -> Any:
        given.append((data, {name: said for name, said in arguments.items() if name != "verbose"}))
        return SimpleNamespace(history={"loss": [2.0]})

    model = SimpleNamespace(fit=said, make_test_function=None)
    datasets = SimpleNamespace(Dataset=SimpleNamespace(from_tensors=lambda batch: [batch]))
    probe = SimpleNamespace(
        tf=SimpleNamespace(data=datasets),
        get=lambda _name: SimpleNamespace(floatx=lambda: "float16"),
    )
    labels = np.arange(4)
    assert models.train(probe, model, [X, X], labels, epochs=3) == [2.0]
    (([(inputs, targets)],), arguments) = given.pop()
    assert arguments == {"epochs": 3, "shuffle": False}
    assert [part.dtype for part in inputs] == ["float16", "float16"]
    assert targets is labels
    assert (inputs[0] == X).all()
    models.train(probe, model, [X, X], labels, sample_weight=labels)
    (data, arguments) = given.pop()
    assert data == ([X, X], labels)
    assert arguments == {
        "epochs": 1,
        "shuffle": False,
        "batch_size": len(X),
        "sample_weight": labels,
    }


@pytest.mark.parametrize(
    ("temporal", "expected"), [(True, {"sample_weight_mode": "temporal"}), (False, {})]
)
def test_weights_of_steps_are_announced_only_where_that_is_taken(
    *, temporal: bool, expected: dict[str, str]
) -> None:
    said: list[dict[str, Any]] = []
    old = SimpleNamespace(
        compile=lambda loss, sample_weight_mode=None: said.append(
            {"sample_weight_mode": sample_weight_mode} if sample_weight_mode else {}
        )
    )
    new = SimpleNamespace(compile=lambda loss: said.append({}))
    for model in (old, new):
        models.compile_for_weights(make_probe(), model, temporal, loss="mae")
    assert said == [expected, {}]


def test_numbers_are_said_as_a_list_in_whatever_form_they_come() -> None:
    for said in (2.0, [2.0], np.float32(2), np.array([2.0])):
        model = SimpleNamespace(evaluate=lambda x, y, batch_size, verbose, s=said: s)
        assert models.evaluate(make_probe(), model, X, X) == [2.0]
        assert models.evaluated_loss(make_probe(), model, X, X) == 2.0


def test_a_control_without_padding_has_the_errors_it_says() -> None:
    probe, rng = make_probe(), np.random.RandomState(0)
    mask = draws.padding_mask(rng)
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [probe.get("layers.Masking")(mask_value=0.0), probe.get("layers.Dense")(2)],
    )
    model.set_weights(draws.weights_like(rng, model))
    data = {"mask": mask, "x": draws.padded_inputs(rng, mask)}
    unpadded, y, error = models.unpadded_control(probe, model, data)
    assert (unpadded != 0).all()
    assert error.tolist() == np.where(mask, 1.0, 3.0).tolist()
    said = reductions.absolute_error(y, models.predict(probe, model, unpadded))
    assert said == pytest.approx(error)
