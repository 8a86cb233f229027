from harness.model import Status
from harness.publish.findings import list_series

from .matrices import Said, example, matrix, question, release

LOSS = question("dense_masking.loss_denominator")


def said(line: int = 0, series: int = 0, **words: Said) -> list[str]:
    """Return the segments of one question over releases tf-1 … tf-N; ``r3`` is tf-3's word."""
    last = max(int(name[1:]) for name in words)
    releases = [release(f"tf-{number}") for number in range(1, last + 1)]
    found = {(f"tf-{name[1:]}", LOSS.id): word for name, word in words.items()}
    segments = list_series(matrix(releases, [LOSS], found))[series].lines[line].segments
    return [f"{segment.covers} {segment.says}" for segment in segments]


def answer(name: str) -> Said:
    return Said(answer=name)


def test_a_change() -> None:
    assert said(r1=answer("total"), r2=answer("total"), r3=answer("valid"), r4=answer("valid")) == [
        "tf-1 – tf-2 ÷ total",
        "tf-3 → ÷ valid",
    ]


def test_an_answer_is_not_carried_over_a_hole() -> None:
    assert said(r1=answer("total"), r4=answer("total"), r6=answer("valid")) == [
        "tf-1 ÷ total",
        "tf-2 – tf-3 not run",
        "tf-4 ÷ total",
        "tf-5 not run",
        "tf-6 → ÷ valid",
    ]


def test_the_end_of_a_series_that_was_not_run() -> None:
    assert said(r1=answer("total"), r2=Said(status=Status.NO_INTERPRETER)) == [
        "tf-1 ÷ total",
        "tf-2 → no interpreter",
    ]


def test_the_exceptions_of_an_interval_are_named() -> None:
    assert said(
        r1=Said(status=Status.RAISED, reason="TypeError: a"),
        r2=Said(status=Status.RAISED, reason="ValueError: b"),
        r3=answer("valid"),
    ) == ["tf-1 – tf-2 raised TypeError, ValueError", "tf-3 → ÷ valid"]


def test_series_come_in_their_order_and_only_if_present() -> None:
    rows = [release("r1", "mine"), release("r2", "keras-3"), release("r3", "tensorflow", "mine")]
    found = list_series(matrix(rows, [LOSS], {}))
    assert [series.name for series in found] == ["tensorflow", "keras-3", "mine"]
    assert [series.releases for series in found] == [("r3",), ("r2",), ("r1", "r3")]
    assert [series.extent for series in found][1:] == ["1 release, r2", "2 releases, r1 to r3"]


def test_changing_questions_are_counted() -> None:
    assert [series.changing for series in list_series(example())] == [3, 0, 0]


def test_a_change_is_marked_where_its_cause_is_separated() -> None:
    (loss, mask, metric) = list_series(example())[0].lines
    assert [segment.mark for segment in loss.segments] == ["", "", "(Keras)", ""]
    assert not any(segment.mark for line in (mask, metric) for segment in line.segments)


def test_lines_change_or_are_constant_or_are_not_known_at_all() -> None:
    main, keras, legacy = list_series(example())
    assert [line.question.id for line in main.varying] == [
        "dense_masking.loss_denominator",
        "lstm_return_sequences.last_output_mask",
        "lstm_return_sequences.sequences_loss_denominator",
    ]
    assert main.constant == ()
    assert (len(keras.varying), len(keras.constant)) == (0, 2)
    assert keras.about.endswith("Nothing is known of 1.")
    assert (legacy.varying, legacy.constant) == ((), legacy.lines)


def test_a_series_that_was_not_run_says_so() -> None:
    (only,) = list_series(matrix([release("tf-1")], [LOSS], {}))
    assert only.about == "Nothing of it is measured yet."
    assert (only.varying, only.constant) == ((), ())
