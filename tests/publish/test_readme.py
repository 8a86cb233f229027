import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.model import Matrix
from harness.publish.readme import HEADLINES, render_readme
from harness.questions import load_scenarios

from .matrices import Said, example, matrix, question, release
from .strategies import matrices

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
BLOCK = """\
8 releases × 3 questions = 24 cells, of which 20 are measured: 15 answered, 3 raised, 1 unexplained, 0 ambiguous, 1 contradictory, 3 no interpreter, 1 not run. Machines: 1; runs: 1; observed 2026-11-20 to 2026-11-21 (UTC).

(Keras) behind an interval: the change is there with TensorFlow held; (TensorFlow): it is there with Keras held. A change without a mark: the two are not told apart. Up to TensorFlow 2.5, tf.keras is a part of TensorFlow and never told apart.

**tensorflow**: each TensorFlow with the Keras of its day; 5 releases, tf-1.4.1 to tf-2.17.0rc0.

| Question | Intervals |
| --- | --- |
| What the loss is divided by<br>dense_masking.loss_denominator | tf-1.4.1 – tf-2.10.1 **÷ total** │ tf-2.11.1 no interpreter │ tf-2.16.2 **÷ valid** (Keras) │ tf-2.17.0rc0 → **÷ total** |
| What the loss is divided by<br>lstm_return_sequences.sequences_loss_denominator | tf-1.4.1 – tf-2.10.1 **raised ValueError** │ tf-2.11.1 no interpreter │ tf-2.16.2 **sum** │ tf-2.17.0rc0 → **raised ValueError** |
| Whether the mask goes on<br>lstm_return_sequences.last_output_mask | tf-1.4.1 – tf-2.10.1 **stops** │ tf-2.11.1 no interpreter │ tf-2.16.2 contradictory │ tf-2.17.0rc0 → **continues** |
| seq2seq_categorical_crossentropy.loss_denominator | not asked |

**keras-3**: each Keras 3 on one TensorFlow; 2 releases, tf-2.18.1+keras-3.0.5 to tf-2.18.1+keras-3.9.2.

| Question | Intervals |
| --- | --- |
| What the loss is divided by<br>dense_masking.loss_denominator | tf-2.18.1+keras-3.0.5 → **÷ valid** |
| What the loss is divided by<br>lstm_return_sequences.sequences_loss_denominator | tf-2.18.1+keras-3.0.5 unexplained │ tf-2.18.1+keras-3.9.2 → not run |
| Whether the mask goes on<br>lstm_return_sequences.last_output_mask | tf-2.18.1+keras-3.0.5 → **continues** |
| seq2seq_categorical_crossentropy.loss_denominator | not asked |
"""


def test_the_whole_block(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (
        "dense_masking.loss_denominator",
        "lstm_return_sequences.sequences_loss_denominator",
        "lstm_return_sequences.last_output_mask",
        "seq2seq_categorical_crossentropy.loss_denominator",
    )
    monkeypatch.setattr("harness.publish.readme.HEADLINES", asked)
    readme = f"# maskmatrix\n\n{BEGIN}\nold\n{END}\n\nMore.\n"
    assert render_readme(example(), readme) == f"# maskmatrix\n\n{BEGIN}\n{BLOCK}{END}\n\nMore.\n"


@given(matrices(), st.text(), st.text(), st.text())
def test_only_the_block_changes_and_a_current_one_stays(
    drawn: Matrix, before: str, old: str, after: str
) -> None:
    made = render_readme(drawn, f"{before}{BEGIN}{old}{END}{after}")
    assert made.startswith(f"{before}{BEGIN}\n")
    assert made.endswith(f"\n{END}{after}")
    assert render_readme(drawn, made) == made


def test_the_title_of_a_question_cannot_end_the_block() -> None:
    asked = question(HEADLINES[0], title=f"x {END} y \\g<0> \\1")
    hostile = matrix([release("tf-1")], [asked], {("tf-1", asked.id): Said(answer="valid")})
    made = render_readme(hostile, f"{BEGIN}\n{END}")
    assert made.count(END) == 1
    assert render_readme(hostile, made) == made


@pytest.mark.parametrize(
    "readme", ["", BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}", f"{BEGIN}{BEGIN}{END}"]
)
def test_a_readme_without_its_place_is_refused(readme: str) -> None:
    with pytest.raises(UsageError, match="no place for the table"):
        render_readme(example(), readme)


def test_the_headlines_are_asked() -> None:
    asked = {one.id for scenario in load_scenarios() for one in scenario.questions}
    assert set(HEADLINES) <= asked
