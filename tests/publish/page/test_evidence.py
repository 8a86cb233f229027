from dataclasses import replace
from datetime import timedelta

from harness.judge.cells import build_matrix
from harness.model import Kind, Matrix, Status
from harness.publish.page.evidence import Evidence, build_evidence
from harness.publish.unanswered import REASON_LIMIT
from tests.publish.matrices import LOCK, SHA, Said, example, matrix, question, release

LOSS, GOES_ON, METRIC = range(3)


def table(found: Evidence) -> str:
    """Return the evidence as text; draws are divided by a slash, what explains has a star."""
    lines = [" | ".join(("Release", "Says", "Observed", *found.candidates, "Note"))]
    for row in found.rows:
        numbers = [f"{one.lines}{'*' * one.explains}".replace("\n", "/") for one in row.numbers]
        lines.append(" | ".join((row.release, row.says, *numbers, str(row.note))))
    return "\n".join(lines)


def evidence(place: int) -> Evidence:
    made = example()
    return build_evidence(made, made.questions[place])


def test_each_draw_and_candidate_of_each_release() -> None:
    assert table(evidence(METRIC)) == (
        """\
Release | Says | Observed | ÷ valid | ÷ total | sum | Note
tf-1.4.1 | raised ValueError | – | – | – | – | 1
tf-2.10.1 | raised ValueError | – | – | – | – | 1
tf-2.11.1 | no interpreter | – | – | – | – | 2
tf-2.16.2 | sum | 9/9 | – | – | 9/9* | 0
tf-2.17.0rc0 | raised ValueError | – | – | – | – | 1
tf-2.18.1+keras-3.0.5 | unexplained | 0.75/0.75 | 1/1 | 0.6/0.6 | – | 3
tf-2.18.1+keras-3.9.2 | not run | – | – | – | – | 4
tf-2.16.2+tf-keras-2.16.0 | sum | 9/9 | – | – | 9/9* | 0"""
    )


def test_notes_are_told_once() -> None:
    assert evidence(METRIC).notes == (
        "ValueError: shapes [2, 3] | [3] differ\\nsee <log>",
        "Python 3.9 was not found",
        "no candidate explains the number observed",
        "it was not measured",
    )


def test_a_label_is_its_own_observation() -> None:
    found = evidence(GOES_ON)
    assert (found.numeric, found.candidates) == (False, ())
    assert [row.numbers for row in found.rows] == [()] * 8
    assert found.notes[1] == "draw 0: stops; draw 1: continues"


def test_numbers_have_the_digits_that_show_whether_they_agree() -> None:
    said = Said(answer="valid", observed=1.12345678, hypotheses={"valid": 1.1234568, "sum": -1e-9})
    asked = question("a.b")
    found = build_evidence(matrix([release("tf-1")], [asked], {("tf-1", asked.id): said}), asked)
    assert [one.lines for one in found.rows[0].numbers] == [
        "1.12346\n1.12346",
        "1.12346\n1.12346",
        "−1e−09\n−1e−09",
    ]


def test_numbers_that_are_not_finite() -> None:
    said = Said(answer="valid", observed=float("nan"), hypotheses={"valid": float("-inf")})
    asked = question("a.b")
    found = build_evidence(matrix([release("tf-1")], [asked], {("tf-1", asked.id): said}), asked)
    assert [one.lines for one in found.rows[0].numbers] == ["nan\nnan", "−inf\n−inf"]


def test_neighbours_that_show_the_same_share_a_block() -> None:
    assert [row.span for row in evidence(LOSS).rows] == [2, 0, 1, 1, 1, 2, 0, 1]
    assert [row.span for row in evidence(METRIC).rows] == [2, 0, 1, 1, 1, 1, 1, 1]
    assert [row.says for row in evidence(LOSS).rows[:2]] == ["÷ total", "÷ total"]


def test_a_long_exception_is_cut_and_says_so() -> None:
    said = Said(status=Status.RAISED, reason="x" * (REASON_LIMIT + 7))
    asked = question("a.b")
    found = build_evidence(matrix([release("tf-1")], [asked], {("tf-1", asked.id): said}), asked)
    assert found.notes == (f"{'x' * REASON_LIMIT} … (7 more characters in compatibility.json)",)


def two_machines() -> Matrix:
    asked = question("a.b", Kind.CATEGORICAL)
    rows = [release("tf-1"), release("tf-2")]
    said = {(row.id, asked.id): Said(answer="stops") for row in rows}
    seen = [one for cell in matrix(rows, [asked], said).cells.values() for one in cell.evidence]
    other = [
        replace(
            one,
            answer="continues",
            recorded_at=one.recorded_at + timedelta(days=7),
            provenance=replace(one.provenance, machine="other"),
        )
        for one in seen
        if one.provenance.release == "tf-2"
    ]
    hashes = {"scenario_hashes": {"a": SHA}, "lock_hashes": {row.id: LOCK for row in rows}}
    return build_matrix(rows, [asked], [*seen, *other], **hashes)


def test_machines_are_named_where_there_are_several() -> None:
    made = two_machines()
    found = build_evidence(made, made.questions[0])
    assert found.measured == ""
    assert [row.measured for row in found.rows] == [
        "2026-11-20, 2026-11-21, linux-x86_64-4cpu-0123abcd",
        "2026-11-20, 2026-11-21, 2026-11-27, 2026-11-28, linux-x86_64-4cpu-0123abcd, other",
    ]
    assert found.rows[1].says == "contradictory"
    assert "line by line: linux-x86_64-4cpu-0123abcd draw 0" in found.notes[0]


def test_a_day_that_all_rows_share_is_told_once() -> None:
    found = evidence(LOSS)
    assert found.measured == "2026-11-20, 2026-11-21"
    assert {row.measured for row in found.rows} == {""}
    assert found.draws == "2"
