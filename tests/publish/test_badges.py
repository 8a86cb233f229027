import json
from typing import Any

import pytest
from hypothesis import given, settings

from harness.model import Kind, Matrix, Status
from harness.publish.badges import COLORS, FIELDS, UNKNOWN, is_badge, render_badges

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

LOSS = question("dense_masking.loss_denominator")
VERSIONS = ("2.9.3", "2.10.1", "2.11.1", "2.12.1")
TOTAL, VALID, SUM = (Said(answer=name) for name in ("total", "valid", "sum"))
RAISED = Said(status=Status.RAISED, reason="ValueError: no")
CRASHED = Said(status=Status.CRASHED, reason="signal 11")


def badge(*said: Said | None, tags: tuple[str, ...] = ("tf2",)) -> dict[str, Any] | None:
    """Return the badge of a question by what each release said, the oldest first."""
    rows = [release(f"tf-{version}") for version in VERSIONS[: len(said)]]
    rows[-1] = release(rows[-1].id, tags=tags)
    words = {(row.id, LOSS.id): one for row, one in zip(rows, said, strict=True) if one}
    files = render_badges(matrix(rows, [LOSS], words))
    assert set(files) <= {f"{LOSS.id}.json"}
    return json.loads(files[f"{LOSS.id}.json"]) if files else None


def test_a_badge() -> None:
    assert badge(TOTAL, TOTAL, VALID, VALID) == {
        "schemaVersion": 1,
        "label": "dense masking: loss denominator",
        "message": "÷ valid since 2.11.1",
        "color": "blue",
    }


@pytest.mark.parametrize(
    ("said", "message", "color"),
    [
        ((TOTAL, VALID, TOTAL), "÷ total since 2.11.1", COLORS[Status.ANSWERED]),
        ((TOTAL, VALID, RAISED), "raised ValueError since 2.11.1", COLORS[Status.RAISED]),
        ((TOTAL, VALID, None), "not run since 2.11.1", UNKNOWN),
        ((TOTAL, VALID, CRASHED, CRASHED), "crashed since 2.11.1", UNKNOWN),
        ((TOTAL, CRASHED, VALID), "÷ valid since 2.11.1", COLORS[Status.ANSWERED]),
        ((TOTAL, VALID, CRASHED, VALID), "÷ valid since 2.12.1", COLORS[Status.ANSWERED]),
    ],
)
def test_what_the_newest_release_says(said: tuple[Said, ...], message: str, color: str) -> None:
    found = badge(*said)
    assert found
    assert (found["message"], found["color"]) == (message, color)


@pytest.mark.parametrize(
    "said", [(VALID,), (VALID, VALID), (VALID, RAISED), (VALID, RAISED, TOTAL), (None, VALID)]
)
def test_what_changes_with_a_word_or_not_at_all_is_no_headline(said: tuple[Said, ...]) -> None:
    assert badge(*said) is None


def test_a_candidate_is_left_aside() -> None:
    assert badge(TOTAL, VALID, tags=("candidate",)) is None
    found = badge(TOTAL, VALID, SUM, tags=("candidate",))
    assert found
    assert found["message"] == "÷ valid since 2.10.1"


def test_a_headline_stays_one_whatever_comes_later() -> None:
    for later in (TOTAL, VALID, RAISED, CRASHED, None):
        assert badge(TOTAL, VALID, later)


def test_another_series_is_not_looked_at() -> None:
    rows = [release("tf-1", "keras-3"), release("tf-2", "keras-3")]
    words = {("tf-1", LOSS.id): TOTAL, ("tf-2", LOSS.id): VALID}
    assert render_badges(matrix(rows, [LOSS], words)) == {}


def test_a_name_of_a_scenario_makes_no_path() -> None:
    odd = question("../a b/é.loss", Kind.CATEGORICAL)
    rows = [release("tf-1"), release("tf-2")]
    words = {("tf-1", odd.id): Said(answer="stops"), ("tf-2", odd.id): Said(answer="continues")}
    (name,) = render_badges(matrix(rows, [odd], words))
    assert name == "..%2Fa%20b%2F%C3%A9.loss.json"


@settings(deadline=None)
@given(matrices())
def test_every_file_is_a_badge_of_visible_words(drawn: Matrix) -> None:
    for text in render_badges(drawn).values():
        assert is_badge(text)
        found = json.loads(text)
        assert set(found) == FIELDS
        assert found["schemaVersion"] == 1
        assert found["message"]
        assert f"{found['label']}{found['message']}{found['color']}".isprintable()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schemaVersion": 1}', "null"])
def test_what_another_wrote_is_no_badge(text: str) -> None:
    assert not is_badge(text)


def test_the_example_has_a_headline_or_none() -> None:
    assert set(render_badges(example())) == {"dense_masking.loss_denominator.json"}
