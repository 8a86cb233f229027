"""From batches to one number: what evaluate and train_on_batch say when there are several.

The last batch is smaller; or one batch comes after another.
"""

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "smaller_last_batch_loss": {
        "experiment": "smaller_last_batch",
        "kind": "numeric",
        "title": "How evaluate combines the losses of batches when the last one is smaller",
        "why": "A plain mean of batches gives the samples of the last batch more say: the number "
        "changes with the batch size, and differs from that over all samples.",
        "remedy": "Where it is not `global`, evaluate with a batch size that divides the number "
        "of samples.",
        "answers": ["global", "mean_of_batches", "last_batch"],
        "concerns": ["Model.evaluate(batch_size)", "Model.fit(batch_size)"],
    },
    "smaller_last_batch_metric": {
        "experiment": "smaller_last_batch",
        "kind": "numeric",
        "title": "How evaluate combines a metric over batches when the last one is smaller",
        "why": "Loss and metric of one function then differ, which reads as a bug of the model.",
        "remedy": "Where it is not `global`, evaluate with a batch size that divides the number "
        "of samples.",
        "answers": ["global", "mean_of_batches", "last_batch"],
        "concerns": ["Model.evaluate(batch_size)", "Model.compile(metrics)"],
    },
    "masked_loss_over_batches": {
        "experiment": "masked_loss_over_batches",
        "kind": "numeric",
        "title": "How evaluate combines masked losses of batches of unequal size and padding",
        "why": "A mean over the valid steps of each batch is not the mean over all valid steps: "
        "a batch that is nearly all padding counts as much as a full one.",
        "remedy": "Where it has to be exact, compute the loss from predictions over all valid "
        "steps, or sort samples by length so that batches are alike.",
        "answers": [
            "valid_global",
            "valid_weighted_by_batch_size",
            "valid_mean_of_batches",
            "total_global",
            "total_mean_of_batches",
            "mask_ignored_global",
            "mask_ignored_mean_of_batches",
        ],
        "concerns": ["keras.layers.Masking", "Model.evaluate(batch_size)"],
    },
    "train_on_batch_repeated": {
        "experiment": "train_on_batch_repeated",
        "kind": "numeric",
        "title": "Whether train_on_batch returns the loss of its batch or a mean over the batches "
        "before",
        "why": "A loop that logs what train_on_batch returns shows a smoothed curve where the "
        "mean runs on: spikes vanish, and early batches drag on it.",
        "remedy": "Where it is `running`, call reset_metrics() before each train_on_batch.",
        "answers": ["per_batch", "running"],
        "concerns": ["Model.train_on_batch"],
    },
    "train_on_batch_repeated_metric": {
        "experiment": "train_on_batch_repeated",
        "kind": "numeric",
        "title": "Whether train_on_batch returns the metric of its batch or a mean over the "
        "batches before",
        "why": "Logged by hand, a running mean hides what the last batches did.",
        "remedy": "Where it is `running`, call reset_metrics() before each train_on_batch.",
        "answers": ["per_batch", "running"],
        "concerns": ["Model.train_on_batch", "Model.reset_metrics"],
    },
    "test_on_batch_repeated": {
        "experiment": "repeated_test_on_batch",
        "kind": "numeric",
        "title": "Whether test_on_batch returns the loss of its batch or a mean over the batches "
        "before",
        "why": "Hand-written validation loops average what it returns; averaging running means "
        "favours the early batches.",
        "remedy": "Where it is `running`, call reset_metrics() before each test_on_batch.",
        "answers": ["per_batch", "running"],
        "concerns": ["Model.test_on_batch"],
    },
}

OUTPUTS = 2
BATCH_SIZE = draws.BATCH


def draw(rng):
    """Draw a full batch and a smaller one, mostly padding, whose losses are four times as large.

    Masked targets lie farther off still.
    """
    short = np.zeros((2, draws.STEPS), bool)
    short[0, 1:3] = True
    short[1, 4:5] = True
    mask = np.concatenate([draws.padding_mask(rng), short])
    y = rng.uniform(6.0, 9.0, (*mask.shape, OUTPUTS)).astype("float32")
    y[BATCH_SIZE:] += 24.0
    y[~mask] += 60.0
    return {"mask": mask, "x": draws.padded_inputs(rng, mask), "y": y}


def draw_equal(rng):
    """Draw two full batches without padding, the second with losses four times as large."""
    x = rng.uniform(0.5, 1.5, (2 * BATCH_SIZE, draws.STEPS, draws.FEATURES)).astype("float32")
    y = rng.uniform(6.0, 9.0, (*x.shape[:2], OUTPUTS)).astype("float32")
    y[BATCH_SIZE:] += 24.0
    return {"mask": np.ones(x.shape[:2], bool), "x": x, "y": y}


def _batches(values):
    return values[:BATCH_SIZE], values[BATCH_SIZE:]


def candidates(data, per_step_loss):
    """Return each denominator crossed with each way to combine two batches of unequal size."""
    return reductions.batches_candidates(per_step_loss, data["mask"], BATCH_SIZE)


def plain_candidates(per_step_loss):
    """Return how the plain means of two batches may be combined."""
    means = [float(loss.mean()) for loss in _batches(per_step_loss)]
    return {
        "global": float(per_step_loss.mean()),
        "mean_of_batches": float(np.mean(means)),
        "last_batch": means[1],
    }


def repeated_candidates(per_step_loss):
    """Return what is said of the second of two batches of one size."""
    means = [float(loss.mean()) for loss in _batches(per_step_loss)]
    return {"per_batch": means[1], "running": float(np.mean(means))}


def _model(probe, *, masked=False):
    layers = probe.get("layers")
    masking = [layers.Masking(mask_value=0.0)] if masked else []
    return models.stack(probe, (draws.STEPS, draws.FEATURES), [*masking, layers.Dense(OUTPUTS)])


def _evaluate(model, x, y):
    """Evaluate in batches; return every number said, the loss first."""
    return np.ravel(model.evaluate(x, y, batch_size=BATCH_SIZE, verbose=0)).tolist()


def _doubled(values):
    """Return the data with the smaller batch twice: two batches of one size."""
    return np.concatenate([values, values[BATCH_SIZE:]])


def _swapped(values):
    """Return two batches of one size in the other order."""
    return np.concatenate(_batches(values)[::-1])


def smaller_last_batch(probe):
    """Evaluate four and two samples; with the two doubled, ``mean_of_batches`` is certain."""
    model = _model(probe)
    model.compile(optimizer=models.sgd(probe), loss="mae", metrics=["mae"])
    for rng in probe.draws():
        data = draw(rng)
        x, y = data["x"], data["y"]
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        per_step = reductions.absolute_error(y, models.predict(probe, model, x))
        expected = plain_candidates(per_step)
        for said, report in (
            (_evaluate(model, x, y), probe.observe),
            (_evaluate(model, _doubled(x), _doubled(y)), probe.control("mean_of_batches")),
        ):
            report("smaller_last_batch_loss", said[0], expected)
            report("smaller_last_batch_metric", said[1], expected)


def masked_loss_over_batches(probe):
    """Evaluate four and two padded samples.

    In the control nothing is padded and the two are doubled: two batches of one size, whose mean
    is the mean of batches however they are combined.
    """
    model = _model(probe, masked=True)
    model.compile(optimizer=models.sgd(probe), loss="mae")
    for rng in probe.draws():
        data = draw(rng)
        x, y = data["x"], data["y"]
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        per_step = reductions.absolute_error(y, models.predict(probe, model, x))
        said = _evaluate(model, x, y)[0]
        probe.observe("masked_loss_over_batches", said, candidates(data, per_step))
        unpadded = draws.unpadded(data)
        per_step = reductions.absolute_error(y, models.predict(probe, model, unpadded))
        said = _evaluate(model, _doubled(unpadded), _doubled(y))[0]
        control = probe.control("mask_ignored_mean_of_batches")
        control("masked_loss_over_batches", said, candidates(data, per_step))


def _repeated(probe, method, questions):
    """Call ``method`` on one batch, then on another; what it says of the second is asked.

    The model stands still, and is compiled anew in each draw, for its metrics carry over. Control:
    before the first call there is nothing to average with, so ``per_batch`` is certain.
    """
    model = _model(probe)
    for rng in probe.draws():
        data = draw_equal(rng)
        x, y = data["x"], data["y"]
        model.compile(optimizer=models.sgd(probe, 0.0), loss="mae", metrics=["mae"])
        model.set_weights(draws.weights_like(rng, model, signs=(1,)))
        per_step = reductions.absolute_error(y, models.predict(probe, model, x))
        # A list, not a generator: one of those would rewrite a StopIteration from the release.
        first, second = [
            np.ravel(getattr(model, method)(*batch)).tolist()
            for batch in zip(_batches(x), _batches(y))
        ]
        for index, question in enumerate(questions):
            probe.observe(question, second[index], repeated_candidates(per_step))
            control = probe.control("per_batch")
            control(question, first[index], repeated_candidates(_swapped(per_step)))


def train_on_batch_repeated(probe):
    """Ask what train_on_batch says."""
    questions = ["train_on_batch_repeated", "train_on_batch_repeated_metric"]
    _repeated(probe, "train_on_batch", questions)


def repeated_test_on_batch(probe):
    """Ask what test_on_batch says."""
    _repeated(probe, "test_on_batch", ["test_on_batch_repeated"])
