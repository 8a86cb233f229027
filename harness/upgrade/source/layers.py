"""What Keras' layers do with a mask, and which of them a question is about."""

import ast
from dataclasses import dataclass, field

from harness.upgrade.source.definitions import Class, Own
from harness.upgrade.source.names import leaf_of
from harness.upgrade.source.program import Program
from harness.upgrade.source.values import Arguments, Made, Mask, Unit, Value, Values, is_off

_ENDING = frozenset(
    """
    Conv1D Cropping1D EinsumDense Flatten GlobalAveragePooling1D MaxPooling1D Permute RepeatVector
    Reshape UpSampling1D ZeroPadding1D
    """.split()  # noqa: SIM905 - a table of names
)
PLAIN = _ENDING | frozenset(
    """
    Activation Add Attention BatchNormalization Bidirectional Concatenate Dense Dropout
    LayerNormalization LeakyReLU MultiHeadAttention Multiply ReLU Softmax TimeDistributed
    add concatenate multiply
    """.split()  # noqa: SIM905 - a table of names
)
"""Layers, and functions that apply one, whose name alone is what a question concerns."""
SEQUENCES = frozenset({"GRU", "LSTM", "SimpleRNN"})
"""Recurrent layers a question concerns where they return whole sequences."""
MERGES = frozenset(
    """
    add average concatenate dot maximum minimum multiply subtract
    """.split()  # noqa: SIM905 - a table of names
)
"""Functions of keras.layers that make a layer and apply it at once."""
_RECURRENT = SEQUENCES | {"RNN", "CuDNNGRU", "CuDNNLSTM", "ConvLSTM1D", "ConvLSTM2D"}
_KEEPS = (PLAIN - _ENDING) | frozenset(
    """
    ActivityRegularization AdditiveAttention AlphaDropout Average ELU GaussianDropout
    GaussianNoise GroupQueryAttention Identity Masking Maximum Minimum PReLU RMSNormalization
    SpatialDropout1D Subtract ThresholdedReLU UnitNormalization average maximum minimum subtract
    """.split()  # noqa: SIM905 - a table of names
)
"""Layers documented to hand a mask on. All others end it: no release was seen to do otherwise."""


@dataclass(slots=True, eq=False)
class Layer(Made):
    """A layer of Keras, where it is made; ``inputs`` has the masks it met, None for unknown."""

    name: str
    node: ast.Call
    program: Program
    unit: Unit
    arguments: Arguments
    inputs: set[Mask | None] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Network(Made):
    """A model where it is made: the masks at its outputs, and its layers where they are listed."""

    node: ast.Call
    program: Program
    unit: Unit
    state: Mask | None = None
    masks: set[Mask] = field(default_factory=set)
    stack: list[Values] = field(default_factory=list)
    outputs: dict[str, bool | None] = field(default_factory=dict)
    """Whether a mask gets to each output of a functional model, where they have names; else to any
    of them, under a blank name."""
    more: bool = False
    """Whether it may have layers that are not known."""
    active: bool = False
    """Whether it is being gone through: one that holds itself is not gone into again."""


def is_model(value: Value) -> bool:
    """Whether a value is a model, of Keras or of a class of the user's."""
    return isinstance(value, Network) or (isinstance(value, Own) and value.of.is_model)


def makes_mask(layer: Layer) -> bool:
    """Whether a mask begins here."""
    if layer.name == "Embedding":
        return layer.arguments.is_on("mask_zero", 6)
    return layer.name == "Masking"


def mask_after(layer: Layer, given: Mask | None) -> Mask | None:
    """Return the mask that leaves a layer; None where what enters is not known, and matters."""
    if makes_mask(layer):
        return Mask.HERE
    if layer.name == "Embedding":
        return Mask.NONE
    if layer.name == "RepeatVector" and given:
        return Mask.REPEATED
    if _keeps(layer) or given is None:
        return given
    return min(given, Mask.PAST)


def _keeps(layer: Layer) -> bool:
    if layer.name in _RECURRENT:
        return returns_sequences(layer)
    if layer.name == "Bidirectional":
        inner = wrapped(layer)
        return not inner or any(returns_sequences(one) for one in inner)
    if layer.name == "Lambda":
        return layer.arguments.get("mask", 2) is not None
    return layer.name in _KEEPS


def returns_sequences(layer: Layer) -> bool:
    """Whether a recurrent layer returns, or can return, one output a step."""
    return layer.arguments.is_on("return_sequences")


def wrapped(layer: Layer) -> tuple[Layer, ...]:
    """Return the layers that a wrapper may hold."""
    inner = layer.arguments.get("layer", 0)
    return tuple(one for one in inner.values if isinstance(one, Layer)) if inner else ()


def concerns_under_mask(layer: Layer) -> tuple[tuple[str, frozenset[Mask]], ...]:
    """Return what a layer concerns, each with the masks under which it does."""
    here = frozenset({Mask.HERE})
    if layer.name in SEQUENCES:
        asked = layer.arguments.get("return_sequences")
        rows = []
        if returns_sequences(layer):
            again = here | {Mask.REPEATED}
            rows.append((f"keras.layers.{layer.name}(return_sequences)", again))
        decided = asked is None or isinstance(asked.value, ast.Constant)
        if layer.name == "LSTM" and not (decided and returns_sequences(layer)):
            rows.append(("keras.layers.LSTM", here))
        return tuple(rows)
    if layer.name == "RepeatVector":
        return (("keras.layers.RepeatVector", here | {Mask.PAST, Mask.REPEATED}),)
    if layer.name == "Lambda":
        return () if layer.arguments.get("mask", 2) else (("keras.layers.Lambda", here),)
    return ((f"keras.layers.{layer.name}", here),) if layer.name in PLAIN else ()


def concerns_always(layer: Layer) -> tuple[str, ...]:
    """Return what a layer concerns by itself: it makes a mask, or is told about one."""
    if layer.name == "Masking":
        given = layer.arguments.get("mask_value", 0)
        return ("keras.layers.Masking", *(["keras.layers.Masking(mask_value)"] if given else []))
    if layer.name == "Embedding" and makes_mask(layer):
        return ("keras.layers.Embedding(mask_zero)",)
    told = layer.arguments.get("mask", 2) if layer.name == "Lambda" else None
    return ("keras.layers.Lambda(mask)",) if told and not is_off(told.value) else ()


def own_says_nothing(kind: Class) -> bool:
    """Whether a layer of the user's says nothing about masks, nor anything it is derived from."""
    return not (
        kind.attribute("supports_masking")
        or kind.method("compute_mask")
        or kind.roots() - {"keras.layers.Layer", "keras.layers.Wrapper"}
    )


def own_keeps_mask(kind: Class) -> bool:
    """Whether a layer of the user's hands on the mask it is given."""
    if kind.method("compute_mask"):
        return bool(_computed_masks(kind))
    above = {leaf_of(root, "layers") for root in kind.roots()}
    return bool(kind.attribute("supports_masking") or above & (_KEEPS | _RECURRENT))


def own_makes_mask(kind: Class) -> bool:
    """Whether a layer of the user's computes a mask of its own, or lets one within it do so."""
    return any(_is_new_mask(kind, value) for value in _computed_masks(kind))


def _computed_masks(kind: Class) -> list[ast.expr]:
    """Return what its compute_mask returns, but for None."""
    values = [node.value for node in _mask_statements(kind) if isinstance(node, ast.Return)]
    return [value for value in values if value is not None and not is_off(value)]


def _mask_statements(kind: Class) -> list[ast.AST]:
    method = kind.method("compute_mask")
    return list(ast.walk(method.node)) if method else []


def _is_new_mask(kind: Class, value: ast.expr) -> bool:
    """Whether a mask is computed from something else than the masks that came in."""
    if isinstance(value, ast.Name):
        given = [
            node.value
            for node in _mask_statements(kind)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id == value.id
        ]
        return any(_is_new_mask(kind, one) for one in given if not isinstance(one, ast.Name))
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        asked = value.func.value
        if value.func.attr == "compute_mask" and isinstance(asked, ast.Attribute):
            layers = [one for one in kind.attribute(asked.attr) if isinstance(one, Layer)]
            return not layers or any(makes_mask(layer) for layer in layers)
    if isinstance(value, ast.Attribute) or is_off(value):
        return False
    names = [node.id for node in ast.walk(value) if isinstance(node, ast.Name)]
    return not any("mask" in name.lower() for name in names)
