"""Masking -> loss: which steps the layer itself takes for padding.

Judged by the loss: a step is masked if its label can be changed without moving the loss.
"""

import numpy as np

from scenarios.shared import draws, models

QUESTIONS = {
    "nan_mask_value": {
        "experiment": "nan_mask_value",
        "kind": "categorical",
        "title": "Whether Masking(mask_value=nan) masks steps of nan",
        "why": "Missing readings are often nan; as nan equals nothing, not even itself, such a "
        "mask may never be made, and the nan go on into the model.",
        "remedy": "Where it never masks, replace nan by a number that does not occur in the data, "
        "and give that as mask_value.",
        "answers": ["masks", "never_masks"],
        "concerns": ["keras.layers.Masking(mask_value)"],
    },
    "partial_zero_row": {
        "experiment": "partial_zero_row",
        "kind": "categorical",
        "title": "Whether Masking masks a step of which only some features have the mask value",
        "why": "A sensor that reads 0 must not make its whole step vanish; and a step that is "
        "marked in one feature only is not padding.",
        "remedy": "Give padding the mask value in every feature, and choose a value that no whole "
        "step of real data has.",
        "answers": ["masks", "never_masks"],
        "concerns": ["keras.layers.Masking(mask_value)"],
    },
}


def draw(rng, mask_value=0.0):
    """Draw mask, inputs, and labels as they are and changed at the masked steps.

    ``partial`` are inputs that have the mask value in one feature only. The labels are changed by
    so much that feeling them shows.
    """
    mask = draws.padding_mask(rng)
    y = rng.uniform(6.0, 9.0, (*mask.shape, draws.FEATURES)).astype("float32")
    changed, felt = y.copy(), y.copy()
    changed[~mask] += 1000.0
    felt[mask] += 1000.0
    partial = rng.uniform(0.5, 1.5, y.shape).astype("float32")
    partial[~mask, rng.randint(draws.FEATURES)] = mask_value
    x = draws.padded_inputs(rng, mask, mask_value=mask_value)
    return {"mask": mask, "x": x, "partial": partial, "y": y, "changed": changed, "felt": felt}


def _answer(probe, model, data, inputs="x", changed="changed"):
    """Say whether changed labels leave the loss where it was, but for the order of float32 sums.

    A loss of nan would tell nothing: the experiment ends there.
    """
    before, after = [
        models.evaluated_loss(probe, model, data[inputs], data[labels]) for labels in ("y", changed)
    ]
    if not np.isfinite([before, after]).all():
        raise ArithmeticError("the loss is {}, then {}".format(before, after))
    return "never_masks" if models.moved(before, after) else "masks"


def _compiled(probe, mask_value, *layers):
    masking = probe.get("layers.Masking")(mask_value=mask_value)
    model = models.stack(probe, (draws.STEPS, draws.FEATURES), [masking, *layers])
    model.compile(optimizer=models.sgd(probe), loss="mae")
    return model


def nan_mask_value(probe):
    """Evaluate with nan as the mask value.

    A layer that hands the mask on turns nan into 0, as a mean over steps of which some are nan is
    nan, masked or not. Control: the same with 0 for nan must mask.
    """
    tf = probe.tf

    class WithoutNan(probe.get("layers.Layer")):
        def __init__(self, **kwargs):
            super(WithoutNan, self).__init__(**kwargs)
            self.supports_masking = True

        def call(self, inputs):
            return tf.where(tf.equal(inputs, inputs), inputs, tf.zeros_like(inputs))

        def compute_output_shape(self, input_shape):
            return input_shape

    nan, zero = (_compiled(probe, value, WithoutNan()) for value in (float("nan"), 0.0))
    for rng in probe.draws():
        data = draw(rng, mask_value=np.nan)
        probe.observe("nan_mask_value", _answer(probe, nan, data))
        probe.control("never_masks")("nan_mask_value", _answer(probe, nan, data, changed="felt"))
        probe.control("masks")("nan_mask_value", _answer(probe, zero, draw(rng)))


def partial_zero_row(probe):
    """Evaluate with one feature zero at some steps; with all features zero, it must mask."""
    model = _compiled(probe, 0.0)
    for rng in probe.draws():
        data = draw(rng)
        probe.observe("partial_zero_row", _answer(probe, model, data, "partial"))
        probe.control("never_masks")(
            "partial_zero_row", _answer(probe, model, data, "partial", "felt")
        )
        probe.control("masks")("partial_zero_row", _answer(probe, model, data))
