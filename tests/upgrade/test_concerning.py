"""Which questions are about what the code does: whole programs by what was seen in them."""

import pytest

from harness.questions import load_scenarios
from harness.upgrade.concerning import WAYS, match_sightings
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
    found = match_sightings(question("a.b", concerns=tuple(concerns)), sightings)
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
                for concern in asked.concerns
            ]
            assert match_sightings(asked, seen), asked.id
