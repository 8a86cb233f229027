"""The few calls whose spelling differs between releases, asked of the release itself."""

import numpy as np


def stack(probe, shape, layers):
    """Build a functional model: an input of ``shape`` (without the batch), then each layer."""
    inputs = probe.get("layers.Input")(shape=shape)
    outputs = inputs
    for layer in layers:
        outputs = layer(outputs)
    return probe.get("models.Model")(inputs, outputs)


def lstm(probe, units, *, return_sequences, unroll=True):
    """Return an LSTM whose activations are the same in every release.

    Unrolled, its graph has no loop and is traced in a third of the time; the programs of the
    seeds run it as it comes.
    """
    return probe.get("layers.LSTM")(
        units,
        return_sequences=return_sequences,
        activation="tanh",
        recurrent_activation="sigmoid",
        unroll=unroll,
    )


def sgd(probe, learning_rate=0.01):
    """Return plain SGD, whose step is exactly the learning rate times the gradient.

    The rate is given by position: its name changed from ``lr`` to ``learning_rate``.
    """
    return probe.get("optimizers.SGD")(learning_rate)


def compile_for_weights(probe, model, temporal, **arguments):
    """Compile for weights of shape (batch,) or, if ``temporal``, (batch, timesteps).

    Older releases have to be told of the latter by an argument that newer ones do not take.
    """
    if temporal and probe.takes(model.compile, "sample_weight_mode"):
        arguments["sample_weight_mode"] = "temporal"
    model.compile(**arguments)


def evaluate(model, x, y, **arguments):
    """Evaluate as one batch; return every number said, the loss first, as a list."""
    return np.ravel(model.evaluate(x, y, batch_size=len(x), verbose=0, **arguments)).tolist()


def predict(probe, model, x):
    """Return the model's outputs for one batch, in float64.

    Where tensors are eager the model is called: the same outputs as ``predict``, without the
    tenth of a second to a second that tracing a graph for them takes.
    """
    eager = getattr(probe.tf, "executing_eagerly", None)
    if eager is not None and eager():
        return np.asarray(model(probe.tf.constant(x, "float32"), training=False), np.float64)
    return np.asarray(model.predict(x, batch_size=len(x), verbose=0), np.float64)


def train(model, x, y, epochs=1, **arguments):
    """Train on one batch an epoch, in the order given; return the loss logged for each."""
    history = model.fit(
        x, y, batch_size=len(x), epochs=epochs, shuffle=False, verbose=0, **arguments
    )
    return history.history["loss"]
