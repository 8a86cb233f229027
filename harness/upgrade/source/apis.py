"""What the APIs of Keras and TensorFlow give when they are called, and what is seen in that."""

import ast

from harness.upgrade.source import applying, datasets
from harness.upgrade.source.definitions import Call
from harness.upgrade.source.layers import (
    MERGES,
    Layer,
    Network,
    concerns_always,
    concerns_under_mask,
    makes_mask,
)
from harness.upgrade.source.names import KERAS_ROOTS, canonical, leaf_of, makes_model
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import (
    NOTHING,
    Api,
    Argument,
    Arguments,
    Foreign,
    Items,
    Loss,
    Mask,
    Table,
    Tensor,
    Text,
    Values,
    elements_of,
    is_masked,
    literal_keys,
    mask_of,
)

_MONITORS = frozenset({"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"})
_TOTALS = frozenset({"loss", "val_loss"})
_POLICIES = frozenset(
    {
        "DTypePolicy",
        "LossScaleOptimizer",
        "Policy",
        "set_dtype_policy",
        "set_global_policy",
        "set_policy",
    }
)
"""What chooses a precision; the rest of keras.mixed_precision asks for it."""
_FULL_PRECISION = frozenset({"float32", "float64", "mixed_bfloat16", "bfloat16"})
_LOSS_FUNCTION_OF = {
    "BinaryCrossentropy": "keras.losses.binary_crossentropy",
    "SparseCategoricalCrossentropy": "keras.losses.sparse_categorical_crossentropy",
}
BUILTINS = frozenset("dict enumerate getattr iter list reversed sorted tuple zip".split())  # noqa: SIM905 - a table of names
_NO_LAYERS = frozenset({"Input", "InputSpec", "deserialize", "get", "serialize"})


def call_api(run: Run, path: str, call: Call) -> Values:
    """Return what calling an API gives, by its canonical name."""
    if makes_model(path):
        return _make_model(run, path, call)
    if layer := leaf_of(path, "layers"):
        return _make_layer(run, layer, call)
    if loss := leaf_of(path, "losses"):
        return _make_loss(run, loss, call)
    if callback := leaf_of(path, "callbacks"):
        _see_callback(run, callback, call)
        return frozenset({Foreign(path)})
    if policy := leaf_of(path, "mixed_precision"):
        sets = policy in _POLICIES
        if sets and not {one.text for one in _texts(call.arguments)} & _FULL_PRECISION:
            run.findings.see(*call.place(), "keras.mixed_precision")
        return frozenset({Foreign(path)})
    if path.startswith(datasets.DATASETS):
        return datasets.call_api(run, path, call.arguments)
    if path in {"functools.partial", "tensorflow.function"} and call.arguments.positional:
        return call.arguments.positional[0].values
    if path == "importlib.import_module":
        return frozenset(Api(canonical(one.text)) for one in _texts(call.arguments))
    return _operate(path, call.arguments)


def call_builtin(run: Run, name: str, call: Call) -> Values:
    """Return what a built-in function gives, where it hands on what it was given."""
    arguments = call.arguments
    if name == "dict":
        table = run.site(call.node, Table, lambda: Table({}))
        for key, argument in arguments.named.items():
            table.entries[key], table.keys[key] = argument.values, argument.value
        return frozenset({table})
    given = [argument.values for argument in arguments.positional]
    if name == "getattr" and len(given) > 1:
        apis = [one.path for one in given[0] if isinstance(one, Api)]
        names = [one.text for one in given[1] if isinstance(one, Text)]
        return frozenset(Api(canonical(f"{path}.{one}")) for path in apis for one in names)
    if name in {"list", "tuple", "reversed", "sorted", "iter"} and given:
        return given[0]
    if name in {"enumerate", "zip"} and given:
        columns = [elements_of(values) for values in given]
        row = Items([NOTHING, *columns] if name == "enumerate" else columns)
        return frozenset({Items([frozenset({row})])})
    return NOTHING


def _texts(arguments: Arguments) -> list[Text]:
    given = [*arguments.positional, *arguments.named.values()]
    return [value for one in given for value in one.values if isinstance(value, Text)]


def _operate(path: str, arguments: Arguments) -> Values:
    """Return what an operation gives: on tensors it ends the mask; else it is not Keras'.

    What is neither Keras' nor TensorFlow's may hold layers, and hand the mask on.
    """
    given = [mask_of(one.values) for one in (*arguments.positional, *arguments.named.values())]
    known = [mask for mask in given if mask is not None]
    if path.split(".", maxsplit=1)[0] not in KERAS_ROOTS:
        return frozenset({Foreign(path)})
    return frozenset({Tensor(min(max(known), Mask.PAST))}) if known else NOTHING


def _make_layer(run: Run, name: str, call: Call) -> Values:
    if name in _NO_LAYERS:
        return frozenset({Tensor(Mask.NONE)}) if name == "Input" else NOTHING
    unit = call.scope.unit
    layer = run.site(
        call.node, Layer, lambda: Layer(name, call.node, call.program, unit, call.arguments)
    )
    layer.name, layer.arguments = name, call.arguments
    run.findings.builders.add(unit)
    if makes_mask(layer):
        run.findings.sources.add(unit)
    for concern in concerns_always(layer):
        run.findings.see(*call.place(), concern, unit)
    if name in MERGES:
        return applying.apply_layer(layer, call.arguments)
    return frozenset({layer})


def see_layer(run: Run, layer: Layer) -> None:
    """Note what a layer concerns under the masks it met; where they are not known, can meet."""
    for concern, masks in concerns_under_mask(layer):
        met = bool(layer.inputs & masks)
        unknown = None in layer.inputs or not layer.inputs
        if met or (unknown and run.findings.can_mask(layer.unit)):
            run.findings.see(layer.program, layer.node, concern, layer.unit)


def _make_model(run: Run, path: str, call: Call) -> Values:
    network = run.site(
        call.node, Network, lambda: Network(call.node, call.program, call.scope.unit)
    )
    network.state, network.stack, network.masks, network.outputs = None, [], set(), {}
    run.findings.builders.add(call.scope.unit)
    if path == "keras.models.Sequential":
        network.state = Mask.NONE
        listed = call.get("layers", 0)
        given = Items([])
        if listed:
            given.grow_by(listed.values)
        network.more = given.more
        for values in given.elements:
            applying.add_layer(run, network, values)
    elif path == "keras.models.Model":
        outputs = call.get("outputs", 1) or call.get("output")
        network.state = mask_of(outputs.values) if outputs else None
        if network.state is not None:
            network.masks.add(network.state)
        network.outputs = _list_outputs(outputs) if outputs else {}
    return frozenset({network})


def _list_outputs(outputs: Argument) -> dict[str, bool | None]:
    """Return whether a mask gets to each output, by names where these are written out."""
    tables = [value for value in outputs.values if isinstance(value, Table)]
    names = literal_keys(outputs.value)
    if len(tables) == 1 and names == tables[0].entries.keys():
        return {name: is_masked(values) for name, values in tables[0].entries.items()}
    return {"": is_masked(outputs.values)}


def _make_loss(run: Run, name: str, call: Call) -> Values:
    if not name[:1].isupper():
        return frozenset(_texts(call.arguments)) if name == "get" else NOTHING
    see = run.findings.see
    if name in {"MeanSquaredError", "SparseCategoricalCrossentropy"}:
        see(*call.place(), f"keras.losses.{name}")
    if name in _LOSS_FUNCTION_OF:
        see(*call.place(), _LOSS_FUNCTION_OF[name])
    if reduction := call.get("reduction"):
        see(*call.place(reduction), "keras.losses.MeanSquaredError(reduction)")
    if name == "SparseCategoricalCrossentropy" and (ignored := call.get("ignore_class")):
        see(*call.place(ignored), "keras.losses.SparseCategoricalCrossentropy(ignore_class)")
    return frozenset({Loss(name)})


def _see_callback(run: Run, name: str, call: Call) -> None:
    see = run.findings.see
    if name in {"EarlyStopping", "History"}:
        see(*call.place(), f"keras.callbacks.{name}")
    position = 1 if name == "ModelCheckpoint" else 0
    monitor = call.get("monitor", position) if name in _MONITORS else None
    if monitor and _is_output_loss(monitor):
        see(*call.place(monitor), "keras.callbacks.EarlyStopping(monitor)")


def _is_output_loss(given: Argument) -> bool:
    """Whether what is monitored is, or can be, the loss of one output of several."""
    if isinstance(given.value, ast.JoinedStr):
        last = given.value.values[-1] if given.value.values else None
        return isinstance(last, ast.Constant) and str(last.value).endswith("_loss")
    names = {value.text for value in given.values if isinstance(value, Text)}
    return any(name.endswith("_loss") and name not in _TOTALS for name in names)
