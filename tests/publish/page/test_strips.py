from harness.model import Status
from harness.publish.findings import list_series
from harness.publish.page.strips import Strip, build_strips, shorten
from tests.publish.matrices import Said, example, matrix, question, release

LOSS = question("dense_masking.loss_denominator")


def strips(name: str = LOSS.id) -> tuple[Strip, ...]:
    made = example()
    return build_strips(list_series(made), {row.id: row for row in made.releases})[name]


def test_segments_are_as_wide_as_they_cover_releases() -> None:
    main, keras, legacy = strips()
    assert [(one.covers, one.says, one.width, one.mark) for one in main.pieces] == [
        ("1.4.1 – 2.10.1", "÷ total", 2, ""),
        ("2.11.1", "no interpreter", 1, ""),
        ("2.16.2", "÷ valid", 1, "Keras"),
        ("2.17.0rc0 →", "÷ total", 1, ""),
    ]
    assert [(one.covers, one.width) for one in keras.pieces] == [("3.0.5 →", 2)]
    assert [one.series for one in (main, keras, legacy)] == ["tensorflow", "keras-3", "legacy"]


def test_the_widths_of_a_strip_are_its_series() -> None:
    made = example()
    found = list_series(made)
    built = build_strips(found, {row.id: row for row in made.releases})
    for each in built.values():
        assert [sum(piece.width for piece in one.pieces) for one in each] == [
            len(series.releases) for series in found
        ]


def test_a_segment_links_to_the_evidence_of_its_first_release() -> None:
    assert strips()[0].pieces[2].link == "#tf-2.16.2:dense_masking.loss_denominator"


def test_answers_and_states_have_their_shades() -> None:
    assert [piece.shade for piece in strips()[0].pieces] == ["a1", "sp", "a0", "a1"]


def test_a_release_is_named_by_the_version_its_series_walks_along() -> None:
    row = release("tf-2.18.1+keras-3.9.2", keras="keras==3.9.2")
    assert shorten(row, "tensorflow-at-keras-3") == "2.18.1"
    assert shorten(row, "keras-3") == "3.9.2"
    assert shorten(release("tf-2.10.1"), "mine") == "tf-2.10.1"


def test_two_states_that_cover_one_release_each() -> None:
    rows = [release("tf-1"), release("tf-2")]
    said = {("tf-1", LOSS.id): Said(status=Status.RAISED, reason="TypeError: no")}
    made = matrix(rows, [LOSS], said)
    (only,) = build_strips(list_series(made), {row.id: row for row in rows})[LOSS.id]
    assert [(one.covers, one.says, one.shade) for one in only.pieces] == [
        ("1", "raised TypeError", "sr"),
        ("2 →", "not run", "so"),
    ]
