import json
from itertools import product

from harness.judge.differences import Grade, compare_releases
from harness.publish.page.lookup import build_lookup, list_tags
from harness.publish.wording import say_cell
from tests.publish import matrices
from tests.publish.matrices import example


def test_every_cell_can_be_looked_up() -> None:
    made = example()
    found = build_lookup(made)
    for (row, question), (column, release) in product(
        enumerate(made.questions), enumerate(made.releases)
    ):
        cell = made.cells[release.id, question.id]
        _, says, status, answer = found["outcomes"][found["cells"][row][column]]
        assert says == say_cell(question, cell)
        assert (status, answer) == (cell.status.value, cell.answer or "")


def test_the_grades_are_those_of_the_judge() -> None:
    made = example()
    found = build_lookup(made)
    places = {release.id: place for place, release in enumerate(made.releases)}
    graded = 0
    for before, after in product(places, places):
        compared = compare_releases(made, before, after)
        grades = {one.question: one.grade.value for one in compared.differences}
        for row, question in enumerate(made.questions):
            (_, _, old, said), (_, _, new, says) = (
                found["outcomes"][found["cells"][row][places[name]]] for name in (before, after)
            )
            known = old in found["grades"] and new in found["grades"]
            assert known == (question.id not in compared.unknown)
            if known and (old, said) != (new, says):
                assert found["grades"][old][new] == grades.pop(question.id)
                graded += 1
        assert not grades
    assert graded > 20
    assert [name for name, _ in found["words"]] == [grade.value for grade in Grade]


def test_a_tag_shows_the_series_that_has_most_of_it() -> None:
    found = build_lookup(example())
    assert list_tags(example()) == {"tf2": "TensorFlow 2"}
    assert found["shown"] == {"tf2": "tensorflow"}
    assert found["tags"] == {"tf2": [0, 1, 2, 3, 5, 6, 7]}
    assert found["series"]["keras-3"] == [5, 6]


def test_what_padding_alone_moves_has_its_share_of_the_steps() -> None:
    answers = ("valid_global", "total", "sum", "mask_ignored", "unweighted", "stops")
    asked = matrices.question("a.b", answers=answers)
    found = build_lookup(matrices.matrix([matrices.release("tf-2.10.1")], [asked], {}))
    assert found["counted"] == {"valid_global": ["epoch", 1, -1], "total": ["batch", 1, 0]}


def test_it_is_plain_json() -> None:
    found = build_lookup(example())
    assert json.loads(json.dumps(found)) == found
