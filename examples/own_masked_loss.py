"""A loss that masks by itself, in a model that masks as well.

Many projects have such a function: it leaves out the steps whose target is a padding value and
returns one number, the mean over the steps that are left. Under a Masking layer, Keras may apply
its own mask to that number once more. Measure it with

    nox -s "matrix(tf-2.10.1)" "matrix(tf-2.15.1)" -- --scenarios examples
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "loss": {
        "experiment": "loss",
        "kind": "numeric",
        "title": "What a loss that masks by itself is divided by in a model that masks, too",
        "why": "Divided by the valid steps once more times their share, the loss and with it the "
        "learning rate shrink with the padding, although the function itself is right.",
        "remedy": "Mask in one place only: in the loss, or by the layer.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.Masking"],
    },
}

PADDING = -100.0
"""The target that marks a step as padding."""


def masked_mean_absolute_error(probe):
    """Return the loss function, in operations that every TensorFlow has."""
    tf = probe.tf

    def loss(y_true, y_pred):
        keep = tf.cast(tf.not_equal(y_true, PADDING), y_pred.dtype)
        error = tf.abs(tf.cast(y_true, y_pred.dtype) - y_pred) * keep
        return tf.reduce_sum(error) / tf.reduce_sum(keep)

    return loss


def draw(rng):
    """Draw a mask, inputs that are 0 under it, and targets that are PADDING under it."""
    mask = draws.padding_mask(rng)
    y = rng.uniform(6.0, 9.0, (*mask.shape, 1)).astype("float32")
    y[~mask] = PADDING
    return {"mask": mask, "x": draws.padded_inputs(rng, mask), "y": y}


def candidates(data, per_step_loss):
    """Return what each denominator gives for a loss of shape (batch, timesteps), in float64."""
    return reductions.candidates(QUESTIONS["loss"]["answers"], per_step_loss, data["mask"])


def loss(probe):
    """Evaluate one batch with padding; then, as the control, one in which nothing is padding."""
    layers = probe.get("layers")
    shape = (draws.STEPS, draws.FEATURES)
    model = models.stack(probe, shape, [layers.Masking(0.0), layers.Dense(1)])
    model.compile(optimizer=models.sgd(probe), loss=masked_mean_absolute_error(probe))
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model))
        y_pred = models.predict(probe, model, data["x"])
        observed = models.evaluated_loss(probe, model, data["x"], data["y"])
        per_step = reductions.absolute_error(data["y"], y_pred)
        probe.observe("loss", observed, candidates(data, per_step))
        unpadded, y, per_step = models.unpadded_control(probe, model, data)
        observed = models.evaluated_loss(probe, model, unpadded, np.asarray(y, "float32"))
        probe.control("mask_ignored")("loss", observed, candidates(data, per_step))
