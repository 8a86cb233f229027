"""What a person is told to type: sessions of nox that exist, with words that their verbs take."""

import re
import shlex
from argparse import Namespace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.__main__ import parse_arguments
from harness.releases.catalogue import load_catalogue
from harness.upgrade.again import Place, say_check, say_measuring
from harness.upgrade.render_github import render_github
from harness.upgrade.render_json import build_document
from harness.upgrade.render_markdown import render_markdown
from harness.upgrade.render_sarif import build_log
from harness.upgrade.render_text import render_text
from harness.upgrade.words import Telling

from .tellings import TELLINGS, tell

NOXFILE = Path(__file__).parents[2] / "noxfile.py"
SESSIONS = set(re.findall(r"^def (\w+)\(session", NOXFILE.read_text(), re.MULTILINE))
CATALOGUED = {release.id for release in load_catalogue()}
OLD, NEW, APART = "tf-2.10.1", "tf-2.16.2", "tf-2.16.2+keras-3.4.0"
PLACES = {
    "at home": Place(),
    "elsewhere": Place(noxfile="/my copy/noxfile.py", results="/my results"),
    "own": Place(scenarios="our scenarios", own=frozenset({"dense_masking", "sample_weight"})),
    "apart": Place(apart=frozenset({OLD, NEW})),
    "one apart": Place(apart=frozenset({NEW})),
    "all": Place(
        noxfile="../noxfile.py",
        results="r",
        scenarios="s",
        own=frozenset({"dense_masking"}),
        apart=frozenset({NEW}),
    ),
}


def parse(command: str) -> tuple[list[str], Namespace]:
    """Return the releases that a command installs by nox, and what the verb behind it is told."""
    words = shlex.split(command)
    assert words[0] == "nox"
    split = words.index("--")
    said, posargs = words[1:split], words[split + 1 :]
    if said[0] == "-f":
        assert said[1].endswith("noxfile.py")
        said = said[2:]
    assert said[0] == "-s"
    sessions = said[1:]
    if sessions == ["check"]:
        return [], parse_arguments(["check", *posargs])
    names = [re.fullmatch(r"(\w+)\((.*)\)", one) for one in sessions]
    assert all(one and one[1] == "matrix" and one[1] in SESSIONS for one in names)
    releases = [one[2] for one in names if one]
    # A session hands its words on to measure, behind the releases that were installed.
    return releases, parse_arguments(["measure", *releases, *posargs])


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("releases", [[OLD], [OLD, NEW]])
def test_each_command_is_one_that_its_verb_takes(place: Place, releases: list[str]) -> None:
    command = say_measuring(place, (OLD, NEW), releases, "dense_masking")
    installed, told = parse(command)
    assert ("-f" in shlex.split(command)) == bool(place.noxfile)
    assert told.scenario == ["dense_masking"]
    assert told.again
    assert told.scenarios == (Path(place.scenarios) if "dense_masking" in place.own else None)
    assert str(told.results) == place.results or not place.results
    if place.apart & set(releases):
        assert told.measure
        assert (told.before, told.after) == (OLD, NEW)
        assert not installed
    else:
        assert installed == releases
        assert set(installed) <= CATALOGUED


def test_a_release_outside_the_catalogue_has_no_session() -> None:
    assert APART not in CATALOGUED
    place = Place(apart=frozenset({APART}))
    assert say_measuring(place, (OLD, APART), [OLD, APART], "dense_masking") == (
        f"nox -s check -- --from {OLD} --to {APART} --measure --scenario dense_masking --again"
    )
    # One end alone is catalogued, and has its session.
    assert parse(say_measuring(place, (OLD, APART), [OLD], "dense_masking"))[0] == [OLD]


def list_commands(telling: Telling) -> list[str]:
    """Return every command in a verdict as data."""
    document = build_document(telling)
    found = [row["measure_again"] for key in ("changes", "unmet") for row in document[key]]
    return found + [row["settle"] for row in document["unknown"]]


@pytest.mark.parametrize("name", TELLINGS)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_every_format_says_the_same_commands(place: Place, name: str) -> None:
    telling = tell(TELLINGS[name]().verdict, place=place)
    commands = list_commands(telling)
    assert commands
    for command in commands:
        parse(command)
    text = render_text(telling)
    said = re.findall(r"^ *(?:Again|To settle it): (.*)$", text, re.MULTILINE)
    assert said
    assert set(said) <= set(commands)
    for command in re.findall(r"to settle it: (.*)$", render_github(telling), re.MULTILINE):
        assert command in commands
    for rule in build_log(telling)["runs"][0]["tool"]["driver"]["rules"]:
        assert rule["help"]["text"].rpartition("To measure it again: ")[2] in commands
    assert render_markdown(telling).count("nox") >= len(said)


@pytest.mark.parametrize("name", TELLINGS)
def test_only_what_is_published_has_evidence(name: str) -> None:
    apart = Place(apart=frozenset({OLD, NEW, "tf-2.9.3"}))
    for place in (
        apart,
        Place(own=frozenset({"dense_masking", "mask_reaches_loss", "sample_weight"})),
    ):
        telling = tell(TELLINGS[name]().verdict, place=place)
        assert all(row["evidence"] == [None, None] for row in build_document(telling)["changes"])
        for text in (render_text(telling), render_markdown(telling)):
            assert telling.page not in text
        assert "helpUri" not in str(build_log(telling))


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1))
def test_no_path_is_more_than_one_word(noxfile: str, results: str, scenarios: str) -> None:
    place = Place(noxfile=noxfile, results=results, scenarios=scenarios)
    words = shlex.split(say_check(place, (OLD, NEW), ["--measure"], own=True))
    assert words == [
        *("nox", "-f", noxfile, "-s", "check", "--", "--from", OLD, "--to", NEW, "--measure"),
        *("--scenarios", scenarios, "--results", results),
    ]
