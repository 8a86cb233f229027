"""What is done with a model: compile, fit, evaluate, train_on_batch, and with what."""

import ast
import sys
from dataclasses import replace

from harness.upgrade.source.datasets import parts_of
from harness.upgrade.source.definitions import Call, Function, Own
from harness.upgrade.source.layers import Network, is_model
from harness.upgrade.source.names import leaf_of
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import (
    NOTHING,
    Api,
    Argument,
    Foreign,
    History,
    Items,
    Mask,
    Table,
    Text,
    Told,
    Value,
    Values,
    is_off,
    literal_keys,
)

_WITH_WEIGHTS = 3
"""The parts of an element of a dataset that gives (x, y, sample_weight)."""
_ONLY_KERAS = {
    "compile": {"loss", "optimizer", "metrics"},
    "fit": {"batch_size", "callbacks", "epochs", "initial_epoch", "nb_epoch"},
    "evaluate": {"batch_size", "sample_weight", "steps"},
    "fit_generator": {"epochs", "generator"},
}
_ONLY_KERAS_EVER = {
    "compile": {"loss_weights", "sample_weight_mode", "weighted_metrics"},
    "fit": {"steps_per_epoch", "validation_data", "validation_split", "validation_steps"},
    "fit_generator": {"steps_per_epoch", "validation_data"},
    "evaluate_generator": {"steps"},
}
"""Keywords that no other library's method of that name takes: the first set where the receiver is
not known and the file imports Keras, the second also where it came out of something else."""
METHODS = frozenset({"reset_metrics", "compute_loss", "test_on_batch", "train_on_batch"}).union(
    _ONLY_KERAS, _ONLY_KERAS_EVER
)
"""What a model is told to do that is of concern."""
_ONLY_KERAS_BY_NAME = {"test_on_batch", "train_on_batch"}
_SETTINGS = frozenset({"absl", "click", "config", "hydra", "omegaconf", "settings", "yaml"})
"""Roots of modules that hold settings: a loss that comes from one is a name."""
_POSITIONS = {
    "fit": {"batch_size": 2, "validation_split": 6, "validation_data": 7, "class_weight": 9}
    | {"sample_weight": 10},
    "fit_generator": {"validation_data": 5, "class_weight": 7},
    "evaluate": {"batch_size": 2, "sample_weight": 4},
    "train_on_batch": {"sample_weight": 2, "class_weight": 3},
    "test_on_batch": {"sample_weight": 2},
}
"""Where an argument stands in Keras 2, which nearly all code with so many positions was for."""


def call_model(run: Run, method: str, call: Call, owners: Values) -> Values:
    """Note what a method of a model is given; return its history where it has one.

    Where the receiver is not known to be a model, keywords decide that no other library has.
    """
    models = [owner for owner in owners if is_model(owner)]
    if not models and not _looks_like_keras(run, method, call, owners):
        return NOTHING
    told = Told(owners)
    if method == "compile":
        _compile(run, call, told)
    elif method in {"fit", "fit_generator"}:
        _fit(run, method, call, told)
        run.findings.see_if(lambda: _can_mask(run, models, call), *call.place(), "Model.fit", told)
        return frozenset({History()})
    elif method in {"evaluate", "evaluate_generator"}:
        _evaluate(run, call, told)
    elif method in {"train_on_batch", "test_on_batch"}:
        run.findings.see(*call.place(), f"Model.{method}", told)
        _on_batch(run, method, call, told)
    elif method in {"reset_metrics", "compute_loss"} and models:
        run.findings.see(*call.place(), f"Model.{method}", told)
    return NOTHING


def _looks_like_keras(run: Run, method: str, call: Call, owners: Values) -> bool:
    if call.program.path not in run.imports_keras:
        return False
    given = call.arguments.named.keys()
    if not owners:
        if method in _ONLY_KERAS_BY_NAME or given & _ONLY_KERAS.get(method, set()):
            return True
    elif not all(isinstance(owner, Foreign) for owner in owners):
        return False
    return bool(given & _ONLY_KERAS_EVER.get(method, set()))


def _can_mask(run: Run, models: list[Value], call: Call) -> bool:
    """Whether a mask can be in one of the models, or near by where none of them is known."""
    if not models:
        return run.findings.can_mask(call.scope.unit)
    return any(has_mask(run, model) for model in models)


def has_mask(run: Run, model: Value) -> bool:
    """Whether a mask is made in a model, as far as it is known; where not, in what builds it."""
    if isinstance(model, Network):
        if model.masks:
            return max(model.masks) > Mask.NONE
        return run.findings.can_mask(model.unit)
    if isinstance(model, Own):
        kinds = model.of.family()
        made_here = any(kind.unit in run.findings.sources for kind in kinds)
        return made_here or any(mask > Mask.NONE for kind in kinds for mask in kind.masks)
    return False


def _given(method: str, name: str, call: Call) -> Argument | None:
    return call.get(name, _POSITIONS[method].get(name))


def _see(run: Run, call: Call, told: Told, given: Argument, concern: str) -> None:
    """Note an argument; a dict that is written out is for the outputs that it names."""
    told = replace(told, names=literal_keys(given.value))
    run.findings.see(*call.place(given), concern, told)


def _compile(run: Run, call: Call, told: Told) -> None:
    for name in ("loss_weights", "sample_weight_mode", "weighted_metrics"):
        if given := call.get(name):
            _see(run, call, told, given, f"Model.compile({name})")
            if name == "loss_weights":
                run.several_outputs.add(call.program.path)
    metrics = call.get("metrics", 2)
    if metrics and not (isinstance(metrics.value, ast.List | ast.Tuple) and not metrics.value.elts):
        _see(run, call, told, metrics, "Model.compile(metrics)")
    if loss := call.get("loss", 1):
        _see_loss(run, loss, call, told)


def _see_loss(run: Run, loss: Argument, call: Call, told: Told) -> None:
    """Tell apart losses by name, of one's own, and one for each output."""
    each = isinstance(loss.value, ast.Dict | ast.List | ast.Tuple)
    values = list(loss.values)
    for value in loss.values:
        if isinstance(value, Items | Table):
            each = True
            inner = value.elements if isinstance(value, Items) else value.entries.values()
            values += [one for part in inner for one in part]
    if each:
        run.several_outputs.add(call.program.path)
    names = {value.text for value in values if isinstance(value, Text)}
    functions = [leaf_of(value.path, "losses") for value in values if isinstance(value, Api)]
    custom = [value for value in values if _is_custom(value)]
    settings = not custom and any(isinstance(value, Api | Foreign) for value in values)
    if each or names or any(functions) or settings or not values:
        _see(run, call, told, loss, "Model.compile(loss)")
    # Where one of these is given as a function, that was seen where it is named.
    for name in names & {"binary_crossentropy", "sparse_categorical_crossentropy"}:
        _see(run, call, told, loss, f"keras.losses.{name}")
    if custom:
        _see(run, call, told, loss, "custom loss function")


def _is_custom(value: Value) -> bool:
    """Whether a loss is a function that is not of Keras; what settings say may be a name."""
    if isinstance(value, Own):
        return not value.of.is_loss
    if not isinstance(value, Api | Foreign):
        return isinstance(value, Function)
    root, last = value.path.split(".")[0], value.path.split(".")[-1]
    if root in _SETTINGS or root in sys.stdlib_module_names or last.isupper():
        return False
    if leaf_of(value.path, "losses") or leaf_of(value.path, "metrics"):
        return False
    return isinstance(value, Api) or "loss" in value.path.lower()


def _fit(run: Run, method: str, call: Call, told: Told) -> None:
    for name in ("sample_weight", "class_weight"):
        if given := _given(method, name, call):
            _see(run, call, told, given, f"Model.fit({name})")
    data = call.get("x", 0) or call.get("generator")
    if data and _WITH_WEIGHTS in parts_of(run, data.values):
        run.findings.see(*call.place(data), "Model.fit(sample_weight)", told)
    validation = _given(method, "validation_data", call)
    split = _given(method, "validation_split", call) if method == "fit" else None
    for given in (validation, split):
        if given and not is_off(given.value):
            run.findings.see(*call.place(given), "Model.fit(validation_data)", told)
    if validation:
        tuples = {len(one.elements) for one in validation.values if isinstance(one, Items)}
        if _WITH_WEIGHTS in tuples | parts_of(run, validation.values):
            concern = "Model.evaluate(sample_weight)"
            run.findings.see(*call.place(validation), concern, told)
    if method == "fit":
        _see_labels(run, call, told)
        if given := _given(method, "batch_size", call):
            run.findings.see(*call.place(given), "Model.fit(batch_size)", told)


def _see_labels(run: Run, call: Call, told: Told) -> None:
    """Note labels by the names of outputs."""
    labels = call.get("y", 1)
    if labels and any(isinstance(value, Table) for value in labels.values):
        run.findings.see(*call.place(labels), "Model.fit(y)", told)


def _evaluate(run: Run, call: Call, told: Told) -> None:
    for name in ("batch_size", "sample_weight"):
        if given := _given("evaluate", name, call):
            _see(run, call, told, given, f"Model.evaluate({name})")
    data = call.get("x", 0) or call.get("generator")
    if data and _WITH_WEIGHTS in parts_of(run, data.values):
        run.findings.see(*call.place(data), "Model.evaluate(sample_weight)", told)


def _on_batch(run: Run, method: str, call: Call, told: Told) -> None:
    """One batch is weighed as an epoch of it would be."""
    weigher = "fit" if method == "train_on_batch" else "evaluate"
    if given := _given(method, "sample_weight", call):
        _see(run, call, told, given, f"Model.{weigher}(sample_weight)")
    if weigher == "fit":
        if given := _given(method, "class_weight", call):
            _see(run, call, told, given, "Model.fit(class_weight)")
        _see_labels(run, call, told)
