"""Which questions are about what the code does: whole programs by what was seen in them."""

import pytest

from harness.questions import load_scenarios
from harness.upgrade.concerning import (
    BY_SAMPLE,
    ENDS,
    HEADS,
    LOSSES,
    OF_TEXT,
    PRESUPPOSED,
    TOGETHER,
    WAYS,
    match_sightings,
)
from harness.upgrade.grouping import group_by_output
from harness.upgrade.sightings import Sighting
from tests.publish.matrices import question

MASK, EMBEDDING = "keras.layers.Masking", "keras.layers.Embedding(mask_zero)"
METRICS, LOSS = "Model.compile(metrics)", "Model.compile(loss)"
FIT, EVALUATE = "Model.fit(sample_weight)", "Model.evaluate(sample_weight)"


@pytest.mark.parametrize(
    ("concerns", "seen", "places"),
    [
        ([MASK], [MASK], [MASK]),
        ([MASK], [METRICS], []),
        ([MASK, EMBEDDING], [EMBEDDING], [EMBEDDING]),
        ([FIT, EVALUATE], [EVALUATE], [EVALUATE]),
        ([FIT, LOSS], [FIT], []),
        ([FIT, LOSS], [LOSS], []),
        ([FIT, EVALUATE, LOSS], [LOSS, EVALUATE], [LOSS, EVALUATE]),
        ([METRICS, MASK], [METRICS], []),
        ([METRICS, MASK], [MASK], []),
        ([METRICS, MASK], [METRICS, MASK], [METRICS]),
        ([METRICS, MASK], [METRICS, EMBEDDING], [METRICS]),
        ([METRICS], [METRICS], [METRICS]),
        ([METRICS], [], []),
        ([], [MASK], []),
    ],
)
def test_programs(concerns: list[str], seen: list[str], places: list[str]) -> None:
    sightings = [
        Sighting(path="a.py", line=line, column=1, concern=concern, what="x")
        for line, concern in enumerate(seen, start=1)
    ]
    found = match_sightings(question("a.b", concerns=tuple(concerns)), group_by_output(sightings))
    assert [one.concern for one in found] == places


def test_every_way_to_a_thing_is_asked_about() -> None:
    asked = {
        concern
        for scenario in load_scenarios()
        for question in scenario.questions
        for concern in question.concerns
    }
    ways = [concern for concerns in WAYS.values() for concern in concerns]
    assert set(ways) <= asked
    assert len(ways) == len(set(ways))


def test_what_a_question_names_suffices_for_it() -> None:
    for scenario in load_scenarios():
        for asked in scenario.questions:
            seen = [
                Sighting(path="a.py", line=1, column=1, concern=concern, what="x")
                for concern in (*asked.concerns, *sorted(PRESUPPOSED.get(asked.id, ()))[:1])
            ]
            assert match_sightings(asked, group_by_output(seen)), asked.id


QUESTIONS = {asked.id: asked for one in load_scenarios() for asked in one.questions}
COMPILED, MODE = "Model.compile(loss)", "Model.compile(sample_weight_mode)"
DENSE, LSTM, CLASSES = "keras.layers.Dense", "keras.layers.LSTM", "Model.fit(class_weight)"


@pytest.mark.parametrize(
    ("name", "seen", "concerned"),
    [
        ("class_weight.with_sample_weight", [FIT], False),
        ("class_weight.with_sample_weight", [CLASSES], False),
        ("class_weight.with_sample_weight", [CLASSES, FIT], True),
        ("sample_weight.square_batch_axis", [CLASSES], True),
        ("weighted_metrics.seed_program_metric", [METRICS], False),
        ("weighted_metrics.seed_program_metric", [METRICS, EVALUATE], True),
        ("batches.train_on_batch_repeated_metric", ["Model.train_on_batch"], False),
        ("batches.train_on_batch_repeated_metric", ["Model.train_on_batch", METRICS], True),
        ("text_model.tagging_accuracy", [MASK, METRICS], False),
        ("text_model.tagging_accuracy", [EMBEDDING, METRICS], True),
        ("metrics_under_mask.metrics", [EMBEDDING, METRICS], True),
        # A mask that ends before the loss, and one that ends on one of two ways.
        ("dense_masking.loss_denominator", [MASK, LSTM], False),
        ("dense_masking.loss_denominator", [MASK, LSTM, DENSE], True),
        ("metrics_under_mask.metrics", [MASK, LSTM, METRICS], False),
        ("text_model.classification_loss", [EMBEDDING, LSTM, "keras.losses.binary_crossentropy"], True),
        ("mask_reaches_loss.conv1d", ["keras.layers.Conv1D", MASK], True),
        ("text_model.epoch_val_loss", [MASK, "keras.callbacks.EarlyStopping"], True),
        ("text_model.epoch_val_loss", [MASK, "Model.fit", "keras.callbacks.EarlyStopping"], False),
        ("text_model.epoch_val_loss", [MASK, "Model.fit", "Model.fit(validation_data)"], True),
        ("sample_weight.per_sample_on_sequence", [EVALUATE, COMPILED, MODE], False),
        ("sample_weight.per_sample_on_sequence", [EVALUATE, COMPILED, COMPILED, MODE], True),
        ("sample_weight.mask_and_temporal", [MASK, FIT, COMPILED, MODE], True),
        ("multi_output.logged_output_loss", ["keras.callbacks.History"], False),
    ],
)  # fmt: skip
def test_real_questions(name: str, seen: list[str], *, concerned: bool) -> None:
    places = [Sighting("a.py", line, 1, one, "x") for line, one in enumerate(seen, start=1)]
    assert bool(match_sightings(QUESTIONS[name], group_by_output(places))) is concerned


@pytest.mark.parametrize(
    ("what", "mse", "mae"),
    [
        ('loss="mse"', True, False),
        ("loss='mean_absolute_error'", False, True),
        ("loss=keras.losses.mean_squared_error", True, False),
        ('{"a": "mae", "b": "mse"}', True, True),
        ('"sparse_categorical_crossentropy"', False, False),
        ('"Huber"', False, False),
        ("loss=LOSS", True, True),
        ("**settings", True, True),
    ],
)
def test_a_loss_that_is_named_is_that_one(what: str, *, mse: bool, mae: bool) -> None:
    places = [Sighting("a.py", 1, 1, MASK, "x"), Sighting("a.py", 2, 1, COMPILED, what)]
    found = [
        bool(match_sightings(QUESTIONS[f"loss_reduction.{name}_string"], group_by_output(places)))
        for name in ("mse", "mae")
    ]
    assert found == [mse, mae]


def test_what_is_listed_is_asked() -> None:
    assert {*PRESUPPOSED, *TOGETHER, *OF_TEXT, *BY_SAMPLE, *LOSSES} <= set(QUESTIONS)
    asked = {concern for question in QUESTIONS.values() for concern in question.concerns}
    assert asked | {"keras.layers.LSTM"} >= ENDS | HEADS
