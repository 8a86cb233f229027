"""Which questions are about what the code does: whole programs by what was seen in them."""

import pytest

from harness.upgrade.concerning import match_sightings
from harness.upgrade.sightings import Sighting
from tests.publish.matrices import question

MASK, EMBEDDING = "keras.layers.Masking", "keras.layers.Embedding(mask_zero)"
METRICS, FIT, EVALUATE = "Model.compile(metrics)", "Model.fit(sample_weight)", "Model.evaluate"


@pytest.mark.parametrize(
    ("concerns", "seen", "places"),
    [
        ([MASK], [MASK], [MASK]),
        ([MASK], [METRICS], []),
        ([MASK, EMBEDDING], [EMBEDDING], [EMBEDDING]),
        ([FIT, EVALUATE], [EVALUATE], [EVALUATE]),
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
