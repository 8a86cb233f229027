"""What a step of training takes from masked or ignored steps: its scale, and whether NaN leaks in.

A mask is applied by multiplying with 0, and 0 times NaN or infinity is NaN: a label that no one
looks at can then destroy the loss, or the weights, or both.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "denominator": {
        "experiment": "denominator",
        "kind": "numeric",
        "title": "What the gradient of a masked mean squared error is divided by",
        "why": "The step of plain SGD scales with it: where the denominator goes from all steps "
        "to the valid ones, the learning rate grows by one over the share of valid steps.",
        "remedy": "With SGD or gradient clipping, scale the learning rate by the usual share of "
        "valid steps; Adam and RMSprop hardly feel a constant factor.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.fit", "keras.layers.Masking"],
    },
    "nan_target": {
        "experiment": "masked_targets",
        "kind": "categorical",
        "title": "What a NaN label at a masked step does to the loss and to the weights",
        "why": "NaN is the usual filler for labels that are missing; multiplied with a mask of 0 "
        "it is still NaN, and one step of training turns every weight into NaN.",
        "remedy": "Replace the labels of masked steps by finite numbers before training, with "
        "numpy.nan_to_num for instance.",
        "answers": ["clean", "nan_loss", "nan_weights", "nan"],
        "concerns": ["Model.fit", "keras.layers.Masking"],
    },
    "huge_target": {
        "experiment": "masked_targets",
        "kind": "categorical",
        "title": "What a label of 1e30 at a masked step does to the mean squared error and to the "
        "weights",
        "why": "Its square overflows, and infinity times a mask of 0 is NaN: the log is lost even "
        "where the weights, whose gradient does not overflow, stay sound.",
        "remedy": "Replace the labels of masked steps by small numbers before training.",
        "answers": ["clean", "nan_loss", "nan_weights", "nan"],
        "concerns": ["Model.fit", "keras.layers.Masking"],
    },
    "ignore_class_nan_logits": {
        "experiment": "ignore_class_nan_logits",
        "kind": "categorical",
        "title": "What NaN logits at a step whose label is ignore_class do to the loss and to the "
        "weights",
        "why": "Where the loss picks the other steps, NaN is never touched; where it replaces the "
        "loss afterwards, the loss looks sound and the gradient is NaN.",
        "remedy": "Make logits finite before the loss, with tf.where on the ignored steps.",
        "answers": ["clean", "nan_loss", "nan_weights", "nan"],
        "concerns": ["keras.losses.SparseCategoricalCrossentropy(ignore_class)"],
    },
}

OUTPUTS, CLASSES = 2, 3
RATE = 0.01
IGNORED = -1


def draw(rng):
    """Draw mask, inputs and targets; masked targets lie far off, so that feeling them shows.

    All targets lie above what the weights predict, so that gradients cannot cancel.
    """
    mask = draws.padding_mask(rng)
    y = rng.uniform(6.0, 9.0, (*mask.shape, OUTPUTS)).astype("float32")
    y[~mask] += 20.0
    return {"mask": mask, "x": draws.padded_inputs(rng, mask), "y": y}


def draw_ignored(rng):
    """Draw inputs, labels that are ``IGNORED`` where masked, and what is added to the logits."""
    mask = draws.padding_mask(rng)
    labels = rng.randint(CLASSES, size=mask.shape)
    return {
        "mask": mask,
        "x": draws.padded_inputs(rng, np.ones_like(mask)),
        "y": np.where(mask, labels, IGNORED).astype("int32"),
        "added": np.zeros((*mask.shape, CLASSES), "float32"),
    }


def candidates(data, per_step_gradient):
    """Return what each denominator gives for a gradient of shape (batch, timesteps)."""
    return reductions.candidates(
        QUESTIONS["denominator"]["answers"], per_step_gradient, data["mask"]
    )


def gradient_per_step(data, y_pred):
    """Return each step's share of the summed gradient of the bias, of shape (batch, timesteps).

    For an output of mean (y_pred - y)^2 over the features, the bias gradient is 2 (y_pred - y)
    over the number of features. That of the kernel would not feel masked steps, whose inputs are
    0, mask or no mask.
    """
    return 2 * (y_pred - data["y"]).sum(axis=-1) / OUTPUTS


def _model(probe):
    layers = probe.get("layers")
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=0.0), layers.Dense(OUTPUTS)],
    )
    model.compile(optimizer=models.sgd(probe, RATE), loss="mse")
    return model


def denominator(probe):
    """Take one SGD step from known weights; inputs without padding are the control."""
    model = _model(probe)
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, model)
        unpadded = draws.padded_inputs(rng, np.ones_like(data["mask"]))
        for x, report in ((data["x"], probe.observe), (unpadded, probe.control("mask_ignored"))):
            model.set_weights(weights)
            expected = candidates(data, gradient_per_step(data, models.predict(probe, model, x)))
            models.train(probe, model, x, data["y"])
            moved = (weights[1].astype("float64") - model.get_weights()[1]).sum() / RATE
            report("denominator", moved, expected)


def _forget(optimizer):
    """Set to 0 what an optimizer remembers of the steps before.

    In many releases even plain SGD keeps a momentum, which 0 times NaN would spoil for good. The
    learning rate, where it is among the variables, is a scalar. What lists them, and whether that
    is a method, differs.
    """
    if hasattr(optimizer, "get_weights"):
        optimizer.set_weights([np.zeros_like(value) for value in optimizer.get_weights()])
        return
    variables = optimizer.variables
    for variable in variables() if callable(variables) else variables:
        if len(variable.shape):
            variable.assign(np.zeros(tuple(variable.shape), "float32"))


def _damage(probe, model, weights, x, y):
    """Train one step; say what of the loss and the weights is no longer a finite number."""
    model.set_weights(weights)
    _forget(model.optimizer)
    lost = not np.isfinite(models.train(probe, model, x, y)).all()
    spoilt = not all(np.isfinite(value).all() for value in model.get_weights())
    return {
        (False, False): "clean",
        (True, False): "nan_loss",
        (False, True): "nan_weights",
        (True, True): "nan",
    }[lost, spoilt]


def masked_targets(probe):
    """Train with NaN, and with a huge label, at one masked step.

    Controls: the labels as drawn must be clean; NaN at a step that is not masked must not.
    """
    model = _model(probe)
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, model)
        said = {}
        for name, kept, value in (
            ("sound", False, 0.0),
            ("nan_target", False, np.nan),
            ("huge_target", False, 1e30),
            ("felt", True, np.nan),
        ):
            y = data["y"].copy()
            y[tuple(np.argwhere(data["mask"] == kept)[0])] = value
            said[name] = _damage(probe, model, weights, data["x"], y)
        for question in ("nan_target", "huge_target"):
            probe.observe(question, said[question])
            probe.control("clean")(question, said["sound"])
            probe.control("nan")(question, said["felt"])


def ignore_class_nan_logits(probe):
    """Train with NaN logits where the label is to be ignored.

    They come in by a second input, so that the kernel is not multiplied with NaN on its way back.
    Controls: finite logits must be clean; NaN at a step that is not ignored must not.
    """
    layers, kind = probe.get("layers"), probe.get("losses.SparseCategoricalCrossentropy")
    probe.require_argument(kind, "ignore_class")
    inputs = layers.Input(shape=(draws.STEPS, draws.FEATURES))
    added = layers.Input(shape=(draws.STEPS, CLASSES))
    logits = layers.Add()([layers.Dense(CLASSES)(inputs), added])
    model = probe.get("models.Model")([inputs, added], logits)
    loss = kind(from_logits=True, ignore_class=IGNORED)
    model.compile(optimizer=models.sgd(probe, RATE), loss=loss)
    for rng in probe.draws():
        data = draw_ignored(rng)
        weights = draws.weights_like(rng, model)
        said = {}
        for name, kept, value in (
            ("sound", False, 0.0),
            ("ignored", False, np.nan),
            ("felt", True, np.nan),
        ):
            spoilt = data["added"].copy()
            spoilt[tuple(np.argwhere(data["mask"] == kept)[0])] = value
            said[name] = _damage(probe, model, weights, [data["x"], spoilt], data["y"])
        probe.observe("ignore_class_nan_logits", said["ignored"])
        probe.control("clean")("ignore_class_nan_logits", said["sound"])
        probe.control("nan")("ignore_class_nan_logits", said["felt"])
