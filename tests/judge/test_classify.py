"""A planted candidate is always found; what cannot be told apart is never guessed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judge.classify import SEPARATION, classify
from harness.model import Kind, Status
from tests.publish.matrices import question

NAMES = ("valid", "total", "batch", "sum", "mask_ignored")
TOLERANCES = st.sampled_from([1e-6, 1e-5, 1e-4, 1e-3])
ASKED = question("masking.loss", answers=NAMES)


@st.composite
def separated(draw: st.DrawFn, tolerance: float) -> dict[str, float]:
    """Draw a value for each candidate, any two over 100 tolerances apart, in any order."""
    steps = draw(st.lists(st.floats(1, 50), min_size=len(NAMES), max_size=len(NAMES)))
    value = draw(st.floats(1e-6, 1e6)) * draw(st.sampled_from([-1, 1]))
    values = []
    for step in steps:
        values.append(value)
        value *= 1 + 130 * tolerance * step
    return dict(zip(draw(st.permutations(NAMES)), values, strict=True))


@given(st.data(), TOLERANCES, st.sampled_from(NAMES), st.floats(-0.99, 0.99))
def test_a_planted_denominator_is_always_found(
    data: st.DataObject, tolerance: float, planted: str, error: float
) -> None:
    asked = question("masking.loss", answers=NAMES, tolerance=tolerance)
    hypotheses = data.draw(separated(tolerance))
    observed = hypotheses[planted] * (1 + error * tolerance)
    judged = classify(asked, observed, hypotheses)
    assert (judged.status, judged.answer) == (Status.ANSWERED, planted)
    assert judged.kind is Kind.NUMERIC


@given(st.data(), TOLERANCES, st.sampled_from(NAMES), st.floats(-0.9, 0.9))
def test_two_near_candidates_are_ambiguous(
    data: st.DataObject, tolerance: float, planted: str, distance: float
) -> None:
    asked = question("masking.loss", answers=(*NAMES, "twin"), tolerance=tolerance)
    hypotheses = data.draw(separated(tolerance))
    hypotheses["twin"] = hypotheses[planted] * (1 + distance * SEPARATION * tolerance)
    judged = classify(asked, hypotheses[planted], hypotheses)
    assert (judged.status, judged.answer) == (Status.AMBIGUOUS, None)
    assert planted in judged.reason
    assert "twin" in judged.reason


@given(st.data(), TOLERANCES, st.sampled_from(NAMES), st.sampled_from([-1, 1]))
def test_what_no_candidate_explains_is_not_rounded_to_the_nearest(
    data: st.DataObject, tolerance: float, nearest: str, side: int
) -> None:
    asked = question("masking.loss", answers=NAMES, tolerance=tolerance)
    hypotheses = data.draw(separated(tolerance))
    observed = hypotheses[nearest] * (1 + side * 1.5 * tolerance)
    judged = classify(asked, observed, hypotheses)
    assert (judged.status, judged.answer) == (Status.UNEXPLAINED, None)
    assert judged.reason


@pytest.mark.parametrize(
    ("observed", "name"), [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "inf")]
)
def test_a_number_that_is_not_finite_answers_only_where_declared(
    observed: float, name: str
) -> None:
    judged = classify(question("masking.loss", answers=("valid", name)), observed, {"valid": 1.0})
    assert (judged.status, judged.answer, judged.kind) == (
        Status.ANSWERED,
        name,
        Kind.NON_FINITE,
    )
    judged = classify(ASKED, observed, {"valid": 1.0})
    assert (judged.status, judged.answer) == (Status.UNEXPLAINED, None)
    assert "not declared" in judged.reason


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_a_candidate_that_is_not_finite_explains_nothing(broken: float) -> None:
    judged = classify(ASKED, 1.0, {"valid": broken, "total": 1.0})
    assert judged.answer == "total"
    assert classify(ASKED, 1.0, {"valid": broken}).status is Status.UNEXPLAINED


def test_without_candidates_nothing_is_explained() -> None:
    assert classify(ASKED, 1.0, {}).status is Status.UNEXPLAINED


def test_an_exact_zero_is_explained_by_zero_only() -> None:
    assert classify(ASKED, 0.0, {"valid": 0.0, "total": 1e-9}).answer == "valid"
    assert classify(ASKED, 1e-12, {"valid": 0.0}).status is Status.UNEXPLAINED


def test_an_undeclared_candidate_is_refused_even_if_another_fits() -> None:
    judged = classify(ASKED, 1.0, {"valid": 1.0, "median": 2.0})
    assert judged.status is Status.UNEXPLAINED
    assert "median" in judged.reason


def test_a_label_answers_only_where_declared() -> None:
    asked = question("masking.mask", Kind.CATEGORICAL)
    assert classify(asked, "stops", {}).answer == "stops"
    judged = classify(asked, "maybe", {})
    assert judged.status is Status.UNEXPLAINED
    assert "'maybe'" in judged.reason


def test_a_label_is_no_number_and_a_number_no_label() -> None:
    judged = classify(ASKED, "valid", {"valid": 1.0})
    assert (judged.status, judged.kind) == (Status.UNEXPLAINED, Kind.CATEGORICAL)
    judged = classify(question("masking.mask", Kind.CATEGORICAL), 1.0, {})
    assert (judged.status, judged.kind) == (Status.UNEXPLAINED, Kind.NUMERIC)
