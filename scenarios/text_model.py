"""Embedding(mask_zero=True) -> LSTM -> Dense: the text model most people have.

Token 0 is padding. What does the logged loss, accuracy and epoch mean of it stand for? A user meets
this one model in many places: the questions, written out, are a third of the file.
"""

import itertools

import numpy as np

from scenarios.shared import draws, models, reductions

QUESTIONS = {
    "tagging_loss": {
        "experiment": "tagging",
        "kind": "numeric",
        "title": "What the loss of a text tagger (Embedding with mask_zero, LSTM, softmax at every "
        "step) is divided by",
        "why": "Divided by all steps, the loss of a batch falls with the share of its padding; the "
        "same tagger logs another loss after an upgrade, and SGD takes other steps.",
        "remedy": "Compare losses within one side of the change only; multiply the new loss by the "
        "share of valid steps for the old scale.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": [
            "keras.layers.Embedding(mask_zero)",
            "keras.losses.sparse_categorical_crossentropy",
        ],
    },
    "tagging_accuracy": {
        "experiment": "tagging",
        "kind": "numeric",
        "title": "Over which steps metrics=['accuracy'] of a text tagger is taken",
        "why": "Where padding counts, a tagger that labels padding with one filler class looks "
        "better the more padding there is.",
        "remedy": "Where it is not `valid`, count hits on valid steps yourself, or pass weights of "
        "0 and 1 for each step and name the metric in weighted_metrics=.",
        "answers": ["valid", "total", "mask_ignored"],
        "concerns": ["keras.layers.Embedding(mask_zero)", "Model.compile(metrics)"],
    },
    "classification_loss": {
        "experiment": "classification",
        "kind": "numeric",
        "title": "What the loss of a text classifier (last output of the LSTM, one sigmoid) is "
        "divided by",
        "why": "A classifier's loss is expected to be the plain mean over texts (batch); weighing "
        "texts by their valid tokens would favour the long ones.",
        "remedy": "Where it is not `batch`, drop the mask after the LSTM with a Lambda layer.",
        "answers": ["batch", "valid", "total", "sum"],
        "concerns": [
            "keras.layers.Embedding(mask_zero)",
            "keras.layers.LSTM",
            "keras.losses.binary_crossentropy",
        ],
    },
    "epoch_loss": {
        "experiment": "epoch",
        "kind": "numeric",
        "title": "How fit combines the masked losses of several batches into the `loss` it logs",
        "why": "Batches differ in padding and the last one in size: the number in the progress bar "
        "depends on how they are averaged, and with it any threshold on it.",
        "remedy": "Do not compare `loss` across the change; recompute it over all valid steps from "
        "predictions where it has to be exact.",
        "answers": [
            "valid_global",
            "valid_weighted_by_batch_size",
            "valid_mean_of_batches",
            "total_global",
            "total_mean_of_batches",
            "mask_ignored_global",
            "mask_ignored_mean_of_batches",
        ],
        "concerns": ["keras.layers.Embedding(mask_zero)", "Model.fit"],
    },
    "epoch_val_loss": {
        "experiment": "epoch",
        "kind": "numeric",
        "title": "How fit combines the masked losses of several batches into the `val_loss` it "
        "logs",
        "why": "EarlyStopping, ReduceLROnPlateau and ModelCheckpoint decide by this number; where "
        "validation data are shuffled into other batches each epoch, it moves though the model "
        "stands still.",
        "remedy": "Set thresholds on it anew; recompute it over all valid steps from predictions "
        "where it has to be exact.",
        "answers": [
            "valid_global",
            "valid_weighted_by_batch_size",
            "valid_mean_of_batches",
            "total_global",
            "total_mean_of_batches",
            "mask_ignored_global",
            "mask_ignored_mean_of_batches",
            "valid_of_shuffled_batches",
        ],
        "concerns": [
            "keras.layers.Embedding(mask_zero)",
            "Model.fit(validation_data)",
            "keras.callbacks.EarlyStopping",
        ],
    },
    "epoch_loss_and_val_loss": {
        "experiment": "epoch",
        "kind": "categorical",
        "title": "Whether `loss` and `val_loss` agree for the same data and a model that stands "
        "still",
        "why": "The gap between the two curves is read as overfitting; it must not come from two "
        "ways of averaging batches.",
        "remedy": "Where they differ, compare epochs by evaluate() on both sets.",
        "answers": ["agree", "differ"],
        "concerns": ["Model.fit(validation_data)"],
    },
    "custom_train_step": {
        "experiment": "train_step_compute_loss",
        "kind": "numeric",
        "title": "What compute_loss(), called in a train_step of one's own, divides a masked loss "
        "by",
        "why": "Custom training steps hand on no mask; whether the loss still finds it decides if "
        "padding is learned.",
        "remedy": "Where the mask is lost, pass sample_weight=mask to compute_loss.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.train_step", "Model.compute_loss"],
    },
    "custom_train_step_compiled_loss": {
        "experiment": "train_step_compiled_loss",
        "kind": "numeric",
        "title": "What compiled_loss(), called in a train_step of one's own, divides a masked loss "
        "by",
        "why": "Custom training steps written for TensorFlow 2.2 to 2.8 call it; Keras 3 keeps the "
        "name only to ease the move.",
        "remedy": "Call compute_loss(x, y, y_pred, sample_weight) instead.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.train_step", "Model.compiled_loss"],
    },
    "custom_train_step_loss_object": {
        "experiment": "train_step_loss_object",
        "kind": "numeric",
        "title": "What a loss object, called in a train_step of one's own, divides a masked loss "
        "by",
        "why": "The usual custom loop calls loss_fn(y, model(x)) and passes no mask: padding may "
        "be learned in one release and left out in the next.",
        "remedy": "Pass sample_weight=mask to the loss, and divide by the sum of the mask "
        "yourself.",
        "answers": ["valid", "total", "batch", "sum", "mask_ignored"],
        "concerns": ["Model.train_step", "keras.losses.SparseCategoricalCrossentropy"],
    },
}

TOKENS, DIMENSIONS, UNITS, CLASSES = 11, 3, 4, 5
BATCH_SIZE = draws.BATCH


def _tokens(rng, mask):
    return np.where(mask, rng.randint(1, TOKENS, mask.shape), 0).astype("int32")


def draw(rng):
    """Draw mask, tokens and a tag a step.

    The model's bias makes tag 0 its choice everywhere. A third of the kept steps and all masked
    ones are tagged so, hence the accuracy over valid steps, over all steps, and with the padding
    counted in, lie far apart; and so do the losses.
    """
    mask = draws.padding_mask(rng)
    y = rng.randint(1, CLASSES, mask.shape)
    kept = np.argwhere(mask)[rng.permutation(int(mask.sum()))]
    for sample, step in kept[: len(kept) // 3]:
        y[sample, step] = 0
    y[~mask] = 0
    return {"mask": mask, "x": _tokens(rng, mask), "y": y[..., np.newaxis].astype("int32")}


def draw_epoch(rng):
    """Draw a full batch and a smaller one which is mostly padding and whose tags are easy.

    Masked steps have the tag that the model deems least likely.
    """
    short = np.zeros((2, draws.STEPS), bool)
    short[0, 1:3] = True
    short[1, 4:5] = True
    mask = np.concatenate([draws.padding_mask(rng), short])
    y = rng.randint(1, CLASSES - 1, mask.shape)
    y[BATCH_SIZE:] = 0
    y[~mask] = CLASSES - 1
    return {"mask": mask, "x": _tokens(rng, mask), "y": y[..., np.newaxis].astype("int32")}


def draw_texts(rng):
    """Draw mask, tokens and one label a text: 1 (the costly one) for the longer half."""
    mask = draws.padding_mask(rng)
    y = (mask.sum(axis=1, keepdims=True) > draws.STEPS - 2).astype("float32")
    return {"mask": mask, "x": _tokens(rng, mask), "y": y}


def candidates(data, per_step_loss):
    """Return what each denominator gives for a loss of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS["tagging_loss"]["answers"], per_step_loss, data["mask"])


def accuracy_candidates(data, hits):
    """Return what each denominator gives for hits (1 or 0) of shape (batch, timesteps)."""
    return reductions.candidates(QUESTIONS["tagging_accuracy"]["answers"], hits, data["mask"])


def text_candidates(data, per_text_loss):
    """Return what each denominator gives for a loss of shape (batch,)."""
    return reductions.last_output_candidates(per_text_loss, data["mask"])


def epoch_candidates(data, per_step_loss):
    """Return each denominator crossed with each way to combine two batches of unequal size."""
    return reductions.batches_candidates(per_step_loss, data["mask"], BATCH_SIZE)


def vary(numbers):
    """Say whether the losses of several epochs differ by more than the order of float32 sums."""
    return max(numbers) - min(numbers) > 1e-4 * min(numbers)


def shuffled_candidates(data, per_step_loss, logged):
    """Return :func:`epoch_candidates`, with other batches than in order among them if need be.

    ``logged`` is what several epochs of a model that stands still say of the same data. Where they
    differ, the one is taken that lies farthest from every candidate in order, and
    ``valid_of_shuffled_batches`` is that of the other choices of the smaller batch which comes
    nearest to it. Returns that number and the candidates.
    """
    expected = epoch_candidates(data, per_step_loss)
    if not vary(logged):
        return logged[0], expected

    def apart(number):
        return min(abs(number / value - 1) for value in expected.values())

    observed = max(logged, key=apart)
    size = len(per_step_loss)
    values = []
    for short in itertools.combinations(range(size), size - BATCH_SIZE):
        order = [sample for sample in range(size) if sample not in short] + list(short)
        if order != list(range(size)):
            shuffled = epoch_candidates({"mask": data["mask"][order]}, per_step_loss[order])
            values.append(shuffled["valid_weighted_by_batch_size"])
    nearest = min(values, key=lambda value: abs(value - observed))
    return observed, dict(expected, valid_of_shuffled_batches=nearest)


def sparse_crossentropy(y, y_pred):
    """Return the cross-entropy of each step for integer tags of shape (batch, timesteps, 1)."""
    return reductions.categorical_crossentropy(np.eye(CLASSES)[y[..., 0]], y_pred)


def binary_crossentropy(y, y_pred):
    """Return the cross-entropy of each text, (batch,)."""
    return -(y * np.log(y_pred) + (1 - y) * np.log(1 - y_pred)).mean(axis=-1)


def _embedding(probe):
    return probe.get("layers.Embedding")(TOKENS, DIMENSIONS, mask_zero=True)


def _tagger(probe):
    """Return the tagger."""
    return models.stack(
        probe,
        (draws.STEPS,),
        [
            _embedding(probe),
            models.lstm(probe, UNITS, return_sequences=True),
            probe.get("layers.Dense")(CLASSES, activation="softmax"),
        ],
    )


def _small_tagger(probe, model_class=None):
    """Return the tagger without its LSTM, whose tracing takes seconds.

    For questions on what is done with the loss once the mask has reached it.
    """
    inputs = probe.get("layers.Input")(shape=(draws.STEPS,))
    softmax = probe.get("layers.Dense")(CLASSES, activation="softmax")
    model_class = model_class or probe.get("models.Model")
    return model_class(inputs, softmax(_embedding(probe)(inputs)))


def _tagger_weights(rng, model):
    """Draw weights under which every step prefers tag 0 and shuns the last one."""
    weights = draws.weights_like(rng, model)
    weights[-1][:] = [1.5, 0.0, 0.0, 0.0, -2.5]
    weights[-2] *= 0.5
    return weights


def tagging(probe):
    """Evaluate the tagger; the control is the same model on tokens without padding."""
    model = _tagger(probe)
    model.compile(
        optimizer=models.sgd(probe), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(_tagger_weights(rng, model))
        for x, report in (
            (data["x"], probe.observe),
            (draws.unpadded(data), probe.control("mask_ignored")),
        ):
            y_pred = models.predict(probe, model, x)
            loss, accuracy = models.evaluate(probe, model, x, data["y"])
            report("tagging_loss", loss, candidates(data, sparse_crossentropy(data["y"], y_pred)))
            hits = y_pred.argmax(axis=-1) == data["y"][..., 0]
            report("tagging_accuracy", accuracy, accuracy_candidates(data, hits))


def classification(probe):
    """Evaluate the classifier; texts weighted by their length must come out as ``valid``."""
    sigmoid = probe.get("layers.Dense")(1, activation="sigmoid")
    lstm = models.lstm(probe, UNITS, return_sequences=False)
    model = models.stack(probe, (draws.STEPS,), [_embedding(probe), lstm, sigmoid])
    model.compile(optimizer=models.sgd(probe), loss="binary_crossentropy")
    for rng in probe.draws():
        data = draw_texts(rng)
        weights = draws.weights_like(rng, model)
        weights[-1][:] = -2.0
        model.set_weights(weights)
        y_pred = models.predict(probe, model, data["x"])
        expected = text_candidates(data, binary_crossentropy(data["y"], y_pred))
        loss = models.evaluate(probe, model, data["x"], data["y"])[0]
        probe.observe("classification_loss", loss, expected)
        steps = data["mask"].sum(axis=1).astype("float32")
        unpadded = draws.unpadded(data)
        y_pred = models.predict(probe, model, unpadded)
        expected = text_candidates(data, binary_crossentropy(data["y"], y_pred))
        weights = steps / steps.mean()
        weighted = models.evaluate(probe, model, unpadded, data["y"], sample_weight=weights)[0]
        probe.control("valid")("classification_loss", weighted, expected)


def epoch(probe):
    """Fit epochs at a learning rate of 0 and validate on the same data.

    In the control no token is padding and the smaller batch is doubled: two batches of one size,
    whose mean is the mean of batches however they are combined or shuffled. Validated on the first
    batch alone, ``loss`` and ``val_loss`` have to differ.
    """
    model = _small_tagger(probe)
    model.compile(optimizer=models.sgd(probe, 0.0), loss="sparse_categorical_crossentropy")
    mean_of_batches = probe.control("mask_ignored_mean_of_batches")
    for rng in probe.draws():
        data = draw_epoch(rng)
        model.set_weights(_tagger_weights(rng, model))
        x, y = data["x"], data["y"]
        whole = draws.unpadded(data)
        doubled = [np.concatenate([part, part[BATCH_SIZE:]]) for part in (whole, y)]
        first = [part[:BATCH_SIZE] for part in (whole, y)]
        per_step = sparse_crossentropy(y, models.predict(probe, model, x))
        losses, val_losses = _logged(model, (x, y), (x, y), epochs=5)
        if vary(val_losses):
            # More of them, so that one lies far from every candidate in order.
            more, val_more = _logged(model, (x, y), (x, y), epochs=20)
            losses, val_losses = losses + more, val_losses + val_more
        probe.observe("epoch_loss", losses[0], epoch_candidates(data, per_step))
        observed, expected = shuffled_candidates(data, per_step, val_losses)
        probe.observe("epoch_val_loss", observed, expected)
        probe.observe("epoch_loss_and_val_loss", _agreement(losses, val_losses))
        per_step = sparse_crossentropy(y, models.predict(probe, model, whole))
        expected = epoch_candidates(data, per_step)
        losses, val_losses = _logged(model, doubled, doubled)
        mean_of_batches("epoch_loss", losses[0], expected)
        mean_of_batches("epoch_val_loss", val_losses[0], expected)
        label = _agreement(*_logged(model, doubled, first))
        probe.control("differ")("epoch_loss_and_val_loss", label)


def _logged(model, train, validate, epochs=1):
    """Fit in batches; return the ``loss`` and the ``val_loss`` logged of each epoch."""
    history = model.fit(
        *train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        shuffle=False,
        verbose=0,
        validation_data=tuple(validate),
    ).history
    return [[float(value) for value in history[name]] for name in ("loss", "val_loss")]


def _agreement(losses, val_losses):
    return "agree" if np.allclose(losses, val_losses, rtol=1e-4, atol=0) else "differ"


def _ask_train_step(probe, question, loss_of):
    """Fit one batch with a train_step that only computes its loss, so that nothing is trained.

    ``loss_of(model, x, y, y_pred)`` is the line a user writes. The loss is kept in a variable:
    what train_step returns is not what every release logs. The control is the same step on tokens
    without padding.
    """
    base = probe.get("models.Model")
    probe.get("models.Model.train_step")
    said = probe.tf.Variable(-1.0)

    class Tagger(base):
        def train_step(self, data):
            x, y = data
            loss = loss_of(self, x, y, self(x, training=True))
            said.assign(loss)
            return {"loss": loss}

    model = _small_tagger(probe, Tagger)
    model.compile(optimizer=models.sgd(probe), loss="sparse_categorical_crossentropy")
    for rng in probe.draws():
        data = draw(rng)
        model.set_weights(_tagger_weights(rng, model))
        for x, report in (
            (data["x"], probe.observe),
            (draws.unpadded(data), probe.control("mask_ignored")),
        ):
            y_pred = models.predict(probe, model, x)
            model.fit(x, data["y"], batch_size=len(x), epochs=1, verbose=0)
            per_step = sparse_crossentropy(data["y"], y_pred)
            report(question, float(said.numpy()), candidates(data, per_step))


def train_step_compute_loss(probe):
    """Call the model's compute_loss."""
    probe.get("models.Model.compute_loss")
    _ask_train_step(
        probe,
        "custom_train_step",
        lambda model, x, y, y_pred: model.compute_loss(x=x, y=y, y_pred=y_pred),
    )


def train_step_compiled_loss(probe):
    """Call the model's compiled_loss, which only exists once the model is compiled."""

    def compiled_loss(model, _x, y, y_pred):
        if not hasattr(model, "compiled_loss"):
            probe.not_applicable("Model.compiled_loss")
        return model.compiled_loss(y, y_pred)

    _ask_train_step(probe, "custom_train_step_compiled_loss", compiled_loss)


def train_step_loss_object(probe):
    """Call a loss object made outside the model, as custom loops do."""
    loss_object = probe.get("losses.SparseCategoricalCrossentropy")()
    _ask_train_step(
        probe,
        "custom_train_step_loss_object",
        lambda _model, _x, y, y_pred: loss_object(y, y_pred),
    )
