"""Which of the questions are about what the user's code does. Pure.

A question names the things that have to come together for it to matter: a mask and a metric, a
train_step and a loss object. Where it names several ways to the same thing - two layers that make
a mask, weights given to fit or to evaluate - any one of them will do. Some presuppose more than
they name, and some are about one value of what they name; these are listed here.

They have to come together at one output of one model, as far as it is known which places are about
which. Nothing is known of shapes: what the places do not rule out is taken as concerning.
"""

import re

from harness.model import Question
from harness.upgrade.grouping import COMPILED, LAST, MODE, Places, Together
from harness.upgrade.sightings import Sighting

_MASK = "a mask"
_EMBEDDING = "keras.layers.Embedding(mask_zero)"
_FIT, _VALIDATION = "Model.fit", "Model.fit(validation_data)"
_SAME = (
    (_MASK, {"keras.layers.Masking", _EMBEDDING}),
    (
        "weights",
        {
            MODE,
            "Model.evaluate(sample_weight)",
            "Model.fit(class_weight)",
            "Model.fit(sample_weight)",
        },
    ),
    ("batches", {"Model.evaluate(batch_size)", "Model.fit(batch_size)"}),
    ("training", {_FIT, "Model.reset_metrics", "Model.train_on_batch"}),
    ("validation", {_VALIDATION, "keras.callbacks.EarlyStopping"}),
    (
        "the logged losses of outputs",
        {"keras.callbacks.EarlyStopping(monitor)", "keras.callbacks.History"},
    ),
    ("add", {"keras.layers.Add", "keras.layers.add"}),
    ("concatenate", {"keras.layers.Concatenate", "keras.layers.concatenate"}),
    ("multiply", {"keras.layers.Multiply", "keras.layers.multiply"}),
)
"""Concerns that are ways to one thing; any other is a thing of its own."""
_THING = {concern: thing for thing, concerns in _SAME for concern in concerns}
WAYS = dict(_SAME)

_WEIGHTS = frozenset(
    {"Model.evaluate(sample_weight)", "Model.fit(class_weight)", "Model.fit(sample_weight)"}
)
_METRICS = frozenset({"Model.compile(metrics)", "Model.compile(weighted_metrics)"})
PRESUPPOSED = {
    "batches.train_on_batch_repeated_metric": _METRICS,
    "weighted_metrics.seed_program": _WEIGHTS,
    "weighted_metrics.seed_program_metric": _WEIGHTS,
    "weighted_metrics.seed_program_ones": _WEIGHTS,
}
"""What a question asks about and does not name: one of these must be there, too."""
TOGETHER = frozenset({"class_weight.with_sample_weight"})
"""Questions in which what is else a way to one thing is meant side by side."""
BY_SAMPLE = frozenset(
    {
        "sample_weight.mask_and_per_sample",
        "sample_weight.per_sample_on_sequence",
        "sample_weight.square_batch_axis",
        "weighted_metrics.loss_denominator",
        "weighted_metrics.metric",
        "weighted_metrics.sample_weight_axis",
        "weighted_metrics.seed_program",
        "weighted_metrics.seed_program_metric",
        "weighted_metrics.seed_program_ones",
        "weighted_metrics.weighted_metric",
    }
)
"""Questions about weights of shape (batch,), which sample_weight_mode="temporal" refuses."""
OF_TEXT = frozenset({"text_model.tagging_accuracy", "text_model.tagging_loss"})
"""Questions about an Embedding that masks; with another mask, others ask the same."""
LOSSES = {
    "loss_reduction.mae_string": frozenset({"mae", "mean_absolute_error", "MeanAbsoluteError"}),
    "loss_reduction.mse_string": frozenset({"mse", "mean_squared_error", "MeanSquaredError"}),
}
"""Questions about one loss that is named to compile, and its names."""
_OTHER_LOSS = re.compile(r"(?i)\w*(?:crossentropy|hinge)|huber|kld|log_?cosh|mape|msle|poisson")
_WORD = re.compile(r"\w+")

ENDS = frozenset(
    {
        "keras.layers.Conv1D",
        "keras.layers.Cropping1D",
        "keras.layers.EinsumDense",
        "keras.layers.Flatten",
        "keras.layers.GlobalAveragePooling1D",
        LAST,
        "keras.layers.Layer",
        "keras.layers.MaxPooling1D",
        "keras.layers.Permute",
        "keras.layers.Reshape",
        "keras.layers.UpSampling1D",
        "keras.layers.ZeroPadding1D",
    }
)
"""Layers behind which there is no mask any more; they are seen only where one gets there."""
HEADS = frozenset({"keras.layers.Dense", "keras.layers.Softmax", "keras.layers.TimeDistributed"})
"""Layers that models end with; they, too, are seen only where a mask gets there."""


def match_sightings(question: Question, places: Places) -> tuple[Sighting, ...]:
    """Return the places that a question is about; none where it is not about this code.

    All the things that it names must be there at one output; the mask there may come from a layer
    that it does not name, unless that is all it names. The places are those of what is not the
    mask: that is what changes.
    """
    makers = {_EMBEDDING} if question.id in OF_TEXT else WAYS[_MASK]
    ended = not ENDS.isdisjoint(question.concerns)
    made = any(one.concern in makers and (ended or _can_leave(one)) for one in places.sightings)
    outputs = frozenset().union(
        *(
            outputs
            for together, outputs in places.groups.items()
            if _concerns(question, together, made=made)
        )
    )
    said = set(question.concerns) - WAYS[_MASK] or set(question.concerns)
    return tuple(
        one
        for one in places.sightings
        if one.concern in said
        and outputs
        and (not one.outputs or not outputs.isdisjoint(one.outputs))
        and (one.concern != COMPILED or _may_mean(question, one.what))
    )


def _can_leave(maker: Sighting) -> bool:
    """Whether a mask can get from where it is made to an output of a model, of any model."""
    return not maker.outputs or any(output.masked is not False for output in maker.outputs)


def _concerns(question: Question, together: Together, *, made: bool) -> bool:
    """Say whether a question is about what comes together at one output.

    ``made`` is whether a mask is made anywhere, as a model may be given one by another, that can
    get to an output, unless it is asked about where masks end.
    """
    seen = together.concerns
    wanted = set(question.concerns)
    masks = wanted & WAYS[_MASK]
    rest = wanted - masks
    things = rest if question.id in TOGETHER else {_THING.get(one, one) for one in rest or masks}
    for thing in things:
        if not seen & wanted & WAYS.get(thing, {thing}):
            return False
    if rest and masks and not made:
        return False
    if masks and not wanted & ENDS and (together.masked is False or has_ended(together)):
        return False
    if _VALIDATION in wanted and _FIT in seen and _VALIDATION not in seen:
        return False
    if question.id in BY_SAMPLE and together.by_step:
        return False
    return bool(things and seen & PRESUPPOSED.get(question.id, seen))


def has_ended(together: Together) -> bool:
    """Say whether every mask ends within the model, as far as it can be told: none at the loss.

    A layer that ends it was seen, and none of those that models end with has a mask. Where one is
    known to get to the output, only a recurrent layer can have ended it that returns sequences or
    not by what the text leaves open: as a rule, the last one of a stack does not. A model of which
    that is not known, with a recurrent layer as its output, and with a mask that also ends on
    another way, is taken for one without a mask at its loss: it is rare.
    """
    if not HEADS.isdisjoint(together.concerns):
        return False
    return together.undecided if together.masked else not ENDS.isdisjoint(together.concerns)


def _may_mean(question: Question, loss: str) -> bool:
    """Whether a text may give compile the one loss that is asked about; an unknown name may."""
    names = LOSSES.get(question.id)
    if names is None:
        return True
    words = set(_WORD.findall(loss))
    others = words & frozenset().union(*LOSSES.values()) - names
    return bool(words & names or not (others or any(map(_OTHER_LOSS.fullmatch, words))))
