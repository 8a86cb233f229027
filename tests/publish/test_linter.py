"""Each rule is broken alone, and only that rule speaks."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from harness.errors import ExitCode, PublicationError
from harness.model import Matrix, Observation
from harness.publish.export import build_export
from harness.publish.linter import RULES, Finding, lint, require_sound

from .matrices import Said, example, matrix, question, release
from .strategies import HOSTILE, matrices

LOSS = question("dense_masking.loss_denominator")


def lint_matrix(
    drawn: Matrix,
    change: Callable[[dict[str, Any]], object] = lambda export: None,
    stored: list[Observation] | None = None,
    previous: dict[str, Any] | None = None,
) -> list[str]:
    """Return the rules that are broken, once each."""
    export = copy.deepcopy(build_export(drawn))
    change(export)
    evidence = [seen for cell in drawn.cells.values() for seen in cell.evidence]
    found = lint(
        export,
        tolerances={one.id: one.tolerance for one in drawn.questions},
        stored=evidence if stored is None else stored,
        previous=previous,
    )
    return list(dict.fromkeys(one.rule for one in found))


def test_a_sound_publication_has_no_finding() -> None:
    assert lint_matrix(example(), previous=build_export(example())) == []


def test_evidence_alone() -> None:
    unproved = {("tf-1", LOSS.id): Said(answer="valid", observed=1.1, hypotheses={"valid": 1.0})}
    assert lint_matrix(matrix([release("tf-1")], [LOSS], unproved)) == ["evidence"]


def test_intervals_alone() -> None:
    assert lint_matrix(example(), lambda export: export["intervals"].pop()) == ["intervals"]


def test_stored_alone() -> None:
    drawn = example()
    elsewhere = [
        replace(seen, provenance=replace(seen.provenance, release="tf-2.9.3"))
        for cell in drawn.cells.values()
        for seen in cell.evidence
    ]
    assert lint_matrix(drawn, stored=elsewhere) == ["stored"]


def test_coverage_alone() -> None:
    previous = build_export(example())
    previous["releases"].append({"id": "tf-2.9.3"})
    assert lint_matrix(example(), previous=previous) == ["coverage"]


def test_every_rule_is_tried_above() -> None:
    tried = {name.removeprefix("test_").removesuffix("_alone") for name in globals()}
    assert set(RULES) <= tried


@settings(deadline=None)
@given(matrices())
def test_only_evidence_is_ever_missing_from_what_the_judge_makes(drawn: Matrix) -> None:
    """The strategy draws answers that nothing proves; all else has to hold."""
    assert lint_matrix(drawn, previous=build_export(drawn)) in ([], ["evidence"])


@given(HOSTILE, HOSTILE)
def test_a_finding_is_one_visible_line(reason: str, label: str) -> None:
    drawn = matrix([release("tf-1")], [LOSS], {("tf-1", LOSS.id): Said(answer="valid")})
    export = build_export(drawn)
    export["cells"][0].update(observed=[label, reason])
    found = lint(export, tolerances={LOSS.id: 1e-4}, stored=(), previous=None)
    assert found
    assert all(one.says.isprintable() for one in found)


def test_what_is_unsound_is_told_and_ends_with_1() -> None:
    many = [Finding(rule="intervals", says=f"line {at}") for at in range(12)]
    with pytest.raises(PublicationError) as caught:
        require_sound([*many, Finding(rule="stored", says="nothing")])
    assert caught.value.exit_code is ExitCode.FINDINGS
    said = str(caught.value)
    assert f"not so: {RULES['intervals']} (12 findings)" in said
    assert "line 9\n" in said
    assert "line 10" not in said
    assert "and 2 more" in said
    assert RULES["stored"] in said
    assert "do not publish" in said


def test_what_shrank_says_how_to_publish_it_all_the_same() -> None:
    with pytest.raises(PublicationError, match="--allow-shrink"):
        require_sound([Finding(rule="coverage", says="tf-1 is gone from the releases")])
    require_sound([])
