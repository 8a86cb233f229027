"""Masking -> Dense: whether metrics= and weighted_metrics= leave padded steps out."""

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


def draw(rng):
    """Draw mask, inputs, weights of each step, and the error that it shall have."""
    mask = draws.padding_mask(rng)
    return draws.planned(rng, mask, draws.weights_under_mask(rng, mask))


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
        y = draws.targets(data, y_pred)
        error = reductions.absolute_error(y, y_pred)
        probe.observe(question, models.evaluate(probe, model, x, y)[1], candidates(data, error))
        plain = models.evaluate(probe, model, unpadded, draws.targets(data, of_unpadded))[1]
        probe.control("mask_ignored")(question, plain, candidates(data, error))
        if weighted_question:
            expected = weighted_candidates(data, error)
            weighted = models.evaluate(probe, model, x, y, sample_weight=weights)[1]
            probe.observe(weighted_question, weighted, expected)
            folded = dict(data, loss=data["loss"] * weights)
            folded = models.evaluate(probe, model, unpadded, draws.targets(folded, of_unpadded))[1]
            probe.control("mask_ignored")(weighted_question, folded, expected)


def metrics(probe):
    """Ask metrics=."""
    _ask(probe, "metrics", "metrics")


def weighted_metrics(probe):
    """Ask weighted_metrics=, without weights and with them."""
    _ask(probe, "weighted_metrics", "weighted_metrics", "weighted_metrics_with_weights")
