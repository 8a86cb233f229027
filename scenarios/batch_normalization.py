"""Masking -> BatchNormalization, trained for one step: whether padded steps enter its statistics.

The moving mean is what tells: it moves towards the mean of the batch, padding in or out.
"""

import numpy as np

from scenarios.shared import draws, models

QUESTIONS = {
    "moving_mean": {
        "experiment": "moving_mean",
        "kind": "numeric",
        "title": "Whether the moving mean of a masked BatchNormalization includes padding",
        "why": "With padding in it, the mean and variance depend on how long the sequences of a "
        "batch happen to be padded, and a model retrained after an upgrade normalises otherwise.",
        "remedy": "Retrain rather than load weights across the change; or use LayerNormalization, "
        "which normalises each step by itself.",
        "answers": ["includes_padding", "excludes_padding"],
        "concerns": ["keras.layers.BatchNormalization"],
    },
}

MOMENTUM = 0.0
"""So that one step moves the mean all the way; some releases correct it for its zero start."""


def draw(rng):
    """Draw mask, inputs (0 at masked steps, at least 0.5 elsewhere) and labels."""
    mask = draws.padding_mask(rng)
    x = draws.padded_inputs(rng, mask)
    return {"mask": mask, "x": x, "y": rng.uniform(2.0, 4.0, x.shape).astype("float32")}


def candidates(data):
    """Return the sum of the moving means after one step: the mean of the batch."""
    x = data["x"].astype("float64")
    return {
        "includes_padding": float(x.mean(axis=(0, 1)).sum()),
        "excludes_padding": float(x[data["mask"]].mean(axis=0).sum()),
    }


def _model(probe, masked):
    layers = probe.get("layers")
    masking = [layers.Masking(mask_value=0.0)] if masked else []
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [*masking, layers.BatchNormalization(momentum=MOMENTUM)],
    )
    model.compile(optimizer=models.sgd(probe), loss="mae")
    return model


def moving_mean(probe):
    """Train one step; without a mask, the control, padding cannot be told from data."""
    masked, unmasked = (_model(probe, keep) for keep in (True, False))
    for rng in probe.draws():
        data = draw(rng)
        # gamma, beta, moving mean and moving variance, the last of which must be positive.
        weights = draws.weights_like(rng, masked, signs=(1,))
        expected = candidates(data)
        for model, report in (
            (masked, probe.observe),
            (unmasked, probe.control("includes_padding")),
        ):
            model.set_weights(weights)
            model.train_on_batch(data["x"], data["y"])
            moved = np.sum(model.get_weights()[2], dtype="float64")
            report("moving_mean", float(moved), expected)
