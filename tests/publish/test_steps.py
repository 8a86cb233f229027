from harness.publish.steps import list_steps

from .matrices import Said, example, matrix, question, release

LOSS, METRIC, OTHER = question("one.loss"), question("one.metric"), question("two.loss")


def steps(
    keras: str, *elsewhere: tuple[str, str, str]
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Return the steps of a series from TensorFlow 2.18.1 with Keras 3.9.1 to 2.19.1."""
    rows = [
        release("tf-2.18.1", keras="keras==3.9.1"),
        release("tf-2.19.1", keras=f"keras=={keras}"),
    ]
    said = dict(zip((row.id for row in rows), ("valid", "total"), strict=True))
    for name, version, answer in elsewhere:
        rows.append(release(name, "elsewhere", keras=f"keras=={version}"))
        said[name] = answer
    words = {
        (name, asked.id): Said(answer=answer)
        for name, answer in said.items()
        for asked in (LOSS, METRIC)
    }
    found = list_steps(matrix(rows, [LOSS, METRIC, OTHER], words), "tensorflow")
    return [(step.between, step.cause, step.shown_by, step.questions) for step in found]


def test_changes_that_are_alike_share_a_step() -> None:
    assert steps("3.9.1") == [
        (
            "tf-2.18.1 → tf-2.19.1",
            "TensorFlow",
            "Keras 3.9.1 held, TensorFlow 2.18.1 → 2.19.1",
            ("one (all 2 questions)",),
        )
    ]


def test_the_releases_that_show_it_are_named_where_they_are_others() -> None:
    (only,) = steps("3.11.3", ("tf-2.18.1+x", "3.12.4", "total"))
    assert only[1:3] == (
        "Keras",
        "TensorFlow 2.18.1 held, Keras 3.9.1 → 3.12.4 (tf-2.18.1 → tf-2.18.1+x)",
    )


def test_evidence_for_both_is_shown_and_separates_nothing() -> None:
    both = ("tf-2.18.1+x", "3.11.3", "total"), ("tf-2.19.1+x", "3.9.1", "total")
    (only,) = steps("3.11.3", *both)
    assert only[1] == "not separated"
    assert only[2] == (
        "TensorFlow 2.18.1 held, Keras 3.9.1 → 3.11.3 (tf-2.18.1 → tf-2.18.1+x); "
        "Keras 3.9.1 held, TensorFlow 2.18.1 → 2.19.1 (tf-2.18.1 → tf-2.19.1+x)"
    )


def test_that_nothing_shows_it_is_said() -> None:
    (only,) = steps("3.11.3")
    assert only[1:3] == ("not separated", "no measured releases tell them apart")


def test_steps_come_in_the_order_of_the_releases() -> None:
    found = list_steps(example(), "tensorflow")
    assert [(step.between, step.cause) for step in found] == [
        ("tf-2.10.1 → tf-2.16.2", "Keras"),
        ("tf-2.10.1 → tf-2.16.2", "not separated"),
        ("tf-2.10.1 → tf-2.17.0rc0", "not separated"),
        ("tf-2.16.2 → tf-2.17.0rc0", "not separated"),
    ]
    assert list_steps(example(), "keras-3") == ()
