import shlex

import pytest
from hypothesis import given

from harness.model import Kind, Status
from harness.publish.wording import (
    REDUCTIONS,
    STATES,
    make_visible,
    name_status,
    reproduce,
    say,
)

from .matrices import question
from .strategies import HOSTILE

NUMERIC = question("dense_masking.loss_denominator")
CATEGORICAL = question("lstm_return_sequences.last_output_mask", Kind.CATEGORICAL)


@pytest.mark.parametrize(
    ("status", "answer", "reasons", "words"),
    [
        (Status.ANSWERED, "valid", [], "÷ valid"),
        (Status.ANSWERED, "sum", [], "sum"),
        (Status.ANSWERED, "mask_ignored", [], "mask_ignored"),
        (Status.ANSWERED, "samples", [], "samples"),
        (Status.ANSWERED, "nan", [], "nan"),
        (Status.RAISED, None, ["ValueError: no | mask"], "raised ValueError"),
        (
            Status.RAISED,
            None,
            ["errors_impl.InvalidArgumentError: x"],
            "raised InvalidArgumentError",
        ),
        (
            Status.RAISED,
            None,
            ["KeyError: 1", "KeyError: 2", "TypeError"],
            "raised KeyError, TypeError",
        ),
        (Status.RAISED, None, ["shapes differ: 3"], "raised"),
        (Status.RAISED, None, [""], "raised"),
        (Status.NOT_RUN, None, [], "not run"),
        (Status.NO_INTERPRETER, None, ["Python 3.6"], "no interpreter"),
    ],
)
def test_say(status: Status, answer: str | None, reasons: list[str], words: str) -> None:
    assert say(NUMERIC, status, answer, reasons) == words


def test_a_label_is_no_denominator() -> None:
    assert say(CATEGORICAL, Status.ANSWERED, "total", []) == "total"


@given(HOSTILE)
def test_no_state_is_ever_blank(reason: str) -> None:
    for status in Status:
        assert say(NUMERIC, status, None, [reason]).startswith(name_status(status))


def test_every_state_has_a_meaning() -> None:
    assert set(STATES) == set(Status)


def test_answers_have_one_meaning_each() -> None:
    assert len({reduction.name for reduction in REDUCTIONS}) == len(REDUCTIONS)


@given(HOSTILE)
def test_visible_text_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    visible = make_visible(text)
    assert visible.isprintable()
    assert make_visible(visible) == visible


def test_control_characters_are_named() -> None:
    assert make_visible("a\nb\x1b[31m\u202e\ud800") == r"a\nb\x1b[31m\u202e\ud800"


def test_reproduce() -> None:
    assert reproduce("tf-2.18.1+keras-3.9.2", "dense_masking") == (
        'nox -s "matrix(tf-2.18.1+keras-3.9.2)" -- --scenario dense_masking --again'
    )
    assert reproduce("tf-2.10.1", "focal", folder="my scenarios") == (
        "nox -s \"matrix(tf-2.10.1)\" -- --scenario focal --scenarios 'my scenarios' --again"
    )


@given(HOSTILE, HOSTILE)
def test_reproduce_gives_the_shell_only_words(release: str, scenario: str) -> None:
    words = ["nox", "-s", f"matrix({release})", "--", "--scenario", scenario, "--again"]
    assert shlex.split(reproduce(release, scenario)) == words
