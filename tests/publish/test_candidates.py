from collections.abc import Mapping

from harness.model import Status
from harness.publish.candidates import CandidateFindings, list_candidates

from .matrices import Said, example, matrix, question, release

LOSS, METRIC = question("masking.loss"), question("masking.metric")


def found(before: Mapping[str, Said], after: Mapping[str, Said]) -> CandidateFindings:
    rows = [release("tf-1"), release("tf-2rc0", tags=("candidate",))]
    words = {
        (row.id, f"masking.{name}"): word
        for row, said in zip(rows, (before, after), strict=True)
        for name, word in said.items()
    }
    (only,) = list_candidates(matrix(rows, [LOSS, METRIC], words))
    return only


def test_what_changes_is_grouped_by_how_it_shows_itself() -> None:
    (only,) = list_candidates(example())
    assert only.headline == "tf-2.17.0rc0 against tf-2.16.2: 2 of 2 questions compared would change"
    assert [
        (grade, [(one.question.id, one.says) for one in altered]) for grade, altered in only.grades
    ] == [
        (
            "Another answer, and nothing raises",
            [("dense_masking.loss_denominator", "÷ valid → ÷ total")],
        ),
        (
            "No answer any more",
            [("lstm_return_sequences.sequences_loss_denominator", "sum → raised ValueError")],
        ),
    ]
    assert only.not_compared == (
        "Not compared (tf-2.16.2 contradictory): lstm_return_sequences.last_output_mask",
    )


def test_good_news_is_told_too() -> None:
    raised = Said(status=Status.RAISED, reason="ValueError: no")
    only = found({"loss": raised, "metric": raised}, dict.fromkeys(["loss"], Said(answer="valid")))
    assert [(grade, altered[0].says) for grade, altered in only.grades] == [
        ("An answer where there was none", "raised ValueError → ÷ valid")
    ]


def test_that_nothing_changes_is_said() -> None:
    same = dict.fromkeys(["loss", "metric"], Said(answer="valid"))
    only = found(same, same)
    assert only.headline == "tf-2rc0 against tf-1: none of 2 questions compared would change"
    assert (only.grades, only.not_compared) == ((), ())


def test_a_candidate_that_was_not_measured_is_never_passed_over_in_silence() -> None:
    only = found(dict.fromkeys(["loss", "metric"], Said(answer="valid")), {})
    assert only.headline == "tf-2rc0 against tf-1: nothing can be compared"
    assert only.not_compared == ("Not compared (tf-2rc0 not run): every question",)


def test_a_candidate_without_a_release_before_it_says_so() -> None:
    (only,) = list_candidates(matrix([release("tf-1rc0", tags=("candidate",))], [LOSS], {}))
    assert only.headline == "tf-1rc0: no release comes before it in its series"
