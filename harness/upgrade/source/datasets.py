"""Datasets and generators: how many parts each of their elements has, 3 being weights, too."""

from harness.upgrade.source.definitions import Class, Function, Own
from harness.upgrade.source.functions import run_function
from harness.upgrade.source.run import Run
from harness.upgrade.source.values import NOTHING, Arguments, Batches, Items, Values, ordered

DATASETS = "tensorflow.data."
MAPPING = frozenset({"map"})
_UNKNOWN_AFTER = {"flat_map", "interleave", "group_by_window", "reduce", "window"}


def call_api(run: Run, path: str, arguments: Arguments) -> Values:
    """Return the dataset that a function of tf.data makes."""
    name = path.rsplit(".", 1)[-1]
    if name in {"from_tensor_slices", "from_tensors"} and arguments.positional:
        return _batches(_lengths(arguments.positional[0].values))
    if name == "zip":
        if len(arguments.positional) > 1:
            return frozenset({Batches(len(arguments.positional))})
        return _batches(
            _lengths(arguments.positional[0].values if arguments.positional else NOTHING)
        )
    if name == "from_generator":
        declared = arguments.get("output_signature") or arguments.get("output_types", 1)
        lengths = _lengths(declared.values) if declared else set()
        made = arguments.get("generator", 0)
        return _batches(lengths or (_yields(run, made.values) if made else set()))
    return frozenset({Batches(0)})


def call_method(run: Run, owners: Values, name: str, arguments: Arguments) -> Values:
    """Return the dataset that a method of one gives; nothing where none is concerned."""
    if name in MAPPING:
        given = arguments.get("map_func", 0)
        if given and any(isinstance(value, Function) for value in given.values):
            return _batches(_results(run, given.values))
    datasets = frozenset(owner for owner in owners if isinstance(owner, Batches))
    if datasets and name in _UNKNOWN_AFTER:
        return frozenset({Batches(0)})
    return datasets


def parts_of(run: Run, values: Values) -> set[int]:
    """Return how many parts the elements can have of what fit is given as its data."""
    found = {value.parts for value in values if isinstance(value, Batches)}
    for value in values:
        if isinstance(value, Own):
            method = value.of.method("__getitem__")
            found |= _results(run, frozenset({method})) if method else set()
    return found


def _results(run: Run, values: Values) -> set[int]:
    functions = [value for value in ordered(values) if isinstance(value, Function)]
    return {length for one in functions for length in _lengths(run_function(run, one))}


def _yields(run: Run, values: Values) -> set[int]:
    found = {value.parts for value in values if isinstance(value, Batches)}
    for value in values:
        if isinstance(value, Function):
            found |= {one.parts for one in run_function(run, value) if isinstance(one, Batches)}
        elif isinstance(value, Own | Class):
            found |= parts_of(run, frozenset({value}))
    return found


def _lengths(values: Values) -> set[int]:
    return {len(value.elements) for value in values if isinstance(value, Items)}


def _batches(lengths: set[int]) -> Values:
    return frozenset(Batches(length) for length in lengths or {0})
