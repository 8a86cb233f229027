"""Masking -> Dense -> Dense under a mean absolute error (seed 1).

Does the loss leave padded steps out, and if it does, is it still divided by all of them?
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "loss_denominator": {
        "experiment": "loss_and_gradient",
        "kind": "numeric",
        "title": "What a masked loss is divided by",
        "why": "Divided by all steps, the loss shrinks with the share of padding; divided by the "
        "valid steps it does not. The curve, its thresholds and early stopping change their "
        "meaning.",
        "remedy": "Compare losses only within one side of the change; to keep the old scale "
        "multiply the new loss by the share of valid steps in each batch.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.Masking", "keras.layers.Embedding(mask_zero)"],
    },
    "gradient_denominator": {
        "experiment": "loss_and_gradient",
        "kind": "numeric",
        "title": "What the gradient of a masked loss is divided by",
        "why": "The step of plain SGD scales with it: where the denominator goes from all steps "
        "to the valid ones, the learning rate grows by one over the share of valid steps.",
        "remedy": "With SGD or gradient clipping, scale the learning rate by the usual share of "
        "valid steps; Adam and RMSprop hardly feel a constant factor.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.Masking", "keras.layers.Embedding(mask_zero)"],
    },
    "masked_targets": {
        "experiment": "masked_targets",
        "kind": "categorical",
        "title": "Whether labels at masked steps matter",
        "why": "Labels under padding are usually filler; if they are felt, the model learns them.",
        "remedy": "Where they are felt, pass sample weights of 0 for the masked steps.",
        "answers": ["ignored", "felt"],
        "concerns": ["keras.layers.Masking"],
    },
    "mask_value": {
        "experiment": "mask_value",
        "kind": "categorical",
        "title": "Whether it matters which value marks padding",
        "why": "A mask value is only a marker; if another one trains another model, masked inputs "
        "leak.",
        "remedy": "Where it is material, keep the mask value fixed between training and serving.",
        "answers": ["immaterial", "material"],
        "concerns": ["keras.layers.Masking"],
    },
    "seed_program": {
        "experiment": "seed_program",
        "kind": "numeric",
        "title": "The question's own program: what its evaluated loss is divided by",
        "why": "The program that raised the question, run whole: 100 epochs of Adam on two "
        "sequences of five steps, four of the ten masked.",
        "remedy": "See dense_masking.loss_denominator.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["keras.layers.Masking"],
    },
}

UNITS, OUTPUTS = 5, 2


def draw(rng):
    """Draw mask, inputs and targets; masked targets lie far off, so that feeling them shows.

    All targets lie above what positive weights predict: the signs of the errors, and so the steps'
    gradients, agree and cannot cancel. ``unpadded`` are the inputs with 3 for padding: their
    gradients lie far off, too.
    """
    mask = draws.padding_mask(rng)
    y = rng.uniform(6.0, 9.0, (*mask.shape, OUTPUTS)).astype("float32")
    y[~mask] += 20.0
    x = draws.padded_inputs(rng, mask)
    unpadded = np.where(mask[..., np.newaxis], x, 3).astype("float32")
    return {"mask": mask, "x": x, "unpadded": unpadded, "y": y}


def candidates(data, per_step_loss, question="loss_denominator"):
    """Return what each denominator gives for a loss (or gradient) of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS[question]["answers"], per_step_loss, data["mask"])


def _model(probe, *, mask_value=0.0):
    layers = probe.get("layers")
    return models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=mask_value), layers.Dense(UNITS), layers.Dense(OUTPUTS)],
    )


def _gradient_per_step(data, x, weights, y_pred):
    """Return each step's share of the summed gradient of the last kernel, (batch, timesteps).

    For an output of mean |y_pred - y| over the features, the gradient of the kernel is the outer
    product of the hidden values with the signs, over the number of features.
    """
    kernel, bias = weights[0].astype("float64"), weights[1].astype("float64")
    hidden = x.astype("float64").dot(kernel) + bias
    signs = np.sign(y_pred - data["y"])
    return hidden.sum(axis=-1) * signs.sum(axis=-1) / OUTPUTS


def loss_and_gradient(probe):
    """Evaluate, then take one SGD step from known weights; without padding, the control."""
    rate = 0.01
    model = _model(probe)
    model.compile(optimizer=models.sgd(probe, rate), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, model, signs=(1,))
        for x, report in (
            (data["x"], probe.observe),
            (data["unpadded"], probe.control("mask_ignored")),
        ):
            model.set_weights(weights)
            y_pred = models.predict(probe, model, x)
            loss = models.evaluate(probe, model, x, data["y"])[0]
            expected = candidates(data, reductions.absolute_error(data["y"], y_pred))
            report("loss_denominator", loss, expected)
            models.train(probe, model, x, data["y"])
            moved = (weights[2].astype("float64") - model.get_weights()[2]).sum() / rate
            expected = candidates(data, _gradient_per_step(data, x, weights, y_pred))
            report("gradient_denominator", moved, expected)


def _trained(probe, model, weights, x, y):
    """Return all that training leaves behind: losses, weights, predictions, as one flat array."""
    model.set_weights(weights)
    losses = models.train(probe, model, x, y, epochs=3)
    left = [losses, *model.get_weights(), models.predict(probe, model, x)]
    return np.concatenate([np.ravel(part) for part in left])


def _same(left, right):
    """Say whether two trainings agree within 1 %.

    Exact equality is too much to ask: in the graphs of TensorFlow 1.8 and 1.12 the update of one
    kernel races with the gradient that still reads it, so that the same training ends up 0.01 %
    elsewhere from run to run. What is looked for moves a loss or a prediction by a tenth or more.
    """
    return np.allclose(left, right, rtol=1e-2, atol=1e-4)


def masked_targets(probe):
    """Train with and without absurd targets at masked steps; without padding they must be felt."""
    model = _model(probe)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, model, signs=(1,))
        absurd = data["y"].copy()
        absurd[~data["mask"]] = 1e6
        for x, report in (
            (data["x"], probe.observe),
            (data["unpadded"], probe.control("felt")),
        ):
            same = _same(*(_trained(probe, model, weights, x, y) for y in (data["y"], absurd)))
            report("masked_targets", "ignored" if same else "felt")


def mask_value(probe):
    """Train with another mask value and inputs rewritten to it; unannounced, it must matter."""
    other = -3.0
    zero, announced = _model(probe), _model(probe, mask_value=other)
    for model in (zero, announced):
        model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        weights = draws.weights_like(rng, zero, signs=(1,))
        rewritten = data["x"].copy()
        rewritten[~data["mask"]] = other
        before = _trained(probe, zero, weights, data["x"], data["y"])
        for model, report in (
            (announced, probe.observe),
            (zero, probe.control("material")),
        ):
            same = _same(before, _trained(probe, model, weights, rewritten, data["y"]))
            report("mask_value", "immaterial" if same else "material")


def seed_data(rng):
    """Return the data of seed 1: two samples of five steps, four of the ten masked."""
    x = np.array(
        [[[3, 0], [1, 4], [3, 2], [4, 0], [4, 5]], [[1, 2], [3, 1], [1, 3], [5, 1], [3, 5]]],
        "float64",
    )
    mask = np.array([[0, 0, 1, 1, 1], [1, 1, 0, 0, 1]], bool)
    x[~mask] = 0
    return {"mask": mask, "x": x, "y": rng.rand(2, 5, 1)}


def seed_program(probe):
    """Train the program of seed 1 for its 100 epochs, then evaluate; its control has no padding."""
    layers = probe.get("layers")
    model = models.stack(
        probe, (5, 2), [layers.Masking(mask_value=0), layers.Dense(10), layers.Dense(1)]
    )
    model.compile(loss="mae", optimizer="adam")
    for rng in probe.draws():
        data = seed_data(rng)
        model.set_weights(draws.weights_like(rng, model))
        models.train(probe, model, data["x"], data["y"], epochs=100)
        y_pred = models.predict(probe, model, data["x"])
        loss = models.evaluate(probe, model, data["x"], data["y"])[0]
        per_step = reductions.absolute_error(data["y"], y_pred)
        probe.observe("seed_program", loss, candidates(data, per_step, "seed_program"))
        unpadded, y, per_step = models.unpadded_control(probe, model, data)
        loss = models.evaluate(probe, model, unpadded, y)[0]
        expected = candidates(data, per_step, "seed_program")
        probe.control("mask_ignored")("seed_program", loss, expected)
