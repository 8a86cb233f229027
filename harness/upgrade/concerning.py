"""Which of the questions are about what the user's code does. Pure.

A question names the things that have to come together for it to matter: a mask and a metric, a
train_step and a loss object. Where it names several ways to the same thing - two layers that make
a mask, weights given to fit or to evaluate - any one of them will do. Some presuppose more than
they name, and some are about one value of what they name; these are listed here.

They have to come together at one output of one model, as far as it is known which places are about
which. Nothing is known of shapes: what the places do not rule out is taken as concerning.
"""

import re
from collections.abc import Iterable

from harness.model import Question
from harness.upgrade.grouping import Group, group_by_output
from harness.upgrade.sightings import Sighting

_MASK = "a mask"
_EMBEDDING = "keras.layers.Embedding(mask_zero)"
_FIT, _VALIDATION = "Model.fit", "Model.fit(validation_data)"
_MODE = "Model.compile(sample_weight_mode)"
_LAST, _SEQUENCES = "keras.layers.LSTM", "keras.layers.LSTM(return_sequences)"
_SAME = (
    (_MASK, {"keras.layers.Masking", _EMBEDDING}),
    (
        "weights",
        {
            _MODE,
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
        "keras.layers.LSTM",
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


def match_sightings(question: Question, sightings: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Return the places that a question is about; none where it is not about this code.

    All the things that it names must be there at one output; the mask there may come from a layer
    that it does not name, unless that is all it names. The places are those of what is not the
    mask: that is what changes.
    """
    found = [one for one in sightings if _may_mean(question, one)]
    wanted = set(question.concerns)
    if wanted.isdisjoint(one.concern for one in found):
        return ()
    makers = {_EMBEDDING} if question.id in OF_TEXT else WAYS[_MASK]
    made = any(one.concern in makers and _can_leave(one) for one in found)
    said = wanted - WAYS[_MASK] or wanted
    chosen = {
        one
        for group in group_by_output(found)
        if _concerns(question, group, made=made)
        for one in group.places()
        if one.concern in said
    }
    return tuple(one for one in found if one in chosen)


def _can_leave(maker: Sighting) -> bool:
    """Whether a mask can get from where it is made to an output of a model, of any model."""
    return not maker.outputs or any(output.masked is not False for output in maker.outputs)


def _concerns(question: Question, group: Group, *, made: bool) -> bool:
    """Say whether a question is about what comes together at one output.

    ``made`` is whether a mask is made anywhere that can get to an output: a model may be given
    one by another.
    """
    seen = group.counts.keys()
    wanted = set(question.concerns)
    masks = wanted & WAYS[_MASK]
    rest = wanted - masks
    things = rest if question.id in TOGETHER else {_THING.get(one, one) for one in rest}
    for thing in things:
        if not seen & wanted & WAYS.get(thing, {thing}):
            return False
    if rest and masks and not made:
        return False
    if masks and not wanted & ENDS and (not made or group.masked is False or has_ended(group)):
        return False
    if _VALIDATION in wanted and _FIT in seen and _VALIDATION not in seen:
        return False
    if question.id in BY_SAMPLE and _is_by_step(group):
        return False
    return bool(seen & PRESUPPOSED.get(question.id, seen))


def has_ended(group: Group) -> bool:
    """Say whether every mask ends within the model, as far as it can be told: none at the loss.

    A layer that ends it was seen, and none of those that models end with has a mask. Where one is
    known to get to the output, only a recurrent layer can have ended it that returns sequences or
    not by what the text leaves open: as a rule, the last one of a stack does not. A model of which
    that is not known, with a recurrent layer as its output, and with a mask that also ends on
    another way, is taken for one without a mask at its loss: it is rare.
    """
    if not HEADS.isdisjoint(group.counts):
        return False
    if not group.masked:
        return not ENDS.isdisjoint(group.counts)
    if _LAST not in group.counts:
        return False
    places: dict[str, set[tuple[str, int, int]]] = {_LAST: set(), _SEQUENCES: set()}
    for one in group.places():
        if one.concern in places:
            places[one.concern].add((one.path, one.line, one.column))
    return not places[_LAST].isdisjoint(places[_SEQUENCES])


def _is_by_step(group: Group) -> bool:
    """Whether as many models are compiled for weights of each step as are seen to be compiled."""
    modes = group.counts[_MODE]
    return modes > 0 and modes >= group.counts["Model.compile(loss)"]


def _may_mean(question: Question, sighting: Sighting) -> bool:
    """Whether a place may be about the one loss that is asked about; an unknown name may be."""
    names = LOSSES.get(question.id)
    if names is None or sighting.concern != "Model.compile(loss)":
        return True
    words = set(_WORD.findall(sighting.what))
    others = words & frozenset().union(*LOSSES.values()) - names
    return bool(words & names or not (others or any(map(_OTHER_LOSS.fullmatch, words))))
