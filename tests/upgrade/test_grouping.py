"""What comes together at one output of a model, and what a question makes of it."""

from pathlib import Path

import pytest

from harness.questions import load_scenarios
from harness.upgrade.concerning import match_sightings
from harness.upgrade.grouping import group_by_output
from harness.upgrade.sightings import Output, Sighting
from harness.upgrade.source_scan import scan_source
from tests.publish.matrices import question

QUESTIONS = {asked.id: asked for one in load_scenarios() for asked in one.questions}
MASK, DENSE = "keras.layers.Masking", "keras.layers.Dense"
LSTM, SEQUENCES = "keras.layers.LSTM", "keras.layers.LSTM(return_sequences)"
LOSS, METRICS = "Model.compile(loss)", "Model.compile(metrics)"
FIT, MODE = "Model.fit(sample_weight)", "Model.compile(sample_weight_mode)"
A, B, OPEN = Output("a", "", True), Output("b", "", False), Output("c")  # noqa: FBT003 - data


def place(concern: str, *outputs: Output, line: int = 1) -> Sighting:
    return Sighting("a.py", line, 1, concern, "x", outputs)


def test_each_output_has_its_own_places_and_those_of_any() -> None:
    places = group_by_output(
        [place(LOSS, A), place(METRICS, B), place("custom loss function"), place(MASK, A, B)]
    )
    assert {
        (together.masked, together.concerns, outputs) for together, outputs in places.groups.items()
    } == {
        (True, frozenset({LOSS, MASK, "custom loss function"}), frozenset({A})),
        (False, frozenset({METRICS, MASK, "custom loss function"}), frozenset({B})),
    }


@pytest.mark.parametrize(
    ("seen", "unknown"),
    [
        ([], True),
        ([place("keras.backend")], True),
        ([place("keras.backend"), place(LOSS, A)], False),
        ([place(FIT), place(LOSS, A)], True),
        ([place(DENSE), place(LOSS, A)], True),
    ],
)
def test_a_model_that_is_not_known(seen: list[Sighting], *, unknown: bool) -> None:
    outputs = [output for some in group_by_output(seen).groups.values() for output in some]
    assert (None in outputs) is unknown


def test_what_is_the_same_is_told_once() -> None:
    places = group_by_output([place(LOSS, A), place(LOSS, Output("d", "", masked=True))])
    assert [len(outputs) for outputs in places.groups.values()] == [2]


@pytest.mark.parametrize(
    ("name", "seen", "lines"),
    [
        # Weights and a mask, at one output, at two, and where it is not known at which.
        ("sample_weight.mask_and_per_sample", [place(MASK, A), place(FIT, A, line=2)], [2]),
        ("sample_weight.mask_and_per_sample", [place(MASK, A), place(FIT, B, line=2)], []),
        ("sample_weight.mask_and_per_sample", [place(MASK, A), place(FIT, OPEN, line=2)], [2]),
        ("sample_weight.mask_and_per_sample", [place(MASK, A), place(FIT, line=2)], [2]),
        ("sample_weight.mask_and_per_sample", [place(MASK, B), place(FIT, line=2)], []),
        ("sample_weight.mask_and_per_sample", [place(MASK), place(FIT, B, line=2)], []),
        # Only the places of the output that is concerned, and those of any.
        (
            "sample_weight.mask_and_per_sample",
            [place(MASK, A), place(FIT, A, line=2), place(FIT, B, line=3), place(FIT, line=4)],
            [2, 4],
        ),
        ("weighted_metrics.metric", [place(METRICS, A), place(FIT, B, line=2)], []),
        ("weighted_metrics.metric", [place(METRICS, B), place(FIT, B, line=2)], [1, 2]),
        ("weighted_metrics.seed_program_metric", [place(METRICS, A), place(FIT, B, line=2)], []),
        ("dense_masking.loss_denominator", [place(MASK, A)], [1]),
        ("dense_masking.loss_denominator", [place(MASK, B)], []),
        ("dense_masking.loss_denominator", [place(MASK, OPEN)], [1]),
        ("dense_masking.seed_program", [place(DENSE, A)], []),
        # Ended on another way; but of an LSTM that the text leaves open, as a rule on this one.
        ("dense_masking.loss_denominator", [place(MASK, A), place(LSTM, A)], [1]),
        ("dense_masking.loss_denominator", [place(MASK, OPEN), place(LSTM, OPEN)], []),
        (
            "dense_masking.loss_denominator",
            [place(MASK, A), place(LSTM, A, line=2), place(SEQUENCES, A, line=2)],
            [],
        ),
        (
            "dense_masking.loss_denominator",
            [place(MASK, A), place(LSTM, A, line=2), place(SEQUENCES, A, line=3)],
            [1],
        ),
        # A layer that ends a mask is asked about where none gets to the output.
        ("mask_reaches_loss.conv1d", [place(MASK, B), place("keras.layers.Conv1D", B)], [1]),
        (
            "sample_weight.per_sample_on_sequence",
            [place(LOSS, A), place(MODE, A), place(FIT, A), place(LOSS, B), place(FIT, B, line=2)],
            [2],
        ),
    ],
)
def test_questions(name: str, seen: list[Sighting], lines: list[int]) -> None:
    found = match_sightings(QUESTIONS[name], group_by_output(seen))
    assert [one.line for one in found] == lines


def test_a_mask_that_ends_is_one_where_it_is_asked_where_masks_end() -> None:
    asked = question("own.flatten", concerns=(MASK, "keras.layers.Flatten"))
    seen = [place(MASK, B), place("keras.layers.Flatten", B, line=2)]
    assert [one.line for one in match_sightings(asked, group_by_output(seen))] == [2]
    assert not match_sightings(asked, group_by_output(seen[1:]))


HEAD = "from tensorflow import keras\nL = keras.layers\n"
NESTED = """
def encoder():
    i = keras.Input((None,))
    x = L.Embedding(9, 8, mask_zero=True)(i)
    return keras.Model(i, L.LSTM(4, return_sequences=True)(x))
def full(enc):
    i = keras.Input((None,))
    return keras.Model(i, L.Dense(3)(enc(i)))
def baseline():
    i = keras.Input((4,))
    return keras.Model(i, L.Dense(3)(i))
def main(x, y, w):
    b = baseline(); b.compile("sgd", "mae"); b.fit(x, y)
    m = full(encoder()); m.compile("sgd", "mse", metrics=["mae"]); m.fit(x, y, sample_weight=w)
"""
INHERITED = """
class Base(keras.Model):
    def train_step(self, data):
        x, y = data
        return {"loss": self.compiled_loss(y, self(x))}
    def prepare(self, x, y, w):
        self.compile("sgd", "mse", metrics=["mae"]); self.fit(x, y, sample_weight=w)
class Tagger(Base):
    def __init__(self):
        super().__init__()
        self.e = L.Embedding(9, 4, mask_zero=True); self.d = L.Dense(3)
    def call(self, x): return self.d(self.e(x))
Tagger().prepare(0, 0, 0)
"""
CHOSEN = """
def masked():
    i = keras.Input((None, 2)); return keras.Model(i, L.Dense(1)(L.Masking()(i)))
def plain():
    i = keras.Input((2,)); return keras.Model(i, L.Dense(1)(i))
def run(model, w):
    model.compile("sgd", loss="mse", metrics=["mae"]); model.fit(0, 0, sample_weight=w, epochs=2)
run({"a": masked, "b": plain}[input()](), 0)
p = plain(); p.compile("sgd", "mae")
"""
FOREIGN = """
from third import more
i = keras.Input((None, 2)); x = L.Dense(2)(more(L.Masking()(i)))
m = keras.Model(i, x); m.compile("sgd", "mse", metrics=["mae"]); m.fit(0, 0, sample_weight=0)
"""
POOLED = """
i = keras.Input((None, 2)); x = L.LSTM(3, return_sequences=True)(L.Masking()(i))
m = keras.Model(i, [x, L.Flatten()(x)])
m.compile("sgd", "mse", metrics=["mae"]); m.fit(0, 0, sample_weight=0)
"""
NAMED = """
i = keras.Input((None, 2)); x = L.Masking()(i)
m = keras.Model(i, {"a": L.Dense(1)(x), "b": L.GlobalMaxPooling1D()(x)})
m.compile("sgd", {"a": "mse", "b": "mse"}, metrics=["mae"]); w = {}
w["a"] = 0
m.fit(0, 0, sample_weight=w)
"""


@pytest.mark.parametrize("text", [NESTED, INHERITED, CHOSEN, FOREIGN, POOLED, NAMED])
def test_nothing_is_left_out_that_comes_from_elsewhere(text: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HEAD + text)
    places = group_by_output(scan_source(tmp_path).sightings)
    for name in (
        "dense_masking.loss_denominator",
        "loss_reduction.mse_string",
        "metrics_under_mask.metrics",
        "sample_weight.mask_and_per_sample",
        "weighted_metrics.seed_program_metric",
    ):
        assert match_sightings(QUESTIONS[name], places), name


def test_the_loss_of_a_model_without_a_mask_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HEAD + NESTED)
    places = group_by_output(scan_source(tmp_path).sightings)
    assert not match_sightings(QUESTIONS["loss_reduction.mae_string"], places)
