"""A verdict for code scanning: SARIF 2.1.0, one result a change and place. Pure.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from harness import __version__
from harness.publish.wording import make_visible
from harness.upgrade.gravity import Gravity
from harness.upgrade.sightings import Sighting
from harness.upgrade.verdict import QuestionChange
from harness.upgrade.words import (
    Telling,
    find_evidence,
    measure_again,
    say_accepted,
    say_change,
    say_effect,
    say_where,
    title,
)

_LEVELS = {
    Gravity.SILENT: "error",
    Gravity.BREAKS: "error",
    Gravity.WARNS: "warning",
    Gravity.FAILS_OTHERWISE: "note",
    Gravity.MENDS: "note",
}
_ROOT = "%SRCROOT%"
_FINGERPRINT = "maskmatrix/1"


def render_sarif(telling: Telling) -> str:
    """Return strict JSON; changes that were not seen in the code have no place, and no result."""
    return f"{json.dumps(build_log(telling), indent=1, allow_nan=False)}\n"


def build_log(telling: Telling) -> dict[str, Any]:
    """Return the log; its rules are the questions that change, seen or not."""
    verdict = telling.verdict
    rules = {change.question.id: number for number, change in enumerate(verdict.changes)}
    skipped = verdict.scan.skipped if verdict.scan else ()
    run = {
        "tool": {
            "driver": {
                "name": "maskmatrix",
                "semanticVersion": __version__,
                "rules": [_rule(change, telling) for change in verdict.changes],
            }
        },
        "automationDetails": {
            "id": f"maskmatrix/{verdict.before.release.id}..{verdict.after.release.id}/"
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder that the check was called in."}}
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": int(telling.code),
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {"text": f"not read: {make_visible(why)}"},
                        "locations": [{"physicalLocation": {"artifactLocation": _file(path)}}],
                    }
                    for path, why in skipped
                ],
            }
        ],
        "results": [
            result
            for change in verdict.changes
            for result in _list_results(change, telling, rules[change.question.id])
        ],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _rule(change: QuestionChange, telling: Telling) -> dict[str, Any]:
    question = change.question
    again = f"To measure it again: {make_visible(measure_again(telling, change))}"
    where = f"{say_where(change, telling.verdict)}."
    help_text = f"{question.why}\n\n{question.remedy}\n\n{where}\n\n{again}"
    rule: dict[str, Any] = {
        "id": question.id,
        "name": "".join(part.title() for part in question.id.replace(".", "_").split("_")),
        "shortDescription": {"text": f"{question.title}: {say_change(change)}"},
        "fullDescription": {"text": question.why},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[change.gravity]},
        "properties": {"tags": [change.gravity.value, question.scenario]},
    }
    link = find_evidence(telling, change.after)
    # A rule's help is an absolute address, or none.
    return rule | ({"helpUri": link} if "://" in link else {})


def _list_results(change: QuestionChange, telling: Telling, rule: int) -> Iterator[dict[str, Any]]:
    said = [
        f"{change.question.title}: {say_change(change)}.",
        say_effect(change, telling.verdict.padding),
        say_accepted(change),
    ]
    text = f"{' '.join(filter(None, said))} ({title(telling.verdict)})"
    for number, sighting in enumerate(change.sightings or ()):
        result: dict[str, Any] = {
            "ruleId": change.question.id,
            "ruleIndex": rule,
            "level": _LEVELS[change.gravity],
            "message": {"text": make_visible(text)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": _file(sighting.path),
                        "region": _region(sighting),
                    }
                }
            ],
            "partialFingerprints": {_FINGERPRINT: _fingerprint(change, sighting, number)},
        }
        if change.accepted:
            justification = make_visible(change.accepted.reason)
            result["suppressions"] = [{"kind": "external", "justification": justification}]
        yield result


def _region(sighting: Sighting) -> dict[str, Any]:
    return {
        "startLine": sighting.line,
        "startColumn": sighting.column,
        "snippet": {"text": sighting.what},
    }


def _file(path: str) -> dict[str, str]:
    address = quote(path, safe="/")
    if path.startswith("/"):
        return {"uri": f"file://{address}"}
    return {"uri": address, "uriBaseId": _ROOT}


def _fingerprint(change: QuestionChange, sighting: Sighting, number: int) -> str:
    """Return what stays when lines are added above: the question, the file, the words."""
    earlier = (change.sightings or ())[:number]
    alike = sum((one.path, one.what) == (sighting.path, sighting.what) for one in earlier)
    words = "\0".join([change.question.id, sighting.path, sighting.what, str(alike)])
    return hashlib.sha256(words.encode(errors="backslashreplace")).hexdigest()
