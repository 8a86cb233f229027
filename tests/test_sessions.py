from pathlib import PurePath

import pytest

from harness.errors import UsageError
from harness.releases.catalogue import load_catalogue
from harness.sessions import check_selection, place_scenarios, read_name, take_options

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("-s matrix(tf-2.10.9)", "tf-2.10.1"),
        ("-s matrix(2.10)", 'nox -s "matrix(tf-2.10.1)"'),
        ("-s tests matrix(2.10) lint", 'nox -s "matrix(tf-2.10.1)"'),
        ("-s matrix -t keras-3", "'keras3'"),
        ("--tags keras-3 -s matrix", "'keras3'"),
    ],
)
def test_an_unknown_release_or_tag_is_answered_with_the_nearest(words: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_selection(CATALOGUE, words.split())
    assert meant in caught.value.do


@pytest.mark.parametrize(
    "words",
    [
        "",
        "-l",
        "-s matrix",
        "-s matrix(tf-2.10.1) matrix(tf-2.21.0+keras-3.12.4) -t keras3",
        "-s check -- --from matrix(2.10) -t nothing",
    ],
)
def test_what_is_known_or_not_said_to_nox_passes(words: str) -> None:
    check_selection(CATALOGUE, words.split())


def test_a_session_is_named_after_its_release() -> None:
    assert [read_name(f"matrix({release.id})") for release in CATALOGUE] == [
        release.id for release in CATALOGUE
    ]


def test_a_folder_of_scenarios_is_meant_where_nox_was_called() -> None:
    folder = PurePath("/somewhere")
    words = ["--again", "--scenarios", "mine", "--results", "there"]
    placed = ["--again", "--scenarios", "/somewhere/mine", "--results", "there"]
    assert place_scenarios(words, folder) == placed
    assert place_scenarios(["--scenarios", "/else/mine"], folder) == ["--scenarios", "/else/mine"]
    assert place_scenarios(["--scenarios=mine"], folder) == [f"--scenarios={folder / 'mine'}"]
    assert place_scenarios([], folder) == []


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("", ""),
        ("--again --results there --timeout 9", "--results there"),
        ("--results=there --again", "--results=there"),
        ("--results", "--results"),
        ("there --results", "--results"),
        ("--scenario one --scenarios mine", "--scenarios mine"),
    ],
)
def test_what_another_verb_shares_goes_on_to_it(words: str, taken: str) -> None:
    assert take_options(words.split(), "--results", "--scenarios") == taken.split()
