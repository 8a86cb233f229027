"""Masking -> Dense: whether metrics= and weighted_metrics= leave padded steps out."""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "metrics": {
        "experiment": "metrics",
        "kind": "numeric",
        "title": "What a metric in metrics= is divided by where steps are masked",
        "why": "A metric that counts padding moves towards what the model says there: an accuracy "
        "over padded sequences looks far better, or worse, than it is.",
        "remedy": "Where it is `mask_ignored`, name the metric in weighted_metrics= and pass "
        "weights of 0 for the masked steps.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.compile(metrics)", "keras.layers.Masking"],
    },
    "weighted_metrics": {
        "experiment": "weighted_metrics",
        "kind": "numeric",
        "title": "What a metric in weighted_metrics= is divided by where steps are masked and no "
        "weights are given",
        "why": "A mask is often thought of as weights of 0 and 1; where it is not, a weighted "
        "metric counts padding until real weights are passed.",
        "remedy": "Pass the mask as sample weights of shape (batch, timesteps).",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.compile(weighted_metrics)", "keras.layers.Masking"],
    },
    "weighted_metrics_with_weights": {
        "experiment": "weighted_metrics",
        "kind": "numeric",
        "title": "What a metric in weighted_metrics= is divided by under a mask and weights of "
        "shape (batch, timesteps)",
        "why": "Mask and weights are multiplied in most releases, but what is divided by differs; "
        "the weights of masked steps must not count in it.",
        "remedy": "Pass weights of 0 for the masked steps: then mask and weights agree.",
        "answers": [
            "valid",
            "total",
            "sum_of_weights",
            "sum_of_all_weights",
            "nonzero_weights",
            "valid_and_nonzero_weights",
            "batch",
            "sum",
            "mask_ignored",
            "unweighted",
        ],
        "concerns": [
            "Model.compile(weighted_metrics)",
            "Model.fit(sample_weight)",
            "keras.layers.Masking",
        ],
    },
}

OUTPUTS = 2


def weights_under_mask(rng, mask):
    """Draw weights of shape (batch, timesteps) of which always the same lie on masked steps.

    So every denominator is the same in every draw: 22 valid steps of 28, whose weights sum to
    13.0 of 16.1, and 21 weights that are not 0.
    """
    weights = np.zeros(mask.shape)
    weights[~mask] = rng.permutation([0.0, 0.2, 0.2, 0.6, 0.6, 1.5])
    weights[mask] = rng.permutation([0.0] * 6 + [0.2] * 5 + [0.6] * 5 + [1.5] * 6)
    return weights


def draw(rng):
    """Draw mask, inputs, weights, and the error each step shall have: targets come from it.

    A valid step's error grows with its weight, so that weighted and plain means differ; a masked
    step's lies far off. ``signs`` say on which side of the prediction a target lies.
    """
    mask = draws.padding_mask(rng)
    weights = weights_under_mask(rng, mask)
    return {
        "mask": mask,
        "x": draws.padded_inputs(rng, mask),
        "unpadded": draws.padded_inputs(rng, np.ones_like(mask)),
        "weights": weights,
        "error": (1 + weights + 20 * ~mask) * rng.uniform(0.98, 1.02, mask.shape),
        "signs": rng.choice([-1, 1], (*mask.shape, OUTPUTS)),
    }


def targets(data, y_pred):
    """Return targets whose absolute error is what each step shall have."""
    return (y_pred + data["error"][..., np.newaxis] * data["signs"]).astype("float32")


def candidates(data, per_step_error):
    """Return what each denominator gives for an error of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS["metrics"]["answers"], per_step_error, data["mask"])


def weighted_candidates(data, per_step_error):
    """Return what each denominator gives for a masked and weighted error."""
    return reductions.candidates(
        QUESTIONS["weighted_metrics_with_weights"]["answers"],
        per_step_error,
        data["mask"],
        data["weights"],
    )


def _ask(probe, argument, question, weighted_question=None):
    """Evaluate the mean absolute error as a metric, and with weights where that is asked.

    The control has inputs without padding and no weights: its targets are those of steps that
    are masked elsewhere, too, and have the weights folded in. It is the mean over all steps.
    """
    layers = probe.get("layers")
    model = models.stack(
        probe,
        (draws.STEPS, draws.FEATURES),
        [layers.Masking(mask_value=0.0), layers.Dense(OUTPUTS)],
    )
    probe.require_argument(model.compile, argument)
    models.compile_for_weights(
        probe, model, temporal=True, optimizer=models.sgd(probe), loss="mse", **{argument: ["mae"]}
    )
    for rng in probe.draws():
        data = draw(rng)
        x, unpadded, weights = data["x"], data["unpadded"], data["weights"]
        model.set_weights(draws.weights_like(rng, model))
        y_pred, of_unpadded = (models.predict(probe, model, inputs) for inputs in (x, unpadded))
        y = targets(data, y_pred)
        error = reductions.absolute_error(y, y_pred)
        probe.observe(question, models.evaluate(model, x, y)[1], candidates(data, error))
        plain = models.evaluate(model, unpadded, targets(data, of_unpadded))[1]
        probe.control("mask_ignored")(question, plain, candidates(data, error))
        if weighted_question:
            expected = weighted_candidates(data, error)
            weighted = models.evaluate(model, x, y, sample_weight=weights)[1]
            probe.observe(weighted_question, weighted, expected)
            folded = dict(data, error=data["error"] * weights)
            folded = models.evaluate(model, unpadded, targets(folded, of_unpadded))[1]
            probe.control("mask_ignored")(weighted_question, folded, expected)


def metrics(probe):
    """Ask metrics=."""
    _ask(probe, "metrics", "metrics")


def weighted_metrics(probe):
    """Ask weighted_metrics=, without weights and with them."""
    _ask(probe, "weighted_metrics", "weighted_metrics", "weighted_metrics_with_weights")
