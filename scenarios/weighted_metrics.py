"""Conv1D with sample weights: what the loss, metrics= and weighted_metrics= divide by (seed 3).

The seed asked it of one program in three forms, and a user meets it in two shapes of weights: the
questions, written out, are a third of the file.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "loss_denominator": {
        "experiment": "per_sample_metrics",
        "kind": "numeric",
        "title": "What the loss over a sequence is divided by under weights of shape (batch,)",
        "why": "Divided by the number of steps, the loss shrinks with the weights; divided by "
        "their sum, or by the steps whose weight is not zero, it does not.",
        "remedy": "Normalise the weights to a mean of 1 for a loss that is alike everywhere; where "
        "the release raises, pass them in shape (batch, 1) or (batch, timesteps).",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.evaluate(sample_weight)"],
    },
    "metric": {
        "experiment": "per_sample_metrics",
        "kind": "numeric",
        "title": "What the same function in metrics= is divided by under weights of shape (batch,)",
        "why": "Metrics are expected to leave sample weights out; a logged value that took them in "
        "cannot be compared with one that did not.",
        "remedy": "Name the metric in the argument whose meaning you want, and pin the release.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.compile(metrics)", "Model.fit(sample_weight)"],
    },
    "weighted_metric": {
        "experiment": "per_sample_weighted_metrics",
        "kind": "numeric",
        "title": "What the same function in weighted_metrics= is divided by under weights of shape "
        "(batch,)",
        "why": "The weighted metric and the loss of one function differ wherever their "
        "denominators do, which reads as a bug of the model.",
        "remedy": "Do not expect it to equal the loss; multiply by the mean weight to compare.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.compile(weighted_metrics)", "Model.fit(sample_weight)"],
    },
    "temporal_loss_denominator": {
        "experiment": "temporal_metrics",
        "kind": "numeric",
        "title": "What the loss is divided by under weights of shape (batch, timesteps)",
        "why": "Weights of 0 and 1 are the usual substitute for a mask; whether they also shrink "
        "the loss depends on its denominator.",
        "remedy": "Normalise the weights to a mean of 1 for a loss that is alike everywhere.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.fit(sample_weight)", "Model.compile(sample_weight_mode)"],
    },
    "temporal_metric": {
        "experiment": "temporal_metrics",
        "kind": "numeric",
        "title": "What metrics= is divided by under weights of shape (batch, timesteps)",
        "why": "Metrics are expected to leave sample weights out.",
        "remedy": "Name the metric in the argument whose meaning you want, and pin the release.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.compile(metrics)", "Model.fit(sample_weight)"],
    },
    "temporal_weighted_metric": {
        "experiment": "temporal_weighted_metrics",
        "kind": "numeric",
        "title": "What weighted_metrics= is divided by under weights of shape (batch, timesteps)",
        "why": "The weighted metric and the loss of one function differ wherever their "
        "denominators do.",
        "remedy": "Do not expect it to equal the loss; multiply by the mean weight to compare.",
        "answers": ["total", "sum_of_weights", "nonzero_weights", "unweighted"],
        "concerns": ["Model.compile(weighted_metrics)", "Model.fit(sample_weight)"],
    },
    "sample_weight_axis": {
        "experiment": "sample_weight_axis",
        "kind": "numeric",
        "title": "Along which axis weights of shape (batch,) are applied when batch size and "
        "timesteps are equal",
        "why": "Taken along the time axis, each sample's weight lands on one step of every sample: "
        "nothing raises and the model trains on something else.",
        "remedy": "Pass the weights in shape (batch, 1) or (batch, timesteps).",
        "answers": ["samples", "timesteps"],
        "concerns": ["Model.fit(sample_weight)", "Model.fit(class_weight)"],
    },
    "seed_program": {
        "experiment": "seed_program",
        "kind": "numeric",
        "title": "The question's own program: what its weighted_metrics= is divided by",
        "why": "The program that raised the question: random labels make every sample's loss "
        "nearly alike, so a weighted mean looks as if the weights had been left out.",
        "remedy": "See weighted_metrics.weighted_metric.",
        "answers": ["total", "sum_of_weights", "batch", "sum", "unweighted"],
        "tolerance": 3e-5,
        "concerns": ["Model.compile(weighted_metrics)"],
    },
    "seed_program_metric": {
        "experiment": "seed_program_metric",
        "kind": "numeric",
        "title": "The question's own program with metrics=: what the metric is divided by",
        "why": "The first program of the question, whose metric was three times its loss.",
        "remedy": "See weighted_metrics.metric.",
        "answers": ["total", "sum_of_weights", "batch", "sum", "unweighted"],
        "tolerance": 3e-5,
        "concerns": ["Model.compile(metrics)"],
    },
    "seed_program_ones": {
        "experiment": "seed_program_ones",
        "kind": "numeric",
        "title": "The question's own program with weights of one: what the metric is divided by",
        "why": "The second program of the question, whose metric agreed with its loss.",
        "remedy": "See weighted_metrics.metric.",
        "answers": ["total", "batch", "sum"],
        "concerns": ["Model.compile(metrics)"],
    },
}

CLASSES = 5
WEIGHTS = [0.0, 0.1, 0.3, 0.7]


def _labels(rng, weights):
    """Draw labels whose loss grows with the weight, so that weighted and plain means differ.

    No weight is over 0.7, so that even divided by the steps whose weight is not 0, three in four,
    the weighted sum stays below the plain mean; divided by the sum of weights it stays above.
    """
    labels = np.eye(CLASSES, dtype="float32")[rng.randint(CLASSES, size=weights.shape)]
    return labels * (1 + 10 * weights[..., np.newaxis]).astype("float32")


def draw(rng):
    """Draw inputs, weights of shape (batch,) with a zero among them, and labels."""
    weights = np.asarray(WEIGHTS)[rng.permutation(draws.BATCH)]
    steps = np.repeat(weights[:, np.newaxis], draws.STEPS, axis=1)
    x = rng.uniform(0.5, 1.5, (*steps.shape, draws.FEATURES)).astype("float32")
    return {"x": x, "y": _labels(rng, steps), "weights": weights}


def draw_temporal(rng):
    """Draw inputs, weights of shape (batch, timesteps) with zeros among them, and labels."""
    weights = np.asarray(WEIGHTS)[rng.permutation(draws.BATCH * draws.STEPS) % len(WEIGHTS)]
    weights = weights.reshape(draws.BATCH, draws.STEPS)
    x = rng.uniform(0.5, 1.5, (*weights.shape, draws.FEATURES)).astype("float32")
    return {"x": x, "y": _labels(rng, weights), "weights": weights}


def draw_square(rng):
    """Draw as many samples as timesteps, with a different weight for each.

    None is zero and their mean is 1, so that all denominators agree and only the axis tells.
    """
    size = 5
    weights = np.linspace(0.2, 1.8, size)[rng.permutation(size)]
    steps = np.repeat(weights[:, np.newaxis], size, axis=1)
    x = rng.uniform(0.5, 1.5, (size, size, draws.FEATURES)).astype("float32")
    return {"x": x, "y": _labels(rng, steps), "weights": weights}


def candidates(data, per_step_loss):
    """Return what each denominator gives for a loss of shape (batch, timesteps)."""
    return reductions.candidates(
        QUESTIONS["loss_denominator"]["answers"], per_step_loss, weights=data["weights"]
    )


def seed_candidates(data, per_step_loss, question="seed_program"):
    """Return what each denominator gives.

    No weight is 0, so one name less than elsewhere; with weights of one, fewer still.
    """
    return reductions.candidates(
        QUESTIONS[question]["answers"], per_step_loss, weights=data["weights"]
    )


def _model(probe, steps):
    convolution = probe.get("layers.Conv1D")
    return models.stack(
        probe,
        (steps, draws.FEATURES),
        [
            convolution(8, 2, padding="same", activation="elu"),
            convolution(CLASSES, 1, padding="same", activation="softmax"),
        ],
    )


def _compiled(probe, steps, temporal, argument=None):
    """Return the model with one function as its loss and, under ``argument``, as its metric."""
    crossentropy = probe.get("losses.categorical_crossentropy")
    model = _model(probe, steps)
    metrics = {}
    if argument:
        probe.require_argument(model.compile, argument)
        metrics[argument] = [crossentropy]
    models.compile_for_weights(
        probe, model, temporal, optimizer=models.sgd(probe), loss=crossentropy, **metrics
    )
    return model


def _ask(probe, draw_data, argument, metric_question, loss_question=None):
    """Evaluate with the weights, and observe the metric and (where asked) the loss.

    The control of the loss and of the weighted metric has weights of one, which must come out as
    ``unweighted``; that of the plain metric folds the weights into the labels, in which the
    cross-entropy is linear, so that ``total`` must come out.
    """
    model = _compiled(probe, draws.STEPS, draw_data is draw_temporal, argument)
    for rng in probe.draws():
        data = draw_data(rng)
        x, y, weights = data["x"], data["y"], data["weights"]
        model.set_weights(draws.weights_like(rng, model))
        per_step = reductions.categorical_crossentropy(y, models.predict(probe, model, x))
        expected = candidates(data, per_step)
        ones, folded = np.ones_like(weights), y * weights.reshape(len(weights), -1, 1)
        plain_loss, plain_metric = models.evaluate(probe, model, x, y, sample_weight=ones)
        folded_metric = models.evaluate(probe, model, x, folded, sample_weight=ones)[1]
        loss, metric = models.evaluate(probe, model, x, y, sample_weight=weights)
        probe.observe(metric_question, metric, expected)
        if argument == "metrics":
            probe.control("total")(metric_question, folded_metric, expected)
        else:
            probe.control("unweighted")(metric_question, plain_metric, expected)
        if loss_question:
            probe.observe(loss_question, loss, expected)
            probe.control("unweighted")(loss_question, plain_loss, expected)


def per_sample_metrics(probe):
    """Ask the loss and metrics= under weights of shape (batch,)."""
    _ask(probe, draw, "metrics", "metric", "loss_denominator")


def per_sample_weighted_metrics(probe):
    """Ask weighted_metrics= under weights of shape (batch,)."""
    _ask(probe, draw, "weighted_metrics", "weighted_metric")


def temporal_metrics(probe):
    """Ask the loss and metrics= under weights of shape (batch, timesteps)."""
    _ask(probe, draw_temporal, "metrics", "temporal_metric", "temporal_loss_denominator")


def temporal_weighted_metrics(probe):
    """Ask weighted_metrics= under weights of shape (batch, timesteps)."""
    _ask(probe, draw_temporal, "weighted_metrics", "temporal_weighted_metric")


def sample_weight_axis(probe):
    """Evaluate with one weight a sample; the control spells the other axis out step by step."""
    steps = 5
    per_sample, per_step = (_compiled(probe, steps, temporal) for temporal in (False, True))
    for rng in probe.draws():
        data = draw_square(rng)
        x, y, weights = data["x"], data["y"], data["weights"]
        per_sample.set_weights(draws.weights_like(rng, per_sample))
        per_step.set_weights(per_sample.get_weights())
        losses = reductions.categorical_crossentropy(y, models.predict(probe, per_sample, x))
        expected = reductions.along_axes(losses, weights)
        loss = models.evaluate(probe, per_sample, x, y, sample_weight=weights)[0]
        probe.observe("sample_weight_axis", loss, expected)
        along_time = np.repeat(weights[np.newaxis, :], len(weights), axis=0)
        loss = models.evaluate(probe, per_step, x, y, sample_weight=along_time)[0]
        probe.control("timesteps")("sample_weight_axis", loss, expected)


def seed_data(rng):
    """Draw data as seed 3 does: 20 samples of 400 steps, random labels that are no distribution.

    Of 1,000 draws of the weights, that one is taken whose weighted mean of the labels lies
    farthest from the plain one (4 in 1,000 or more): with nearly uniform predictions a step's loss
    is nearly proportional to the sum of its labels, and the two means have to be told apart.
    """
    x, y = rng.rand(20, 400, 22), rng.rand(20, 400, 22)
    sums = y.sum(axis=(1, 2))
    drawn = rng.choice([0.01, 0.1, 1], size=(1000, 20))
    apart = np.abs(drawn.dot(sums) / drawn.sum(axis=1) / sums.mean() - 1)
    return {"x": x, "y": y, "weights": drawn[apart.argmax()]}


def ones_data(rng):
    """Draw the data of seed 3 with weights of one, as its second program does."""
    return dict(seed_data(rng), weights=np.ones(20))


def _seed(probe, draw_data, argument, question):
    """Train a program of seed 3 for its 4 epochs, then evaluate the metric.

    The controls are those of :func:`_ask`.
    """
    layers, l2 = probe.get("layers"), probe.get("regularizers.l2")
    crossentropy = probe.get("losses.categorical_crossentropy")

    def convolution(filters, size, activation):
        return layers.Conv1D(
            filters=filters,
            kernel_size=size,
            activation=activation,
            kernel_regularizer=l2(1e-4),
            bias_regularizer=l2(1e-4),
            padding="same",
        )

    model = models.stack(
        probe,
        (400, 22),
        [
            convolution(32, 2, "elu"),
            layers.Dropout(0.2),
            convolution(32, 2, "elu"),
            layers.Dropout(0.2),
            convolution(22, 1, "softmax"),
        ],
    )
    probe.require_argument(model.compile, argument)
    optimizer = probe.get("optimizers.Adam")(1e-3)
    model.compile(optimizer=optimizer, loss=crossentropy, **{argument: [crossentropy]})
    for rng in probe.draws():
        data = draw_data(rng)
        x, y, weights = data["x"], data["y"], data["weights"]
        ones = np.ones_like(weights)
        model.set_weights(draws.weights_like(rng, model, scale=0.1))
        model.fit(x=x, y=y, sample_weight=weights, epochs=4, verbose=0)
        per_step = reductions.categorical_crossentropy(y, models.predict(probe, model, x))
        metric = models.evaluate(probe, model, x, y, sample_weight=weights)[1]
        expected = seed_candidates(data, per_step, question)
        probe.observe(question, metric, expected)
        if argument == "weighted_metrics":
            said = models.evaluate(probe, model, x, y, sample_weight=ones)[1]
            probe.control("unweighted")(question, said, expected)
        else:
            folded = y * weights.reshape(-1, 1, 1)
            said = models.evaluate(probe, model, x, folded, sample_weight=ones)[1]
            probe.control("total")(question, said, expected)


def seed_program(probe):
    """Ask the third program of the seed, with weighted_metrics=."""
    _seed(probe, seed_data, "weighted_metrics", "seed_program")


def seed_program_metric(probe):
    """Ask the first program of the seed, with metrics=."""
    _seed(probe, seed_data, "metrics", "seed_program_metric")


def seed_program_ones(probe):
    """Ask the second program of the seed, with metrics= and weights of one."""
    _seed(probe, ones_data, "metrics", "seed_program_ones")
