"""Means over more elements than float16 can count: 65,504 is its largest number.

A sum of losses, or a count of valid steps, held in half precision overflows although the mean it
is for is a small number.
"""

import numpy as np

from scenarios.shared import models

QUESTIONS = {
    "large_loss": {
        "experiment": "mixed_masked",
        "kind": "categorical",
        "title": "What a masked loss over more than 65,504 elements is under mixed_float16",
        "why": "Long masked sequences reach that size; summed or counted in half precision the "
        "loss overflows, and with it the gradient.",
        "remedy": "Where it is not `finite`, end the model with a layer of dtype float32.",
        "answers": ["finite", "nan", "inf", "wrong"],
        "concerns": ["keras.mixed_precision", "keras.layers.Masking"],
    },
    "large_loss_without_mask": {
        "experiment": "mixed",
        "kind": "categorical",
        "title": "What a loss over more than 65,504 elements is under mixed_float16, without a "
        "mask",
        "why": "Segmentation and audio models reach that size in one batch.",
        "remedy": "Where it is not `finite`, end the model with a layer of dtype float32.",
        "answers": ["finite", "nan", "inf", "wrong"],
        "concerns": ["keras.mixed_precision"],
    },
}

BATCH, STEPS = 330, 300
PADDED = 0.1
TOLERANCE = 0.05
"""Half precision keeps three digits; an error of a twentieth is more than its rounding."""


def draw(rng):
    """Draw one feature a step, a tenth of the steps padded, and targets the model misses by 1 to 2.

    99,000 steps, of which some 89,000 are valid: the count of either and the sum of the losses
    are too large for float16.
    """
    mask = rng.uniform(size=(BATCH, STEPS)) > PADDED
    x = np.where(mask, rng.uniform(0.5, 1.5, mask.shape), 0.0)[..., np.newaxis]
    y = x + rng.uniform(1.0, 2.0, x.shape)
    return {"mask": mask, "x": x.astype("float32"), "y": y.astype("float32")}


def means(data):
    """Return the mean absolute error of a model that passes its input on, under each denominator.

    Which one a release uses is asked elsewhere; here any of them is right.
    """
    per_step = np.abs(data["y"].astype("float64") - data["x"])[..., 0]
    kept = float((per_step * data["mask"]).sum())
    return [kept / data["mask"].sum(), kept / data["mask"].size, float(per_step.mean())]


def label(said, right):
    """Return the label of a loss: ``finite`` only where it is also near one that is right."""
    if np.isnan(said):
        return "nan"
    if np.isinf(said):
        return "inf"
    near = min(abs(said - mean) / mean for mean in right)
    return "finite" if near < TOLERANCE else "wrong"


def _mixed_policy(probe):
    """Return the mixed_float16 policy, from wherever the release keeps it."""
    mixed = probe.get("mixed_precision")
    found = getattr(mixed, "Policy", None) or getattr(
        getattr(mixed, "experimental", None), "Policy", None
    )
    if found is None:
        probe.not_applicable("keras.mixed_precision.Policy")
    return found("mixed_float16")


def _model(probe, dtype, *, masked):
    """Return a model that passes its input on: a Dense layer with a kernel of 1."""
    layers = probe.get("layers")
    inputs = outputs = layers.Input(shape=(STEPS, 1))
    if masked:
        outputs = layers.Masking(mask_value=0.0, dtype=dtype)(outputs)
    outputs = layers.Dense(1, dtype=dtype, kernel_initializer="ones")(outputs)
    model = probe.get("models.Model")(inputs, outputs)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    return model


def _ask(probe, question, *, masked):
    """Evaluate as one batch under the mixed policy; the same in float32 must be finite."""
    half = _model(probe, _mixed_policy(probe), masked=masked)
    single = _model(probe, "float32", masked=masked)
    for rng in probe.draws():
        data = draw(rng)
        for model, report in ((half, probe.observe), (single, probe.control("finite"))):
            said = models.evaluate(probe, model, data["x"], data["y"])[0]
            report(question, label(said, means(data)), note="loss: {:.4g}".format(said))


def mixed_masked(probe):
    """Ask with a mask."""
    _ask(probe, "large_loss", masked=True)


def mixed(probe):
    """Ask without a mask, which tells whether it is the sum or the count that overflows."""
    _ask(probe, "large_loss_without_mask", masked=False)
