"""The namespaces that a scenario looks into: what Keras has, and the little of TensorFlow."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from tests.scenarios.planted import layers, losses, merging
from tests.scenarios.planted.answers import Planted
from tests.scenarios.planted.graph import Layer, Operator, Tensor, Variable
from tests.scenarios.planted.model import Model
from tests.scenarios.planted.training import SGD, Adam

LAYERS: dict[str, type[Layer]] = {
    **{
        kind.__name__: kind
        for kind in (
            Layer,
            layers.Activation,
            layers.BatchNormalization,
            layers.Bidirectional,
            layers.Conv1D,
            layers.Dense,
            layers.EinsumDense,
            layers.Embedding,
            layers.Flatten,
            layers.GlobalAveragePooling1D,
            layers.LSTM,
            layers.Masking,
            layers.RepeatVector,
            layers.TimeDistributed,
            merging.Add,
            merging.Attention,
            merging.Concatenate,
            merging.Multiply,
        )
    },
    **dict.fromkeys(("GRU", "SimpleRNN"), layers.Recurrent),
    **dict.fromkeys(("LeakyReLU", "ReLU", "Softmax"), layers.Activation),
    **dict.fromkeys(
        (
            "Cropping1D",
            "Dropout",
            "LayerNormalization",
            "MaxPooling1D",
            "Permute",
            "Reshape",
            "UpSampling1D",
            "ZeroPadding1D",
        ),
        layers.Passing,
    ),
    "Lambda": Operator,
    "MultiHeadAttention": merging.Attention,
}


def _offered(kind: type, planted: Planted, name: str = "") -> type:
    """Return the class as this release has it."""
    return type(name or kind.__name__, (kind,), {"planted": planted})


def keras(planted: Planted) -> Any:
    """Return the namespace that a scenario's probe looks into."""

    def make_input(shape: tuple[int | None, ...], dtype: str = "float32") -> Tensor:
        return Tensor(value=np.ones([size or 1 for size in (1, *shape)]), planted=planted)

    return SimpleNamespace(
        __name__="keras",
        backend=SimpleNamespace(
            all=np.all,
            cast=np.asarray,
            categorical_crossentropy=losses.crossentropy,
            equal=np.equal,
            floatx=lambda: "float32",
            sum=np.sum,
            variable=np.asarray,
        ),
        layers=SimpleNamespace(
            Input=make_input,
            **{name: _offered(kind, planted, name) for name, kind in LAYERS.items()},
        ),
        models=SimpleNamespace(Model=_offered(Model, planted)),
        optimizers=SimpleNamespace(Adam=Adam, SGD=SGD),
        regularizers=SimpleNamespace(l2=float),
        mixed_precision=SimpleNamespace(Policy=str),
        losses=SimpleNamespace(
            categorical_crossentropy=losses.crossentropy,
            **{
                kind.__name__: _offered(kind, planted)
                for kind in (losses.MeanSquaredError, losses.SparseCategoricalCrossentropy)
            },
        ),
    )


def tensorflow(*, eager: bool = False) -> Any:
    """Return what scenarios use of TensorFlow; tensors are eager only where that is asked for."""
    names = SimpleNamespace(
        Variable=Variable,
        cast=np.asarray,
        constant=np.asarray,
        equal=np.equal,
        reduce_all=np.all,
        reduce_mean=np.mean,
        reduce_sum=np.sum,
        square=np.square,
        where=np.where,
        zeros_like=np.zeros_like,
    )
    if eager:
        names.executing_eagerly = lambda: True
    return names
