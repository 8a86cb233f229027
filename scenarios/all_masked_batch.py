"""A batch of nothing but padding: zero valid steps to divide by.

It happens with the last batch of an epoch, with empty texts, and with samples held out by a mask.
"""

import numpy as np

from scenarios.shared import draws, models

QUESTIONS = {
    "loss": {
        "experiment": "loss",
        "kind": "categorical",
        "title": "What the loss of a batch is in which every step is masked",
        "why": "Divided by the number of valid steps, zero over zero is nan: one such batch turns "
        "the loss of the epoch to nan.",
        "remedy": "Where it is `nan` or `huge`, drop such batches before training; where it is "
        "`ordinary`, the padding is being learned.",
        "answers": ["zero", "nan", "huge", "ordinary"],
        "concerns": ["keras.layers.Masking", "keras.layers.Embedding(mask_zero)"],
    },
    "weights_after_step": {
        "experiment": "weights_after_step",
        "kind": "categorical",
        "title": "What one training step on a batch in which every step is masked does to the "
        "weights",
        "why": "A nan gradient turns every weight to nan, and the model is lost.",
        "remedy": "Where it is `nan`, drop such batches before training, or save the weights "
        "and stop with TerminateOnNaN.",
        "answers": ["unchanged", "nan", "changed"],
        "concerns": ["keras.layers.Masking", "Model.fit", "Model.train_on_batch"],
    },
    "global_average_pooling1d": {
        "experiment": "global_average_pooling1d",
        "kind": "categorical",
        "title": "What GlobalAveragePooling1D makes of a sample in which every step is masked",
        "why": "One empty text in a batch gives zero over zero, and its nan reaches the loss and "
        "the weights of the whole batch.",
        "remedy": "Where it is `nan`, keep at least one token in every text, or average with a "
        "Lambda that divides by at least 1.",
        "answers": ["zero", "nan", "huge", "ordinary"],
        "concerns": ["keras.layers.GlobalAveragePooling1D", "keras.layers.Embedding(mask_zero)"],
    },
}

UNITS, OUTPUTS = 5, 2
HUGE = 1e4
"""Far above what the data can give: losses and averages stay under 10."""


def draw(rng):
    """Draw inputs without padding, their all-masked twin (zeros), and targets."""
    x = rng.uniform(0.5, 1.5, (draws.BATCH, draws.STEPS, draws.FEATURES)).astype("float32")
    y = rng.uniform(6.0, 9.0, (draws.BATCH, draws.STEPS, OUTPUTS)).astype("float32")
    return {"x": x, "masked": np.zeros_like(x), "y": y}


def magnitude(values):
    """Return the label of a number or an array: its worst value decides."""
    values = np.abs(np.asarray(values, np.float64))
    if np.isnan(values).any():
        return "nan"
    if values.max() > HUGE:
        return "huge"
    return "ordinary" if values.max() > 0 else "zero"


def _model(probe):
    layers = probe.get("layers")
    return models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=0.0), layers.Dense(UNITS), layers.Dense(OUTPUTS)],
    )


def loss(probe):
    """Evaluate the all-masked batch; the unpadded one is the control."""
    model = _model(probe)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        for x, report in ((data["masked"], probe.observe), (data["x"], probe.control("ordinary"))):
            report("loss", magnitude(models.evaluate(probe, model, x, data["y"])[0]))


def weights_after_step(probe):
    """Train one step of plain SGD on the all-masked batch; the unpadded one must change weights.

    The control comes first and each draw compiles anew: a nan stays in the slots that some
    releases keep even for plain SGD.
    """
    model = _model(probe)
    for rng in probe.draws():
        data = draw(rng)
        model.compile(optimizer=models.sgd(probe), loss="mae")
        weights = draws.weights_like(rng, model, signs=(1,))
        for x, report in ((data["x"], probe.control("changed")), (data["masked"], probe.observe)):
            model.set_weights(weights)
            models.train(probe, model, x, data["y"])
            moved = magnitude(
                np.concatenate([np.ravel(a - b) for a, b in zip(model.get_weights(), weights)])
            )
            label = {"zero": "unchanged", "nan": "nan"}.get(moved, "changed")
            report("weights_after_step", label)


def global_average_pooling1d(probe):
    """Average a batch with one all-masked sample; its unpadded neighbour is the control.

    A Dense layer with a bias comes between, so that masked steps are not zero by themselves.
    """
    layers = probe.get("layers")
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=0.0), layers.Dense(UNITS), layers.GlobalAveragePooling1D()],
    )
    for rng in probe.draws():
        x = draw(rng)["x"]
        x[1] = 0.0
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        pooled = models.predict(probe, model, x)
        probe.observe("global_average_pooling1d", magnitude(pooled[1]))
        probe.control("ordinary")("global_average_pooling1d", magnitude(pooled[0]))
