import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model import Matrix
from harness.publish.text import render_text

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

EXAMPLE = """\
releases   8
questions  3
cells      24, of which 20 are measured
           answered 15 │ raised 3 │ not applicable 0 │ unexplained 1 │ ambiguous 0 │
           contradictory 1 │ crashed 0 │ timed out 0 │ not installable 0 │ no interpreter 3 │
           not run 1
machines   1
runs       1
observed   2026-11-20 to 2026-11-21 (UTC)

Candidate tf-2.17.0rc0 against tf-2.16.2: 2 of 2 questions compared would change.

Another answer, and nothing raises:
  dense_masking.loss_denominator: ÷ valid → ÷ total
    What the loss is divided by
    Remedy: Compare within one side.

No answer any more:
  lstm_return_sequences.sequences_loss_denominator: sum → raised ValueError
    What the loss is divided by
    Remedy: Compare within one side.

Not compared (tf-2.16.2 contradictory): lstm_return_sequences.last_output_mask.

(Keras) behind an interval: the change is there with TensorFlow held; (TensorFlow): it is there with
Keras held. A change without a mark: the two are not told apart. Up to TensorFlow 2.5, tf.keras is a
part of TensorFlow and never told apart.

Series tensorflow, each TensorFlow with the Keras of its day: 5 releases, tf-1.4.1 to tf-2.17.0rc0.
Of 3 questions, 3 have more than one answer (an exception counts as one).

dense_masking     intervals
----------------  ---------------------------------------------------------
loss_denominator  tf-1.4.1 – tf-2.10.1 ÷ total │ tf-2.11.1 no interpreter │
                  tf-2.16.2 ÷ valid (Keras) │ tf-2.17.0rc0 → ÷ total

lstm_return_sequences       intervals
--------------------------  -------------------------------------------------------------------
last_output_mask            tf-1.4.1 – tf-2.10.1 stops │ tf-2.11.1 no interpreter │
                            tf-2.16.2 contradictory │ tf-2.17.0rc0 → continues
sequences_loss_denominator  tf-1.4.1 – tf-2.10.1 raised ValueError │ tf-2.11.1 no interpreter │
                            tf-2.16.2 sum │ tf-2.17.0rc0 → raised ValueError

Series keras-3, each Keras 3 on one TensorFlow: 2 releases, tf-2.18.1+keras-3.0.5 to
tf-2.18.1+keras-3.9.2. Of 3 questions, 0 have more than one answer (an exception counts as one).
Nothing is known of 1.

without a change
---------------------  ---------------------------
dense_masking          loss_denominator: ÷ valid
lstm_return_sequences  last_output_mask: continues

Series legacy, the legacy package tf-keras: 1 release, tf-2.16.2+tf-keras-2.16.0. Of 3 questions, 0
have more than one answer (an exception counts as one).

without a change
---------------------  ---------------------------------------------------------
dense_masking          loss_denominator: ÷ total
lstm_return_sequences  last_output_mask: stops │ sequences_loss_denominator: sum

COMPATIBILITY.md tells in full what is raised.

Not known:

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
        (row.id, asked.id): Said(answer=("total", "valid")[number % 2], keras=f"2.{number}.0")
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
