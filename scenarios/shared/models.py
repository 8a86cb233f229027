"""The few calls whose spelling differs between releases, asked of the release itself."""

import numpy as np

from scenarios.shared import draws


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


def _fed(probe, model, x, y, arguments):
    """Return what ``fit`` and ``evaluate`` get for one batch: positional arguments, and named ones.

    Where a release makes a dataset of all arrays it gets one of that batch, its numbers of the type
    that the release would make them: what it makes itself takes a twentieth of a second at each
    call, most of the whole. Weights are given as people give them, with arrays.
    """
    if arguments or not hasattr(model, "make_test_function"):
        size = len(x[0] if isinstance(x, list) else x)
        return (x, y), dict(arguments, batch_size=size)
    floatx = probe.get("backend").floatx()

    def tensors(part):
        if isinstance(part, list):
            return tuple(tensors(one) for one in part)
        return part.astype(floatx) if part.dtype.kind == "f" else part

    return (probe.tf.data.Dataset.from_tensors((tensors(x), tensors(y))),), {}


def evaluate(probe, model, x, y, **arguments):
    """Evaluate as one batch; return every number said, the loss first, as a list."""
    fed, arguments = _fed(probe, model, x, y, arguments)
    return np.ravel(model.evaluate(*fed, verbose=0, **arguments)).tolist()


def evaluated_loss(probe, model, x, y):
    """Return the loss alone, evaluated as one batch."""
    return evaluate(probe, model, x, y)[0]


def moved(before, after):
    """Say whether a loss moved by more than the order of float32 sums can; a NaN counts as such."""
    return not abs(after - before) <= 1e-3 * abs(before)


def predict_each(probe, model, x):
    """Return each of the model's outputs for one batch, in float64.

    Where tensors are eager the model is called: the same outputs as ``predict``, without the
    tenth of a second to a second that tracing a graph for them takes.
    """
    eager = getattr(probe.tf, "executing_eagerly", None)
    if eager is not None and eager():
        outputs = model(probe.tf.constant(x, "float32"), training=False)
    else:
        outputs = model.predict(x, batch_size=len(x), verbose=0)
    if not isinstance(outputs, (list, tuple)):
        outputs = [outputs]
    return [np.asarray(output, np.float64) for output in outputs]


def predict(probe, model, x):
    """Return the one output of a model for one batch, in float64."""
    return predict_each(probe, model, x)[0]


def train(probe, model, x, y, epochs=1, **arguments):
    """Train on one batch an epoch, in the order given; return the loss logged for each."""
    fed, arguments = _fed(probe, model, x, y, arguments)
    history = model.fit(*fed, epochs=epochs, shuffle=False, verbose=0, **arguments)
    return history.history["loss"]


def unpadded_control(probe, model, data):
    """Return inputs without padding, targets for them, and the absolute error of each step.

    That of a step which is padding in ``data`` is 3, that of any other 1: a mean over all steps
    cannot be taken for another.
    """
    unpadded = draws.unpadded(data)
    y_pred = predict(probe, model, unpadded)
    error = np.where(data["mask"], 1.0, 3.0)
    return unpadded, y_pred + error[..., np.newaxis], error
