"""Benjamini and Hochberg: their own example, and what sequential use needs."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.discoveries import find_discoveries, next_level

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30).map(np.array)
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]
"""The fifteen comparisons of Benjamini & Hochberg (1995), section 4.1: four are found at 5 %."""


def test_the_published_example() -> None:
    found = find_discoveries(np.array(PUBLISHED), 0.05)
    assert found.tolist() == [True] * 4 + [False] * 11
    assert next_level(found, 0.05) == 0.05 * 5 / 15


@given(P_VALUES, st.randoms())
def test_the_order_does_not_matter(p_values: np.ndarray, random: np.random.Generator) -> None:
    order = list(range(len(p_values)))
    random.shuffle(order)
    found = find_discoveries(p_values, 0.05)
    assert find_discoveries(p_values[order], 0.05).tolist() == found[order].tolist()


@given(P_VALUES, st.data())
def test_more_evidence_withdraws_nothing(p_values: np.ndarray, data: st.DataObject) -> None:
    parts = st.lists(st.floats(0, 1), min_size=len(p_values), max_size=len(p_values))
    later = p_values * np.array(data.draw(parts))
    before, after = find_discoveries(p_values, 0.05), find_discoveries(later, 0.05)
    assert (after | ~before).all()


@given(P_VALUES)
def test_one_discovery_more_needs_the_next_level(p_values: np.ndarray) -> None:
    found = find_discoveries(p_values, 0.05)
    if not found.all():
        more = p_values.copy()
        more[int(np.argmin(found))] = next_level(found, 0.05)
        assert find_discoveries(more, 0.05).sum() > found.sum()


def test_runs_are_judged_apart() -> None:
    found = find_discoveries(np.array([[0.03, 0.04], [0.03, 0.9]]), 0.05)
    assert found.tolist() == [[True, True], [False, False]]
