import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Matrix
from harness.publish.text import render_text

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

EXAMPLE = """\
releases   6
questions  3
cells      18, of which 14 are measured
           answered 10 │ raised 2 │ not applicable 0 │ unexplained 1 │ ambiguous 0 │
           contradictory 1 │ crashed 0 │ timed out 0 │ not installable 0 │ no interpreter 3 │
           not run 1
machines   1
runs       1
observed   2026-11-20 to 2026-11-21 (UTC)

Series tensorflow, each TensorFlow with the Keras of its day: 4 releases, tf-1.4.1 to tf-2.16.2

dense_masking     intervals
----------------  -----------------------------------------------------------------------------
loss_denominator  tf-1.4.1 – tf-2.10.1 ÷ total │ tf-2.11.1 no interpreter │ tf-2.16.2 → ÷ valid

lstm_return_sequences       intervals
--------------------------  -------------------------------------------------------------------
last_output_mask            tf-1.4.1 – tf-2.10.1 stops │ tf-2.11.1 no interpreter │
                            tf-2.16.2 → contradictory
sequences_loss_denominator  tf-1.4.1 – tf-2.10.1 raised ValueError │ tf-2.11.1 no interpreter │
                            tf-2.16.2 → sum

Series keras-3, each Keras 3 on one TensorFlow: 2 releases, tf-2.18.1+keras-3.0.5 to
tf-2.18.1+keras-3.9.2

dense_masking     intervals
----------------  -------------------------------
loss_denominator  tf-2.18.1+keras-3.0.5 → ÷ valid

lstm_return_sequences       intervals
--------------------------  -------------------------------------------------------------------
last_output_mask            tf-2.18.1+keras-3.0.5 → continues
sequences_loss_denominator  tf-2.18.1+keras-3.0.5 unexplained │ tf-2.18.1+keras-3.9.2 → not run

Without an answer:

raised: lstm_return_sequences.sequences_loss_denominator
  in tf-1.4.1, tf-2.10.1
  ValueError: shapes [2, 3] | [3] differ\\nsee <log>

no interpreter: every question
  in tf-2.11.1
  Python 3.9 was not found

contradictory: lstm_return_sequences.last_output_mask
  in tf-2.16.2
  draw 0: stops; draw 1: continues

unexplained: lstm_return_sequences.sequences_loss_denominator
  in tf-2.18.1+keras-3.0.5
  no candidate explains the number observed; draw 0 observed 0.75, where total is 0.6, valid is 1;
    draw 1 observed 0.75, where total is 0.6, valid is 1

not run: lstm_return_sequences.sequences_loss_denominator
  in tf-2.18.1+keras-3.9.2
  it was not measured
"""


def test_the_whole_text() -> None:
    assert render_text(example(), 100) == EXAMPLE


@pytest.mark.parametrize("width", [50, 60, 80, 120])
def test_the_width_is_kept(width: int) -> None:
    assert max(map(len, render_text(example(), width).splitlines())) <= width


@given(matrices(), st.integers(50, 120))
def test_nothing_leaves_its_line_or_the_width(drawn: Matrix, width: int) -> None:
    lines = render_text(drawn, width).removesuffix("\n").split("\n")
    assert all(line.isprintable() for line in lines)
    assert max(map(len, lines)) <= width


def test_an_interval_stays_on_one_line() -> None:
    rows = [release(f"tf-2.{number}.0") for number in range(12)]
    asked = question("dense_masking.loss_denominator")
    words = {
        (row.id, asked.id): Said(answer=("total", "valid")[number % 2])
        for number, row in enumerate(rows)
    }
    text = render_text(matrix(rows, [asked], words), 60)
    assert text.split("intervals\n")[1] == (
        "----------------  ---------------------------------------\n"
        "loss_denominator  tf-2.0.0 ÷ total │ tf-2.1.0 ÷ valid │\n"
        "                  tf-2.2.0 ÷ total │ tf-2.3.0 ÷ valid │\n"
        "                  tf-2.4.0 ÷ total │ tf-2.5.0 ÷ valid │\n"
        "                  tf-2.6.0 ÷ total │ tf-2.7.0 ÷ valid │\n"
        "                  tf-2.8.0 ÷ total │ tf-2.9.0 ÷ valid │\n"
        "                  tf-2.10.0 ÷ total │ tf-2.11.0 → ÷ valid\n"
    )
