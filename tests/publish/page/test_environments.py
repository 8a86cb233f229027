from harness.publish.page.environments import COLUMNS, list_environments
from tests.publish.matrices import LOCK, example


def test_what_was_there_is_shown_not_what_was_asked_for() -> None:
    found = {one.name: one for one in list_environments(example())}
    assert list(found) == [release.id for release in example().releases]
    assert dict(zip(COLUMNS, found["tf-2.16.2"].values, strict=True)) == {
        "Released": "2022-09-06",
        "TensorFlow": "2.16.2",
        "Keras": "3.4.1",
        "API": "tf.keras",
        "Python": "3.8.20",
        "NumPy": "1.23.5",
        "Machine of the newest cell": "linux-x86_64-4cpu-0123abcd",
        "Lock (SHA-256)": LOCK,
    }
    assert found["tf-2.16.2"].head == (
        "2022-09-06",
        "Python 3.8.20",
        "TensorFlow 2.16.2",
        "Keras 3.4.1",
    )


def test_a_release_that_never_ran_says_why() -> None:
    found = {one.name: one for one in list_environments(example())}["tf-2.11.1"]
    assert found.values == (
        *("2022-09-06", "2.11.1", "–", "tf.keras", "3.8", "–", "no interpreter", "–"),
    )
    assert len(found.values) == len(COLUMNS)


def test_the_lock_and_the_release_are_linked() -> None:
    last = list_environments(example())[-1]
    assert last.anchor == "tf-2.16.2+tf-keras-2.16.0"
    assert last.lock == "../harness/releases/locks/tf-2.16.2+tf-keras-2.16.0.txt"
