import math

from harness.model import Status
from harness.publish.unanswered import REASON_LIMIT, list_unanswered

from .matrices import Said, example, matrix, question, release

ONE = [question("one.a"), question("one.b")]
TWO = [question("two.c")]


def test_alike_cells_share_a_row() -> None:
    rows = [release(name) for name in ("tf-1", "tf-2", "tf-3")]
    gone = Said(status=Status.NOT_APPLICABLE, reason="no Masking")
    words = {(row.id, asked.id): gone for row in rows for asked in ONE}
    words |= {(row.id, "two.c"): Said(answer="valid") for row in rows[:2]}
    found = list_unanswered(matrix(rows, ONE + TWO, words))
    assert [(row.questions, row.releases, row.state, row.reason) for row in found] == [
        (("one (all 2 questions)",), ("tf-1", "tf-2", "tf-3"), "not applicable", "no Masking"),
        (("two.c",), ("tf-3",), "not run", "it was not measured"),
    ]


def test_a_release_that_says_nothing_is_one_row() -> None:
    found = list_unanswered(matrix([release("tf-1")], ONE + TWO, {}))
    assert [(row.questions, row.releases, row.state) for row in found] == [
        (("every question",), ("tf-1",), "not run")
    ]


def test_every_unanswered_cell_is_listed() -> None:
    assert [(row.questions, row.releases, row.state) for row in list_unanswered(example())] == [
        (
            ("lstm_return_sequences.sequences_loss_denominator",),
            ("tf-1.4.1", "tf-2.10.1", "tf-2.17.0rc0"),
            "raised",
        ),
        (("every question",), ("tf-2.11.1",), "no interpreter"),
        (("lstm_return_sequences.last_output_mask",), ("tf-2.16.2",), "contradictory"),
        (
            ("lstm_return_sequences.sequences_loss_denominator",),
            ("tf-2.18.1+keras-3.0.5",),
            "unexplained",
        ),
        (
            ("lstm_return_sequences.sequences_loss_denominator",),
            ("tf-2.18.1+keras-3.9.2",),
            "not run",
        ),
    ]


def test_a_number_that_is_not_explained_is_shown_beside_every_candidate() -> None:
    word = Said(
        status=Status.UNEXPLAINED,
        reason="no candidate",
        observed=1 / 3,
        hypotheses={"valid": math.nan, "total": 0.25},
    )
    (row,) = list_unanswered(matrix([release("tf-1")], TWO, {("tf-1", "two.c"): word}))
    assert row.reason == (
        "no candidate; draw 0 observed 0.333333333, where total is 0.25, valid is nan; "
        "draw 1 observed 0.333333333, where total is 0.25, valid is nan"
    )


def test_a_long_reason_says_that_it_goes_on() -> None:
    word = Said(status=Status.RAISED, reason="ValueError: " + "x" * 1000)
    (row,) = list_unanswered(matrix([release("tf-1")], TWO, {("tf-1", "two.c"): word}))
    more = 1012 - REASON_LIMIT
    assert row.reason.endswith(f"x … ({more} more characters in compatibility.json)")


def test_what_a_release_itself_said_is_known() -> None:
    assert [row.known for row in list_unanswered(example())] == [True, *[False] * 4]
