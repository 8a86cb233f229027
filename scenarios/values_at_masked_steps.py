"""Masking -> LSTM(return_sequences=True): what it puts out at the steps that are masked.

The loss need not tell: these values are what predict() returns there, and what a layer that
ignores the mask goes on with. Only padding that the layer reaches after a kept step tells zeros
from a repeated output: before the first kept step both are zero.
"""

import numpy as np

from scenarios.shared import draws, models

QUESTIONS = {
    "lstm": {
        "experiment": "lstm",
        "kind": "categorical",
        "title": "What LSTM(return_sequences=True) gives at masked steps",
        "why": "Pooling, convolution or attention that ignores the mask takes these values in: a "
        "repeated output weighs the step before it anew, zeros do not.",
        "remedy": "Multiply the outputs by the mask before any layer that ignores it.",
        "answers": ["zeros", "repeated", "computed"],
        "concerns": ["keras.layers.LSTM(return_sequences)"],
    },
    "bidirectional": {
        "experiment": "bidirectional",
        "kind": "categorical",
        "title": "What Bidirectional(LSTM(return_sequences=True)) gives at masked steps",
        "why": "Pooling, convolution or attention that ignores the mask takes these values in; "
        "where they turn from repeated outputs to zeros, a trained model's features change.",
        "remedy": "Multiply the outputs by the mask before any layer that ignores it.",
        "answers": ["zeros", "repeated", "computed", "zeros_and_repeated"],
        "concerns": ["keras.layers.Bidirectional", "keras.layers.LSTM(return_sequences)"],
    },
}

UNITS, CLOSE = 2, 1e-6


def draw(rng):
    """Draw mask and inputs; whichever way it is read, some padding comes after a kept step.

    ``unpadded`` are inputs none of which is padding, at the steps of the mask neither.
    """
    mask = draws.padding_mask(rng)
    return {
        "mask": mask,
        "x": draws.padded_inputs(rng, mask),
        "unpadded": draws.padded_inputs(rng, np.ones_like(mask)),
    }


def value(mask, outputs, *, backwards=False):
    """Say what ``outputs`` (batch, timesteps, units) hold at the masked steps, or ``mixed``.

    ``backwards`` tells that the layer read the steps from the last to the first. Looked at are
    the masked steps that it reached after a kept one.
    """
    if backwards:
        mask, outputs = mask[:, ::-1], outputs[:, ::-1]
    answers = set()
    for kept, output in zip(mask, outputs):
        for step in range(kept.argmax(), len(kept)):
            if not kept[step]:
                answers.add(_one_value(output[step], output[step - 1]))
    return answers.pop() if len(answers) == 1 else "mixed"


def _one_value(output, before):
    """Say what an output is, next to the one before; unlike numbers differ by far more than CLOSE.

    A repeated zero counts as zero: a step with outputs, as every kept one, comes before the first.
    """
    if np.abs(output).max() < CLOSE:
        return "zeros"
    return "repeated" if np.abs(output - before).max() < CLOSE else "computed"


def _model(probe, layer):
    masking = probe.get("layers.Masking")(mask_value=0.0)
    return models.stack(probe, (draws.STEPS, draws.FEATURES), [masking, layer])


def lstm(probe):
    """Predict with an LSTM as most code has it; with inputs free of padding, the control."""
    model = _model(probe, models.lstm(probe, UNITS, return_sequences=True, unroll=False))
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model))
        for x, report in (
            (data["x"], probe.observe),
            (data["unpadded"], probe.control("computed")),
        ):
            report("lstm", value(data["mask"], models.predict(probe, model, x)))


def bidirectional(probe):
    """Predict in both directions; each half of the features is looked at in its own.

    ``zeros_and_repeated``: one half is zero, the other repeated. The control is as for the LSTM.
    """
    layer = models.lstm(probe, UNITS, return_sequences=True, unroll=False)
    model = _model(probe, probe.get("layers.Bidirectional")(layer))
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(draws.weights_like(rng, model))
        for x, report in (
            (data["x"], probe.observe),
            (data["unpadded"], probe.control("computed")),
        ):
            outputs = models.predict(probe, model, x)
            halves = {
                value(data["mask"], outputs[..., :UNITS]),
                value(data["mask"], outputs[..., UNITS:], backwards=True),
            }
            report("bidirectional", "_and_".join(sorted(halves, reverse=True)))
